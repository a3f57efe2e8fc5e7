/*
 * AEAD_CHACHA20_POLY1305, RFC 8439 section 2.8.
 *
 * Block 0 of the key stream is the key of Poly1305 (2.6), block 1 and on encrypt the text. The
 * first few blocks are made in one go: most messages need no more, and opening one needs the
 * authenticator's key before it may decrypt anything.
 */
#include "sym_aead.h"

#include "sym_implementations.h"
#include "sym_words.h"

#include <string.h>

#define BLOCK       SYM_CHACHA20_BLOCK_BYTES
#define TAG         SYM_AEAD_TAG_BYTES
#define HEAD_BLOCKS 8
#define HEAD_STEP   (4 * BLOCK)                 /* the widest vectors make no less at once */
#define HEAD_TEXT   ((HEAD_BLOCKS - 1) * BLOCK) /* bytes of text that the head reaches */

/* RFC 8439 2.8: 2^32 - 1 blocks. */
#define MAX_PLAIN_BYTES ((uint64_t)UINT32_MAX * BLOCK)

/* The key stream of one message: its first blocks, and the state that goes on behind them. */
struct stream {
    const struct sym_chacha20_implementation *chacha20;
    uint8_t head[HEAD_BLOCKS * BLOCK];
    uint32_t rest[SYM_CHACHA20_STATE_WORDS];
};

static void stream_init(struct stream *stream, const struct sym_chacha20_implementation *chacha20,
                        const uint8_t key[SYM_AEAD_KEY_BYTES],
                        const uint8_t nonce[SYM_AEAD_NONCE_BYTES], size_t text_bytes)
{
    size_t head_bytes = BLOCK + (text_bytes < HEAD_TEXT ? text_bytes : HEAD_TEXT);
    head_bytes = (head_bytes + HEAD_STEP - 1) / HEAD_STEP * HEAD_STEP;
    stream->chacha20 = chacha20;
    sym_chacha20_state(stream->rest, key, nonce, 0);
    memset(stream->head, 0, head_bytes);
    chacha20->apply(stream->head, stream->head, head_bytes, stream->rest);
    stream->rest[SYM_CHACHA20_COUNTER] = HEAD_BLOCKS;
}

/* RFC 8439 2.8: the text starts at block 1. */
static void stream_apply(const struct stream *stream, uint8_t *out, const uint8_t *in, size_t bytes)
{
    size_t head = bytes < HEAD_TEXT ? bytes : HEAD_TEXT;
    sym_xor_bytes(out, in, stream->head + BLOCK, head);
    if (bytes > head)
        stream->chacha20->apply(out + head, in + head, bytes - head, stream->rest);
}

/* RFC 8439 2.8: data, and zeros to a whole number of blocks (pad16). */
static void update_padded(struct sym_poly1305 *state, const uint8_t *data, size_t bytes)
{
    uint8_t last[SYM_POLY1305_BLOCK_BYTES] = {0};
    size_t rest = bytes % sizeof(last);
    sym_poly1305_update(state, data, bytes - rest);
    if (rest > 0) {
        memcpy(last, data + bytes - rest, rest);
        sym_poly1305_update(state, last, sizeof(last));
    }
}

/* RFC 8439 2.8: the tag covers ad, pad16, ciphertext, pad16, and both lengths. */
static void make_tag(uint8_t tag[TAG], const struct sym_poly1305_implementation *poly1305,
                     const uint8_t key[SYM_POLY1305_KEY_BYTES], const void *ad, size_t ad_bytes,
                     const uint8_t *text, size_t text_bytes)
{
    struct sym_poly1305 state;
    uint8_t lengths[16];
    sym_store64_le(lengths, ad_bytes);
    sym_store64_le(lengths + 8, text_bytes);
    sym_poly1305_init_with(&state, poly1305, key);
    update_padded(&state, ad, ad_bytes);
    update_padded(&state, text, text_bytes);
    sym_poly1305_update(&state, lengths, sizeof(lengths));
    sym_poly1305_final(tag, &state);
}

enum sym_error sym_aead_seal_with(const struct sym_aead_implementation *with, void *sealed,
                                  const uint8_t key[SYM_AEAD_KEY_BYTES],
                                  const uint8_t nonce[SYM_AEAD_NONCE_BYTES], const void *ad,
                                  size_t ad_bytes, const void *plain, size_t plain_bytes)
{
    struct stream stream;
    uint8_t *out = sealed;
    if (plain_bytes > MAX_PLAIN_BYTES)
        return SYM_ERR_LENGTH;
    stream_init(&stream, with->chacha20, key, nonce, plain_bytes);
    stream_apply(&stream, out, plain, plain_bytes);
    make_tag(out + plain_bytes, with->poly1305, stream.head, ad, ad_bytes, out, plain_bytes);
    sym_wipe(&stream, sizeof(stream));
    return SYM_OK;
}

enum sym_error sym_aead_open_with(const struct sym_aead_implementation *with, void *plain,
                                  const uint8_t key[SYM_AEAD_KEY_BYTES],
                                  const uint8_t nonce[SYM_AEAD_NONCE_BYTES], const void *ad,
                                  size_t ad_bytes, const void *sealed, size_t sealed_bytes)
{
    struct stream stream;
    const uint8_t *in = sealed;
    uint8_t tag[TAG];
    size_t text_bytes;
    bool authentic;
    if (sealed_bytes < TAG || sealed_bytes - TAG > MAX_PLAIN_BYTES)
        return SYM_ERR_AUTH;
    text_bytes = sealed_bytes - TAG;
    stream_init(&stream, with->chacha20, key, nonce, text_bytes);
    make_tag(tag, with->poly1305, stream.head, ad, ad_bytes, in, text_bytes);
    authentic = sym_equal(tag, in + text_bytes, TAG);
    /* Branching is legal from here: the sender's success or failure is public. */
    if (authentic)
        stream_apply(&stream, plain, in, text_bytes);
    sym_wipe(&stream, sizeof(stream));
    sym_wipe(tag, sizeof(tag)); /* the right tag for a forgery is a secret */
    return authentic ? SYM_OK : SYM_ERR_AUTH;
}

static struct sym_aead_implementation best(void)
{
    return (struct sym_aead_implementation){sym_chacha20_best(), sym_poly1305_best()};
}

enum sym_error sym_aead_seal(void *sealed, const uint8_t key[SYM_AEAD_KEY_BYTES],
                             const uint8_t nonce[SYM_AEAD_NONCE_BYTES], const void *ad,
                             size_t ad_bytes, const void *plain, size_t plain_bytes)
{
    struct sym_aead_implementation with = best();
    return sym_aead_seal_with(&with, sealed, key, nonce, ad, ad_bytes, plain, plain_bytes);
}

enum sym_error sym_aead_open(void *plain, const uint8_t key[SYM_AEAD_KEY_BYTES],
                             const uint8_t nonce[SYM_AEAD_NONCE_BYTES], const void *ad,
                             size_t ad_bytes, const void *sealed, size_t sealed_bytes)
{
    struct sym_aead_implementation with = best();
    return sym_aead_open_with(&with, plain, key, nonce, ad, ad_bytes, sealed, sealed_bytes);
}
