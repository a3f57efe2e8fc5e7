/* A repeating XOR falls to a key of an eighth of the text, and a key as long as the text resists. */
#include "sym_break_xor.h"

#include "sym_byte_texts.h"
#include "text_samples.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_BYTES 400
#ifdef GLASSBOX_SANITIZED
#define TALKS 3
#else
#define TALKS 7
#endif

static struct fed_random dice;
static struct sym_byte_model *model;
static struct sym_xor_found found;

static void setup(void)
{
    fed_random_init(&dice, NULL, 0, test_seed_of_figures());
    model = sym_byte_model_of_texts(NULL, 0, 1);
    cr_assert(model);
}

static void teardown(void)
{
    sym_byte_model_free(model);
}

TestSuite(sym_break_xor, .init = setup, .fini = teardown);

static void seal(uint8_t *out, const uint8_t *text, size_t bytes, const uint8_t *key,
                 size_t key_bytes)
{
    for (size_t i = 0; i < bytes; i++)
        out[i] = text[i] ^ key[i % key_bytes];
}

static void attack(const struct sym_bytes *texts, size_t count)
{
    const struct sym_xor_task task = {.texts = texts, .count = count};
    cr_assert(sym_break_xor(&found, &task, model));
}

/* How many of TALKS pieces come out with the whole key right. */
static unsigned broken(const struct text_sample *sample, size_t bytes, size_t key_bytes)
{
    uint8_t key[SYM_XOR_MAX_KEY_BYTES], sealed[TEXT_BYTES];
    unsigned right = 0;
    for (unsigned i = 0; i < TALKS; i++) {
        text_sample_key(key, key_bytes, &dice);
        key[0] |= 1; /* one byte 0 is no key */
        seal(sealed, text_sample_piece(sample, bytes, &dice), bytes, key, key_bytes);
        attack(&(struct sym_bytes){sealed, bytes}, 1);
        right += found.verdict == SYM_BROKEN && found.key_bytes == key_bytes &&
                 memcmp(found.key, key, key_bytes) == 0;
    }
    return right;
}

Test(sym_break_xor, key_up_to_an_eighth_of_the_text)
{
    for (size_t which = 0; which < TEXT_SAMPLES; which++) {
        struct text_sample sample = text_sample_read(which);
        unsigned right = broken(&sample, TEXT_BYTES, TEXT_BYTES / 8);
        cr_expect(right + 1 >= TALKS, "%s: %u of %u", sample.language, right, TALKS);
        right = broken(&sample, 160, 1);
        cr_expect_eq(right, TALKS, "%s, one byte: %u of %u", sample.language, right, TALKS);
        free(sample.text);
    }
}

Test(sym_break_xor, key_as_long_as_the_text_resists)
{
    for (size_t which = 0; which < TEXT_SAMPLES; which++) {
        struct text_sample sample = text_sample_read(which);
        for (unsigned i = 0; i < TALKS; i++) {
            uint8_t key[200], sealed[200];
            text_sample_key(key, sizeof(key), &dice);
            seal(sealed, text_sample_piece(&sample, sizeof(sealed), &dice), sizeof(sealed), key,
                 sizeof(key));
            attack(&(struct sym_bytes){sealed, sizeof(sealed)}, 1);
            cr_expect_eq(found.verdict, SYM_RESISTED, "%s: a key of %zu bytes saves %.0f bits",
                         sample.language, found.key_bytes, found.saved);
            cr_expect_lt(found.saved, 0, "%s", sample.language);
        }
        free(sample.text);
    }
}

/* As records of a talk: with each, the key begins anew. */
Test(sym_break_xor, many_short_messages_under_one_key)
{
    struct text_sample sample = text_sample_read(0);
    uint8_t key[16], sealed[8][40];
    struct sym_bytes texts[8];
    text_sample_key(key, sizeof(key), &dice);
    for (size_t t = 0; t < 8; t++) {
        const size_t bytes = 21 + t * 2;
        seal(sealed[t], text_sample_piece(&sample, bytes, &dice), bytes, key, sizeof(key));
        texts[t] = (struct sym_bytes){sealed[t], bytes};
    }
    attack(texts, 8);
    cr_expect_eq(found.verdict, SYM_BROKEN);
    cr_assert_eq(found.key_bytes, sizeof(key));
    for (size_t i = 0; i < sizeof(key); i++)
        cr_expect(!found.is_sure[i] || found.key[i] == key[i], "byte %zu is called sure", i);
    free(sample.text);
}

Test(sym_break_xor, what_is_text_already)
{
    struct text_sample sample = text_sample_read(1);
    attack(&(struct sym_bytes){text_sample_piece(&sample, 300, &dice), 300}, 1);
    cr_expect_eq(found.verdict, SYM_NOT_APPLICABLE);
    cr_expect(found.why && strstr(found.why, "text already"));
    free(sample.text);
}

Test(sym_break_xor, random_bytes_and_nothing)
{
    uint8_t noise[3000];
    text_sample_key(noise, sizeof(noise), &dice);
    attack(&(struct sym_bytes){noise, sizeof(noise)}, 1);
    cr_expect_eq(found.verdict, SYM_RESISTED, "%zu bytes save %.0f bits", found.key_bytes,
                 found.saved);
    attack(&(struct sym_bytes){noise, 1}, 1);
    cr_expect_eq(found.verdict, SYM_RESISTED);
    attack(&(struct sym_bytes){noise, 0}, 1);
    cr_expect_eq(found.verdict, SYM_NOT_APPLICABLE);
}

/* Every key makes something of what comes again and again; a few bytes among zeros are no text. */
Test(sym_break_xor, what_repeats_itself_is_no_text)
{
    static uint8_t sealed[4000];
    uint8_t key[7], piece[100];
    text_sample_key(key, sizeof(key), &dice);
    text_sample_key(piece, sizeof(piece), &dice);
    seal(sealed, (const uint8_t[sizeof(sealed)]){0}, sizeof(sealed), key, sizeof(key));
    attack(&(struct sym_bytes){sealed, sizeof(sealed)}, 1);
    cr_expect_eq(found.verdict, SYM_NOT_APPLICABLE, "zeros: verdict %d", found.verdict);
    for (size_t i = 0; i < sizeof(sealed); i++)
        sealed[i] = piece[i % sizeof(piece)];
    attack(&(struct sym_bytes){sealed, sizeof(sealed)}, 1);
    cr_expect_eq(found.verdict, SYM_NOT_APPLICABLE, "a piece: verdict %d", found.verdict);
    text_sample_key(sealed, sizeof(sealed), &dice);
    for (size_t i = 0; i < sizeof(sealed); i++)
        sealed[i] = (uint8_t)(i % 4 ? 0 : sealed[i]) ^ key[i % sizeof(key)];
    attack(&(struct sym_bytes){sealed, sizeof(sealed)}, 1);
    cr_expect_eq(found.verdict, SYM_RESISTED, "among zeros: verdict %d, %zu bytes save %.0f bits",
                 found.verdict, found.key_bytes, found.saved);
}

Test(sym_xor_twice, is_once)
{
    uint8_t a[16] = {0}, b[16], key[15], first[16], second[16];
    size_t first_bytes, second_bytes;
    fed_random_init(&dice, NULL, 0, test_seed_of_figures());
    text_sample_key(a, 3, &dice);
    text_sample_key(b, 5, &dice);
    for (size_t i = 0; i < sizeof(key); i++)
        key[i] = a[i % 3] ^ b[i % 5];
    cr_assert(sym_xor_twice(first, &first_bytes, second, &second_bytes, key, sizeof(key)));
    cr_expect_eq(first_bytes, 3);
    cr_expect_eq(second_bytes, 5);
    for (size_t i = 0; i < sizeof(key); i++)
        cr_expect_eq(first[i % 3] ^ second[i % 5], key[i], "byte %zu", i);
    cr_expect_eq(first[0], 0);
    for (size_t i = 0; i < 3; i++)
        cr_expect_eq(first[i], a[i] ^ a[0]);
    key[7] ^= 1;
    cr_expect_not(sym_xor_twice(first, &first_bytes, second, &second_bytes, key, sizeof(key)));
}
