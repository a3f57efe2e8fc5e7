/*
 * Two XOR keys from their sum: see sym_xor_twice in sym_break_xor.h.
 *
 * K[i] xor K[i + a] has lost the key of length a, and is the other one's alone: it repeats after b.
 */
#include "sym_break_xor.h"

static size_t common_divisor(size_t a, size_t b)
{
    while (b > 0) {
        size_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

/* Whether K is a sum of keys of these two lengths. */
static bool splits(const uint8_t *key, size_t bytes, size_t a, size_t b)
{
    for (size_t i = 0; i < bytes; i++)
        if (key[i] ^ key[(i + a) % bytes] ^ key[(i + b) % bytes] ^ key[(i + a + b) % bytes])
            return false;
    return true;
}

/* first[j] stands alone where second's index is that of a place already known: at multiples of b.
 * The lengths have no common divisor, so those reach every j. */
static void take_apart(uint8_t *first, size_t a, uint8_t *second, size_t b, const uint8_t *key,
                       size_t bytes)
{
    for (size_t i = 0; i < bytes; i += b)
        first[i % a] = key[i] ^ key[0];
    for (size_t i = 0; i < b; i++)
        second[i] = key[i] ^ first[i % a];
}

bool sym_xor_twice(uint8_t *first, size_t *first_bytes, uint8_t *second, size_t *second_bytes,
                   const uint8_t *key, size_t key_bytes)
{
    for (size_t a = 2; a * a < key_bytes; a++) {
        size_t b = key_bytes / a;
        if (key_bytes % a != 0 || common_divisor(a, b) != 1 || !splits(key, key_bytes, a, b))
            continue;
        take_apart(first, a, second, b, key, key_bytes);
        *first_bytes = a;
        *second_bytes = b;
        return true;
    }
    return false;
}
