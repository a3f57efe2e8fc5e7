/*
 * The handshake: hello and exchange, both sides, all suites.
 *
 *   modern                                      dh                            textbook
 *   C: M1 hello     identity, share, r_c        C: M1 hello  identity, share  C: M1 hello  identity
 *   S: M2 hello     identity, share, r_s        S: M2 hello  identity, share  S: M2 hello  identity
 *   C: M3 exchange  signature                   (open)                        (open)
 *   S: M4 exchange  signature
 *   (open)
 *
 * The dialogue is the table below. A handler is disarmed before it runs: each message is accepted
 * once, and in its turn.
 */
#include "agreement.h"
#include "engine.h"

#include <stdio.h>
#include <string.h>

static void read_hello(struct channel *channel, const uint8_t *frame, size_t bytes);
static void read_exchange(struct channel *channel, const uint8_t *frame, size_t bytes);
static void read_alert(struct channel *channel, const uint8_t *frame, size_t bytes);

static const struct dialogue dialogue[] = {
    {STATE_WAIT_CLIENT_HELLO, WIRE_FRAME_HELLO, read_hello, false},
    {STATE_WAIT_SERVER_HELLO, WIRE_FRAME_HELLO, read_hello, false},
    {STATE_WAIT_SERVER_HELLO, WIRE_FRAME_ALERT, read_alert, false},
    {STATE_WAIT_CLIENT_EXCHANGE, WIRE_FRAME_EXCHANGE, read_exchange, false},
    {STATE_WAIT_CLIENT_EXCHANGE, WIRE_FRAME_ALERT, read_alert, false},
    {STATE_WAIT_SERVER_EXCHANGE, WIRE_FRAME_EXCHANGE, read_exchange, false},
    {STATE_WAIT_SERVER_EXCHANGE, WIRE_FRAME_ALERT, read_alert, false},
    {STATE_WAIT_CLIENT_RESUME, WIRE_FRAME_RESUME, handover_read_client, false},
    {STATE_WAIT_SERVER_RESUME, WIRE_FRAME_RESUME, handover_read_server, false},
    {STATE_WAIT_SERVER_RESUME, WIRE_FRAME_ALERT, read_alert, false},
    {STATE_OPEN, WIRE_FRAME_RECORD, NULL, false}, /* record.c */
    {STATE_OPEN, WIRE_FRAME_ALERT, read_alert,
     true}, /* the server is open before the client judges */
};

const struct dialogue *handshake_dialogue(size_t *rows)
{
    *rows = sizeof(dialogue) / sizeof(dialogue[0]);
    return dialogue;
}

static const struct dialogue *find_row(const struct channel *channel, uint8_t frame_type)
{
    for (size_t i = 0; i < sizeof(dialogue) / sizeof(dialogue[0]); i++)
        if (dialogue[i].state == channel->state && dialogue[i].frame == frame_type &&
            (!channel->suite->proves || !dialogue[i].unproven_only))
            return &dialogue[i];
    return NULL;
}

bool handshake_expects(const struct channel *channel, uint8_t frame_type)
{
    return find_row(channel, frame_type) != NULL;
}

frame_handler handshake_next(struct channel *channel, uint8_t frame_type)
{
    const struct dialogue *row = find_row(channel, frame_type);
    channel->state = STATE_LOCAL;
    return row->handler;
}

static bool is_client(const struct channel *channel)
{
    return channel->config.role == CHANNEL_CLIENT;
}

static void open_channel(struct channel *channel)
{
    if (channel->suite->agreement) {
        modern_use_sending(channel, &channel->exchange->next_secret);
        modern_use_receiving(channel, &channel->exchange->next_secret);
    }
    exchange_end(channel);
    channel->state = STATE_OPEN;
}

/* Both hellos are through, and nothing more is said before the channel opens. */
static void finish_unproven(struct channel *channel)
{
    if (channel->suite->agreement)
        channel->work = (struct work){.run = exchange_derive, .done = open_channel};
    else
        open_channel(channel);
}

/* --- keys from the wire ----------------------------------------------------------------------- */

enum channel_error handshake_read_key(struct rsa_key **key, const struct channel *channel,
                                      const struct wire_value *n, const struct wire_value *e)
{
    enum channel_error error =
        channel_rsa_error(rsa_key_from_public_bytes(key, n->data, n->bytes, e->data, e->bytes));
    if (error)
        return error;
    error = channel_judge_key(channel->config.suite, *key);
    if (error) {
        rsa_key_free(*key);
        *key = NULL;
    }
    return error;
}

struct wire_value channel_key_value(uint8_t *bytes, const struct rsa_key *key,
                                    enum rsa_number number)
{
    return (struct wire_value){.data = bytes,
                               .bytes = rsa_key_number_bytes(key, number, bytes, WIRE_MODULUS_MAX)};
}

/* --- hello ------------------------------------------------------------------------------------ */

/* M1 or M2: the own key share is made. */
void handshake_hello(struct channel *channel)
{
    const enum wire_message message = is_client(channel) ? WIRE_CLIENT_HELLO : WIRE_SERVER_HELLO;
    const struct rsa_key *id = channel->config.identity;
    const struct buffer *share = &channel->exchange->own_share;
    const bool proves = channel->suite->proves;
    uint8_t random[WIRE_RANDOM_BYTES], suite[2], n[WIRE_MODULUS_MAX], e[WIRE_MODULUS_MAX];
    uint16_t number = channel_suite_number(channel->config.suite);
    struct wire_value values[HELLO_FIELDS] = {
        [HELLO_VERSION] = {.number = WIRE_VERSION},
        [HELLO_SUITES] = {.data = suite, .bytes = sizeof(suite)},
        [HELLO_RANDOM] = {.data = random, .bytes = proves ? sizeof(random) : 0},
        [HELLO_ID_N] = channel_key_value(n, id, RSA_N),
        [HELLO_ID_E] = channel_key_value(e, id, RSA_E),
        [HELLO_EPH] = {.data = buffer_front(share), .bytes = buffer_bytes(share)},
    };
    enum channel_error error = proves ? channel_random(channel, random, sizeof(random))
                                      : CHANNEL_OK;
    if (!error && proves)
        TRACE(channel->trace, STEP_HELLO_RANDOM, [BYTES_DRAWN] = {random, sizeof(random)});
    suite[0] = (uint8_t)(number >> 8);
    suite[1] = (uint8_t)number;
    if (!error)
        error = channel_put_frame(channel, message, values, &channel->exchange->transcript);
    if (error)
        channel_fail(channel, error, NULL);
    else if (is_client(channel))
        channel->state = STATE_WAIT_SERVER_HELLO;
    else if (proves)
        channel->state = STATE_WAIT_CLIENT_EXCHANGE;
    else
        finish_unproven(channel);
}

static bool offers_our_suite(const struct channel *channel, const struct wire_value *suites)
{
    uint16_t ours = channel_suite_number(channel->config.suite);
    if (suites->bytes % 2 != 0)
        return false;
    for (size_t i = 0; i + 1 < suites->bytes; i += 2)
        if (((uint16_t)suites->data[i] << 8 | suites->data[i + 1]) == ours)
            return true;
    return false;
}

/* For people: which one the peer likes best. */
static void fail_suite(struct channel *channel, const struct wire_value *suites)
{
    char text[CHANNEL_SUITE_TEXT_BYTES] = "", detail[64] = "";
    struct channel_suite suite;
    for (size_t i = 0; suites->bytes >= 2 && channel_suite_at(&suite, i); i++)
        if (channel_suite_number(suite) == ((uint16_t)suites->data[0] << 8 | suites->data[1]))
            snprintf(detail, sizeof(detail), "hello: suites %s", channel_suite_text(text, suite));
    channel_fail(channel, CHANNEL_ERR_SUITE, detail[0] ? detail : NULL);
}

/* The parts of a hello that the exchange needs, and that other suites leave empty. */
static enum channel_error read_exchange_part(struct channel *channel,
                                             const struct wire_value *values)
{
    if (values[HELLO_RANDOM].bytes != (channel->suite->proves ? WIRE_RANDOM_BYTES : 0))
        return CHANNEL_ERR_MALFORMED;
    return exchange_take_share(channel, &values[HELLO_EPH]);
}

/* What both hellos have in common: judged in the order of the fields, before any key is used. */
static void read_hello(struct channel *channel, const uint8_t *frame, size_t bytes)
{
    const enum wire_message message = is_client(channel) ? WIRE_SERVER_HELLO : WIRE_CLIENT_HELLO;
    struct wire_value values[HELLO_FIELDS];
    const struct wire_field *bad = wire_decode(values, message, frame + WIRE_HEADER_BYTES, bytes);
    enum channel_error error;
    if (bad == &wire_layout(message)->fields[HELLO_VERSION] && bytes >= 2) {
        const uint8_t *version = frame + WIRE_HEADER_BYTES;
        channel_fail_version(channel, (unsigned)version[0] << 8 | version[1]);
        return;
    }
    if (bad) {
        channel_fail_field(channel, message, bad);
        return;
    }
    if (!offers_our_suite(channel, &values[HELLO_SUITES])) {
        fail_suite(channel, &values[HELLO_SUITES]);
        return;
    }
    error = handshake_read_key(&channel->peer, channel, &values[HELLO_ID_N], &values[HELLO_ID_E]);
    if (error) {
        channel_fail(channel, error, "identity key");
        return;
    }
    error = read_exchange_part(channel, values);
    if (error) {
        channel_fail(channel, error, "key share");
        return;
    }
    sym_sha256_update(&channel->exchange->transcript, frame, WIRE_HEADER_BYTES + bytes);
    channel->want_verdict = true;
}

static void read_alert(struct channel *channel, const uint8_t *frame, size_t bytes)
{
    struct wire_value values[ALERT_FIELDS];
    const struct wire_field *bad = wire_decode(values, WIRE_ALERT, frame + WIRE_HEADER_BYTES,
                                               bytes);
    if (bad)
        channel_fail_field(channel, WIRE_ALERT, bad);
    else
        channel_take_reason(channel, channel_alert_error((uint8_t)values[ALERT_CODE].number),
                            &values[ALERT_REASON]);
}

/* --- exchange --------------------------------------------------------------------------------- */

/* Work: it is signed. M4 is the last that the keys come from. */
static enum channel_error finish_exchange(struct channel *channel)
{
    const struct buffer *answer = &channel->exchange->answer;
    proof_end(channel);
    sym_sha256_update(&channel->exchange->transcript, buffer_front(answer), buffer_bytes(answer));
    return is_client(channel) ? CHANNEL_OK : exchange_derive(channel);
}

/* Work: M3 or M4 into exchange->answer. Of the client, after M2 is accepted. */
static enum channel_error make_exchange(struct channel *channel)
{
    const enum wire_message message = is_client(channel) ? WIRE_CLIENT_EXCHANGE
                                                         : WIRE_SERVER_EXCHANGE;
    struct buffer *answer = &channel->exchange->answer;
    const size_t bytes = rsa_key_bytes(channel->config.identity);
    uint8_t sealed[WIRE_MODULUS_MAX], signature[WIRE_MODULUS_MAX] = {0}; /* made in the frame */
    struct wire_value values[EXCHANGE_FIELDS] = {
        [EXCHANGE_SECRET] = {.data = sealed},
        [EXCHANGE_SIGNATURE] = {.data = signature, .bytes = bytes},
    };
    enum channel_error error = exchange_seal(sealed, &values[EXCHANGE_SECRET].bytes, channel);
    if (!error)
        error = channel_encode_frame(answer, message, values);
    if (!error) /* the signature is its last field */
        error = proof_begin(buffer_front(answer) + buffer_bytes(answer) - bytes, channel,
                            &values[EXCHANGE_SECRET]);
    channel->work.rest = finish_exchange;
    return error;
}

/* Work: the peer's M3 or M4 in exchange->received. Its signature comes first: before it is known to
 * be good, no private key is touched. */
static enum channel_error take_exchange(struct channel *channel)
{
    struct exchange *exchange = channel->exchange;
    const struct wire_value *values = exchange->received_values;
    enum channel_error error = proof_verify(channel, &values[EXCHANGE_SECRET],
                                            &values[EXCHANGE_SIGNATURE]);
    if (error)
        return error;
    sym_sha256_update(&exchange->transcript, buffer_front(&exchange->received),
                      buffer_bytes(&exchange->received));
    return exchange_open(channel, &values[EXCHANGE_SECRET]);
}

static bool send_answer(struct channel *channel)
{
    struct buffer *answer = &channel->exchange->answer;
    bool sent = buffer_append(&channel->out, buffer_front(answer), buffer_bytes(answer));
    if (sent)
        trace_frame(channel, true, buffer_front(answer), buffer_bytes(answer));
    else
        channel_fail(channel, CHANNEL_ERR_MEMORY, NULL);
    buffer_free(answer);
    return sent;
}

static void client_exchange_done(struct channel *channel)
{
    /* Once M3 is out, somebody has encrypted to our key or may be about to. */
    channel->exchange->pair_used = true;
    if (send_answer(channel))
        channel->state = STATE_WAIT_SERVER_EXCHANGE;
}

/* Server: M3 in, M4 out, keys. */
static enum channel_error run_server_exchange(struct channel *channel)
{
    enum channel_error error = take_exchange(channel);
    return error ? error : make_exchange(channel);
}

static void server_exchange_done(struct channel *channel)
{
    if (send_answer(channel))
        open_channel(channel);
}

/* Client: M4 in, keys. */
static enum channel_error run_client_finish(struct channel *channel)
{
    enum channel_error error = take_exchange(channel);
    return error ? error : exchange_derive(channel);
}

/* M3 or M4 has come: the costly part is work, on a copy that stays where it is. */
static void read_exchange(struct channel *channel, const uint8_t *frame, size_t bytes)
{
    struct exchange *exchange = channel->exchange;
    const enum wire_message message = is_client(channel) ? WIRE_SERVER_EXCHANGE
                                                         : WIRE_CLIENT_EXCHANGE;
    const struct wire_field *bad;
    if (!buffer_append(&exchange->received, frame, WIRE_HEADER_BYTES + bytes)) {
        channel_fail(channel, CHANNEL_ERR_MEMORY, NULL);
        return;
    }
    bad = wire_decode(exchange->received_values, message,
                      buffer_front(&exchange->received) + WIRE_HEADER_BYTES, bytes);
    if (bad)
        channel_fail_field(channel, message, bad);
    else if (is_client(channel))
        channel->work = (struct work){.run = run_client_finish, .done = open_channel};
    else
        channel->work = (struct work){.run = run_server_exchange, .done = server_exchange_done};
}

/* --- turns ------------------------------------------------------------------------------------ */

void handshake_start(struct channel *channel)
{
    channel->state = is_client(channel) ? STATE_LOCAL : STATE_WAIT_CLIENT_HELLO;
    if (is_client(channel))
        exchange_make_share(channel);
}

void handshake_accepted(struct channel *channel)
{
    if (!is_client(channel))
        exchange_make_share(channel);
    else if (channel->suite->proves)
        channel->work = (struct work){.run = make_exchange, .done = client_exchange_done};
    else
        finish_unproven(channel);
}
