/*
 * Polynomials modulo X^256 + 1 and 3329: see mlkem_ring.h. To be read beside FIPS 203 section 4;
 * the numbers of its algorithms stand at each function, docs/key_agreement.md says why they work.
 *
 * A secret is never divided and never decides a branch or an address: division by q is a
 * multiplication, and "if it is q or more, take q away" is a mask.
 */
#include "mlkem_ring.h"

#include "mlkem_implementations.h"

#define N MLKEM_N
#define Q MLKEM_Q

/* zetas[i] = 17^BitRev7(i) mod q (FIPS 203 appendix A): 17 is a 256th root of unity. */
static const uint16_t zetas[128] = {
#include "mlkem_zetas.inc"
};

/* --- numbers modulo q ------------------------------------------------------------------------- */

/* The whole part of t / q, for t < 2^24: 20642679 = ceil(2^36 / q) is too large by less than 1, so
 * the product by less than 2^24 / 2^36 of a unit, and a fraction t / q ends at least 1 / q below
 * the next whole number. */
static uint32_t divide_by_q(uint32_t t)
{
    return (uint32_t)((uint64_t)t * 20642679 >> 36);
}

static uint16_t reduce(uint32_t t)
{
    return (uint16_t)(t - Q * divide_by_q(t));
}

/* a below 2 q. */
static uint16_t reduce_once(uint32_t a)
{
    const uint32_t less = a - Q;
    return (uint16_t)(less + (Q & (0 - (less >> 31))));
}

static uint16_t add(uint16_t a, uint16_t b)
{
    return reduce_once((uint32_t)a + b);
}

static uint16_t subtract(uint16_t a, uint16_t b)
{
    return reduce_once((uint32_t)a + Q - b);
}

static uint16_t multiply(uint16_t a, uint16_t b)
{
    return reduce((uint32_t)a * b);
}

/* --- the number theoretic transform ----------------------------------------------------------- */

/* Algorithm 9. Each pass splits polynomials in two: X^(2 len) - zeta^2 is (X^len - zeta) times
 * (X^len + zeta), and a remainder by each is half as long. */
static void ntt(struct mlkem_poly *a)
{
    int i = 1;
    for (int len = 128; len >= 2; len /= 2) {
        for (int start = 0; start < N; start += 2 * len) {
            const uint16_t zeta = zetas[i++];
            for (int j = start; j < start + len; j++) {
                const uint16_t t = multiply(zeta, a->f[j + len]);
                a->f[j + len] = subtract(a->f[j], t);
                a->f[j] = add(a->f[j], t);
            }
        }
    }
}

/* Algorithm 10: the same backwards. Each of the seven passes doubles, and 3303 = 128^-1 mod q. */
static void ntt_inverse(struct mlkem_poly *a)
{
    int i = 127;
    for (int len = 2; len <= 128; len *= 2) {
        for (int start = 0; start < N; start += 2 * len) {
            const uint16_t zeta = zetas[i--];
            for (int j = start; j < start + len; j++) {
                const uint16_t t = a->f[j];
                a->f[j] = add(t, a->f[j + len]);
                a->f[j + len] = multiply(zeta, subtract(a->f[j + len], t));
            }
        }
    }
    for (int j = 0; j < N; j++)
        a->f[j] = multiply(a->f[j], 3303);
}

/* Algorithm 12: (a0 + a1 X)(b0 + b1 X) modulo X^2 - gamma. */
static void base_case_multiply(uint16_t sum[2], const uint16_t a[2], const uint16_t b[2],
                               uint16_t gamma)
{
    const uint32_t high = multiply(a[1], b[1]);
    sum[0] = add(sum[0], reduce((uint32_t)a[0] * b[0]));
    sum[0] = add(sum[0], reduce(high * gamma));
    sum[1] = add(sum[1], reduce((uint32_t)a[0] * b[1]));
    sum[1] = add(sum[1], reduce((uint32_t)a[1] * b[0]));
}

/* Algorithm 11: gamma = 17^(2 BitRev7(i) + 1), which is zetas[64 + i / 2] or, where i is odd, its
 * negative. */
static void multiply_add(struct mlkem_poly *sum, const struct mlkem_poly *a,
                         const struct mlkem_poly *b)
{
    for (int i = 0; i < N / 2; i++) {
        const uint16_t zeta = zetas[64 + i / 2];
        const uint16_t gamma = i % 2 == 0 ? zeta : (uint16_t)(Q - zeta);
        base_case_multiply(sum->f + 2 * i, a->f + 2 * i, b->f + 2 * i, gamma);
    }
}

static void add_all(struct mlkem_poly *a, const struct mlkem_poly *b)
{
    for (int i = 0; i < N; i++)
        a->f[i] = add(a->f[i], b->f[i]);
}

const struct mlkem_implementation mlkem_reference = {
    "reference", mlkem_everywhere, ntt, ntt_inverse, multiply_add, add_all, &mlkem_bytes_reference};

void mlkem_subtract(struct mlkem_poly *a, const struct mlkem_poly *b)
{
    for (int i = 0; i < N; i++)
        a->f[i] = subtract(a->f[i], b->f[i]);
}

/* --- fewer bits ------------------------------------------------------------------------------- */

/* Equation 4.7: round(2^d x / q), a half upwards; 2^d itself becomes 0. */
void mlkem_compress(struct mlkem_poly *a, unsigned d)
{
    for (int i = 0; i < N; i++)
        a->f[i] = (uint16_t)(divide_by_q(((uint32_t)a->f[i] << d) + Q / 2) & ((1U << d) - 1));
}

/* Equation 4.8: round(q y / 2^d). */
void mlkem_decompress(struct mlkem_poly *a, unsigned d)
{
    for (int i = 0; i < N; i++)
        a->f[i] = (uint16_t)(((uint32_t)a->f[i] * Q + (1U << (d - 1))) >> d);
}
