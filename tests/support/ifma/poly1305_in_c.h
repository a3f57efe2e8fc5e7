/*
 * Poly1305 by AVX-512 IFMA (symcipher/fast/sym_poly1305_ifma.c), with its two instructions in plain
 * C: what only some machines would run is tested on all.
 */
#ifndef GLASSBOX_TESTS_POLY1305_IN_C_H
#define GLASSBOX_TESTS_POLY1305_IN_C_H

#include "sym_poly1305_limbs.h"

/* NULL where the compiler has no such vectors: then there is nothing to test. */
const struct sym_poly1305_implementation *poly1305_in_c(void);

#endif
