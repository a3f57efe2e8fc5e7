/*
 * Weak keys: each fault where it must just be seen, and just beyond; what is drawn at random has
 * none. Patterns in the primes, and ROCA: rsa_weak_primes.c.
 */
#include "weak_scene.h"

#include <criterion/criterion.h>

Test(rsa_weakness, random_keys_have_none)
{
    for (unsigned bits = 512; bits <= 2048; bits *= 2) {
        struct weak_scene scene;
        struct rsa_instance key;
        weak_open(&scene);
        rsa_instance_make(&key, &scene.random, bits, 65537);
        mpz_set(scene.n, key.n);
        weak_judge(&scene, 500);
        weak_expect_none(&scene);
        mpz_set(scene.p, key.p);
        mpz_set(scene.q, key.q);
        mpz_set(scene.d, key.d);
        weak_judge(&scene, 0);
        weak_expect_none(&scene);
        weak_judge(&scene, 500);
        weak_expect_none(&scene);
        rsa_instance_clear(&key);
        weak_close(&scene);
    }
}

/* What is no product of two primes at all, drawn at random: no pattern, no fingerprint is seen in
 * it. */
Test(rsa_weakness, random_numbers_have_no_pattern)
{
    struct weak_scene scene;
    weak_open(&scene);
    for (int i = 0; i < 2000; i++) {
        random_of_bits(scene.n, &scene.random, 256 + (unsigned)i % 1024);
        weak_judge(&scene, 0);
        weak_expect_verdict(&scene, RSA_WEAK_PATTERN, RSA_RESISTED);
        cr_expect_neq(scene.report.findings[RSA_WEAK_PATTERN_PRIMES].verdict, RSA_BROKEN);
        weak_expect_verdict(&scene, RSA_WEAK_ROCA, RSA_RESISTED);
    }
    weak_close(&scene);
}

/* --- e --------------------------------------------------------------------------------------- */

Test(rsa_weakness, exponents)
{
    struct weak_scene scene;
    weak_open(&scene);
    weak_draw(scene.p, &scene, 256);
    weak_draw(scene.q, &scene, 256);
    mpz_set_ui(scene.e, 1);
    weak_judge_product(&scene, 0);
    weak_expect(&scene, RSA_WEAK_E_ONE);
    mpz_set_ui(scene.e, 65536);
    weak_judge_product(&scene, 0);
    weak_expect(&scene, RSA_WEAK_E_EVEN);
    /* FIPS 186-5: e < 2^256, so 256 bits are the most. */
    mpz_set_ui(scene.e, 0);
    mpz_setbit(scene.e, 256);
    mpz_sub_ui(scene.e, scene.e, 1);
    weak_judge_product(&scene, 0);
    weak_expect_none(&scene);
    mpz_add_ui(scene.e, scene.e, 2);
    weak_judge_product(&scene, 0);
    weak_expect(&scene, RSA_WEAK_E_HUGE);
    mpz_set_ui(scene.p, 1000003);
    mpz_set_ui(scene.q, 1000033);
    mpz_mul(scene.e, scene.p, scene.q);
    weak_judge_product(&scene, 0);
    weak_expect_found(&scene, RSA_WEAK_E_HUGE); /* e = n */
    weak_close(&scene);
}

/* e = d^-1 mod phi, for a d of so many bits; the two primes are drawn. */
static void make_small_d(struct weak_scene *scene, unsigned bits, unsigned d_bits)
{
    mpz_t phi;
    mpz_init(phi);
    do {
        weak_draw(scene->p, scene, bits / 2);
        weak_draw(scene->q, scene, bits / 2);
        mpz_sub_ui(scene->p, scene->p, 1);
        mpz_sub_ui(scene->q, scene->q, 1);
        mpz_mul(phi, scene->p, scene->q);
        mpz_add_ui(scene->p, scene->p, 1);
        mpz_add_ui(scene->q, scene->q, 1);
        random_of_bits(scene->d, &scene->random, d_bits);
    } while (!mpz_invert(scene->e, scene->d, phi));
    mpz_clear(phi);
}

/* Wiener: d < n^(1/4) / 3. 1024 bits: 254 bits are below it, 260 are above. */
Test(rsa_weakness, small_d)
{
    struct weak_scene scene;
    weak_open(&scene);
    for (unsigned bits = 250; bits <= 254; bits += 4) {
        make_small_d(&scene, 1024, bits);
        weak_judge_product(&scene, 0);
        weak_expect_found(&scene, RSA_WEAK_SMALL_D);
        cr_expect(mpz_divisible_p(scene.n, scene.report.factor));
    }
    for (unsigned bits = 262; bits <= 300; bits += 38) {
        make_small_d(&scene, 1024, bits);
        mpz_t d;
        mpz_init_set(d, scene.d);
        weak_judge_product(&scene, 0);
        weak_expect_verdict(&scene, RSA_WEAK_SMALL_D, RSA_RESISTED);
        /* Beyond Wiener, within Boneh and Durfee: who has the private half sees it. */
        mpz_set(scene.d, d);
        weak_judge(&scene, 0);
        weak_expect_found(&scene, RSA_WEAK_PRIVATE_SMALL_D);
        mpz_clear(d);
    }
    weak_close(&scene);
}

/* Wiener's own example. */
Test(rsa_weakness, wiener_published)
{
    struct weak_scene scene;
    weak_open(&scene);
    mpz_set_ui(scene.n, 90581);
    mpz_set_ui(scene.e, 17993);
    weak_judge(&scene, 0);
    weak_expect_found(&scene, RSA_WEAK_SMALL_D);
    cr_expect_str_eq(scene.report.findings[RSA_WEAK_SMALL_D].detail,
                     "d has 3 bits, found in 2 convergents");
    weak_close(&scene);
}

/* --- n --------------------------------------------------------------------------------------- */

Test(rsa_weakness, damaged_moduli)
{
    struct weak_scene scene;
    weak_open(&scene);
    weak_draw(scene.p, &scene, 512);
    weak_draw(scene.q, &scene, 512);
    mpz_mul(scene.n, scene.p, scene.q);
    mpz_mul_2exp(scene.q, scene.q, 3);
    weak_judge_product(&scene, 0);
    weak_expect(&scene, RSA_WEAK_EVEN);
    /* The largest prime below 4096, and the next. */
    mpz_set_ui(scene.q, 4093);
    weak_judge_product(&scene, 0);
    weak_expect(&scene, RSA_WEAK_SMALL_FACTOR);
    cr_expect_eq(mpz_cmp_ui(scene.report.factor, 4093), 0);
    mpz_set_ui(scene.q, 4099);
    weak_judge_product(&scene, 0);
    weak_expect_none(&scene);
    for (unsigned exponent = 2; exponent <= 6; exponent++) { /* p^6 is a square, not close primes */
        mpz_pow_ui(scene.q, scene.p, exponent - 1);
        weak_judge_product(&scene, 0);
        weak_expect(&scene, RSA_WEAK_POWER);
        weak_expect_verdict(&scene, RSA_WEAK_CLOSE, RSA_NOT_APPLICABLE);
    }
    mpz_add_ui(scene.q, scene.q, 2);
    weak_judge_product(&scene, 0);
    weak_expect_verdict(&scene, RSA_WEAK_POWER, RSA_RESISTED);
    mpz_set_ui(scene.q, 1);
    weak_judge_product(&scene, 0);
    weak_expect_none(&scene);
    weak_judge_product(&scene, RSA_WEAKNESS_PRIME);
    weak_expect(&scene, RSA_WEAK_PRIME);
    weak_judge_product(&scene, 100);
    weak_expect(&scene, RSA_WEAK_PRIME);
    weak_close(&scene);
}

/* Carmichael's numbers pass Fermat's test and are no primes; so do 341 and others with base 2. */
Test(rsa_weakness, pseudoprimes_are_not_called_prime)
{
    static const unsigned long list[] = {341, 561, 1105, 2047, 3215031751, 118670087467};
    struct weak_scene scene;
    weak_open(&scene);
    for (size_t i = 0; i < sizeof(list) / sizeof(list[0]); i++) {
        mpz_set_ui(scene.n, list[i]);
        weak_judge(&scene, RSA_WEAKNESS_PRIME);
        weak_expect_verdict(&scene, RSA_WEAK_PRIME, RSA_RESISTED);
        weak_expect_found(&scene, RSA_WEAK_SHORT);
    }
    weak_close(&scene);
}

/* 63 bits are short, and nothing is said of their primes; of 65 bits that are close it is. Who is
 * not told e says nothing about it. */
Test(rsa_weakness, short_is_all_that_is_said)
{
    struct weak_scene scene;
    weak_open(&scene);
    mpz_set_ui(scene.p, 3037000000); /* the square is just below 2^63 */
    mpz_nextprime(scene.p, scene.p);
    mpz_nextprime(scene.q, scene.p);
    mpz_mul(scene.n, scene.p, scene.q);
    for (int i = 0; i < 2; i++) {
        const struct rsa_weakness_key key = {.n = scene.n};
        rsa_weakness_report_free(&scene.report);
        rsa_weakness_deep(&scene.report, &key, RSA_WEAKNESS_PRIME);
        weak_expect(&scene, i == 0 ? RSA_WEAK_SHORT : RSA_WEAK_CLOSE);
        weak_expect_verdict(&scene, i == 0 ? RSA_WEAK_CLOSE : RSA_WEAK_SHORT, RSA_NOT_APPLICABLE);
        weak_expect_verdict(&scene, RSA_WEAK_E_HUGE, RSA_NOT_APPLICABLE);
        weak_expect_verdict(&scene, RSA_WEAK_E_ONE, RSA_NOT_APPLICABLE);
        mpz_set_ui(scene.p, 6074000000);
        mpz_nextprime(scene.p, scene.p);
        mpz_nextprime(scene.q, scene.p);
        mpz_mul(scene.n, scene.p, scene.q);
    }
    weak_close(&scene);
}

/* All of FactHacks' list, but for the sharing among them. */
Test(rsa_weakness, facthacks)
{
    static const unsigned long list[] = {1909, 2923, 291, 205, 989, 62, 451, 1943, 1079, 2419};
    struct weak_scene scene;
    weak_open(&scene);
    for (size_t i = 0; i < sizeof(list) / sizeof(list[0]); i++) {
        mpz_set_ui(scene.n, list[i]);
        weak_judge(&scene, 0);
        weak_expect_found(&scene, list[i] % 2 == 0 ? RSA_WEAK_EVEN : RSA_WEAK_SMALL_FACTOR);
    }
    weak_close(&scene);
}

/* No number is too odd to be judged. */
Test(rsa_weakness, tiny_numbers)
{
    struct weak_scene scene;
    weak_open(&scene);
    for (unsigned long n = 1; n < 300; n++) {
        mpz_set_ui(scene.n, n);
        mpz_set_ui(scene.e, 1 + n % 7);
        weak_judge(&scene, 50);
        if (mpz_sgn(scene.report.factor) > 0)
            cr_expect(n % mpz_get_ui(scene.report.factor) == 0 &&
                          mpz_cmp_ui(scene.report.factor, 1) > 0 &&
                          mpz_cmp_ui(scene.report.factor, n) < 0,
                      "%lu", n);
        else /* 1 and the primes have no factor */
            cr_expect(n == 1 || mpz_probab_prime_p(scene.n, 20), "%lu", n);
    }
    weak_close(&scene);
}

/* Fermat takes (p - q)^2 / (8 sqrt(n)) steps. p of 512 bits: p - q of 259 bits takes some, p - q of
 * 263 bits takes 2^9 at the least, which is more than the 64 of the quick part. */
Test(rsa_weakness, close_primes)
{
    struct weak_scene scene;
    weak_open(&scene);
    weak_draw(scene.p, &scene, 512);
    for (unsigned bit = 258; bit <= 262; bit += 4) {
        mpz_set_ui(scene.q, 0);
        mpz_setbit(scene.q, bit);
        mpz_add(scene.q, scene.p, scene.q);
        mpz_nextprime(scene.q, scene.q);
        weak_judge_product(&scene, 0);
        if (bit == 258)
            weak_expect(&scene, RSA_WEAK_CLOSE);
        else
            weak_expect_none(&scene);
    }
    weak_derive(&scene);
    weak_judge(&scene, 0);
    weak_expect(&scene, RSA_WEAK_PRIVATE_CLOSE);
    weak_judge_product(&scene, 1200);
    weak_expect(&scene, RSA_WEAK_CLOSE);
    weak_close(&scene);
}

/* 3 p near 2 q, but 5 p near 3 q is beyond the quick part. */
Test(rsa_weakness, close_in_a_ratio)
{
    struct weak_scene scene;
    weak_open(&scene);
    weak_draw(scene.p, &scene, 512);
    mpz_mul_ui(scene.q, scene.p, 3);
    mpz_fdiv_q_2exp(scene.q, scene.q, 1);
    mpz_nextprime(scene.q, scene.q);
    weak_judge_product(&scene, 0);
    weak_expect(&scene, RSA_WEAK_CLOSE);
    mpz_mul_ui(scene.q, scene.p, 5);
    mpz_fdiv_q_ui(scene.q, scene.q, 3);
    mpz_nextprime(scene.q, scene.q);
    weak_judge_product(&scene, 0);
    weak_expect_none(&scene);
    weak_close(&scene);
}

/* p - 1 = 2 r1 r2 ... s with primes r up to the bound and one s up to fifty times as far. */
static void make_smooth(struct weak_scene *scene, unsigned bits, unsigned long bound,
                        unsigned long last)
{
    mpz_t prime, product;
    mpz_inits(prime, product, NULL);
    do {
        mpz_set_ui(product, 2 * last);
        while (mpz_sizeinbase(product, 2) < bits) {
            random_of_bits(prime, &scene->random, 20);
            mpz_mod_ui(prime, prime, bound - 2);
            mpz_add_ui(prime, prime, 3);
            if (mpz_probab_prime_p(prime, 10))
                mpz_lcm(product, product, prime);
        }
        mpz_add_ui(scene->p, product, 1);
    } while (!mpz_probab_prime_p(scene->p, 20));
    mpz_clears(prime, product, NULL);
}

Test(rsa_weakness, smooth)
{
    struct weak_scene scene;
    weak_open(&scene);
    weak_draw(scene.q, &scene, 256);
    make_smooth(&scene, 256, 1000, 49999); /* the last prime below 50 * 1000 */
    weak_judge_product(&scene, 1000);
    weak_expect(&scene, RSA_WEAK_SMOOTH);
    make_smooth(&scene, 256, 1000, 50021); /* and the first above it */
    weak_judge_product(&scene, 1000);
    weak_expect_none(&scene);
    weak_derive(&scene);
    weak_judge(&scene, 0);
    weak_expect(&scene, RSA_WEAK_PRIVATE_SMOOTH);
    weak_close(&scene);
}

Test(rsa_weakness, short_modulus)
{
    struct weak_scene scene;
    weak_open(&scene);
    weak_draw(scene.p, &scene, 28);
    weak_draw(scene.q, &scene, 31);
    weak_judge_product(&scene, 1 << 18); /* sqrt(p) is 2^14 */
    weak_expect_found(&scene, RSA_WEAK_SHORT);
    weak_draw(scene.p, &scene, 63);
    weak_draw(scene.q, &scene, 63);
    weak_judge_product(&scene, 1000);
    weak_expect_verdict(&scene, RSA_WEAK_SHORT, RSA_RESISTED);
    weak_close(&scene);
}

/* --- the private half ------------------------------------------------------------------------ */

Test(rsa_weakness, composite_prime)
{
    struct weak_scene scene;
    weak_open(&scene);
    weak_draw(scene.q, &scene, 256);
    mpz_set_str(scene.p, "3317044064679887385961981", 10); /* fools the bases 2 to 41 */
    mpz_mul(scene.n, scene.p, scene.q);
    mpz_set_ui(scene.d, 12345);
    weak_judge(&scene, 0);
    cr_expect_neq(scene.report.findings[RSA_WEAK_COMPOSITE].verdict, RSA_BROKEN);
    weak_judge(&scene, 100);
    weak_expect_found(&scene, RSA_WEAK_COMPOSITE);
    weak_close(&scene);
}
