/* The source of the lanes by IFMA, compiled with the header beside this file: see ifma_in_c.h. */
#include "ifma_in_c.h"

#include <string.h>

#include <immintrin.h> /* ours; after the system's, for it has a macro of a short name */

#ifdef __SIZEOF_INT128__
#ifndef __x86_64__
#define __x86_64__ 1 /* plain C: it runs on other processors too */
#endif
#define rsa_lanes_ifma rsa_lanes_ifma_in_c /* the library has one of the first name */
#include "../../../bignum_rsa/fast/rsa_lanes_ifma.c"

const struct rsa_lanes_implementation *ifma_in_c(void)
{
    static const struct rsa_lanes_implementation in_c = {
        .name = "IFMA in C",
        .lanes = RSA_LANES,
        .limb_bits = LIMB_BITS,
        .least = 1,
        .supported = has_ifma,
        .power = power,
        .power_of_two = power_of_two,
    };
    return &in_c;
}
#else
const struct rsa_lanes_implementation *ifma_in_c(void)
{
    return NULL;
}
#endif

void ifma_in_c_add(uint64_t sum[RSA_LANES], const uint64_t a[RSA_LANES],
                   const uint64_t b[RSA_LANES], bool upper)
{
    __m512i to, x, y;
    memcpy(&to, sum, sizeof(to));
    memcpy(&x, a, sizeof(x));
    memcpy(&y, b, sizeof(y));
    to = upper ? _mm512_madd52hi_epu64(to, x, y) : _mm512_madd52lo_epu64(to, x, y);
    memcpy(sum, &to, sizeof(to));
}
