/*
 * Primes that were not drawn: words that repeat, few ones, runs, and the powers of ROCA.
 */
#include "weak_scene.h"

#include <criterion/criterion.h>

/* --- patterns -------------------------------------------------------------------------------- */

/* A word of so many bits, repeated over `bits`; the lowest `free` bits are drawn, then the next
 * prime. */
static void make_repeated(mpz_t p, struct weak_scene *scene, unsigned bits, unsigned width,
                          unsigned free)
{
    mpz_t word;
    mpz_init(word);
    random_of_bits(word, &scene->random, width);
    mpz_set_ui(p, 0);
    for (unsigned i = 0; i < bits / width; i++) {
        mpz_mul_2exp(p, p, width);
        mpz_add(p, p, word);
    }
    mpz_fdiv_q_2exp(p, p, free);
    mpz_mul_2exp(p, p, free);
    if (free > 1) {
        random_of_bits(word, &scene->random, free - 1);
        mpz_add(p, p, word);
    }
    mpz_nextprime(p, p);
    mpz_clear(word);
}

Test(rsa_weak_primes, repeated_words)
{
    static const unsigned widths[] = {8, 16, 32, 64};
    struct weak_scene scene;
    weak_open(&scene);
    for (size_t i = 0; i < 4; i++) {
        /* Not only the word: the lower 220 of 512 bits are drawn. */
        make_repeated(scene.p, &scene, 512, widths[i], 220);
        make_repeated(scene.q, &scene, 512, widths[i], 220);
        weak_judge_product(&scene, 0);
        weak_expect_found(&scene, RSA_WEAK_PATTERN_PRIMES);
    }
    /* Beyond the half, it is not to be seen from outside; but inside. */
    make_repeated(scene.p, &scene, 512, 32, 300);
    make_repeated(scene.q, &scene, 512, 32, 300);
    weak_judge_product(&scene, 0);
    weak_expect_none(&scene);
    weak_derive(&scene);
    weak_judge(&scene, 0);
    weak_expect(&scene, RSA_WEAK_PRIVATE_PATTERN);
    weak_close(&scene);
}

Test(rsa_weak_primes, sparse_primes)
{
    struct weak_scene scene;
    weak_open(&scene);
    for (int i = 0; i < 2; i++) { /* 2^511 + something of 200 bits */
        mpz_ptr p = i ? scene.q : scene.p;
        random_of_bits(p, &scene.random, 200);
        mpz_setbit(p, 511);
        mpz_nextprime(p, p);
    }
    weak_judge_product(&scene, 0);
    weak_expect_found(&scene, RSA_WEAK_PATTERN_PRIMES);
    weak_close(&scene);
}

/* A run of zeros: of 1024 bits, 41 + 10 are called odd, one less is not. */
Test(rsa_weak_primes, runs_and_density)
{
    struct weak_scene scene;
    weak_open(&scene);
    random_of_bits(scene.n, &scene.random, 1024);
    mpz_setbit(scene.n, 0);
    for (unsigned i = 0; i < 51; i++)
        mpz_clrbit(scene.n, 400 + i);
    mpz_setbit(scene.n, 399);
    mpz_setbit(scene.n, 451);
    weak_judge(&scene, 0);
    weak_expect_found(&scene, RSA_WEAK_PATTERN);
    mpz_setbit(scene.n, 450);
    weak_judge(&scene, 0);
    weak_expect_verdict(&scene, RSA_WEAK_PATTERN, RSA_RESISTED);
    /* 1024 bits, 512 ones expected, 16 for each sigma: 641 are too many, 640 are not. */
    for (unsigned ones = 640; ones <= 641; ones++) {
        mpz_set_ui(scene.n, 0);
        mpz_setbit(scene.n, 1023);
        for (unsigned at = 0; mpz_popcount(scene.n) < ones; at = (at + 389) % 1024)
            mpz_setbit(scene.n, at);
        weak_judge(&scene, 0);
        weak_expect_verdict(&scene, RSA_WEAK_PATTERN, ones == 641 ? RSA_BROKEN : RSA_RESISTED);
    }
    weak_expect_found(&scene, RSA_WEAK_PATTERN);
    weak_close(&scene);
}

/* --- ROCA ------------------------------------------------------------------------------------ */

/* p = k M + (65537^a mod M), M the product of the first primes. */
static void make_roca(mpz_t p, struct weak_scene *scene, unsigned bits, unsigned long last_prime)
{
    mpz_t product, power;
    mpz_inits(product, power, NULL);
    mpz_primorial_ui(product, last_prime);
    do {
        random_of_bits(power, &scene->random, 60);
        mpz_set_ui(p, 65537);
        mpz_powm(power, p, power, product);
        random_of_bits(p, &scene->random, bits - (unsigned)mpz_sizeinbase(product, 2) + 1);
        mpz_mul(p, p, product);
        mpz_add(p, p, power);
    } while (!mpz_probab_prime_p(p, 20));
    mpz_clears(product, power, NULL);
}

/* The sizes of the paper: M up to 167 for 512 bits, 353 for 1024 and 701 for 2048. */
Test(rsa_weak_primes, roca)
{
    static const unsigned bits[] = {512, 1024, 2048};
    static const unsigned long last[] = {167, 353, 701};
    struct weak_scene scene;
    weak_open(&scene);
    for (int i = 0; i < 3; i++) {
        make_roca(scene.p, &scene, bits[i] / 2, last[i]);
        make_roca(scene.q, &scene, bits[i] / 2, last[i]);
        weak_judge_product(&scene, 0);
        weak_expect(&scene, RSA_WEAK_ROCA);
    }
    weak_draw(scene.q, &scene, 1024); /* one such prime is not enough to be seen */
    weak_judge_product(&scene, 0);
    weak_expect_none(&scene);
    weak_close(&scene);
}

/* Powers of 65537 modulo each small prime, but with exponents that contradict each other: the quick
 * fingerprint of the paper's first tool would call it, by chance 2^-27; the logarithm does not. */
Test(rsa_weak_primes, roca_needs_one_exponent)
{
    struct weak_scene scene;
    mpz_t product, part, inverse, residue;
    weak_open(&scene);
    mpz_inits(product, part, inverse, residue, NULL);
    mpz_primorial_ui(product, 167);
    random_of_bits(scene.n, &scene.random, 512);
    mpz_fdiv_q(scene.n, scene.n, product);
    mpz_mul(scene.n, scene.n, product);
    for (unsigned long prime = 2; prime <= 167; prime++) {
        mpz_set_ui(residue, prime);
        if (!mpz_probab_prime_p(residue, 10))
            continue;
        /* Chinese remainders: 65537^(1 + prime mod 2) where each prime has its own exponent. */
        mpz_divexact_ui(part, product, prime);
        mpz_invert(inverse, part, residue);
        mpz_mul(part, part, inverse);
        mpz_ui_pow_ui(inverse, 65537, prime % 4);
        mpz_fdiv_r(inverse, inverse, residue);
        mpz_addmul(scene.n, part, inverse);
    }
    weak_judge(&scene, 0);
    weak_expect_verdict(&scene, RSA_WEAK_ROCA, RSA_RESISTED);
    mpz_clears(product, part, inverse, residue, NULL);
    weak_close(&scene);
}
