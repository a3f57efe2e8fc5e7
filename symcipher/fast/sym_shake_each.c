/* Outputs of several sponges, four at a time where the processor can: see sym_shake_each.h. */
#include "sym_shake_each.h"

#include "sym_implementations.h"
#include "sym_memory.h"
#include "sym_words.h"

#include <stdalign.h>
#include <string.h>

struct four {
    alignas(32) uint64_t lane[SYM_KECCAK_LANES][4];
};

/* One block with its padding (FIPS 202 5.1 and 6.2), of each. Those that are not there repeat the
 * first. */
static void absorb(struct four *four, const uint8_t *in, size_t bytes, size_t count, size_t rate)
{
    uint8_t block[SYM_KECCAK_LANES * 8] = {0};
    block[bytes] = 0x1f;
    memset(four, 0, sizeof(*four));
    for (size_t i = 0; i < 4; i++) {
        memcpy(block, in + (i < count ? i * bytes : 0), bytes);
        for (size_t lane = 0; lane <= bytes / 8; lane++)
            four->lane[lane][i] = sym_load64_le(block + 8 * lane);
        four->lane[rate / 8 - 1][i] ^= UINT64_C(0x80) << 56;
    }
    sym_wipe(block, bytes);
}

static void squeeze_block(uint8_t *out, size_t bytes, const struct four *four, size_t i)
{
    uint8_t last[8];
    size_t lane = 0;
    for (; lane < bytes / 8; lane++)
        sym_store64_le(out + 8 * lane, four->lane[lane][i]);
    if (bytes % 8 == 0)
        return;
    sym_store64_le(last, four->lane[lane][i]);
    memcpy(out + 8 * lane, last, bytes % 8);
}

static void shake_four(uint8_t *out, size_t out_bytes, const uint8_t *in, size_t bytes,
                       size_t count, size_t rate)
{
    struct four four;
    absorb(&four, in, bytes, count, rate);
    for (size_t done = 0; done < out_bytes; done += rate) {
        const size_t some = out_bytes - done < rate ? out_bytes - done : rate;
        sym_keccak_best()->permute_four(four.lane);
        for (size_t i = 0; i < count; i++)
            squeeze_block(out + i * out_bytes + done, some, &four, i);
    }
    sym_wipe(&four, sizeof(four));
}

static void each(uint8_t *out, size_t out_bytes, const uint8_t *in, size_t bytes, size_t count,
                 size_t rate, void (*one)(void *, size_t, const void *, size_t))
{
    const bool together = sym_keccak_best()->permute_four && bytes < rate;
    for (size_t done = 0; done < count; done += together ? 4 : 1) {
        const size_t some = count - done < 4 ? count - done : 4;
        if (together)
            shake_four(out + done * out_bytes, out_bytes, in + done * bytes, bytes, some, rate);
        else
            one(out + done * out_bytes, out_bytes, in + done * bytes, bytes);
    }
}

void sym_shake128_each(uint8_t *out, size_t out_bytes, const uint8_t *in, size_t bytes,
                       size_t count)
{
    each(out, out_bytes, in, bytes, count, 168, sym_shake128);
}

void sym_shake256_each(uint8_t *out, size_t out_bytes, const uint8_t *in, size_t bytes,
                       size_t count)
{
    each(out, out_bytes, in, bytes, count, 136, sym_shake256);
}
