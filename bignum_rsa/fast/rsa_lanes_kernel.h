/*
 * Montgomery's product and powers in eight lanes: a template, included once for each
 * implementation. Inside the library. It is given
 *
 *     TARGET            the attribute that lets the compiler use the instructions
 *     LOW(sum, a, b)    sum + the lower 52 bits of a b, in each lane; of a and b 52 bits count
 *     HIGH(sum, a, b)   sum + the bits of a b above them
 *
 * and gives `power`. There is no branch and no address that depends on a number.
 */

#define LIMB_MASK ((1ULL << RSA_LANES_LIMB_BITS) - 1)
#define WINDOW    4
#define ENTRIES   (1 << WINDOW)

/* Carries that wait above the 52 bits of each limb move on. */
TARGET static inline void normalise(lanes *out, const lanes *sum, size_t n)
{
    lanes carry = {0};
    for (size_t j = 0; j < n; j++) {
        const lanes limb = sum[j] + carry;
        out[j] = limb & LIMB_MASK;
        carry = limb >> RSA_LANES_LIMB_BITS;
    }
}

/* out = a b / R mod m, below 2 m if a and b are (R is more than 4 m). One round for each limb of b:
 * 
 *     sum += a b[i];  q such that sum + m q ends in a limb of zeros;  sum = (sum + m q) / 2^52
 * 
 * The division is a step to the left in the array, done while adding. A limb of the sum takes up
 * four numbers of 52 bits in each of n rounds, less than 2^60 for 40 of them; carries wait until
 * the end. out may be a or b. */
TARGET static void multiply(lanes *out, const lanes *a, const lanes *b, const lanes *m,
                            const lanes *k0, size_t n)
{
    const lanes zero = {0};
    lanes sum[RSA_LANES_MAX_LIMBS];
    for (size_t j = 0; j < n; j++)
        sum[j] = zero;
    for (size_t i = 0; i < n; i++) {
        const lanes digit = b[i];
        const lanes first = LOW(sum[0], a[0], digit);
        const lanes q = LOW(zero, first, *k0);
        const lanes carry = LOW(first, m[0], q) >> RSA_LANES_LIMB_BITS;
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
    lanes sum[2 * RSA_LANES_MAX_LIMBS];
    plain_square(sum, a, n);
    for (size_t i = 0; i < n; i++) {
        lanes *from = sum + i;
        const lanes q = LOW(zero, from[0], *k0);
        const lanes carry = LOW(from[0], m[0], q) >> RSA_LANES_LIMB_BITS;
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

/* chosen = table[four bits of the exponent from `bit` on], lane by lane; every entry is read. */
TARGET static void choose(lanes *chosen, const lanes *table, const lanes *exponent, size_t bit,
                          size_t n)
{
    const lanes digit = exponent[bit / 64] >> bit % 64 & (ENTRIES - 1);
    for (size_t j = 0; j < n; j++)
        chosen[j] = (lanes){0};
    for (uint64_t entry = 0; entry < ENTRIES; entry++) {
        const lanes mask = (lanes)(digit == (lanes){0} + entry);
        for (size_t j = 0; j < n; j++)
            chosen[j] |= table[entry * n + j] & mask;
    }
}

/* a = a - m where that is not negative; a is below 2 m. */
TARGET static void reduce_once(lanes *a, lanes *less, const lanes *m, size_t n)
{
    lanes borrow = {0};
    for (size_t j = 0; j < n; j++) {
        const lanes limb = a[j] - m[j] - borrow;
        less[j] = limb & LIMB_MASK;
        borrow = limb >> 63;
    }
    const lanes keep = (lanes){0} - borrow;
    for (size_t j = 0; j < n; j++)
        a[j] = (a[j] & keep) | (less[j] & ~keep);
}

/* table[i] = base^i R. */
TARGET static void fill_table(lanes *table, const lanes *base, const lanes *rr, const lanes *m,
                              const lanes *k0, size_t n)
{
    for (size_t j = 0; j < n; j++)
        table[j] = (lanes){0} + (j == 0);
    multiply(table, table, rr, m, k0, n);
    multiply(table + n, base, rr, m, k0, n);
    for (size_t entry = 2; entry < ENTRIES; entry++)
        multiply(table + entry * n, table + (entry - 1) * n, table + n, m, k0, n);
}

/* From the highest four bits of the exponents on: four squares, then times base to the power of the
 * next four. */
TARGET static void power(uint64_t *work, size_t n, size_t exponent_bits)
{
    lanes *vectors = (lanes *)(void *)work;
    const lanes *m = vectors + RSA_LANES_MODULUS(n);
    const lanes *exponent = vectors + RSA_LANES_EXPONENT(n);
    lanes *base = vectors + RSA_LANES_BASE(n), *table = vectors + RSA_LANES_TABLE(n);
    lanes *result = table + ENTRIES * n, *chosen = result + n;
    const lanes *k0 = vectors + RSA_LANES_K0(n);

    fill_table(table, base, vectors + RSA_LANES_RR(n), m, k0, n);
    for (size_t j = 0; j < n; j++)
        result[j] = table[j];
    for (size_t window = (exponent_bits + WINDOW - 1) / WINDOW; window-- > 0;) {
        for (int bit = 0; bit < WINDOW; bit++)
            square(result, result, m, k0, n);
        choose(chosen, table, exponent, window * WINDOW, n);
        multiply(result, result, chosen, m, k0, n);
    }
    for (size_t j = 0; j < n; j++)
        chosen[j] = (lanes){0} + (j == 0);
    multiply(base, result, chosen, m, k0, n); /* R is taken off; what is left is at most m */
    reduce_once(base, chosen, m, n);
}
