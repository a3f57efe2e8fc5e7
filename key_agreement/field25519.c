/* Arithmetic modulo 2^255 - 19: see field25519.h. */
#include "field25519.h"

#include "agreement_memory.h"

#define DIGITS FIELD25519_DIGITS
#define MASK   0xffff

/* Digits back to 16 bits. What leaves the highest comes back below: 2^256 = 2 p + 38, so it counts
 * 38 there. For digits below 2^48: after the first pass all but digit 0 are below 2^16 and that one
 * below 2^38; after the second digit 0 is below 2^16 + 38 * 2. */
static void carry(struct field25519 *a)
{
    for (int pass = 0; pass < 2; pass++) {
        for (int i = 0; i < DIGITS - 1; i++) {
            a->digit[i + 1] += a->digit[i] >> 16;
            a->digit[i] &= MASK;
        }
        a->digit[0] += 38 * (a->digit[DIGITS - 1] >> 16);
        a->digit[DIGITS - 1] &= MASK;
    }
}

void field25519_from_bytes(struct field25519 *out, const uint8_t bytes[FIELD25519_BYTES])
{
    for (int i = 0; i < DIGITS; i++)
        out->digit[i] = (uint64_t)bytes[2 * i] | (uint64_t)bytes[2 * i + 1] << 8;
}

/* a - p if that is not negative, else a. Twice this makes any a below 3 p its least residue. */
static void reduce_once(struct field25519 *a)
{
    struct field25519 less;
    uint64_t borrow = 0, keep;
    for (int i = 0; i < DIGITS; i++) {
        const uint64_t p = i == 0 ? 0xffed : i == DIGITS - 1 ? 0x7fff : 0xffff;
        less.digit[i] = a->digit[i] - p - borrow;
        borrow = less.digit[i] >> 63;
        less.digit[i] &= MASK;
    }
    keep = 1 - borrow;
    field25519_swap(keep, a, &less);
    agreement_wipe(&less, sizeof(less));
}

void field25519_to_bytes(uint8_t bytes[FIELD25519_BYTES], const struct field25519 *a)
{
    struct field25519 least = *a;
    carry(&least);
    reduce_once(&least);
    reduce_once(&least);
    for (int i = 0; i < DIGITS; i++) {
        bytes[2 * i] = (uint8_t)least.digit[i];
        bytes[2 * i + 1] = (uint8_t)(least.digit[i] >> 8);
    }
    agreement_wipe(&least, sizeof(least));
}

void field25519_add(struct field25519 *out, const struct field25519 *a, const struct field25519 *b)
{
    for (int i = 0; i < DIGITS; i++)
        out->digit[i] = a->digit[i] + b->digit[i];
    carry(out);
}

/* a + 4 p - b: no digit of 4 p = 2^257 - 76, written so, is below that of any b. */
void field25519_subtract(struct field25519 *out, const struct field25519 *a,
                         const struct field25519 *b)
{
    for (int i = 0; i < DIGITS; i++) {
        const uint64_t four_p = i == 0 ? 0x1ffb4 : 0x1fffe;
        out->digit[i] = a->digit[i] + four_p - b->digit[i];
    }
    carry(out);
}

/* Each digit times each; a place above the highest counts 38. A place sums 16 products below 2^33,
 * so all stays below 39 * 2^37. */
void field25519_multiply(struct field25519 *out, const struct field25519 *a,
                         const struct field25519 *b)
{
    struct field25519 product = {0};
    for (int i = 0; i < DIGITS; i++) {
        for (int j = 0; j < DIGITS; j++)
            product.digit[(i + j) % DIGITS] += a->digit[i] * b->digit[j] *
                                               (i + j < DIGITS ? 1 : 38);
    }
    carry(&product);
    *out = product;
    agreement_wipe(&product, sizeof(product));
}

/* Fermat: a^(p - 1) = 1, so 1 / a = a^(p - 2). p - 2 = 2^255 - 21 has 255 bits, all of them 1 but
 * bits 2 and 4. */
void field25519_invert(struct field25519 *out, const struct field25519 *a)
{
    struct field25519 power = *a;
    for (int bit = 253; bit >= 0; bit--) {
        field25519_multiply(&power, &power, &power);
        if (bit != 2 && bit != 4)
            field25519_multiply(&power, &power, a);
    }
    *out = power;
    agreement_wipe(&power, sizeof(power));
}

void field25519_swap(uint64_t swap, struct field25519 *a, struct field25519 *b)
{
    const uint64_t mask = 0 - swap;
    for (int i = 0; i < DIGITS; i++) {
        const uint64_t differs = mask & (a->digit[i] ^ b->digit[i]);
        a->digit[i] ^= differs;
        b->digit[i] ^= differs;
    }
}
