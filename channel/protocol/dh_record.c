/*
 * dh's keys and records: one key for the whole session and both directions, and a classic cipher.
 *
 * What this does not do: notice a flipped bit, an old record or one of our own that comes back, or
 * tell who sent it. A cipher without an IV starts anew with each record: the same key stream.
 */
#include "engine.h"

#include <stdlib.h>
#include <string.h>

/* H(K) || H(H(K)) || ..., the first bytes. */
static void stretch(uint8_t *key, size_t key_bytes, const uint8_t *secret, size_t bytes)
{
    uint8_t hash[SYM_SHA256_BYTES];
    sym_sha256(hash, secret, bytes);
    for (size_t at = 0; at < key_bytes; at += sizeof(hash)) {
        size_t part = key_bytes - at < sizeof(hash) ? key_bytes - at : sizeof(hash);
        memcpy(key + at, hash, part);
        sym_sha256(hash, hash, sizeof(hash));
    }
    sym_wipe(hash, sizeof(hash));
}

enum channel_error dh_schedule(struct schedule *schedule, const struct channel *channel,
                               const uint8_t *secret, size_t bytes)
{
    uint8_t *key = schedule->client_to_server.key_secret;
    const size_t key_bytes = sym_cipher_key_bytes(channel->cipher);
    stretch(key, key_bytes, secret, bytes);
    schedule->server_to_client = schedule->client_to_server;
    TRACE(
        channel->trace,
        STEP_DH_SESSION_KEY, [DH_SESSION_K] = {secret, bytes}, [DH_SESSION_KEY] = {key, key_bytes});
    sym_hkdf_extract(schedule->exporter_secret, NULL, 0, key, key_bytes);
    TRACE(channel->trace, STEP_EXPORTER, [EXPORTER_K] = {key, key_bytes},
          [EXPORTER_OUT] = {schedule->exporter_secret, CHANNEL_SECRET_BYTES});
    return CHANNEL_OK;
}

enum channel_error dh_seal(struct channel *channel)
{
    const uint8_t *K = channel->send.key_secret, *message = buffer_front(&channel->work_in);
    const size_t bytes = buffer_bytes(&channel->work_in);
    const size_t key_bytes = sym_cipher_key_bytes(channel->cipher);
    size_t sealed_bytes = sym_cipher_sealed_bytes(channel->cipher, bytes);
    uint8_t iv[SYM_CIPHER_MAX_IV_BYTES],
        *frame = buffer_room(&channel->out, WIRE_HEADER_BYTES + sealed_bytes);
    enum channel_error error = frame ? channel_random(channel, iv, sizeof(iv)) : CHANNEL_ERR_MEMORY;
    trace_inner(channel, true, message, bytes);
    if (!error && sym_cipher_encrypt(channel->cipher, frame + WIRE_HEADER_BYTES, sealed_bytes,
                                     &sealed_bytes, K, key_bytes, iv, message, bytes))
        error = CHANNEL_ERR_USE; /* the sizes are the cipher's own: cannot happen */
    if (!error) {
        TRACE(channel->trace,
              STEP_TEXTBOOK_SEALED, [TEXTBOOK_K] = {K, key_bytes}, [TEXTBOOK_IN] = {message, bytes},
              [TEXTBOOK_OUT] = {frame + WIRE_HEADER_BYTES, sealed_bytes});
        wire_put_header(frame, WIRE_FRAME_RECORD, sealed_bytes);
        buffer_added(&channel->out, WIRE_HEADER_BYTES + sealed_bytes);
        trace_frame(channel, true, frame, WIRE_HEADER_BYTES + sealed_bytes);
    }
    buffer_free(&channel->work_in);
    return error;
}

enum channel_error dh_open(struct channel *channel, const struct wire_value *sealed)
{
    const uint8_t *K = channel->receive.key_secret;
    const size_t key_bytes = sym_cipher_key_bytes(channel->cipher);
    const size_t space = sym_cipher_plain_bytes(channel->cipher, sealed->bytes);
    uint8_t *message = buffer_room(&channel->work_out, space + 1);
    size_t bytes;
    if (!message)
        return CHANNEL_ERR_MEMORY;
    /* Bad padding is the only thing that can be noticed here: there is no tag. */
    if (sym_cipher_decrypt(channel->cipher, message, space, &bytes, K, key_bytes, sealed->data,
                           sealed->bytes)) {
        TRACE(channel->trace, STEP_TEXTBOOK_REFUSED, [TEXTBOOK_K] = {K, key_bytes},
              [TEXTBOOK_IN] = {sealed->data, sealed->bytes});
        return CHANNEL_ERR_MALFORMED;
    }
    buffer_added(&channel->work_out, bytes);
    TRACE(channel->trace, STEP_TEXTBOOK_OPENED, [TEXTBOOK_K] = {K, key_bytes},
          [TEXTBOOK_IN] = {sealed->data, sealed->bytes}, [TEXTBOOK_OUT] = {message, bytes});
    return CHANNEL_OK;
}
