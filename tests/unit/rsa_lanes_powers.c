/*
 * Powers in eight lanes against GMP: by each implementation that this machine can run, and by the
 * source of the one by AVX-512 IFMA, with its instructions in plain C (tests/support/ifma), on any
 * machine.
 */
#include "fed_random.h"
#include "ifma_in_c.h"
#include "rsa_lanes.h"

#include <criterion/criterion.h>
#include <gmp.h>
#include <stdlib.h>
#include <string.h>

#define COUNT RSA_LANES_MAX_COUNT

/* Implementation number i of those to be tested; NULL past the last. */
static const struct rsa_lanes_implementation *tested(size_t i)
{
    const struct rsa_lanes_implementation *with;
    for (size_t number = 0; (with = rsa_lanes_implementation(number)); number++)
        if (with->supported() && i-- == 0)
            return with;
    return i == 0 ? ifma_in_c() : NULL;
}

/* --- inputs --------------------------------------------------------------------------------------- */

/* What each lane is given, and has to give. */
struct powers {
    gmp_randstate_t random;
    mp_limb_t out[RSA_LANES][COUNT], base[RSA_LANES][COUNT], exponent[RSA_LANES][COUNT];
    mp_limb_t modulus[RSA_LANES][COUNT], want[RSA_LANES][COUNT];
    size_t count;         /* of words */
    size_t exponent_bits; /* more of them are not drawn */
    bool of_two;          /* the base is 2, and is not given */
};

static struct powers *powers_new(void)
{
    struct powers *powers = calloc(1, sizeof(*powers));
    gmp_randinit_default(powers->random);
    gmp_randseed_ui(powers->random, test_seed());
    return powers;
}

static void powers_free(struct powers *powers)
{
    gmp_randclear(powers->random);
    free(powers);
}

static void put(mp_limb_t *limbs, const mpz_t number, size_t count)
{
    for (size_t i = 0; i < count; i++)
        limbs[i] = mpz_getlimbn(number, (mp_size_t)i);
}

static void all_ones(mpz_t number, mp_bitcnt_t bits)
{
    mpz_set_ui(number, 0);
    mpz_setbit(number, bits);
    mpz_sub_ui(number, number, 1);
}

/* Of exactly so many bits, odd: all ones, the fewest ones, long runs of both, or any. */
static void draw_modulus(mpz_t m, mp_bitcnt_t bits, unsigned kind, struct powers *powers)
{
    if (kind == 0)
        all_ones(m, bits);
    else if (kind == 1)
        mpz_set_ui(m, bits == 1 ? 3 : 1);
    else if (kind == 2)
        mpz_rrandomb(m, powers->random, bits);
    else
        mpz_urandomb(m, powers->random, bits);
    mpz_setbit(m, bits - 1);
    mpz_setbit(m, 0);
}

/* Below m: 0, 1, -1, -2, the most ones that there can be, long runs, or any. */
static void draw_base(mpz_t b, const mpz_t m, mp_bitcnt_t bits, unsigned kind,
                      struct powers *powers)
{
    if (kind <= 1)
        mpz_set_ui(b, kind);
    else if (kind <= 3)
        mpz_sub_ui(b, m, kind - 1);
    else if (kind == 4)
        all_ones(b, bits - 1);
    else if (kind == 5)
        mpz_rrandomb(b, powers->random, bits - 1);
    else
        mpz_urandomm(b, powers->random, m);
}

/* 0, 1, 2, all ones, or any. */
static void draw_exponent(mpz_t e, unsigned kind, struct powers *powers)
{
    if (kind <= 2)
        mpz_set_ui(e, kind);
    else if (kind == 3)
        all_ones(e, powers->exponent_bits);
    else
        mpz_urandomb(e, powers->random, powers->exponent_bits);
}

/* Kinds at random, and with them which of them meet. bits: more than 2, of the modulus. */
static void draw(struct powers *powers, size_t lane, mp_bitcnt_t bits)
{
    const unsigned kinds = (unsigned)gmp_urandomb_ui(powers->random, 16);
    mpz_t m, b, e;
    mpz_inits(m, b, e, NULL);
    draw_modulus(m, bits, kinds % 8, powers);
    draw_base(b, m, bits, kinds / 8 % 16, powers);
    draw_exponent(e, kinds / 128 % 16, powers);
    put(powers->modulus[lane], m, powers->count);
    if (powers->of_two)
        mpz_set_ui(b, 2);
    put(powers->base[lane], b, powers->count);
    put(powers->exponent[lane], e, powers->count);
    mpz_powm(b, b, e, m);
    put(powers->want[lane], b, powers->count);
    mpz_clears(m, b, e, NULL);
}

static void draw_all(struct powers *powers, mp_bitcnt_t bits)
{
    powers->count = (bits + 63) / 64;
    for (size_t lane = 0; lane < RSA_LANES; lane++)
        draw(powers, lane, bits);
}

/* The first `used` lanes by one implementation; the others are left alone. */
static void compare(const struct rsa_lanes_implementation *with, struct powers *powers, size_t used)
{
    const size_t count = powers->count;
    struct rsa_lane lanes[RSA_LANES];
    memset(powers->out, 0xaa, sizeof(powers->out));
    for (size_t i = 0; i < used; i++)
        lanes[i] = (struct rsa_lane){powers->out[i], powers->of_two ? NULL : powers->base[i],
                                     powers->exponent[i], powers->modulus[i]};
    cr_assert(rsa_lanes_power(with, lanes, used, count, powers->exponent_bits));
    for (size_t i = 0; i < used; i++)
        cr_assert_arr_eq(powers->out[i], powers->want[i], count * sizeof(mp_limb_t),
                         "%s: %zu limbs, lane %zu", with->name, count, i);
    for (size_t i = used; i < RSA_LANES; i++)
        cr_assert_eq(powers->out[i][0], (mp_limb_t)0xaaaaaaaaaaaaaaaa, "a lane that was not used");
}

/* --- tests ---------------------------------------------------------------------------------------- */

/* Exponents as long as the modulus, which is what private operations have. */
Test(rsa_lanes_powers, long_powers_are_those_of_gmp)
{
    const struct rsa_lanes_implementation *with;
    struct powers *powers = powers_new();
    for (size_t count = 1; count <= COUNT; count++) {
#ifdef GLASSBOX_SANITIZED
        if (count > 5 && count % 16 != 0)
            continue;
#endif
        if (count > 16 && count % 4 != 0)
            continue;
        powers->exponent_bits = count * 64;
        draw_all(powers, count * 64 - count % 3);
        for (size_t i = 0; (with = tested(i)); i++)
            compare(with, powers, 1 + count % RSA_LANES);
    }
    powers_free(powers);
}

/* The primes of every key from 1024 to 4096 bits, in steps of 12 bits, which end at 13 places of a
 * limb of 52 bits, at 7 of one of 28, and at 16 of a word of 64. Short exponents cost little. */
static void every_size(bool of_two)
{
    const struct rsa_lanes_implementation *with;
    struct powers *powers = powers_new();
#ifdef GLASSBOX_SANITIZED
    const mp_bitcnt_t step = 204;
#else
    const mp_bitcnt_t step = 12;
#endif
    powers->exponent_bits = 9;
    powers->of_two = of_two;
    for (mp_bitcnt_t bits = 512; bits <= 2048; bits += step) {
        draw_all(powers, bits);
        for (size_t i = 0; (with = tested(i)); i++)
            compare(with, powers, RSA_LANES);
    }
    powers_free(powers);
}

Test(rsa_lanes_powers, every_size)
{
    every_size(false);
}

Test(rsa_lanes_powers, every_size_of_two)
{
    every_size(true);
}

/* As Miller-Rabin with base 2 has them. */
Test(rsa_lanes_powers, long_powers_of_two)
{
    const struct rsa_lanes_implementation *with;
    struct powers *powers = powers_new();
    powers->of_two = true;
    for (size_t count = 1; count <= 16; count += count < 4 ? 1 : 3) {
        powers->exponent_bits = count * 64;
        draw_all(powers, count * 64 - count % 3);
        for (size_t i = 0; (with = tested(i)); i++)
            compare(with, powers, RSA_LANES);
    }
    powers_free(powers);
}

/* A power of twelve bits takes 16 products for the table, then 12 squares and 3 products, and one
 * more: 32 of them, in each lane. Small numbers are cheap, and meet the ends of limbs as often. */
Test(rsa_lanes_powers, a_million_products)
{
    enum { PRODUCTS = 32, LEAST_BITS = 60 };
#ifdef GLASSBOX_SANITIZED
    const unsigned long products = 20000;
#else
    const unsigned long products = 1000000;
#endif
    const struct rsa_lanes_implementation *with;
    struct powers *powers = powers_new();
    powers->exponent_bits = 12;
    for (unsigned long done = 0; done < products; done += PRODUCTS * RSA_LANES) {
        draw_all(powers, LEAST_BITS + gmp_urandomm_ui(powers->random, 400));
        for (size_t i = 0; (with = tested(i)); i++)
            compare(with, powers, RSA_LANES);
    }
    powers_free(powers);
}

/* Whole vectors, and a rest that is large enough: of vectors of four, three. */
Test(rsa_lanes_powers, a_small_rest_is_left_to_gmp)
{
    static const size_t want[RSA_LANES + 1] = {0, 0, 0, 3, 4, 4, 4, 7, 8};
    const struct rsa_lanes_implementation four = {.lanes = 4, .least = 3};
    for (size_t used = 0; used <= RSA_LANES; used++)
        cr_expect_eq(rsa_lanes_worth(&four, used), want[used], "%zu powers: %zu", used,
                     rsa_lanes_worth(&four, used));
}

/* --- the instructions in C ------------------------------------------------------------------------ */

/* By GMP: the product of the lower 52 bits of each; then the lower or the upper 52 bits of it. */
static uint64_t sum_by_gmp(uint64_t sum, uint64_t a, uint64_t b, bool upper)
{
    const uint64_t mask = (1ULL << 52) - 1;
    mpz_t product, limb;
    mpz_inits(product, limb, NULL);
    mpz_set_ui(product, a & mask);
    mpz_set_ui(limb, b & mask);
    mpz_mul(product, product, limb);
    mpz_tdiv_q_2exp(product, product, upper ? 52 : 0);
    mpz_tdiv_r_2exp(product, product, 52);
    sum += mpz_get_ui(product);
    mpz_clears(product, limb, NULL);
    return sum;
}

#ifdef __x86_64__
#include <immintrin.h>

/* By the processor, where it can. */
__attribute__((target("avx512f,avx512ifma"))) static void
sum_by_processor(uint64_t *sum, const uint64_t *a, const uint64_t *b, bool upper)
{
    const __m512i x = _mm512_loadu_si512(a), y = _mm512_loadu_si512(b);
    const __m512i to = _mm512_loadu_si512(sum);
    _mm512_storeu_si512(sum,
                        upper ? _mm512_madd52hi_epu64(to, x, y) : _mm512_madd52lo_epu64(to, x, y));
}

static bool processor_can(void)
{
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512ifma");
}
#else
static void sum_by_processor(uint64_t *sum, const uint64_t *a, const uint64_t *b, bool upper)
{
    (void)sum, (void)a, (void)b, (void)upper;
}

static bool processor_can(void)
{
    return false;
}
#endif

static uint64_t draw_word(gmp_randstate_t random)
{
    mpz_t word;
    mpz_init(word);
    if (gmp_urandomb_ui(random, 1))
        mpz_rrandomb(word, random, 64);
    else
        mpz_urandomb(word, random, 64);
    const uint64_t drawn = gmp_urandomb_ui(random, 4) ? mpz_get_ui(word) : UINT64_MAX;
    mpz_clear(word);
    return drawn;
}

Test(rsa_lanes_powers, the_instructions_in_c_are_those_of_the_manual)
{
    uint64_t a[RSA_LANES], b[RSA_LANES], sum[RSA_LANES], out[RSA_LANES], by_processor[RSA_LANES];
    struct powers *powers = powers_new();
    for (int round = 0; round < 4000; round++) {
        const bool upper = round % 2;
        for (int i = 0; i < RSA_LANES; i++) {
            a[i] = draw_word(powers->random);
            b[i] = draw_word(powers->random);
            out[i] = by_processor[i] = sum[i] = draw_word(powers->random);
        }
        ifma_in_c_add(out, a, b, upper);
        for (int i = 0; i < RSA_LANES; i++)
            cr_assert_eq(out[i], sum_by_gmp(sum[i], a[i], b[i], upper), "round %d, lane %d", round,
                         i);
        if (!processor_can())
            continue;
        sum_by_processor(by_processor, a, b, upper);
        cr_assert_arr_eq(by_processor, out, sizeof(out), "round %d: not what the processor gives",
                         round);
    }
    powers_free(powers);
}
