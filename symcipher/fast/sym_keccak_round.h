/*
 * Keccak-f[1600] with all 25 lanes in variables of their own: a template, included once for a word
 * of each lane and once for vectors of four. Inside the library. It is given WORD, the type of a
 * lane, and TARGET, the attribute that lets the compiler use its instructions; it gives
 * permute_all.
 *
 * The five steps of sym_sha3.c in one go. Where each lane comes from (pi) and by how much it is
 * turned (rho) is written out; the walk that says so is there.
 */

/* FIPS 202 3.2.5: the 24 values of RC. */
static const uint64_t RC[24] = {
    0x0000000000000001, 0x0000000000008082, 0x800000000000808a, 0x8000000080008000,
    0x000000000000808b, 0x0000000080000001, 0x8000000080008081, 0x8000000000008009,
    0x000000000000008a, 0x0000000000000088, 0x0000000080008009, 0x000000008000000a,
    0x000000008000808b, 0x800000000000008b, 0x8000000000008089, 0x8000000000008003,
    0x8000000000008002, 0x8000000000000080, 0x000000000000800a, 0x800000008000000a,
    0x8000000080008081, 0x8000000000008080, 0x0000000080000001, 0x8000000080008008,
};

#define TURN(word, by) ((word) << (by) | (word) >> (64 - (by)))

/* chi on a row that rho and pi have put into b0 to b4. */
#define CHI(row, out)                                                                              \
    do {                                                                                           \
        out[5 * (row) + 0] = b0 ^ (~b1 & b2);                                                      \
        out[5 * (row) + 1] = b1 ^ (~b2 & b3);                                                      \
        out[5 * (row) + 2] = b2 ^ (~b3 & b4);                                                      \
        out[5 * (row) + 3] = b3 ^ (~b4 & b0);                                                      \
        out[5 * (row) + 4] = b4 ^ (~b0 & b1);                                                      \
    } while (0)

TARGET static inline __attribute__((always_inline)) void one_round(WORD E[25], const WORD A[25],
                                                                   uint64_t constant)
{
    const WORD c0 = A[0] ^ A[5] ^ A[10] ^ A[15] ^ A[20];
    const WORD c1 = A[1] ^ A[6] ^ A[11] ^ A[16] ^ A[21];
    const WORD c2 = A[2] ^ A[7] ^ A[12] ^ A[17] ^ A[22];
    const WORD c3 = A[3] ^ A[8] ^ A[13] ^ A[18] ^ A[23];
    const WORD c4 = A[4] ^ A[9] ^ A[14] ^ A[19] ^ A[24];
    const WORD d0 = c4 ^ TURN(c1, 1), d1 = c0 ^ TURN(c2, 1), d2 = c1 ^ TURN(c3, 1);
    const WORD d3 = c2 ^ TURN(c4, 1), d4 = c3 ^ TURN(c0, 1);
    WORD b0, b1, b2, b3, b4;

    b0 = A[0] ^ d0, b1 = TURN(A[6] ^ d1, 44), b2 = TURN(A[12] ^ d2, 43);
    b3 = TURN(A[18] ^ d3, 21), b4 = TURN(A[24] ^ d4, 14);
    CHI(0, E);
    E[0] ^= constant;
    b0 = TURN(A[3] ^ d3, 28), b1 = TURN(A[9] ^ d4, 20), b2 = TURN(A[10] ^ d0, 3);
    b3 = TURN(A[16] ^ d1, 45), b4 = TURN(A[22] ^ d2, 61);
    CHI(1, E);
    b0 = TURN(A[1] ^ d1, 1), b1 = TURN(A[7] ^ d2, 6), b2 = TURN(A[13] ^ d3, 25);
    b3 = TURN(A[19] ^ d4, 8), b4 = TURN(A[20] ^ d0, 18);
    CHI(2, E);
    b0 = TURN(A[4] ^ d4, 27), b1 = TURN(A[5] ^ d0, 36), b2 = TURN(A[11] ^ d1, 10);
    b3 = TURN(A[17] ^ d2, 15), b4 = TURN(A[23] ^ d3, 56);
    CHI(3, E);
    b0 = TURN(A[2] ^ d2, 62), b1 = TURN(A[8] ^ d3, 55), b2 = TURN(A[14] ^ d4, 39);
    b3 = TURN(A[15] ^ d0, 41), b4 = TURN(A[21] ^ d1, 2);
    CHI(4, E);
}

TARGET static void permute_all(WORD lane[25])
{
    WORD A[25], E[25];
    for (int i = 0; i < 25; i++)
        A[i] = lane[i];
    for (int round = 0; round < 24; round += 2) {
        one_round(E, A, RC[round]);
        one_round(A, E, RC[round + 1]);
    }
    for (int i = 0; i < 25; i++)
        lane[i] = A[i];
}
