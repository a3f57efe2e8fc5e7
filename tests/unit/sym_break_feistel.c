/* The Feistel cipher with two and three rounds gives its key away; with sixteen it does not. And
 * blocks that come twice. */
#include "sym_break_feistel.h"

#include "sym_break_ecb.h"
#include "sym_cipher.h"
#include "text_samples.h"

#include <criterion/criterion.h>
#include <string.h>

#define BLOCK SYM_FEISTEL_BLOCK_BYTES
#define PAIRS 1024
#ifdef GLASSBOX_SANITIZED
#define KEYS 50
#else
#define KEYS 500
#endif

static struct fed_random dice;
static uint8_t key[SYM_FEISTEL_KEY_BYTES];
static struct sym_feistel cipher;

static void setup(void)
{
    fed_random_init(&dice, NULL, 0, test_seed_of_figures());
}

TestSuite(sym_break_feistel, .init = setup);

static void draw_key(void)
{
    text_sample_key(key, sizeof(key), &dice);
    sym_feistel_init(&cipher, key);
}

static void seal(struct sym_feistel_pair *pairs, size_t count, unsigned rounds)
{
    for (size_t i = 0; i < count; i++)
        sym_feistel_encrypt_rounds(pairs[i].sealed, &cipher, rounds, pairs[i].plain);
}

Test(sym_break_feistel, sixteen_of_its_rounds_are_the_cipher)
{
    struct sym_feistel_pair pair;
    uint8_t sealed[BLOCK];
    draw_key();
    text_sample_key(pair.plain, BLOCK, &dice);
    seal(&pair, 1, SYM_FEISTEL_ROUNDS);
    sym_feistel_encrypt(sealed, &cipher, pair.plain);
    cr_expect_eq(memcmp(sealed, pair.sealed, BLOCK), 0);
}

Test(sym_break_feistel, f_is_turned_around)
{
    for (unsigned i = 0; i < 20 * KEYS; i++) {
        const uint64_t half = fed_random_next(&dice), round_key = fed_random_next(&dice);
        uint64_t sums[SYM_FEISTEL_MAX_SUMS], value = sym_feistel_round_function(half, round_key);
        unsigned count = sym_feistel_turn_around(sums, value), own = 0;
        for (unsigned j = 0; j < count; j++) {
            own += sums[j] == half + round_key;
            cr_assert_eq(sym_feistel_round_function(sums[j], 0), value);
        }
        cr_assert_eq(own, 1, "F(%lx, %lx)", half, round_key);
    }
}

Test(sym_break_feistel, two_rounds_fall_to_known_blocks)
{
    struct sym_feistel_found found;
    for (unsigned i = 0; i < KEYS; i++) {
        struct sym_feistel_pair pairs[3];
        draw_key();
        for (size_t j = 0; j < 3; j++)
            text_sample_key(pairs[j].plain, BLOCK, &dice);
        seal(pairs, 3, 2);
        sym_break_feistel(&found, pairs, 3, 2);
        cr_assert_eq(found.verdict, SYM_BROKEN);
        cr_assert_eq(found.keys, 1, "%u keys fit", found.keys);
        cr_assert_eq(memcmp(found.key, key, sizeof(key)), 0);
        cr_assert_eq(found.k1, cipher.round_keys[0]);
        sym_break_feistel(&found, pairs, 1, 2);
        cr_assert_geq(found.keys, 1, "one block");
        pairs[2].sealed[5] ^= 4;
        sym_break_feistel(&found, pairs, 3, 2);
        cr_assert_eq(found.verdict, SYM_RESISTED);
    }
}

Test(sym_break_feistel, three_rounds_fall_to_chosen_blocks)
{
    struct sym_feistel_found found;
    for (unsigned i = 0; i < KEYS; i++) {
        struct sym_feistel_pair pairs[2];
        draw_key();
        text_sample_key(pairs[0].plain, BLOCK, &dice);
        sym_feistel_choose(pairs[1].plain, pairs[0].plain);
        seal(pairs, 2, 3);
        sym_break_feistel(&found, pairs, 2, 3);
        cr_assert_eq(found.verdict, SYM_BROKEN);
        cr_assert_eq(memcmp(found.key, key, sizeof(key)), 0);
        seal(pairs, 2, 4);
        sym_break_feistel(&found, pairs, 2, 3);
        cr_assert_eq(found.verdict, SYM_RESISTED, "one round more");
    }
}

Test(sym_break_feistel, what_is_missing)
{
    struct sym_feistel_pair pairs[2] = {0};
    struct sym_feistel_found found;
    draw_key();
    sym_break_feistel(&found, pairs, 0, 2);
    cr_expect_eq(found.verdict, SYM_NOT_APPLICABLE);
    sym_break_feistel(&found, pairs, 2, 3);
    cr_expect_eq(found.verdict, SYM_NOT_APPLICABLE, "not chosen");
    sym_break_feistel(&found, pairs, 2, 1);
    cr_expect_eq(found.verdict, SYM_NOT_APPLICABLE);
    seal(pairs, 2, 16);
    sym_break_feistel(&found, pairs, 2, 16);
    cr_expect_eq(found.verdict, SYM_RESISTED);
}

Test(sym_break_feistel, a_flipped_bit_is_followed_for_four_rounds)
{
    static struct sym_feistel_pair pairs[PAIRS];
    struct sym_feistel_trace trace;
    draw_key();
    for (size_t i = 0; i < PAIRS; i++)
        text_sample_key(pairs[i].plain, BLOCK, &dice);
    for (unsigned rounds = 1; rounds <= 4; rounds++) {
        sym_feistel_distinguish(&trace, pairs, PAIRS, &cipher, rounds);
        cr_expect_eq(trace.verdict, SYM_BROKEN, "%u rounds: %.1f", rounds, trace.furthest);
    }
    for (unsigned rounds = 8; rounds <= 16; rounds += 8) {
        sym_feistel_distinguish(&trace, pairs, PAIRS, &cipher, rounds);
        cr_expect_eq(trace.verdict, SYM_RESISTED, "%u rounds: %.1f", rounds, trace.furthest);
        cr_expect_eq(trace.still, 0);
    }
}

Test(sym_break_ecb, repeats_show_and_chaining_hides_them)
{
    uint8_t text[10 * BLOCK], sealed[sizeof(text) + 2 * BLOCK], iv[BLOCK];
    size_t label[12], bytes;
    struct sym_ecb_found found;
    fed_random_init(&dice, NULL, 0, test_seed_of_figures());
    draw_key();
    text_sample_key(text, sizeof(text), &dice);
    text_sample_key(iv, sizeof(iv), &dice);
    memcpy(text + 3 * BLOCK, text, BLOCK);
    memcpy(text + 9 * BLOCK, text, BLOCK);
    memcpy(text + 8 * BLOCK, text + 5 * BLOCK, BLOCK);
    for (size_t i = 0; i < 10; i++)
        sym_feistel_encrypt(sealed + i * BLOCK, &cipher, text + i * BLOCK);
    cr_assert(sym_break_ecb(&found, label, sealed, sizeof(text) + 5, BLOCK));
    cr_expect_eq(found.verdict, SYM_BROKEN);
    cr_expect_eq(found.blocks, 10);
    cr_expect_eq(found.kinds, 7);
    cr_expect_eq(found.repeated, 3);
    cr_expect_eq(found.most, 3);
    cr_expect_eq(found.most_at, 0);
    static const size_t want[] = {0, 1, 2, 0, 3, 4, 5, 6, 4, 0};
    cr_expect_eq(memcmp(label, want, sizeof(want)), 0);
    cr_assert_eq(sym_cipher_encrypt(sym_cipher_find("feistel-cbc"), sealed, sizeof(sealed), &bytes,
                                    key, sizeof(key), iv, text, sizeof(text)),
                 SYM_OK);
    cr_assert(sym_break_ecb(&found, label, sealed, bytes, BLOCK));
    cr_expect_eq(found.verdict, SYM_RESISTED);
    cr_expect_eq(found.kinds, found.blocks);
    cr_assert(sym_break_ecb(&found, label, sealed, BLOCK + 1, BLOCK));
    cr_expect_eq(found.verdict, SYM_NOT_APPLICABLE);
    /* Single bytes that come twice are no wonder. */
    cr_assert(sym_break_ecb(&found, label, (const uint8_t *)"abcabc", 6, 1));
    cr_expect_eq(found.verdict, SYM_RESISTED);
}
