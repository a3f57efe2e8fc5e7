/*
 * Confinement to small subgroups (Lim and Lee): for each small prime f of p-1, a number of order f
 * is sent. The victim's K is one of its f powers, and tells x modulo f.
 */
#include "dlog_internal.h"

enum {
    LARGEST = 1 << 16, /* of the primes: as many values of K are asked for, at worst */
    BASES = 64
};

/* w of order f: (p-1)/f-th powers have that order, or are 1. */
static bool find_element(mpz_t w, const mpz_t p, const mpz_t f)
{
    mpz_t exponent;
    mpz_init(exponent);
    mpz_sub_ui(exponent, p, 1);
    mpz_divexact(exponent, exponent, f);
    mpz_set_ui(w, 1);
    for (unsigned long base = 2; base < BASES && mpz_cmp_ui(w, 1) == 0; base++) {
        mpz_set_ui(w, base);
        mpz_powm(w, w, exponent, p);
    }
    mpz_clear(exponent);
    return mpz_cmp_ui(w, 1) > 0;
}

static void tell(const struct dlog_search *search, const mpz_t f, uint64_t x)
{
    mpz_t found;
    mpz_init_set_ui(found, x);
    dlog_tell(search->listener, (struct dlog_step){"confined",
                                                   "a number w of order f was sent, and K was w^x",
                                                   {{"f", f}, {"x mod f", found}}});
    mpz_clear(found);
}

struct confine {
    struct dlog_search search;
    const struct dlog_victim *victim;
    uint64_t *guesses;
};

/* Which power of w is K. */
static enum dlog_answer ask(uint64_t *x, struct confine *confine, const mpz_t w, uint64_t f)
{
    enum dlog_answer answer = DLOG_NO;
    mpz_t K;
    mpz_init_set_ui(K, 1);
    for (*x = 0; *x < f && answer == DLOG_NO; *x += answer == DLOG_NO) {
        ++*confine->guesses;
        answer = confine->victim->has(confine->victim->context, w, K);
        mpz_mul(K, K, w);
        mpz_mod(K, K, confine->search.p);
    }
    mpz_clear(K);
    return answer;
}

/* False: the verdict stands. */
static bool confine_to(struct confine *confine, const mpz_t f)
{
    uint64_t x;
    bool done = true;
    mpz_t w, piece;
    mpz_inits(w, piece, NULL);
    if (find_element(w, confine->search.p, f)) {
        enum dlog_answer answer = ask(&x, confine, w, mpz_get_ui(f));
        mpz_set_ui(piece, x);
        if (answer == DLOG_REFUSED)
            done = dlog_search_end(&confine->search, DLOG_RESISTED,
                                   "the victim looks at what it is sent, and hangs up");
        else if (answer == DLOG_NO)
            done = dlog_search_end(&confine->search, DLOG_NOT_APPLICABLE,
                                   "K is no power of what was sent: the victim takes another "
                                   "exponent each time");
        else
            tell(&confine->search, f, x);
        done = done && (dlog_known_add(confine->search.result->x, confine->search.result->modulus,
                                       piece, f) ||
                        dlog_search_end(&confine->search, DLOG_NOT_APPLICABLE,
                                        "the answers do not go together"));
    }
    mpz_clears(w, piece, NULL);
    return done;
}

static bool confine_to_all(struct confine *confine)
{
    struct dlog_factors factors;
    bool done = true;
    mpz_t less;
    mpz_init(less);
    mpz_sub_ui(less, confine->search.p, 1);
    if (!dlog_factors_open(&factors, less, confine->search.bounds.factoring))
        done = dlog_search_no_memory(&confine->search);
    for (size_t i = 0; i < factors.count && done; i++)
        if (mpz_cmp_ui(factors.primes[i].prime, LARGEST) <= 0)
            done = confine_to(confine, factors.primes[i].prime);
    dlog_factors_close(&factors);
    mpz_clear(less);
    return done;
}

void dlog_confine(struct dlog_result *result, uint64_t *guesses, const mpz_t p, const mpz_t g,
                  const mpz_t A, const struct dlog_victim *victim, const struct dlog_bounds *bounds,
                  const struct dlog_listener *listener)
{
    struct confine confine = {.search = {.result = result,
                                         .bounds = dlog_bounds_whole(bounds),
                                         .listener = listener,
                                         .p = p,
                                         .g = g,
                                         .A = A},
                              .victim = victim,
                              .guesses = guesses};
    *guesses = 0;
    if (confine.search.bounds.exponent_bits == 0)
        confine.search.bounds.exponent_bits = (unsigned)mpz_sizeinbase(p, 2);
    if (!mpz_probab_prime_p(p, 24))
        dlog_search_end(&confine.search, DLOG_NOT_APPLICABLE, "p is not prime: take it apart");
    else if (mpz_sgn(g) <= 0 || mpz_cmp(g, p) >= 0 || mpz_sgn(A) <= 0 || mpz_cmp(A, p) >= 0)
        dlog_search_end(&confine.search, DLOG_NOT_APPLICABLE,
                        "g or the public number is not among 1 .. p-1");
    else if (confine_to_all(&confine))
        dlog_search_run(&confine.search);
}
