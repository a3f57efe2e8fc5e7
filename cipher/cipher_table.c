/* Every cipher of the program: see cipher_table.h. */
#include "cipher_table.h"
#include "translate.h"

#include "sym_aead.h"

#include <stdio.h>
#include <string.h>

#define BLOCK SYM_CBC_BLOCK_BYTES

static const struct cipher own[] = {
    {.name = "feistel-ecb",
     .summary = N_("the Feistel cipher block by block; equal blocks stay equal"),
     .kind = CIPHER_ECB,
     .for_learning = true,
     .key_bytes = SYM_FEISTEL_KEY_BYTES},
    {.name = "aes-128-ecb",
     .summary = N_("AES block by block; equal blocks stay equal"),
     .kind = CIPHER_ECB,
     .for_learning = true,
     .key_bytes = SYM_AES128_KEY_BYTES},
    {.name = "aes-192-ecb",
     .summary = N_("the same with a larger key: no better"),
     .kind = CIPHER_ECB,
     .for_learning = true,
     .key_bytes = SYM_AES192_KEY_BYTES},
    {.name = "aes-256-ecb",
     .summary = N_("the same with a larger key: no better"),
     .kind = CIPHER_ECB,
     .for_learning = true,
     .key_bytes = SYM_AES256_KEY_BYTES},
    {.name = "aes-128-cbc",
     .summary = N_("AES chained (SP 800-38A); hides, but anyone can tamper"),
     .kind = CIPHER_CBC,
     .key_bytes = SYM_AES128_KEY_BYTES,
     .nonce_bytes = BLOCK,
     .blocks = &sym_block_aes128},
    {.name = "aes-192-cbc",
     .summary = N_("the same with a larger key"),
     .kind = CIPHER_CBC,
     .key_bytes = SYM_AES192_KEY_BYTES,
     .nonce_bytes = BLOCK,
     .blocks = &sym_block_aes192},
    {.name = "aes-256-cbc",
     .summary = N_("the same with a larger key"),
     .kind = CIPHER_CBC,
     .key_bytes = SYM_AES256_KEY_BYTES,
     .nonce_bytes = BLOCK,
     .blocks = &sym_block_aes256},
    {.name = "chacha20",
     .summary = N_("a key stream (RFC 8439 2.4); hides, but anyone can flip bits"),
     .kind = CIPHER_STREAM,
     .key_bytes = SYM_CHACHA20_KEY_BYTES,
     .nonce_bytes = SYM_CHACHA20_NONCE_BYTES},
    {.name = "chacha20-poly1305",
     .summary = N_("the same with a tag (RFC 8439 2.8): the one that notices tampering"),
     .kind = CIPHER_AEAD,
     .key_bytes = SYM_AEAD_KEY_BYTES,
     .nonce_bytes = SYM_AEAD_NONCE_BYTES},
};
enum { OWN = sizeof(own) / sizeof(own[0]), LETTER_CIPHERS = 2 };

static void take_classic(struct cipher *cipher, const struct sym_cipher *row)
{
    *cipher = (struct cipher){
        .summary = sym_cipher_summary(row),
        .kind = CIPHER_CLASSIC,
        .for_learning = true,
        .key_bytes = sym_cipher_key_bytes(row),
        .any_key_bytes = sym_cipher_key_fits(row, sym_cipher_key_bytes(row) + 1),
        .nonce_bytes = sym_cipher_iv_bytes(row),
        .classic = row,
    };
    snprintf(cipher->name, sizeof(cipher->name), "%s", sym_cipher_name(row));
}

static void take_letters(struct cipher *cipher, const struct sym_alphabet *alphabet, size_t which)
{
    *cipher = (struct cipher){
        .summary = sym_alphabet_summary(alphabet),
        .kind = CIPHER_LETTERS,
        .for_learning = true,
        .key_bytes = which == 0 ? 1 : 0,
        .any_key_bytes = which != 0,
        .alphabet = alphabet,
    };
    snprintf(cipher->name, sizeof(cipher->name), "%s:%s", which == 0 ? "caesar" : "vigenere",
             sym_alphabet_name(alphabet));
}

bool cipher_at(struct cipher *cipher, size_t row)
{
    size_t letters = row - sym_cipher_count() - OWN;
    if (row < sym_cipher_count())
        take_classic(cipher, sym_cipher_at(row));
    else if (row - sym_cipher_count() < OWN)
        *cipher = own[row - sym_cipher_count()];
    else if (letters < LETTER_CIPHERS * sym_alphabet_count())
        take_letters(cipher, sym_alphabet_at(letters % sym_alphabet_count()),
                     letters / sym_alphabet_count());
    else
        return false;
    return true;
}

bool cipher_find(struct cipher *cipher, const char *name)
{
    for (size_t row = 0; cipher_at(cipher, row); row++)
        if (strcmp(cipher->name, name) == 0)
            return true;
    return false;
}

bool cipher_key_fits(const struct cipher *cipher, size_t key_bytes)
{
    if (cipher->classic)
        return sym_cipher_key_fits(cipher->classic, key_bytes);
    return cipher->any_key_bytes ? key_bytes > 0 : key_bytes == cipher->key_bytes;
}
