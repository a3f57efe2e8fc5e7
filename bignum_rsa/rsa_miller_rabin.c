/*
 * The Miller-Rabin test, FIPS 186-5 B.3.1: a number that behaves like a prime under random bases.
 */
#include "rsa_prime.h"

#include "rsa_memory.h"
#include "rsa_montgomery.h"
#include "rsa_number.h"
#include "rsa_prime_lanes.h"

unsigned rsa_prime_rounds(unsigned bits)
{
    /* FIPS 186-5 table B.1: 4 rounds at 2048 and at 1536 bits, 5 at 1024. */
    if (bits >= 1536)
        return 4;
    if (bits >= 1024)
        return 5;
    return RSA_ROUNDS_ANY;
}

/* w - 1 = 2^power odd (B.3.1 steps 1 and 2). */
struct split {
    mpz_t w_minus_1, odd, y;
    mp_bitcnt_t power;
};

static void split_open(struct split *split, const mpz_t w)
{
    mpz_init2(split->w_minus_1, mpz_sizeinbase(w, 2));
    mpz_init2(split->odd, mpz_sizeinbase(w, 2));
    mpz_init2(split->y, 2 * mpz_sizeinbase(w, 2) + GMP_NUMB_BITS); /* room for squares */
    mpz_sub_ui(split->w_minus_1, w, 1);
    split->power = mpz_scan1(split->w_minus_1, 0);
    mpz_tdiv_q_2exp(split->odd, split->w_minus_1, split->power);
}

static void split_close(struct split *split)
{
    rsa_mpz_wipe(split->w_minus_1);
    rsa_mpz_wipe(split->odd);
    rsa_mpz_wipe(split->y);
}

/* Whether w passes for a prime with this base: base^odd is 1, or one of its squares is -1. */
static bool passes(struct split *split, const mpz_t w, const mpz_t base)
{
    /* B.3.1 step 4.3, 4.4 */
    if (mpz_cmp_ui(base, 2) == 0)
        rsa_power_of_two(split->y, split->odd, w); /* what most candidates fall to */
    else
        mpz_powm(split->y, base, split->odd, w);
    if (mpz_cmp_ui(split->y, 1) == 0 || mpz_cmp(split->y, split->w_minus_1) == 0)
        return true;
    /* step 4.5 */
    for (mp_bitcnt_t i = 1; i < split->power; i++) {
        mpz_mul(split->y, split->y, split->y);
        mpz_mod(split->y, split->y, w);
        if (mpz_cmp(split->y, split->w_minus_1) == 0)
            return true;
    }
    return false;
}

/* 2 and 3 are prime; all else below 4, and all even numbers, are not. */
static bool decided(bool *prime, const mpz_t w)
{
    *prime = mpz_cmp_ui(w, 2) == 0 || mpz_cmp_ui(w, 3) == 0;
    return mpz_cmp_ui(w, 4) < 0 || mpz_even_p(w);
}

bool rsa_miller_rabin_base(const mpz_t w, const mpz_t base)
{
    struct split split;
    bool prime;
    if (decided(&prime, w))
        return prime;
    split_open(&split, w);
    prime = passes(&split, w, base);
    split_close(&split);
    return prime;
}

/* Steps 4.1, 4.2: a random base, 1 < base < w - 1. */
static enum rsa_error random_base(mpz_t base, struct split *split, const struct rsa_random *source)
{
    mpz_sub_ui(split->y, split->w_minus_1, 2);
    enum rsa_error error = rsa_number_random(base, split->y, source);
    mpz_add_ui(base, base, 2);
    return error;
}

enum rsa_error rsa_miller_rabin(bool *prime, const mpz_t w, unsigned rounds,
                                const struct rsa_random *source)
{
    struct split split;
    mpz_t base;
    enum rsa_error error = RSA_OK;
    if (decided(prime, w))
        return RSA_OK;
    *prime = true;
    if (rsa_prime_lanes_serve(mpz_sizeinbase(w, 2), source))
        error = rsa_miller_rabin_in_lanes(prime, w, &rounds);
    split_open(&split, w);
    mpz_init2(base, mpz_sizeinbase(w, 2));
    for (unsigned i = 0; i < rounds && *prime && !error; i++) {
        error = random_base(base, &split, source);
        *prime = !error && passes(&split, w, base);
    }
    rsa_mpz_wipe(base);
    split_close(&split);
    rsa_scrub_stack(mpz_sizeinbase(w, 2));
    return error;
}
