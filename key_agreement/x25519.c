/* X25519: see x25519.h. To be read beside RFC 7748 section 5, whose names stand here. */
#include "x25519.h"

#include "agreement_memory.h"
#include "field25519.h"

#include <string.h>

static const uint8_t nine[X25519_BYTES] = {9};

/* decodeScalar25519: a multiple of 8, so that the part of a point in the subgroup of eight is lost
 * (7); bit 254 is set, so that all ladders are as long. */
static void decode_scalar(uint8_t k[X25519_BYTES], const uint8_t scalar[X25519_BYTES])
{
    memcpy(k, scalar, X25519_BYTES);
    k[0] &= 248;
    k[31] &= 127;
    k[31] |= 64;
}

/* decodeUCoordinate: the top bit is not looked at. */
static void decode_u(struct field25519 *out, const uint8_t u[X25519_BYTES])
{
    uint8_t masked[X25519_BYTES];
    memcpy(masked, u, X25519_BYTES);
    masked[31] &= 127;
    field25519_from_bytes(out, masked);
    agreement_wipe(masked, sizeof(masked));
}

/* What the ladder holds. x_2 : z_2 and x_3 : z_3 are u-coordinates as fractions, and the two points
 * always differ by the one whose u-coordinate is x_1. */
struct ladder {
    struct field25519 x_1, x_2, z_2, x_3, z_3;
};

/* One rung: the first point doubled, the second one the sum of both. */
static void rung(struct ladder *l)
{
    static const struct field25519 a24 = {{121665 & 0xffff, 121665 >> 16}};
    struct {
        struct field25519 A, AA, B, BB, E, C, D, DA, CB, t;
    } v;

    field25519_add(&v.A, &l->x_2, &l->z_2);
    field25519_multiply(&v.AA, &v.A, &v.A);
    field25519_subtract(&v.B, &l->x_2, &l->z_2);
    field25519_multiply(&v.BB, &v.B, &v.B);
    field25519_subtract(&v.E, &v.AA, &v.BB);
    field25519_add(&v.C, &l->x_3, &l->z_3);
    field25519_subtract(&v.D, &l->x_3, &l->z_3);
    field25519_multiply(&v.DA, &v.D, &v.A);
    field25519_multiply(&v.CB, &v.C, &v.B);
    /* x_3 = (DA + CB)^2 */
    field25519_add(&v.t, &v.DA, &v.CB);
    field25519_multiply(&l->x_3, &v.t, &v.t);
    /* z_3 = x_1 * (DA - CB)^2 */
    field25519_subtract(&v.t, &v.DA, &v.CB);
    field25519_multiply(&v.t, &v.t, &v.t);
    field25519_multiply(&l->z_3, &l->x_1, &v.t);
    /* x_2 = AA * BB */
    field25519_multiply(&l->x_2, &v.AA, &v.BB);
    /* z_2 = E * (AA + a24 * E) */
    field25519_multiply(&v.t, &a24, &v.E);
    field25519_add(&v.t, &v.AA, &v.t);
    field25519_multiply(&l->z_2, &v.E, &v.t);
    agreement_wipe(&v, sizeof(v));
}

static void ladder(uint8_t out[X25519_BYTES], const uint8_t scalar[X25519_BYTES],
                   const uint8_t u[X25519_BYTES])
{
    struct ladder l = {.x_2 = {{1}}, .z_3 = {{1}}};
    uint8_t k[X25519_BYTES];
    uint64_t swap = 0, k_t;

    decode_scalar(k, scalar);
    decode_u(&l.x_1, u);
    l.x_3 = l.x_1;
    for (int t = 254; t >= 0; t--) {
        k_t = k[t / 8] >> t % 8 & 1;
        swap ^= k_t;
        field25519_swap(swap, &l.x_2, &l.x_3); /* cswap */
        field25519_swap(swap, &l.z_2, &l.z_3);
        swap = k_t;
        rung(&l);
    }
    field25519_swap(swap, &l.x_2, &l.x_3);
    field25519_swap(swap, &l.z_2, &l.z_3);
    /* x_2 * z_2^(p - 2); of the point at infinity, z_2 = 0, it is 0 */
    field25519_invert(&l.z_2, &l.z_2);
    field25519_multiply(&l.x_2, &l.x_2, &l.z_2);
    field25519_to_bytes(out, &l.x_2);
    agreement_wipe(&l, sizeof(l));
    agreement_wipe(k, sizeof(k));
    agreement_wipe(&swap, sizeof(swap));
    agreement_wipe(&k_t, sizeof(k_t));
}

bool x25519(uint8_t out[X25519_BYTES], const uint8_t scalar[X25519_BYTES],
            const uint8_t u[X25519_BYTES])
{
    uint8_t any = 0;
    ladder(out, scalar, u);
    for (int i = 0; i < X25519_BYTES; i++)
        any |= out[i];
    return agreement_reveal(any != 0); /* RFC 7748 6.1 */
}

void x25519_public(uint8_t out[X25519_BYTES], const uint8_t scalar[X25519_BYTES])
{
    ladder(out, scalar, nine);
}
