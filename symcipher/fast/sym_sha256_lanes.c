/*
 * SHA-256 of eight blocks at once, each into a state of its own: word i of all of them lies in one
 * vector of AVX2. For a processor without instructions for SHA-256; one hash alone, which is a
 * chain, goes by sym_sha256.c. That is the one to read first; the names are those of FIPS 180-4.
 */
#include "sym_implementations.h"
#include "sym_memory.h"

#include <string.h>

#if SYM_HAS_VECTORS && SYM_HAS_X86_TARGETS

#define LANES  SYM_SHA256_LANES
#define TARGET __attribute__((target("avx2")))
#define INLINE TARGET static inline __attribute__((always_inline))

typedef uint32_t lanes __attribute__((vector_size(4 * LANES)));

#define ROTATE_RIGHT(x, by) ((x) >> (by) | (x) << (32 - (by)))

/* FIPS 180-4 6.2.2 step 1: W[t] from the sixteen before it, in whose place it goes. */
INLINE lanes schedule(lanes W[16], int t)
{
    const lanes w15 = W[(t + 1) % 16], w2 = W[(t + 14) % 16];
    const lanes sigma0 = ROTATE_RIGHT(w15, 7) ^ ROTATE_RIGHT(w15, 18) ^ w15 >> 3;
    const lanes sigma1 = ROTATE_RIGHT(w2, 17) ^ ROTATE_RIGHT(w2, 19) ^ w2 >> 10;
    return W[t % 16] += sigma1 + W[(t + 9) % 16] + sigma0;
}

/* Steps 2 to 4. v[0] to v[7] are a to h; they turn by one place each round. */
TARGET static void compress(lanes h[8], lanes W[16])
{
    lanes v[8];
    memcpy(v, h, sizeof(v));
#pragma GCC unroll 64
    for (int t = 0; t < 64; t++) {
        const lanes a = v[(64 - t) % 8], b = v[(65 - t) % 8], c = v[(66 - t) % 8];
        const lanes e = v[(68 - t) % 8], f = v[(69 - t) % 8], g = v[(70 - t) % 8];
        const lanes sum1 = ROTATE_RIGHT(e, 6) ^ ROTATE_RIGHT(e, 11) ^ ROTATE_RIGHT(e, 25);
        const lanes sum0 = ROTATE_RIGHT(a, 2) ^ ROTATE_RIGHT(a, 13) ^ ROTATE_RIGHT(a, 22);
        const lanes w = t < 16 ? W[t] : schedule(W, t);
        const lanes T1 = v[(71 - t) % 8] + sum1 + (g ^ (e & (f ^ g))) + sym_sha256_K[t] + w;
        v[(67 - t) % 8] += T1;
        v[(71 - t) % 8] = T1 + sum0 + ((a & b) | (c & (a | b)));
    }
    for (int i = 0; i < 8; i++)
        h[i] += v[i];
}

/* Lanes that are not used stay zeros. */
TARGET static void absorb_each(uint32_t h[][8], uint32_t block[][16], size_t count)
{
    lanes state[8] = {{0}}, W[16] = {{0}};
    for (size_t lane = 0; lane < count; lane++) {
        for (size_t i = 0; i < 8; i++)
            state[i][lane] = h[lane][i];
        for (size_t i = 0; i < 16; i++)
            W[i][lane] = block[lane][i];
    }
    compress(state, W);
    for (size_t lane = 0; lane < count; lane++)
        for (size_t i = 0; i < 8; i++)
            h[lane][i] = state[i][lane];
    sym_wipe(W, sizeof(W));
}

static void absorb(uint32_t h[8], const uint8_t *blocks, size_t count)
{
    sym_sha256_reference.absorb(h, blocks, count);
}

const struct sym_sha256_implementation sym_sha256_lanes = {"eight at once (AVX2)", sym_has_avx2,
                                                           absorb, absorb_each};

#endif
