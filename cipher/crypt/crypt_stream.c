/* A text through any cipher, in pieces: see crypt_stream.h. */
#include "crypt_stream.h"

#include "sym_aead.h"

#include <stdlib.h>
#include <string.h>

#define BLOCK SYM_CBC_BLOCK_BYTES

_Static_assert(CRYPT_PIECE % SYM_CHACHA20_BLOCK_BYTES == 0, "pieces are whole blocks");

bool crypt_bytes_add(struct crypt_bytes *bytes, const void *data, size_t count)
{
    if (count > bytes->space - bytes->count) {
        struct crypt_bytes more = {.space = 2 * bytes->space + count};
        more.data = malloc(more.space);
        if (!more.data)
            return false;
        if (bytes->count > 0)
            memcpy(more.data, bytes->data, bytes->count);
        more.count = bytes->count;
        crypt_bytes_free(bytes);
        *bytes = more; /* transferred */
    }
    memcpy(bytes->data + bytes->count, data, count);
    bytes->count += count;
    return true;
}

void crypt_bytes_free(struct crypt_bytes *bytes)
{
    if (bytes->data)
        sym_wipe(bytes->data, bytes->count);
    free(bytes->data);
    *bytes = (struct crypt_bytes){0};
}

bool crypt_wrong(const struct crypt_stream *stream, enum sym_error error, struct problem *problem)
{
    if (error == SYM_ERR_LENGTH && stream->cipher->kind == CIPHER_CLASSIC &&
        stream->cipher->key_bytes == 0) {
        problem_set(problem,
                    "the key is shorter than the text: a one-time pad has a byte for each");
        return problem_hint(problem, "head -c SIZE /dev/urandom >pad makes one; use it once");
    }
    if (error == SYM_ERR_LENGTH)
        problem_set(problem,
                    "this is no ciphertext of %s: not a whole number of blocks of %d bytes",
                    stream->cipher->name, BLOCK);
    else if (error == SYM_ERR_AUTH)
        problem_set(problem, "not authentic: another key, nonce or --ad, or the text was changed");
    else
        problem_set(problem, "the padding is wrong: another key, or the text was changed");
    return problem_hint(problem, "decrypt with the cipher, key and --nonce that it was encrypted "
                                 "with");
}

/* --- the beginning --------------------------------------------------------------------------- */

/* A stream of sym_cipher.h reads its IV in front of the text; here it comes from elsewhere. */
static void begin_classic(struct crypt_stream *stream)
{
    const struct sym_cipher *classic = stream->cipher->classic;
    size_t none;
    enum sym_error error = stream->encrypting
                               ? sym_cipher_encrypt_init(&stream->state.classic, classic,
                                                         stream->key->bytes, stream->key->count,
                                                         stream->nonce)
                               : sym_cipher_decrypt_init(&stream->state.classic, classic,
                                                         stream->key->bytes, stream->key->count);
    if (!error && !stream->encrypting && stream->cipher->nonce_bytes > 0)
        error = sym_cipher_update(&stream->state.classic, stream->out, sizeof(stream->out), &none,
                                  stream->nonce, stream->cipher->nonce_bytes);
    if (error)
        abort(); /* key_read has seen to it that the key fits */
}

void crypt_begin(struct crypt_stream *stream, const struct cipher *cipher, bool encrypting,
                 const struct cipher_key *key, const uint8_t *nonce)
{
    stream->cipher = cipher;
    stream->key = key;
    stream->encrypting = encrypting;
    stream->nonce = nonce;
    stream->held_bytes = stream->out_bytes = 0;
    stream->letters = stream->offset = 0;
    stream->message = (struct crypt_bytes){0};
    if (cipher->kind == CIPHER_CLASSIC)
        begin_classic(stream);
    else if (cipher->kind == CIPHER_CBC)
        sym_cbc_init(&stream->state.cbc, cipher->blocks, key->bytes, nonce);
    else if (cipher->kind == CIPHER_ECB)
        crypt_ecb_begin(stream);
}

void crypt_end(struct crypt_stream *stream)
{
    crypt_bytes_free(&stream->message);
    sym_wipe(stream, sizeof(*stream));
}

/* --- pieces ---------------------------------------------------------------------------------- */

/* Drops the IV that a stream of sym_cipher.h has written in front. */
static void drop_nonce(struct crypt_stream *stream)
{
    size_t nonce_bytes = stream->cipher->nonce_bytes;
    if (!stream->encrypting || nonce_bytes == 0 || stream->out_bytes < nonce_bytes ||
        stream->offset > 0)
        return;
    stream->offset = 1; /* once */
    stream->out_bytes -= nonce_bytes;
    memmove(stream->out, stream->out + nonce_bytes, stream->out_bytes);
}

static bool update_classic(struct crypt_stream *stream, const uint8_t *in, size_t bytes,
                           struct problem *problem)
{
    enum sym_error error = sym_cipher_update(&stream->state.classic, stream->out,
                                             sizeof(stream->out), &stream->out_bytes, in, bytes);
    if (error)
        return crypt_wrong(stream, error, problem);
    drop_nonce(stream);
    return true;
}

static bool update_chacha20(struct crypt_stream *stream, const uint8_t *in, size_t bytes,
                            struct problem *problem)
{
    if (sym_chacha20_xor(stream->out, in, bytes, stream->key->bytes, stream->nonce,
                         stream->counter)) {
        problem_set(problem, "the counter of the key stream is used up: 256 GiB are the most");
        return problem_hint(problem, "another nonce begins another key stream");
    }
    stream->counter += (uint32_t)(bytes / SYM_CHACHA20_BLOCK_BYTES);
    stream->out_bytes = bytes;
    return true;
}

static bool gather(struct crypt_stream *stream, const uint8_t *in, size_t bytes,
                   struct problem *problem)
{
    if (stream->message.count + bytes > CRYPT_MESSAGE_LIMIT) {
        problem_set(problem, "this is longer than the %zu MiB that %s holds as one message",
                    CRYPT_MESSAGE_LIMIT >> 20, stream->cipher->name);
        return problem_hint(problem, "keytool seal seals files of any size, piece by piece");
    }
    return crypt_bytes_add(&stream->message, in, bytes) || problem_memory(problem);
}

bool crypt_update(struct crypt_stream *stream, const uint8_t *in, size_t bytes,
                  struct problem *problem)
{
    stream->out_bytes = 0;
    switch (stream->cipher->kind) {
    case CIPHER_CLASSIC:
        return update_classic(stream, in, bytes, problem);
    case CIPHER_CBC:
        stream->out_bytes = stream->encrypting
                                ? sym_cbc_encrypt(&stream->state.cbc, stream->out, in, bytes)
                                : sym_cbc_decrypt(&stream->state.cbc, stream->out, in, bytes);
        return true;
    case CIPHER_ECB:
        crypt_ecb_update(stream, in, bytes);
        return true;
    case CIPHER_STREAM:
        return update_chacha20(stream, in, bytes, problem);
    case CIPHER_AEAD:
        return gather(stream, in, bytes, problem);
    case CIPHER_LETTERS:
        return crypt_letters_update(stream, in, bytes, problem);
    }
    return false;
}

/* --- the end --------------------------------------------------------------------------------- */

static bool final_cbc(struct crypt_stream *stream, struct problem *problem)
{
    if (stream->encrypting) {
        sym_cbc_encrypt_final(&stream->state.cbc, stream->out);
        stream->out_bytes = BLOCK;
        return true;
    }
    enum sym_error error = sym_cbc_decrypt_final(&stream->state.cbc, stream->out,
                                                 &stream->out_bytes);
    return !error || crypt_wrong(stream, error, problem);
}

static bool final_classic(struct crypt_stream *stream, struct problem *problem)
{
    enum sym_error error = sym_cipher_final(&stream->state.classic, stream->out,
                                            sizeof(stream->out), &stream->out_bytes);
    if (error)
        return crypt_wrong(stream, error, problem);
    drop_nonce(stream);
    return true;
}

static bool final_aead(struct crypt_stream *stream, struct problem *problem)
{
    static const uint8_t room[SYM_AEAD_TAG_BYTES];
    struct crypt_bytes *message = &stream->message;
    size_t bytes = message->count, ad_bytes = !stream->ad ? 0 : strlen(stream->ad);
    if (!crypt_bytes_add(message, room, sizeof(room)))
        return problem_memory(problem);
    enum sym_error error = stream->encrypting
                               ? sym_aead_seal(message->data, stream->key->bytes, stream->nonce,
                                               stream->ad, ad_bytes, message->data, bytes)
                               : sym_aead_open(message->data, stream->key->bytes, stream->nonce,
                                               stream->ad, ad_bytes, message->data, bytes);
    if (error)
        return crypt_wrong(stream, error, problem);
    if (!stream->encrypting)
        message->count = bytes - SYM_AEAD_TAG_BYTES;
    return true;
}

bool crypt_final(struct crypt_stream *stream, struct problem *problem)
{
    stream->out_bytes = 0;
    switch (stream->cipher->kind) {
    case CIPHER_CLASSIC:
        return final_classic(stream, problem);
    case CIPHER_CBC:
        return final_cbc(stream, problem);
    case CIPHER_ECB:
        return crypt_ecb_final(stream, problem);
    case CIPHER_STREAM:
        return true;
    case CIPHER_AEAD:
        return final_aead(stream, problem);
    case CIPHER_LETTERS:
        return crypt_letters_final(stream, problem);
    }
    return false;
}
