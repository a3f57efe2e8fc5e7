/*
 * Discrete logarithms: everywhere in small groups, counted by hand; by each method in groups made
 * by seed; and at the edge of each bound, where it says so.
 */
#include "dlog.h"
#include "fed_random.h"

#include "dh_make.h"

#include <criterion/criterion.h>
#include <string.h>

struct instance {
    mpz_t p, g, A, x;
};

static void open(struct instance *instance, const char *p, const char *g, const char *A)
{
    mpz_init_set_str(instance->p, p, 0);
    mpz_init_set_str(instance->g, g, 0);
    mpz_init_set_str(instance->A, A, 0);
    mpz_init(instance->x);
}

static void close(struct instance *instance)
{
    mpz_clears(instance->p, instance->g, instance->A, instance->x, NULL);
}

static int fill(void *random, uint8_t *out, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        out[i] = (uint8_t)(fed_random_next(random) >> 16);
    return 0;
}

/* A safe prime of this size, and a power of its g. */
static void make_safe(struct instance *instance, unsigned bits, struct fed_random *random)
{
    const struct dh_random source = {fill, random};
    uint8_t bytes[DH_MAX_BYTES];
    struct dh_group *group;
    open(instance, "0", "0", "0");
    cr_assert_eq(dh_group_make(&group, bits, &source, NULL), DH_OK);
    mpz_import(instance->p, dh_group_number(group, DH_P, bytes, sizeof(bytes)), 1, 1, 1, 0, bytes);
    mpz_import(instance->g, dh_group_number(group, DH_G, bytes, sizeof(bytes)), 1, 1, 1, 0, bytes);
    dh_group_free(group);
    mpz_set_ui(instance->x, fed_random_next(random));
    mpz_powm(instance->A, instance->g, instance->x, instance->p);
}

static bool holds(const struct instance *instance, const struct dlog_result *result)
{
    mpz_t power;
    mpz_init(power);
    mpz_powm(power, instance->g, result->x, instance->p);
    bool it_does = mpz_cmp(power, instance->A) == 0;
    mpz_clear(power);
    return it_does;
}

/* Looks, and wants this verdict, words of which are in the reason. */
static void expect(struct dlog_result *result, const struct instance *instance,
                   const struct dlog_bounds *bounds, enum dlog_verdict verdict, const char *words)
{
    dlog_result_open(result);
    dlog_find(result, instance->p, instance->g, instance->A, bounds, NULL);
    cr_expect_eq(result->verdict, verdict, "verdict %d: %s", (int)result->verdict, result->reason);
    cr_expect(strstr(result->reason, words), "%s", result->reason);
    cr_expect(verdict != DLOG_BROKEN || holds(instance, result));
}

/* --- all small groups ------------------------------------------------------------------------ */

/* The least x with g^x = A, and the length of the circle that the powers end in; x SIZE_MAX: none. */
static void count_by_hand(size_t *x, size_t *circle, unsigned p, unsigned g, unsigned A)
{
    size_t seen[128] = {0}; /* 1 + the exponent */
    unsigned power = 1;
    size_t i = 0;
    *x = SIZE_MAX;
    for (; seen[power] == 0; i++, power = power * g % p) {
        seen[power] = i + 1;
        if (power == A)
            *x = i;
    }
    *circle = i + 1 - seen[power];
}

/* Every p, prime or not, even or odd; every g, every number. */
Test(dlog, all_of_each_small_group)
{
    struct instance instance;
    struct dlog_result result;
    open(&instance, "0", "0", "0");
    for (unsigned p = 2; p < 44; p++)
        for (unsigned g = 1; g < p; g++)
            for (unsigned A = 0; A < p; A++) {
                size_t x, circle;
                count_by_hand(&x, &circle, p, g, A);
                mpz_set_ui(instance.p, p);
                mpz_set_ui(instance.g, g);
                mpz_set_ui(instance.A, A);
                dlog_result_open(&result);
                dlog_find(&result, instance.p, instance.g, instance.A, NULL, NULL);
                cr_assert_eq(result.verdict, x == SIZE_MAX ? DLOG_NOT_APPLICABLE : DLOG_BROKEN,
                             "%u^x = %u mod %u: %s", g, A, p, result.reason);
                cr_assert(x == SIZE_MAX || holds(&instance, &result), "%u^x = %u mod %u", g, A, p);
                if (x != SIZE_MAX && mpz_sgn(result.modulus) > 0 &&
                    mpz_gcd_ui(NULL, instance.p, g) == 1)
                    cr_assert(mpz_cmp_ui(result.modulus, circle) == 0 &&
                                  mpz_cmp_ui(result.x, x) == 0,
                              "%u^x = %u mod %u: x = %zu mod %zu", g, A, p, x, circle);
                dlog_result_close(&result);
            }
    close(&instance);
}

/* --- methods --------------------------------------------------------------------------------- */

/* Safe primes, so that nothing but the method is at work; 62 to 65 bits are around one limb. */
Test(dlog, both_methods_in_groups_made_by_seed)
{
    struct fed_random random;
    fed_random_init(&random, NULL, 0, test_seed_of_figures());
    for (unsigned bits = 5; bits <= 36; bits += bits < 16 ? 1 : 5)
        for (int method = DLOG_BABY_STEPS; method <= DLOG_RHO; method++) {
            const struct dlog_bounds bounds = {.method = (enum dlog_method)method, .seed = bits};
            struct instance instance;
            struct dlog_result result;
            make_safe(&instance, bits, &random);
            expect(&result, &instance, &bounds, DLOG_BROKEN, "");
            cr_expect_eq(result.entries > 64, method == DLOG_BABY_STEPS && bits > 13,
                         "%u bits, %lu entries", bits, (unsigned long)result.entries);
            dlog_result_close(&result);
            close(&instance);
        }
}

/* An order of 31 bits under p of each size around a limb and more: the arithmetic is another. */
Test(dlog, a_small_order_under_p_of_each_size)
{
    static const unsigned sizes[] = {40, 62, 63, 64, 65, 66, 127, 128, 129, 200};
    struct fed_random random;
    fed_random_init(&random, NULL, 0, test_seed_of_figures());
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
        for (int method = DLOG_BABY_STEPS; method <= DLOG_RHO; method++) {
            const struct dlog_bounds bounds = {.method = (enum dlog_method)method};
            const unsigned long order = 268435459; /* a prime of 29 bits */
            struct instance instance;
            struct dlog_result result;
            open(&instance, "0", "1", "0");
            for (unsigned long k = 513; !mpz_probab_prime_p(instance.p, 24); k += 2) {
                mpz_set_ui(instance.x, k);
                mpz_mul_2exp(instance.x, instance.x, sizes[i] - 29 - 9);
                mpz_mul_ui(instance.p, instance.x, order);
                mpz_add_ui(instance.p, instance.p, 1);
            }
            cr_assert_eq(mpz_sizeinbase(instance.p, 2), sizes[i]);
            for (unsigned long base = 2; mpz_cmp_ui(instance.g, 1) == 0; base++) {
                mpz_set_ui(instance.g, base);
                mpz_powm(instance.g, instance.g, instance.x, instance.p);
            }
            mpz_set_ui(instance.x, fed_random_next(&random) % order);
            mpz_powm(instance.A, instance.g, instance.x, instance.p);
            expect(&result, &instance, &bounds, DLOG_BROKEN, "");
            cr_expect(mpz_cmp(result.x, instance.x) == 0, "%u bits", sizes[i]);
            cr_expect_eq(mpz_get_ui(result.modulus), order);
            dlog_result_close(&result);
            close(&instance);
        }
}

/* A table of 1 KiB has 96 entries: fewer baby steps, more giant ones, the same x. */
Test(dlog, little_memory_takes_longer)
{
    struct fed_random random;
    struct instance instance;
    struct dlog_result roomy, tight;
    fed_random_init(&random, NULL, 0, test_seed_of_figures());
    make_safe(&instance, 24, &random);
    expect(&roomy, &instance, &(struct dlog_bounds){.method = DLOG_BABY_STEPS}, DLOG_BROKEN, "");
    expect(&tight, &instance, &(struct dlog_bounds){.method = DLOG_BABY_STEPS, .table_bytes = 1024},
           DLOG_BROKEN, "");
    cr_expect_eq(tight.entries, 96);
    cr_expect_gt(roomy.entries, 1000);
    cr_expect(mpz_cmp(tight.x, roomy.x) == 0);
    dlog_result_close(&roomy);
    dlog_result_close(&tight);
    close(&instance);
}

/* The dearest x of all is the last: with what that costs it is found, with one less it is not begun. */
Test(dlog, the_edge_of_the_bound)
{
    struct instance instance;
    struct dlog_result result;
    struct dlog_bounds bounds = {.method = DLOG_BABY_STEPS};
    open(&instance, "2147483579", "0",
         "0"); /* q = 1073741789: 32768 baby steps, 32768 giant ones */
    mpz_set_ui(instance.g, 4);
    mpz_set_ui(instance.x, 1073741788);
    mpz_powm(instance.A, instance.g, instance.x, instance.p);
    bounds.multiplications = 32768 + 32768;
    expect(&result, &instance, &bounds, DLOG_BROKEN, "");
    cr_expect_leq(result.multiplications, bounds.multiplications);
    dlog_result_close(&result);
    bounds.multiplications--;
    expect(&result, &instance, &bounds, DLOG_RESISTED, "prime factor of 30 bits: about 2^15");
    cr_expect_eq(result.open_bits, 30);
    cr_expect_eq(result.multiplications, 0);
    dlog_result_close(&result);
    bounds = (struct dlog_bounds){.method = DLOG_RHO, .multiplications = 65533};
    expect(&result, &instance, &bounds, DLOG_RESISTED, "prime factor of 30 bits");
    dlog_result_close(&result);
    close(&instance);
}

static bool stop(void *context, uint64_t multiplications)
{
    *(uint64_t *)context = multiplications;
    return false;
}

/* Who listens may stop it; then x is known modulo what came before. */
Test(dlog, a_listener_stops_it)
{
    uint64_t asked = 0;
    const struct dlog_listener listener = {.goes_on = stop, .context = &asked};
    struct instance instance;
    struct dlog_result result;
    /* p - 1 = 2 3 5 7 q, q of 40 bits */
    open(&instance, "115448723519431", "11", "0");
    mpz_set_ui(instance.x, 123456789012);
    mpz_powm(instance.A, instance.g, instance.x, instance.p);
    dlog_result_open(&result);
    dlog_find(&result, instance.p, instance.g, instance.A, NULL, &listener);
    cr_expect_eq(result.verdict, DLOG_RESISTED);
    cr_expect_gt(asked, 0);
    cr_expect_gt(mpz_cmp_ui(result.modulus, 1), 0);
    mpz_fdiv_r(instance.x, instance.x, result.modulus);
    cr_expect(mpz_cmp(instance.x, result.x) == 0);
    dlog_result_close(&result);
    close(&instance);
}

/* --- orders that fall apart -------------------------------------------------------------------- */

/* p of 256 bits, p-1 made of primes of 16 bits: nothing of its size helps it. */
#define SMOOTH "0x9eff6705c68be008477634a80c44ed419233f5a077a3862b1b30125acacbe67"

Test(dlog, a_smooth_order_of_256_bits_piece_by_piece)
{
    struct fed_random random;
    struct instance instance;
    struct dlog_result result;
    fed_random_init(&random, NULL, 0, test_seed_of_figures());
    open(&instance, SMOOTH, "2", "0");
    for (int i = 0; i < 4; i++) {
        mpz_mul_2exp(instance.x, instance.x, 64);
        mpz_add_ui(instance.x, instance.x, fed_random_next(&random));
    }
    mpz_powm(instance.A, instance.g, instance.x, instance.p);
    expect(&result, &instance, NULL, DLOG_BROKEN, "");
    mpz_fdiv_r(instance.x, instance.x, result.modulus);
    cr_expect(mpz_cmp(instance.x, result.x) == 0);
    cr_expect_lt(result.multiplications, 20000);
    dlog_result_close(&result);
    close(&instance);
}

/* The product of three safe primes of 30 bits, of their squares, and of two large primes. */
Test(dlog, composite_p)
{
    struct fed_random random;
    fed_random_init(&random, NULL, 0, test_seed_of_figures());
    for (unsigned long exponent = 1; exponent <= 2; exponent++) {
        struct instance all, one;
        struct dlog_result result;
        open(&all, "1", "123456789", "0");
        for (int i = 0; i < 3; i++) {
            make_safe(&one, 28, &random);
            mpz_pow_ui(one.p, one.p, exponent);
            mpz_mul(all.p, all.p, one.p);
            close(&one);
        }
        mpz_set_ui(all.x, fed_random_next(&random));
        mpz_powm(all.A, all.g, all.x, all.p);
        expect(&result, &all, NULL, DLOG_BROKEN, "");
        mpz_fdiv_r(all.x, all.x, result.modulus);
        cr_expect(mpz_cmp(all.x, result.x) == 0);
        dlog_result_close(&result);
        close(&all);
    }
}

Test(dlog, a_composite_p_that_holds)
{
    struct instance instance;
    struct dlog_result result;
    open(&instance, "0xc1d8f970c12c82fbd763f39f50ecfbfb4209a1b451b3ea61ade44a2cac4880d98bb895f",
         "2", "12345");
    expect(&result, &instance, &(struct dlog_bounds){.factoring = 3000}, DLOG_RESISTED,
           "composite factor of 284 bits that was not taken apart");
    cr_expect_eq(result.open_bits, 284);
    dlog_result_close(&result);
    close(&instance);
}

/* The museum: p = 123456 under every g that has an inverse, and g = 25 mod 19. */
Test(dlog, groups_of_the_museum)
{
    struct instance instance;
    struct dlog_result result;
    open(&instance, "123456", "5", "0");
    mpz_ui_pow_ui(instance.A, 5, 77);
    mpz_fdiv_r(instance.A, instance.A, instance.p);
    expect(&result, &instance, NULL, DLOG_BROKEN, "");
    cr_expect_eq(mpz_get_ui(result.x), 77);
    cr_expect_eq(mpz_get_ui(result.modulus), 1712);
    dlog_result_close(&result);
    mpz_set_ui(instance.p, 19);
    mpz_set_ui(instance.g, 6); /* 25 mod 19 */
    mpz_set_ui(instance.A, 5);
    expect(&result, &instance, NULL, DLOG_BROKEN, "");
    cr_expect_eq(mpz_get_ui(result.modulus), 9);
    dlog_result_close(&result);
    close(&instance);
}

/* Menezes, van Oorschot, Vanstone, Handbook of Applied Cryptography, examples 3.57, 3.61 and 3.65. */
Test(dlog, published_instances)
{
    static const struct {
        const char *p, *g, *A;
        enum dlog_method method;
        unsigned long x, order;
    } rows[] = {
        {"113", "3", "57", DLOG_BABY_STEPS, 100, 112},
        {"383", "2", "228", DLOG_RHO, 110, 191},
        {"251", "71", "210", DLOG_EITHER, 197, 250},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct instance instance;
        struct dlog_result result;
        open(&instance, rows[i].p, rows[i].g, rows[i].A);
        expect(&result, &instance, &(struct dlog_bounds){.method = rows[i].method}, DLOG_BROKEN,
               "");
        cr_expect_eq(mpz_get_ui(result.x), rows[i].x);
        cr_expect_eq(mpz_get_ui(result.modulus), rows[i].order);
        dlog_result_close(&result);
        close(&instance);
    }
}

/* --- short exponents --------------------------------------------------------------------------- */

/* In ffdhe2048 nothing falls apart; an exponent of 30 bits is found all the same, one of 31 is not. */
Test(dlog, a_short_exponent_in_a_real_group)
{
    const struct dlog_bounds bounds = {.exponent_bits = 30};
    uint8_t bytes[DH_MAX_BYTES];
    struct dh_group *group;
    struct instance instance;
    struct dlog_result result;
    cr_assert_eq(dh_group_parse(&group, "ffdhe2048"), DH_OK);
    open(&instance, "0", "2", "0");
    mpz_import(instance.p, dh_group_number(group, DH_P, bytes, sizeof(bytes)), 1, 1, 1, 0, bytes);
    dh_group_free(group);
    mpz_set_ui(instance.x, (1 << 30) - 1);
    mpz_powm(instance.A, instance.g, instance.x, instance.p);
    expect(&result, &instance, NULL, DLOG_RESISTED, "prime factor of 2047 bits");
    cr_expect_eq(result.open_bits, 2047);
    cr_expect_eq(result.multiplications, 0);
    dlog_result_close(&result);
    expect(&result, &instance, &bounds, DLOG_BROKEN, "");
    cr_expect(mpz_cmp(result.x, instance.x) == 0);
    cr_expect_eq(mpz_sgn(result.modulus), 0);
    dlog_result_close(&result);
    mpz_mul(instance.A, instance.A, instance.g); /* x = 2^30 */
    mpz_fdiv_r(instance.A, instance.A, instance.p);
    expect(&result, &instance, &bounds, DLOG_RESISTED, "no exponent has 30 bits");
    dlog_result_close(&result);
    close(&instance);
}

Test(dlog, numbers_that_are_none)
{
    static const struct {
        const char *p, *g, *A, *words;
    } rows[] = {
        {"23", "0", "5", "g is not among"},        {"23", "23", "5", "g is not among"},
        {"1", "0", "0", "g is not among"},         {"23", "5", "23", "public number is not among"},
        {"23", "5", "-1", "public number is not"}, {"23", "5", "0", "no power of g"},
        {"23", "2", "5", "no power of g"},         {"15", "3", "5", "no power of g"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct instance instance;
        struct dlog_result result;
        open(&instance, rows[i].p, rows[i].g, rows[i].A);
        expect(&result, &instance, NULL, DLOG_NOT_APPLICABLE, rows[i].words);
        dlog_result_close(&result);
        close(&instance);
    }
}

/* --- confinement ------------------------------------------------------------------------------- */

struct victim {
    struct instance *instance;
    mpz_t q;
    bool looks, changes; /* checks the order of what it is sent; takes a fresh exponent each time */
    struct fed_random random;
};

static enum dlog_answer answer(void *context, const mpz_t sent, const mpz_t K)
{
    struct victim *victim = context;
    enum dlog_answer says = DLOG_NO;
    mpz_t own;
    mpz_init(own);
    if (victim->changes)
        mpz_set_ui(victim->instance->x, fed_random_next(&victim->random));
    mpz_powm(own, sent, victim->q, victim->instance->p);
    if (victim->looks && mpz_cmp_ui(own, 1) != 0)
        says = DLOG_REFUSED;
    mpz_powm(own, sent, victim->instance->x, victim->instance->p);
    if (says == DLOG_NO && mpz_cmp(own, K) == 0)
        says = DLOG_YES;
    mpz_clear(own);
    return says;
}

/* p = q f1 f2 ... + 1: q of 160 bits, and primes of up to 9 bits whose product has 160 bits or, with
 * few, some 40 bits less; g of order q. */
static void make_confined(struct victim *victim, struct instance *instance, bool few)
{
    mpz_t part, f;
    fed_random_init(&victim->random, NULL, 0, test_seed_of_figures());
    mpz_inits(part, f, victim->q, NULL);
    for (int i = 0; i < 3; i++) {
        mpz_mul_2exp(victim->q, victim->q, 53);
        mpz_add_ui(victim->q, victim->q, fed_random_next(&victim->random) >> 11);
    }
    mpz_setbit(victim->q, 159);
    mpz_nextprime(victim->q, victim->q);
    do {
        mpz_mul_ui(instance->p, victim->q, 2);
        mpz_set_ui(part, 2);
        while (mpz_sizeinbase(part, 2) < (few ? 132 : 162)) {
            mpz_set_ui(f, 20 + fed_random_next(&victim->random) % 480);
            mpz_nextprime(f, f);
            if (!mpz_divisible_p(part, f))
                mpz_mul(part, part, f);
        }
        mpz_mul(instance->p, victim->q, part);
        mpz_add_ui(instance->p, instance->p, 1);
    } while (!mpz_probab_prime_p(instance->p, 24));
    mpz_set_ui(instance->g, 2);
    mpz_powm(instance->g, instance->g, part, instance->p);
    mpz_sub_ui(instance->x, victim->q, 1); /* the largest there is */
    mpz_powm(instance->A, instance->g, instance->x, instance->p);
    mpz_clears(part, f, NULL);
}

static const struct confined {
    bool few, looks, changes;
    unsigned exponent_bits;
    enum dlog_verdict verdict;
    const char *words;
} confined[] = {
    {.exponent_bits = 160, .verdict = DLOG_BROKEN, .words = ""},
    {.few = true, .exponent_bits = 160, .verdict = DLOG_BROKEN, .words = ""}, /* and baby steps */
    {.few = true, .exponent_bits = 240, .verdict = DLOG_RESISTED, .words = "160 bits"},
    {.looks = true, .exponent_bits = 160, .verdict = DLOG_RESISTED, .words = "hangs up"},
    {.changes = true,
     .exponent_bits = 160,
     .verdict = DLOG_NOT_APPLICABLE,
     .words = "another exponent"},
};

Test(dlog, one_exponent_for_all_is_found_by_numbers_of_small_order)
{
    for (size_t i = 0; i < sizeof(confined) / sizeof(confined[0]); i++) {
        const struct confined *row = &confined[i];
        struct instance instance;
        struct victim victim = {&instance, .looks = row->looks, .changes = row->changes};
        const struct dlog_victim asked = {answer, &victim};
        struct dlog_result result;
        uint64_t guesses;
        open(&instance, "0", "0", "0");
        make_confined(&victim, &instance, row->few);
        dlog_result_open(&result);
        dlog_confine(&result, &guesses, instance.p, instance.g, instance.A, &asked,
                     &(struct dlog_bounds){.exponent_bits = row->exponent_bits}, NULL);
        cr_expect_eq(result.verdict, row->verdict, "row %zu: %s", i, result.reason);
        cr_expect(strstr(result.reason, row->words), "row %zu: %s", i, result.reason);
        cr_expect(row->verdict != DLOG_BROKEN || mpz_cmp(result.x, instance.x) == 0, "row %zu", i);
        cr_expect(row->looks ? guesses == 1 : guesses > 1, "row %zu: %lu", i,
                  (unsigned long)guesses);
        dlog_result_close(&result);
        mpz_clear(victim.q);
        close(&instance);
    }
}
