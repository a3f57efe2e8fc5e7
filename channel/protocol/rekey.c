/*
 * Re-key: fresh keys inside an open modern channel, so that no request shares keys with another.
 *
 *   C: K1 ask      new eph_c
 *   S: K2 answer   new eph_s, OAEP(eph_c, s_s)
 *   C: K3 secret   OAEP(eph_s, s_c)      the client's next record is under the new keys
 *   S: K4 switch                         the server's next record is under the new keys
 *
 * keys: HKDF-Extract(salt = H(K1 || K2 || K3), ikm = chain || s_c || s_s). The old chain secret
 * binds the new keys to the proofs of the handshake; the new secrets make them independent of it.
 * Data may flow in both directions all the while. No signatures: whoever can speak inside the
 * channel has proved itself.
 */
#include "engine.h"

#include <string.h>

/* Hashes and sends one inner message of the re-key. */
static enum channel_error put(struct channel *channel, enum wire_message message,
                              const struct wire_value *values)
{
    size_t bytes = wire_size(message, values);
    uint8_t *room = record_begin(channel, bytes);
    if (!room)
        return CHANNEL_ERR_MEMORY;
    wire_encode(room, message, values);
    sym_sha256_update(&channel->exchange->transcript, room, bytes);
    return record_end(channel, bytes);
}

static void fail_if(struct channel *channel, enum channel_error error)
{
    if (error)
        channel_fail(channel, error, "rekey");
}

static bool begin(struct channel *channel)
{
    channel->exchange = exchange_new();
    if (!channel->exchange)
        return false;
    channel_want_ephemeral(channel);
    return true;
}

static void finish(struct channel *channel)
{
    exchange_free(channel->exchange);
    channel->exchange = NULL;
}

/* --- client ----------------------------------------------------------------------------------- */

enum channel_error channel_rekey(struct channel *channel)
{
    if (!channel_is_open(channel) || channel->cipher || channel->exchange ||
        channel->config.role != CHANNEL_CLIENT)
        return CHANNEL_ERR_USE;
    return begin(channel) ? CHANNEL_OK : CHANNEL_ERR_MEMORY;
}

static void send_ask(struct channel *channel)
{
    uint8_t n[WIRE_MODULUS_MAX], e[WIRE_MODULUS_MAX];
    const struct rsa_key *key = channel->exchange->own_ephemeral;
    fail_if(channel,
            put(channel, WIRE_REKEY_ASK,
                (struct wire_value[]){[INNER_TYPE] = {.number = WIRE_INNER_REKEY},
                                      [REKEY_STEP] = {.number = 1},
                                      [REKEY_ASK_EPH_N] = channel_key_value(n, key, RSA_N),
                                      [REKEY_ASK_EPH_E] = channel_key_value(e, key, RSA_E)}));
}

/* Work: the sealed s_c into exchange->answer, s_s out of K2. */
static enum channel_error run_client(struct channel *channel)
{
    struct exchange *exchange = channel->exchange;
    size_t sealed_bytes = rsa_key_bytes(exchange->peer_ephemeral);
    uint8_t *sealed = buffer_room(&exchange->answer, sealed_bytes);
    const struct wire_value received = {.data = buffer_front(&exchange->received),
                                        .bytes = buffer_bytes(&exchange->received)};
    enum channel_error error = sealed ? exchange_open_secret(channel, &received)
                                      : CHANNEL_ERR_MEMORY;
    if (!error)
        error = exchange_seal_secret(sealed, channel);
    if (!error)
        buffer_added(&exchange->answer, sealed_bytes);
    return error;
}

static void client_done(struct channel *channel)
{
    struct exchange *exchange = channel->exchange;
    const struct wire_value sealed = {.data = buffer_front(&exchange->answer),
                                      .bytes = buffer_bytes(&exchange->answer)};
    enum channel_error error =
        put(channel, WIRE_REKEY_SECRET,
            (struct wire_value[]){[INNER_TYPE] = {.number = WIRE_INNER_REKEY},
                                  [REKEY_STEP] = {.number = 3},
                                  [REKEY_SECRET_SECRET] = sealed});
    if (!error)
        error = exchange_derive(channel, channel->chain_secret);
    if (!error) {
        modern_use_sending(channel, &exchange->next_secret);
        channel->generation++;
    }
    fail_if(channel, error);
}

static enum channel_error read_answer(struct channel *channel, const uint8_t *plain, size_t bytes)
{
    struct exchange *exchange = channel->exchange;
    struct wire_value values[REKEY_ANSWER_FIELDS];
    enum channel_error error;
    if (wire_decode(values, WIRE_REKEY_ANSWER, plain, bytes))
        return CHANNEL_ERR_MALFORMED;
    if (!exchange || !exchange->own_ephemeral || exchange->peer_ephemeral)
        return CHANNEL_ERR_UNEXPECTED;
    error = handshake_read_key(&exchange->peer_ephemeral, channel, &values[REKEY_ANSWER_EPH_N],
                               &values[REKEY_ANSWER_EPH_E]);
    if (error)
        return error;
    sym_sha256_update(&exchange->transcript, plain, bytes);
    if (!buffer_append(&exchange->received, values[REKEY_ANSWER_SECRET].data,
                       values[REKEY_ANSWER_SECRET].bytes))
        return CHANNEL_ERR_MEMORY;
    channel->work = (struct work){.run = run_client, .done = client_done};
    return CHANNEL_OK;
}

static enum channel_error read_switch(struct channel *channel, const uint8_t *plain, size_t bytes)
{
    struct exchange *exchange = channel->exchange;
    struct wire_value values[REKEY_SWITCH_FIELDS];
    if (wire_decode(values, WIRE_REKEY_SWITCH, plain, bytes))
        return CHANNEL_ERR_MALFORMED;
    /* Only after K3: then the answer is there, and our own ephemeral key is gone. */
    if (!exchange || !exchange->peer_ephemeral || exchange->own_ephemeral)
        return CHANNEL_ERR_UNEXPECTED;
    modern_use_receiving(channel, &exchange->next_secret);
    finish(channel);
    return CHANNEL_OK;
}

/* --- server ----------------------------------------------------------------------------------- */

static enum channel_error read_ask(struct channel *channel, const uint8_t *plain, size_t bytes)
{
    struct wire_value values[REKEY_ASK_FIELDS];
    if (wire_decode(values, WIRE_REKEY_ASK, plain, bytes))
        return CHANNEL_ERR_MALFORMED;
    if (channel->exchange)
        return CHANNEL_ERR_UNEXPECTED;
    if (!begin(channel))
        return CHANNEL_ERR_MEMORY;
    sym_sha256_update(&channel->exchange->transcript, plain, bytes);
    return handshake_read_key(&channel->exchange->peer_ephemeral, channel, &values[REKEY_ASK_EPH_N],
                              &values[REKEY_ASK_EPH_E]);
}

static void send_answer(struct channel *channel)
{
    struct exchange *exchange = channel->exchange;
    uint8_t n[WIRE_MODULUS_MAX], e[WIRE_MODULUS_MAX], sealed[WIRE_MODULUS_MAX];
    enum channel_error error = exchange_seal_secret(sealed, channel);
    if (!error)
        error = put(channel, WIRE_REKEY_ANSWER,
                    (struct wire_value[]){
                        [INNER_TYPE] = {.number = WIRE_INNER_REKEY},
                        [REKEY_STEP] = {.number = 2},
                        [REKEY_ANSWER_EPH_N] = channel_key_value(n, exchange->own_ephemeral, RSA_N),
                        [REKEY_ANSWER_EPH_E] = channel_key_value(e, exchange->own_ephemeral, RSA_E),
                        [REKEY_ANSWER_SECRET] = {
                            .data = sealed, .bytes = rsa_key_bytes(exchange->peer_ephemeral)}});
    fail_if(channel, error);
}

/* Work: s_c out of K3, and all keys. */
static enum channel_error run_server(struct channel *channel)
{
    const struct wire_value received = {.data = buffer_front(&channel->exchange->received),
                                        .bytes = buffer_bytes(&channel->exchange->received)};
    enum channel_error error = exchange_open_secret(channel, &received);
    return error ? error : exchange_derive(channel, channel->chain_secret);
}

static void server_done(struct channel *channel)
{
    const struct schedule *next = &channel->exchange->next_secret;
    enum channel_error error =
        record_put(channel, WIRE_REKEY_SWITCH,
                   (struct wire_value[]){
                       [INNER_TYPE] = {.number = WIRE_INNER_REKEY}, [REKEY_STEP] = {.number = 4}});
    modern_use_sending(channel, next);
    modern_use_receiving(channel, next);
    channel->generation++;
    finish(channel);
    fail_if(channel, error);
}

static enum channel_error read_secret(struct channel *channel, const uint8_t *plain, size_t bytes)
{
    struct exchange *exchange = channel->exchange;
    struct wire_value values[REKEY_SECRET_FIELDS];
    if (wire_decode(values, WIRE_REKEY_SECRET, plain, bytes))
        return CHANNEL_ERR_MALFORMED;
    if (!exchange || !exchange->own_ephemeral)
        return CHANNEL_ERR_UNEXPECTED;
    sym_sha256_update(&exchange->transcript, plain, bytes);
    if (!buffer_append(&exchange->received, values[REKEY_SECRET_SECRET].data,
                       values[REKEY_SECRET_SECRET].bytes))
        return CHANNEL_ERR_MEMORY;
    channel->work = (struct work){.run = run_server, .done = server_done};
    return CHANNEL_OK;
}

/* --- both ------------------------------------------------------------------------------------- */

void rekey_ephemeral(struct channel *channel)
{
    /* Unlike in a handshake, the peer encrypts to the key as soon as it sees it. */
    channel->exchange->ephemeral_used = true;
    if (channel->config.role == CHANNEL_CLIENT)
        send_ask(channel);
    else
        send_answer(channel);
}

static const struct {
    enum channel_role reader;
    enum channel_error (*read)(struct channel *channel, const uint8_t *plain, size_t bytes);
} steps[] = {
    [1] = {CHANNEL_SERVER, read_ask},
    [2] = {CHANNEL_CLIENT, read_answer},
    [3] = {CHANNEL_SERVER, read_secret},
    [4] = {CHANNEL_CLIENT, read_switch},
};

void rekey_receive(struct channel *channel, const uint8_t *plain, size_t bytes)
{
    size_t step = bytes > REKEY_STEP ? plain[REKEY_STEP] : 0;
    if (step == 0 || step >= sizeof(steps) / sizeof(steps[0]))
        channel_fail(channel, CHANNEL_ERR_MALFORMED, "rekey step");
    else if (channel->cipher || steps[step].reader != channel->config.role)
        channel_fail(channel, CHANNEL_ERR_UNEXPECTED, "rekey");
    else
        fail_if(channel, steps[step].read(channel, plain, bytes));
}
