/*
 * Factoring: each method where it must just find p, and just beyond, where it must say so; in one
 * run or in slices.
 */
#include "rsa_factor.h"
#include "python_proof.h"
#include "rsa_instance.h"
#include "rsa_primes.h"

#include <criterion/criterion.h>
#include <gmp.h>
#include <string.h>

/* GMP-ECM 7.0.5 loses some bytes with each curve (in ell_curve_init), which the leak checker tells. */
#ifdef GLASSBOX_SANITIZED
enum { LEAVES_OUT_ECM = true };
#else
enum { LEAVES_OUT_ECM = false };
#endif

struct scene {
    struct fed_random random;
    mpz_t n, p, q, e;
    struct rsa_finding finding;
};

static void scene_open(struct scene *scene)
{
    fed_random_init(&scene->random, NULL, 0, test_seed_of_figures());
    mpz_inits(scene->n, scene->p, scene->q, scene->e, NULL);
    rsa_finding_init(&scene->finding);
}

static void scene_close(struct scene *scene)
{
    mpz_clears(scene->n, scene->p, scene->q, scene->e, NULL);
    rsa_finding_clear(&scene->finding);
}

static void draw(mpz_t p, struct scene *scene, unsigned bits)
{
    random_of_bits(p, &scene->random, bits);
    mpz_nextprime(p, p);
}

/* Runs to the end in slices; the verdict, and the work. */
static enum rsa_verdict run(struct scene *scene, enum rsa_method method, uint64_t bound,
                            uint64_t slice)
{
    const char *hindrance = rsa_method_hindrance(method, scene->n, scene->e);
    cr_assert_null(hindrance, "%s", hindrance);
    struct rsa_factoring *search = rsa_factoring_new(method, scene->n, scene->e, bound);
    while (rsa_factoring_run(search, slice) == RSA_MORE)
        ;
    rsa_finding_clear(&scene->finding);
    rsa_finding_init(&scene->finding);
    rsa_factoring_say(&scene->finding, search);
    if (scene->finding.verdict == RSA_BROKEN)
        cr_expect(mpz_divisible_p(scene->n, rsa_factoring_factor(search)) &&
                  mpz_cmp_ui(rsa_factoring_factor(search), 1) > 0 &&
                  mpz_cmp(rsa_factoring_factor(search), scene->n) < 0);
    rsa_factoring_free(search);
    return scene->finding.verdict;
}

static enum rsa_verdict run_product(struct scene *scene, enum rsa_method method, uint64_t bound)
{
    mpz_mul(scene->n, scene->p, scene->q);
    return run(scene, method, bound, UINT64_MAX);
}

Test(rsa_factor, primes_in_order)
{
    struct rsa_primes *primes = rsa_primes_new(300000); /* some segments */
    mpz_t prime;
    uint64_t next;
    size_t count = 0;
    mpz_init_set_ui(prime, 1);
    while ((next = rsa_primes_next(primes)) != 0) {
        mpz_nextprime(prime, prime);
        cr_assert_eq(next, mpz_get_ui(prime));
        count++;
    }
    cr_expect_eq(count, 25997u);
    rsa_primes_free(primes);
    for (uint64_t limit = 0; limit < 12; limit++) {
        static const size_t expected[] = {0, 0, 1, 2, 2, 3, 3, 4, 4, 4, 4, 5};
        primes = rsa_primes_new(limit);
        for (count = 0; rsa_primes_next(primes) != 0; count++)
            ;
        cr_expect_eq(count, expected[limit], "to %lu: %zu", (unsigned long)limit, count);
        rsa_primes_free(primes);
    }
    mpz_clear(prime);
}

Test(rsa_factor, trial)
{
    struct scene scene;
    scene_open(&scene);
    draw(scene.q, &scene, 200);
    mpz_set_ui(scene.p, 99991); /* the last prime below 100000; 100003 is the next */
    cr_expect_eq(run_product(&scene, RSA_METHOD_TRIAL, 99991), RSA_BROKEN);
    cr_expect_eq(run_product(&scene, RSA_METHOD_TRIAL, 99990), RSA_RESISTED);
    cr_expect_str_eq(scene.finding.text, "no divisor up to 99989");
    /* Beyond sqrt(n) it stops by itself. */
    mpz_set_ui(scene.n, 2773);
    cr_expect_eq(run(&scene, RSA_METHOD_TRIAL, 0, 1), RSA_BROKEN);
    scene_close(&scene);
}

/* p - q as large as it takes 1000 steps of Fermat's for: found in a little more, not in a little
 * less. */
Test(rsa_factor, fermat)
{
    struct scene scene;
    scene_open(&scene);
    mpz_t half;
    mpz_init(half);
    draw(scene.p, &scene, 128);
    /* (p - q)^2 / (8 sqrt(n)) = 1000 */
    mpz_mul_ui(half, scene.p, 8000);
    mpz_sqrt(half, half);
    mpz_add(scene.q, scene.p, half);
    mpz_nextprime(scene.q, scene.q);
    cr_expect_eq(run_product(&scene, RSA_METHOD_FERMAT, 1010), RSA_BROKEN);
    cr_expect(scene.finding.work >= 990 && scene.finding.work <= 1010, "%lu",
              (unsigned long)scene.finding.work);
    cr_expect_eq(run_product(&scene, RSA_METHOD_FERMAT, 990), RSA_RESISTED);
    cr_expect_eq(scene.finding.work, 990 + 5 * (990 / 8));
    mpz_clear(half);
    scene_close(&scene);
}

/* 1.2 sqrt(p) steps on average: of 40 primes of 24 bits all fall within 12 times that, and no prime
 * of 60 bits falls in so many. */
Test(rsa_factor, rho)
{
    struct scene scene;
    uint64_t work = 0;
    enum { PRIMES = 40, AVERAGE = 4300 }; /* 1.2 * 2^12 * sqrt(3/4) */
    scene_open(&scene);
    for (int i = 0; i < PRIMES; i++) {
        draw(scene.p, &scene, 24);
        draw(scene.q, &scene, 70);
        cr_expect_eq(run_product(&scene, RSA_METHOD_RHO, 12 * AVERAGE), RSA_BROKEN);
        work += scene.finding.work;
    }
    cr_expect(work > PRIMES * AVERAGE / 2 && work < PRIMES * AVERAGE * 2, "%lu steps",
              (unsigned long)work);
    draw(scene.p, &scene, 60);
    cr_expect_eq(run_product(&scene, RSA_METHOD_RHO, 12 * AVERAGE), RSA_RESISTED);
    scene_close(&scene);
}

/* Small numbers, where p and q come at once, and squares. */
Test(rsa_factor, rho_of_the_small)
{
    struct scene scene;
    scene_open(&scene);
    for (unsigned long n = 9; n < 3000; n += 2) {
        mpz_set_ui(scene.n, n);
        if (!rsa_method_hindrance(RSA_METHOD_RHO, scene.n, NULL))
            cr_expect_eq(run(&scene, RSA_METHOD_RHO, 20000, 100), RSA_BROKEN, "%lu", n);
    }
    scene_close(&scene);
}

/* p = 2 a b c + 1 for the first c from `last` on that makes it prime. */
static unsigned long make_p(mpz_t p, unsigned long even, unsigned long last)
{
    mpz_t c;
    mpz_init_set_ui(c, last);
    do {
        mpz_nextprime(c, c);
        mpz_mul_ui(p, c, even);
        mpz_add_ui(p, p, 1);
    } while (!mpz_probab_prime_p(p, 20));
    last = mpz_get_ui(c);
    mpz_clear(c);
    return last;
}

Test(rsa_factor, p_minus_1)
{
    struct scene scene;
    scene_open(&scene);
    draw(scene.q, &scene, 200);
    /* Stage 2 alone has c: up to 50 times the bound. */
    unsigned long c = make_p(scene.p, 2 * 3 * 5 * 7 * 997ul, 30000);
    cr_expect_eq(run_product(&scene, RSA_METHOD_P_MINUS_1, 1000), RSA_BROKEN);
    cr_expect_eq(run_product(&scene, RSA_METHOD_P_MINUS_1, 996), RSA_RESISTED); /* 997 and c */
    cr_expect_eq(run_product(&scene, RSA_METHOD_P_MINUS_1, c / 50), RSA_RESISTED);
    cr_expect_eq(run_product(&scene, RSA_METHOD_P_MINUS_1, c / 50 + 1 > 997 ? c / 50 + 1 : 997),
                 RSA_BROKEN);
    /* Powers: 3^6 = 729 is in stage 1 from 729 on. */
    make_p(scene.p, 2 * 729ul, 300);
    cr_expect_eq(run_product(&scene, RSA_METHOD_P_MINUS_1, 729), RSA_BROKEN);
    cr_expect_eq(run_product(&scene, RSA_METHOD_P_MINUS_1, 728), RSA_RESISTED);
    scene_close(&scene);
}

/* Both fall in one batch of stage 1, and in one of stage 2. */
Test(rsa_factor, p_minus_1_of_both)
{
    struct scene scene;
    scene_open(&scene);
    for (unsigned long last = 100; last <= 3000; last += 2900) {
        unsigned long c = make_p(scene.p, 2 * 3 * 11ul, last);
        make_p(scene.q, 2 * 5 * 13ul, c);
        cr_expect_eq(run_product(&scene, RSA_METHOD_P_MINUS_1, 1000), RSA_BROKEN, "%lu", last);
    }
    scene_close(&scene);
}

/* One run and many slices: the same factor for the same work. */
Test(rsa_factor, slices)
{
    static const enum rsa_method methods[] = {RSA_METHOD_TRIAL, RSA_METHOD_FERMAT, RSA_METHOD_RHO,
                                              RSA_METHOD_P_MINUS_1};
    struct scene scene;
    scene_open(&scene);
    for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++) {
        draw(scene.p, &scene, 20);
        draw(scene.q, &scene, methods[i] == RSA_METHOD_FERMAT ? 20 : 40);
        mpz_mul(scene.n, scene.p, scene.q);
        enum rsa_verdict whole = run(&scene, methods[i], 3000, UINT64_MAX);
        uint64_t work = scene.finding.work;
        cr_expect_eq(run(&scene, methods[i], 3000, 1), whole);
        cr_expect_eq(scene.finding.work, work, "%s", rsa_method_info(methods[i])->name);
    }
    scene_close(&scene);
}

Test(rsa_factor, published)
{
    static const unsigned long facthacks[] = {1909, 2923, 291, 205, 989, 451, 1943, 1079, 2419};
    struct python_proofs proofs = {0};
    struct scene scene;
    scene_open(&scene);
    for (size_t i = 0; i < sizeof(facthacks) / sizeof(facthacks[0]); i++) {
        mpz_set_ui(scene.n, facthacks[i]);
        for (int method = RSA_METHOD_TRIAL; method <= RSA_METHOD_P_MINUS_1; method++)
            if (!rsa_method_hindrance((enum rsa_method)method, scene.n, NULL))
                cr_expect_eq(run(&scene, (enum rsa_method)method, 3000, 10), RSA_BROKEN,
                             "%lu by %s", facthacks[i],
                             rsa_method_info((enum rsa_method)method)->name);
    }
    /* The paper of 1978: d = 157 modulo phi; modulo lambda it is 157, too. */
    mpz_set_ui(scene.n, 2773);
    mpz_set_ui(scene.e, 17);
    cr_expect_eq(run(&scene, RSA_METHOD_RHO, 0, 10), RSA_BROKEN);
    cr_expect_eq(mpz_cmp_ui(rsa_finding_get(&scene.finding, "d"), 157), 0);
    /* Wiener's own. */
    mpz_set_ui(scene.n, 90581);
    mpz_set_ui(scene.e, 17993);
    cr_expect_eq(run(&scene, RSA_METHOD_WIENER, 0, 1), RSA_BROKEN);
    cr_expect_eq(mpz_cmp_ui(rsa_finding_get(&scene.finding, "d"), 5), 0);
    cr_expect_eq(scene.finding.work, 2u);
    python_proofs_add(&proofs, "print(pow(pow(2,17993,90581),5,90581)==2)");
    cr_expect(python_proofs_hold(&proofs));
    scene_close(&scene);
}

/* RSA-129 took 1600 machines in 1994, by a sieve. Here it resists. */
Test(rsa_factor, rsa_129)
{
    struct scene scene;
    scene_open(&scene);
    mpz_set_str(scene.n,
                "114381625757888867669235779976146612010218296721242362562561842935706935245733897"
                "830597123563958705058989075147599290026879543541",
                10);
    mpz_set_ui(scene.e, 9007);
    for (int method = RSA_METHOD_TRIAL; method < RSA_METHODS - LEAVES_OUT_ECM; method++)
        if (!rsa_method_hindrance((enum rsa_method)method, scene.n, scene.e))
            cr_expect_eq(run(&scene, (enum rsa_method)method, method == RSA_METHOD_ECM ? 200 : 2000,
                             UINT64_MAX),
                         RSA_RESISTED, "%s", rsa_method_info((enum rsa_method)method)->name);
    /* That they are its factors, as it was published. */
    mpz_set_str(scene.p, "3490529510847650949147849619903898133417764638493387843990820577", 10);
    cr_expect(mpz_divisible_p(scene.n, scene.p));
    scene_close(&scene);
}

Test(rsa_factor, hindrances)
{
    struct scene scene;
    scene_open(&scene);
    draw(scene.n, &scene, 100);
    cr_expect_str_eq(rsa_method_hindrance(RSA_METHOD_RHO, scene.n, NULL), "n is prime");
    mpz_mul_2exp(scene.n, scene.n, 1);
    cr_expect_str_eq(rsa_method_hindrance(RSA_METHOD_FERMAT, scene.n, NULL), "n is even");
    cr_expect_null(rsa_method_hindrance(RSA_METHOD_TRIAL, scene.n, NULL));
    mpz_set_ui(scene.n, 1909);
    cr_expect_str_eq(rsa_method_hindrance(RSA_METHOD_WIENER, scene.n, NULL), "e is not known");
    cr_expect(rsa_method_hindrance(RSA_METHOD_PATTERN, scene.n, NULL));
    cr_expect_eq(!rsa_method_hindrance(RSA_METHOD_ECM, scene.n, NULL), rsa_method_has_ecm());
    scene_close(&scene);
}

/* A factor of 12 digits falls to the curves for 15; one of 40 does not to three of them. */
Test(rsa_factor, ecm)
{
    struct scene scene;
    if (!rsa_method_has_ecm() || LEAVES_OUT_ECM)
        cr_skip_test("this build has no libecm, or it is the one that looks for leaks");
    scene_open(&scene);
    draw(scene.p, &scene, 40);
    draw(scene.q, &scene, 140);
    cr_expect_eq(run_product(&scene, RSA_METHOD_ECM, 2000), RSA_BROKEN);
    uint64_t work = scene.finding.work;
    cr_expect_eq(run(&scene, RSA_METHOD_ECM, 2000, 1), RSA_BROKEN);
    cr_expect_eq(scene.finding.work, work); /* the same curves */
    draw(scene.p, &scene, 135);
    cr_expect_eq(run_product(&scene, RSA_METHOD_ECM, 50), RSA_RESISTED);
    cr_expect_eq(scene.finding.work, 25u);
    scene_close(&scene);
}
