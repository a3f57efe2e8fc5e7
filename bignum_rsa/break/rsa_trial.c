/*
 * Trial division: see rsa_trial.h.
 */
#include "rsa_trial.h"

#include "rsa_primes.h"

#include <stdlib.h>

enum { GROUP = 64 };

struct rsa_trial {
    struct rsa_primes *primes;
    uint64_t next; /* the prime that comes next; 0: none is left */
    uint64_t last;
};

struct rsa_trial *rsa_trial_new(uint64_t limit)
{
    struct rsa_trial *trial = calloc(1, sizeof(*trial));
    if (!trial)
        return NULL;
    trial->primes = rsa_primes_new(limit);
    if (!trial->primes) {
        free(trial);
        return NULL;
    }
    trial->next = rsa_primes_next(trial->primes);
    return trial;
}

/* The primes of one division, and their product. */
static unsigned long fill_group(uint64_t group[GROUP], size_t *count, struct rsa_trial *trial)
{
    unsigned long product = 1;
    for (*count = 0; trial->next && *count < GROUP && product <= UINT64_MAX / trial->next;) {
        product *= trial->next;
        group[(*count)++] = trial->last = trial->next;
        trial->next = rsa_primes_next(trial->primes);
    }
    return product;
}

enum rsa_progress rsa_trial_run(mpz_t p, uint64_t *work, struct rsa_trial *trial, const mpz_t n,
                                uint64_t divisions)
{
    uint64_t group[GROUP];
    size_t count;
    for (*work = 0; *work < divisions && trial->next;) {
        unsigned long rest = mpz_fdiv_ui(n, fill_group(group, &count, trial));
        ++*work;
        for (size_t i = 0; i < count; i++)
            if (rest % group[i] == 0 && mpz_cmp_ui(n, group[i]) > 0) {
                mpz_set_ui(p, group[i]);
                return RSA_FOUND;
            }
        /* Beyond sqrt(n) nothing is left to divide by. */
        mpz_set_ui(p, trial->last);
        mpz_mul_ui(p, p, trial->last);
        if (mpz_cmp(p, n) > 0)
            return RSA_DONE;
    }
    return trial->next ? RSA_MORE : RSA_DONE;
}

uint64_t rsa_trial_prime(const struct rsa_trial *trial)
{
    return trial->last;
}

void rsa_trial_free(struct rsa_trial *trial)
{
    if (!trial)
        return;
    rsa_primes_free(trial->primes);
    free(trial);
}
