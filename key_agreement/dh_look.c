/*
 * Looking at a group and at a public number: see dh_look.h.
 *
 * What is asked, in this order: is p prime; if so, what is p-1 made of, and with that the order of
 * g, the least r with g^r = 1; then whether the number is a power of g, and of what order.
 */
#include "dh_look.h"
#include "dh_factor.h"
#include "dh_internal.h"

#include <stdlib.h>
#include <string.h>

enum {
    TOY_BITS = 64,     /* below it nothing costs anything */
    STRENGTH = 224,    /* SP 800-56A 5.5.1: bits of a subgroup for 112 bits of strength */
    LITERAL_BITS = 128 /* numbers up to here are written out, longer ones as a part of p-1 */
};

struct look {
    struct dh_finding *findings;
    size_t count;
    const struct dh_group *group;
    bool thorough;
    bool is_apart; /* else little is known of p-1 */
    struct dh_apart apart;
};

static struct dh_finding *find(struct look *look, enum dh_finding_kind kind, bool harmful)
{
    struct dh_finding *finding = &look->findings[look->count++];
    *finding = (struct dh_finding){.kind = kind, .harmful = harmful};
    return finding;
}

/* gmp_snprintf: %Zd is an mpz_t. */
#define TEXT(finding, ...)  gmp_snprintf((finding)->text, sizeof((finding)->text), __VA_ARGS__)
#define PROOF(finding, ...) gmp_snprintf((finding)->proof, sizeof((finding)->proof), __VA_ARGS__)

/* --- primes ---------------------------------------------------------------------------------- */

/* A square root of 1 that is neither 1 nor -1, as there is one beside every composite n that
 * passes Fermat's test, for most bases (Miller-Rabin). */
static bool third_root(struct dh_finding *finding, const mpz_t n, const char *words,
                       const char *code, unsigned long base)
{
    mpz_t x, n_1, exponent;
    bool found = false;
    mpz_inits(x, n_1, exponent, NULL);
    mpz_sub_ui(n_1, n, 1);
    for (mp_bitcnt_t shift = mpz_scan1(n_1, 0); shift > 0 && !found; shift--) {
        mpz_set_ui(x, base);
        mpz_fdiv_q_2exp(exponent, n_1, shift);
        mpz_powm(x, x, exponent, n);
        bool trivial = mpz_cmp_ui(x, 1) == 0 || mpz_cmp(x, n_1) == 0;
        mpz_powm_ui(x, x, 2, n);
        found = !trivial && mpz_cmp_ui(x, 1) == 0;
        if (found)
            PROOF(finding,
                  "pow(%lu, (%s - 1) >> %lu, %s) not in (1, %s - 1) and "
                  "pow(%lu, (%s - 1) >> %lu, %s) == 1",
                  base, code, shift, code, code, base, code, shift - 1, code);
    }
    if (found)
        TEXT(finding, "%s is not prime: 1 has a third square root (Miller-Rabin)", words);
    mpz_clears(x, n_1, exponent, NULL);
    return found;
}

/* Why n is composite. words: what people call it; code: what python does. */
static void prove_composite(struct dh_finding *finding, const mpz_t n, const char *words,
                            const char *code)
{
    enum { BASES = 1000 }; /* three of four are witnesses */
    mpz_t x, exponent;
    bool proved = false;
    mpz_inits(x, exponent, NULL);
    if (dh_factor_find(x, n)) {
        TEXT(finding, "%s is not prime: %Zd divides it", words, x);
        PROOF(finding, "%s %% %Zd == 0", code, x);
        proved = true;
    }
    for (unsigned long base = 2; base < BASES && !proved; base++) {
        mpz_set_ui(x, base);
        mpz_sub_ui(exponent, n, 1);
        mpz_powm(x, x, exponent, n);
        proved = mpz_cmp_ui(x, 1) != 0;
        if (proved) {
            TEXT(finding, "%s is not prime: %lu to the %s - 1 is not 1 (Fermat)", words, base,
                 words);
            PROOF(finding, "pow(%lu, %s - 1, %s) != 1", base, code, code);
        }
        proved = proved || third_root(finding, n, words, code, base);
    }
    mpz_clears(x, exponent, NULL);
}

/* False: p is composite. */
static bool look_at_primes(struct look *look)
{
    const struct dh_group *group = look->group;
    if (!group->named && !dh_is_prime(group->p, look->thorough)) {
        prove_composite(find(look, DH_FOUND_P_COMPOSITE, true), group->p, "p", "p");
        return false;
    }
    bool safe = group->named || dh_is_prime(look->apart.q, look->thorough);
    if (!safe) {
        struct dh_finding *finding = find(look, DH_FOUND_NOT_SAFE, true);
        prove_composite(finding, look->apart.q, "q = (p-1)/2", "((p - 1) // 2)");
    }
    if (safe && mpz_odd_p(look->apart.q))
        look->is_apart = dh_apart_take_safe(&look->apart);
    else if (look->thorough)
        look->is_apart = dh_apart_take(&look->apart, look->thorough);
    return true;
}

/* --- orders ---------------------------------------------------------------------------------- */

/* Whether logarithms of powers of x are found prime by prime (Pohlig-Hellman): its largest prime is
 * below the strength asked for, and below what a p of this size can have, toys included. */
static bool is_small(const struct dh_order *order, const struct look *look)
{
    size_t bits = mpz_sizeinbase(order->largest, 2);
    return order->exact && bits < STRENGTH &&
           (2 * bits < dh_group_bits(look->group) || mpz_cmp_ui(order->r, 2) <= 0);
}

/* Of a small order: whether it is one to count, or only falls into small primes. */
static bool has_few_powers(const struct dh_order *order, const struct look *look)
{
    return mpz_cmp_ui(order->r, 2) <= 0 ||
           (mpz_sizeinbase(order->r, 2) < TOY_BITS && mpz_cmp(order->r, look->apart.q) < 0);
}

/* r as python reads it: a number, or a part of p - 1. */
static void write_order(char *out, size_t space, const struct dh_order *order,
                        const struct look *look)
{
    mpz_t part;
    mpz_init(part);
    mpz_divexact(part, look->apart.p_1, order->r);
    if (mpz_sizeinbase(order->r, 2) <= LITERAL_BITS)
        gmp_snprintf(out, space, "%Zd", order->r);
    else if (mpz_cmp_ui(part, 1) == 0)
        gmp_snprintf(out, space, "(p - 1)");
    else if (mpz_sizeinbase(part, 2) <= LITERAL_BITS)
        gmp_snprintf(out, space, "((p - 1) // %Zd)", part);
    else
        gmp_snprintf(out, space, "%#Zx", order->r);
    mpz_clear(part);
}

/* x^r = 1, and x^(r/f) != 1 for every f that divides r; of a large f = r that is clear, x not being
 * 1. name: "g" or "A". */
static void prove_order(struct dh_finding *finding, const struct dh_order *order,
                        const struct look *look, const char *name)
{
    enum { LIST = 1000 }; /* room for the few dozen primes that matter */
    char r[DH_MAX_BITS / 4 + 8], list[LIST] = "";
    size_t used = 0;
    write_order(r, sizeof(r), order, look);
    for (size_t i = 0; order->exact && i <= look->apart.primes; i++) {
        mpz_srcptr prime = i < look->apart.primes ? look->apart.prime[i] : look->apart.rest;
        if (mpz_cmp_ui(prime, 1) > 0 && mpz_sizeinbase(prime, 2) <= LITERAL_BITS &&
            mpz_divisible_p(order->r, prime) && used < LIST - LITERAL_BITS)
            used += (size_t)gmp_snprintf(list + used, LIST - used, used ? ", %Zd" : "%Zd", prime);
    }
    if (used > 0 && strlen(r) < LIST)
        PROOF(finding, "pow(%s, %s, p) == 1 and all(pow(%s, %s // f, p) != 1 for f in [%s])", name,
              r, name, r, list);
    else
        PROOF(finding, "pow(%s, %s, p) == 1", name, r);
}

/* Its order: a number if it is short, and what it is of p-1. */
static void tell_order(struct dh_finding *finding, const struct dh_order *order,
                       const struct look *look)
{
    bool is_all = mpz_cmp(order->r, look->apart.p_1) == 0,
         is_half = mpz_cmp(order->r, look->apart.q) == 0;
    const char *part = is_all ? "p-1" : is_half ? "q = (p-1)/2" : NULL;
    if (mpz_sizeinbase(order->r, 2) > LITERAL_BITS)
        TEXT(finding, "the order of g is %s", part ? part : "a part of p-1, and large enough");
    else
        TEXT(finding, "the order of g is %Zd%s%s", order->r, part ? " = " : "", part ? part : "");
}

static void look_at_generator(struct look *look, const struct dh_order *order)
{
    bool small = is_small(order, look);
    struct dh_finding *finding = find(look, small ? DH_FOUND_SMALL_ORDER : DH_FOUND_ORDER, small);
    prove_order(finding, order, look, "g");
    if (!order->exact)
        TEXT(finding, "the order of g divides p-1, whose large factor is not prime and not known");
    else if (small && has_few_powers(order, look))
        TEXT(finding, "g has %Zd powers, and no more: that is its order", order->r);
    else if (small)
        TEXT(finding,
             "the order of g has no prime factor above %zu bits: exponents are found piece by "
             "piece (Pohlig-Hellman)",
             mpz_sizeinbase(order->largest, 2));
    else
        tell_order(finding, order, look);
}

/* --- the number ------------------------------------------------------------------------------ */

/* False: nothing more is to be said of it. */
static bool look_at_range(struct look *look, const mpz_t number)
{
    struct dh_finding *finding;
    if (mpz_sgn(number) == 0 || mpz_cmp(number, look->group->p) >= 0) {
        finding = find(look, DH_FOUND_PUBLIC_OUTSIDE, true);
        TEXT(finding, "the public number is not among 1 .. p-1");
        PROOF(finding, "not 0 < A < p");
    } else if (mpz_cmp_ui(number, 1) == 0) {
        finding = find(look, DH_FOUND_PUBLIC_ONE, true);
        TEXT(finding, "the public number is 1: K is 1 whatever the exponent");
        PROOF(finding, "A == 1");
    } else if (mpz_cmp(number, look->apart.p_1) == 0) {
        finding = find(look, DH_FOUND_PUBLIC_MINUS_ONE, true);
        TEXT(finding, "the public number is p-1: K is 1 or p-1");
        PROOF(finding, "A == p - 1");
    } else {
        return true;
    }
    return false;
}

/* A generator that is no square shows the lowest bit of every exponent. */
static void look_at_parity(struct look *look, const mpz_t number)
{
    if (mpz_legendre(look->group->g, look->group->p) == 1)
        return;
    bool even = mpz_legendre(number, look->group->p) == 1;
    struct dh_finding *finding = find(look, DH_FOUND_PARITY, false);
    TEXT(
        finding,
        "the exponent of the public number is %s, and its Legendre symbol tells everybody: g is no "
        "square",
        even ? "even" : "odd");
    PROOF(finding, "pow(A, (p - 1) // 2, p) == %s", even ? "1" : "p - 1");
}

/* Of p prime, p-1 taken apart; order: of g. */
static void look_at_power(struct look *look, const mpz_t number, const struct dh_order *order)
{
    char r[DH_MAX_BITS / 4 + 8];
    struct dh_order own;
    mpz_t y;
    mpz_init(y);
    dh_power(y, &look->apart, number, order->r);
    dh_order_open(&own, &look->apart, number);
    if (mpz_cmp_ui(y, 1) != 0) {
        struct dh_finding *finding = find(look, DH_FOUND_PUBLIC_STRANGER, true);
        write_order(r, sizeof(r), order, look);
        TEXT(finding, "the public number is no power of g");
        PROOF(finding, "pow(A, %s, p) != 1", r);
    } else {
        look_at_parity(look, number);
    }
    if (is_small(&own, look) && !is_small(order, look)) {
        struct dh_finding *finding = find(look, DH_FOUND_PUBLIC_SMALL_ORDER, true);
        prove_order(finding, &own, look, "A");
        if (has_few_powers(&own, look))
            TEXT(finding, "the public number has %Zd powers: K is one of them", own.r);
        else
            TEXT(finding, "the order of the public number falls into small primes: K tells the "
                          "exponent piece by piece");
    }
    dh_order_close(&own);
    mpz_clear(y);
}

/* --- the whole ------------------------------------------------------------------------------- */

static void look_at_size(struct look *look)
{
    unsigned bits = dh_group_bits(look->group);
    if (bits >= DH_GOOD_BITS)
        return;
    struct dh_finding *finding = find(look, DH_FOUND_SHORT, true);
    TEXT(finding, "p has %u bits, fewer than %d: %s", bits, DH_GOOD_BITS,
         bits < TOY_BITS ? "for pencil and paper" : "exponents can be found");
    PROOF(finding, "p.bit_length() == %u", bits);
}

/* The formula of dh.h: e and pi by their series, as in dh_groups.c. */
static void look_at_name(struct look *look)
{
    const struct dh_named *named = look->group->named;
    if (!named)
        return;
    struct dh_finding *finding = find(look, DH_FOUND_NAMED, false);
    unsigned shift = named->bits - 130;
    TEXT(finding, "it is %s (%s): a safe prime that nobody chose, made of the bits of %s",
         named->name, named->source, named->constant == 'e' ? "e" : "pi");
    if (named->constant == 'e')
        PROOF(finding,
              "p == 2**%u - 2**%u - 1 + 2**64 * ((sum(2**%u // factorial(i) for i in range(1200)) "
              ">> 64) + %lu)",
              named->bits, named->bits - 64, shift + 64, named->added);
    else
        PROOF(finding,
              "p == 2**%u - 2**%u - 1 + 2**64 * ((sum((-1)**i * (16 * 2**%u // 5**(2*i+1) - 4 * "
              "2**%u // 239**(2*i+1)) // (2*i+1) for i in range(1800)) >> 64) + %lu)",
              named->bits, named->bits - 64, shift + 64, shift + 64, named->added);
}

static int worst_first(const void *a, const void *b)
{
    return (int)((const struct dh_finding *)a)->kind - (int)((const struct dh_finding *)b)->kind;
}

static void look_at_all(struct look *look, const mpz_t number)
{
    bool sized = number && look_at_range(look, number);
    struct dh_order order;
    look_at_size(look);
    look_at_name(look);
    if (!look_at_primes(look) || !look->is_apart)
        return;
    dh_order_open(&order, &look->apart, look->group->g);
    look_at_generator(look, &order);
    if (sized)
        look_at_power(look, number, &order);
    dh_order_close(&order);
}

size_t dh_look(struct dh_finding findings[DH_FINDINGS_MAX], const struct dh_group *group,
               const uint8_t *number, size_t bytes, enum dh_effort effort)
{
    struct look look = {.findings = findings,
                        .group = group,
                        .thorough = effort == DH_THOROUGH || dh_group_bits(group) < TOY_BITS};
    mpz_t value;
    mpz_init(value);
    dh_apart_open(&look.apart, group->p);
    for (; number && bytes > 0 && *number == 0; bytes--)
        number++;
    if (number) /* of one that is longer than p, the first bytes show that it is */
        mpz_import(value, bytes > DH_MAX_BYTES ? DH_MAX_BYTES + 1 : bytes, 1, 1, 1, 0, number);
    look_at_all(&look, number ? value : NULL);
    qsort(findings, look.count, sizeof(*findings), worst_first);
    dh_apart_close(&look.apart);
    mpz_clear(value);
    return look.count;
}

const char *dh_finding_name(enum dh_finding_kind kind)
{
    static const char *const names[] = {
        [DH_FOUND_P_COMPOSITE] = "p-composite",
        [DH_FOUND_PUBLIC_OUTSIDE] = "public-outside",
        [DH_FOUND_PUBLIC_ONE] = "public-one",
        [DH_FOUND_PUBLIC_MINUS_ONE] = "public-minus-one",
        [DH_FOUND_PUBLIC_SMALL_ORDER] = "public-small-order",
        [DH_FOUND_PUBLIC_STRANGER] = "public-no-power",
        [DH_FOUND_SMALL_ORDER] = "small-order",
        [DH_FOUND_SHORT] = "short",
        [DH_FOUND_NOT_SAFE] = "not-safe",
        [DH_FOUND_ORDER] = "order",
        [DH_FOUND_PARITY] = "parity",
        [DH_FOUND_NAMED] = "named",
    };
    return names[kind];
}
