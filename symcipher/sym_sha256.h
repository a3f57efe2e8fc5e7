/*
 * SHA-256, FIPS 180-4 section 6.2. CT: lengths.
 */
#ifndef GLASSBOX_SYM_SHA256_H
#define GLASSBOX_SYM_SHA256_H

#include <stddef.h>
#include <stdint.h>

#define SYM_SHA256_BYTES       32
#define SYM_SHA256_BLOCK_BYTES 64

struct sym_sha256 {
    uint32_t h[8];
    uint8_t block[SYM_SHA256_BLOCK_BYTES]; /* input that does not fill a block yet */
    uint64_t bytes;                        /* all input so far; at most 2^61 - 1 */
};

/* A hash in pieces: init, any number of updates, final (which wipes the state). */
void sym_sha256_init(struct sym_sha256 *state);
void sym_sha256_update(struct sym_sha256 *state, const void *data, size_t bytes);
void sym_sha256_final(uint8_t digest[SYM_SHA256_BYTES], struct sym_sha256 *state);

/* The same in one call. */
void sym_sha256(uint8_t digest[SYM_SHA256_BYTES], const void *data, size_t bytes);

#endif
