/*
 * ChaCha20, RFC 8439 sections 2.1 to 2.4: the readable reference.
 *
 * A block of key stream is a 4 by 4 square of 32-bit words, stirred. Each stirring step (quarter
 * round) works on four words with additions, XORs and rotations alone: no table and no branch, so
 * there is nothing that could take longer for one key than for another.
 *
 *      0  1  2  3    constants "expand 32-byte k"
 *      4  5  6  7    key
 *      8  9 10 11    key
 *     12 13 14 15    block counter, nonce
 */
#include "sym_chacha20.h"

#include "sym_implementations.h"
#include "sym_words.h"

#include <string.h>

#define BLOCK       SYM_CHACHA20_BLOCK_BYTES
#define STATE_WORDS SYM_CHACHA20_STATE_WORDS

_Static_assert(STATE_WORDS * sizeof(uint32_t) == BLOCK, "the state is one block of words");

/* RFC 8439 2.1: the quarter round. */
static void quarter_round(uint32_t state[STATE_WORDS], int a, int b, int c, int d)
{
    state[a] += state[b];
    state[d] = sym_rotate_left32(state[d] ^ state[a], 16);
    state[c] += state[d];
    state[b] = sym_rotate_left32(state[b] ^ state[c], 12);
    state[a] += state[b];
    state[d] = sym_rotate_left32(state[d] ^ state[a], 8);
    state[c] += state[d];
    state[b] = sym_rotate_left32(state[b] ^ state[c], 7);
}

/* RFC 8439 2.3: twenty rounds are ten pairs of columns, then diagonals. */
static void stir(uint32_t state[STATE_WORDS])
{
    for (int pair = 0; pair < 10; pair++) {
        quarter_round(state, 0, 4, 8, 12);
        quarter_round(state, 1, 5, 9, 13);
        quarter_round(state, 2, 6, 10, 14);
        quarter_round(state, 3, 7, 11, 15);
        quarter_round(state, 0, 5, 10, 15);
        quarter_round(state, 1, 6, 11, 12);
        quarter_round(state, 2, 7, 8, 13);
        quarter_round(state, 3, 4, 9, 14);
    }
}

/* RFC 8439 2.3: the constants spell "expand 32-byte k", read as little-endian words. */
void sym_chacha20_state(uint32_t state[STATE_WORDS], const uint8_t key[SYM_CHACHA20_KEY_BYTES],
                        const uint8_t nonce[SYM_CHACHA20_NONCE_BYTES], uint32_t counter)
{
    state[0] = 0x61707865;
    state[1] = 0x3320646e;
    state[2] = 0x79622d32;
    state[3] = 0x6b206574;
    for (int i = 0; i < 8; i++)
        state[4 + i] = sym_load32_le(key + 4 * i);
    state[SYM_CHACHA20_COUNTER] = counter;
    for (int i = 0; i < 3; i++)
        state[13 + i] = sym_load32_le(nonce + 4 * i);
}

/* RFC 8439 2.3: adding the first state to the stirred one is what makes it impossible to go back
 * from the key stream to the key. */
static void block_of_state(uint8_t out[BLOCK], const uint32_t state[STATE_WORDS])
{
    uint32_t stirred[STATE_WORDS];
    memcpy(stirred, state, sizeof(stirred));
    stir(stirred);
    for (int i = 0; i < STATE_WORDS; i++)
        sym_store32_le(out + 4 * i, stirred[i] + state[i]);
    sym_wipe(stirred, sizeof(stirred));
}

void sym_chacha20_block(uint8_t out[BLOCK], const uint8_t key[SYM_CHACHA20_KEY_BYTES],
                        const uint8_t nonce[SYM_CHACHA20_NONCE_BYTES], uint32_t counter)
{
    uint32_t state[STATE_WORDS];
    sym_chacha20_state(state, key, nonce, counter);
    block_of_state(out, state);
    sym_wipe(state, sizeof(state));
}

/* RFC 8439 2.4: block after block, the counter going up by one. */
static void apply(uint8_t *out, const uint8_t *in, size_t bytes, const uint32_t first[STATE_WORDS])
{
    uint32_t state[STATE_WORDS];
    uint8_t stream[BLOCK];
    memcpy(state, first, sizeof(state));
    for (; bytes > 0; state[SYM_CHACHA20_COUNTER]++) {
        size_t taken = bytes < BLOCK ? bytes : BLOCK;
        block_of_state(stream, state);
        sym_xor_bytes(out, in, stream, taken);
        out += taken;
        in += taken;
        bytes -= taken;
    }
    sym_wipe(state, sizeof(state));
    sym_wipe(stream, sizeof(stream));
}

const struct sym_chacha20_implementation sym_chacha20_reference = {"reference", sym_everywhere,
                                                                   apply};

enum sym_error sym_chacha20_xor(void *out, const void *in, size_t bytes,
                                const uint8_t key[SYM_CHACHA20_KEY_BYTES],
                                const uint8_t nonce[SYM_CHACHA20_NONCE_BYTES], uint32_t counter)
{
    uint32_t state[STATE_WORDS];
    uint64_t blocks_left = ((uint64_t)1 << 32) - counter;
    if (bytes / BLOCK + (bytes % BLOCK > 0) > blocks_left)
        return SYM_ERR_LENGTH;
    sym_chacha20_state(state, key, nonce, counter);
    sym_chacha20_best()->apply(out, in, bytes, state);
    sym_wipe(state, sizeof(state));
    return SYM_OK;
}
