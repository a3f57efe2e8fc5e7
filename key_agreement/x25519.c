/*
 * X25519: see x25519.h. To be read beside RFC 7748 section 5, whose names stand here; and
 * docs/key_agreement.md says why it works. The quick twin is in fast/.
 *
 * A number modulo p = 2^255 - 19 has 16 digits in base 2^16, the lowest first, and is reckoned with
 * as at school. Between two operations digits are below 2^16 + 2^6, and the number may be p or
 * more: only its bytes are the least residue.
 */
#include "agreement_memory.h"
#include "x25519_internal.h"

#include <string.h>

#define DIGITS 16
#define MASK   0xffff

typedef struct {
    uint64_t digit[DIGITS];
} number;

/* --- the field -------------------------------------------------------------------------------- */

static number from_bytes(const uint8_t bytes[X25519_BYTES])
{
    number a;
    for (int i = 0; i < DIGITS; i++)
        a.digit[i] = (uint64_t)bytes[2 * i] | (uint64_t)bytes[2 * i + 1] << 8;
    return a;
}

/* Digits back to 16 bits. What leaves the highest comes back below: 2^256 = 2 p + 38, so it counts
 * 38 there. From digits below 2^48, the first pass leaves digit 0 below 2^38 + 2^16 and all others
 * below 2^16; the second carries at most 1 out of the highest. */
static number carry(number a)
{
    for (int pass = 0; pass < 2; pass++) {
        for (int i = 0; i < DIGITS - 1; i++) {
            a.digit[i + 1] += a.digit[i] >> 16;
            a.digit[i] &= MASK;
        }
        a.digit[0] += 38 * (a.digit[DIGITS - 1] >> 16);
        a.digit[DIGITS - 1] &= MASK;
    }
    return a;
}

static number add(number a, number b)
{
    for (int i = 0; i < DIGITS; i++)
        a.digit[i] += b.digit[i];
    return carry(a);
}

/* a + 4 p - b: no digit of 4 p = 2^257 - 76, written so, is below that of any b. */
static number subtract(number a, number b)
{
    for (int i = 0; i < DIGITS; i++)
        a.digit[i] += (i == 0 ? 0x1ffb4 : 0x1fffe) - b.digit[i];
    return carry(a);
}

/* Each digit times each; then a place above the highest counts 38 below. A place sums 16 products
 * below 2^33, so all stays below 39 * 2^37. */
static number multiply(number a, number b)
{
    uint64_t place[2 * DIGITS] = {0};
    for (int i = 0; i < DIGITS; i++)
        for (int j = 0; j < DIGITS; j++)
            place[i + j] += a.digit[i] * b.digit[j];
    for (int i = 0; i < DIGITS; i++)
        a.digit[i] = place[i] + 38 * place[i + DIGITS];
    return carry(a);
}

/* Fermat: a^(p - 1) = 1, so 1 / a = a^(p - 2); of 0 it is 0. p - 2 = 2^255 - 21 has 255 bits, all
 * of them 1 but bits 2 and 4. */
static number invert(number a)
{
    number power = a;
    for (int bit = 253; bit >= 0; bit--) {
        power = multiply(power, power);
        if (bit != 2 && bit != 4)
            power = multiply(power, a);
    }
    return power;
}

/* Exchanges a and b if swap is 1, and not if it is 0: without a branch. */
static void cswap(uint64_t swap, number *a, number *b)
{
    const uint64_t mask = 0 - swap;
    for (int i = 0; i < DIGITS; i++) {
        const uint64_t dummy = mask & (a->digit[i] ^ b->digit[i]);
        a->digit[i] ^= dummy;
        b->digit[i] ^= dummy;
    }
}

/* a - p if that is not negative, else a. Digits are below 2^16. */
static number reduce_once(number a)
{
    number less;
    uint64_t borrow = 0;
    for (int i = 0; i < DIGITS; i++) {
        const uint64_t p = i == 0 ? 0xffed : i == DIGITS - 1 ? 0x7fff : 0xffff;
        less.digit[i] = a.digit[i] - p - borrow;
        borrow = less.digit[i] >> 63;
        less.digit[i] &= MASK;
    }
    cswap(1 - borrow, &a, &less);
    return a;
}

/* Below 2^256 = 2 p + 38 after carry, so p is taken away at most twice. */
static void to_bytes(uint8_t bytes[X25519_BYTES], number a)
{
    a = reduce_once(reduce_once(carry(a)));
    for (int i = 0; i < DIGITS; i++) {
        bytes[2 * i] = (uint8_t)a.digit[i];
        bytes[2 * i + 1] = (uint8_t)(a.digit[i] >> 8);
    }
}

/* --- RFC 7748 5 ------------------------------------------------------------------------------- */

/* decodeScalar25519: a multiple of 8, so that what a point has of the group of eight is lost; bit
 * 254 is set, so that all ladders are as long. */
void x25519_decode_scalar(uint8_t k[X25519_BYTES], const uint8_t scalar[X25519_BYTES])
{
    memcpy(k, scalar, X25519_BYTES);
    k[0] &= 248;
    k[31] &= 127;
    k[31] |= 64;
}

/* decodeUCoordinate: the top bit is masked. */
static number decode_u(const uint8_t u[X25519_BYTES])
{
    number a = from_bytes(u);
    a.digit[DIGITS - 1] &= 0x7fff;
    return a;
}

/* x_2 : z_2 and x_3 : z_3 are u-coordinates as fractions: of the point u taken as often as the bits
 * of k so far say, and once more. So the two always differ by u, and can be added by knowing it. */
void x25519_ladder(uint8_t out[X25519_BYTES], const uint8_t k[X25519_BYTES],
                   const uint8_t u[X25519_BYTES])
{
    const number a24 = {{121665 & MASK, 121665 >> 16}};
    const number x_1 = decode_u(u);
    number x_2 = {{1}}, z_2 = {{0}}, x_3 = x_1, z_3 = {{1}};
    uint64_t swap = 0;

    for (int t = 254; t >= 0; t--) {
        const uint64_t k_t = k[t / 8] >> t % 8 & 1;
        swap ^= k_t;
        cswap(swap, &x_2, &x_3);
        cswap(swap, &z_2, &z_3);
        swap = k_t;

        const number A = add(x_2, z_2);
        const number AA = multiply(A, A);
        const number B = subtract(x_2, z_2);
        const number BB = multiply(B, B);
        const number E = subtract(AA, BB);
        const number C = add(x_3, z_3);
        const number D = subtract(x_3, z_3);
        const number DA = multiply(D, A);
        const number CB = multiply(C, B);
        const number sum = add(DA, CB), difference = subtract(DA, CB);
        x_3 = multiply(sum, sum);
        z_3 = multiply(x_1, multiply(difference, difference));
        x_2 = multiply(AA, BB);
        z_2 = multiply(E, add(AA, multiply(a24, E)));
    }
    cswap(swap, &x_2, &x_3);
    cswap(swap, &z_2, &z_3);
    to_bytes(out, multiply(x_2, invert(z_2)));
}

/* --- the calls -------------------------------------------------------------------------------- */

bool x25519(uint8_t out[X25519_BYTES], const uint8_t scalar[X25519_BYTES],
            const uint8_t u[X25519_BYTES])
{
    uint8_t k[X25519_BYTES], any = 0;
    x25519_decode_scalar(k, scalar);
    x25519_quick(out, k, u);
    agreement_wipe(k, sizeof(k));
    agreement_scrub_stack();
    for (int i = 0; i < X25519_BYTES; i++)
        any |= out[i];
    return agreement_reveal(any != 0); /* RFC 7748 6.1 */
}

void x25519_public(uint8_t out[X25519_BYTES], const uint8_t scalar[X25519_BYTES])
{
    uint8_t k[X25519_BYTES];
    x25519_decode_scalar(k, scalar);
    x25519_quick_public(out, k);
    agreement_wipe(k, sizeof(k));
    agreement_scrub_stack();
}
