/*
 * Primes w R + d: see rsa_pattern.h.
 */
#include "rsa_pattern.h"

enum { WORD = 64 };

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

bool rsa_pattern_primes(mpz_t p, unsigned *width, uint64_t *work, const mpz_t n)
{
    static const unsigned widths[] = {WORD, 96, 80, 56}; /* and all that divide them */
    size_t half = (mpz_sizeinbase(n, 2) + 1) / 2;
    mpz_t base;
    *width = 0;
    *work = 1;
    mpz_init(base);
    mpz_setbit(base, half - WORD);
    bool found = try_base(p, n, base);
    for (size_t i = 0; i < sizeof(widths) / sizeof(widths[0]) && !found; i++) {
        if (half % widths[i] != 0)
            continue;
        ++*work;
        *width = widths[i];
        repeat(base, *width, half);
        found = try_base(p, n, base);
    }
    mpz_clear(base);
    return found;
}
