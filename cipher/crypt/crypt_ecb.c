/*
 * Electronic codebook (SP 800-38A 6.1): each block by itself, padded as RFC 5652 6.3 says.
 *
 *     C[i] = E(P[i])        P[i] = D(C[i])
 *
 * Equal blocks of the text are equal blocks of the ciphertext: that is what is to be seen here, and
 * why no library offers it.
 */
#include "crypt_stream.h"

#include <string.h>

#define BLOCK SYM_CBC_BLOCK_BYTES

static bool is_feistel(const struct crypt_stream *stream)
{
    return strcmp(stream->cipher->name, "feistel-ecb") == 0;
}

void crypt_ecb_begin(struct crypt_stream *stream)
{
    if (is_feistel(stream))
        sym_feistel_init(&stream->ecb.feistel, stream->key->bytes);
    else
        sym_aes_init(&stream->ecb.aes, stream->key->bytes, stream->key->count);
}

static void one_block(struct crypt_stream *stream)
{
    uint8_t *out = stream->out + stream->out_bytes;
    if (is_feistel(stream))
        (stream->encrypting ? sym_feistel_encrypt : sym_feistel_decrypt)(out, &stream->ecb.feistel,
                                                                         stream->held);
    else
        (stream->encrypting ? sym_aes_encrypt : sym_aes_decrypt)(out, &stream->ecb.aes,
                                                                 stream->held);
    stream->out_bytes += BLOCK;
    stream->held_bytes = 0;
}

/* A full block is held until more comes: it may be the one with the padding. */
void crypt_ecb_update(struct crypt_stream *stream, const uint8_t *in, size_t bytes)
{
    while (bytes > 0) {
        if (stream->held_bytes == BLOCK)
            one_block(stream);
        size_t room = BLOCK - stream->held_bytes, taken = bytes < room ? bytes : room;
        memcpy(stream->held + stream->held_bytes, in, taken);
        stream->held_bytes += taken;
        in += taken;
        bytes -= taken;
    }
}

static bool unpad(struct crypt_stream *stream, struct problem *problem)
{
    if (stream->held_bytes != BLOCK)
        return crypt_wrong(stream, SYM_ERR_LENGTH, problem);
    one_block(stream);
    const uint8_t *block = stream->out + stream->out_bytes - BLOCK;
    uint8_t padding = block[BLOCK - 1];
    stream->out_bytes -= BLOCK;
    if (padding == 0 || padding > BLOCK)
        return crypt_wrong(stream, SYM_ERR_PADDING, problem);
    for (size_t i = BLOCK - padding; i < BLOCK; i++)
        if (block[i] != padding)
            return crypt_wrong(stream, SYM_ERR_PADDING, problem);
    stream->out_bytes += BLOCK - padding;
    return true;
}

bool crypt_ecb_final(struct crypt_stream *stream, struct problem *problem)
{
    if (!stream->encrypting)
        return unpad(stream, problem);
    if (stream->held_bytes == BLOCK)
        one_block(stream);
    size_t padding = BLOCK - stream->held_bytes;
    memset(stream->held + stream->held_bytes, (int)padding, padding);
    one_block(stream);
    return true;
}
