/*
 * Re-key: fresh keys inside an open channel, so that no request shares keys with another. In
 * textbook there is none: each record has a key of its own.
 *
 *   C: K1 ask      new key share
 *   S: K2 answer   new key share, what it adds
 *   C: K3 secret   what the client's adds     the client's next record is under the new keys
 *   S: K4 switch                              the server's next record is under the new keys
 *
 * modern: HKDF-Extract(salt = H(K1 || K2 || K3), ikm = chain || agreed secret). The old chain secret
 * binds the new keys to the proofs of the handshake; the new secret makes them independent of it.
 * Data may flow in both directions all the while. No signatures: whoever can speak inside the
 * channel has proved itself.
 */
#include "agreement.h"
#include "engine.h"

#include <string.h>

/* Encodes one inner message and hashes it. */
static enum channel_error prepare(struct buffer *out, struct channel *channel,
                                  enum wire_message message, const struct wire_value *values)
{
    size_t bytes = wire_size(message, values);
    uint8_t *room = buffer_room(out, bytes);
    if (!room)
        return CHANNEL_ERR_MEMORY;
    wire_encode(room, message, values);
    buffer_added(out, bytes);
    sym_sha256_update(&channel->exchange->transcript, room, bytes);
    return CHANNEL_OK;
}

/* Sends exchange->answer. */
static enum channel_error send_prepared(struct channel *channel)
{
    struct buffer *answer = &channel->exchange->answer;
    size_t bytes = buffer_bytes(answer);
    uint8_t *room = record_begin(channel, bytes);
    if (!room)
        return CHANNEL_ERR_MEMORY;
    memcpy(room, buffer_front(answer), bytes);
    buffer_free(answer);
    return record_end(channel, bytes);
}

static void fail_if(struct channel *channel, enum channel_error error)
{
    if (error)
        channel_fail(channel, error, "rekey");
}

/* What a cheap agreement costs is less than what it costs to hand it to another thread. */
static enum channel_error run_or_hand_out(struct channel *channel,
                                          enum channel_error (*run)(struct channel *channel),
                                          void (*done)(struct channel *channel))
{
    const struct agreement *agreement = channel->suite->agreement;
    enum channel_error error = CHANNEL_OK;
    if (agreement->is_slow || agreement->takes_pair) {
        channel->work = (struct work){.run = run, .done = done};
        return CHANNEL_OK;
    }
    error = run(channel);
    if (!error)
        done(channel);
    return error;
}

static bool awaits(const struct channel *channel, uint8_t step)
{
    return channel->exchange && channel->exchange->awaits == step;
}

static struct wire_value own_share(const struct channel *channel)
{
    const struct buffer *share = &channel->exchange->own_share;
    return (struct wire_value){.data = buffer_front(share), .bytes = buffer_bytes(share)};
}

/* Keeps what the peer's exchange adds, for the work. */
static bool keep_added(struct channel *channel, const struct wire_value *added)
{
    return added->bytes == 0 ||
           buffer_append(&channel->exchange->received, added->data, added->bytes);
}

static enum channel_error open_added(struct channel *channel)
{
    const struct buffer *received = &channel->exchange->received;
    return exchange_open(channel, &(struct wire_value){.data = buffer_front(received),
                                                       .bytes = buffer_bytes(received)});
}

/* --- client ----------------------------------------------------------------------------------- */

enum channel_error channel_rekey(struct channel *channel)
{
    if (!channel_is_open(channel) || !channel->suite->agreement || channel->exchange ||
        channel->config.role != CHANNEL_CLIENT)
        return CHANNEL_ERR_USE;
    if (!exchange_start(channel))
        return CHANNEL_ERR_MEMORY;
    exchange_make_share(channel);
    return channel->error;
}

static enum channel_error send_ask(struct channel *channel)
{
    enum channel_error error =
        prepare(&channel->exchange->answer, channel, WIRE_REKEY_ASK,
                (struct wire_value[]){[INNER_TYPE] = {.number = WIRE_INNER_REKEY},
                                      [REKEY_STEP] = {.number = 1},
                                      [REKEY_ASK_EPH] = own_share(channel)});
    channel->exchange->awaits = 2;
    return error ? error : send_prepared(channel);
}

/* Work: what K2 has added, K3 into exchange->answer, and all keys. */
static enum channel_error run_client(struct channel *channel)
{
    uint8_t sealed[WIRE_MODULUS_MAX];
    struct wire_value values[REKEY_SECRET_FIELDS] = {[INNER_TYPE] = {.number = WIRE_INNER_REKEY},
                                                     [REKEY_STEP] = {.number = 3},
                                                     [REKEY_SECRET_SECRET] = {.data = sealed}};
    enum channel_error error = open_added(channel);
    if (!error)
        error = exchange_seal(sealed, &values[REKEY_SECRET_SECRET].bytes, channel);
    if (!error)
        error = prepare(&channel->exchange->answer, channel, WIRE_REKEY_SECRET, values);
    return error ? error : exchange_derive(channel);
}

static void client_done(struct channel *channel)
{
    if (!channel_is_open(channel))
        return; /* hung up meanwhile */
    enum channel_error error = send_prepared(channel);
    channel->exchange->awaits = 4;
    if (!error) {
        modern_use_sending(channel, &channel->exchange->next_secret);
        channel->generation++;
    }
    fail_if(channel, error);
}

static enum channel_error read_answer(struct channel *channel, const uint8_t *plain, size_t bytes)
{
    struct wire_value values[REKEY_ANSWER_FIELDS];
    enum channel_error error;
    if (wire_decode(values, WIRE_REKEY_ANSWER, plain, bytes))
        return CHANNEL_ERR_MALFORMED;
    if (!awaits(channel, 2))
        return CHANNEL_ERR_UNEXPECTED;
    channel->exchange->awaits = 0;
    error = exchange_take_share(channel, &values[REKEY_ANSWER_EPH]);
    if (error)
        return error;
    sym_sha256_update(&channel->exchange->transcript, plain, bytes);
    if (!keep_added(channel, &values[REKEY_ANSWER_SECRET]))
        return CHANNEL_ERR_MEMORY;
    return run_or_hand_out(channel, run_client, client_done);
}

static enum channel_error read_switch(struct channel *channel, const uint8_t *plain, size_t bytes)
{
    struct wire_value values[REKEY_SWITCH_FIELDS];
    if (wire_decode(values, WIRE_REKEY_SWITCH, plain, bytes))
        return CHANNEL_ERR_MALFORMED;
    if (!awaits(channel, 4))
        return CHANNEL_ERR_UNEXPECTED;
    modern_use_receiving(channel, &channel->exchange->next_secret);
    exchange_end(channel);
    return CHANNEL_OK;
}

/* --- server ----------------------------------------------------------------------------------- */

static enum channel_error read_ask(struct channel *channel, const uint8_t *plain, size_t bytes)
{
    struct wire_value values[REKEY_ASK_FIELDS];
    enum channel_error error;
    if (wire_decode(values, WIRE_REKEY_ASK, plain, bytes))
        return CHANNEL_ERR_MALFORMED;
    if (channel->said_close)
        return CHANNEL_OK; /* it has crossed our goodbye, behind which nothing is said */
    if (channel->exchange)
        return CHANNEL_ERR_UNEXPECTED;
    if (!exchange_start(channel))
        return CHANNEL_ERR_MEMORY;
    sym_sha256_update(&channel->exchange->transcript, plain, bytes);
    error = exchange_take_share(channel, &values[REKEY_ASK_EPH]);
    if (!error)
        exchange_make_share(channel);
    return error;
}

static enum channel_error send_answer(struct channel *channel)
{
    uint8_t sealed[WIRE_MODULUS_MAX];
    struct wire_value values[REKEY_ANSWER_FIELDS] = {[INNER_TYPE] = {.number = WIRE_INNER_REKEY},
                                                     [REKEY_STEP] = {.number = 2},
                                                     [REKEY_ANSWER_EPH] = own_share(channel),
                                                     [REKEY_ANSWER_SECRET] = {.data = sealed}};
    enum channel_error error = exchange_seal(sealed, &values[REKEY_ANSWER_SECRET].bytes, channel);
    channel->exchange->awaits = 3;
    if (!error)
        error = prepare(&channel->exchange->answer, channel, WIRE_REKEY_ANSWER, values);
    return error ? error : send_prepared(channel);
}

/* Work: what K3 has added, and all keys. */
static enum channel_error run_server(struct channel *channel)
{
    enum channel_error error = open_added(channel);
    return error ? error : exchange_derive(channel);
}

/* Behind our goodbye the client's answer to it is under the new keys still. */
static void server_done(struct channel *channel)
{
    const struct schedule *next = &channel->exchange->next_secret;
    enum channel_error error = CHANNEL_OK;
    if (channel_is_open(channel))
        error = record_put(
            channel, WIRE_REKEY_SWITCH,
            (struct wire_value[]){
                [INNER_TYPE] = {.number = WIRE_INNER_REKEY}, [REKEY_STEP] = {.number = 4}});
    if (error) {
        fail_if(channel, error); /* under the old keys: the client knows of no others */
        return;
    }
    modern_use_sending(channel, next);
    modern_use_receiving(channel, next);
    channel->generation++;
    exchange_end(channel);
}

static enum channel_error read_secret(struct channel *channel, const uint8_t *plain, size_t bytes)
{
    struct wire_value values[REKEY_SECRET_FIELDS];
    if (wire_decode(values, WIRE_REKEY_SECRET, plain, bytes))
        return CHANNEL_ERR_MALFORMED;
    if (!awaits(channel, 3))
        return CHANNEL_ERR_UNEXPECTED;
    channel->exchange->awaits = 0;
    sym_sha256_update(&channel->exchange->transcript, plain, bytes);
    if (!keep_added(channel, &values[REKEY_SECRET_SECRET]))
        return CHANNEL_ERR_MEMORY;
    return run_or_hand_out(channel, run_server, server_done);
}

/* --- both ------------------------------------------------------------------------------------- */

void rekey_share_made(struct channel *channel)
{
    if (!channel_is_open(channel))
        return; /* hung up meanwhile */
    /* Unlike in a handshake, the peer encrypts to the key as soon as it sees it. */
    channel->exchange->pair_used = true;
    fail_if(channel,
            channel->config.role == CHANNEL_CLIENT ? send_ask(channel) : send_answer(channel));
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
    else if (!channel->suite->agreement || steps[step].reader != channel->config.role)
        channel_fail(channel, CHANNEL_ERR_UNEXPECTED, "rekey");
    else
        fail_if(channel, steps[step].read(channel, plain, bytes));
}
