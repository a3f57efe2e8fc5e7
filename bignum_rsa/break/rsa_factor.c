/*
 * All methods behind one interface: see rsa_factor.h.
 */
#include "rsa_factor.h"

#include "rsa_ecm.h"
#include "rsa_fermat.h"
#include "rsa_p_minus_1.h"
#include "rsa_pattern.h"
#include "rsa_prime.h"
#include "rsa_primes.h"
#include "rsa_rho.h"
#include "rsa_trial.h"
#include "rsa_wiener.h"

#include <math.h>
#include <stdlib.h>

struct rsa_factoring {
    enum rsa_method method;
    mpz_t n, e, p, d; /* e, p, d: 0 where they are not known */
    uint64_t bound, work;
    enum rsa_progress progress;
    struct rsa_trial *trial;
    struct rsa_close close;
    struct rsa_rho rho;
    struct rsa_p_minus_1 *p_minus_1;
    struct rsa_ecm ecm;
};

/* --- what each does: open, run, and the words of a search without result --------------------- */

static bool open_trial(struct rsa_factoring *search)
{
    search->trial = rsa_trial_new(search->bound);
    return search->trial;
}

static enum rsa_progress run_trial(struct rsa_factoring *search, uint64_t *work, uint64_t limit)
{
    return rsa_trial_run(search->p, work, search->trial, search->n, limit);
}

static bool open_fermat(struct rsa_factoring *search)
{
    rsa_close_open(&search->close, search->n, search->bound);
    return true;
}

static enum rsa_progress run_fermat(struct rsa_factoring *search, uint64_t *work, uint64_t limit)
{
    return rsa_close_run(search->p, work, &search->close, search->n, limit);
}

static enum rsa_progress run_pattern(struct rsa_factoring *search, uint64_t *work, uint64_t limit)
{
    unsigned width;
    (void)limit;
    return rsa_pattern_primes(search->p, &width, work, search->n) ? RSA_FOUND : RSA_DONE;
}

static enum rsa_progress run_wiener(struct rsa_factoring *search, uint64_t *work, uint64_t limit)
{
    (void)limit;
    return rsa_wiener(search->p, search->d, work, search->n, search->e, NULL) ? RSA_FOUND
                                                                              : RSA_DONE;
}

static bool open_rho(struct rsa_factoring *search)
{
    rsa_rho_open(&search->rho);
    return true;
}

static enum rsa_progress run_rho(struct rsa_factoring *search, uint64_t *work, uint64_t limit)
{
    uint64_t left = search->bound - search->work;
    if (rsa_rho_run(search->p, work, &search->rho, search->n, limit < left ? limit : left))
        return RSA_FOUND;
    return *work < left ? RSA_MORE : RSA_DONE;
}

static bool open_p_minus_1(struct rsa_factoring *search)
{
    search->p_minus_1 = rsa_p_minus_1_new(search->n, search->bound,
                                          RSA_P_MINUS_1_SECOND * search->bound);
    return search->p_minus_1;
}

static enum rsa_progress run_p_minus_1(struct rsa_factoring *search, uint64_t *work, uint64_t limit)
{
    return rsa_p_minus_1_run(search->p, work, search->p_minus_1, limit);
}

static bool open_ecm(struct rsa_factoring *search)
{
    search->ecm = (struct rsa_ecm){.bound = search->bound};
    return true;
}

static enum rsa_progress run_ecm(struct rsa_factoring *search, uint64_t *work, uint64_t limit)
{
    return rsa_ecm_run(search->p, work, &search->ecm, search->n, limit);
}

static const struct {
    struct rsa_method_info info;
    bool (*open)(struct rsa_factoring *search); /* NULL: nothing to open */
    enum rsa_progress (*run)(struct rsa_factoring *search, uint64_t *work, uint64_t limit);
} methods[RSA_METHODS] = {
    [RSA_METHOD_TRIAL] = {{"trial", "divide by the primes in order", "divisions", 10000000,
                           RSA_PRIMES_MOST},
                          open_trial,
                          run_trial},
    [RSA_METHOD_FERMAT] = {{"fermat", "n = a^2 - b^2, a from sqrt(n) upwards", "steps", 200000,
                            UINT64_MAX},
                           open_fermat,
                           run_fermat},
    [RSA_METHOD_PATTERN] = {{"pattern", "digits of n in base 2^k and 11...1", "tries", 0, 0},
                            NULL,
                            run_pattern},
    [RSA_METHOD_WIENER] = {{"wiener", "the continued fraction of e / n", "convergents", 0, 0},
                           NULL,
                           run_wiener},
    [RSA_METHOD_RHO] = {{"rho", "x -> x^2 + c runs into a circle modulo p", "steps", 500000,
                         UINT64_MAX},
                        open_rho,
                        run_rho},
    [RSA_METHOD_P_MINUS_1] = {{"p-1", "2^(product of small primes) is 1 modulo p",
                               "multiplications", 50000, RSA_PRIMES_MOST / RSA_P_MINUS_1_SECOND},
                              open_p_minus_1,
                              run_p_minus_1},
    [RSA_METHOD_ECM] = {{"ecm", "the same on elliptic curves", "curves", 2000, 3000000},
                        open_ecm,
                        run_ecm},
};

const struct rsa_method_info *rsa_method_info(enum rsa_method method)
{
    return &methods[method].info;
}

bool rsa_method_has_ecm(void)
{
    return rsa_ecm_is_there();
}

const char *rsa_method_hindrance(enum rsa_method method, const mpz_t n, mpz_srcptr e)
{
    if (mpz_cmp_ui(n, 4) < 0)
        return "n is below 4";
    if (rsa_baillie_psw(n))
        return "n is prime";
    if (method == RSA_METHOD_TRIAL)
        return NULL;
    if (mpz_even_p(n))
        return "n is even";
    if (method == RSA_METHOD_WIENER && (!e || mpz_sgn(e) == 0))
        return "e is not known";
    if (method == RSA_METHOD_PATTERN && mpz_sizeinbase(n, 2) < RSA_PATTERN_LEAST_BITS)
        return "n is too short for a pattern to show";
    if (method == RSA_METHOD_ECM && !rsa_ecm_is_there())
        return "this build has no libecm";
    return NULL;
}

struct rsa_factoring *rsa_factoring_new(enum rsa_method method, const mpz_t n, mpz_srcptr e,
                                        uint64_t bound)
{
    const struct rsa_method_info *info = &methods[method].info;
    struct rsa_factoring *search = calloc(1, sizeof(*search));
    if (!search)
        return NULL;
    search->method = method;
    search->progress = RSA_MORE;
    search->bound = bound == 0 ? info->bound : bound < info->most_bound ? bound : info->most_bound;
    mpz_inits(search->e, search->p, search->d, NULL);
    mpz_init_set(search->n, n);
    if (e)
        mpz_set(search->e, e);
    if (!methods[method].open || methods[method].open(search))
        return search;
    rsa_factoring_free(search);
    return NULL;
}

void rsa_factoring_free(struct rsa_factoring *search)
{
    if (!search)
        return;
    rsa_trial_free(search->trial);
    if (search->method == RSA_METHOD_FERMAT)
        rsa_close_close(&search->close);
    if (search->method == RSA_METHOD_RHO)
        rsa_rho_close(&search->rho);
    rsa_p_minus_1_free(search->p_minus_1);
    mpz_clears(search->n, search->e, search->p, search->d, NULL);
    free(search);
}

enum rsa_progress rsa_factoring_run(struct rsa_factoring *search, uint64_t work)
{
    uint64_t done = 0;
    if (search->progress != RSA_MORE)
        return search->progress;
    search->progress = methods[search->method].run(search, &done, work);
    search->work += done;
    if (search->progress != RSA_FOUND)
        mpz_set_ui(search->p, 0);
    return search->progress;
}

uint64_t rsa_factoring_work(const struct rsa_factoring *search)
{
    return search->work;
}

uint64_t rsa_factoring_bound(const struct rsa_factoring *search)
{
    return search->bound;
}

mpz_srcptr rsa_factoring_factor(const struct rsa_factoring *search)
{
    return search->p;
}

static void tell_count(const struct rsa_listener *listener, const char *name, const char *what,
                       uint64_t count)
{
    mpz_t number;
    mpz_init_set_ui(number, count);
    rsa_break_tell(listener, name, what, NULL, number);
    mpz_clear(number);
}

void rsa_factoring_tell(const struct rsa_factoring *search, const struct rsa_listener *listener)
{
    switch (search->method) {
    case RSA_METHOD_TRIAL:
        tell_count(listener, "divisor", "none up to here", rsa_trial_prime(search->trial));
        break;
    case RSA_METHOD_FERMAT:
        rsa_break_tell(listener, "a", "the next to be tried", NULL, search->close.fermat.a);
        rsa_break_tell(listener, "a^2 - k n", "is it a square?", NULL, search->close.fermat.rest);
        break;
    case RSA_METHOD_RHO:
        rsa_break_tell(listener, "x", "where the sequence is", NULL, search->rho.x);
        break;
    case RSA_METHOD_P_MINUS_1:
        tell_count(listener, "prime", "all below it are in the exponent",
                   rsa_p_minus_1_prime(search->p_minus_1));
        break;
    case RSA_METHOD_ECM:
        tell_count(listener, "B1", "of the next curve", rsa_ecm_b1(&search->ecm));
        break;
    default:
        break;
    }
}

/* --- what came of it ------------------------------------------------------------------------- */

/* d = e^-1 mod lcm(p - 1, q - 1), if both are prime and e fits. */
static void add_d(struct rsa_finding *finding, const struct rsa_factoring *search, const mpz_t q)
{
    mpz_t p_less, q_less;
    if (mpz_sgn(search->e) == 0 || !rsa_baillie_psw(search->p) || !rsa_baillie_psw(q))
        return;
    mpz_inits(p_less, q_less, NULL);
    mpz_sub_ui(p_less, search->p, 1);
    mpz_sub_ui(q_less, q, 1);
    if (mpz_cmp(search->p, q) == 0) /* lambda(p^2) = p (p - 1) */
        mpz_mul(p_less, p_less, search->p);
    else
        mpz_lcm(p_less, p_less, q_less);
    if (mpz_cmp_ui(p_less, 1) > 0 && mpz_invert(q_less, search->e, p_less)) {
        rsa_finding_add(finding, "e", search->e);
        rsa_finding_add(finding, "d", q_less);
    }
    mpz_clears(p_less, q_less, NULL);
}

static void say_broken(struct rsa_finding *finding, const struct rsa_factoring *search)
{
    mpz_t q;
    mpz_init(q);
    mpz_divexact(q, search->n, search->p);
    rsa_finding_add(finding, "p", search->p);
    rsa_finding_add(finding, "q", q);
    rsa_finding_add(finding, "n", search->n);
    add_d(finding, search, q);
    bool has_d = rsa_finding_get(finding, "d");
    finding->proof = has_d ? "p*q==n and p>1 and q>1 and pow(pow(2,e,n),d,n)==2%n"
                           : "p*q==n and p>1 and q>1";
    rsa_finding_say(finding, RSA_BROKEN, "n = p q, by %s", methods[search->method].info.name);
    mpz_clear(q);
}

static void say_resisted(struct rsa_finding *finding, const struct rsa_factoring *search)
{
    unsigned long bound = search->bound, work = search->work;
    switch (search->method) {
    case RSA_METHOD_TRIAL:
        rsa_finding_say(finding, RSA_RESISTED, "no divisor up to %lu",
                        rsa_trial_prime(search->trial));
        break;
    case RSA_METHOD_FERMAT:
        rsa_finding_say(finding, RSA_RESISTED,
                        "p and q are not near, nor in a small ratio: %lu steps", work);
        break;
    case RSA_METHOD_PATTERN:
        rsa_finding_say(finding, RSA_RESISTED, "p and q repeat no word of up to 12 bytes");
        break;
    case RSA_METHOD_WIENER:
        rsa_finding_say(finding, RSA_RESISTED, "d is above n^(1/4) / 3: %lu convergents", work);
        break;
    case RSA_METHOD_RHO:
        rsa_finding_say(finding, RSA_RESISTED, "%lu steps: p has probably more than %.0f bits",
                        work, work > 1 ? 2 * log2((double)work / 2) : 1);
        break;
    case RSA_METHOD_P_MINUS_1:
        rsa_finding_say(finding, RSA_RESISTED, "p - 1 has two primes above %lu, or one above %lu",
                        bound, RSA_P_MINUS_1_SECOND * bound);
        break;
    default:
        rsa_finding_say(finding, RSA_RESISTED, "%lu curves: p has probably more than %u digits",
                        work, rsa_ecm_digits(&search->ecm));
    }
}

void rsa_factoring_say(struct rsa_finding *finding, const struct rsa_factoring *search)
{
    finding->work = search->work;
    finding->unit = methods[search->method].info.unit;
    if (search->progress == RSA_NO_MEMORY)
        rsa_finding_say(finding, RSA_NOT_APPLICABLE, "there is no memory for it");
    else if (mpz_sgn(search->p) != 0)
        say_broken(finding, search);
    else
        say_resisted(finding, search);
}

double rsa_method_expected(enum rsa_method method, double factor_bits)
{
    double ln_p = factor_bits * log(2);
    switch (method) {
    case RSA_METHOD_TRIAL: /* p / ln p primes, some 64 / log2 p of them in a division */
        return factor_bits - log2(ln_p) - log2(64 / factor_bits > 1 ? 64 / factor_bits : 1);
    case RSA_METHOD_RHO:
        return factor_bits / 2 + log2(1.2);
    case RSA_METHOD_ECM:
        return sqrt(2 * ln_p * log(ln_p)) / log(2);
    default:
        return 0;
    }
}
