/*
 * SHA-1, FIPS 180-4 section 6.1.
 */
#include "sha1.h"

#include <string.h>

static uint32_t rotate(uint32_t x, int n)
{
    return x << n | x >> (32 - n);
}

/* 6.1.2 step 3: the function and constant of round t. */
static uint32_t mix(int t, uint32_t b, uint32_t c, uint32_t d)
{
    switch (t / 20) {
    case 0:
        return ((b & c) ^ (~b & d)) + 0x5a827999;
    case 1:
        return (b ^ c ^ d) + 0x6ed9eba1;
    case 2:
        return ((b & c) ^ (b & d) ^ (c & d)) + 0x8f1bbcdc;
    default:
        return (b ^ c ^ d) + 0xca62c1d6;
    }
}

static void compress(uint32_t h[5], const uint8_t block[64])
{
    uint32_t w[80], v[5];

    for (int t = 0; t < 16; t++) {
        w[t] = (uint32_t)block[4 * t] << 24 | (uint32_t)block[4 * t + 1] << 16 |
               (uint32_t)block[4 * t + 2] << 8 | block[4 * t + 3];
    }
    for (int t = 16; t < 80; t++)
        w[t] = rotate(w[t - 3] ^ w[t - 8] ^ w[t - 14] ^ w[t - 16], 1);
    memcpy(v, h, sizeof(v));
    for (int t = 0; t < 80; t++) {
        uint32_t next = rotate(v[0], 5) + mix(t, v[1], v[2], v[3]) + v[4] + w[t];

        v[4] = v[3];
        v[3] = v[2];
        v[2] = rotate(v[1], 30);
        v[1] = v[0];
        v[0] = next;
    }
    for (int i = 0; i < 5; i++)
        h[i] += v[i];
}

void sha1_init(struct sha1 *state)
{
    *state = (struct sha1){.h = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0}};
}

void sha1_update(struct sha1 *state, const void *data, size_t bytes)
{
    const uint8_t *in = data;

    for (size_t i = 0; i < bytes; i++) {
        state->block[state->bytes++ % 64] = in[i];
        if (state->bytes % 64 == 0)
            compress(state->h, state->block);
    }
}

/* 5.1.1: one bit, zeros, the length in 64 bits. */
void sha1_final(uint8_t digest[SHA1_BYTES], struct sha1 *state)
{
    uint64_t bits = state->bytes * 8;
    uint8_t length[8];

    for (int i = 0; i < 8; i++)
        length[i] = (uint8_t)(bits >> (56 - 8 * i));
    sha1_update(state, "\x80", 1);
    while (state->bytes % 64 != 56)
        sha1_update(state, "", 1);
    sha1_update(state, length, sizeof(length));
    for (int i = 0; i < SHA1_BYTES; i++)
        digest[i] = (uint8_t)(state->h[i / 4] >> (24 - 8 * (i % 4)));
}
