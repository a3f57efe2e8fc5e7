/*
 * The port hand-over: the server names a port and a ticket in its first record; the client hangs
 * up, comes to the new port, and both prove with a MAC that they are the ones who spoke before.
 *
 *   ticket secret = HKDF-Expand(exporter, "glassbox-v2 ticket" || ticket, 32)
 *   R1 = ticket, r, HMAC(HKDF-Expand(ticket secret, "glassbox-v2 resume client"),
 *                      "client" || ticket || r)
 *   R2 = r', HMAC(HKDF-Expand(ticket secret, "glassbox-v2 resume server"),
 *                 "server" || ticket || r || r')
 *   keys: HKDF-Extract(salt = H(R1 || R2), ikm = ticket secret)
 *
 * In textbook and dh the exporter is HKDF-Extract("", K), K being the key of the record that carried
 * the port, or of the session. Textbook draws no keys: each record brings its own; dh takes the
 * extracted key for what was agreed on.
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
    if (!channel->suite->agreement) {
        sym_hkdf_extract(exporter, NULL, 0, channel->session_key_secret,
                         sym_cipher_key_bytes(channel->cipher));
        TRACE(channel->trace, STEP_EXPORTER,
              [EXPORTER_K] = {channel->session_key_secret, sym_cipher_key_bytes(channel->cipher)},
              [EXPORTER_OUT] = {exporter, sizeof(exporter)});
    }
    error = expand(ticket->secret, exporter, "glassbox-v2 ticket", ticket->ticket,
                   WIRE_TICKET_BYTES);
    TRACE(channel->trace, STEP_TICKET_SECRET, [TICKET_EXPORTER] = {exporter, sizeof(exporter)},
          [TICKET_ID] = {ticket->ticket, WIRE_TICKET_BYTES},
          [TICKET_OUT] = {ticket->secret, CHANNEL_SECRET_BYTES});
    sym_wipe(exporter, sizeof(exporter));
    return error;
}

enum channel_error handover_make_ticket(struct channel *channel, uint16_t port,
                                        const uint8_t id[WIRE_TICKET_BYTES])
{
    struct channel_ticket *ticket = calloc(1, sizeof(*ticket));
    enum channel_error error;
    if (!ticket)
        return CHANNEL_ERR_MEMORY;
    ticket->suite = channel->config.suite;
    ticket->port = port;
    memcpy(ticket->ticket, id, WIRE_TICKET_BYTES);
    error = channel_rsa_error(rsa_key_public_copy(&ticket->peer, channel->peer));
    if (!error)
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
        TRACE(channel->trace, STEP_TICKET, [BYTES_DRAWN] = {id, sizeof(id)});
    if (!error)
        error =
            record_put(channel, WIRE_PORT,
                       (struct wire_value[]){[INNER_TYPE] = {.number = WIRE_INNER_PORT},
                                             [PORT_NUMBER] = {.number = port},
                                             [PORT_TICKET] = {.data = id, .bytes = sizeof(id)}});
    /* The textbook suite makes its ticket when the record's K is drawn: record.c. */
    if (!error && channel->suite->agreement)
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

/* The MAC of either side; server_r is NULL for the client's. */
static enum channel_error resume_mac(uint8_t mac[WIRE_MAC_BYTES], const struct channel *channel,
                                     const uint8_t *client_r, const uint8_t *server_r)
{
    const struct channel_ticket *ticket = channel->resume;
    const enum channel_step key_step = server_r ? STEP_RESUME_SERVER_KEY : STEP_RESUME_CLIENT_KEY;
    const enum channel_role role = channel->config.role;
    const char *label = step_row(key_step)->name;
    uint8_t key[CHANNEL_SECRET_BYTES];
    struct sym_hmac state;
    enum channel_error error = expand(key, ticket->secret, label, NULL, 0);
    TRACE(channel->trace, key_step, [EXPAND_SECRET] = {ticket->secret, CHANNEL_SECRET_BYTES},
          [EXPAND_LABEL] = {(const uint8_t *)label, strlen(label)},
          [EXPAND_OKM] = {key, sizeof(key)});
    sym_hmac_init(&state, key, sizeof(key));
    sym_hmac_update(&state, server_r ? "server" : "client", 6);
    sym_hmac_update(&state, ticket->ticket, WIRE_TICKET_BYTES);
    sym_hmac_update(&state, client_r, WIRE_RESUME_BYTES);
    if (server_r)
        sym_hmac_update(&state, server_r, WIRE_RESUME_BYTES);
    sym_hmac_final(mac, &state);
    TRACE(channel->trace,
          server_r ? (role == CHANNEL_SERVER ? STEP_SERVER_MAC : STEP_SERVER_MAC_EXPECTED)
                   : (role == CHANNEL_CLIENT ? STEP_CLIENT_MAC : STEP_CLIENT_MAC_EXPECTED),
          [MAC_KEY] = {key, sizeof(key)}, [MAC_TICKET] = {ticket->ticket, WIRE_TICKET_BYTES},
          [MAC_R] = {client_r, WIRE_RESUME_BYTES},
          [MAC_R_PRIME] = {server_r, server_r ? WIRE_RESUME_BYTES : 0},
          [MAC_OUT] = {mac, WIRE_MAC_BYTES});
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
    if (!exchange_start(channel)) /* for its transcript */
        return CHANNEL_ERR_MEMORY;
    if (channel->config.role == CHANNEL_SERVER) {
        channel->state = STATE_WAIT_CLIENT_RESUME;
        return CHANNEL_OK;
    }
    error = channel_random(channel, channel->resume_r, WIRE_RESUME_BYTES);
    if (!error)
        error = resume_mac(mac, channel, channel->resume_r, NULL);
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
    if (channel->suite->agreement) {
        sym_sha256_final(salt, &channel->exchange->transcript);
        sym_hkdf_extract(prk, salt, sizeof(salt), channel->resume->secret, CHANNEL_SECRET_BYTES);
        TRACE(channel->trace, STEP_PRK_RESUMED, [PRK_SALT] = {salt, sizeof(salt)},
              [PRK_IKM] = {channel->resume->secret, CHANNEL_SECRET_BYTES},
              [PRK_OUT] = {prk, sizeof(prk)});
        error = channel->cipher ? dh_schedule(schedule, channel, prk, sizeof(prk))
                                : modern_schedule(schedule, prk, &channel->trace);
        modern_use_sending(channel, schedule);
        modern_use_receiving(channel, schedule);
        sym_wipe(prk, sizeof(prk));
    }
    exchange_end(channel);
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
        error = resume_mac(mac, channel, channel->resume_r, r);
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
    good = !resume_mac(mac, channel, values[CLIENT_RESUME_R].data, NULL) &&
           sym_equal(values[CLIENT_RESUME_TICKET].data, channel->resume->ticket,
                     WIRE_TICKET_BYTES) &&
           sym_equal(values[CLIENT_RESUME_MAC].data, mac, WIRE_MAC_BYTES);
    TRACE(channel->trace, good ? STEP_CLIENT_MAC_VERIFIED : STEP_CLIENT_MAC_REFUSED,
          [CLIENT_CHECK_TICKET] = {values[CLIENT_RESUME_TICKET].data, WIRE_TICKET_BYTES},
          [CLIENT_CHECK_MAC] = {values[CLIENT_RESUME_MAC].data, WIRE_MAC_BYTES},
          [CLIENT_CHECK_OWN_TICKET] = {channel->resume->ticket, WIRE_TICKET_BYTES});
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
    good = !resume_mac(mac, channel, channel->resume_r, values[SERVER_RESUME_R].data) &&
           sym_equal(values[SERVER_RESUME_MAC].data, mac, WIRE_MAC_BYTES);
    TRACE(channel->trace, good ? STEP_SERVER_MAC_VERIFIED : STEP_SERVER_MAC_REFUSED,
          [SERVER_CHECK_MAC] = {values[SERVER_RESUME_MAC].data, WIRE_MAC_BYTES});
    if (!good) {
        channel_fail(channel, CHANNEL_ERR_AUTH, "server resume");
        return;
    }
    sym_sha256_update(&channel->exchange->transcript, frame, WIRE_HEADER_BYTES + bytes);
    error = open_resumed(channel);
    if (error)
        channel_fail(channel, error, NULL);
}
