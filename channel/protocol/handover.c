/*
 * The port hand-over: the server names a port and a ticket in its first record; the client hangs
 * up, comes to the new port, and both prove with a MAC that they are the ones who spoke before.
 *
 *   ticket secret = HKDF-Expand(exporter, "glassbox-v1 ticket" || ticket, 32)
 *   R1 = ticket, r, HMAC(HKDF-Expand(ticket secret, "glassbox-v1 resume client"),
 *                      "client" || ticket || r)
 *   R2 = r', HMAC(HKDF-Expand(ticket secret, "glassbox-v1 resume server"),
 *                 "server" || ticket || r || r')
 *   keys: HKDF-Extract(salt = H(R1 || R2), ikm = ticket secret)
 *
 * In the textbook suite there is no exporter: HKDF-Extract("", K) stands in for it, K being the
 * session key of the record that carried the port. No keys are drawn: each record brings its own.
 */
#include "engine.h"

#include <stdlib.h>
#include <string.h>

#define LABEL_MAX 64

/* HKDF-Expand(secret, label || context, 32) */
static enum channel_error expand(uint8_t out[CHANNEL_SECRET_BYTES],
                                 const uint8_t secret[CHANNEL_SECRET_BYTES], const char *label,
                                 const uint8_t *context, size_t context_bytes)
{
    uint8_t info[LABEL_MAX];
    size_t label_bytes = strlen(label);
    memcpy(info, label, label_bytes);
    if (context_bytes > 0)
        memcpy(info + label_bytes, context, context_bytes);
    return sym_hkdf_expand(out, CHANNEL_SECRET_BYTES, secret, CHANNEL_SECRET_BYTES, info,
                           label_bytes + context_bytes)
               ? CHANNEL_ERR_USE
               : CHANNEL_OK;
}

static enum channel_error ticket_secret(struct channel_ticket *ticket,
                                        const struct channel *channel)
{
    uint8_t exporter[SYM_HKDF_PRK_BYTES];
    enum channel_error error;
    memcpy(exporter, channel->exporter_secret, sizeof(exporter));
    if (channel->cipher) {
        sym_hkdf_extract(exporter, NULL, 0, channel->session_key_secret,
                         sym_cipher_key_bytes(channel->cipher));
        TRACE(channel->trace, "exporter", "HKDF-Extract(\"\", K of the record with the port)",
              "RFC 5869 2.2",
              TRACE_IN({"K", TRACE_SECRET, channel->session_key_secret,
                        sym_cipher_key_bytes(channel->cipher)}),
              TRACE_OUT({"exporter", TRACE_SECRET, exporter, sizeof(exporter)}));
    }
    error = expand(ticket->secret, exporter, "glassbox-v1 ticket", ticket->ticket,
                   WIRE_TICKET_BYTES);
    TRACE(channel->trace, "ticket secret",
          "HKDF-Expand(exporter, \"glassbox-v1 ticket\" || ticket, 32)", "RFC 5869 2.3",
          TRACE_IN({"exporter", TRACE_SECRET, exporter, sizeof(exporter)},
                   {"ticket", TRACE_PUBLIC, ticket->ticket, WIRE_TICKET_BYTES}),
          TRACE_OUT({"ticket secret", TRACE_SECRET, ticket->secret, CHANNEL_SECRET_BYTES}));
    sym_wipe(exporter, sizeof(exporter));
    return error;
}

enum channel_error handover_make_ticket(struct channel *channel, uint16_t port,
                                        const uint8_t id[WIRE_TICKET_BYTES])
{
    struct channel_ticket *ticket = calloc(1, sizeof(*ticket));
    enum channel_error error = CHANNEL_ERR_MEMORY;
    if (!ticket)
        return error;
    ticket->suite = channel->config.suite;
    ticket->port = port;
    memcpy(ticket->ticket, id, WIRE_TICKET_BYTES);
    if (!rsa_key_public_copy(&ticket->peer, channel->peer))
        error = ticket_secret(ticket, channel);
    if (error) {
        channel_ticket_free(ticket);
        return error;
    }
    channel_ticket_free(channel->ticket);
    channel->ticket = ticket; /* transferred */
    return CHANNEL_OK;
}

enum channel_error channel_send_port(struct channel *channel, uint16_t port)
{
    uint8_t id[WIRE_TICKET_BYTES];
    enum channel_error error;
    if (!channel_is_open(channel) || channel->config.role != CHANNEL_SERVER || port == 0)
        return CHANNEL_ERR_USE;
    error = channel_random(channel, id, sizeof(id));
    if (!error)
        TRACE(channel->trace, "ticket", "16 random bytes, which cross the new port's line openly",
              "docs/protocol.md", TRACE_NOTHING,
              TRACE_OUT({"ticket", TRACE_PUBLIC, id, sizeof(id)}));
    if (!error)
        error =
            record_put(channel, WIRE_PORT,
                       (struct wire_value[]){[INNER_TYPE] = {.number = WIRE_INNER_PORT},
                                             [PORT_NUMBER] = {.number = port},
                                             [PORT_TICKET] = {.data = id, .bytes = sizeof(id)}});
    /* The textbook suite makes its ticket when the record's K is drawn: record.c. */
    if (!error && !channel->cipher)
        error = handover_make_ticket(channel, port, id);
    return error;
}

struct channel_ticket *channel_take_ticket(struct channel *channel)
{
    struct channel_ticket *ticket = channel->ticket;
    channel->ticket = NULL; /* transferred */
    if (ticket)
        channel_advance(channel);
    return ticket;
}

const uint8_t *channel_ticket_id(const struct channel_ticket *ticket)
{
    return ticket->ticket;
}

uint16_t channel_ticket_port(const struct channel_ticket *ticket)
{
    return ticket->port;
}

const struct rsa_key *channel_ticket_peer_key(const struct channel_ticket *ticket)
{
    return ticket->peer;
}

void channel_ticket_free(struct channel_ticket *ticket)
{
    if (!ticket)
        return;
    rsa_key_free(ticket->peer);
    sym_wipe(ticket, sizeof(*ticket));
    free(ticket);
}

/* --- the new port ----------------------------------------------------------------------------- */

/* The MAC of either side; server_r is NULL for the client's. secrecy: before a stranger's MAC was
 * compared with it, it is what the stranger would like to know. */
static enum channel_error resume_mac(uint8_t mac[WIRE_MAC_BYTES], const struct channel *channel,
                                     const uint8_t *client_r, const uint8_t *server_r,
                                     enum trace_secrecy secrecy)
{
    const struct channel_ticket *ticket = channel->resume;
    const char *label = server_r ? "glassbox-v1 resume server" : "glassbox-v1 resume client";
    uint8_t key[CHANNEL_SECRET_BYTES];
    struct sym_hmac state;
    enum channel_error error = expand(key, ticket->secret, label, NULL, 0);
    TRACE(channel->trace, label, "HKDF-Expand(ticket secret, label, 32)", "RFC 5869 2.3",
          TRACE_IN({"ticket secret", TRACE_SECRET, ticket->secret, CHANNEL_SECRET_BYTES},
                   {"label", TRACE_PUBLIC, (const uint8_t *)label, strlen(label)}),
          TRACE_OUT({"okm", TRACE_SECRET, key, sizeof(key)}));
    sym_hmac_init(&state, key, sizeof(key));
    sym_hmac_update(&state, server_r ? "server" : "client", 6);
    sym_hmac_update(&state, ticket->ticket, WIRE_TICKET_BYTES);
    sym_hmac_update(&state, client_r, WIRE_RESUME_BYTES);
    if (server_r)
        sym_hmac_update(&state, server_r, WIRE_RESUME_BYTES);
    sym_hmac_final(mac, &state);
    TRACE(channel->trace, server_r ? "server mac" : "client mac",
          server_r ? "HMAC(key, \"server\" || ticket || r || r')"
                   : "HMAC(key, \"client\" || ticket || r)",
          "RFC 2104 2",
          TRACE_IN({"key", TRACE_SECRET, key, sizeof(key)},
                   {"ticket", TRACE_PUBLIC, ticket->ticket, WIRE_TICKET_BYTES},
                   {"r", TRACE_PUBLIC, client_r, WIRE_RESUME_BYTES},
                   {"r'", TRACE_PUBLIC, server_r, server_r ? WIRE_RESUME_BYTES : 0}),
          TRACE_OUT({"mac", secrecy, mac, WIRE_MAC_BYTES}));
    sym_wipe(key, sizeof(key));
    return error;
}

/* R1 and R2 are hashed and encoded by both sides alike. */
static void client_values(struct wire_value values[CLIENT_RESUME_FIELDS],
                          const struct channel *channel, const uint8_t *mac)
{
    values[CLIENT_RESUME_TICKET] = (struct wire_value){.data = channel->resume->ticket,
                                                       .bytes = WIRE_TICKET_BYTES};
    values[CLIENT_RESUME_R] = (struct wire_value){.data = channel->resume_r,
                                                  .bytes = WIRE_RESUME_BYTES};
    values[CLIENT_RESUME_MAC] = (struct wire_value){.data = mac, .bytes = WIRE_MAC_BYTES};
}

enum channel_error handover_start(struct channel *channel)
{
    struct wire_value values[CLIENT_RESUME_FIELDS];
    uint8_t mac[WIRE_MAC_BYTES];
    enum channel_error error;
    channel->exchange = exchange_new(); /* for its transcript */
    if (!channel->exchange)
        return CHANNEL_ERR_MEMORY;
    if (channel->config.role == CHANNEL_SERVER) {
        channel->state = STATE_WAIT_CLIENT_RESUME;
        return CHANNEL_OK;
    }
    error = channel_random(channel, channel->resume_r, WIRE_RESUME_BYTES);
    if (!error)
        error = resume_mac(mac, channel, channel->resume_r, NULL, TRACE_PUBLIC);
    if (error)
        return error;
    client_values(values, channel, mac);
    channel->state = STATE_WAIT_SERVER_RESUME;
    return channel_put_frame(channel, WIRE_CLIENT_RESUME, values, &channel->exchange->transcript);
}

/* Both proofs are in: keys for the new connection. */
static enum channel_error open_resumed(struct channel *channel)
{
    struct schedule *schedule = &channel->exchange->next_secret;
    uint8_t salt[SYM_SHA256_BYTES], prk[SYM_HKDF_PRK_BYTES];
    enum channel_error error = CHANNEL_OK;
    if (!channel->cipher) {
        sym_sha256_final(salt, &channel->exchange->transcript);
        sym_hkdf_extract(prk, salt, sizeof(salt), channel->resume->secret, CHANNEL_SECRET_BYTES);
        TRACE(channel->trace, "prk", "HKDF-Extract(H(R1 || R2), ticket secret)", "RFC 5869 2.2",
              TRACE_IN({"salt", TRACE_PUBLIC, salt, sizeof(salt)},
                       {"ikm", TRACE_SECRET, channel->resume->secret, CHANNEL_SECRET_BYTES}),
              TRACE_OUT({"prk", TRACE_SECRET, prk, sizeof(prk)}));
        error = modern_schedule(schedule, prk, &channel->trace);
        modern_use_sending(channel, schedule);
        modern_use_receiving(channel, schedule);
        sym_wipe(prk, sizeof(prk));
    }
    exchange_free(channel->exchange);
    channel->exchange = NULL;
    channel_ticket_free(channel->resume);
    channel->resume = NULL;
    channel->state = STATE_OPEN;
    return error;
}

static void answer_resume(struct channel *channel)
{
    uint8_t r[WIRE_RESUME_BYTES], mac[WIRE_MAC_BYTES];
    const struct wire_value values[SERVER_RESUME_FIELDS] = {
        [SERVER_RESUME_R] = {.data = r, .bytes = sizeof(r)},
        [SERVER_RESUME_MAC] = {.data = mac, .bytes = sizeof(mac)},
    };
    enum channel_error error = channel_random(channel, r, sizeof(r));
    if (!error)
        error = resume_mac(mac, channel, channel->resume_r, r, TRACE_PUBLIC);
    if (!error)
        error = channel_put_frame(channel, WIRE_SERVER_RESUME, values,
                                  &channel->exchange->transcript);
    if (!error)
        error = open_resumed(channel);
    if (error)
        channel_fail(channel, error, NULL);
}

void handover_read_client(struct channel *channel, const uint8_t *frame, size_t bytes)
{
    struct wire_value values[CLIENT_RESUME_FIELDS];
    uint8_t mac[WIRE_MAC_BYTES];
    bool good;
    const struct wire_field *bad = wire_decode(values, WIRE_CLIENT_RESUME,
                                               frame + WIRE_HEADER_BYTES, bytes);
    if (bad) {
        channel_fail_field(channel, WIRE_CLIENT_RESUME, bad);
        return;
    }
    good = !resume_mac(mac, channel, values[CLIENT_RESUME_R].data, NULL, TRACE_SECRET) &&
           sym_equal(values[CLIENT_RESUME_TICKET].data, channel->resume->ticket,
                     WIRE_TICKET_BYTES) &&
           sym_equal(values[CLIENT_RESUME_MAC].data, mac, WIRE_MAC_BYTES);
    TRACE(
        channel->trace, good ? "client mac verified" : "client mac refused",
        "the ticket is the one of this port, and the mac is the one computed", "docs/protocol.md",
        TRACE_IN({"ticket", TRACE_PUBLIC, values[CLIENT_RESUME_TICKET].data, WIRE_TICKET_BYTES},
                 {"mac", TRACE_PUBLIC, values[CLIENT_RESUME_MAC].data, WIRE_MAC_BYTES},
                 {"ticket of this port", TRACE_PUBLIC, channel->resume->ticket, WIRE_TICKET_BYTES}),
        TRACE_NOTHING);
    if (!good) {
        channel_fail(channel, CHANNEL_ERR_TICKET, NULL);
        return;
    }
    memcpy(channel->resume_r, values[CLIENT_RESUME_R].data, WIRE_RESUME_BYTES);
    sym_sha256_update(&channel->exchange->transcript, frame, WIRE_HEADER_BYTES + bytes);
    answer_resume(channel);
}

void handover_read_server(struct channel *channel, const uint8_t *frame, size_t bytes)
{
    struct wire_value values[SERVER_RESUME_FIELDS];
    uint8_t mac[WIRE_MAC_BYTES];
    enum channel_error error;
    bool good;
    const struct wire_field *bad = wire_decode(values, WIRE_SERVER_RESUME,
                                               frame + WIRE_HEADER_BYTES, bytes);
    if (bad) {
        channel_fail_field(channel, WIRE_SERVER_RESUME, bad);
        return;
    }
    good = !resume_mac(mac, channel, channel->resume_r, values[SERVER_RESUME_R].data,
                       TRACE_SECRET) &&
           sym_equal(values[SERVER_RESUME_MAC].data, mac, WIRE_MAC_BYTES);
    TRACE(channel->trace, good ? "server mac verified" : "server mac refused",
          "the mac is the one computed", "docs/protocol.md",
          TRACE_IN({"mac", TRACE_PUBLIC, values[SERVER_RESUME_MAC].data, WIRE_MAC_BYTES}),
          TRACE_NOTHING);
    if (!good) {
        channel_fail(channel, CHANNEL_ERR_AUTH, "server resume");
        return;
    }
    sym_sha256_update(&channel->exchange->transcript, frame, WIRE_HEADER_BYTES + bytes);
    error = open_resumed(channel);
    if (error)
        channel_fail(channel, error, NULL);
}
