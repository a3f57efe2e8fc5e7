/* Linear equations modulo a prime; and ML-KEM with its noise left out, which is no more than that. */
#include "mlkem_no_noise.h"

#include "fed_random.h"
#include "linear_solve.h"
#include "sym_sha3.h"
#include "sym_shake_each.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static const struct mlkem_hash hash = {sym_sha3_512, sym_sha3_256, sym_shake256, sym_shake256_each,
                                       sym_shake128_each};

Test(linear_solve, two_equations)
{
    uint16_t rows[] = {1, 2, 5, 3, 4, 6};
    struct linear_system system = {.rows = rows, .unknowns = 2, .q = 17};
    cr_assert(linear_solve(&system));
    cr_expect_eq((rows[2] + 2 * rows[5]) % 17, 5);
    cr_expect_eq((3 * rows[2] + 4 * rows[5]) % 17, 6);
    cr_expect_arr_eq(rows, ((uint16_t[]){1, 0}), 4);
}

Test(linear_solve, no_equation_begins_with_the_first_unknown)
{
    uint16_t rows[] = {0, 1, 3, 1, 0, 7};
    struct linear_system system = {.rows = rows, .unknowns = 2, .q = 17};
    cr_assert(linear_solve(&system));
    cr_expect(rows[2] == 7 && rows[5] == 3);
}

Test(linear_solve, one_equation_twice_has_many_solutions)
{
    uint16_t rows[] = {1, 2, 5, 2, 4, 10};
    struct linear_system system = {.rows = rows, .unknowns = 2, .q = 17};
    cr_expect_not(linear_solve(&system));
}

Test(linear_solve, inverses)
{
    for (unsigned a = 1; a < 3329; a++)
        cr_assert_eq(a * linear_inverse(a, 3329) % 3329, 1, "%u", a);
}

static void count_columns(void *context, const struct linear_system *system, size_t column)
{
    size_t *heard = context;
    cr_expect_eq(column, (*heard)++);
    cr_expect_eq(system->rows[column * (system->unknowns + 1) + column], 1);
}

Test(linear_solve, the_listener_hears_each_column)
{
    uint16_t rows[] = {5, 2, 5, 3, 4, 6};
    size_t heard = 0;
    struct linear_system system = {
        .rows = rows, .unknowns = 2, .q = 17, .hear = count_columns, .context = &heard};
    cr_assert(linear_solve(&system));
    cr_expect_eq(heard, 2);
}

/* A key like any other, and one of the same s and A with t = A s. */
struct keys {
    uint8_t ek[MLKEM_EK_BYTES], bare_ek[MLKEM_EK_BYTES], dk[MLKEM_DK_BYTES];
};

static void make_keys(struct keys *keys, struct fed_random *random)
{
    uint8_t seed[MLKEM_SEED_BYTES], input[34], bytes[2016];
    cr_assert_eq(rsa_random_bytes(seed, sizeof(seed), &random->source), 0);
    mlkem_key(keys->ek, keys->dk, seed, &hash);
    memcpy(keys->bare_ek, keys->ek, MLKEM_EK_BYTES);
    memcpy(input, keys->ek + MLKEM_VECTOR_BYTES, 32);
    for (int i = 0; i < MLKEM_K; i++) {
        struct mlkem_poly t = {0}, a, s;
        for (int j = 0; j < MLKEM_K; j++) {
            input[32] = (uint8_t)j;
            input[33] = (uint8_t)i;
            sym_shake128(bytes, sizeof(bytes), input, sizeof(input));
            cr_assert(mlkem_sample_uniform(&a, bytes, sizeof(bytes)));
            mlkem_decode(&s, keys->dk + 384 * j, 12);
            mlkem_multiply_add(&t, &a, &s);
        }
        mlkem_encode(keys->bare_ek + 384 * i, &t, 12);
    }
}

Test(mlkem_no_noise, the_key_is_found_and_opens_what_is_sent_to_it)
{
    static struct mlkem_solution solution;
    struct fed_random random;
    struct keys keys;
    uint8_t m[32], ciphertext[MLKEM_CIPHERTEXT_BYTES], secret[32], opened[32];
    fed_random_init(&random, NULL, 0, test_seed());
    for (int round = 0; round < 20; round++) {
        make_keys(&keys, &random);
        mlkem_no_noise(&solution, keys.bare_ek, &hash);
        cr_assert_eq(solution.verdict, MLKEM_BROKEN, "%zu small", solution.small);
        cr_assert_arr_eq(solution.dk, keys.dk, MLKEM_VECTOR_BYTES);
        cr_assert_eq(rsa_random_bytes(m, sizeof(m), &random.source), 0);
        cr_assert(mlkem_encapsulate(ciphertext, secret, keys.bare_ek, m, &hash));
        mlkem_decapsulate(opened, solution.dk, ciphertext, &hash);
        cr_assert_arr_eq(opened, secret, sizeof(secret));
    }
}

/* Of 768 numbers by chance some are small: 5 of 3329 are, so 1.15 on average. */
Test(mlkem_no_noise, with_noise_the_equations_say_nothing)
{
    static struct mlkem_solution solution;
    struct fed_random random;
    struct keys keys;
    uint8_t m[32] = {1}, ciphertext[MLKEM_CIPHERTEXT_BYTES], secret[32], opened[32];
    fed_random_init(&random, NULL, 0, test_seed());
    for (int round = 0; round < 20; round++) {
        make_keys(&keys, &random);
        mlkem_no_noise(&solution, keys.ek, &hash);
        cr_assert_eq(solution.verdict, MLKEM_RESISTED);
        cr_assert_lt(solution.small, 20);
        cr_assert(mlkem_encapsulate(ciphertext, secret, keys.ek, m, &hash));
        mlkem_decapsulate(opened, solution.dk, ciphertext, &hash);
        cr_assert_arr_neq(opened, secret, sizeof(secret));
    }
}

/* One number of noise is enough: it is in all 128 slots once it is transformed. */
Test(mlkem_no_noise, a_single_number_of_noise)
{
    static struct mlkem_solution solution;
    struct fed_random random;
    struct keys keys;
    struct mlkem_poly t;
    fed_random_init(&random, NULL, 0, test_seed());
    make_keys(&keys, &random);
    mlkem_decode(&t, keys.bare_ek, 12);
    mlkem_ntt_inverse(&t);
    t.f[77] = (uint16_t)((t.f[77] + 1) % MLKEM_Q);
    mlkem_ntt(&t);
    mlkem_encode(keys.bare_ek, &t, 12);
    mlkem_no_noise(&solution, keys.bare_ek, &hash);
    cr_expect_eq(solution.verdict, MLKEM_RESISTED);
    cr_expect_lt(solution.small, 20);
}

Test(mlkem_no_noise, what_is_no_encapsulation_key)
{
    static struct mlkem_solution solution;
    uint8_t ek[MLKEM_EK_BYTES];
    memset(ek, 0xff, sizeof(ek));
    mlkem_no_noise(&solution, ek, &hash);
    cr_expect_eq(solution.verdict, MLKEM_NOT_APPLICABLE);
}

/* --- the long way, to compare ------------------------------------------------------------------ */

/* Multiplication by a polynomial is a matrix: column j is a X^j, modulo X^256 + 1. */
static void write_product(uint16_t *rows, size_t row, size_t column, const struct mlkem_poly *a)
{
    for (size_t j = 0; j < MLKEM_N; j++)
        for (size_t i = 0; i < MLKEM_N; i++) {
            const uint16_t number = a->f[(i - j) % MLKEM_N];
            rows[(row + i) * (MLKEM_UNKNOWNS + 1) + column + j] =
                i >= j ? number : (uint16_t)((MLKEM_Q - number) % MLKEM_Q);
        }
}

/* All 768 unknowns at once: 227 million multiplications, as the header says, and the same s. */
Test(mlkem_no_noise, slot_by_slot_is_what_gauss_finds_at_once)
{
    static struct mlkem_solution solution;
    struct fed_random random;
    struct keys keys;
    uint8_t input[34], bytes[2016];
    uint16_t *rows = calloc((size_t)MLKEM_UNKNOWNS * (MLKEM_UNKNOWNS + 1), sizeof(*rows));
    struct linear_system system = {.rows = rows, .unknowns = MLKEM_UNKNOWNS, .q = MLKEM_Q};
    cr_assert(rows);
    fed_random_init(&random, NULL, 0, test_seed());
    make_keys(&keys, &random);
    memcpy(input, keys.bare_ek + MLKEM_VECTOR_BYTES, 32);
    for (size_t i = 0; i < MLKEM_K; i++) {
        struct mlkem_poly a, t;
        for (size_t j = 0; j < MLKEM_K; j++) {
            input[32] = (uint8_t)j;
            input[33] = (uint8_t)i;
            sym_shake128(bytes, sizeof(bytes), input, sizeof(input));
            cr_assert(mlkem_sample_uniform(&a, bytes, sizeof(bytes)));
            mlkem_ntt_inverse(&a);
            write_product(rows, i * MLKEM_N, j * MLKEM_N, &a);
        }
        mlkem_decode(&t, keys.bare_ek + 384 * i, 12);
        mlkem_ntt_inverse(&t);
        for (size_t n = 0; n < MLKEM_N; n++)
            rows[(i * MLKEM_N + n) * (MLKEM_UNKNOWNS + 1) + MLKEM_UNKNOWNS] = t.f[n];
    }
    cr_assert(linear_solve(&system));
    mlkem_no_noise(&solution, keys.bare_ek, &hash);
    for (size_t i = 0; i < MLKEM_UNKNOWNS; i++)
        cr_assert_eq(rows[i * (MLKEM_UNKNOWNS + 1) + MLKEM_UNKNOWNS],
                     solution.s[i / MLKEM_N].f[i % MLKEM_N], "%zu", i);
    cr_expect_lt(system.multiplications, 228000000);
    cr_expect_gt(system.multiplications, 226000000);
    cr_expect_lt(solution.multiplications, 30000);
    free(rows);
}
