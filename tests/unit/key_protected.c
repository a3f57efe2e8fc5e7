/*
 * Keys under a passphrase: PBES2 against openssl's, every damage noticed, and what is asked when.
 */
#include "key_protected.h"
#include "key_formats.h"
#include "key_samples.h"
#include "passphrase_answers.h"
#include "vectors.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FEW 2 /* iterations: these tests are not about the time */

static const struct key_protection secret = {"secret", FEW};

/* --- the frame ------------------------------------------------------------------------------- */

Test(key_protected, vectors)
{
    struct vectors *file = vectors_open("pbes2.txt");
    while (vectors_next(file)) {
        struct passphrase_answers answers = {.answers = {NULL}};
        char passphrase[200] = "";
        size_t bytes, passphrase_bytes;
        const uint8_t *block = vectors_bytes(file, "block", &bytes);
        const uint8_t *text = vectors_bytes(file, "passphrase", &passphrase_bytes);
        const char *result = vectors_text(file, "result");
        memcpy(passphrase, text, passphrase_bytes);
        answers.answers[0] = passphrase;
        struct key_access access = answering(&answers);
        struct problem problem = {0};
        struct pbes2 frame;
        struct rsa_key *key = NULL;
        bool done = pbes2_read(&frame, block, bytes, &problem) &&
                    key_protected_open(&key, &frame, &access, "f", &problem);
        if (strcmp(result, "opens") == 0) {
            cr_expect(done, "%s: %s", vectors_where(file), problem.message);
            cr_expect(done && rsa_key_equal_public(key, sample_pair()), "%s", vectors_where(file));
        } else {
            cr_expect_not(done, "%s", vectors_where(file));
            cr_expect(strncmp(problem.message, result, strlen(result)) == 0, "%s: got %s, want %s",
                      vectors_where(file), problem.message, result);
        }
        rsa_key_free(key);
    }
    vectors_close(file);
}

static struct key_text sealed_sample(enum key_format format, bool der)
{
    struct key_text text;
    struct problem problem = {0};
    const struct key_wish wish = {.format = format,
                                  .private = true,
                                  .der = der,
                                  .name = "anna",
                                  .created = "2026-02-03T04:05:06Z",
                                  .protection = &secret};
    cr_assert(key_wish_check(&wish, &problem) &&
                  key_formats_write(&text, sample_pair(), &wish, &problem),
              "%s", problem.message);
    return text;
}

static bool read_with(struct key_finds *finds, const void *data, size_t bytes,
                      struct passphrase_answers *answers, struct problem *problem)
{
    struct key_access access = answering(answers);
    return key_formats_read(finds, "f", data, bytes, &access, problem);
}

Test(key_protected, each_format_is_read_back)
{
    static const struct {
        enum key_format format;
        bool der;
        const char *begins;
    } formats[] = {{KEY_FORMAT_PKCS8, false, "-----BEGIN ENCRYPTED PRIVATE KEY-----\n"},
                   {KEY_FORMAT_PKCS8, true, "0\x82"},
                   {KEY_FORMAT_CSV, false, "field,value\ntype,rsa-private\nname,anna\n"}};
    for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
        struct key_text text = sealed_sample(formats[i].format, formats[i].der);
        struct passphrase_answers answers = {.answers = {"secret"}};
        struct problem problem = {0};
        struct key_finds finds;
        cr_expect(memcmp(text.data, formats[i].begins, strlen(formats[i].begins)) == 0);
        cr_assert(read_with(&finds, text.data, text.bytes, &answers, &problem), "%s",
                  problem.message);
        cr_expect_eq(finds.count, 1);
        cr_expect_eq(finds.keys[0].iterations, FEW);
        cr_expect(rsa_key_is_private(finds.keys[0].key) &&
                  rsa_key_equal_public(finds.keys[0].key, sample_pair()));
        cr_expect_eq(answers.asked, 1);
        cr_expect_str_eq(answers.what, "f");
        key_finds_free(&finds);
        key_text_free(&text);
    }
}

/* Salt and IV are fresh each time: the same key twice is two files without a block in common. */
Test(key_protected, never_the_same_twice)
{
    struct key_text one = sealed_sample(KEY_FORMAT_PKCS8, true);
    struct key_text two = sealed_sample(KEY_FORMAT_PKCS8, true);
    struct pbes2 a, b;
    cr_assert(pbes2_read(&a, one.data, one.bytes, NULL));
    cr_assert(pbes2_read(&b, two.data, two.bytes, NULL));
    cr_expect_arr_neq(a.salt.data, b.salt.data, PBES2_SALT_BYTES);
    cr_expect_arr_neq(a.iv.data, b.iv.data, 16);
    for (size_t at = 0; at + 16 <= a.ciphertext.bytes; at += 16)
        cr_expect_arr_neq(a.ciphertext.data + at, b.ciphertext.data + at, 16, "at %zu", at);
    key_text_free(&one);
    key_text_free(&two);
}

/* Every bit of the file counts: no flipped one goes unnoticed. Those of the iteration count would
 * only cost time, and are left to the vectors. */
Test(key_protected, every_flipped_bit_is_noticed)
{
    struct key_text text = sealed_sample(KEY_FORMAT_PKCS8, true);
    struct pbes2 frame;
    cr_assert(pbes2_read(&frame, text.data, text.bytes, NULL));
    size_t count_at = frame.salt.offset + frame.salt.bytes;
    for (size_t bit = 0; bit < 8 * text.bytes; bit++) {
        struct passphrase_answers answers = {.answers = {"secret"}};
        struct problem problem = {0};
        struct key_finds finds;
        if (bit / 8 >= count_at && bit / 8 < count_at + 3)
            continue;
        text.data[bit / 8] = (char)(text.data[bit / 8] ^ 1 << bit % 8);
        bool done = read_with(&finds, text.data, text.bytes, &answers, &problem);
        cr_expect_not(done, "bit %zu of byte %zu", bit % 8, bit / 8);
        cr_expect(problem.message[0] != '\0');
        text.data[bit / 8] = (char)(text.data[bit / 8] ^ 1 << bit % 8);
    }
    key_text_free(&text);
}

/* A wrong passphrase's padding is right once in 256 times: what comes out is noticed still. */
Test(key_protected, a_thousand_wrong_passphrases)
{
    struct key_text text = sealed_sample(KEY_FORMAT_PKCS8, true);
    struct pbes2 frame;
    uint8_t out[2048];
    size_t out_bytes, good_paddings = 0;
    cr_assert(pbes2_read(&frame, text.data, text.bytes, NULL));
    cr_assert_leq(frame.ciphertext.bytes, sizeof(out));
    for (int i = 0; i < 1000; i++) {
        char wrong[16];
        struct passphrase_answers answers = {.answers = {wrong}};
        struct key_access access = answering(&answers);
        struct rsa_key *key;
        snprintf(wrong, sizeof(wrong), "wrong %d", i);
        good_paddings += pbes2_decrypt(out, &out_bytes, &frame, wrong);
        cr_expect_not(key_protected_open(&key, &frame, &access, "f", NULL), "%s", wrong);
        cr_expect_null(key);
        cr_expect_eq(answers.asked, 2, "not taken for a wrong passphrase: %s", wrong);
    }
    cr_expect_gt(good_paddings, 0u, "no padding at all was right: is the case tested?");
    key_text_free(&text);
}

/* --- who is asked, and how often ------------------------------------------------------------- */

Test(key_protected, it_asks_again_until_it_is_right)
{
    struct key_text text = sealed_sample(KEY_FORMAT_PKCS8, false);
    struct passphrase_answers answers = {.answers = {"", "Secret", "secret", "unused"}};
    struct key_finds finds;
    cr_assert(read_with(&finds, text.data, text.bytes, &answers, NULL));
    cr_expect_eq(answers.asked, 3);
    key_finds_free(&finds);
    answers = (struct passphrase_answers){.answers = {"no", "neither"}};
    cr_expect_not(read_with(&finds, text.data, text.bytes, &answers, NULL));
    cr_expect_eq(answers.asked, 3);
    key_text_free(&text);
}

Test(key_protected, nobody_to_ask_is_an_error_that_names_the_file)
{
    struct key_text text = sealed_sample(KEY_FORMAT_PKCS8, false);
    struct problem problem = {0};
    struct key_finds finds;
    cr_expect_not(key_formats_read(&finds, "f", text.data, text.bytes, NULL, &problem));
    cr_expect_not_null(strstr(problem.message, "f is protected by a passphrase"), "%s",
                       problem.message);
    key_text_free(&text);
}

Test(key_protected, the_second_key_of_a_file_is_asked_for_by_its_line)
{
    struct key_text text = sealed_sample(KEY_FORMAT_PKCS8, false);
    char *both;
    int length = asprintf(&both, "# mine\n%.*s", (int)text.bytes, text.data);
    struct passphrase_answers answers = {.answers = {"secret"}};
    struct key_finds finds;
    cr_assert(read_with(&finds, both, (size_t)length, &answers, NULL));
    cr_expect_str_eq(answers.what, "f:2");
    key_finds_free(&finds);
    free(both);
    key_text_free(&text);
}

Test(key_protected, only_pairs_in_two_formats)
{
    for (int format = 0; format < KEY_FORMATS; format++) {
        for (int private = 0; private < 2; private ++) {
            const struct key_wish wish = {
                .format = (enum key_format)format, .private = private, .protection = &secret};
            bool may = private && (format == KEY_FORMAT_PKCS8 || format == KEY_FORMAT_CSV);
            cr_expect_eq(key_wish_check(&wish, NULL), may, "format %d, private %d", format,
                         private);
        }
    }
}
