/*
 * Constant-time verbs: decisions on secrets without a branch and without an index.
 *
 * A mask is 0 for no and all ones for yes. Each verb hides its value from the optimiser, so that a
 * chain of masks is not turned back into the branch that it stands for.
 */
#ifndef GLASSBOX_RSA_CT_H
#define GLASSBOX_RSA_CT_H

#include <stddef.h>
#include <stdint.h>

typedef uint64_t ct_mask;

/* From secret to public: on what comes out one may branch. A function, and not only a comment, so
 * that tests/secrets sees each branch on a secret but those behind this door. */
uint64_t rsa_reveal(uint64_t value);

static inline uint64_t ct_opaque(uint64_t value)
{
    __asm__("" : "+r"(value));
    return value;
}

/* value != 0: the top bit of value | -value is set for all but 0. */
static inline ct_mask ct_nonzero(uint64_t value)
{
    value = ct_opaque(value);
    return 0 - ((value | (0 - value)) >> 63);
}

static inline ct_mask ct_zero(uint64_t value)
{
    return ~ct_nonzero(value);
}

static inline ct_mask ct_equal(uint64_t a, uint64_t b)
{
    return ct_zero(a ^ b);
}

/* a < b for a, b < 2^63: the subtraction borrows into the top bit. */
static inline ct_mask ct_less(uint64_t a, uint64_t b)
{
    return 0 - (ct_opaque(a - b) >> 63);
}

/* mask ? yes : no. */
static inline uint64_t ct_select(ct_mask mask, uint64_t yes, uint64_t no)
{
    mask = ct_opaque(mask);
    return (mask & yes) | (~mask & no);
}

/* Whether two buffers of the same public size are equal. */
static inline ct_mask ct_equal_bytes(const uint8_t *a, const uint8_t *b, size_t bytes)
{
    uint64_t difference = 0;

    for (size_t i = 0; i < bytes; i++)
        difference |= (uint64_t)(a[i] ^ b[i]);
    return ct_zero(difference);
}

#endif
