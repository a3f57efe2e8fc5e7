/*
 * The groups with names, computed from their definitions; and groups as text. See dh.h.
 *
 * RFC 3526 and RFC 7919 define their primes by a formula over the bits of pi and of e, so that
 * everybody can see that nobody chose them: "nothing up my sleeve". So they are computed here, in a
 * millisecond or two, and not copied; tests/unit/dh.c holds them against OpenSSL's.
 */
#include "dh_internal.h"

#include <stdlib.h>
#include <string.h>

/* Exponents: RFC 7919 appendix A, which asks for at least as many bits as SP 800-56A table 25. The
 * smallest groups have the same as 2048 bits. */
static const struct dh_named table[] = {
    {"ffdhe2048", "", "RFC 7919 A.1", 2048, 'e', 560316, 225},
    {"ffdhe3072", "", "RFC 7919 A.2", 3072, 'e', 2625351, 275},
    {"ffdhe4096", "", "RFC 7919 A.3", 4096, 'e', 5736041, 325},
    {"ffdhe6144", "", "RFC 7919 A.4", 6144, 'e', 15705020, 375},
    {"ffdhe8192", "", "RFC 7919 A.5", 8192, 'e', 10965728, 400},
    {"modp768", "group1", "RFC 2409 6.1", 768, 'p', 149686, 225},
    {"modp1024", "group2", "RFC 2409 6.2", 1024, 'p', 129093, 225},
    {"modp1536", "group5", "RFC 3526 2", 1536, 'p', 741804, 225},
    {"modp2048", "group14", "RFC 3526 3", 2048, 'p', 124476, 225},
    {"modp3072", "group15", "RFC 3526 4", 3072, 'p', 1690314, 275},
    {"modp4096", "group16", "RFC 3526 5", 4096, 'p', 240904, 325},
    {"modp6144", "group17", "RFC 3526 6", 6144, 'p', 929484, 375},
    {"modp8192", "group18", "RFC 3526 7", 8192, 'p', 4743158, 400},
};
enum { NAMED = sizeof(table) / sizeof(table[0]), GENERATOR = 2, GUARD_BITS = 64 };

const struct dh_named *dh_group_named(size_t index)
{
    return index < NAMED ? &table[index] : NULL;
}

/* sum += factor * one * arctan(1/x), by x^-1 - x^-3 / 3 + x^-5 / 5 - ... */
static void add_arctan(mpz_t sum, long factor, const mpz_t one, unsigned long x)
{
    mpz_t power, term;
    mpz_init(term);
    mpz_init(power);
    mpz_mul_si(power, one, factor);
    mpz_tdiv_q_ui(power, power, x);
    for (unsigned long i = 1; mpz_sgn(power) != 0; i += 2) {
        mpz_tdiv_q_ui(term, power, i);
        mpz_add(sum, sum, term);
        mpz_tdiv_q_ui(power, power, x * x);
        mpz_neg(power, power);
    }
    mpz_clears(power, term, NULL);
}

/* floor(2^bits constant). Each term is cut off by less than 1, and the guard bits swallow that. */
static void constant_bits(mpz_t out, unsigned bits, char constant)
{
    mpz_t one;
    mpz_init(one);
    mpz_setbit(one, bits + GUARD_BITS);
    mpz_set_ui(out, 0);
    if (constant == 'p') { /* Machin, 1706 */
        add_arctan(out, 16, one, 5);
        add_arctan(out, -4, one, 239);
    } else { /* e = 1 + 1/1! + 1/2! + 1/3! + ... */
        for (unsigned long i = 1; mpz_sgn(one) != 0; i++) {
            mpz_add(out, out, one);
            mpz_tdiv_q_ui(one, one, i);
        }
    }
    mpz_fdiv_q_2exp(out, out, GUARD_BITS);
    mpz_clear(one);
}

/* The formula beside struct dh_named. */
static void named_prime(mpz_t p, const struct dh_named *named)
{
    mpz_t power;
    mpz_init(power);
    constant_bits(p, named->bits - 130, named->constant);
    mpz_add_ui(p, p, named->added);
    mpz_mul_2exp(p, p, 64);
    mpz_sub_ui(p, p, 1);
    mpz_setbit(power, named->bits);
    mpz_add(p, p, power);
    mpz_fdiv_q_2exp(power, power, 64);
    mpz_sub(p, p, power);
    mpz_clear(power);
}

/* They all begin and end with 64 ones: of other numbers nothing needs to be computed. */
const struct dh_named *dh_named_find(const mpz_t p, const mpz_t g)
{
    const struct dh_named *found = NULL;
    size_t bits = mpz_sizeinbase(p, 2);
    if (mpz_cmp_ui(g, GENERATOR) != 0 || mpz_scan0(p, 0) < 64 || mpz_scan0(p, bits - 64) != bits)
        return NULL;
    mpz_t prime;
    mpz_init(prime);
    for (size_t i = 0; i < NAMED && !found; i++) {
        if (table[i].bits != bits)
            continue;
        named_prime(prime, &table[i]);
        found = mpz_cmp(prime, p) == 0 ? &table[i] : NULL;
    }
    mpz_clear(prime);
    return found;
}

/* --- text ------------------------------------------------------------------------------------ */

/* Decimal digits, or hexadecimal ones after 0x; nothing else, no sign, no spaces. */
static enum dh_error number_parse(mpz_t number, const char *text, size_t length)
{
    bool hex = length > 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
    const char *allowed = hex ? "0123456789abcdefABCDEF" : "0123456789";
    const char *digits = text + (hex ? 2 : 0), *end = text + length;
    if (digits == end || strspn(digits, allowed) < (size_t)(end - digits))
        return DH_ERR_NUMBER;
    while (digits < end && *digits == '0')
        digits++;
    if (end - digits > DH_MAX_BITS / 3)
        return DH_ERR_LARGE; /* a digit is worth more than 3 bits */
    if (digits == end)
        return DH_OK; /* 0 */
    char copy[DH_MAX_BITS / 3 + 1] = "";
    memcpy(copy, digits, (size_t)(end - digits));
    return mpz_set_str(number, copy, hex ? 16 : 10) ? DH_ERR_NUMBER : DH_OK;
}

static enum dh_error parse(mpz_t p, mpz_t g, const char *text)
{
    const char *comma = strchr(text, ',');
    if (comma) {
        enum dh_error error = number_parse(p, text, (size_t)(comma - text));
        return error ? error : number_parse(g, comma + 1, strlen(comma + 1));
    }
    for (size_t i = 0; i < NAMED && text[0] != '\0'; i++) {
        if (strcmp(text, table[i].name) != 0 && strcmp(text, table[i].alias) != 0)
            continue;
        named_prime(p, &table[i]);
        mpz_set_ui(g, GENERATOR);
        return DH_OK;
    }
    return DH_ERR_NAME;
}

enum dh_error dh_group_parse(struct dh_group **group, const char *text)
{
    mpz_t p, g;
    mpz_inits(p, g, NULL);
    *group = NULL;
    enum dh_error error = parse(p, g, text);
    if (!error)
        error = dh_group_new(group, p, g);
    mpz_clears(p, g, NULL);
    return error;
}
