/*
 * AES by the processor's own instructions (AES-NI): see sym_implementations.h. Constant time.
 *
 * aesenc is one round of FIPS 197 5.1: rows shifted, bytes substituted, columns mixed, a round key
 * added; aesenclast leaves the columns alone. aesdec is one round of the equivalent inverse cipher
 * (5.3.5), in which columns are unmixed before the round key is added, and so the key's as well.
 */
#include "sym_implementations.h"

#if SYM_HAS_X86_TARGETS
#include <immintrin.h>

#define TARGET __attribute__((target("aes,sse2")))

TARGET static inline __m128i load(const uint8_t *bytes)
{
    return _mm_loadu_si128((const __m128i *)(const void *)bytes);
}

TARGET static void encrypt(uint8_t out[SYM_AES_BLOCK_BYTES], const struct sym_aes *aes,
                           const uint8_t in[SYM_AES_BLOCK_BYTES])
{
    __m128i state = _mm_xor_si128(load(in), load(aes->round_keys[0]));
    for (unsigned round = 1; round < aes->rounds; round++)
        state = _mm_aesenc_si128(state, load(aes->round_keys[round]));
    state = _mm_aesenclast_si128(state, load(aes->round_keys[aes->rounds]));
    _mm_storeu_si128((__m128i *)(void *)out, state);
}

TARGET static void decrypt(uint8_t out[SYM_AES_BLOCK_BYTES], const struct sym_aes *aes,
                           const uint8_t in[SYM_AES_BLOCK_BYTES])
{
    __m128i state = _mm_xor_si128(load(in), load(aes->round_keys[aes->rounds]));
    for (unsigned round = aes->rounds - 1; round > 0; round--)
        state = _mm_aesdec_si128(state, _mm_aesimc_si128(load(aes->round_keys[round])));
    state = _mm_aesdeclast_si128(state, load(aes->round_keys[0]));
    _mm_storeu_si128((__m128i *)(void *)out, state);
}

const struct sym_aes_implementation sym_aes_ni = {"AES-NI", sym_has_aes, encrypt, decrypt};
#endif
