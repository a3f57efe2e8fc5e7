/*
 * X25519 at speed: the same ladder on 64-bit limbs, and a ladder of its own for the public key.
 * x25519.c is the one to read first; docs/key_agreement.md has the formulas.
 */
#include "x25519_limbs.h"

#ifdef __SIZEOF_INT128__

static inline void swap_points(uint64_t swap, limbs *x_2, limbs *z_2, limbs *x_3, limbs *z_3)
{
    cswap(swap, x_2, x_3);
    cswap(swap, z_2, z_3);
}

/* x / z */
static void store_fraction(uint8_t out[X25519_BYTES], const limbs *x, const limbs *z)
{
    const limbs inverse = invert(z), u = multiply(x, &inverse);
    store(out, &u);
}

/* RFC 7748 5. */
void x25519_quick(uint8_t out[X25519_BYTES], const uint8_t k[X25519_BYTES],
                  const uint8_t u[X25519_BYTES])
{
    const limbs x_1 = load(u);
    limbs x_2 = {{1}}, z_2 = {{0}}, x_3 = x_1, z_3 = {{1}};
    uint64_t swap = 0;
    for (int t = 254; t >= 0; t--) {
        const uint64_t k_t = k[t / 8] >> t % 8 & 1;
        swap_points(swap ^ k_t, &x_2, &z_2, &x_3, &z_3);
        swap = k_t;
        const limbs a = add(&x_2, &z_2), b = subtract(&x_2, &z_2);
        const limbs c = add(&x_3, &z_3), d = subtract(&x_3, &z_3);
        const limbs da = multiply(&d, &a), cb = multiply(&c, &b);
        const limbs aa = square(&a), bb = square(&b);
        const limbs sum = add(&da, &cb), difference = subtract(&da, &cb);
        x_3 = square(&sum);
        z_3 = square(&difference);
        x_2 = multiply(&aa, &bb);
        const limbs e = subtract(&aa, &bb);
        z_2 = scale(&e, 121665);
        z_2 = add(&z_2, &aa);
        z_3 = multiply(&x_1, &z_3);
        z_2 = multiply(&e, &z_2);
    }
    swap_points(swap, &x_2, &z_2, &x_3, &z_3);
    store_fraction(out, &x_2, &z_2);
}

/* u(B - S), then (u + 1) / (u - 1) of each u(2^i B). */
static const limbs table[] = {
#include "x25519_table.inc"
};

/*
 * From the lowest bit up, nothing needs doubling, as all 2^i B are in a table (after T. Oliveira
 * and others, 2017). B is the base point, S one of order four. After i bits of k / 8, with value n:
 *
 *     sum  = S + n B
 *     rest = 2^i B - sum
 *
 * A bit of 1 adds 2^i B to sum, and rest stays what it is, as 2^(i + 1) B is 2^i B more. A bit of 0
 * adds it to rest, and sum stays. To add two u-coordinates one needs that of the difference, and it
 * is the one that stays. S keeps both from the two points where the formula fails, infinity and
 * u = 0. In the end 8 (S + n B) = k B, since 4 S is nothing.
 */
void x25519_quick_public(uint8_t out[X25519_BYTES], const uint8_t k[X25519_BYTES])
{
    limbs x = table[0], z = {{1}};  /* what grows: rest at first, */
    limbs x_d = {{1}}, z_d = {{1}}; /* and what stays: sum */
    uint64_t last = 0;
    for (int i = 0; i < 252; i++) {
        const uint64_t bit = k[(i + 3) / 8] >> (i + 3) % 8 & 1;
        swap_points(last ^ bit, &x, &z, &x_d, &z_d);
        last = bit;
        limbs a = subtract(&x, &z), b = add(&x, &z);
        a = multiply(&table[i + 1], &a);
        x = add(&a, &b);
        z = subtract(&b, &a);
        x = square(&x);
        z = square(&z);
        x = multiply(&z_d, &x);
        z = multiply(&x_d, &z);
    }
    for (int i = 0; i < 3; i++) { /* twice sum, which grew last: bit 254 of k is 1 */
        limbs aa = add(&x, &z), bb = subtract(&x, &z);
        aa = square(&aa);
        bb = square(&bb);
        const limbs e = subtract(&aa, &bb);
        x = multiply(&aa, &bb);
        z = scale(&e, 121665);
        z = add(&aa, &z);
        z = multiply(&e, &z);
    }
    store_fraction(out, &x, &z);
}

#else

void x25519_quick(uint8_t out[X25519_BYTES], const uint8_t k[X25519_BYTES],
                  const uint8_t u[X25519_BYTES])
{
    x25519_ladder(out, k, u);
}

void x25519_quick_public(uint8_t out[X25519_BYTES], const uint8_t k[X25519_BYTES])
{
    static const uint8_t nine[X25519_BYTES] = {9};
    x25519_ladder(out, k, nine);
}

#endif
