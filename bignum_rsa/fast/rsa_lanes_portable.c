/* Eight lanes in plain C: what the instructions of rsa_lanes_ifma.c do, written out. */
#include "rsa_lanes.h"

#ifdef __SIZEOF_INT128__

#define LIMB_BITS 52

typedef uint64_t lanes __attribute__((vector_size(64)));

#define TARGET

#define INLINE static inline __attribute__((always_inline))

INLINE void add_products(lanes *sum, const lanes *a, const lanes *b, int shift)
{
    const uint64_t mask = (1ULL << LIMB_BITS) - 1;
    for (int i = 0; i < RSA_LANES; i++) {
        const __uint128_t product = (__uint128_t)((*a)[i] & mask) * ((*b)[i] & mask);
        (*sum)[i] += (uint64_t)(product >> shift) & mask;
    }
}

/* The arguments have names while the product is taken: a statement in an expression (GNU C). */
#define ADD(sum, a, b, shift)                                                                      \
    __extension__({                                                                                \
        lanes sum_ = (sum), a_ = (a), b_ = (b);                                                    \
        add_products(&sum_, &a_, &b_, shift);                                                      \
        sum_;                                                                                      \
    })
#define LOW(sum, a, b)  ADD(sum, a, b, 0)
#define HIGH(sum, a, b) ADD(sum, a, b, LIMB_BITS)
#include "rsa_lanes_kernel.h"
#include "rsa_lanes_product.h"

static bool everywhere(void)
{
    return true;
}

const struct rsa_lanes_implementation rsa_lanes_portable = {
    .name = "portable lanes",
    .lanes = sizeof(lanes) / sizeof(uint64_t),
    .limb_bits = LIMB_BITS,
    .least = 1, /* it is there to be tested */
    .supported = everywhere,
    .power = power,
    .power_of_two = power_of_two,
};
#endif
