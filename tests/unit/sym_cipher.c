/* The table of classic ciphers: answers by hand, every way through it, what it refuses, and the
 * lessons that docs/symcipher.md says it teaches. */
#include "sym_cipher.h"

#include "fed_random.h"
#include "vectors.h"

#include <criterion/criterion.h>
#include <string.h>

#define LONGEST 300
#define SPACE   (LONGEST + SYM_CIPHER_STREAM_SPACE)
#define BLOCK   SYM_CBC_BLOCK_BYTES

static struct fed_random source;

static void random_bytes(void *out, size_t bytes)
{
    cr_assert_eq(rsa_random_bytes(out, bytes, &source.source), 0);
}

static void seeded(void)
{
    fed_random_init(&source, NULL, 0, test_seed());
}

/* A message with all that a cipher needs for it. */
struct message {
    const struct sym_cipher *cipher;
    uint8_t key[LONGEST], iv[BLOCK], plain[LONGEST], sealed[SPACE];
    size_t key_bytes, plain_bytes, sealed_bytes;
};

static void random_message(struct message *message, const struct sym_cipher *cipher, size_t bytes)
{
    size_t key_bytes = sym_cipher_key_bytes(cipher);
    message->cipher = cipher;
    message->key_bytes = key_bytes > 0 ? key_bytes : bytes;
    message->plain_bytes = bytes;
    random_bytes(message->key, sizeof(message->key));
    random_bytes(message->iv, sizeof(message->iv));
    random_bytes(message->plain, sizeof(message->plain));
    cr_assert_eq(sym_cipher_encrypt(cipher, message->sealed, sizeof(message->sealed),
                                    &message->sealed_bytes, message->key, message->key_bytes,
                                    message->iv, message->plain, bytes),
                 SYM_OK, "%s: %zu bytes", sym_cipher_name(cipher), bytes);
}

static enum sym_error open(const struct message *message, uint8_t *out, size_t space, size_t *bytes)
{
    return sym_cipher_decrypt(message->cipher, out, space, bytes, message->key, message->key_bytes,
                              message->sealed, message->sealed_bytes);
}

Test(sym_cipher, answers_by_hand)
{
    struct vectors *file = vectors_open("classic.txt");
    while (vectors_next(file)) {
        const struct sym_cipher *cipher = sym_cipher_find(vectors_text(file, "cipher"));
        const uint8_t *iv = NULL;
        uint8_t out[SPACE];
        size_t key_bytes, plain_bytes, sealed_bytes, iv_bytes, bytes;
        const uint8_t *key = vectors_bytes(file, "key", &key_bytes);
        const uint8_t *plain = vectors_bytes(file, "plain", &plain_bytes);
        const uint8_t *sealed = vectors_bytes(file, "sealed", &sealed_bytes);
        cr_assert_not_null(cipher, "%s", vectors_where(file));
        if (vectors_has(file, "iv"))
            iv = vectors_bytes(file, "iv", &iv_bytes);
        cr_assert_eq(sym_cipher_encrypt(cipher, out, sizeof(out), &bytes, key, key_bytes, iv, plain,
                                        plain_bytes),
                     SYM_OK, "%s", vectors_where(file));
        vectors_expect(file, "encrypted", out, bytes, "sealed");
        cr_assert_eq(sym_cipher_decrypt(cipher, out, sizeof(out), &bytes, key, key_bytes, sealed,
                                        sealed_bytes),
                     SYM_OK, "%s", vectors_where(file));
        vectors_expect(file, "decrypted", out, bytes, "plain");
    }
    vectors_close(file);
}

Test(sym_cipher, the_table)
{
    static const char *const names[] = {"caesar", "vigenere", "vernam",
                                        "otp",    "xor-cbc",  "feistel-cbc"};
    cr_assert_eq(sym_cipher_count(), sizeof(names) / sizeof(*names));
    for (size_t row = 0; row < sym_cipher_count(); row++) {
        const struct sym_cipher *cipher = sym_cipher_at(row);
        size_t key_bytes = sym_cipher_key_bytes(cipher);
        cr_assert_str_eq(sym_cipher_name(cipher), names[row]);
        cr_assert_eq(sym_cipher_find(names[row]), cipher);
        cr_assert_null(strchr(sym_cipher_summary(cipher), '\n'));
        cr_assert_leq(key_bytes, (size_t)SYM_CIPHER_MAX_KEY_BYTES);
        cr_assert_leq(sym_cipher_iv_bytes(cipher), (size_t)SYM_CIPHER_MAX_IV_BYTES);
        cr_assert(sym_cipher_key_fits(cipher, key_bytes));
        cr_assert_eq(sym_cipher_key_fits(cipher, 0), key_bytes == 0, "%s", names[row]);
    }
    cr_assert_null(sym_cipher_at(sym_cipher_count()));
    cr_assert_null(sym_cipher_find("rot13"));
    cr_assert_null(sym_cipher_find(""));
}

Test(sym_cipher, every_cipher_every_length_there_and_back, .init = seeded)
{
    for (size_t row = 0; row < sym_cipher_count(); row++) {
        for (size_t bytes = 0; bytes <= LONGEST; bytes++) {
            const struct sym_cipher *cipher = sym_cipher_at(row);
            static struct message message;
            uint8_t back[LONGEST + 1];
            size_t back_bytes, most;
            random_message(&message, cipher, bytes);
            cr_assert_eq(message.sealed_bytes, sym_cipher_sealed_bytes(cipher, bytes), "%s: %zu",
                         sym_cipher_name(cipher), bytes);
            most = sym_cipher_plain_bytes(cipher, message.sealed_bytes);
            cr_assert(most >= bytes && most <= bytes + BLOCK, "%s: %zu bytes, at most %zu",
                      sym_cipher_name(cipher), bytes, most);
            back[bytes] = 0xee;
            cr_assert_eq(open(&message, back, bytes, &back_bytes), SYM_OK);
            cr_assert_eq(back_bytes, bytes);
            cr_assert_arr_eq(back, message.plain, bytes, "%s: %zu", sym_cipher_name(cipher), bytes);
            cr_assert_eq(back[bytes], 0xee);
        }
    }
}

Test(sym_cipher, in_place_where_there_is_no_iv, .init = seeded)
{
    for (size_t row = 0; row < sym_cipher_count(); row++) {
        static struct message message;
        uint8_t data[LONGEST];
        size_t bytes;
        random_message(&message, sym_cipher_at(row), LONGEST);
        if (sym_cipher_iv_bytes(message.cipher) > 0)
            continue;
        memcpy(data, message.plain, sizeof(data));
        cr_assert_eq(sym_cipher_encrypt(message.cipher, data, sizeof(data), &bytes, message.key,
                                        message.key_bytes, NULL, data, sizeof(data)),
                     SYM_OK);
        cr_assert_arr_eq(data, message.sealed, sizeof(data), "%s", sym_cipher_name(message.cipher));
    }
}

/* --- in pieces -------------------------------------------------------------------------------- */

/* Two updates and a final, out getting exactly the room that what comes needs. */
static void through_stream(struct sym_cipher_stream *stream, const char *name, const uint8_t *in,
                           size_t in_bytes, size_t split, const uint8_t *want, size_t want_bytes)
{
    uint8_t out[SPACE];
    size_t first, second, last;
    cr_assert_eq(sym_cipher_update(stream, out, split + SYM_CIPHER_STREAM_SPACE, &first, in, split),
                 SYM_OK);
    cr_assert_eq(sym_cipher_update(stream, out + first, sizeof(out) - first, &second, in + split,
                                   in_bytes - split),
                 SYM_OK);
    cr_assert_eq(sym_cipher_final(stream, out + first + second, want_bytes - first - second, &last),
                 SYM_OK, "%s: %zu of %zu bytes", name, split, in_bytes);
    cr_assert_eq(first + second + last, want_bytes, "%s: %zu of %zu bytes", name, split, in_bytes);
    cr_assert_arr_eq(out, want, want_bytes, "%s: %zu of %zu bytes", name, split, in_bytes);
}

Test(sym_cipher, every_split_into_two, .init = seeded)
{
    static const size_t lengths[] = {0, 1, 15, 16, 17, 31, 32, 33, 100};
    for (size_t i = 0; i < sym_cipher_count() * 9; i++) {
        const struct sym_cipher *cipher = sym_cipher_at(i / 9);
        const char *name = sym_cipher_name(cipher);
        struct sym_cipher_stream stream;
        static struct message message;
        random_message(&message, cipher, lengths[i % 9]);
        for (size_t split = 0; split <= message.plain_bytes; split++) {
            cr_assert_eq(sym_cipher_encrypt_init(&stream, cipher, message.key, message.key_bytes,
                                                 message.iv),
                         SYM_OK);
            through_stream(&stream, name, message.plain, message.plain_bytes, split, message.sealed,
                           message.sealed_bytes);
        }
        for (size_t split = 0; split <= message.sealed_bytes; split++) {
            cr_assert_eq(sym_cipher_decrypt_init(&stream, cipher, message.key, message.key_bytes),
                         SYM_OK);
            through_stream(&stream, name, message.sealed, message.sealed_bytes, split,
                           message.plain, message.plain_bytes);
        }
    }
}

Test(sym_cipher, byte_by_byte, .init = seeded)
{
    for (size_t row = 0; row < sym_cipher_count(); row++) {
        struct sym_cipher_stream stream;
        static struct message message;
        uint8_t out[SPACE];
        size_t written = 0, more;
        random_message(&message, sym_cipher_at(row), 77);
        cr_assert_eq(
            sym_cipher_decrypt_init(&stream, message.cipher, message.key, message.key_bytes),
            SYM_OK);
        for (size_t i = 0; i < message.sealed_bytes; i++, written += more)
            cr_assert_eq(sym_cipher_update(&stream, out + written, sizeof(out) - written, &more,
                                           message.sealed + i, 1),
                         SYM_OK);
        cr_assert_eq(sym_cipher_final(&stream, out + written, sizeof(out) - written, &more),
                     SYM_OK);
        cr_assert_eq(written + more, message.plain_bytes);
        cr_assert_arr_eq(out, message.plain, message.plain_bytes);
    }
}

Test(sym_cipher, the_first_error_sticks_and_final_wipes)
{
    static const struct sym_cipher_stream wiped;
    struct sym_cipher_stream stream;
    uint8_t out[8];
    size_t bytes = 1;
    const struct sym_cipher *vernam = sym_cipher_find("vernam");
    cr_assert_eq(sym_cipher_encrypt_init(&stream, vernam, "key", 3, NULL), SYM_OK);
    cr_assert_eq(sym_cipher_update(&stream, out, 3, &bytes, "text", 4), SYM_ERR_SPACE);
    cr_assert_eq(bytes, 0);
    cr_assert_eq(sym_cipher_update(&stream, out, 8, &bytes, "text", 4), SYM_ERR_SPACE);
    cr_assert_eq(sym_cipher_final(&stream, out, 8, &bytes), SYM_ERR_SPACE);
    cr_assert_arr_eq((const uint8_t *)&stream, (const uint8_t *)&wiped, sizeof(stream));
}

/* --- refusals --------------------------------------------------------------------------------- */

Test(sym_cipher, keys_that_do_not_fit, .init = seeded)
{
    static const struct {
        const char *name;
        size_t bytes;
        bool fits;
    } cases[] = {
        {"caesar", 0, false},       {"caesar", 1, true},       {"caesar", 2, false},
        {"vigenere", 0, false},     {"vigenere", 1, true},     {"vigenere", 65, true},
        {"vernam", 0, false},       {"vernam", 1, true},       {"vernam", 65, true},
        {"xor-cbc", 15, false},     {"xor-cbc", 16, true},     {"xor-cbc", 17, false},
        {"feistel-cbc", 15, false}, {"feistel-cbc", 16, true}, {"feistel-cbc", 17, false},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        const struct sym_cipher *cipher = sym_cipher_find(cases[i].name);
        enum sym_error want = cases[i].fits ? SYM_OK : SYM_ERR_KEY_BYTES;
        static struct message message;
        uint8_t out[SPACE];
        size_t bytes = 1;
        random_message(&message, cipher, 20);
        cr_assert_eq(sym_cipher_key_fits(cipher, cases[i].bytes), cases[i].fits);
        cr_assert_eq(sym_cipher_encrypt(cipher, out, sizeof(out), &bytes, message.key,
                                        cases[i].bytes, message.iv, message.plain, 20),
                     want, "%s, %zu bytes", cases[i].name, cases[i].bytes);
        cr_assert_eq(bytes, cases[i].fits ? message.sealed_bytes : 0);
        message.key_bytes = cases[i].bytes;
        if (!cases[i].fits)
            cr_assert_eq(open(&message, out, sizeof(out), &bytes), SYM_ERR_KEY_BYTES);
    }
}

Test(sym_cipher, a_one_time_pad_may_not_be_shorter_than_the_text, .init = seeded)
{
    const struct sym_cipher *otp = sym_cipher_find("otp");
    struct sym_cipher_stream stream;
    static struct message message;
    uint8_t out[100] = {0};
    static const uint8_t zeros[sizeof(out)];
    size_t bytes;
    random_message(&message, otp, 100);
    message.key_bytes = 99;
    cr_assert_eq(open(&message, out, sizeof(out), &bytes), SYM_ERR_LENGTH);
    cr_assert_eq(bytes, 0);
    cr_assert_arr_eq(out, zeros, sizeof(out), "nothing may be written");
    cr_assert_eq(sym_cipher_encrypt_init(&stream, otp, message.key, 99, NULL), SYM_OK);
    cr_assert_eq(sym_cipher_update(&stream, out, 100, &bytes, message.plain, 99), SYM_OK);
    cr_assert_eq(sym_cipher_update(&stream, out, 100, &bytes, message.plain, 1), SYM_ERR_LENGTH,
                 "the pad does not start again");
    sym_wipe(&stream, sizeof(stream));
}

Test(sym_cipher, too_little_space_is_refused, .init = seeded)
{
    for (size_t row = 0; row < sym_cipher_count(); row++) {
        static struct message message;
        uint8_t out[SPACE];
        random_message(&message, sym_cipher_at(row), 50);
        for (size_t space = 0; space < message.sealed_bytes; space++) {
            size_t bytes = 1;
            cr_assert_eq(sym_cipher_encrypt(message.cipher, out, space, &bytes, message.key,
                                            message.key_bytes, message.iv, message.plain, 50),
                         SYM_ERR_SPACE, "%s: %zu", sym_cipher_name(message.cipher), space);
            cr_assert_eq(bytes, 0);
        }
        for (size_t space = 0; space < 50; space++) {
            size_t bytes = 1;
            cr_assert_eq(open(&message, out, space, &bytes), SYM_ERR_SPACE, "%s: %zu",
                         sym_cipher_name(message.cipher), space);
            cr_assert_eq(bytes, 0);
        }
    }
}

static const char *const block_ciphers[] = {"xor-cbc", "feistel-cbc"};

Test(sym_cipher, no_whole_number_of_blocks, .init = seeded)
{
    for (size_t i = 0; i < 2; i++) {
        static struct message message;
        uint8_t out[SPACE] = {0};
        static const uint8_t zeros[SPACE];
        size_t whole, bytes;
        random_message(&message, sym_cipher_find(block_ciphers[i]), 50);
        whole = message.sealed_bytes;
        for (message.sealed_bytes = 0; message.sealed_bytes < whole; message.sealed_bytes++) {
            if (message.sealed_bytes > BLOCK && message.sealed_bytes % BLOCK == 0)
                continue; /* whole blocks, of which the last is no padding */
            cr_assert_eq(open(&message, out, sizeof(out), &bytes), SYM_ERR_LENGTH, "%s: %zu bytes",
                         block_ciphers[i], message.sealed_bytes);
            cr_assert_eq(bytes, 0);
            cr_assert_arr_eq(out, zeros, sizeof(out), "what was decrypted is taken back");
        }
    }
}

/* RFC 5652 6.3: what a padding may be, by tampering with the block before it (see below). */
Test(sym_cipher, padding_errors, .init = seeded)
{
    static const struct {
        uint8_t last[4]; /* the end of the last block */
        enum sym_error want;
        size_t bytes; /* of text in the last block */
    } cases[] = {
        {{9, 9, 9, 1}, SYM_OK, 15},          {{9, 9, 2, 2}, SYM_OK, 14},
        {{4, 4, 4, 4}, SYM_OK, 12},          {{9, 9, 9, 0}, SYM_ERR_PADDING, 0},
        {{9, 9, 9, 17}, SYM_ERR_PADDING, 0}, {{9, 9, 9, 255}, SYM_ERR_PADDING, 0},
        {{9, 9, 1, 2}, SYM_ERR_PADDING, 0},  {{3, 4, 4, 4}, SYM_ERR_PADDING, 0},
        {{9, 9, 9, 16}, SYM_ERR_PADDING, 0}, {{9, 9, 9, 2}, SYM_ERR_PADDING, 0},
    };
    for (size_t i = 0; i < 2 * sizeof(cases) / sizeof(*cases); i++) {
        const size_t number = i / 2;
        static struct message message;
        uint8_t out[SPACE];
        size_t bytes;
        random_message(&message, sym_cipher_find(block_ciphers[i % 2]), 32);
        for (size_t j = 0; j < 4; j++) /* the last block is 16 times 16 */
            message.sealed[2 * BLOCK + 12 + j] ^= 16 ^ cases[number].last[j];
        cr_assert_eq(open(&message, out, sizeof(out), &bytes), cases[number].want, "%s, case %zu",
                     block_ciphers[i % 2], number);
        cr_assert_eq(bytes, cases[number].want ? 0 : 32 + cases[number].bytes);
    }
}

/* --- lessons ---------------------------------------------------------------------------------- */

/* Chaining over a repeating XOR key: neighbouring ciphertext blocks cancel the chain and leave
 * P[i] xor K, whatever the IV was; two such pairs leave P[i] xor P[j], without any key. */
Test(sym_cipher, lesson_xor_cbc_is_no_stronger_than_vernam, .init = seeded)
{
    static struct message message;
    random_message(&message, sym_cipher_find("xor-cbc"), 160);
    for (size_t i = 0; i < 10; i++) {
        const uint8_t *before = message.sealed + i * BLOCK, *block = before + BLOCK;
        for (size_t j = 0; j < BLOCK; j++) {
            uint8_t cancelled = block[j] ^ before[j];
            cr_assert_eq(cancelled, message.plain[i * BLOCK + j] ^ message.key[j],
                         "block %zu, byte %zu", i, j);
        }
    }
}

/* Without a MAC: a bit flipped in one block flips the same bit of the next, and nobody notices. */
Test(sym_cipher, lesson_cbc_lets_bits_be_flipped, .init = seeded)
{
    static struct message message;
    uint8_t out[SPACE];
    size_t bytes;
    random_message(&message, sym_cipher_find("feistel-cbc"), 48);
    for (size_t bit = 0; bit < 8 * BLOCK; bit++) {
        message.sealed[bit / 8] ^= (uint8_t)(1 << bit % 8); /* of the IV: only block 0 changes */
        cr_assert_eq(open(&message, out, sizeof(out), &bytes), SYM_OK);
        out[bit / 8] ^= (uint8_t)(1 << bit % 8);
        cr_assert_arr_eq(out, message.plain, 48, "bit %zu", bit);
        message.sealed[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
}

/* A pad used twice: the difference of the ciphertexts is that of the texts. */
Test(sym_cipher, lesson_a_pad_used_twice, .init = seeded)
{
    static struct message one, two;
    random_message(&one, sym_cipher_find("otp"), 60);
    random_message(&two, sym_cipher_find("otp"), 60);
    cr_assert_eq(sym_cipher_encrypt(two.cipher, two.sealed, 60, &two.sealed_bytes, one.key, 60,
                                    NULL, two.plain, 60),
                 SYM_OK);
    for (size_t i = 0; i < 60; i++)
        cr_assert_eq(one.sealed[i] ^ two.sealed[i], one.plain[i] ^ two.plain[i]);
}
