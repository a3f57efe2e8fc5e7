/*
 * Polynomials of ML-KEM as bytes (FIPS 203 4.2.1) and sampled from bytes (4.2.2), and the checks of
 * keys that came from elsewhere (7.2 and 7.3): see mlkem_ring.h and mlkem.h.
 */
#include "mlkem.h"
#include "mlkem_implementations.h"
#include "mlkem_ring.h"

#include <string.h>

/* Algorithm 5: bits wait in a word until there are eight. */
static void encode(uint8_t *bytes, const struct mlkem_poly *a, unsigned d)
{
    uint32_t word = 0;
    unsigned waiting = 0;
    for (int i = 0; i < MLKEM_N; i++) {
        word |= (uint32_t)a->f[i] << waiting;
        for (waiting += d; waiting >= 8; waiting -= 8) {
            *bytes++ = (uint8_t)word;
            word >>= 8;
        }
    }
}

/* Algorithm 6. */
static void decode(struct mlkem_poly *a, const uint8_t *bytes, unsigned d)
{
    uint32_t word = 0;
    unsigned waiting = 0;
    for (int i = 0; i < MLKEM_N; i++) {
        for (; waiting < d; waiting += 8)
            word |= (uint32_t)*bytes++ << waiting;
        a->f[i] = (uint16_t)(word & ((1U << d) - 1));
        word >>= d;
        waiting -= d;
    }
}

/* Algorithm 7: three bytes are two numbers of 12 bits; those below q are taken. */
static bool sample_uniform(struct mlkem_poly *a, const uint8_t *bytes, size_t count)
{
    int taken = 0;
    for (size_t i = 0; i + 3 <= count && taken < MLKEM_N; i += 3) {
        const unsigned d1 = bytes[i] | (bytes[i + 1] & 15U) << 8;
        const unsigned d2 = bytes[i + 1] >> 4 | (unsigned)bytes[i + 2] << 4;
        if (d1 < MLKEM_Q)
            a->f[taken++] = (uint16_t)d1;
        if (d2 < MLKEM_Q && taken < MLKEM_N)
            a->f[taken++] = (uint16_t)d2;
    }
    return taken == MLKEM_N;
}

/* Algorithm 8: four bits make a number, two of them count up and two down. */
static void sample_noise(struct mlkem_poly *a, const uint8_t bytes[128])
{
    for (int i = 0; i < MLKEM_N; i++) {
        const unsigned bits = (unsigned)bytes[i / 2] >> 4 * (i % 2);
        const unsigned x = (bits & 1) + (bits >> 1 & 1);
        const unsigned y = (bits >> 2 & 1) + (bits >> 3 & 1);
        a->f[i] = (uint16_t)(x - y + (MLKEM_Q & (0 - ((x - y) >> 31)))); /* + q, where y is more */
    }
}

const struct mlkem_bytes mlkem_bytes_reference = {encode, decode, sample_uniform, sample_noise};

bool mlkem_is_reduced(const struct mlkem_poly *a)
{
    for (int i = 0; i < MLKEM_N; i++)
        if (a->f[i] >= MLKEM_Q)
            return false;
    return true;
}

bool mlkem_ek_is_reduced(const uint8_t ek[MLKEM_EK_BYTES])
{
    struct mlkem_poly t_hat;
    for (int i = 0; i < MLKEM_K; i++) {
        mlkem_decode(&t_hat, ek + i * 384, 12);
        if (!mlkem_is_reduced(&t_hat))
            return false;
    }
    return true;
}

bool mlkem_dk_holds(const uint8_t dk[MLKEM_DK_BYTES], const struct mlkem_hash *hash)
{
    const uint8_t *ek = dk + MLKEM_VECTOR_BYTES;
    uint8_t hash_of_ek[32];
    hash->H(hash_of_ek, ek, MLKEM_EK_BYTES);
    return memcmp(hash_of_ek, ek + MLKEM_EK_BYTES, sizeof(hash_of_ek)) == 0;
}
