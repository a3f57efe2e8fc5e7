/* Chaining does not rescue XOR: the key comes from ciphertexts alone; from a real block cipher's it
 * does not. */
#include "sym_xor_cbc.h"

#include "sym_byte_texts.h"
#include "sym_cipher.h"
#include "text_samples.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#define SPACE 1024
#define BLOCK SYM_XOR_CBC_BLOCK_BYTES

static struct fed_random dice;
static struct sym_byte_model *model;
static struct sym_xor_found found;
static size_t padded;
static uint8_t key[BLOCK];

static void setup(void)
{
    uint8_t paddings[SYM_XOR_CBC_PADDINGS_BYTES];
    struct sym_bytes more = sym_xor_cbc_paddings(paddings);
    cr_assert_leq(more.count, sizeof(paddings));
    fed_random_init(&dice, NULL, 0, test_seed_of_figures());
    model = sym_byte_model_of_texts(&more, 1, 1);
    cr_assert(model);
    text_sample_key(key, sizeof(key), &dice);
}

static void teardown(void)
{
    sym_byte_model_free(model);
}

TestSuite(sym_xor_cbc, .init = setup, .fini = teardown);

static struct sym_bytes seal(uint8_t sealed[SPACE], const char *cipher, const uint8_t *text,
                             size_t bytes)
{
    uint8_t iv[BLOCK];
    size_t sealed_bytes;
    text_sample_key(iv, sizeof(iv), &dice);
    cr_assert_eq(sym_cipher_encrypt(sym_cipher_find(cipher), sealed, SPACE, &sealed_bytes, key,
                                    sizeof(key), iv, text, bytes),
                 SYM_OK);
    return (struct sym_bytes){sealed, sealed_bytes};
}

Test(sym_xor_cbc, neighbours_cancel_to_a_repeating_xor)
{
    uint8_t sealed[SPACE], cancelled[SPACE], text[100];
    text_sample_key(text, sizeof(text), &dice);
    struct sym_bytes message = seal(sealed, "xor-cbc", text, sizeof(text));
    sym_xor_cbc_cancel(cancelled, message.data, message.count);
    for (size_t i = 0; i < sizeof(text); i++)
        cr_expect_eq(cancelled[i], text[i] ^ key[i % BLOCK], "byte %zu", i);
}

Test(sym_xor_cbc, one_text_gives_the_key)
{
    for (size_t which = 0; which < TEXT_SAMPLES; which++) {
        struct text_sample sample = text_sample_read(which);
        uint8_t sealed[SPACE];
        struct sym_bytes text = seal(sealed, "xor-cbc", text_sample_piece(&sample, 200, &dice),
                                     200);
        cr_assert(sym_break_xor_cbc(&found, &padded, &text, 1, model));
        cr_expect_eq(found.verdict, SYM_BROKEN, "%s", sample.language);
        cr_expect_eq(padded, 1);
        cr_expect_eq(memcmp(found.key, key, BLOCK), 0, "%s", sample.language);
        free(sample.text);
    }
}

Test(sym_xor_cbc, short_lines_under_one_key)
{
    static const char *const lines[] = {"the exam is on Friday", "is it in the large hall?",
                                        "no, in room 14", "thank you", "see you on Friday then"};
    uint8_t sealed[5][SPACE];
    struct sym_bytes texts[5];
    for (size_t i = 0; i < 5; i++)
        texts[i] = seal(sealed[i], "xor-cbc", (const uint8_t *)lines[i], strlen(lines[i]));
    cr_assert(sym_break_xor_cbc(&found, &padded, texts, 5, model));
    cr_expect_eq(found.verdict, SYM_BROKEN, "%zu padded, %.0f bits saved", padded, found.saved);
    cr_expect_eq(memcmp(found.key, key, BLOCK), 0);
}

Test(sym_xor_cbc, a_real_block_cipher_resists)
{
    struct text_sample sample = text_sample_read(0);
    uint8_t sealed[SPACE];
    struct sym_bytes text = seal(sealed, "feistel-cbc", text_sample_piece(&sample, 900, &dice),
                                 900);
    cr_assert(sym_break_xor_cbc(&found, &padded, &text, 1, model));
    cr_expect_eq(found.verdict, SYM_RESISTED);
    cr_expect_lt(found.saved, 0);
    text.count--;
    cr_assert(sym_break_xor_cbc(&found, &padded, &text, 1, model));
    cr_expect_eq(found.verdict, SYM_NOT_APPLICABLE);
    cr_assert(found.why);
    free(sample.text);
}
