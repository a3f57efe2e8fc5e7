/*
 * Numbers that do not look like drawn at random: in n, and in primes.
 */
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

/* --- primes w R + d: a word w that is repeated, or a word and then zeros -------------------------
 *
 * R is 11...1 in base 2^width (repeats what it is multiplied with), or 2^k (moves it up). Then
 *
 *     n = (v R + c)(w R + d) = v w R^2 + (v d + w c) R + c d
 *
 * has small digits in base R, whatever v, w, c, d are, if c and d are below sqrt(R). So the digits
 * can be read off, and the polynomial v w x^2 + (v d + w c) x + c d has rational roots -c/v and
 * -d/w: its discriminant is a square. */
struct digits {
    mpz_t a, b, c;
};

/* n in base R, with digits from -R/2 to R/2. */
static void read_digits(struct digits *digits, const mpz_t n, const mpz_t base)
{
    mpz_t half;
    mpz_init(half);
    mpz_fdiv_q_2exp(half, base, 1);
    mpz_fdiv_qr(digits->b, digits->c, n, base);
    if (mpz_cmp(digits->c, half) > 0) {
        mpz_sub(digits->c, digits->c, base);
        mpz_add_ui(digits->b, digits->b, 1);
    }
    mpz_fdiv_qr(digits->a, digits->b, digits->b, base);
    if (mpz_cmp(digits->b, half) > 0) {
        mpz_sub(digits->b, digits->b, base);
        mpz_add_ui(digits->a, digits->a, 1);
    }
    mpz_clear(half);
}

/* A factor of n from a root of a x^2 + b x + c, if it is rational. */
static bool take_root(mpz_t p, const struct digits *digits, const mpz_t n, const mpz_t base)
{
    mpz_t discriminant, below, common;
    mpz_inits(discriminant, below, common, NULL);
    mpz_mul(discriminant, digits->b, digits->b);
    mpz_mul(below, digits->a, digits->c);
    mpz_submul_ui(discriminant, below, 4);
    bool square = mpz_perfect_square_p(discriminant) && mpz_sgn(digits->a) != 0;
    if (square) {
        mpz_sqrt(discriminant, discriminant);
        mpz_sub(discriminant, digits->b, discriminant); /* root: -(b - sqrt) / 2 a */
        mpz_mul_ui(below, digits->a, 2);
        mpz_gcd(common, below, discriminant);
        mpz_divexact(below, below, common);
        mpz_divexact(discriminant, discriminant, common);
        mpz_addmul(discriminant, below, base);
        mpz_gcd(p, discriminant, n);
    }
    mpz_clears(discriminant, below, common, NULL);
    return square && mpz_cmp_ui(p, 1) > 0 && mpz_cmp(p, n) < 0;
}

static bool try_base(mpz_t p, const mpz_t n, const mpz_t base)
{
    struct digits digits;
    mpz_inits(digits.a, digits.b, digits.c, NULL);
    read_digits(&digits, n, base);
    bool found = take_root(p, &digits, n, base);
    mpz_clears(digits.a, digits.b, digits.c, NULL);
    return found;
}

/* 1 + 2^width + 2^(2 width) + ..., as many as fit into `bits`. */
static void repeat(mpz_t base, size_t width, size_t bits)
{
    mpz_t below;
    mpz_init(below);
    mpz_set_ui(base, 0);
    mpz_setbit(base, bits / width * width);
    mpz_sub_ui(base, base, 1);
    mpz_setbit(below, width);
    mpz_sub_ui(below, below, 1);
    mpz_divexact(base, base, below);
    mpz_clear(below);
}

enum rsa_verdict weakness_pattern_primes(struct rsa_weakness_finding *finding,
                                         struct judging *judging)
{
    static const size_t widths[] = {64, 96, 80, 56}; /* and all that divide them */
    size_t half = (judging->bits + 1) / 2;
    if (judging->bits < 2 * LEAST_BITS)
        return weakness_say(finding, RSA_NOT_APPLICABLE, "n has less than %d bits", 2 * LEAST_BITS);
    mpz_t base, p;
    mpz_inits(base, p, NULL);
    mpz_setbit(base, half - WORD);
    bool found = try_base(p, judging->n, base);
    if (found)
        weakness_say(finding, RSA_BROKEN, "their upper halves are a word, then zeros");
    for (size_t i = 0; i < sizeof(widths) / sizeof(widths[0]) && !found; i++) {
        repeat(base, widths[i], half);
        found = half % widths[i] == 0 && try_base(p, judging->n, base);
        if (found)
            weakness_say(finding, RSA_BROKEN, "they repeat a word of %zu bits, or less", widths[i]);
    }
    judging->report->work += 5;
    if (found)
        weakness_factored(finding, judging, p);
    else
        weakness_say(finding, RSA_RESISTED, "words of up to 12 bytes, repeated, or before zeros");
    mpz_clears(base, p, NULL);
    return found ? RSA_BROKEN : RSA_RESISTED;
}
