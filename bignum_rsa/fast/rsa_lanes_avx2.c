/*
 * Four lanes by AVX2, for processors without IFMA: vpmuludq multiplies 32 by 32 bits in each lane.
 * Limbs have 28 bits, so a product has 56, and 256 of them can be added before a carry moves on.
 *
 * The rounds are those of rsa_lanes_product.h, with two things done for speed. Each pass through the
 * sum takes two rounds, since reading and writing it costs as much as the products. And the next two
 * multiples of m are found as soon as the lowest limbs are known, while the rest is still on its way.
 */
#include "rsa_lanes.h"

#if defined(__x86_64__) && defined(__SIZEOF_INT128__)

#define LIMB_BITS 28

typedef uint64_t lanes __attribute__((vector_size(32)));

#define TARGET __attribute__((target("avx2")))

/* The instruction itself: clang makes more of _mm256_mul_epu32 where it does not see that the upper
 * halves are empty. */
TARGET static inline lanes product(lanes a, lanes b)
{
    lanes out;
    __asm__("vpmuludq %2, %1, %0" : "=x"(out) : "x"(a), "x"(b));
    return out;
}

#include "rsa_lanes_kernel.h"

/* The multiples of m that make the two lowest limbs of a sum zero, and what then moves on from the
 * second. */
struct pair {
    lanes q0, q1, carry;
};

TARGET static inline struct pair multiples(lanes low, lanes next, const lanes *m, const lanes *k0)
{
    struct pair pair;
    pair.q0 = product(low, *k0) & LIMB_MASK;
    next += product(m[1], pair.q0) + ((low + product(m[0], pair.q0)) >> LIMB_BITS);
    pair.q1 = product(next, *k0) & LIMB_MASK;
    pair.carry = (next + product(m[0], pair.q1)) >> LIMB_BITS;
    return pair;
}

/* Two rounds: limb j of the sum takes up a[j] b[0], a[j-1] b[1], and the same of m and q, and moves
 * two limbs down. The pair is theirs, and then that of the next two rounds: b has four limbs. */
TARGET static inline void two_rounds(lanes *sum, struct pair *pair, const lanes *a, const lanes *b,
                                     const lanes *m, const lanes *k0, size_t n)
{
    const lanes b0 = b[0], b1 = b[1], q0 = pair->q0, q1 = pair->q1;
    lanes a_before = a[3], m_before = m[3];
    sum[0] = sum[2] + pair->carry + product(a[2], b0) + product(a[1], b1) + product(m[2], q0) +
             product(m[1], q1);
    sum[1] = sum[3] + product(a[3], b0) + product(a[2], b1) + product(m[3], q0) + product(m[2], q1);
    *pair = multiples(sum[0] + product(a[0], b[2]),
                      sum[1] + product(a[1], b[2]) + product(a[0], b[3]), m, k0);
#pragma GCC unroll 2
    for (size_t j = 4; j < n; j += 2) {
        const lanes a0 = a[j], a1 = a[j + 1], m0 = m[j], m1 = m[j + 1];
        sum[j - 2] = sum[j] + product(a0, b0) + product(a_before, b1) + product(m0, q0) +
                     product(m_before, q1);
        sum[j - 1] = sum[j + 1] + product(a1, b0) + product(a0, b1) + product(m1, q0) +
                     product(m0, q1);
        a_before = a1;
        m_before = m1;
    }
    sum[n - 2] = product(a_before, b1) + product(m_before, q1);
    sum[n - 1] = (lanes){0};
}

/* A limb of the sum takes up 2 n products: n is at most 128. b is copied, with two zeros behind it. */
TARGET static void multiply(lanes *out, const lanes *a, const lanes *b, const lanes *m,
                            const lanes *k0, size_t n)
{
    lanes sum[MAX_LIMBS], digits[MAX_LIMBS + 2];
    for (size_t j = 0; j < n; j++) {
        sum[j] = (lanes){0};
        digits[j] = b[j];
    }
    digits[n] = digits[n + 1] = (lanes){0};
    struct pair pair = multiples(product(a[0], b[0]), product(a[1], b[0]) + product(a[0], b[1]), m,
                                 k0);
    for (size_t i = 0; i < n; i += 2)
        two_rounds(sum, &pair, a, digits + i, m, k0, n);
    normalise(out, sum, n);
}

/* The products of two different limbs count twice, so they are made once, with twice the first. Two
 * rows at a time: limb i + j takes up 2 a[i] a[j] and 2 a[i+1] a[j-1]. sum: 2 n limbs. */
TARGET static inline void plain_square(lanes *sum, const lanes *a, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        sum[2 * i] = product(a[i], a[i]);
        sum[2 * i + 1] = (lanes){0};
    }
    for (size_t i = 0; i < n; i += 2) {
        const lanes first = a[i] + a[i], second = a[i + 1] + a[i + 1];
        lanes *to = sum + i;
        to[i + 1] += product(first, a[i + 1]);
        if (i + 2 == n)
            break;
        lanes before = a[i + 2];
        to[i + 2] += product(first, before);
#pragma GCC unroll 2
        for (size_t j = i + 3; j + 1 < n; j += 2) {
            const lanes a0 = a[j], a1 = a[j + 1];
            to[j] += product(first, a0) + product(second, before);
            to[j + 1] += product(first, a1) + product(second, a0);
            before = a1;
        }
        to[n - 1] += product(first, a[n - 1]) + product(second, before);
        to[n] += product(second, a[n - 1]);
    }
}

/* As two_rounds, where nothing but multiples of m is added. */
TARGET static inline void two_reductions(lanes *sum, struct pair *pair, const lanes *m,
                                         const lanes *k0, size_t n)
{
    const lanes q0 = pair->q0, q1 = pair->q1;
    lanes before = m[3];
    sum[2] += pair->carry + product(m[2], q0) + product(m[1], q1);
    sum[3] += product(m[3], q0) + product(m[2], q1);
    *pair = multiples(sum[2], sum[3], m, k0);
#pragma GCC unroll 2
    for (size_t j = 4; j < n; j += 2) {
        const lanes m0 = m[j], m1 = m[j + 1];
        sum[j] += product(m0, q0) + product(before, q1);
        sum[j + 1] += product(m1, q0) + product(m0, q1);
        before = m1;
    }
    sum[n] += product(before, q1);
}

TARGET static void square(lanes *out, const lanes *a, const lanes *m, const lanes *k0, size_t n)
{
    lanes sum[2 * MAX_LIMBS];
    sum[0] = sum[1] = (lanes){0}; /* for the compiler, which cannot know that n is not 0 */
    plain_square(sum, a, n);
    struct pair pair = multiples(sum[0], sum[1], m, k0);
    for (size_t i = 0; i < n; i += 2)
        two_reductions(sum + i, &pair, m, k0, n);
    normalise(out, sum + n, n);
}

static bool has_avx2(void)
{
    return __builtin_cpu_supports("avx2");
}

const struct rsa_lanes_implementation rsa_lanes_avx2 = {
    .name = "lanes (AVX2)",
    .lanes = sizeof(lanes) / sizeof(uint64_t),
    .limb_bits = LIMB_BITS,
    .least = 3,
    .supported = has_avx2,
    .power = power,
    .power_of_two = power_of_two,
};
#endif
