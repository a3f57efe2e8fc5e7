/*
 * The table of weaknesses, and how a key goes through it: see rsa_weakness.h.
 */
#include <stdarg.h> /* first: only behind it does GMP declare gmp_vsnprintf */

#include "rsa_weakness_internal.h"

#include "rsa_key.h"
#include "rsa_memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    struct rsa_weakness_info info;
    weakness_test *test;
} table[RSA_WEAKNESSES] = {
    [RSA_WEAK_E_ONE] = {{"e-one", "e is 1", "the exponent was set by hand or by a broken program",
                         "make a new key with e = 65537", false, false},
                        weakness_e_one},
    [RSA_WEAK_E_EVEN] = {{"e-even", "e is even",
                          "the exponent was set by hand, or n, e were mixed up",
                          "make a new key with e = 65537; no d undoes this one", false, false},
                         weakness_e_even},
    [RSA_WEAK_E_HUGE] = {{"e-huge", "e is huge",
                          "d was chosen first, or e and d (or e and n) were mixed up",
                          "make a new key with e = 65537; many programs refuse this one", false,
                          false},
                         weakness_e_huge},
    [RSA_WEAK_EVEN] = {{"even", "n is even", "n is damaged, or 2 was taken for a prime",
                        "read the key again from its source; else make a new one", false, false},
                       weakness_even},
    [RSA_WEAK_SMALL_FACTOR] = {{"small-factor", "n has a small factor",
                                "n is damaged (most random numbers have one), or a prime was not "
                                "tested",
                                "read the key again from its source; else make a new one", false,
                                false},
                               weakness_small_factor},
    [RSA_WEAK_POWER] = {{"power", "n is a power: its primes are the same",
                         "the random source said the same twice, and nobody compared p and q",
                         "make a new key; repair the random source", false, false},
                        weakness_power},
    [RSA_WEAK_CLOSE] = {{"close", "primes close together",
                         "q was searched right after p: next prime, next prime",
                         "make a new key whose primes are drawn one by one (FIPS 186-5 A.1.3)",
                         false, false},
                        weakness_close},
    [RSA_WEAK_PATTERN_PRIMES] = {{"pattern-primes", "primes with a pattern",
                                  "the random source repeats a word, or gives almost only zeros",
                                  "make a new key; repair the random source", false, false},
                                 weakness_pattern_primes},
    [RSA_WEAK_PATTERN] = {{"pattern", "n is not like a random number",
                           "primes from a broken random source, or a number made up by hand",
                           "make a new key; repair the random source", false, false},
                          weakness_pattern},
    [RSA_WEAK_ROCA] = {{"roca", "ROCA's fingerprint (CVE-2017-15361)",
                        "primes k M + 65537^a mod M, from a smart card's or TPM's library of "
                        "2012 to 2017",
                        "make a new key outside that chip; Coppersmith's method factors this one",
                        false, false},
                       weakness_roca},
    [RSA_WEAK_SMALL_D] = {{"small-d", "d is small (Wiener)",
                           "a small d was chosen to make decryption fast",
                           "make a new key with e = 65537; CRT makes decryption fast", false,
                           false},
                          weakness_small_d},
    [RSA_WEAK_PRIME] = {{"prime", "n is prime", "p was written in the place of n",
                         "make a new key: p is known now", true, false},
                        weakness_prime},
    [RSA_WEAK_SHORT] = {{"short", "n is short", "a key for a lesson, used elsewhere",
                         "make a new key of 2048 bits or more", true, false},
                        weakness_short},
    [RSA_WEAK_SMOOTH] = {{"smooth", "p - 1 is smooth",
                          "p was built from small primes, or p is short or unlucky",
                          "make a new key with primes drawn at random", true, false},
                         weakness_smooth},
    [RSA_WEAK_COMPOSITE] = {{"composite", "a prime is none",
                             "it was tested with fixed bases, or not at all",
                             "make a new key whose primes are tested with random bases", true,
                             true},
                            weakness_composite},
    [RSA_WEAK_PRIVATE_CLOSE] = {{"private-close", "primes close together", "q was searched near p",
                                 "make a new key whose primes are drawn one by one (FIPS 186-5 "
                                 "A.1.3)",
                                 false, true},
                                weakness_private_close},
    [RSA_WEAK_PRIVATE_PATTERN] = {{"private-pattern", "a prime with a pattern",
                                   "the random source repeats a word, or gives almost only zeros",
                                   "make a new key; repair the random source", false, true},
                                  weakness_private_pattern},
    [RSA_WEAK_PRIVATE_SMOOTH] = {{"private-smooth", "p - 1 or q - 1 is smooth",
                                  "the prime was built from small primes",
                                  "make a new key with primes drawn at random", false, true},
                                 weakness_private_smooth},
    [RSA_WEAK_PRIVATE_SMALL_D] = {{"private-small-d", "d is small",
                                   "a small d was chosen to make decryption fast",
                                   "make a new key with e = 65537; CRT makes decryption fast",
                                   false, true},
                                  weakness_private_small_d},
};

const struct rsa_weakness_info *rsa_weakness_info(enum rsa_weakness weakness)
{
    return &table[weakness].info;
}

enum rsa_verdict weakness_say(struct rsa_weakness_finding *finding, enum rsa_verdict verdict,
                              const char *format, ...)
{
    va_list values;
    va_start(values, format);
    vsnprintf(finding->detail, sizeof(finding->detail), format, values);
    va_end(values);
    return verdict;
}

enum rsa_verdict weakness_prove(struct rsa_weakness_finding *finding, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    int length = gmp_vsnprintf(NULL, 0, format, values);
    va_end(values);
    free(finding->proof);
    finding->proof = malloc((size_t)length + 1);
    va_start(values, format);
    if (finding->proof)
        gmp_vsnprintf(finding->proof, (size_t)length + 1, format, values);
    va_end(values);
    return RSA_BROKEN;
}

enum rsa_verdict weakness_factored(struct rsa_weakness_finding *finding, struct judging *judging,
                                   const mpz_t p)
{
    mpz_t q;
    mpz_init(q);
    mpz_divexact(q, judging->n, p);
    mpz_set(judging->report->factor, p);
    weakness_prove(finding, "p=%#Zx;q=%#Zx;print(p*q==%#Zx and p>1 and q>1)", p, q, judging->n);
    mpz_clear(q);
    return RSA_BROKEN;
}

/* NULL for 0: not known. */
static mpz_srcptr known(mpz_srcptr number)
{
    return number && mpz_sgn(number) > 0 ? number : NULL;
}

/* Whether a test can be made, and is wanted; else why not. */
static const char *left_out(enum rsa_weakness weakness, const struct judging *judging)
{
    bool of_e = weakness == RSA_WEAK_E_ONE || weakness == RSA_WEAK_E_EVEN ||
                weakness == RSA_WEAK_E_HUGE || weakness == RSA_WEAK_SMALL_D ||
                weakness == RSA_WEAK_PRIVATE_SMALL_D;
    bool cheap = weakness == RSA_WEAK_PRIME ||
                 (weakness == RSA_WEAK_SHORT && judging->bits < WEAKNESS_SMALL_BITS);
    if (table[weakness].info.deep && judging->bound <= (cheap ? 0 : RSA_WEAKNESS_PRIME))
        return "not in the quick part";
    bool unlike = weakness == RSA_WEAK_SMALL_FACTOR || weakness == RSA_WEAK_CLOSE ||
                  weakness == RSA_WEAK_SMOOTH;
    if (unlike && judging->bits < WEAKNESS_SMALL_BITS && judging->bound > 0)
        return "n is short, whatever its primes are like";
    if (weakness == RSA_WEAK_CLOSE && judging->bits < WEAKNESS_SMALL_BITS)
        return "n is short: all its primes are close";
    if (weakness == RSA_WEAK_CLOSE &&
        judging->report->findings[RSA_WEAK_POWER].verdict == RSA_BROKEN)
        return "n is a power";
    if (table[weakness].info.is_private && !judging->d && !judging->p)
        return "no private half";
    return of_e && !judging->e ? "e is not given" : NULL;
}

static void judge(struct rsa_weakness_report *report, const struct rsa_weakness_key *key,
                  uint64_t bound)
{
    struct judging judging = {key->n,        key->e,        known(key->d),
                              known(key->p), known(key->q), mpz_sizeinbase(key->n, 2),
                              bound,         report};
    memset(report->findings, 0, sizeof(report->findings));
    mpz_init(report->factor);
    report->is_weak = false;
    report->work = 0;
    for (int i = 0; i < RSA_WEAKNESSES; i++) {
        struct rsa_weakness_finding *finding = &report->findings[i];
        const char *why = left_out((enum rsa_weakness)i, &judging);
        finding->verdict = why ? weakness_say(finding, RSA_NOT_APPLICABLE, "%s", why)
                               : table[i].test(finding, &judging);
        if (finding->verdict == RSA_BROKEN)
            report->is_weak = true;
    }
}

void rsa_weakness_quick(struct rsa_weakness_report *report, const struct rsa_weakness_key *key)
{
    judge(report, key, 0);
}

void rsa_weakness_deep(struct rsa_weakness_report *report, const struct rsa_weakness_key *key,
                       uint64_t bound)
{
    judge(report, key, bound);
}

/* 0 where the key does not have it. */
static void get_number(mpz_t number, const struct rsa_key *key, enum rsa_number which)
{
    uint8_t bytes[RSA_MAX_BYTES];
    size_t count = rsa_key_number_bytes(key, which, bytes, sizeof(bytes));
    mpz_import(number, count, 1, 1, 1, 0, bytes);
    explicit_bzero(bytes, count);
}

void rsa_weakness_of_key(struct rsa_weakness_report *report, const struct rsa_key *key,
                         uint64_t deep_bound)
{
    mpz_t numbers[RSA_Q + 1];
    for (int i = 0; i <= RSA_Q; i++) {
        mpz_init(numbers[i]);
        get_number(numbers[i], key, (enum rsa_number)i);
    }
    struct rsa_weakness_key own = {numbers[RSA_N], numbers[RSA_E], numbers[RSA_D], numbers[RSA_P],
                                   numbers[RSA_Q]};
    judge(report, &own, deep_bound);
    for (int i = 0; i <= RSA_Q; i++)
        rsa_mpz_wipe(numbers[i]);
}

enum rsa_weakness rsa_weakness_first(const struct rsa_weakness_report *report)
{
    int i = 0;
    while (i < RSA_WEAKNESSES && report->findings[i].verdict != RSA_BROKEN)
        i++;
    return (enum rsa_weakness)i;
}

void rsa_weakness_report_free(struct rsa_weakness_report *report)
{
    for (int i = 0; i < RSA_WEAKNESSES; i++) {
        struct rsa_weakness_finding *finding = &report->findings[i];
        if (finding->proof)
            explicit_bzero(finding->proof, strlen(finding->proof));
        free(finding->proof);
        finding->proof = NULL;
    }
    rsa_mpz_wipe(report->factor);
}
