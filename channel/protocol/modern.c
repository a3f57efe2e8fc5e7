/*
 * The modern suite's keys and records: HKDF (RFC 5869) and ChaCha20-Poly1305 (RFC 8439).
 */
#include "engine.h"

#include <stdio.h>
#include <string.h>

/* HKDF-Expand(prk, label, bytes), RFC 5869 2.3. Labels keep the outputs apart; they are the names
 * of the steps. */
static enum channel_error expand(uint8_t *out, size_t bytes, const uint8_t *prk_secret,
                                 enum channel_step step, const struct trace *trace)
{
    const char *label = step_row(step)->name;
    if (sym_hkdf_expand(out, bytes, prk_secret, SYM_HKDF_PRK_BYTES, label, strlen(label)))
        return CHANNEL_ERR_USE;
    TRACE(*trace, step, [EXPAND_SECRET] = {prk_secret, SYM_HKDF_PRK_BYTES},
          [EXPAND_LABEL] = {(const uint8_t *)label, strlen(label)}, [EXPAND_OKM] = {out, bytes});
    return CHANNEL_OK;
}

enum channel_error modern_schedule(struct schedule *schedule, const uint8_t *prk_secret,
                                   const struct trace *trace)
{
    const struct {
        enum channel_step step;
        uint8_t *out;
        size_t bytes;
    } rows[] = {
        {STEP_C2S_KEY, schedule->client_to_server.key_secret, SYM_AEAD_KEY_BYTES},
        {STEP_C2S_IV, schedule->client_to_server.iv_secret, SYM_AEAD_NONCE_BYTES},
        {STEP_S2C_KEY, schedule->server_to_client.key_secret, SYM_AEAD_KEY_BYTES},
        {STEP_S2C_IV, schedule->server_to_client.iv_secret, SYM_AEAD_NONCE_BYTES},
        {STEP_EXPORTER_SECRET, schedule->exporter_secret, CHANNEL_SECRET_BYTES},
        {STEP_CHAIN_SECRET, schedule->chain_secret, CHANNEL_SECRET_BYTES},
    };
    enum channel_error error = CHANNEL_OK;
    schedule->client_to_server.sequence = schedule->server_to_client.sequence = 0;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]) && !error; i++)
        error = expand(rows[i].out, rows[i].bytes, prk_secret, rows[i].step, trace);
    return error;
}

/* dh's keys have the size of its cipher, and no iv. */
static void trace_in_use(const struct channel *channel, enum channel_step step,
                         const struct direction *direction)
{
    const bool seals = !channel->cipher;
    TRACE(channel->trace, step,
          [DIRECTION_KEY] = {direction->key_secret,
                             seals ? SYM_AEAD_KEY_BYTES : sym_cipher_key_bytes(channel->cipher)},
          [DIRECTION_IV] = {direction->iv_secret, seals ? SYM_AEAD_NONCE_BYTES : 0});
}

void modern_use_sending(struct channel *channel, const struct schedule *schedule)
{
    channel->send = channel->config.role == CHANNEL_CLIENT ? schedule->client_to_server
                                                           : schedule->server_to_client;
    trace_in_use(channel, STEP_KEYS_FOR_SENDING, &channel->send);
}

void modern_use_receiving(struct channel *channel, const struct schedule *schedule)
{
    channel->receive = channel->config.role == CHANNEL_CLIENT ? schedule->server_to_client
                                                              : schedule->client_to_server;
    trace_in_use(channel, STEP_KEYS_FOR_RECEIVING, &channel->receive);
    /* The exporter changes with the server's records, on both sides: they carry the ports. */
    memcpy(channel->exporter_secret, schedule->exporter_secret, CHANNEL_SECRET_BYTES);
    memcpy(channel->chain_secret, schedule->chain_secret, CHANNEL_SECRET_BYTES);
}

#define SEQUENCE_BYTES 8

/* nonce = iv xor sequence, big-endian in the last 8 bytes (as RFC 8446 5.3). The sequence number
 * never wraps: 2^64 records would take longer than anyone has. */
static void next_nonce(uint8_t nonce[SYM_AEAD_NONCE_BYTES], struct direction *direction,
                       const struct trace *trace)
{
    uint8_t sequence[SEQUENCE_BYTES];
    memcpy(nonce, direction->iv_secret, SYM_AEAD_NONCE_BYTES);
    for (size_t i = 0; i < SEQUENCE_BYTES; i++) {
        sequence[SEQUENCE_BYTES - 1 - i] = (uint8_t)(direction->sequence >> (8 * i));
        nonce[SYM_AEAD_NONCE_BYTES - 1 - i] ^= sequence[SEQUENCE_BYTES - 1 - i];
    }
    direction->sequence++;
    TRACE(*trace, STEP_NONCE, [NONCE_IV] = {direction->iv_secret, SYM_AEAD_NONCE_BYTES},
          [NONCE_SEQUENCE] = {sequence, sizeof(sequence)},
          [NONCE_OUT] = {nonce, SYM_AEAD_NONCE_BYTES});
}

size_t modern_seal(struct channel *channel, uint8_t *frame, size_t plain_bytes)
{
    uint8_t *body = frame + WIRE_HEADER_BYTES;
    size_t sealed_bytes = plain_bytes + SYM_AEAD_TAG_BYTES;
    uint8_t nonce[SYM_AEAD_NONCE_BYTES];
    enum sym_error impossible; /* a record is far below the cipher's limit */
    wire_put_header(frame, WIRE_FRAME_RECORD, sealed_bytes);
    trace_inner(channel, true, body, plain_bytes);
    next_nonce(nonce, &channel->send, &channel->trace);
    impossible = sym_aead_seal(body, channel->send.key_secret, nonce, frame, WIRE_HEADER_BYTES,
                               body, plain_bytes);
    (void)impossible;
    TRACE(channel->trace,
          STEP_RECORD_SEALED, [RECORD_KEY] = {channel->send.key_secret, SYM_AEAD_KEY_BYTES},
          [RECORD_NONCE] = {nonce, sizeof(nonce)}, [RECORD_HEADER] = {frame, WIRE_HEADER_BYTES},
          [RECORD_TAG] = {body + plain_bytes, SYM_AEAD_TAG_BYTES});
    trace_frame(channel, true, frame, WIRE_HEADER_BYTES + sealed_bytes);
    return WIRE_HEADER_BYTES + sealed_bytes;
}

enum channel_error modern_open(struct channel *channel, uint8_t *frame, size_t sealed_bytes)
{
    uint8_t *body = frame + WIRE_HEADER_BYTES;
    uint8_t nonce[SYM_AEAD_NONCE_BYTES];
    bool good;
    next_nonce(nonce, &channel->receive, &channel->trace);
    good = sym_aead_open(body, channel->receive.key_secret, nonce, frame, WIRE_HEADER_BYTES, body,
                         sealed_bytes) == SYM_OK;
    /* The tag that it should have been would be a forger's. */
    TRACE(channel->trace, good ? STEP_RECORD_OPENED : STEP_RECORD_REFUSED,
          [RECORD_KEY] = {channel->receive.key_secret, SYM_AEAD_KEY_BYTES},
          [RECORD_NONCE] = {nonce, sizeof(nonce)}, [RECORD_HEADER] = {frame, WIRE_HEADER_BYTES},
          [RECORD_TAG] = {body + sealed_bytes - SYM_AEAD_TAG_BYTES, SYM_AEAD_TAG_BYTES});
    return good ? CHANNEL_OK : CHANNEL_ERR_AUTH;
}

const char *channel_key_fingerprint(char text[CHANNEL_KEY_TEXT_BYTES],
                                    const struct channel *channel)
{
    static const char label[] = "glassbox-v2 key fingerprint";
    uint8_t bytes[(CHANNEL_KEY_TEXT_BYTES - 1) / 2];
    text[0] = '\0';
    if (!channel->suite->agreement || channel->state != STATE_OPEN ||
        sym_hkdf_expand(bytes, sizeof(bytes), channel->exporter_secret, CHANNEL_SECRET_BYTES, label,
                        strlen(label)))
        return text;
    for (size_t i = 0; i < sizeof(bytes); i++)
        snprintf(text + 2 * i, 3, "%02x", bytes[i]); /* public from here on */
    return text;
}
