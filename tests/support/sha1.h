/*
 * SHA-1, FIPS 180-4 section 6.1, for the tests alone: the published vectors of OAEP and PSS use it.
 * It is broken for signatures; nothing in the libraries knows it.
 */
#ifndef GLASSBOX_TESTS_SHA1_H
#define GLASSBOX_TESTS_SHA1_H

#include <stddef.h>
#include <stdint.h>

#define SHA1_BYTES 20

struct sha1 {
    uint32_t h[5];
    uint8_t block[64];
    uint64_t bytes;
};

void sha1_init(struct sha1 *state);
void sha1_update(struct sha1 *state, const void *data, size_t bytes);
void sha1_final(uint8_t digest[SHA1_BYTES], struct sha1 *state);

#endif
