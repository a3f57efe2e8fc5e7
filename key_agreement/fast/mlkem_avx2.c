/*
 * ML-KEM's transforms and products on vectors of sixteen coefficients: see mlkem_implementations.h.
 * mlkem_ring.c is the one to read first. Constant time.
 *
 * A product modulo q is Montgomery's, with R = 2^16: a b / R. Where a factor is a constant c, c R mod
 * q stands in its place, and the product is a c. Coefficients are least residues before and after
 * each step, as in the readable code, though a signed word would hold ten times q.
 */
#include "mlkem_implementations.h"

#ifdef __x86_64__
#include <immintrin.h>

#define TARGET __attribute__((target("avx2")))
#define INLINE TARGET static inline __attribute__((always_inline))

#define N     MLKEM_N
#define Q     MLKEM_Q
#define R     65536
#define Q_INV (-3327) /* 1 / q mod R */

typedef int16_t words __attribute__((vector_size(32)));

/* Constants times R modulo q, in the order in which the passes below want them. */
#include "mlkem_avx2_table.inc"

INLINE words load(const uint16_t *from)
{
    return (words)_mm256_loadu_si256((const __m256i *)(const void *)from);
}

INLINE void store(uint16_t *to, words a)
{
    _mm256_storeu_si256((__m256i *)(void *)to, (__m256i)a);
}

INLINE words all(int16_t number)
{
    return (words)_mm256_set1_epi16(number);
}

/* a from -q to q - 1, to its least residue. */
INLINE words least(words a)
{
    return a + ((a >> 15) & all(Q));
}

/* a b / R: |a b| is below q R / 2 for least residues. m = a b / q mod R makes a b - m q a multiple of
 * R, so its upper half is the difference of theirs, from -q to q. */
INLINE words product(words a, words b)
{
    const __m256i low = _mm256_mullo_epi16((__m256i)a, (__m256i)b);
    const __m256i m = _mm256_mullo_epi16(low, _mm256_set1_epi16(Q_INV));
    const words ab = (words)_mm256_mulhi_epi16((__m256i)a, (__m256i)b);
    const words mq = (words)_mm256_mulhi_epi16(m, _mm256_set1_epi16(Q));
    return least(ab - mq);
}

INLINE words sum_of(words a, words b)
{
    return least(a + b - all(Q));
}

INLINE words difference_of(words a, words b)
{
    return least(a - b);
}

/* FIPS 203 algorithm 9, line 8 to 10, sixteen times: *a + zeta *b and *a - zeta *b. */
INLINE void butterfly(words *a, words *b, words zeta)
{
    const words t = product(*b, zeta);
    *b = difference_of(*a, t);
    *a = sum_of(*a, t);
}

/* Algorithm 10, lines 8 to 10: *a + *b and zeta (*b - *a). */
INLINE void butterfly_back(words *a, words *b, words zeta)
{
    const words t = *a;
    *a = sum_of(t, *b);
    *b = product(difference_of(*b, t), zeta);
}

/* Passes in which both halves of a polynomial are whole vectors: len from 128 to 16. */
INLINE void wide_pass(struct mlkem_poly *p, int len)
{
    for (int start = 0, i = N / 2 / len; start < N; start += 2 * len, i++) {
        for (int j = start; j < start + len; j += 16) {
            words a = load(p->f + j), b = load(p->f + j + len);
            butterfly(&a, &b, all(zetas[i]));
            store(p->f + j, a);
            store(p->f + j + len, b);
        }
    }
}

INLINE void wide_pass_back(struct mlkem_poly *p, int len)
{
    for (int start = 0, i = N / len - 1; start < N; start += 2 * len, i--) {
        for (int j = start; j < start + len; j += 16) {
            words a = load(p->f + j), b = load(p->f + j + len);
            butterfly_back(&a, &b, all(zetas[i]));
            store(p->f + j, a);
            store(p->f + j + len, b);
        }
    }
}

/* Passes in which a polynomial is a vector or less. Of two vectors the words change places, so that
 * first halves (of 8, 4, 2 words, or 1) come into one and second halves into the other:
 *
 *     v   A A A A B B B B  C C C C D D D D         A A A A E E E E  C C C C G G G G
 *     w   E E E E F F F F  G G G G H H H H   -->   B B B B F F F F  D D D D H H H H
 *
 * The exchange is its own inverse. */
#define EXCHANGE_8(v, w)                                                                           \
    __builtin_shufflevector(v, w, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23),         \
        __builtin_shufflevector(v, w, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30,    \
                                31)
#define EXCHANGE_4(v, w)                                                                           \
    __builtin_shufflevector(v, w, 0, 1, 2, 3, 16, 17, 18, 19, 8, 9, 10, 11, 24, 25, 26, 27),       \
        __builtin_shufflevector(v, w, 4, 5, 6, 7, 20, 21, 22, 23, 12, 13, 14, 15, 28, 29, 30, 31)
#define EXCHANGE_2(v, w)                                                                           \
    __builtin_shufflevector(v, w, 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29),       \
        __builtin_shufflevector(v, w, 2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31)
#define EXCHANGE_1(v, w)                                                                           \
    __builtin_shufflevector(v, w, 0, 16, 2, 18, 4, 20, 6, 22, 8, 24, 10, 26, 12, 28, 14, 30),      \
        __builtin_shufflevector(v, w, 1, 17, 3, 19, 5, 21, 7, 23, 9, 25, 11, 27, 13, 29, 15, 31)

struct two {
    words a, b;
};

INLINE struct two load_two(const uint16_t *from)
{
    return (struct two){load(from), load(from + 16)};
}

INLINE void store_two(uint16_t *to, struct two two)
{
    store(to, two.a);
    store(to + 16, two.b);
}

#define NARROW_PASS(name, exchange, step, table)                                                   \
    INLINE void name(struct mlkem_poly *p)                                                         \
    {                                                                                              \
        for (int i = 0; i < N / 32; i++) {                                                         \
            const struct two before = load_two(p->f + 32 * i);                                     \
            struct two halves = {exchange(before.a, before.b)};                                    \
            step(&halves.a, &halves.b, load((const uint16_t *)(table)[i]));                        \
            store_two(p->f + 32 * i, (struct two){exchange(halves.a, halves.b)});                  \
        }                                                                                          \
    }
NARROW_PASS(pass_8, EXCHANGE_8, butterfly, zetas_8)
NARROW_PASS(pass_4, EXCHANGE_4, butterfly, zetas_4)
NARROW_PASS(pass_2, EXCHANGE_2, butterfly, zetas_2)
NARROW_PASS(pass_back_8, EXCHANGE_8, butterfly_back, zetas_back_8)
NARROW_PASS(pass_back_4, EXCHANGE_4, butterfly_back, zetas_back_4)
NARROW_PASS(pass_back_2, EXCHANGE_2, butterfly_back, zetas_back_2)

TARGET static void ntt(struct mlkem_poly *p)
{
    for (int len = 128; len >= 16; len /= 2)
        wide_pass(p, len);
    pass_8(p);
    pass_4(p);
    pass_2(p);
}

TARGET static void ntt_inverse(struct mlkem_poly *p)
{
    pass_back_2(p);
    pass_back_4(p);
    pass_back_8(p);
    for (int len = 16; len <= 128; len *= 2)
        wide_pass_back(p, len);
    for (int j = 0; j < N; j += 16)
        store(p->f + j, product(load(p->f + j), all(INVERSE_OF_128)));
}

/* FIPS 203 algorithm 12, sixteen times: a's and b's coefficients of X^0 in one vector, of X^1 in the
 * other. b is multiplied by R first, so that products are not short of it. */
INLINE void base_case_multiply(struct two *sum, struct two a, struct two b, words gamma)
{
    const words b0 = product(b.a, all(R_SQUARED)), b1 = product(b.b, all(R_SQUARED));
    const words high = product(product(a.b, b1), gamma);
    sum->a = sum_of(sum->a, sum_of(product(a.a, b0), high));
    sum->b = sum_of(sum->b, sum_of(product(a.a, b1), product(a.b, b0)));
}

TARGET static void multiply_add(struct mlkem_poly *sum, const struct mlkem_poly *a,
                                const struct mlkem_poly *b)
{
    for (int i = 0; i < N / 32; i++) {
        const struct two s = load_two(sum->f + 32 * i);
        const struct two f = load_two(a->f + 32 * i), g = load_two(b->f + 32 * i);
        struct two total = {EXCHANGE_1(s.a, s.b)};
        base_case_multiply(&total, (struct two){EXCHANGE_1(f.a, f.b)},
                           (struct two){EXCHANGE_1(g.a, g.b)}, load((const uint16_t *)gammas[i]));
        store_two(sum->f + 32 * i, (struct two){EXCHANGE_1(total.a, total.b)});
    }
}

TARGET static void add_all(struct mlkem_poly *a, const struct mlkem_poly *b)
{
    for (int j = 0; j < N; j += 16)
        store(a->f + j, sum_of(load(a->f + j), load(b->f + j)));
}

static bool has_avx2(void)
{
    return __builtin_cpu_supports("avx2");
}

const struct mlkem_implementation mlkem_avx2 = {
    "vectors (AVX2)", has_avx2, ntt, ntt_inverse, multiply_add, add_all, &mlkem_bytes_avx2};
#endif
