/*
 * SHA-256, FIPS 180-4. The names (a to h, W, K, T1, T2, Ch, Maj) are the standard's, so that this
 * file can be read beside it.
 */
#include "sym_sha256.h"

#include "sym_implementations.h"
#include "sym_memory.h"
#include "sym_words.h"

#include <string.h>

#define BLOCK        SYM_SHA256_BLOCK_BYTES
#define LENGTH_BYTES 8 /* the message's length in bits ends the last block */
#define K            sym_sha256_K

/* FIPS 180-4 4.2.2: the first 32 bits of the fractional parts of the cube roots of the first 64
 * primes. */
const uint32_t sym_sha256_K[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

/* FIPS 180-4 4.1.2. */
static uint32_t Ch(uint32_t x, uint32_t y, uint32_t z)
{
    return (x & y) ^ (~x & z);
}

static uint32_t Maj(uint32_t x, uint32_t y, uint32_t z)
{
    return (x & y) ^ (x & z) ^ (y & z);
}

static uint32_t big_sigma0(uint32_t x)
{
    return sym_rotate_right32(x, 2) ^ sym_rotate_right32(x, 13) ^ sym_rotate_right32(x, 22);
}

static uint32_t big_sigma1(uint32_t x)
{
    return sym_rotate_right32(x, 6) ^ sym_rotate_right32(x, 11) ^ sym_rotate_right32(x, 25);
}

static uint32_t small_sigma0(uint32_t x)
{
    return sym_rotate_right32(x, 7) ^ sym_rotate_right32(x, 18) ^ x >> 3;
}

static uint32_t small_sigma1(uint32_t x)
{
    return sym_rotate_right32(x, 17) ^ sym_rotate_right32(x, 19) ^ x >> 10;
}

/* FIPS 180-4 6.2.2 step 1: the message schedule. */
static void schedule(uint32_t W[64], const uint8_t block[BLOCK])
{
    for (int t = 0; t < 16; t++)
        W[t] = sym_load32_be(block + 4 * t);
    for (int t = 16; t < 64; t++)
        W[t] = small_sigma1(W[t - 2]) + W[t - 7] + small_sigma0(W[t - 15]) + W[t - 16];
}

/* FIPS 180-4 6.2.2 steps 2 to 4: h absorbs one block. */
static void compress(uint32_t h[8], const uint32_t W[64])
{
    uint32_t a = h[0], b = h[1], c = h[2], d = h[3];
    uint32_t e = h[4], f = h[5], g = h[6], last = h[7];
    for (int t = 0; t < 64; t++) {
        uint32_t T1 = last + big_sigma1(e) + Ch(e, f, g) + K[t] + W[t];
        uint32_t T2 = big_sigma0(a) + Maj(a, b, c);
        last = g;
        g = f;
        f = e;
        e = d + T1;
        d = c;
        c = b;
        b = a;
        a = T1 + T2;
    }
    h[0] += a;
    h[1] += b;
    h[2] += c;
    h[3] += d;
    h[4] += e;
    h[5] += f;
    h[6] += g;
    h[7] += last;
}

static void absorb_reference(uint32_t h[8], const uint8_t *blocks, size_t count)
{
    uint32_t W[64];
    for (; count > 0; count--, blocks += BLOCK) {
        schedule(W, blocks);
        compress(h, W);
    }
    sym_wipe(W, sizeof(W));
}

const struct sym_sha256_implementation sym_sha256_reference = {"reference", sym_everywhere,
                                                               absorb_reference, NULL};

void sym_sha256_absorb(uint32_t h[8], const uint8_t *blocks, size_t count)
{
    sym_sha256_best()->absorb(h, blocks, count);
}

/* FIPS 180-4 5.3.3: the first 32 bits of the fractional parts of the square roots of the first
 * eight primes. */
void sym_sha256_init(struct sym_sha256 *state)
{
    *state = (struct sym_sha256){
        .h = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab,
              0x5be0cd19},
    };
}

void sym_sha256_update(struct sym_sha256 *state, const void *data, size_t bytes)
{
    const uint8_t *in = data;
    size_t filled = state->bytes % BLOCK;
    state->bytes += bytes;
    if (filled > 0) {
        size_t taken = bytes < BLOCK - filled ? bytes : BLOCK - filled;
        if (taken > 0)
            memcpy(state->block + filled, in, taken);
        if (filled + taken < BLOCK)
            return;
        sym_sha256_absorb(state->h, state->block, 1);
        in += taken;
        bytes -= taken;
    }
    sym_sha256_absorb(state->h, in, bytes / BLOCK);
    if (bytes % BLOCK > 0)
        memcpy(state->block, in + bytes - bytes % BLOCK, bytes % BLOCK);
}

/* FIPS 180-4 5.1.1: a one bit, zeros, and the length in bits, to a whole number of blocks. */
static void pad(struct sym_sha256 *state)
{
    size_t filled = state->bytes % BLOCK;
    state->block[filled++] = 0x80;
    if (filled > BLOCK - LENGTH_BYTES) {
        memset(state->block + filled, 0, BLOCK - filled);
        sym_sha256_absorb(state->h, state->block, 1);
        filled = 0;
    }
    memset(state->block + filled, 0, BLOCK - LENGTH_BYTES - filled);
    sym_store64_be(state->block + BLOCK - LENGTH_BYTES, state->bytes * 8);
    sym_sha256_absorb(state->h, state->block, 1);
}

void sym_sha256_final(uint8_t digest[SYM_SHA256_BYTES], struct sym_sha256 *state)
{
    pad(state);
    for (int i = 0; i < 8; i++)
        sym_store32_be(digest + 4 * i, state->h[i]);
    sym_wipe(state, sizeof(*state));
}

void sym_sha256(uint8_t digest[SYM_SHA256_BYTES], const void *data, size_t bytes)
{
    struct sym_sha256 state;
    sym_sha256_init(&state);
    sym_sha256_update(&state, data, bytes);
    sym_sha256_final(digest, &state);
}
