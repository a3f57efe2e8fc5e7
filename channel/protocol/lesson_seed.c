/* Chance that repeats itself; see lesson_seed.h for the formulas. */
#include "lesson_seed.h"

#include "sym_chacha20.h"

#include <stdio.h>
#include <string.h>

#define SALT       "glassbox lesson seed v1"
#define NAME_BYTES 256 /* of a party, at most */

void lesson_seed_start(struct lesson_seed *seed, uint32_t number, const char *party)
{
    char ikm[NAME_BYTES + 16];
    int bytes = snprintf(ikm, sizeof(ikm), "%u %.*s", number, NAME_BYTES, party);
    *seed = (struct lesson_seed){.number = number};
    sym_hkdf_extract(seed->prk, SALT, strlen(SALT), ikm, (size_t)bytes);
}

/* The next bytes of the key stream, which may begin and end in the middle of a block. */
static int fill(void *context, uint8_t *out, size_t bytes)
{
    static const uint8_t nonce[SYM_CHACHA20_NONCE_BYTES] = {0};
    struct seed_stream *stream = context;
    while (bytes > 0) {
        uint8_t block[SYM_CHACHA20_BLOCK_BYTES];
        size_t from = stream->used % sizeof(block);
        size_t part = sizeof(block) - from < bytes ? sizeof(block) - from : bytes;
        if (stream->used / sizeof(block) > UINT32_MAX) /* 256 GiB */
            return -1;
        sym_chacha20_block(block, stream->key, nonce, (uint32_t)(stream->used / sizeof(block)));
        memcpy(out, block + from, part);
        stream->used += part;
        out += part;
        bytes -= part;
    }
    return 0;
}

void seed_stream_start(struct seed_stream *stream, const struct lesson_seed *seed,
                       const char *purpose)
{
    *stream = (struct seed_stream){.random = {.fill = fill, .context = stream}};
    if (sym_hkdf_expand(stream->key, sizeof(stream->key), seed->prk, sizeof(seed->prk), purpose,
                        strlen(purpose)) != SYM_OK)
        stream->used = UINT64_MAX; /* then fill fails, too; but so few bytes are always there */
}
