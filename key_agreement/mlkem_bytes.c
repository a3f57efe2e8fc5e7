/*
 * Polynomials of ML-KEM as bytes (FIPS 203 4.2.1), and the checks of keys that came from elsewhere
 * (7.2 and 7.3): see mlkem_ring.h and mlkem.h.
 */
#include "mlkem.h"
#include "mlkem_ring.h"

#include <string.h>

/* Algorithm 5: bits wait in a word until there are eight. */
void mlkem_encode(uint8_t *bytes, const struct mlkem_poly *a, unsigned d)
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
void mlkem_decode(struct mlkem_poly *a, const uint8_t *bytes, unsigned d)
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
