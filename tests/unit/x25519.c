/* X25519 (RFC 7748): published answers, what is refused, and the quick twin held against the
 * readable one. */
#include "key_agreement.h"
#include "x25519_internal.h"

#include "fed_random.h"
#include "vectors.h"

#include <criterion/criterion.h>
#include <pthread.h>
#include <string.h>
#include <sys/mman.h>

#define BYTES X25519_BYTES

#if defined(__OPTIMIZE__) && !defined(GLASSBOX_SANITIZED)
#define PLAIN
#define MOST_TIMES 1000000
#define PAIRS      5000
#else
#define MOST_TIMES 1000
#define PAIRS      300
#endif

static const uint8_t zeros[BYTES], nine[BYTES] = {9};

/* X25519 by the public call; by the readable twin it must be the same. */
static bool agree(uint8_t out[BYTES], const uint8_t scalar[BYTES], const uint8_t u[BYTES],
                  const char *where)
{
    uint8_t k[BYTES], slow[BYTES];
    x25519_decode_scalar(k, scalar);
    x25519_ladder(slow, k, u);
    const bool good = x25519(out, scalar, u);
    cr_assert_arr_eq(out, slow, BYTES, "%s: the twins differ", where);
    cr_assert_eq(good, memcmp(out, zeros, BYTES) != 0, "%s", where);
    return good;
}

/* --- published ------------------------------------------------------------------------------- */

/* RFC 7748 5.2: both vectors, and the first iteration. */
Test(x25519, installed_set)
{
    struct vectors *file = vectors_open_installed("asymmetric/X25519/rfc7748.txt");
    unsigned count = 0;
    for (; vectors_next(file); count++) {
        size_t bytes;
        uint8_t out[BYTES];
        const uint8_t *scalar = vectors_bytes(file, "INPUT_SCALAR", &bytes);
        cr_assert(agree(out, scalar, vectors_bytes(file, "INPUT_U", &bytes), vectors_where(file)));
        vectors_expect(file, "x25519", out, sizeof(out), "OUTPUT_U");
    }
    vectors_close(file);
    cr_assert_geq(count, 3u);
}

/* k, u = X25519(k, u), k. */
static void iterate(uint8_t k[BYTES], unsigned long times)
{
    uint8_t u[BYTES], out[BYTES];
    memcpy(k, nine, BYTES);
    memcpy(u, nine, BYTES);
    while (times-- > 0) {
        cr_assert(x25519(out, k, u));
        memcpy(u, k, BYTES);
        memcpy(k, out, BYTES);
    }
}

Test(x25519, rfc_7748_iterated)
{
    struct vectors *file = vectors_open("x25519.txt");
    while (vectors_next(file)) {
        uint8_t k[BYTES];
        if (!vectors_has(file, "times") || vectors_number(file, "times") > MOST_TIMES)
            continue;
        iterate(k, vectors_number(file, "times"));
        vectors_expect(file, "iterated", k, sizeof(k), "result");
    }
    vectors_close(file);
}

Test(x25519, rfc_7748_6_1)
{
    struct vectors *file = vectors_open("x25519.txt");
    unsigned count = 0;
    while (vectors_next(file)) {
        size_t bytes;
        uint8_t out[BYTES];
        if (!vectors_has(file, "shared"))
            continue;
        const uint8_t *a = vectors_bytes(file, "a", &bytes), *b = vectors_bytes(file, "b", &bytes);
        x25519_public(out, a);
        vectors_expect(file, "a's public key", out, sizeof(out), "a9");
        x25519_public(out, b);
        vectors_expect(file, "b's public key", out, sizeof(out), "b9");
        cr_assert(agree(out, a, vectors_bytes(file, "b9", &bytes), vectors_where(file)));
        vectors_expect(file, "a's secret", out, sizeof(out), "shared");
        cr_assert(agree(out, b, vectors_bytes(file, "a9", &bytes), vectors_where(file)));
        vectors_expect(file, "b's secret", out, sizeof(out), "shared");
        count++;
    }
    vectors_close(file);
    cr_assert_eq(count, 1u);
}

/* --- what comes in --------------------------------------------------------------------------- */

/* Points of low order, with and without the top bit that is masked, under several scalars. */
Test(x25519, low_order_is_refused_and_gives_zeros)
{
    struct vectors *file = vectors_open("x25519.txt");
    struct fed_random random;
    unsigned count = 0;
    fed_random_init(&random, NULL, 0, test_seed());
    while (vectors_next(file)) {
        uint8_t scalar[BYTES], u[BYTES], out[BYTES];
        size_t bytes;
        if (!vectors_has(file, "low"))
            continue;
        memcpy(u, vectors_bytes(file, "low", &bytes), BYTES);
        for (int i = 0; i < 10; i++, u[31] ^= 0x80) {
            cr_assert_eq(rsa_random_bytes(scalar, BYTES, &random.source), RSA_OK);
            memset(out, 0xee, sizeof(out));
            cr_assert_not(agree(out, scalar, u, vectors_where(file)));
            cr_assert_arr_eq(out, zeros, BYTES, "%s", vectors_where(file));
        }
        count++;
    }
    vectors_close(file);
    cr_assert_eq(count, 7u);
}

/* p + n is taken as n (RFC 7748 5), for all n that 255 bits have room for. */
Test(x25519, u_of_p_and_more_is_reduced)
{
    const uint8_t scalar[BYTES] = {1, 2, 3};
    for (uint8_t n = 0; n < 19; n++) {
        uint8_t small[BYTES] = {n}, large[BYTES], want[BYTES], out[BYTES];
        memset(large, 0xff, sizeof(large));
        large[0] = (uint8_t)(0xed + n);
        large[31] = 0x7f;
        const bool good = agree(want, scalar, small, "small");
        cr_assert_eq(good, n > 1);
        cr_assert_eq(agree(out, scalar, large, "large"), good);
        cr_assert_arr_eq(out, want, BYTES, "p + %d", n);
        large[31] = 0xff;
        cr_assert_eq(agree(out, scalar, large, "large, top bit"), good);
        cr_assert_arr_eq(out, want, BYTES, "p + %d, top bit", n);
    }
}

/* Five bits of a scalar do not count, all others do; of u, the top one does not. */
Test(x25519, which_bits_count)
{
    struct fed_random random;
    uint8_t scalar[BYTES], u[BYTES], want[BYTES], key[BYTES], out[BYTES];
    fed_random_init(&random, NULL, 0, test_seed());
    cr_assert_eq(rsa_random_bytes(scalar, BYTES, &random.source), RSA_OK);
    cr_assert_eq(rsa_random_bytes(u, BYTES, &random.source), RSA_OK);
    cr_assert(agree(want, scalar, u, "first"));
    x25519_public(key, scalar);
    for (int bit = 0; bit < 256; bit++) {
        const bool counts = bit > 2 && bit < 254;
        const uint8_t one = (uint8_t)(1 << bit % 8);
        scalar[bit / 8] ^= one;
        cr_assert(agree(out, scalar, u, "scalar"));
        cr_assert_eq(memcmp(out, want, BYTES) != 0, counts, "bit %d of the scalar", bit);
        x25519_public(out, scalar);
        cr_assert_eq(memcmp(out, key, BYTES) != 0, counts, "bit %d of a private key", bit);
        scalar[bit / 8] ^= one;
        u[bit / 8] ^= one;
        cr_assert(agree(out, scalar, u, "u"));
        cr_assert_eq(memcmp(out, want, BYTES) != 0, bit < 255, "bit %d of u", bit);
        u[bit / 8] ^= one;
    }
}

Test(x25519, out_may_be_an_input)
{
    const uint8_t scalar[BYTES] = {7}, u[BYTES] = {9, 9};
    uint8_t want[BYTES], out[BYTES];
    cr_assert(x25519(want, scalar, u));
    memcpy(out, scalar, BYTES);
    cr_assert(x25519(out, out, u));
    cr_assert_arr_eq(out, want, BYTES);
    memcpy(out, u, BYTES);
    cr_assert(x25519(out, scalar, out));
    cr_assert_arr_eq(out, want, BYTES);
    x25519_public(want, scalar);
    memcpy(out, scalar, BYTES);
    x25519_public(out, out);
    cr_assert_arr_eq(out, want, BYTES);
}

/* --- the twins ------------------------------------------------------------------------------- */

/* Random bytes, but some words all zeros or all ones: where carries run far. */
static void edgy(uint8_t out[BYTES], struct fed_random *random)
{
    uint64_t chance = fed_random_next(random);
    cr_assert_eq(rsa_random_bytes(out, BYTES, &random->source), RSA_OK);
    for (int i = 0; i < BYTES; i += 4, chance >>= 4)
        if ((chance & 15) < 6)
            memset(out + i, chance & 1 ? 0xff : 0, 4);
}

Test(x25519, twins_agree)
{
    struct fed_random random;
    uint8_t scalar[BYTES], u[BYTES] = {9}, k[BYTES], out[BYTES], want[BYTES];
    fed_random_init(&random, NULL, 0, test_seed());
    for (int i = 0; i < PAIRS; i++) {
        edgy(scalar, &random);
        edgy(u, &random);
        (void)!agree(out, scalar, u, "random");
        x25519_decode_scalar(k, scalar);
        x25519_ladder(want, k, nine);
        x25519_public(out, scalar);
        cr_assert_arr_eq(out, want, BYTES, "public key %d", i);
    }
}

/* a (b 9) = b (a 9). */
Test(x25519, two_agree)
{
    struct fed_random random;
    uint8_t a[BYTES], b[BYTES], a9[BYTES], b9[BYTES], one[BYTES], other[BYTES];
    fed_random_init(&random, NULL, 0, test_seed());
    for (int i = 0; i < 200; i++) {
        edgy(a, &random);
        edgy(b, &random);
        x25519_public(a9, a);
        x25519_public(b9, b);
        cr_assert(x25519(one, a, b9) && x25519(other, b, a9));
        cr_assert_arr_eq(one, other, BYTES);
    }
}

#ifdef PLAIN

/* --- what is left in memory ------------------------------------------------------------------- */

/* Inverted, so that the searcher finds no copy of its own. */
static uint8_t secret[BYTES], hidden[2][BYTES];

static void *one_key(void *unused)
{
    uint8_t out[BYTES];
    (void)unused;
    x25519_public(out, secret);
    (void)!x25519(out, secret, out);
    for (int i = 0; i < BYTES; i++)
        hidden[1][i] = (uint8_t)~out[i];
    explicit_bzero(out, sizeof(out));
    return NULL;
}

/* How many words of the scalar, and of the shared secret as bytes or in limbs, lie here. */
static __attribute__((no_sanitize("address", "thread"))) size_t search(const uint8_t *memory,
                                                                       size_t bytes)
{
    uint64_t want[2][4], word, limbs;
    size_t found = 0;
    memcpy(want, hidden, sizeof(want));
    limbs = (~want[1][0] >> 51 | ~want[1][1] << 13) & 0x7ffffffffffff;
    for (size_t at = 0; at + 8 <= bytes; at += 8) {
        memcpy(&word, memory + at, 8);
        found += word == limbs;
        for (int i = 0; i < 4; i++)
            found += ~word == want[0][i] || ~word == want[1][i];
    }
    return found;
}

Test(x25519, nothing_is_left_on_the_stack)
{
    const size_t bytes = 1 << 20;
    struct fed_random random;
    pthread_attr_t attributes;
    pthread_t thread;
    uint8_t *stack = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
                          MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
    cr_assert_neq((void *)stack, MAP_FAILED);
    fed_random_init(&random, NULL, 0, test_seed());
    cr_assert_eq(rsa_random_bytes(secret, BYTES, &random.source), RSA_OK);
    x25519_decode_scalar(secret, secret);
    for (int i = 0; i < BYTES; i++)
        hidden[0][i] = (uint8_t)~secret[i];
    pthread_attr_init(&attributes);
    cr_assert_eq(pthread_attr_setstack(&attributes, stack, bytes), 0);
    cr_assert_eq(pthread_create(&thread, &attributes, one_key, NULL), 0);
    cr_assert_eq(pthread_join(thread, NULL), 0);
    pthread_attr_destroy(&attributes);
    cr_expect_eq(search(stack, bytes), 0);
    memcpy(stack + 800, secret, BYTES); /* it would have been found */
    cr_expect_eq(search(stack, bytes), 4);
    munmap(stack, bytes);
}

#endif
