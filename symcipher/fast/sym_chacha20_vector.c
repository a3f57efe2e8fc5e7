/*
 * ChaCha20 on vectors of 4, 8 and 16 words, in the vector extensions that GCC and clang share. The
 * narrowest runs on any little-endian processor (the compiler makes plain instructions of it where
 * there are no vectors); the wider ones where the processor says, at run time, that it can.
 *
 * sym_chacha20.c is the one to read first; the template in sym_chacha20_rows.h is the idea here.
 */
#include "sym_chacha20_rotate.h"
#include "sym_implementations.h"
#include "sym_words.h"

#include <string.h>

#if SYM_HAS_VECTORS

#define BLOCK SYM_CHACHA20_BLOCK_BYTES

typedef uint32_t words __attribute__((vector_size(16)));

#define BLOCKS 1
#define TARGET
#define NAMED(name)  name##_of_1
#define ROTATE_BYTES ROTATE_LEFT
#include "sym_chacha20_rows.h"
#undef BLOCKS
#undef TARGET
#undef NAMED
#undef ROTATE_BYTES

const struct sym_chacha20_implementation sym_chacha20_vector4 = {"vectors of 4", sym_everywhere,
                                                                 apply_of_1};

#if SYM_HAS_X86_TARGETS

#define BLOCKS       2
#define TARGET       __attribute__((target("avx2")))
#define NAMED(name)  name##_of_2
#define ROTATE_BYTES ROTATE_BYTES_32
#include "sym_chacha20_rows.h"
#undef BLOCKS
#undef TARGET
#undef NAMED
#undef ROTATE_BYTES

const struct sym_chacha20_implementation sym_chacha20_vector8 = {"vectors of 8 (AVX2)",
                                                                 sym_has_avx2, apply_of_2};

#define BLOCKS       4
#define TARGET       __attribute__((target("avx512f")))
#define NAMED(name)  name##_of_4
#define ROTATE_BYTES ROTATE_LEFT
#include "sym_chacha20_rows.h"
#undef BLOCKS
#undef TARGET
#undef NAMED
#undef ROTATE_BYTES

const struct sym_chacha20_implementation sym_chacha20_vector16 = {"vectors of 16 (AVX-512)",
                                                                  sym_has_avx512f, apply_of_4};

#endif
#endif
