/* Caesar and Vigenere on letters: texts that books print, the ciphers of bytes in the same words,
 * and the keys that lose a text among the surrogates. */
#include "sym_letters.h"

#include "fed_random.h"
#include "sym_cipher.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <uchar.h>

static size_t length_of(const char32_t *text)
{
    size_t length = 0;
    while (text[length] != 0)
        length++;
    return length;
}

struct example {
    const char *alphabet;
    const char32_t *key, *plain, *sealed;
};

/* Each way, whole and in pieces. */
static void check(const struct example *example)
{
    const struct sym_alphabet *alphabet = sym_alphabet_find(example->alphabet);
    size_t count = length_of(example->plain), key_count = length_of(example->key);
    uint32_t key[16], out[64];
    for (size_t i = 0; i < key_count; i++)
        key[i] = (uint32_t)sym_alphabet_index(alphabet, example->key[i], NULL);
    for (size_t cut = 0; cut <= count; cut++) {
        uint64_t position = 0;
        memcpy(out, example->plain, count * sizeof(out[0]));
        cr_expect_eq(sym_letters_apply(out, out, cut, alphabet, key, key_count, SYM_LETTERS_ENCRYPT,
                                       &position),
                     cut);
        cr_expect_eq(sym_letters_apply(out + cut, out + cut, count - cut, alphabet, key, key_count,
                                       SYM_LETTERS_ENCRYPT, &position),
                     count - cut);
        cr_assert(memcmp(out, example->sealed, count * sizeof(out[0])) == 0, "%s, cut at %zu",
                  example->alphabet, cut);
        position = 0;
        cr_expect_eq(sym_letters_apply(out, out, count, alphabet, key, key_count,
                                       SYM_LETTERS_DECRYPT, &position),
                     count);
        cr_assert(memcmp(out, example->plain, count * sizeof(out[0])) == 0);
    }
}

/* Suetonius: D for A. Vigenere's LEMON stands in many books. The Russian ones by hand. */
Test(sym_letters, known_texts)
{
    static const struct example examples[] = {
        {"latin", U"d", U"Veni, vidi, vici! xyz", U"Yhql, ylgl, ylfl! abc"},
        {"latin", U"LEMON", U"ATTACK at dawn", U"LXFOPV ef rnhr"},
        {"russian", U"г", U"Ёлка, эюя; дом", U"Ионг, абв; жсп"},
        {"russian32", U"г", U"Ёлка, эюя; дом", U"Ёонг, абв; зсп"},
        {"russian", U"ключ", U"Мы, ёжики", U"Чж, дюуцж"},
    };
    for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++)
        check(&examples[i]);
}

/* The alphabet of bytes is sym_cipher's. */
Test(sym_letters, bytes_are_sym_cipher)
{
    struct fed_random random;
    fed_random_init(&random, NULL, 0, test_seed());
    for (int round = 0; round < 50; round++) {
        uint8_t key[8], plain[100], sealed[100];
        uint32_t wide_key[8], wide[100];
        uint64_t position = 0;
        size_t key_bytes = 1 + fed_random_next(&random) % sizeof(key), out_bytes;
        cr_assert_eq(rsa_random_bytes(key, sizeof(key), &random.source), 0);
        cr_assert_eq(rsa_random_bytes(plain, sizeof(plain), &random.source), 0);
        for (size_t i = 0; i < sizeof(plain); i++)
            wide[i] = plain[i];
        for (size_t i = 0; i < sizeof(key); i++)
            wide_key[i] = key[i];
        cr_assert_eq(sym_cipher_encrypt(sym_cipher_find("vigenere"), sealed, sizeof(sealed),
                                        &out_bytes, key, key_bytes, NULL, plain, sizeof(plain)),
                     SYM_OK);
        cr_assert_eq(sym_letters_apply(wide, wide, 100, sym_alphabet_find("bytes"), wide_key,
                                       key_bytes, SYM_LETTERS_ENCRYPT, &position),
                     100);
        for (size_t i = 0; i < sizeof(plain); i++)
            cr_assert_eq(wide[i], sealed[i], "byte %zu, key of %zu", i, key_bytes);
    }
}

/* --- surrogates ------------------------------------------------------------------------------ */

/* Each key tried on each sign, against the count. */
static void check_lost(const char *name, const char32_t *text, uint32_t want)
{
    const struct sym_alphabet *alphabet = sym_alphabet_find(name);
    uint32_t size = sym_alphabet_size(alphabet), found = 0, out[64];
    size_t count = length_of(text);
    uint8_t *lost = malloc(size);
    cr_assert(lost);
    cr_expect_eq(sym_letters_lost_keys(lost, alphabet, (const uint32_t *)text, count), want, "%s",
                 name);
    for (uint32_t key = 0; key < size; key++) {
        uint64_t position = 0;
        bool stops = sym_letters_apply(out, (const uint32_t *)text, count, alphabet, &key, 1,
                                       SYM_LETTERS_ENCRYPT, &position) < count;
        cr_assert_eq(lost[key], stops, "%s, key %u", name, key);
        found += stops;
    }
    cr_expect_eq(found, want);
    free(lost);
}

Test(sym_letters, keys_that_lose_a_text)
{
    check_lost("code-points", U"a", 2048);
    check_lost("code-points", U"aaab", 2049);
    check_lost("code-points", U"Привет, мир", 2048 + 0x442 - ' ');
    check_lost("unicode", U"aaab", 2049);
    check_lost("latin", U"aaab", 0);
    check_lost("bytes", U"aaab", 0);
}

Test(sym_letters, stops_before_a_surrogate)
{
    uint32_t text[] = {'a', 'b', 'c'}, key = 0xD800 - 'b';
    uint64_t position = 0;
    cr_expect_eq(sym_letters_apply(text, text, 3, sym_alphabet_find("code-points"), &key, 1,
                                   SYM_LETTERS_ENCRYPT, &position),
                 1);
    cr_expect_eq(text[0], 0xD7FF);
    cr_expect_eq(text[1], 'b');
    cr_expect_eq(position, 1);
}
