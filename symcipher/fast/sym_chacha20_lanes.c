/*
 * ChaCha20 of 8 or 16 blocks at once, one word of each in a vector: the template in
 * sym_chacha20_lanes.h is the idea here. What is left at the end goes by rows.
 */
#include "sym_chacha20_rotate.h"
#include "sym_implementations.h"
#include "sym_words.h"

#include <string.h>

#if SYM_HAS_VECTORS && SYM_HAS_X86_TARGETS

#define BLOCK SYM_CHACHA20_BLOCK_BYTES
#define WORDS SYM_CHACHA20_STATE_WORDS

#define LANES        8
#define TARGET       __attribute__((target("avx2")))
#define NAMED(name)  name##_of_8
#define ROTATE_BYTES ROTATE_BYTES_32
#define LAST_ROWS    sym_chacha20_vector8
#include "sym_chacha20_lanes.h"
#undef LANES
#undef TARGET
#undef NAMED
#undef ROTATE_BYTES
#undef LAST_ROWS

const struct sym_chacha20_implementation sym_chacha20_lanes8 = {"8 lanes (AVX2)", sym_has_avx2,
                                                                apply_of_8};

#define LANES        16
#define TARGET       __attribute__((target("avx512f")))
#define NAMED(name)  name##_of_16
#define ROTATE_BYTES ROTATE_LEFT
#define LAST_ROWS    sym_chacha20_vector16
#include "sym_chacha20_lanes.h"
#undef LANES
#undef TARGET
#undef NAMED
#undef ROTATE_BYTES
#undef LAST_ROWS

const struct sym_chacha20_implementation sym_chacha20_lanes16 = {"16 lanes (AVX-512)",
                                                                 sym_has_avx512f, apply_of_16};

#endif
