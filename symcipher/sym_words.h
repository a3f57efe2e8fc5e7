/*
 * Words of 32 and 64 bits in memory, in either byte order; rotation; XOR by words. Internal.
 *
 * Byte by byte, so that neither the machine's own order nor alignment matters; compilers make one
 * instruction of each. SHA-256 reads big-endian words, ChaCha20 and Poly1305 little-endian ones.
 */
#ifndef GLASSBOX_SYM_WORDS_H
#define GLASSBOX_SYM_WORDS_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

static inline uint32_t sym_load32_be(const uint8_t in[4])
{
    return (uint32_t)in[0] << 24 | (uint32_t)in[1] << 16 | (uint32_t)in[2] << 8 | in[3];
}

static inline uint64_t sym_load64_be(const uint8_t in[8])
{
    return (uint64_t)sym_load32_be(in) << 32 | sym_load32_be(in + 4);
}

static inline uint32_t sym_load32_le(const uint8_t in[4])
{
    return (uint32_t)in[3] << 24 | (uint32_t)in[2] << 16 | (uint32_t)in[1] << 8 | in[0];
}

static inline uint64_t sym_load64_le(const uint8_t in[8])
{
    return (uint64_t)sym_load32_le(in + 4) << 32 | sym_load32_le(in);
}

static inline void sym_store32_be(uint8_t out[4], uint32_t word)
{
    out[0] = (uint8_t)(word >> 24);
    out[1] = (uint8_t)(word >> 16);
    out[2] = (uint8_t)(word >> 8);
    out[3] = (uint8_t)word;
}

static inline void sym_store64_be(uint8_t out[8], uint64_t word)
{
    sym_store32_be(out, (uint32_t)(word >> 32));
    sym_store32_be(out + 4, (uint32_t)word);
}

static inline void sym_store32_le(uint8_t out[4], uint32_t word)
{
    out[0] = (uint8_t)word;
    out[1] = (uint8_t)(word >> 8);
    out[2] = (uint8_t)(word >> 16);
    out[3] = (uint8_t)(word >> 24);
}

static inline void sym_store64_le(uint8_t out[8], uint64_t word)
{
    sym_store32_le(out, (uint32_t)word);
    sym_store32_le(out + 4, (uint32_t)(word >> 32));
}

/* by: 1 to 31, and 1 to 63. */
static inline uint32_t sym_rotate_left32(uint32_t word, unsigned by)
{
    return word << by | word >> (32 - by);
}

static inline uint32_t sym_rotate_right32(uint32_t word, unsigned by)
{
    return word >> by | word << (32 - by);
}

static inline uint64_t sym_rotate_left64(uint64_t word, unsigned by)
{
    return word << by | word >> (64 - by);
}

/* Two words anywhere in memory: one register of nearly every machine. */
typedef uint64_t sym_two_words __attribute__((vector_size(16), aligned(1), may_alias));

/* out = in xor key stream, two words at a time where that is possible. In place is fine. No array
 * stands between: it would stay on the stack, and what is XORed may become a key. */
static inline void sym_xor_bytes(uint8_t *out, const uint8_t *in, const uint8_t *stream,
                                 size_t bytes)
{
    size_t i = 0;
    for (; i + sizeof(sym_two_words) <= bytes; i += sizeof(sym_two_words))
        *(sym_two_words *)(out + i) = *(const sym_two_words *)(in + i) ^
                                      *(const sym_two_words *)(stream + i);
    for (; i < bytes; i++)
        out[i] = in[i] ^ stream[i];
}

#endif
