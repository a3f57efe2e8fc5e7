/* The field of the quick X25519 against GMP, where carries run far: words of zeros, of ones, and
 * next to them. Random numbers meet such carries once in 2^60 times. */
#include "x25519_limbs.h"

#include "fed_random.h"

#include <criterion/criterion.h>
#include <gmp.h>

#ifdef __SIZEOF_INT128__

static struct fed_random source;
static mpz_t p, want, x, y;

static void setup(void)
{
    fed_random_init(&source, NULL, 0, test_seed());
    mpz_inits(p, want, x, y, NULL);
    mpz_ui_pow_ui(p, 2, 255);
    mpz_sub_ui(p, p, 19);
}

static void teardown(void)
{
    mpz_clears(p, want, x, y, NULL);
}

/* A number, at most 2^7 away from one whose words are zeros, ones, or random. */
static limbs edge(void)
{
    const uint64_t chance = fed_random_next(&source);
    limbs a;
    for (int i = 0; i < 4; i++) {
        const unsigned kind = chance >> 2 * i & 3;
        a.word[i] = kind == 0 ? 0 : kind == 3 ? fed_random_next(&source) : ~(word)0;
    }
    if (chance >> 8 & 1)
        a.word[3] ^= (word)1 << 63;
    if (chance >> 9 & 1)
        a.word[0] ^= chance >> 10 & 127;
    return a;
}

static void import(mpz_t out, const limbs *a)
{
    mpz_import(out, 4, -1, sizeof(word), 0, 0, a->word);
}

/* got is want, modulo p; and as bytes it is the least residue. */
static void check(const char *what, const limbs *got)
{
    uint8_t bytes[X25519_BYTES];
    mpz_t found;
    mpz_init(found);
    store(bytes, got);
    mpz_import(found, sizeof(bytes), -1, 1, 0, 0, bytes);
    mpz_mod(want, want, p);
    cr_assert_eq(mpz_cmp(found, want), 0, "%s", what);
    mpz_clear(found);
}

Test(x25519_limbs, as_gmp_has_it, .init = setup, .fini = teardown)
{
    for (int i = 0; i < 200000; i++) {
        const limbs a = edge(), b = edge();
        limbs got;
        import(x, &a);
        import(y, &b);
        mpz_set(want, x);
        check("store", &a);
        got = add(&a, &b);
        mpz_add(want, x, y);
        check("add", &got);
        got = subtract(&a, &b);
        mpz_sub(want, x, y);
        check("subtract", &got);
        got = multiply(&a, &b);
        mpz_mul(want, x, y);
        check("multiply", &got);
        got = square(&a);
        mpz_mul(want, x, x);
        check("square", &got);
        got = scale(&a, 121665);
        mpz_mul_ui(want, x, 121665);
        check("scale", &got);
    }
}

Test(x25519_limbs, inverse, .init = setup, .fini = teardown)
{
    for (int i = 0; i < 1000; i++) {
        const limbs a = edge(), got = invert(&a);
        import(x, &a);
        if (!mpz_invert(want, x, p))
            mpz_set_ui(want, 0);
        check("invert", &got);
    }
}

#endif
