/*
 * Montgomery's product in lanes with limbs of 52 bits: a template, included behind rsa_lanes_kernel.h
 * once for each implementation of
 *
 *     LOW(sum, a, b)    sum + the lower 52 bits of a b, in each lane; of a and b 52 bits count
 *     HIGH(sum, a, b)   sum + the bits of a b above them
 *
 * Inside the library.
 */

/* One round for each limb of b:
 *
 *     sum += a b[i];  q such that sum + m q ends in a limb of zeros;  sum = (sum + m q) / 2^52
 *
 * The division is a step to the left in the array, done while adding. A limb of the sum takes up
 * four numbers of 52 bits in each of n rounds, less than 2^60 for 40 of them; carries wait until
 * the end. */
TARGET static void multiply(lanes *out, const lanes *a, const lanes *b, const lanes *m,
                            const lanes *k0, size_t n)
{
    const lanes zero = {0};
    lanes sum[MAX_LIMBS];
    for (size_t j = 0; j < n; j++)
        sum[j] = zero;
    for (size_t i = 0; i < n; i++) {
        const lanes digit = b[i];
        const lanes first = LOW(sum[0], a[0], digit);
        const lanes q = LOW(zero, first, *k0);
        const lanes carry = LOW(first, m[0], q) >> LIMB_BITS;
#pragma GCC unroll 4
        for (size_t j = 1; j < n; j++) {
            const lanes ab = LOW(sum[j], a[j], digit), ab_before = HIGH(ab, a[j - 1], digit);
            const lanes mq = LOW(ab_before, m[j], q), mq_before = HIGH(mq, m[j - 1], q);
            sum[j - 1] = mq_before;
        }
        const lanes last = HIGH(zero, a[n - 1], digit), above = HIGH(last, m[n - 1], q);
        sum[n - 1] = above;
        sum[0] += carry;
    }
    normalise(out, sum, n);
}

/* The products of two different limbs count twice, so they are made once: three quarters of the
 * work of a product. square: 2 n limbs, not normalised, each below 2^59. */
TARGET static void plain_square(lanes *square, const lanes *a, size_t n)
{
    for (size_t j = 0; j < 2 * n; j++)
        square[j] = (lanes){0};
    for (size_t i = 0; i < n; i++) {
#pragma GCC unroll 4
        for (size_t j = i + 1; j < n; j++) {
            const lanes low = LOW(square[i + j], a[i], a[j]);
            const lanes high = HIGH(square[i + j + 1], a[i], a[j]);
            square[i + j] = low;
            square[i + j + 1] = high;
        }
    }
    for (size_t i = 0; i < n; i++) {
        const lanes even = 2 * square[2 * i], odd = 2 * square[2 * i + 1];
        square[2 * i] = LOW(even, a[i], a[i]);
        square[2 * i + 1] = HIGH(odd, a[i], a[i]);
    }
}

/* out = a a / R mod m, as multiply: first the square, then n times a multiple of m that makes the
 * lowest limb zero. */
TARGET static void square(lanes *out, const lanes *a, const lanes *m, const lanes *k0, size_t n)
{
    const lanes zero = {0};
    lanes sum[2 * MAX_LIMBS];
    plain_square(sum, a, n);
    for (size_t i = 0; i < n; i++) {
        lanes *from = sum + i;
        const lanes q = LOW(zero, from[0], *k0);
        const lanes carry = LOW(from[0], m[0], q) >> LIMB_BITS;
#pragma GCC unroll 4
        for (size_t j = 1; j < n; j++) {
            const lanes mq = LOW(from[j], m[j], q), mq_before = HIGH(mq, m[j - 1], q);
            from[j] = mq_before;
        }
        const lanes above = HIGH(from[n], m[n - 1], q);
        from[n] = above;
        from[1] += carry;
    }
    normalise(out, sum + n, n);
}
