/*
 * X25519 at speed: the same ladder on 64-bit limbs, and a ladder of its own for the public key.
 * x25519.c is the one to read first; docs/key_agreement.md has the formulas.
 */
#include "x25519_limbs.h"

#include "agreement_memory.h"

#ifdef __SIZEOF_INT128__

/* A u-coordinate as a fraction x : z. */
struct point {
    limbs x, z;
};

static inline void swap_points(uint64_t swap, struct point *a, struct point *b)
{
    cswap(swap, &a->x, &b->x);
    cswap(swap, &a->z, &b->z);
}

/* Twice the point whose x + z and x - z are given: RFC 7748 5 from AA to z_2. */
INLINE struct point twice(limbs sum, limbs difference)
{
    const limbs aa = square(sum), bb = square(difference), e = subtract(aa, bb);
    return (struct point){multiply(aa, bb), multiply(e, add(aa, scale(e, 121665)))};
}

static void store_fraction(uint8_t out[X25519_BYTES], struct point p)
{
    store(out, multiply(p.x, invert(p.z)));
}

/* RFC 7748 5: p_2 is x_2 : z_2, p_3 is x_3 : z_3. */
void x25519_quick(uint8_t out[X25519_BYTES], const uint8_t k[X25519_BYTES],
                  const uint8_t u[X25519_BYTES])
{
    const limbs x_1 = load(u);
    struct point p_2 = {.x = {{1}}}, p_3 = {.x = x_1, .z = {{1}}};
    uint64_t swap = 0;
    for (int t = 254; t >= 0; t--) {
        const uint64_t k_t = k[t / 8] >> t % 8 & 1;
        swap_points(swap ^ k_t, &p_2, &p_3);
        swap = k_t;
        const limbs a = add(p_2.x, p_2.z), b = subtract(p_2.x, p_2.z);
        const limbs c = add(p_3.x, p_3.z), d = subtract(p_3.x, p_3.z);
        const limbs da = multiply(d, a), cb = multiply(c, b);
        p_3.x = square(add(da, cb));
        p_3.z = multiply(x_1, square(subtract(da, cb)));
        p_2 = twice(a, b);
    }
    swap_points(swap, &p_2, &p_3);
    store_fraction(out, p_2);
    agreement_wipe(&p_2, sizeof(p_2));
    agreement_wipe(&p_3, sizeof(p_3));
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
    struct point grows = {.x = table[0], .z = {{1}}}, stays = {.x = {{1}}, .z = {{1}}};
    uint64_t last = 0; /* the bit for which they lie so: rest grows, sum stays */
    for (int i = 0; i < 252; i++) {
        const uint64_t bit = k[(i + 3) / 8] >> (i + 3) % 8 & 1;
        swap_points(last ^ bit, &grows, &stays);
        last = bit;
        const limbs a = multiply(table[i + 1], subtract(grows.x, grows.z));
        const limbs b = add(grows.x, grows.z);
        grows.x = multiply(stays.z, square(add(a, b)));
        grows.z = multiply(stays.x, square(subtract(b, a)));
    }
    for (int i = 0; i < 3; i++) /* sum: bit 254 of k is 1 */
        grows = twice(add(grows.x, grows.z), subtract(grows.x, grows.z));
    store_fraction(out, grows);
    agreement_wipe(&grows, sizeof(grows));
    agreement_wipe(&stays, sizeof(stays));
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
