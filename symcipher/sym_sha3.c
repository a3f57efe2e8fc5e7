/*
 * SHA-3 and SHAKE: see sym_sha3.h. The names of the five steps and of what they work on are those
 * of FIPS 202 section 3.2, so that this file can be read beside it: A[x, y] is lane[x + 5 y].
 */
#include "sym_sha3.h"

#include "sym_implementations.h"
#include "sym_words.h"

#define ROUNDS 24

/* --- Keccak-p[1600, 24], FIPS 202 3 ----------------------------------------------------------- */

/* 3.2.1: each bit takes up the parity of two columns beside it. */
static void theta(uint64_t A[SYM_KECCAK_LANES])
{
    uint64_t C[5];
    for (int x = 0; x < 5; x++)
        C[x] = A[x] ^ A[x + 5] ^ A[x + 10] ^ A[x + 15] ^ A[x + 20];
    for (int x = 0; x < 5; x++) {
        const uint64_t D = C[(x + 4) % 5] ^ sym_rotate_left64(C[(x + 1) % 5], 1);
        for (int y = 0; y < 25; y += 5)
            A[x + y] ^= D;
    }
}

/* 3.2.2 and 3.2.3 on one walk through all lanes but A[0, 0]: the walk goes from (x, y) to (y, 2x +
 * 3y), the t-th lane on it is rotated by (t + 1)(t + 2) / 2 bits and put in the next one's place. */
static void rho_and_pi(uint64_t A[SYM_KECCAK_LANES])
{
    int x = 1, y = 0;
    uint64_t lane = A[x + 5 * y];
    for (unsigned t = 0; t < 24; t++) {
        const int next = (2 * x + 3 * y) % 5;
        x = y;
        y = next;
        const uint64_t there = A[x + 5 * y];
        const unsigned offset = (t + 1) * (t + 2) / 2 % 64;
        A[x + 5 * y] = sym_rotate_left64(lane, offset);
        lane = there;
    }
}

/* 3.2.4: the only step that is not linear. */
static void chi(uint64_t A[SYM_KECCAK_LANES])
{
    for (int y = 0; y < 25; y += 5) {
        uint64_t row[5];
        for (int x = 0; x < 5; x++)
            row[x] = A[x + y];
        for (int x = 0; x < 5; x++)
            A[x + y] = row[x] ^ (~row[(x + 1) % 5] & row[(x + 2) % 5]);
    }
}

/* 3.2.5: one lane takes up a constant of the round, so that no two rounds are the same. Algorithm
 * 5: bits 0, 1, 3, 7, ... 63 of it come one after another out of a shift register of eight bits. */
static uint64_t round_constant(uint8_t *shift)
{
    uint64_t RC = 0;
    for (unsigned j = 0; j <= 6; j++) {
        RC |= (uint64_t)(*shift & 1) << ((1U << j) - 1);
        *shift = (uint8_t)(*shift << 1 ^ (*shift >> 7) * 0x71);
    }
    return RC;
}

static void keccak_reference(uint64_t A[SYM_KECCAK_LANES])
{
    uint8_t shift = 1;
    for (int round = 0; round < ROUNDS; round++) {
        theta(A);
        rho_and_pi(A);
        chi(A);
        A[0] ^= round_constant(&shift); /* iota */
    }
}

const struct sym_keccak_implementation sym_keccak_reference = {"reference", sym_everywhere,
                                                               keccak_reference, NULL};

/* --- the sponge, FIPS 202 4 ------------------------------------------------------------------- */

/* 6.1 and 6.2: the capacity in bits, and the end of the input. Bits are read from the lowest: 01 and
 * the padding's first 1 are 110 in binary, 1111 and 1 are 11111. */
static const struct {
    uint16_t capacity;
    uint8_t suffix;
} functions[] = {
    [SYM_SHA3_256] = {512, 0x06},
    [SYM_SHA3_512] = {1024, 0x06},
    [SYM_SHAKE128] = {256, 0x1f},
    [SYM_SHAKE256] = {512, 0x1f},
};

void sym_sponge_init(struct sym_sponge *sponge, enum sym_sha3 function)
{
    *sponge = (struct sym_sponge){.rate = 200 - functions[function].capacity / 8U,
                                  .suffix = functions[function].suffix};
}

/* Byte number i of the state: lanes are little-endian (B.1). */
static void xor_byte(struct sym_sponge *sponge, size_t i, uint8_t byte)
{
    sponge->lane[i / 8] ^= (uint64_t)byte << 8 * (i % 8);
}

static void permute_if_full(struct sym_sponge *sponge)
{
    if (sponge->at < sponge->rate)
        return;
    sym_keccak_best()->permute(sponge->lane);
    sponge->at = 0;
}

void sym_sponge_absorb(struct sym_sponge *sponge, const void *data, size_t bytes)
{
    const uint8_t *in = data;
    while (bytes > 0) {
        if (sponge->at % 8 == 0 && bytes >= 8) {
            sponge->lane[sponge->at / 8] ^= sym_load64_le(in);
            sponge->at += 8, in += 8, bytes -= 8;
        } else {
            xor_byte(sponge, sponge->at++, *in++);
            bytes--;
        }
        permute_if_full(sponge);
    }
}

/* FIPS 202 5.1: pad10*1, the last 1 at the end of the rate. */
static void end_input(struct sym_sponge *sponge)
{
    xor_byte(sponge, sponge->at, sponge->suffix);
    xor_byte(sponge, sponge->rate - 1, 0x80);
    sponge->suffix = 0;
    sponge->at = sponge->rate;
}

void sym_sponge_squeeze(void *out, size_t bytes, struct sym_sponge *sponge)
{
    uint8_t *to = out;
    if (sponge->suffix != 0)
        end_input(sponge);
    while (bytes > 0) {
        permute_if_full(sponge);
        if (sponge->at % 8 == 0 && bytes >= 8) {
            sym_store64_le(to, sponge->lane[sponge->at / 8]);
            sponge->at += 8, to += 8, bytes -= 8;
        } else {
            *to++ = (uint8_t)(sponge->lane[sponge->at / 8] >> 8 * (sponge->at % 8));
            sponge->at++, bytes--;
        }
    }
}
