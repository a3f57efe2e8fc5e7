/*
 * The whole way from p, g and A to x: see dlog.h.
 *
 *     p = q1^e1 q2^e2 ...     in each part: the order of g, the pieces of x; and all of them together
 */
#include "dlog_internal.h"

#include <stdio.h>
#include <string.h>

void dlog_result_open(struct dlog_result *result)
{
    *result = (struct dlog_result){.verdict = DLOG_RESISTED};
    mpz_init(result->x);
    mpz_init_set_ui(result->modulus, 1);
}

void dlog_result_close(struct dlog_result *result)
{
    mpz_clears(result->x, result->modulus, NULL);
}

struct dlog_bounds dlog_bounds_whole(const struct dlog_bounds *bounds)
{
    struct dlog_bounds whole = bounds ? *bounds : (struct dlog_bounds){0};
    whole.multiplications = whole.multiplications ? whole.multiplications : DLOG_MULTIPLICATIONS;
    whole.table_bytes = whole.table_bytes ? whole.table_bytes : DLOG_TABLE_BYTES;
    whole.factoring = whole.factoring ? whole.factoring : DLOG_FACTORING;
    return whole;
}

void dlog_tell(const struct dlog_listener *listener, struct dlog_step step)
{
    if (listener && listener->hear)
        listener->hear(listener->context, &step);
}

bool dlog_goes_on(const struct dlog_listener *listener, uint64_t multiplications)
{
    return !listener || !listener->goes_on || listener->goes_on(listener->context, multiplications);
}

bool dlog_search_end(struct dlog_search *search, enum dlog_verdict verdict, const char *reason)
{
    search->result->verdict = verdict;
    snprintf(search->result->reason, sizeof(search->result->reason), "%s", reason);
    return false;
}

bool dlog_search_no_power(struct dlog_search *search)
{
    return dlog_search_end(search, DLOG_NOT_APPLICABLE, "the public number is no power of g");
}

bool dlog_search_no_memory(struct dlog_search *search)
{
    return dlog_search_end(search, DLOG_NO_MEMORY, "no memory");
}

void dlog_search_count(struct dlog_search *search, const struct dlog_run *run)
{
    search->result->multiplications += run->field->multiplications;
    if (run->entries > search->result->entries)
        search->result->entries = run->entries;
}

/* --- the parts of p -------------------------------------------------------------------------- */

static void tell_factor(const struct dlog_search *search, const struct dlog_prime *of)
{
    mpz_t exponent;
    mpz_init_set_ui(exponent, of->exponent);
    dlog_tell(search->listener,
              (struct dlog_step){"factor",
                                 "q^e divides p, and a logarithm modulo it will do",
                                 {{"q", of->prime}, {"e", exponent}}});
    mpz_clear(exponent);
}

static bool look_at_parts(struct dlog_search *search)
{
    struct dlog_factors factors;
    bool done = dlog_factors_open(&factors, search->p, search->bounds.factoring) ||
                dlog_search_no_memory(search);
    const unsigned rest = (unsigned)mpz_sizeinbase(factors.rest, 2);
    bool is_prime = rest == 1 && factors.count == 1 && factors.primes[0].exponent == 1;
    for (size_t i = 0; i < factors.count && done; i++) {
        if (!is_prime)
            tell_factor(search, &factors.primes[i]);
        done = dlog_part_look(search, &factors.primes[i]);
    }
    if (rest > 1) {
        search->is_open = true;
        search->result->open_bits = rest;
        snprintf(search->left, sizeof(search->left),
                 "p has a composite factor of %u bits that was not taken apart", rest);
    }
    dlog_factors_close(&factors);
    return done;
}

/* --- short exponents ------------------------------------------------------------------------- */

/* target = A g^-x; false: g has no inverse. */
static bool take_away(mpz_t target, const struct dlog_search *search)
{
    if (!mpz_invert(target, search->g, search->p))
        return false;
    mpz_powm(target, target, search->result->x, search->p);
    mpz_mul(target, target, search->A);
    mpz_mod(target, target, search->p);
    return true;
}

/* x = known + modulus y: baby steps for y. */
static enum dlog_outcome find_rest(uint64_t *y, struct dlog_search *search, uint64_t range)
{
    struct dlog_field field;
    struct dlog_run run = {.field = &field, .bounds = search->bounds, .listener = search->listener};
    enum dlog_outcome outcome = DLOG_BOUND;
    mpz_t base, target;
    mpz_inits(base, target, NULL);
    if (!dlog_field_open(&field, search->p)) {
        outcome = DLOG_MEMORY;
    } else if (take_away(target, search)) {
        mpz_powm(base, search->g, search->result->modulus, search->p);
        outcome = dlog_baby_steps(y, &run, base, target, range);
    }
    dlog_search_count(search, &run);
    dlog_field_close(&field);
    mpz_clears(base, target, NULL);
    return outcome;
}

bool dlog_short_look(struct dlog_search *search)
{
    enum { RANGE_BITS = 62 };
    enum dlog_outcome outcome = DLOG_BOUND;
    uint64_t y;
    mpz_t range;
    if (search->bounds.exponent_bits == 0)
        return false;
    mpz_init(range);
    mpz_setbit(range, search->bounds.exponent_bits);
    mpz_cdiv_q(range, range, search->result->modulus);
    if (mpz_sizeinbase(range, 2) <= RANGE_BITS)
        outcome = find_rest(&y, search, mpz_get_ui(range));
    mpz_clear(range);
    if (outcome == DLOG_FOUND)
        mpz_addmul_ui(search->result->x, search->result->modulus, y);
    else if (outcome == DLOG_ABSENT)
        snprintf(search->left + strlen(search->left), sizeof(search->left) - strlen(search->left),
                 "; no exponent has %u bits", search->bounds.exponent_bits);
    return outcome == DLOG_FOUND;
}

/* --- the whole ------------------------------------------------------------------------------- */

static bool is_logarithm(const struct dlog_search *search)
{
    mpz_t power;
    mpz_init(power);
    mpz_powm(power, search->g, search->result->x, search->p);
    bool it_is = mpz_congruent_p(power, search->A, search->p) != 0;
    mpz_clear(power);
    return it_is;
}

/* The first few exponents need no theory. */
static bool look_at_first(struct dlog_search *search)
{
    const unsigned long few = mpz_sizeinbase(search->p, 2);
    bool found = false;
    mpz_t power;
    mpz_init_set_ui(power, 1);
    for (unsigned long x = 0; x <= few && !found; x++) {
        found = mpz_congruent_p(power, search->A, search->p) != 0;
        if (found)
            mpz_set_ui(search->result->x, x);
        mpz_mul(power, power, search->g);
        mpz_mod(power, power, search->p);
    }
    mpz_clear(power);
    return found;
}

/* Modulo a prime of p that divides g, too, its powers end as 0; and they do so before x = bits. */
static void pass_first(struct dlog_search *search)
{
    const unsigned long few = mpz_sizeinbase(search->p, 2);
    mpz_t rounds;
    mpz_init_set_ui(rounds, few);
    mpz_cdiv_q(rounds, rounds, search->result->modulus);
    if (mpz_cmp_ui(search->result->x, few) < 0)
        mpz_addmul(search->result->x, rounds, search->result->modulus);
    mpz_clear(rounds);
}

static bool is_coprime(const struct dlog_search *search)
{
    mpz_t gcd;
    mpz_init(gcd);
    mpz_gcd(gcd, search->g, search->p);
    bool it_is = mpz_cmp_ui(gcd, 1) == 0;
    mpz_clear(gcd);
    return it_is;
}

/* x is one exponent, and which others do the same is not known. */
static void end_with_one(struct dlog_search *search)
{
    mpz_set_ui(search->result->modulus, 0);
    dlog_search_end(search, DLOG_BROKEN, "");
}

void dlog_search_run(struct dlog_search *search)
{
    const bool coprime = is_coprime(search);
    if (!coprime && look_at_first(search)) {
        end_with_one(search);
        return;
    }
    if (!look_at_parts(search))
        return;
    if (search->is_open) {
        if (dlog_short_look(search) || look_at_first(search))
            end_with_one(search);
        else
            dlog_search_end(search, DLOG_RESISTED, search->left);
        return;
    }
    if (!coprime)
        pass_first(search);
    if (is_logarithm(search))
        dlog_search_end(search, DLOG_BROKEN, "");
    else
        dlog_search_no_power(search);
}

void dlog_find(struct dlog_result *result, const mpz_t p, const mpz_t g, const mpz_t A,
               const struct dlog_bounds *bounds, const struct dlog_listener *listener)
{
    struct dlog_search search = {.result = result,
                                 .bounds = dlog_bounds_whole(bounds),
                                 .listener = listener,
                                 .p = p,
                                 .g = g,
                                 .A = A};
    if (mpz_cmp_ui(p, 2) < 0 || mpz_cmp_ui(g, 1) < 0 || mpz_cmp(g, p) >= 0)
        dlog_search_end(&search, DLOG_NOT_APPLICABLE, "g is not among 1 .. p-1");
    else if (mpz_sgn(A) < 0 || mpz_cmp(A, p) >= 0)
        dlog_search_end(&search, DLOG_NOT_APPLICABLE, "the public number is not among 0 .. p-1");
    else
        dlog_search_run(&search);
}
