/* ML-KEM-768 (FIPS 203): published answers, the checks of section 7, and what a changed ciphertext
 * gives. */
#include "mlkem.h"

#include "fed_random.h"
#include "mlkem_implementations.h"
#include "mlkem_ring.h"
#include "sym_sha3.h"
#include "sym_shake_each.h"
#include "vectors.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static const struct mlkem_hash hash = {sym_sha3_512, sym_sha3_256, sym_shake256, sym_shake256_each,
                                       sym_shake128_each};

static void check_key(struct vectors *file)
{
    uint8_t ek[MLKEM_EK_BYTES], dk[MLKEM_DK_BYTES];
    size_t bytes;
    const uint8_t *seed = vectors_bytes(file, "seed", &bytes);
    cr_assert_eq(bytes, MLKEM_SEED_BYTES);
    mlkem_key(ek, dk, seed, &hash);
    vectors_expect(file, "encapsulation key", ek, sizeof(ek), "ek");
    vectors_expect(file, "decapsulation key", dk, sizeof(dk), "dk");
    cr_expect(mlkem_dk_holds(dk, &hash), "%s", vectors_where(file));
}

static void check_encapsulation(struct vectors *file)
{
    static const uint8_t zeros[MLKEM_CIPHERTEXT_BYTES];
    uint8_t ciphertext[MLKEM_CIPHERTEXT_BYTES], secret[MLKEM_SECRET_BYTES];
    size_t bytes;
    const bool valid = strcmp(vectors_text(file, "result"), "valid") == 0;
    const uint8_t *ek = vectors_bytes(file, "ek", &bytes);
    cr_assert_eq(bytes, MLKEM_EK_BYTES);
    const uint8_t *m = vectors_bytes(file, "m", &bytes);
    cr_assert_eq(bytes, MLKEM_SECRET_BYTES);
    cr_expect_eq(mlkem_encapsulate(ciphertext, secret, ek, m, &hash), valid, "%s",
                 vectors_where(file));
    if (valid) {
        vectors_expect(file, "ciphertext", ciphertext, sizeof(ciphertext), "ct");
        vectors_expect(file, "secret", secret, sizeof(secret), "secret");
    } else {
        cr_expect_arr_eq(ciphertext, zeros, sizeof(ciphertext), "%s", vectors_where(file));
        cr_expect_arr_eq(secret, zeros, sizeof(secret), "%s", vectors_where(file));
    }
}

Test(mlkem, published_answers)
{
    struct vectors *file = vectors_open("mlkem.txt");
    while (vectors_next(file))
        if (vectors_has(file, "seed"))
            check_key(file);
        else
            check_encapsulation(file);
    vectors_close(file);
}

struct pair {
    uint8_t ek[MLKEM_EK_BYTES], dk[MLKEM_DK_BYTES];
    uint8_t ciphertext[MLKEM_CIPHERTEXT_BYTES], secret[MLKEM_SECRET_BYTES];
};

static void make_pair(struct pair *pair, struct fed_random *random)
{
    uint8_t seed[MLKEM_SEED_BYTES], m[MLKEM_SECRET_BYTES];
    cr_assert_eq(rsa_random_bytes(seed, sizeof(seed), &random->source), 0);
    cr_assert_eq(rsa_random_bytes(m, sizeof(m), &random->source), 0);
    mlkem_key(pair->ek, pair->dk, seed, &hash);
    cr_assert(mlkem_encapsulate(pair->ciphertext, pair->secret, pair->ek, m, &hash));
}

Test(mlkem, both_sides_agree)
{
    struct fed_random random;
    struct pair pair;
    uint8_t secret[MLKEM_SECRET_BYTES];
    fed_random_init(&random, NULL, 0, test_seed());
    for (int i = 0; i < 200; i++) {
        make_pair(&pair, &random);
        mlkem_decapsulate(secret, pair.dk, pair.ciphertext, &hash);
        cr_assert_arr_eq(secret, pair.secret, sizeof(secret));
    }
}

/* FIPS 203 6.3: J(z, c), computed a second time; never an error, never the secret. */
static void expect_rejected(const struct pair *pair, const char *what, size_t where)
{
    uint8_t input[32 + MLKEM_CIPHERTEXT_BYTES], want[32], secret[32];
    memcpy(input, pair->dk + MLKEM_DK_BYTES - 32, 32);
    memcpy(input + 32, pair->ciphertext, MLKEM_CIPHERTEXT_BYTES);
    sym_shake256(want, sizeof(want), input, sizeof(input));
    mlkem_decapsulate(secret, pair->dk, pair->ciphertext, &hash);
    cr_assert_arr_eq(secret, want, sizeof(want), "%s %zu", what, where);
    cr_assert_arr_neq(secret, pair->secret, sizeof(secret), "%s %zu", what, where);
}

Test(mlkem, every_changed_byte_gives_the_rejected_secret)
{
    struct fed_random random;
    struct pair pair;
    fed_random_init(&random, NULL, 0, test_seed());
    make_pair(&pair, &random);
    for (size_t i = 0; i < MLKEM_CIPHERTEXT_BYTES; i++) {
        pair.ciphertext[i] ^= (uint8_t)(1U << i % 8);
        expect_rejected(&pair, "byte", i);
        pair.ciphertext[i] ^= (uint8_t)(1U << i % 8);
    }
    memset(pair.ciphertext, 0, sizeof(pair.ciphertext));
    expect_rejected(&pair, "zeros", 0);
    memset(pair.ciphertext, 0xff, sizeof(pair.ciphertext));
    expect_rejected(&pair, "ones", 0);
}

/* FIPS 203 7.2: each coefficient in turn is q, which is too large by one. */
Test(mlkem, an_encapsulation_key_has_least_residues)
{
    struct fed_random random;
    struct pair pair;
    struct mlkem_poly poly;
    uint8_t ciphertext[MLKEM_CIPHERTEXT_BYTES], secret[32], m[32] = {1};
    fed_random_init(&random, NULL, 0, test_seed());
    make_pair(&pair, &random);
    for (size_t i = 0; i < 3 * MLKEM_N; i++) {
        uint8_t *place = pair.ek + i / MLKEM_N * 384, kept[384];
        memcpy(kept, place, sizeof(kept));
        mlkem_decode(&poly, place, 12);
        poly.f[i % MLKEM_N] = MLKEM_Q;
        mlkem_encode(place, &poly, 12);
        cr_assert_not(mlkem_encapsulate(ciphertext, secret, pair.ek, m, &hash), "%zu", i);
        memcpy(place, kept, sizeof(kept));
    }
    cr_assert(mlkem_encapsulate(ciphertext, secret, pair.ek, m, &hash));
}

/* FIPS 203 7.3. */
Test(mlkem, a_decapsulation_key_holds_the_hash_of_its_ek)
{
    struct fed_random random;
    struct pair pair;
    fed_random_init(&random, NULL, 0, test_seed());
    make_pair(&pair, &random);
    cr_expect(mlkem_dk_holds(pair.dk, &hash));
    pair.dk[MLKEM_VECTOR_BYTES + 5] ^= 1;
    cr_expect_not(mlkem_dk_holds(pair.dk, &hash));
}

/* --- the ring: by the book, slowly ------------------------------------------------------------ */

static void random_poly(struct mlkem_poly *a, struct fed_random *random)
{
    uint8_t bytes[1000];
    do
        cr_assert_eq(rsa_random_bytes(bytes, sizeof(bytes), &random->source), 0);
    while (!mlkem_sample_uniform(a, bytes, sizeof(bytes)));
}

/* Modulo X^256 + 1, as at school. */
static void school_product(struct mlkem_poly *product, const struct mlkem_poly *a,
                           const struct mlkem_poly *b)
{
    int64_t sum[2 * MLKEM_N] = {0};
    for (int i = 0; i < MLKEM_N; i++)
        for (int j = 0; j < MLKEM_N; j++)
            sum[i + j] += (int64_t)a->f[i] * b->f[j];
    for (int i = 0; i < MLKEM_N; i++) {
        const int64_t least = (sum[i] - sum[i + MLKEM_N]) % MLKEM_Q;
        product->f[i] = (uint16_t)(least < 0 ? least + MLKEM_Q : least);
    }
}

Test(mlkem, products_by_transform_are_products)
{
    struct fed_random random;
    struct mlkem_poly a, b, want, got;
    fed_random_init(&random, NULL, 0, test_seed());
    for (int i = 0; i < 20; i++) {
        random_poly(&a, &random);
        random_poly(&b, &random);
        school_product(&want, &a, &b);
        mlkem_ntt(&a);
        mlkem_ntt(&b);
        memset(&got, 0, sizeof(got));
        mlkem_multiply_add(&got, &a, &b);
        mlkem_ntt_inverse(&got);
        cr_assert_arr_eq(got.f, want.f, sizeof(want.f), "product %d", i);
    }
}

/* Random numbers, and those at the ends: 0 and q - 1. */
static void edge_poly(struct mlkem_poly *a, int kind, struct fed_random *random)
{
    random_poly(a, random);
    for (int i = 0; i < MLKEM_N && kind > 0; i++)
        a->f[i] = kind == 1 ? MLKEM_Q - 1 : kind == 2 ? 0 : (a->f[i] & 1) ? MLKEM_Q - 1 : 0;
}

Test(mlkem, implementations_agree)
{
    const struct mlkem_implementation *with, *first = mlkem_implementation(0);
    struct fed_random random;
    struct mlkem_poly a, b, want, got;
    fed_random_init(&random, NULL, 0, test_seed());
    for (int round = 0; round < 400; round++) {
        edge_poly(&a, round % 4, &random);
        edge_poly(&b, round / 4 % 4, &random);
        for (size_t i = 1; (with = mlkem_implementation(i)); i++) {
            if (!with->supported())
                continue;
            want = got = a;
            first->ntt(&want);
            with->ntt(&got);
            cr_assert_arr_eq(got.f, want.f, sizeof(want.f), "%s: transform", with->name);
            want = got = a;
            first->ntt_inverse(&want);
            with->ntt_inverse(&got);
            cr_assert_arr_eq(got.f, want.f, sizeof(want.f), "%s: back", with->name);
            want = got = b;
            first->multiply_add(&want, &a, &b);
            with->multiply_add(&got, &a, &b);
            cr_assert_arr_eq(got.f, want.f, sizeof(want.f), "%s: product", with->name);
            want = got = b;
            first->add(&want, &a);
            with->add(&got, &a);
            cr_assert_arr_eq(got.f, want.f, sizeof(want.f), "%s: sum", with->name);
        }
    }
}

/* Each d, for bytes that need not be numbers below q. */
static void expect_same_bytes(const struct mlkem_implementation *with, const uint8_t bytes[384])
{
    const struct mlkem_bytes *first = mlkem_implementation(0)->bytes;
    struct mlkem_poly want, got;
    uint8_t again[384];
    for (unsigned d = 1; d <= 12; d++) {
        first->decode(&want, bytes, d);
        with->bytes->decode(&got, bytes, d);
        cr_assert_arr_eq(got.f, want.f, sizeof(want.f), "%s: decode %u", with->name, d);
        memset(again, 0x5a, sizeof(again));
        with->bytes->encode(again, &got, d);
        cr_assert_arr_eq(again, bytes, 32 * (size_t)d, "%s: encode %u", with->name, d);
        for (size_t i = 32 * (size_t)d; i < sizeof(again); i++)
            cr_assert_eq(again[i], 0x5a, "%s: encode %u goes on", with->name, d);
    }
    first->sample_noise(&want, bytes);
    with->bytes->sample_noise(&got, bytes);
    cr_assert_arr_eq(got.f, want.f, sizeof(want.f), "%s: noise", with->name);
}

/* Of 384 to 504 bytes some suffice and some do not. */
static int expect_same_uniform(const struct mlkem_implementation *with, const uint8_t *bytes,
                               size_t count)
{
    struct mlkem_poly want = {{0}}, got = {{0}};
    const bool good = mlkem_implementation(0)->bytes->sample_uniform(&want, bytes, count);
    cr_assert_eq(with->bytes->sample_uniform(&got, bytes, count), good, "%s: %zu", with->name,
                 count);
    if (good)
        cr_assert_arr_eq(got.f, want.f, sizeof(want.f), "%s: %zu", with->name, count);
    return good;
}

Test(mlkem, implementations_agree_on_bytes)
{
    const struct mlkem_implementation *with;
    struct fed_random random;
    uint8_t bytes[504];
    int rounds = 0, good = 0;
    fed_random_init(&random, NULL, 0, test_seed());
    for (size_t i = 1; (with = mlkem_implementation(i)); i++) {
        for (int round = 0; with->supported() && round < 400; round++, rounds++) {
            const size_t count = 384 + (size_t)round % 121;
            cr_assert_eq(rsa_random_bytes(bytes, sizeof(bytes), &random.source), 0);
            expect_same_bytes(with, bytes);
            good += expect_same_uniform(with, bytes + sizeof(bytes) - count, count);
        }
    }
    cr_expect(rounds == 0 || (good > 0 && good < rounds), "%d of %d", good, rounds);
}

Test(mlkem, a_kept_matrix_changes_nothing)
{
    struct mlkem_matrix a_hat;
    uint8_t seed[MLKEM_SEED_BYTES] = {7}, keys[2][MLKEM_EK_BYTES + MLKEM_DK_BYTES];
    uint8_t secrets[3][MLKEM_SECRET_BYTES], ciphertext[MLKEM_CIPHERTEXT_BYTES];
    mlkem_key(keys[0], keys[0] + MLKEM_EK_BYTES, seed, &hash);
    mlkem_key_and_matrix(keys[1], keys[1] + MLKEM_EK_BYTES, &a_hat, seed, &hash);
    cr_assert_arr_eq(keys[1], keys[0], sizeof(keys[0]));
    cr_assert(mlkem_encapsulate(ciphertext, secrets[0], keys[0], seed, &hash));
    for (int changed = 0; changed < 2; changed++) {
        mlkem_decapsulate(secrets[1], keys[0] + MLKEM_EK_BYTES, ciphertext, &hash);
        mlkem_decapsulate_by(secrets[2], keys[0] + MLKEM_EK_BYTES, &a_hat, ciphertext, &hash);
        cr_expect_arr_eq(secrets[2], secrets[1], sizeof(secrets[1]));
        cr_expect_eq(memcmp(secrets[1], secrets[0], sizeof(secrets[0])) != 0, changed);
        ciphertext[5] ^= 1;
    }
}

/* FIPS 203 4.2.1: compressed and back, each number is off by at most round(q / 2^(d + 1)). */
Test(mlkem, compression_loses_little)
{
    for (unsigned d = 1; d < 12; d++) {
        for (unsigned x = 0; x < MLKEM_Q; x++) {
            struct mlkem_poly a = {.f = {(uint16_t)x}};
            mlkem_compress(&a, d);
            cr_assert_lt(a.f[0], 1U << d);
            cr_assert_eq(a.f[0], (2 * (x << d) + MLKEM_Q) / (2 * MLKEM_Q) % (1U << d), "%u, %u", x,
                         d);
            mlkem_decompress(&a, d);
            const unsigned off = (a.f[0] + MLKEM_Q - x) % MLKEM_Q;
            const unsigned near = off < MLKEM_Q - off ? off : MLKEM_Q - off;
            cr_assert_leq(near, (MLKEM_Q + (1U << d)) >> (d + 1), "%u, %u bits", x, d);
        }
    }
}

Test(mlkem, bits_come_back)
{
    struct fed_random random;
    uint8_t bytes[32 * 12], again[32 * 12];
    struct mlkem_poly a;
    fed_random_init(&random, NULL, 0, test_seed());
    for (unsigned d = 1; d <= 12; d++) {
        cr_assert_eq(rsa_random_bytes(bytes, sizeof(bytes), &random.source), 0);
        mlkem_decode(&a, bytes, d);
        mlkem_encode(again, &a, d);
        cr_assert_arr_eq(again, bytes, 32 * d, "%u bits", d);
    }
}

/* FIPS 203 4.2.2, algorithm 8: of 16 half bytes, 1 gives -2 and 1 gives 2, 4 give -1 and 4 give
 * 1. */
Test(mlkem, noise_is_small_and_even)
{
    uint8_t bytes[128];
    int count[5] = {0};
    struct mlkem_poly a;
    for (unsigned i = 0; i < 16; i++) {
        memset(bytes, (int)(i | i << 4), sizeof(bytes));
        mlkem_sample_noise(&a, bytes);
        for (int j = 1; j < MLKEM_N; j++)
            cr_assert_eq(a.f[j], a.f[0]);
        count[(a.f[0] + 2) % MLKEM_Q]++;
    }
    cr_expect(count[0] == 1 && count[1] == 4 && count[2] == 6 && count[3] == 4 && count[4] == 1);
}

Test(mlkem, the_environment_may_keep_to_the_readable_one)
{
    setenv("GLASSBOX_IMPLEMENTATIONS", "unrolled,vectors (AVX), reference", 1);
    cr_expect_eq(mlkem_best(), mlkem_implementation(0));
}

#ifdef __x86_64__
Test(mlkem, the_environment_may_name_one_among_others)
{
    setenv("GLASSBOX_IMPLEMENTATIONS", "unrolled,vectors (AVX2),x", 1);
    cr_expect_eq(mlkem_best(), mlkem_avx2.supported() ? &mlkem_avx2 : mlkem_implementation(0));
}
#endif
