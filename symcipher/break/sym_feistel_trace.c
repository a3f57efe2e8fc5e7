/* How far a flipped bit can be followed: sym_feistel_distinguish of sym_break_feistel.h. */
#include "sym_break_feistel.h"

#define BLOCK SYM_FEISTEL_BLOCK_BYTES
#define BITS  (8 * BLOCK)

/* How far n of `count` is from one half, squared, in variances: the standard deviation of a fair coin
 * thrown count times is sqrt(count) / 2. */
static double square_distance(size_t n, size_t count)
{
    double off = (double)n - (double)count / 2;
    return off * off / ((double)count / 4);
}

/* Newton's method; the library links no libm. */
static double root_of(double x)
{
    double root = x > 1 ? x : 1;
    for (int i = 0; i < 60; i++)
        root = (root + x / root) / 2;
    return root;
}

void sym_feistel_distinguish(struct sym_feistel_trace *trace, struct sym_feistel_pair *pairs,
                             size_t count, const struct sym_feistel *cipher, unsigned rounds)
{
    size_t differ[BITS] = {0};
    double furthest = 0;
    *trace = (struct sym_feistel_trace){.work = 2 * count};
    for (size_t i = 0; i < count; i++) {
        uint8_t other[BLOCK];
        sym_feistel_encrypt_rounds(pairs[i].sealed, cipher, rounds, pairs[i].plain);
        pairs[i].plain[0] ^= 0x80;
        sym_feistel_encrypt_rounds(other, cipher, rounds, pairs[i].plain);
        pairs[i].plain[0] ^= 0x80;
        for (size_t bit = 0; bit < BITS; bit++)
            differ[bit] += (other[bit / 8] ^ pairs[i].sealed[bit / 8]) >> (7 - bit % 8) & 1;
    }
    for (size_t bit = 0; bit < BITS && count > 0; bit++) {
        double distance = square_distance(differ[bit], count);
        furthest = distance > furthest ? distance : furthest;
        trace->still += differ[bit] == 0 || differ[bit] == count;
    }
    trace->furthest = root_of(furthest);
    trace->verdict = trace->furthest >= SYM_FEISTEL_FAR ? SYM_BROKEN : SYM_RESISTED;
}
