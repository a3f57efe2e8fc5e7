/*
 * SHAKE128 and SHAKE256 of several inputs at once (FIPS 202 6.2): what as many calls of sym_shake128
 * give, and sooner where the processor stirs four sponges together. CT: lengths.
 */
#ifndef GLASSBOX_SYM_SHAKE_EACH_H
#define GLASSBOX_SYM_SHAKE_EACH_H

#include <stddef.h>
#include <stdint.h>

/* `count` inputs of `bytes` each, one behind the other; so many outputs of out_bytes likewise. The
 * two do not overlap. */
void sym_shake128_each(uint8_t *out, size_t out_bytes, const uint8_t *in, size_t bytes,
                       size_t count);
void sym_shake256_each(uint8_t *out, size_t out_bytes, const uint8_t *in, size_t bytes,
                       size_t count);

#endif
