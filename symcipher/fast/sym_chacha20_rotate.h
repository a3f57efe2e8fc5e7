/*
 * Turning each 32-bit word of a vector to the left. Inside the library.
 *
 * AVX-512 has an instruction for it, which compilers find in the shifts. AVX2 has none, and takes
 * three instructions, unless whole bytes move: then one shuffle of bytes does it.
 */
#ifndef GLASSBOX_SYM_CHACHA20_ROTATE_H
#define GLASSBOX_SYM_CHACHA20_ROTATE_H

#include <stdint.h>

#define ROTATE_LEFT(v, by) ((v) << (by) | (v) >> (32 - (by)))

/* by: 8 or 16, of a vector of 8 words. Byte i of a word was byte i - 1 or i - 2 before. */
#define ROTATE_BYTES_32(v, by)                                                                     \
    ((by) == 8 ? (words32)SHUFFLE_WORDS((bytes32)(v), 3, 0, 1, 2)                                  \
               : (words32)SHUFFLE_WORDS((bytes32)(v), 2, 3, 0, 1))

typedef uint32_t words32 __attribute__((vector_size(32)));
typedef uint8_t bytes32 __attribute__((vector_size(32)));

#define SHUFFLE_WORDS(v, w, x, y, z)                                                               \
    __builtin_shufflevector(v, v, WORD(0, w, x, y, z), WORD(4, w, x, y, z), WORD(8, w, x, y, z),   \
                            WORD(12, w, x, y, z), WORD(16, w, x, y, z), WORD(20, w, x, y, z),      \
                            WORD(24, w, x, y, z), WORD(28, w, x, y, z))
#define WORD(at, w, x, y, z) (at) + (w), (at) + (x), (at) + (y), (at) + (z)

#endif
