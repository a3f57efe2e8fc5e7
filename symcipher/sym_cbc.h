/*
 * Cipher block chaining (NIST SP 800-38A 6.2) with the padding of RFC 5652 section 6.3, in pieces.
 *
 *     C[i] = E(P[i] xor C[i-1])        P[i] = D(C[i]) xor C[i-1]        C[0] = IV, random
 *
 * The mode hides that equal blocks are equal; it cannot make a weak block cipher strong, and it
 * notices no tampering: a bit flipped in C[i-1] flips the same bit of P[i]. Whoever may ask again
 * and again whether a padding was right can decrypt without the key (Vaudenay 2002).
 * CT: lengths, whether the padding was right, and how long it was.
 */
#ifndef GLASSBOX_SYM_CBC_H
#define GLASSBOX_SYM_CBC_H

#include "sym_aes.h"
#include "sym_feistel.h"
#include "sym_memory.h"

#define SYM_CBC_BLOCK_BYTES 16 /* of all block ciphers here */

/* The block ciphers: AES (sym_aes.h), sym_feistel.h, and the mere XOR with the key, which no mode
 * can save. The keys of the last two are 16 bytes, those of AES what the name says. */
struct sym_block_cipher;
extern const struct sym_block_cipher sym_block_aes128, sym_block_aes192, sym_block_aes256;
extern const struct sym_block_cipher sym_block_feistel;
extern const struct sym_block_cipher sym_block_xor;

/* The fields are the implementation's. Holds the key: sym_wipe it after use; the finals do. */
struct sym_cbc {
    const struct sym_block_cipher *cipher;
    union {
        uint8_t bytes[SYM_CBC_BLOCK_BYTES];
        struct sym_feistel feistel;
        struct sym_aes aes;
    } key;
    uint8_t chain[SYM_CBC_BLOCK_BYTES]; /* C[i-1] */
    uint8_t block[SYM_CBC_BLOCK_BYTES]; /* input that is not worked on yet */
    size_t filled;
};

void sym_cbc_init(struct sym_cbc *cbc, const struct sym_block_cipher *cipher, const uint8_t *key,
                  const uint8_t iv[SYM_CBC_BLOCK_BYTES]);

/* Every whole block so far goes out; returns the bytes written, sym_cbc_encrypt_bytes of in_bytes.
 * The final pads and writes the last block. out and in may not overlap. */
size_t sym_cbc_encrypt_bytes(const struct sym_cbc *cbc, size_t in_bytes);
size_t sym_cbc_encrypt(struct sym_cbc *cbc, uint8_t *out, const uint8_t *in, size_t in_bytes);
void sym_cbc_encrypt_final(struct sym_cbc *cbc, uint8_t out[SYM_CBC_BLOCK_BYTES]);

/* Likewise, but the last block so far is held back, since it may be the one with the padding. The
 * final writes what is left of it: less than a block. SYM_ERR_LENGTH if the ciphertext was no whole
 * number of blocks or empty, SYM_ERR_PADDING; *out_bytes is 0 then. */
size_t sym_cbc_decrypt_bytes(const struct sym_cbc *cbc, size_t in_bytes);
size_t sym_cbc_decrypt(struct sym_cbc *cbc, uint8_t *out, const uint8_t *in, size_t in_bytes);
enum sym_error sym_cbc_decrypt_final(struct sym_cbc *cbc, uint8_t out[SYM_CBC_BLOCK_BYTES],
                                     size_t *out_bytes) __attribute__((warn_unused_result));

#endif
