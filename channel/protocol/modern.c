/*
 * The modern suite's keys and records: HKDF (RFC 5869) and ChaCha20-Poly1305 (RFC 8439).
 */
#include "engine.h"

#include <stdio.h>
#include <string.h>

/* HKDF-Expand(prk, label, bytes), RFC 5869 2.3. Labels keep the outputs apart. */
static enum channel_error expand(uint8_t *out, size_t bytes, const uint8_t *prk_secret,
                                 const char *label, const struct trace *trace)
{
    if (sym_hkdf_expand(out, bytes, prk_secret, SYM_HKDF_PRK_BYTES, label, strlen(label)))
        return CHANNEL_ERR_USE;
    TRACE(*trace, label, "HKDF-Expand(prk, label, length)", "RFC 5869 2.3",
          TRACE_IN({"prk", TRACE_SECRET, prk_secret, SYM_HKDF_PRK_BYTES},
                   {"label", TRACE_PUBLIC, (const uint8_t *)label, strlen(label)}),
          TRACE_OUT({"okm", TRACE_SECRET, out, bytes}));
    return CHANNEL_OK;
}

enum channel_error modern_schedule(struct schedule *schedule, const uint8_t *prk_secret,
                                   const struct trace *trace)
{
    const struct {
        const char *label;
        uint8_t *out;
        size_t bytes;
    } rows[] = {
        {"glassbox-v1 c2s key", schedule->client_to_server.key_secret, SYM_AEAD_KEY_BYTES},
        {"glassbox-v1 c2s iv", schedule->client_to_server.iv_secret, SYM_AEAD_NONCE_BYTES},
        {"glassbox-v1 s2c key", schedule->server_to_client.key_secret, SYM_AEAD_KEY_BYTES},
        {"glassbox-v1 s2c iv", schedule->server_to_client.iv_secret, SYM_AEAD_NONCE_BYTES},
        {"glassbox-v1 exporter", schedule->exporter_secret, CHANNEL_SECRET_BYTES},
        {"glassbox-v1 chain", schedule->chain_secret, CHANNEL_SECRET_BYTES},
    };
    enum channel_error error = CHANNEL_OK;
    schedule->client_to_server.sequence = schedule->server_to_client.sequence = 0;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]) && !error; i++)
        error = expand(rows[i].out, rows[i].bytes, prk_secret, rows[i].label, trace);
    return error;
}

static void tell_keys(const struct channel *channel, const char *name,
                      const struct direction *direction)
{
    TRACE(channel->trace, name, "in use from the next record on, which is number 0",
          "docs/protocol.md", TRACE_NOTHING,
          TRACE_OUT({"key", TRACE_SECRET, direction->key_secret, SYM_AEAD_KEY_BYTES},
                    {"iv", TRACE_SECRET, direction->iv_secret, SYM_AEAD_NONCE_BYTES}));
}

void modern_use_sending(struct channel *channel, const struct schedule *schedule)
{
    channel->send = channel->config.role == CHANNEL_CLIENT ? schedule->client_to_server
                                                           : schedule->server_to_client;
    tell_keys(channel, "keys for sending", &channel->send);
}

void modern_use_receiving(struct channel *channel, const struct schedule *schedule)
{
    channel->receive = channel->config.role == CHANNEL_CLIENT ? schedule->server_to_client
                                                              : schedule->client_to_server;
    tell_keys(channel, "keys for receiving", &channel->receive);
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
    TRACE(*trace, "nonce", "iv xor sequence number", "RFC 8446 5.3",
          TRACE_IN({"iv", TRACE_SECRET, direction->iv_secret, SYM_AEAD_NONCE_BYTES},
                   {"sequence", TRACE_PUBLIC, sequence, sizeof(sequence)}),
          TRACE_OUT({"nonce", TRACE_SECRET, nonce, SYM_AEAD_NONCE_BYTES}));
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
    TRACE(channel->trace, "record sealed", "AEAD(key, nonce, header, inner message)",
          "RFC 8439 2.8",
          TRACE_IN({"key", TRACE_SECRET, channel->send.key_secret, SYM_AEAD_KEY_BYTES},
                   {"nonce", TRACE_SECRET, nonce, sizeof(nonce)},
                   {"header", TRACE_PUBLIC, frame, WIRE_HEADER_BYTES}),
          TRACE_OUT({"tag", TRACE_PUBLIC, body + plain_bytes, SYM_AEAD_TAG_BYTES}));
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
    TRACE(channel->trace, good ? "record opened" : "record refused",
          "AEAD^-1(key, nonce, header, sealed), if the tag is right", "RFC 8439 2.8",
          TRACE_IN(
              {"key", TRACE_SECRET, channel->receive.key_secret, SYM_AEAD_KEY_BYTES},
              {"nonce", TRACE_SECRET, nonce, sizeof(nonce)},
              {"header", TRACE_PUBLIC, frame, WIRE_HEADER_BYTES},
              {"tag", TRACE_PUBLIC, body + sealed_bytes - SYM_AEAD_TAG_BYTES, SYM_AEAD_TAG_BYTES}),
          TRACE_NOTHING);
    return good ? CHANNEL_OK : CHANNEL_ERR_AUTH;
}

const char *channel_key_fingerprint(char text[CHANNEL_KEY_TEXT_BYTES],
                                    const struct channel *channel)
{
    static const struct trace nobody = {0};
    uint8_t bytes[(CHANNEL_KEY_TEXT_BYTES - 1) / 2];
    text[0] = '\0';
    if (channel->cipher || channel->state != STATE_OPEN ||
        expand(bytes, sizeof(bytes), channel->exporter_secret, "glassbox-v1 key fingerprint",
               &nobody))
        return text;
    for (size_t i = 0; i < sizeof(bytes); i++)
        snprintf(text + 2 * i, 3, "%02x", bytes[i]); /* public from here on */
    return text;
}
