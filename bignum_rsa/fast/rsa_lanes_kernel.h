/*
 * Powers in lanes: a template, included once for each implementation. Inside the library. It is
 * given
 *
 *     TARGET       the attribute that lets the compiler use the instructions
 *     LIMB_BITS    of a limb
 *     lanes        the type of a vector of words of 64 bits
 *     multiply     Montgomery's product, and square: both are defined below the inclusion
 *
 * and gives `power` and `power_of_two`. There is no branch and no address that depends on a number.
 */

#define LIMB_MASK ((1ULL << LIMB_BITS) - 1)
#define MAX_LIMBS                                                                                  \
    ((RSA_LANES_MAX_COUNT * 64 + RSA_LANES_SPARE_BITS) / LIMB_BITS +                               \
     2) /* an even number of them fits */
#define WINDOW  4
#define ENTRIES (1 << WINDOW)

/* out = a b / R mod m and out = a a / R mod m, below 2 m if a and b are below 16 m (R is at least
 * 256 m). k0 is -1 / m modulo a limb. out may be a or b. */
TARGET static void multiply(lanes *out, const lanes *a, const lanes *b, const lanes *m,
                            const lanes *k0, size_t n);
TARGET static void square(lanes *out, const lanes *a, const lanes *m, const lanes *k0, size_t n);

/* Carries that wait above the bits of each limb move on. */
TARGET static inline void normalise(lanes *out, const lanes *sum, size_t n)
{
    lanes carry = {0};
    for (size_t j = 0; j < n; j++) {
        const lanes limb = sum[j] + carry;
        out[j] = limb & LIMB_MASK;
        carry = limb >> LIMB_BITS;
    }
}

/* chosen = table[four bits of the exponent from `bit` on], lane by lane; every entry is read. */
TARGET static void choose(lanes *chosen, const lanes *table, const lanes *exponent, size_t bit,
                          size_t n)
{
    const lanes digit = exponent[bit / 64] >> bit % 64 & (ENTRIES - 1);
    lanes mask[ENTRIES];
    for (uint64_t entry = 0; entry < ENTRIES; entry++)
        mask[entry] = (lanes)(digit == (lanes){0} + entry);
    for (size_t j = 0; j < n; j++) {
        lanes limb = {0};
#pragma GCC unroll 16
        for (size_t entry = 0; entry < ENTRIES; entry++)
            limb |= table[entry * n + j] & mask[entry];
        chosen[j] = limb;
    }
}

/* a = a - m where that is not negative; a is below 2 m. less: scratch. */
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

TARGET static void set_one(lanes *a, size_t n)
{
    for (size_t j = 0; j < n; j++)
        a[j] = (lanes){0} + (j == 0);
}

/* table[i] = base^i R. */
TARGET static void fill_table(lanes *table, const lanes *base, const lanes *rr, const lanes *m,
                              const lanes *k0, size_t n)
{
    set_one(table, n);
    multiply(table, table, rr, m, k0, n);
    multiply(table + n, base, rr, m, k0, n);
    for (size_t entry = 2; entry < ENTRIES; entry++)
        multiply(table + entry * n, table + (entry - 1) * n, table + n, m, k0, n);
}

/* out = a / R, below m. */
TARGET static void leave(lanes *out, const lanes *a, lanes *scratch, const lanes *m,
                         const lanes *k0, size_t n)
{
    set_one(scratch, n);
    multiply(out, a, scratch, m, k0, n); /* what is left is at most m */
    reduce_once(out, scratch, m, n);
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
    leave(base, result, chosen, m, k0, n);
}

/* a = a 2^(two bits of the exponent from `bit` on), lane by lane: from below 2 m to below 16 m. */
TARGET static void shift(lanes *a, const lanes *exponent, size_t bit, size_t n)
{
    const lanes digit = exponent[bit / 64] >> bit % 64 & 3;
    lanes carry = {0};
    for (size_t j = 0; j < n; j++) {
        const lanes limb = (a[j] << digit) + carry;
        a[j] = limb & LIMB_MASK;
        carry = limb >> LIMB_BITS;
    }
}

/* As power, of the base 2: a shift takes the place of the table and of all products. */
TARGET static void power_of_two(uint64_t *work, size_t n, size_t exponent_bits)
{
    lanes *vectors = (lanes *)(void *)work;
    const lanes *m = vectors + RSA_LANES_MODULUS(n);
    const lanes *exponent = vectors + RSA_LANES_EXPONENT(n);
    lanes *result = vectors + RSA_LANES_TABLE(n), *one = result + n;
    const lanes *k0 = vectors + RSA_LANES_K0(n);

    set_one(one, n);
    multiply(result, one, vectors + RSA_LANES_RR(n), m, k0, n);
    for (size_t bit = (exponent_bits + 1) / 2 * 2; bit > 0;) {
        bit -= 2;
        square(result, result, m, k0, n);
        square(result, result, m, k0, n);
        shift(result, exponent, bit, n);
    }
    leave(vectors + RSA_LANES_BASE(n), result, one, m, k0, n);
}
