/*
 * Poly1305 on vectors of 4 and 8 words of 64 bits, for long messages; the rest is left to
 * sym_poly1305_wide.c. The template in sym_poly1305_lanes.h is the idea here.
 *
 * The vector extensions of GCC and clang have no product of 32 by 32 bits that keeps all 64, so it
 * is asked for by the name of its instruction; that is why there is a version for x86 alone.
 */
#include "sym_poly1305_limbs.h"

#if SYM_HAS_VECTORS && SYM_HAS_X86_TARGETS && SYM_HAS_POLY1305_WIDE

#include <immintrin.h>

#define BLOCK     SYM_POLY1305_BLOCK_BYTES
#define MIN_BYTES 384 /* of input, to be worth the setting up; two groups of blocks are the least */

#define LANES          4
#define TARGET         __attribute__((target("avx2")))
#define NAMED(name)    name##_of_4
#define MULTIPLY(a, b) ((lanes_of_4)_mm256_mul_epu32((__m256i)(a), (__m256i)(b)))
#include "sym_poly1305_lanes.h"
#undef LANES
#undef TARGET
#undef NAMED
#undef MULTIPLY

static void init(struct sym_poly1305 *state, const uint8_t r[BLOCK])
{
    sym_poly1305_wide.init(state, r);
}

static void reduce(uint64_t sum[2], struct sym_poly1305 *state)
{
    sym_poly1305_wide.reduce(sum, state);
}

const struct sym_poly1305_implementation sym_poly1305_lanes4 = {"4 lanes (AVX2)", sym_has_avx2,
                                                                init, absorb_of_4, reduce};

#define LANES          8
#define TARGET         __attribute__((target("avx512f")))
#define NAMED(name)    name##_of_8
#define MULTIPLY(a, b) ((lanes_of_8)_mm512_mul_epu32((__m512i)(a), (__m512i)(b)))
#include "sym_poly1305_lanes.h"
#undef LANES
#undef TARGET
#undef NAMED
#undef MULTIPLY

const struct sym_poly1305_implementation sym_poly1305_lanes8 = {
    "8 lanes (AVX-512)", sym_has_avx512f, init, absorb_of_8, reduce};

_Static_assert(SYM_POLY1305_POWERS >= 8, "one power of r for each lane");

#endif
