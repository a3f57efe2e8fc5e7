/*
 * Numbers that do not look like drawn at random: in n, and in primes.
 */
#include "rsa_pattern.h"
#include "rsa_weakness_internal.h"

#include <stdio.h>

enum {
    WORD = 64,        /* bits that are looked at as one for repetitions */
    LONG_RUN = 41,    /* a run of 41 + log2(bits) equal bits: once in 2^40 */
    LEAST_BITS = 128, /* below this no pattern is certain */
};

/* The longest run of bits of this value. */
static size_t longest_run(const mpz_t x, bool ones, size_t bits)
{
    size_t longest = 0;
    for (size_t at = 0; at < bits;) {
        size_t begin = ones ? mpz_scan1(x, at) : mpz_scan0(x, at);
        if (begin >= bits)
            break;
        size_t end = ones ? mpz_scan0(x, begin) : mpz_scan1(x, begin);
        if (end > bits)
            end = bits;
        if (end - begin > longest)
            longest = end - begin;
        at = end;
    }
    return longest;
}

static bool odd_run(char *detail, char *code, const mpz_t x, size_t bits)
{
    size_t limit = LONG_RUN;
    for (size_t left = bits; left > 1; left /= 2)
        limit++;
    for (int value = 0; value < 2; value++) {
        size_t run = longest_run(x, value == 1, bits);
        if (run < limit)
            continue;
        snprintf(detail, RSA_FINDING_BYTES, "a run of %zu bits that are all %d", run, value);
        snprintf(code, RSA_FINDING_BYTES, "\"%d\"*%zu in bin(x)", value, run);
        return true;
    }
    return false;
}

/* The ones of random bits are bits / 2 in number, give or take sqrt(bits) / 2: beyond eight times
 * that it is no chance (once in 2^49). */
static bool odd_density(char *detail, char *code, const mpz_t x, size_t bits)
{
    size_t ones = mpz_popcount(x);
    size_t off = 2 * ones > bits ? 2 * ones - bits : bits - 2 * ones;
    if (off * off <= 64 * bits)
        return false;
    snprintf(detail, RSA_FINDING_BYTES, "%zu of %zu bits are 1", ones, bits);
    snprintf(code, RSA_FINDING_BYTES, "(2*bin(x).count(\"1\")-%zu)**2>64*%zu", bits, bits);
    return true;
}

/* Two equal words: in 16384 bits by chance once in 2^49. */
static bool odd_words(char *detail, char *code, const mpz_t x, size_t bits)
{
    size_t words = bits / WORD, repeated = 0;
    for (size_t i = 0; i < words; i++) {
        bool seen = false;
        for (size_t j = 0; j < i && !seen; j++)
            seen = mpz_getlimbn(x, (mp_size_t)i) == mpz_getlimbn(x, (mp_size_t)j);
        repeated += seen;
    }
    if (repeated == 0)
        return false;
    snprintf(detail, RSA_FINDING_BYTES, "%zu of %zu words of %d bits stand there before", repeated,
             words, WORD);
    snprintf(code, RSA_FINDING_BYTES, "len({x>>%d*i&2**%d-1 for i in range(%zu)})<%zu", WORD, WORD,
             words, words);
    return true;
}

bool weakness_bits(char detail[RSA_FINDING_BYTES], char code[RSA_FINDING_BYTES], const mpz_t x)
{
    size_t bits = mpz_sizeinbase(x, 2);
    return bits >= LEAST_BITS &&
           (odd_words(detail, code, x, bits) || odd_run(detail, code, x, bits) ||
            odd_density(detail, code, x, bits));
}

enum rsa_verdict weakness_pattern(struct rsa_weakness_finding *finding, struct judging *judging)
{
    char code[RSA_FINDING_BYTES];
    if (judging->bits < LEAST_BITS)
        return weakness_say(finding, RSA_NOT_APPLICABLE, "n has less than %d bits", LEAST_BITS);
    if (!weakness_bits(finding->detail, code, judging->n))
        return weakness_say(finding, RSA_RESISTED,
                            "ones, runs and words of n are as those of a random number");
    return weakness_prove(finding, "x=%#Zx;print(%s)", judging->n, code);
}

enum rsa_verdict weakness_pattern_primes(struct rsa_weakness_finding *finding,
                                         struct judging *judging)
{
    unsigned width;
    uint64_t work;
    mpz_t p;
    if (judging->bits < RSA_PATTERN_LEAST_BITS)
        return weakness_say(finding, RSA_NOT_APPLICABLE, "n has less than %d bits",
                            RSA_PATTERN_LEAST_BITS);
    mpz_init(p);
    bool found = rsa_pattern_primes(p, &width, &work, judging->n);
    judging->report->work += work;
    if (!found)
        weakness_say(finding, RSA_RESISTED, "words of up to 12 bytes, repeated, or before zeros");
    else if (width == 0)
        weakness_say(finding, RSA_BROKEN, "their upper halves are a word, then zeros");
    else
        weakness_say(finding, RSA_BROKEN, "they repeat a word of %u bits, or less", width);
    if (found)
        weakness_factored(finding, judging, p);
    mpz_clear(p);
    return found ? RSA_BROKEN : RSA_RESISTED;
}
