/*
 * The table of the classic ciphers, and what it says about each.
 *
 * Three functions make four ciphers: caesar is vigenere with a key of one byte, and otp is vernam
 * with a key that never has to start again. That is the whole difference between the weakest cipher
 * of the table and the only one that can be proven unbreakable.
 */
#include "sym_cipher.h"

#include "sym_cipher_table.h"

#include <string.h>

#define BLOCK SYM_CBC_BLOCK_BYTES

static void add_key(uint8_t *out, const uint8_t *in, size_t bytes, const uint8_t *key,
                    size_t key_bytes, uint64_t position)
{
    size_t k = position % key_bytes;
    for (size_t i = 0; i < bytes; i++) {
        out[i] = (uint8_t)(in[i] + key[k]);
        k = k + 1 < key_bytes ? k + 1 : 0;
    }
}

static void subtract_key(uint8_t *out, const uint8_t *in, size_t bytes, const uint8_t *key,
                         size_t key_bytes, uint64_t position)
{
    size_t k = position % key_bytes;
    for (size_t i = 0; i < bytes; i++) {
        out[i] = (uint8_t)(in[i] - key[k]);
        k = k + 1 < key_bytes ? k + 1 : 0;
    }
}

static void xor_key(uint8_t *out, const uint8_t *in, size_t bytes, const uint8_t *key,
                    size_t key_bytes, uint64_t position)
{
    size_t k = position % key_bytes;
    for (size_t i = 0; i < bytes; i++) {
        out[i] = in[i] ^ key[k];
        k = k + 1 < key_bytes ? k + 1 : 0;
    }
}

/* The channel numbers its suites by the order of these rows: a new one comes last. */
static const struct sym_cipher table[] = {
    {"caesar", "adds one key byte to every byte; 256 keys, tried in a moment", 1, 1, 1, add_key,
     subtract_key, NULL},
    {"vigenere", "adds a repeating key; falls to letter counts, one per key byte", 16, 1, SIZE_MAX,
     add_key, subtract_key, NULL},
    {"vernam", "XORs a repeating key; a guessed piece of text gives the key away", 16, 1, SIZE_MAX,
     xor_key, xor_key, NULL},
    {"otp", "XORs a key as long as the text; perfect if random and used once", 0, 0, SIZE_MAX,
     xor_key, xor_key, NULL},
    {"xor-cbc", "chained blocks over a mere XOR; neighbouring blocks cancel the chain", BLOCK,
     BLOCK, BLOCK, NULL, NULL, &sym_block_xor},
    {"feistel-cbc", "a 16-round Feistel cipher in CBC mode; hides, but anyone can tamper", BLOCK,
     BLOCK, BLOCK, NULL, NULL, &sym_block_feistel},
};

size_t sym_cipher_count(void)
{
    return sizeof(table) / sizeof(table[0]);
}

const struct sym_cipher *sym_cipher_at(size_t row)
{
    return row < sym_cipher_count() ? &table[row] : NULL;
}

const struct sym_cipher *sym_cipher_find(const char *name)
{
    for (size_t row = 0; row < sym_cipher_count(); row++)
        if (strcmp(table[row].name, name) == 0)
            return &table[row];
    return NULL;
}

const char *sym_cipher_name(const struct sym_cipher *cipher)
{
    return cipher->name;
}

const char *sym_cipher_summary(const struct sym_cipher *cipher)
{
    return cipher->summary;
}

size_t sym_cipher_key_bytes(const struct sym_cipher *cipher)
{
    return cipher->key_bytes;
}

bool sym_cipher_key_fits(const struct sym_cipher *cipher, size_t key_bytes)
{
    return key_bytes >= cipher->min_key_bytes && key_bytes <= cipher->max_key_bytes;
}

size_t sym_cipher_iv_bytes(const struct sym_cipher *cipher)
{
    return cipher->blocks ? BLOCK : 0;
}

/* In blocks: the IV, and the text with 1 to 16 bytes of padding. */
size_t sym_cipher_sealed_bytes(const struct sym_cipher *cipher, size_t plain_bytes)
{
    return cipher->blocks ? BLOCK + (plain_bytes / BLOCK + 1) * BLOCK : plain_bytes;
}

size_t sym_cipher_plain_bytes(const struct sym_cipher *cipher, size_t sealed_bytes)
{
    if (!cipher->blocks)
        return sealed_bytes;
    return sealed_bytes > BLOCK ? sealed_bytes - BLOCK - 1 : 0;
}
