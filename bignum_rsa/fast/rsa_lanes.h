/*
 * Powers of several numbers at once, each modulo a number of its own: eight numbers, or four, side
 * by side in the lanes of vectors. Inside the library; users call what rsa_raw.h, rsa_key.h and
 * rsa_prime.h offer.
 *
 *     limb 0   | a | b | c | d | e | f | g | h |      one vector: 52 bits of each of eight numbers
 *     limb 1   | a | b | c | d | e | f | g | h |      the next 52 bits of each
 *       ...
 *     limb 19  | a | b | c | d | e | f | g | h |      1040 bits: room for a prime of 1024
 *
 * No lane ever looks at another, so nothing is carried sideways: what a student writes for one
 * number is what happens to all. Montgomery's trick (docs/bignum_rsa.md) is done with limbs shorter
 * than a word, so that carries can wait above them. How long they are is given by what a processor
 * multiplies in each lane:
 *
 *                       lanes   bits of a limb   limbs of a prime of 1024 bits
 *     AVX-512 IFMA        8           52                     20
 *     AVX2                4           28                     38
 */
#ifndef GLASSBOX_RSA_LANES_H
#define GLASSBOX_RSA_LANES_H

#include <gmp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RSA_LANES           8  /* in a call */
#define RSA_LANES_MAX_COUNT 32 /* words of 64 bits of a modulus */

/* One power: all four have the call's count of limbs. The modulus is odd, at least 3, and its
 * highest limb is not 0; the base is below it, or NULL in all lanes: then it is 2, which is quicker.
 * out may be the base. */
struct rsa_lane {
    mp_limb_t *out;
    const mp_limb_t *base, *exponent, *modulus;
};

struct rsa_lanes_implementation {
    const char *name;
    size_t lanes; /* of a vector; RSA_LANES or less */
    size_t limb_bits;
    size_t least;            /* powers that are sooner done in one vector than by GMP, one by one */
    bool (*supported)(void); /* by this processor */
    /* Numbers of n limbs, an even number, in layout; words of exponents likewise. */
    void (*power)(uint64_t *work, size_t n, size_t exponent_bits);
    void (*power_of_two)(uint64_t *work, size_t n, size_t exponent_bits);
};

/* Number 0 is portable C, which is there to be held against the others, and slower than GMP:
 * programs take none but what rsa_lanes_best gives. NULL past the last. */
const struct rsa_lanes_implementation *rsa_lanes_implementation(size_t number);
/* NULL where the processor has nothing that is faster than GMP, or the environment variable
 * GLASSBOX_IMPLEMENTATIONS (names with commas between) does not name it; there portable lanes can
 * be named as well, for tests. Found at the first call. */
const struct rsa_lanes_implementation *rsa_lanes_best(void);

/* How many of `used` powers are sooner done in lanes than by GMP: so many of the first. */
size_t rsa_lanes_worth(const struct rsa_lanes_implementation *with, size_t used);

/* out = base^exponent mod modulus in each of the lanes used, 1 to 8. exponent_bits: of all of them,
 * leading zeros included; at most those of count limbs. False without memory, and then nothing is
 * written. CT: used, count, exponent_bits. */
bool rsa_lanes_power(const struct rsa_lanes_implementation *with, const struct rsa_lane *lanes,
                     size_t used, size_t count, size_t exponent_bits)
    __attribute__((warn_unused_result));

/* --- between rsa_lanes.c and the implementations --------------------------------------------- */

/* R is so many bits longer than a modulus. */
#define RSA_LANES_SPARE_BITS 8

/* Where each number begins in work, in vectors, for n limbs. */
#define RSA_LANES_MODULUS(n)  ((size_t)0)
#define RSA_LANES_K0(n)       (n)           /* -1 / modulus modulo a limb: one vector */
#define RSA_LANES_RR(n)       ((n) + 1)     /* R^2 mod modulus, R = 2^(limb_bits n) */
#define RSA_LANES_BASE(n)     (2 * (n) + 1) /* the result takes its place */
#define RSA_LANES_EXPONENT(n) (3 * (n) + 1) /* in words of 64 bits; n of them are enough */
#define RSA_LANES_TABLE(n)    (4 * (n) + 1) /* sixteen powers of the base, then two numbers */
#define RSA_LANES_VECTORS(n)  (4 * (n) + 1 + 18 * (n))

extern const struct rsa_lanes_implementation rsa_lanes_portable, rsa_lanes_avx2, rsa_lanes_ifma;

#endif
