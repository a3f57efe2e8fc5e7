/*
 * Messages through the classic ciphers: in pieces, and in one call made of the same pieces.
 *
 * A bytewise cipher only remembers where in its key it is. A block cipher runs in CBC mode, whose
 * IV travels in front of the ciphertext: written before the first block, and read back before it.
 */
#include "sym_cipher.h"

#include "sym_cipher_table.h"

#include <string.h>

#define IV SYM_CIPHER_MAX_IV_BYTES

static enum sym_error init(struct sym_cipher_stream *stream, const struct sym_cipher *cipher,
                           bool encrypting, const void *key, size_t key_bytes)
{
    *stream = (struct sym_cipher_stream){
        .cipher = cipher, .encrypting = encrypting, .key = key, .key_bytes = key_bytes};
    if (!sym_cipher_key_fits(cipher, key_bytes))
        stream->error = SYM_ERR_KEY_BYTES;
    return stream->error;
}

enum sym_error sym_cipher_encrypt_init(struct sym_cipher_stream *stream,
                                       const struct sym_cipher *cipher, const void *key,
                                       size_t key_bytes, const uint8_t *iv)
{
    if (init(stream, cipher, true, key, key_bytes) || !cipher->blocks)
        return stream->error;
    memcpy(stream->iv, iv, IV);
    sym_cbc_init(&stream->cbc, cipher->blocks, key, iv);
    return SYM_OK;
}

enum sym_error sym_cipher_decrypt_init(struct sym_cipher_stream *stream,
                                       const struct sym_cipher *cipher, const void *key,
                                       size_t key_bytes)
{
    return init(stream, cipher, false, key, key_bytes);
}

/* Bytes that this much input will bring out. */
static size_t due(const struct sym_cipher_stream *stream, size_t in_bytes)
{
    size_t iv_left = IV - stream->iv_bytes;
    if (!stream->cipher->blocks)
        return in_bytes;
    if (stream->encrypting)
        return iv_left + sym_cbc_encrypt_bytes(&stream->cbc, in_bytes);
    return in_bytes > iv_left ? sym_cbc_decrypt_bytes(&stream->cbc, in_bytes - iv_left) : 0;
}

static size_t write_iv(struct sym_cipher_stream *stream, uint8_t *out)
{
    size_t written = IV - stream->iv_bytes;
    memcpy(out, stream->iv + stream->iv_bytes, written);
    stream->iv_bytes = IV;
    return written;
}

/* Returns how much of the input belonged to the IV. */
static size_t read_iv(struct sym_cipher_stream *stream, const uint8_t *in, size_t in_bytes)
{
    size_t left = IV - stream->iv_bytes, taken = in_bytes < left ? in_bytes : left;
    if (taken == 0)
        return 0;
    memcpy(stream->iv + stream->iv_bytes, in, taken);
    stream->iv_bytes += taken;
    if (stream->iv_bytes == IV)
        sym_cbc_init(&stream->cbc, stream->cipher->blocks, stream->key, stream->iv);
    return taken;
}

static void apply_blocks(struct sym_cipher_stream *stream, uint8_t *out, const uint8_t *in,
                         size_t in_bytes)
{
    if (stream->encrypting) {
        out += write_iv(stream, out);
        sym_cbc_encrypt(&stream->cbc, out, in, in_bytes);
    } else {
        size_t taken = read_iv(stream, in, in_bytes);
        if (in_bytes > taken)
            sym_cbc_decrypt(&stream->cbc, out, in + taken, in_bytes - taken);
    }
}

static void apply_bytewise(struct sym_cipher_stream *stream, uint8_t *out, const uint8_t *in,
                           size_t in_bytes)
{
    const struct sym_cipher *cipher = stream->cipher;
    sym_bytewise *apply = stream->encrypting ? cipher->encrypt : cipher->decrypt;
    if (in_bytes > 0)
        apply(out, in, in_bytes, stream->key, stream->key_bytes, stream->position);
    stream->position += in_bytes;
}

/* What speaks against taking this much input. */
static enum sym_error refusal(const struct sym_cipher_stream *stream, size_t out_space,
                              size_t in_bytes)
{
    if (stream->error)
        return stream->error;
    if (stream->cipher->key_bytes == 0 && in_bytes > stream->key_bytes - stream->position)
        return SYM_ERR_LENGTH; /* a one-time pad is never used twice */
    if (due(stream, in_bytes) > out_space)
        return SYM_ERR_SPACE;
    return SYM_OK;
}

enum sym_error sym_cipher_update(struct sym_cipher_stream *stream, void *out, size_t out_space,
                                 size_t *out_bytes, const void *in, size_t in_bytes)
{
    *out_bytes = 0;
    stream->error = refusal(stream, out_space, in_bytes);
    if (stream->error)
        return stream->error;
    *out_bytes = due(stream, in_bytes);
    if (stream->cipher->blocks)
        apply_blocks(stream, out, in, in_bytes);
    else
        apply_bytewise(stream, out, in, in_bytes);
    return SYM_OK;
}

static enum sym_error finish_encrypting(struct sym_cipher_stream *stream, uint8_t *out,
                                        size_t out_space, size_t *out_bytes)
{
    size_t iv_left = IV - stream->iv_bytes; /* an empty text had no update to write it */
    if (iv_left + SYM_CBC_BLOCK_BYTES > out_space)
        return SYM_ERR_SPACE;
    write_iv(stream, out);
    sym_cbc_encrypt_final(&stream->cbc, out + iv_left);
    *out_bytes = iv_left + SYM_CBC_BLOCK_BYTES;
    return SYM_OK;
}

static enum sym_error finish_decrypting(struct sym_cipher_stream *stream, uint8_t *out,
                                        size_t out_space, size_t *out_bytes)
{
    uint8_t last[SYM_CBC_BLOCK_BYTES];
    size_t last_bytes;
    enum sym_error error = sym_cbc_decrypt_final(&stream->cbc, last, &last_bytes);
    if (!error && last_bytes > out_space)
        error = SYM_ERR_SPACE;
    if (!error && last_bytes > 0) {
        memcpy(out, last, last_bytes);
        *out_bytes = last_bytes;
    }
    sym_wipe(last, sizeof(last));
    return error;
}

enum sym_error sym_cipher_final(struct sym_cipher_stream *stream, void *out, size_t out_space,
                                size_t *out_bytes)
{
    enum sym_error error = stream->error;
    *out_bytes = 0;
    if (!error && stream->cipher->blocks)
        error = stream->encrypting ? finish_encrypting(stream, out, out_space, out_bytes)
                                   : finish_decrypting(stream, out, out_space, out_bytes);
    sym_wipe(stream, sizeof(*stream));
    return error;
}

/* One update and the final; on an error, what was written is taken back. */
static enum sym_error run(struct sym_cipher_stream *stream, uint8_t *out, size_t out_space,
                          size_t *out_bytes, const void *in, size_t in_bytes)
{
    size_t first, last;
    enum sym_error error = sym_cipher_update(stream, out, out_space, &first, in, in_bytes);
    uint8_t *rest = first > 0 ? out + first : out;
    error = sym_cipher_final(stream, rest, out_space - first, &last);
    if (error)
        sym_wipe(out, first);
    *out_bytes = error ? 0 : first + last;
    return error;
}

enum sym_error sym_cipher_encrypt(const struct sym_cipher *cipher, void *out, size_t out_space,
                                  size_t *out_bytes, const void *key, size_t key_bytes,
                                  const uint8_t *iv, const void *in, size_t in_bytes)
{
    struct sym_cipher_stream stream;
    *out_bytes = 0;
    if (sym_cipher_encrypt_init(&stream, cipher, key, key_bytes, iv))
        return SYM_ERR_KEY_BYTES;
    return run(&stream, out, out_space, out_bytes, in, in_bytes);
}

enum sym_error sym_cipher_decrypt(const struct sym_cipher *cipher, void *out, size_t out_space,
                                  size_t *out_bytes, const void *key, size_t key_bytes,
                                  const void *in, size_t in_bytes)
{
    struct sym_cipher_stream stream;
    *out_bytes = 0;
    if (sym_cipher_decrypt_init(&stream, cipher, key, key_bytes))
        return SYM_ERR_KEY_BYTES;
    return run(&stream, out, out_space, out_bytes, in, in_bytes);
}
