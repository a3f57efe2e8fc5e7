/*
 * The lanes by AVX-512 IFMA (bignum_rsa/fast/rsa_lanes_ifma.c), with their two instructions in plain
 * C: what only some machines would run is tested on all.
 */
#ifndef GLASSBOX_TESTS_IFMA_IN_C_H
#define GLASSBOX_TESTS_IFMA_IN_C_H

#include "rsa_lanes.h"

/* NULL where the compiler has no integers of 128 bits: then there are no lanes at all. */
const struct rsa_lanes_implementation *ifma_in_c(void);

/* sum += the lower, or the upper, 52 bits of a b: one of the two instructions, in eight lanes. */
void ifma_in_c_add(uint64_t sum[RSA_LANES], const uint64_t a[RSA_LANES],
                   const uint64_t b[RSA_LANES], bool upper);

#endif
