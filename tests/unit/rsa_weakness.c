/*
 * Weak keys: each fault where it must just be seen, and just beyond; what is drawn at random has
 * none. Each proof is run by python3.
 */
#include "rsa_weakness.h"
#include "python_proof.h"
#include "rsa_instance.h"

#include <criterion/criterion.h>
#include <gmp.h>

struct scene {
    struct fed_random random;
    mpz_t n, e, d, p, q;
    struct rsa_weakness_report report;
    struct python_proofs proofs; /* of what was found */
};

static void scene_open(struct scene *scene)
{
    *scene = (struct scene){0};
    fed_random_init(&scene->random, NULL, 0, test_seed_of_figures());
    mpz_inits(scene->n, scene->d, scene->p, scene->q, scene->report.factor, NULL);
    mpz_init_set_ui(scene->e, 65537);
}

static void scene_close(struct scene *scene)
{
    if (scene->proofs.count > 0)
        cr_expect(python_proofs_hold(&scene->proofs));
    rsa_weakness_report_free(&scene->report);
    mpz_clears(scene->n, scene->e, scene->d, scene->p, scene->q, NULL);
}

/* A prime of exactly so many bits, the upper two set. */
static void draw(mpz_t p, struct scene *scene, unsigned bits)
{
    random_of_bits(p, &scene->random, bits);
    mpz_setbit(p, bits - 2);
    mpz_nextprime(p, p);
}

/* d mod lambda, for the private half. */
static void derive(struct scene *scene)
{
    mpz_t t;
    mpz_init(t);
    mpz_sub_ui(t, scene->q, 1);
    mpz_sub_ui(scene->d, scene->p, 1);
    mpz_lcm(t, t, scene->d);
    cr_assert(mpz_invert(scene->d, scene->e, t), "e does not fit");
    mpz_clear(t);
}

/* bound 0: the quick part. */
static void judge(struct scene *scene, uint64_t bound)
{
    const struct rsa_weakness_key key = {scene->n, scene->e, scene->d, scene->p, scene->q};
    rsa_weakness_report_free(&scene->report);
    if (bound > 0)
        rsa_weakness_deep(&scene->report, &key, bound);
    else
        rsa_weakness_quick(&scene->report, &key);
}

/* n = p q, and the public half alone is judged. */
static void judge_product(struct scene *scene, uint64_t bound)
{
    mpz_t p, q;
    mpz_init_set(p, scene->p);
    mpz_init_set(q, scene->q);
    mpz_mul(scene->n, p, q);
    mpz_set_ui(scene->p, 0);
    mpz_set_ui(scene->q, 0);
    mpz_set_ui(scene->d, 0);
    judge(scene, bound);
    mpz_swap(scene->p, p);
    mpz_swap(scene->q, q);
    mpz_clears(p, q, NULL);
}

static void expect_found(struct scene *scene, enum rsa_weakness weakness)
{
    const struct rsa_weakness_finding *finding = &scene->report.findings[weakness];
    cr_expect_eq(finding->verdict, RSA_BROKEN, "%s: %s", rsa_weakness_info(weakness)->name,
                 finding->detail);
    cr_expect(scene->report.is_weak);
    python_proofs_add(&scene->proofs, finding->proof);
}

/* It is the first that is found. */
static void expect(struct scene *scene, enum rsa_weakness weakness)
{
    enum rsa_weakness first = rsa_weakness_first(&scene->report);
    expect_found(scene, weakness);
    cr_expect_eq(first, weakness, "%s came first",
                 first == RSA_WEAKNESSES ? "none" : rsa_weakness_info(first)->name);
}

static void expect_verdict(const struct scene *scene, enum rsa_weakness weakness,
                           enum rsa_verdict verdict)
{
    const struct rsa_weakness_finding *finding = &scene->report.findings[weakness];
    cr_expect_eq(finding->verdict, verdict, "%s: %s", rsa_weakness_info(weakness)->name,
                 finding->detail);
    cr_expect(verdict == RSA_BROKEN || !finding->proof);
}

static void expect_none(const struct scene *scene)
{
    enum rsa_weakness first = rsa_weakness_first(&scene->report);
    cr_expect_eq(first, RSA_WEAKNESSES, "%s: %s", rsa_weakness_info(first)->name,
                 scene->report.findings[first % RSA_WEAKNESSES].detail);
    cr_expect(!scene->report.is_weak && mpz_sgn(scene->report.factor) == 0);
}

Test(rsa_weakness, random_keys_have_none)
{
    for (unsigned bits = 512; bits <= 2048; bits *= 2) {
        struct scene scene;
        struct rsa_instance key;
        scene_open(&scene);
        rsa_instance_make(&key, &scene.random, bits, 65537);
        mpz_set(scene.n, key.n);
        judge(&scene, 500);
        expect_none(&scene);
        mpz_set(scene.p, key.p);
        mpz_set(scene.q, key.q);
        mpz_set(scene.d, key.d);
        judge(&scene, 0);
        expect_none(&scene);
        judge(&scene, 500);
        expect_none(&scene);
        rsa_instance_clear(&key);
        scene_close(&scene);
    }
}

/* What is no product of two primes at all, drawn at random: no pattern, no fingerprint is seen in
 * it. */
Test(rsa_weakness, random_numbers_have_no_pattern)
{
    struct scene scene;
    scene_open(&scene);
    for (int i = 0; i < 2000; i++) {
        random_of_bits(scene.n, &scene.random, 256 + (unsigned)i % 1024);
        judge(&scene, 0);
        expect_verdict(&scene, RSA_WEAK_PATTERN, RSA_RESISTED);
        cr_expect_neq(scene.report.findings[RSA_WEAK_PATTERN_PRIMES].verdict, RSA_BROKEN);
        expect_verdict(&scene, RSA_WEAK_ROCA, RSA_RESISTED);
    }
    scene_close(&scene);
}

/* --- e --------------------------------------------------------------------------------------- */

Test(rsa_weakness, exponents)
{
    struct scene scene;
    scene_open(&scene);
    draw(scene.p, &scene, 256);
    draw(scene.q, &scene, 256);
    mpz_set_ui(scene.e, 1);
    judge_product(&scene, 0);
    expect(&scene, RSA_WEAK_E_ONE);
    mpz_set_ui(scene.e, 65536);
    judge_product(&scene, 0);
    expect(&scene, RSA_WEAK_E_EVEN);
    /* FIPS 186-5: e < 2^256, so 256 bits are the most. */
    mpz_set_ui(scene.e, 0);
    mpz_setbit(scene.e, 256);
    mpz_sub_ui(scene.e, scene.e, 1);
    judge_product(&scene, 0);
    expect_none(&scene);
    mpz_add_ui(scene.e, scene.e, 2);
    judge_product(&scene, 0);
    expect(&scene, RSA_WEAK_E_HUGE);
    mpz_set_ui(scene.p, 1000003);
    mpz_set_ui(scene.q, 1000033);
    mpz_mul(scene.e, scene.p, scene.q);
    judge_product(&scene, 0);
    expect_found(&scene, RSA_WEAK_E_HUGE); /* e = n */
    scene_close(&scene);
}

/* e = d^-1 mod phi, for a d of so many bits; the two primes are drawn. */
static void make_small_d(struct scene *scene, unsigned bits, unsigned d_bits)
{
    mpz_t phi;
    mpz_init(phi);
    do {
        draw(scene->p, scene, bits / 2);
        draw(scene->q, scene, bits / 2);
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
    struct scene scene;
    scene_open(&scene);
    for (unsigned bits = 250; bits <= 254; bits += 4) {
        make_small_d(&scene, 1024, bits);
        judge_product(&scene, 0);
        expect_found(&scene, RSA_WEAK_SMALL_D);
        cr_expect(mpz_divisible_p(scene.n, scene.report.factor));
    }
    for (unsigned bits = 262; bits <= 300; bits += 38) {
        make_small_d(&scene, 1024, bits);
        mpz_t d;
        mpz_init_set(d, scene.d);
        judge_product(&scene, 0);
        expect_verdict(&scene, RSA_WEAK_SMALL_D, RSA_RESISTED);
        /* Beyond Wiener, within Boneh and Durfee: who has the private half sees it. */
        mpz_set(scene.d, d);
        judge(&scene, 0);
        expect_found(&scene, RSA_WEAK_PRIVATE_SMALL_D);
        mpz_clear(d);
    }
    scene_close(&scene);
}

/* Wiener's own example. */
Test(rsa_weakness, wiener_published)
{
    struct scene scene;
    scene_open(&scene);
    mpz_set_ui(scene.n, 90581);
    mpz_set_ui(scene.e, 17993);
    judge(&scene, 0);
    expect_found(&scene, RSA_WEAK_SMALL_D);
    cr_expect_str_eq(scene.report.findings[RSA_WEAK_SMALL_D].detail,
                     "d has 3 bits, found in 2 convergents");
    scene_close(&scene);
}

/* --- n --------------------------------------------------------------------------------------- */

Test(rsa_weakness, damaged_moduli)
{
    struct scene scene;
    scene_open(&scene);
    draw(scene.p, &scene, 512);
    draw(scene.q, &scene, 512);
    mpz_mul(scene.n, scene.p, scene.q);
    mpz_mul_2exp(scene.q, scene.q, 3);
    judge_product(&scene, 0);
    expect(&scene, RSA_WEAK_EVEN);
    /* The largest prime below 4096, and the next. */
    mpz_set_ui(scene.q, 4093);
    judge_product(&scene, 0);
    expect(&scene, RSA_WEAK_SMALL_FACTOR);
    cr_expect_eq(mpz_cmp_ui(scene.report.factor, 4093), 0);
    mpz_set_ui(scene.q, 4099);
    judge_product(&scene, 0);
    expect_none(&scene);
    for (unsigned exponent = 2; exponent <= 6; exponent++) { /* p^6 is a square, not close primes */
        mpz_pow_ui(scene.q, scene.p, exponent - 1);
        judge_product(&scene, 0);
        expect(&scene, RSA_WEAK_POWER);
        expect_verdict(&scene, RSA_WEAK_CLOSE, RSA_NOT_APPLICABLE);
    }
    mpz_add_ui(scene.q, scene.q, 2);
    judge_product(&scene, 0);
    expect_verdict(&scene, RSA_WEAK_POWER, RSA_RESISTED);
    mpz_set_ui(scene.q, 1);
    judge_product(&scene, 0);
    expect_none(&scene);
    judge_product(&scene, RSA_WEAKNESS_PRIME);
    expect(&scene, RSA_WEAK_PRIME);
    judge_product(&scene, 100);
    expect(&scene, RSA_WEAK_PRIME);
    scene_close(&scene);
}

/* Carmichael's numbers pass Fermat's test and are no primes; so do 341 and others with base 2. */
Test(rsa_weakness, pseudoprimes_are_not_called_prime)
{
    static const unsigned long list[] = {341, 561, 1105, 2047, 3215031751, 118670087467};
    struct scene scene;
    scene_open(&scene);
    for (size_t i = 0; i < sizeof(list) / sizeof(list[0]); i++) {
        mpz_set_ui(scene.n, list[i]);
        judge(&scene, RSA_WEAKNESS_PRIME);
        expect_verdict(&scene, RSA_WEAK_PRIME, RSA_RESISTED);
        expect_found(&scene, RSA_WEAK_SHORT);
    }
    scene_close(&scene);
}

/* 63 bits are short, and nothing is said of their primes; of 65 bits that are close it is. Who is
 * not told e says nothing about it. */
Test(rsa_weakness, short_is_all_that_is_said)
{
    struct scene scene;
    scene_open(&scene);
    mpz_set_ui(scene.p, 3037000000); /* the square is just below 2^63 */
    mpz_nextprime(scene.p, scene.p);
    mpz_nextprime(scene.q, scene.p);
    mpz_mul(scene.n, scene.p, scene.q);
    for (int i = 0; i < 2; i++) {
        const struct rsa_weakness_key key = {.n = scene.n};
        rsa_weakness_report_free(&scene.report);
        rsa_weakness_deep(&scene.report, &key, RSA_WEAKNESS_PRIME);
        expect(&scene, i == 0 ? RSA_WEAK_SHORT : RSA_WEAK_CLOSE);
        expect_verdict(&scene, i == 0 ? RSA_WEAK_CLOSE : RSA_WEAK_SHORT, RSA_NOT_APPLICABLE);
        expect_verdict(&scene, RSA_WEAK_E_HUGE, RSA_NOT_APPLICABLE);
        expect_verdict(&scene, RSA_WEAK_E_ONE, RSA_NOT_APPLICABLE);
        mpz_set_ui(scene.p, 6074000000);
        mpz_nextprime(scene.p, scene.p);
        mpz_nextprime(scene.q, scene.p);
        mpz_mul(scene.n, scene.p, scene.q);
    }
    scene_close(&scene);
}

/* All of FactHacks' list, but for the sharing among them. */
Test(rsa_weakness, facthacks)
{
    static const unsigned long list[] = {1909, 2923, 291, 205, 989, 62, 451, 1943, 1079, 2419};
    struct scene scene;
    scene_open(&scene);
    for (size_t i = 0; i < sizeof(list) / sizeof(list[0]); i++) {
        mpz_set_ui(scene.n, list[i]);
        judge(&scene, 0);
        expect_found(&scene, list[i] % 2 == 0 ? RSA_WEAK_EVEN : RSA_WEAK_SMALL_FACTOR);
    }
    scene_close(&scene);
}

/* No number is too odd to be judged. */
Test(rsa_weakness, tiny_numbers)
{
    struct scene scene;
    scene_open(&scene);
    for (unsigned long n = 1; n < 300; n++) {
        mpz_set_ui(scene.n, n);
        mpz_set_ui(scene.e, 1 + n % 7);
        judge(&scene, 50);
        if (mpz_sgn(scene.report.factor) > 0)
            cr_expect(n % mpz_get_ui(scene.report.factor) == 0 &&
                          mpz_cmp_ui(scene.report.factor, 1) > 0 &&
                          mpz_cmp_ui(scene.report.factor, n) < 0,
                      "%lu", n);
        else /* 1 and the primes have no factor */
            cr_expect(n == 1 || mpz_probab_prime_p(scene.n, 20), "%lu", n);
    }
    scene_close(&scene);
}

/* Fermat takes (p - q)^2 / (8 sqrt(n)) steps. p of 512 bits: p - q of 259 bits takes some, p - q of
 * 263 bits takes 2^9 at the least, which is more than the 64 of the quick part. */
Test(rsa_weakness, close_primes)
{
    struct scene scene;
    scene_open(&scene);
    draw(scene.p, &scene, 512);
    for (unsigned bit = 258; bit <= 262; bit += 4) {
        mpz_set_ui(scene.q, 0);
        mpz_setbit(scene.q, bit);
        mpz_add(scene.q, scene.p, scene.q);
        mpz_nextprime(scene.q, scene.q);
        judge_product(&scene, 0);
        if (bit == 258)
            expect(&scene, RSA_WEAK_CLOSE);
        else
            expect_none(&scene);
    }
    derive(&scene);
    judge(&scene, 0);
    expect(&scene, RSA_WEAK_PRIVATE_CLOSE);
    judge_product(&scene, 1200);
    expect(&scene, RSA_WEAK_CLOSE);
    scene_close(&scene);
}

/* 3 p near 2 q, but 5 p near 3 q is beyond the quick part. */
Test(rsa_weakness, close_in_a_ratio)
{
    struct scene scene;
    scene_open(&scene);
    draw(scene.p, &scene, 512);
    mpz_mul_ui(scene.q, scene.p, 3);
    mpz_fdiv_q_2exp(scene.q, scene.q, 1);
    mpz_nextprime(scene.q, scene.q);
    judge_product(&scene, 0);
    expect(&scene, RSA_WEAK_CLOSE);
    mpz_mul_ui(scene.q, scene.p, 5);
    mpz_fdiv_q_ui(scene.q, scene.q, 3);
    mpz_nextprime(scene.q, scene.q);
    judge_product(&scene, 0);
    expect_none(&scene);
    scene_close(&scene);
}

/* p - 1 = 2 r1 r2 ... s with primes r up to the bound and one s up to fifty times as far. */
static void make_smooth(struct scene *scene, unsigned bits, unsigned long bound, unsigned long last)
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
    struct scene scene;
    scene_open(&scene);
    draw(scene.q, &scene, 256);
    make_smooth(&scene, 256, 1000, 49999); /* the last prime below 50 * 1000 */
    judge_product(&scene, 1000);
    expect(&scene, RSA_WEAK_SMOOTH);
    make_smooth(&scene, 256, 1000, 50021); /* and the first above it */
    judge_product(&scene, 1000);
    expect_none(&scene);
    derive(&scene);
    judge(&scene, 0);
    expect(&scene, RSA_WEAK_PRIVATE_SMOOTH);
    scene_close(&scene);
}

Test(rsa_weakness, short_modulus)
{
    struct scene scene;
    scene_open(&scene);
    draw(scene.p, &scene, 28);
    draw(scene.q, &scene, 31);
    judge_product(&scene, 1 << 18); /* sqrt(p) is 2^14 */
    expect_found(&scene, RSA_WEAK_SHORT);
    draw(scene.p, &scene, 63);
    draw(scene.q, &scene, 63);
    judge_product(&scene, 1000);
    expect_verdict(&scene, RSA_WEAK_SHORT, RSA_RESISTED);
    scene_close(&scene);
}

/* --- patterns -------------------------------------------------------------------------------- */

/* A word of so many bits, repeated over `bits`; the lowest `free` bits are drawn, then the next
 * prime. */
static void make_repeated(mpz_t p, struct scene *scene, unsigned bits, unsigned width,
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

Test(rsa_weakness, repeated_words)
{
    static const unsigned widths[] = {8, 16, 32, 64};
    struct scene scene;
    scene_open(&scene);
    for (size_t i = 0; i < 4; i++) {
        /* Not only the word: the lower 220 of 512 bits are drawn. */
        make_repeated(scene.p, &scene, 512, widths[i], 220);
        make_repeated(scene.q, &scene, 512, widths[i], 220);
        judge_product(&scene, 0);
        expect_found(&scene, RSA_WEAK_PATTERN_PRIMES);
    }
    /* Beyond the half, it is not to be seen from outside; but inside. */
    make_repeated(scene.p, &scene, 512, 32, 300);
    make_repeated(scene.q, &scene, 512, 32, 300);
    judge_product(&scene, 0);
    expect_none(&scene);
    derive(&scene);
    judge(&scene, 0);
    expect(&scene, RSA_WEAK_PRIVATE_PATTERN);
    scene_close(&scene);
}

Test(rsa_weakness, sparse_primes)
{
    struct scene scene;
    scene_open(&scene);
    for (int i = 0; i < 2; i++) { /* 2^511 + something of 200 bits */
        mpz_ptr p = i ? scene.q : scene.p;
        random_of_bits(p, &scene.random, 200);
        mpz_setbit(p, 511);
        mpz_nextprime(p, p);
    }
    judge_product(&scene, 0);
    expect_found(&scene, RSA_WEAK_PATTERN_PRIMES);
    scene_close(&scene);
}

/* A run of zeros: of 1024 bits, 41 + 10 are called odd, one less is not. */
Test(rsa_weakness, runs_and_density)
{
    struct scene scene;
    scene_open(&scene);
    random_of_bits(scene.n, &scene.random, 1024);
    mpz_setbit(scene.n, 0);
    for (unsigned i = 0; i < 51; i++)
        mpz_clrbit(scene.n, 400 + i);
    mpz_setbit(scene.n, 399);
    mpz_setbit(scene.n, 451);
    judge(&scene, 0);
    expect_found(&scene, RSA_WEAK_PATTERN);
    mpz_setbit(scene.n, 450);
    judge(&scene, 0);
    expect_verdict(&scene, RSA_WEAK_PATTERN, RSA_RESISTED);
    /* 1024 bits, 512 ones expected, 16 for each sigma: 641 are too many, 640 are not. */
    for (unsigned ones = 640; ones <= 641; ones++) {
        mpz_set_ui(scene.n, 0);
        mpz_setbit(scene.n, 1023);
        for (unsigned at = 0; mpz_popcount(scene.n) < ones; at = (at + 389) % 1024)
            mpz_setbit(scene.n, at);
        judge(&scene, 0);
        expect_verdict(&scene, RSA_WEAK_PATTERN, ones == 641 ? RSA_BROKEN : RSA_RESISTED);
    }
    expect_found(&scene, RSA_WEAK_PATTERN);
    scene_close(&scene);
}

/* --- ROCA ------------------------------------------------------------------------------------ */

/* p = k M + (65537^a mod M), M the product of the first primes. */
static void make_roca(mpz_t p, struct scene *scene, unsigned bits, unsigned long last_prime)
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
Test(rsa_weakness, roca)
{
    static const unsigned bits[] = {512, 1024, 2048};
    static const unsigned long last[] = {167, 353, 701};
    struct scene scene;
    scene_open(&scene);
    for (int i = 0; i < 3; i++) {
        make_roca(scene.p, &scene, bits[i] / 2, last[i]);
        make_roca(scene.q, &scene, bits[i] / 2, last[i]);
        judge_product(&scene, 0);
        expect(&scene, RSA_WEAK_ROCA);
    }
    draw(scene.q, &scene, 1024); /* one such prime is not enough to be seen */
    judge_product(&scene, 0);
    expect_none(&scene);
    scene_close(&scene);
}

/* Powers of 65537 modulo each small prime, but with exponents that contradict each other: the quick
 * fingerprint of the paper's first tool would call it, by chance 2^-27; the logarithm does not. */
Test(rsa_weakness, roca_needs_one_exponent)
{
    struct scene scene;
    mpz_t product, part, inverse, residue;
    scene_open(&scene);
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
    judge(&scene, 0);
    expect_verdict(&scene, RSA_WEAK_ROCA, RSA_RESISTED);
    mpz_clears(product, part, inverse, residue, NULL);
    scene_close(&scene);
}

/* --- the private half ------------------------------------------------------------------------ */

Test(rsa_weakness, composite_prime)
{
    struct scene scene;
    scene_open(&scene);
    draw(scene.q, &scene, 256);
    mpz_set_str(scene.p, "3317044064679887385961981", 10); /* fools the bases 2 to 41 */
    mpz_mul(scene.n, scene.p, scene.q);
    mpz_set_ui(scene.d, 12345);
    judge(&scene, 0);
    cr_expect_neq(scene.report.findings[RSA_WEAK_COMPOSITE].verdict, RSA_BROKEN);
    judge(&scene, 100);
    expect_found(&scene, RSA_WEAK_COMPOSITE);
    scene_close(&scene);
}
