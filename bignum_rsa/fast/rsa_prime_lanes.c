/* Miller-Rabin in eight lanes: see rsa_prime_lanes.h. */
#include "rsa_prime_lanes.h"

#include "rsa_lanes.h"
#include "rsa_limbs.h"
#include "rsa_memory.h"
#include "rsa_number.h"
#include "rsa_sieve.h"

#include <stdlib.h>

/* Below this GMP is done before eight lanes are filled. */
#define LEAST_BITS 256

bool rsa_prime_lanes_serve(size_t bits, const struct rsa_random *source)
{
    return !source && bits >= LEAST_BITS && bits <= RSA_LANES_MAX_COUNT * GMP_NUMB_BITS &&
           rsa_lanes_best();
}

/* w - 1 = 2^power odd, in lanes: limbs of w, of odd and of the base, which becomes base^odd mod
 * w. No base: it is 2. */
struct test {
    mp_limb_t *w, *odd, *y;
    mp_bitcnt_t power;
};

static void fill(struct test *test, const mpz_t w, mpz_srcptr base, size_t limbs)
{
    mpz_t odd;
    mpz_init2(odd, limbs * GMP_NUMB_BITS);
    mpz_sub_ui(odd, w, 1);
    test->power = mpz_scan1(odd, 0);
    mpz_tdiv_q_2exp(odd, odd, test->power);
    rsa_limbs_from_mpz(test->w, limbs, w);
    rsa_limbs_from_mpz(test->odd, limbs, odd);
    if (base)
        rsa_limbs_from_mpz(test->y, limbs, base);
    rsa_mpz_wipe(odd);
}

/* B.3.1 steps 4.4 and 4.5: base^odd is 1, or one of its squares is -1. */
static bool settles(const struct test *test, const mpz_t w, size_t limbs)
{
    mpz_t y, minus_1;
    mpz_init2(y, 2 * limbs * GMP_NUMB_BITS + GMP_NUMB_BITS);
    mpz_init2(minus_1, limbs * GMP_NUMB_BITS);
    mpz_import(y, limbs, -1, sizeof(mp_limb_t), 0, 0, test->y);
    mpz_sub_ui(minus_1, w, 1);
    bool passes = mpz_cmp_ui(y, 1) == 0 || mpz_cmp(y, minus_1) == 0;
    for (mp_bitcnt_t i = 1; i < test->power && !passes; i++) {
        mpz_mul(y, y, y);
        mpz_mod(y, y, w);
        passes = mpz_cmp(y, minus_1) == 0;
    }
    rsa_mpz_wipe(y);
    rsa_mpz_wipe(minus_1);
    return passes;
}

/* One round for each of up to eight odd numbers of the same size, each with its base; base NULL: 2. */
static enum rsa_error round_in_lanes(bool *passes, mpz_t *const w, mpz_t *const base, size_t count)
{
    const size_t limbs = mpz_size(w[0]);
    struct test test[RSA_LANES];
    struct rsa_lane lanes[RSA_LANES];
    struct rsa_scratch scratch;
    if (!rsa_scratch_open(&scratch, 3 * count * limbs))
        return RSA_ERR_MEMORY;
    for (size_t i = 0; i < count; i++) {
        test[i] = (struct test){rsa_scratch_take(&scratch, limbs),
                                rsa_scratch_take(&scratch, limbs),
                                rsa_scratch_take(&scratch, limbs), 0};
        fill(&test[i], w[i], base ? base[i] : NULL, limbs);
        lanes[i] = (struct rsa_lane){test[i].y, base ? test[i].y : NULL, test[i].odd, test[i].w};
    }
    const bool done = rsa_lanes_power(rsa_lanes_best(), lanes, count, limbs, limbs * GMP_NUMB_BITS);
    for (size_t i = 0; i < count; i++)
        passes[i] = done && settles(&test[i], w[i], limbs);
    rsa_scratch_close(&scratch);
    return done ? RSA_OK : RSA_ERR_MEMORY;
}

static void init_eight(mpz_t *numbers, size_t bits)
{
    for (size_t i = 0; i < RSA_LANES; i++)
        mpz_init2(numbers[i], bits + GMP_NUMB_BITS);
}

static void wipe_eight(mpz_t *numbers)
{
    for (size_t i = 0; i < RSA_LANES; i++)
        rsa_mpz_wipe(numbers[i]);
}

/* Eight or fewer rounds for one number. */
static enum rsa_error some_rounds(bool *all, mpz_t *w, mpz_t *base, size_t rounds)
{
    bool passes[RSA_LANES];
    mpz_t limit;
    enum rsa_error error = RSA_OK;
    mpz_init(limit);
    mpz_sub_ui(limit, w[0], 3); /* steps 4.1 and 4.2: 1 < base < w - 1 */
    for (size_t i = 0; i < rounds && !error; i++) {
        mpz_set(w[i], w[0]);
        error = rsa_number_random(base[i], limit, NULL);
        mpz_add_ui(base[i], base[i], 2);
    }
    if (!error)
        error = round_in_lanes(passes, w, base, rounds);
    *all = !error;
    for (size_t i = 0; i < rounds && *all; i++)
        *all = passes[i];
    rsa_mpz_wipe(limit);
    return error;
}

enum rsa_error rsa_miller_rabin_in_lanes(bool *prime, const mpz_t w, unsigned *rounds)
{
    const unsigned worth = (unsigned)rsa_lanes_worth(rsa_lanes_best(), *rounds);
    mpz_t same[RSA_LANES], base[RSA_LANES];
    enum rsa_error error = RSA_OK;
    init_eight(same, mpz_sizeinbase(w, 2));
    init_eight(base, mpz_sizeinbase(w, 2));
    mpz_set(same[0], w);
    *prime = true;
    *rounds -= worth;
    for (unsigned done = 0; done < worth && *prime && !error; done += RSA_LANES)
        error = some_rounds(prime, same, base, worth - done < RSA_LANES ? worth - done : RSA_LANES);
    wipe_eight(same);
    wipe_eight(base);
    rsa_scrub_stack(mpz_sizeinbase(w, 2));
    return error;
}

struct rsa_sift {
    struct rsa_sieve *sieve;
    mpz_t candidate[RSA_LANES];
    bool passes[RSA_LANES];
    size_t count, next; /* drawn, and given out or fallen */
};

enum rsa_error rsa_sift_new(struct rsa_sift **sift, struct rsa_sieve *sieve)
{
    *sift = calloc(1, sizeof(**sift));
    if (!*sift)
        return RSA_ERR_MEMORY;
    (*sift)->sieve = sieve;
    for (size_t i = 0; i < RSA_LANES; i++)
        mpz_init((*sift)->candidate[i]);
    return RSA_OK;
}

void rsa_sift_free(struct rsa_sift *sift)
{
    if (!sift)
        return;
    wipe_eight(sift->candidate);
    free(sift);
}

static enum rsa_error refill(struct rsa_sift *sift)
{
    bool found = true;
    enum rsa_error error = RSA_OK;
    sift->count = sift->next = 0;
    while (sift->count < RSA_LANES && found && !error) {
        error = rsa_sieve_draw(sift->sieve, sift->candidate[sift->count], &found, NULL);
        sift->count += found && !error;
    }
    if (error || sift->count == 0)
        return error;
    return round_in_lanes(sift->passes, sift->candidate, NULL, sift->count);
}

enum rsa_error rsa_sift_draw(struct rsa_sift *sift, mpz_t candidate, bool *found)
{
    enum rsa_error error = RSA_OK;
    *found = false;
    while (!error && !*found) {
        if (sift->next == sift->count)
            error = refill(sift);
        if (error || sift->count == 0)
            break;
        *found = sift->passes[sift->next];
        mpz_set(candidate, sift->candidate[sift->next++]);
    }
    return error;
}
