/*
 * Every cipher that the program knows: those of sym_cipher.h, the modern ones, and Caesar and
 * Vigenere on the letters of each alphabet.
 *
 *     caesar  vigenere  vernam  otp  xor-cbc  feistel-cbc     of bytes, for learning
 *     feistel-ecb  aes-128-ecb  ...                           block by block, for learning
 *     aes-128-cbc  ...  chacha20  chacha20-poly1305           what others use, too
 *     caesar:latin  vigenere:russian  ...                     of letters
 */
#ifndef GLASSBOX_CIPHER_TABLE_H
#define GLASSBOX_CIPHER_TABLE_H

#include "sym_alphabet.h"
#include "sym_cipher.h"

#define CIPHER_NAME_BYTES      32
#define CIPHER_MAX_NONCE_BYTES 16

enum cipher_kind {
    CIPHER_CLASSIC, /* a row of sym_cipher.h */
    CIPHER_ECB,
    CIPHER_CBC,
    CIPHER_STREAM,  /* chacha20 */
    CIPHER_AEAD,    /* chacha20-poly1305 */
    CIPHER_LETTERS, /* of an alphabet */
};

struct cipher {
    char name[CIPHER_NAME_BYTES];
    const char *summary;
    enum cipher_kind kind;
    bool for_learning;  /* it protects nothing */
    size_t key_bytes;   /* what to draw; 0: as long as the text. Of letters: 1, or 0 for any */
    bool any_key_bytes; /* other sizes are fine as well */
    size_t nonce_bytes; /* or IV; 0: none */
    const struct sym_cipher *classic;      /* CIPHER_CLASSIC */
    const struct sym_block_cipher *blocks; /* CIPHER_CBC */
    const struct sym_alphabet *alphabet;   /* CIPHER_LETTERS */
};

/* Rows from 0 on; false when there are no more. */
bool cipher_at(struct cipher *cipher, size_t row);
/* By name; false if there is none. */
bool cipher_find(struct cipher *cipher, const char *name);

bool cipher_key_fits(const struct cipher *cipher, size_t key_bytes);

#endif
