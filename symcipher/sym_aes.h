/*
 * AES, FIPS 197: a block of 16 bytes under a key of 16, 24 or 32.
 *
 * Here for files that other programs open (PKCS#8 with a passphrase), in CBC mode by sym_cbc.h; the
 * protocol has no use for it. Without tables: the S-box is computed, for eight bytes at a time, as
 * FIPS 197 5.1.1 defines it; so nothing is looked up at a secret place, and it is slow. Where
 * the processor has AES instructions, blocks go through these, some hundred times faster.
 *
 * CT: the size of the key.
 */
#ifndef GLASSBOX_SYM_AES_H
#define GLASSBOX_SYM_AES_H

#include <stddef.h>
#include <stdint.h>

#define SYM_AES_BLOCK_BYTES  16
#define SYM_AES128_KEY_BYTES 16
#define SYM_AES192_KEY_BYTES 24
#define SYM_AES256_KEY_BYTES 32
#define SYM_AES_MAX_ROUNDS   14

/* The state is a secret: wipe it after use. */
struct sym_aes {
    uint8_t round_keys[SYM_AES_MAX_ROUNDS + 1][SYM_AES_BLOCK_BYTES];
    unsigned rounds;
};

/* FIPS 197 5.2: the key schedule. key_bytes: one of the three above. */
void sym_aes_init(struct sym_aes *aes, const uint8_t *key, size_t key_bytes);

/* One block by itself. In place is fine. */
void sym_aes_encrypt(uint8_t out[SYM_AES_BLOCK_BYTES], const struct sym_aes *aes,
                     const uint8_t in[SYM_AES_BLOCK_BYTES]);
void sym_aes_decrypt(uint8_t out[SYM_AES_BLOCK_BYTES], const struct sym_aes *aes,
                     const uint8_t in[SYM_AES_BLOCK_BYTES]);

#endif
