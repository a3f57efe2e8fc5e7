/*
 * The engine: the life of a channel, its flags, and the bytes that go in and out.
 *
 * Nothing here knows what a message means. Flags are derived from what the channel holds; progress
 * is made in one place, channel_advance, after every call that could allow it.
 */
#include "engine.h"
#include "greeting.h"

#include <stdlib.h>
#include <string.h>

#define READ_SMALLEST ((size_t)2048)
#define READ_LARGEST  ((size_t)512 * 1024)

/* --- life ----------------------------------------------------------------------------------- */

enum channel_error channel_judge_key(struct channel_suite suite, const struct rsa_key *key)
{
    const bool modern = channel_suite_is_modern(suite);
    const size_t e_bytes = rsa_key_number_bytes(key, RSA_E, NULL, 0);
    if (modern && rsa_key_bits(key) < CHANNEL_MODERN_BITS)
        return CHANNEL_ERR_KEY_SMALL;
    /* FIPS 186-5 A.1.1: 2^16 < e < 2^256. The textbook suite takes any odd e >= 3. */
    if (modern && (e_bytes < 3 || e_bytes > 32))
        return CHANNEL_ERR_KEY_BAD;
    return rsa_key_bits(key) < CHANNEL_TEXTBOOK_BITS ? CHANNEL_ERR_KEY_BAD : CHANNEL_OK;
}

static enum channel_error check_config(const struct channel_config *config)
{
    const struct suite_row *suite = suite_row(config->suite);
    if (suite->has_cipher == (channel_suite_number(config->suite) == suite->number))
        return CHANNEL_ERR_SUITE; /* a cipher without a place on the wire */
    if (!config->identity || !rsa_key_is_private(config->identity))
        return CHANNEL_ERR_KEY_BAD;
    return channel_judge_key(config->suite, config->identity);
}

static struct channel *allocate(const struct channel_config *config)
{
    struct channel *channel = calloc(1, sizeof(*channel));
    if (!channel)
        return NULL;
    channel->config = *config;
    channel->suite = suite_row(config->suite);
    if (channel->suite->has_cipher)
        channel->cipher = sym_cipher_find(config->suite.cipher);
    channel->in.secret = channel->pending.secret = true;
    channel->work_in.secret = channel->work_out.secret = true;
    channel->read_size = READ_SMALLEST;
    return channel;
}

enum channel_error channel_new(struct channel **channel, const struct channel_config *config)
{
    enum channel_error error = check_config(config);
    *channel = NULL;
    if (error)
        return error;
    *channel = allocate(config);
    if (!*channel)
        return CHANNEL_ERR_MEMORY;
    error = channel_random_start(*channel);
    trace_open(*channel);
    bool started = !error && exchange_start(*channel);
    if (!error && !started)
        error = CHANNEL_ERR_MEMORY;
    if (error) {
        channel_free(*channel);
        *channel = NULL;
        return error;
    }
    handshake_start(*channel);
    channel_advance(*channel);
    return CHANNEL_OK;
}

static enum channel_error copy_ticket(struct channel *channel, const struct channel_ticket *ticket)
{
    channel->resume = malloc(sizeof(*ticket));
    if (!channel->resume)
        return CHANNEL_ERR_MEMORY;
    *channel->resume = *ticket;
    channel->resume->peer = NULL;
    return channel_rsa_error(rsa_key_public_copy(&channel->peer, ticket->peer));
}

enum channel_error channel_new_resume(struct channel **channel, const struct channel_config *config,
                                      const struct channel_ticket *ticket)
{
    enum channel_error error = check_config(config);
    *channel = NULL;
    if (error)
        return error;
    if (channel_suite_number(config->suite) != channel_suite_number(ticket->suite))
        return CHANNEL_ERR_SUITE;
    error = channel_judge_key(config->suite, ticket->peer);
    if (error)
        return error;
    *channel = allocate(config);
    if (!*channel)
        return CHANNEL_ERR_MEMORY;
    error = copy_ticket(*channel, ticket);
    if (!error)
        error = channel_random_start(*channel);
    if (!error) {
        trace_open(*channel);
        error = handover_start(*channel);
    }
    if (error) {
        channel_free(*channel);
        *channel = NULL;
    }
    return error;
}

void channel_free(struct channel *channel)
{
    if (!channel)
        return;
    trace_close(channel);
    buffer_free(&channel->in);
    buffer_free(&channel->out); /* ciphertext: not secret, not wiped */
    buffer_free(&channel->pending);
    buffer_free(&channel->work_in);
    buffer_free(&channel->work_out);
    buffer_free(&channel->warnings);
    exchange_end(channel);
    channel_ticket_free(channel->ticket);
    channel_ticket_free(channel->resume);
    rsa_key_free(channel->peer);
    channel_random_end(channel);
    sym_wipe(channel, sizeof(*channel));
    free(channel);
}

/* --- flags ---------------------------------------------------------------------------------- */

bool channel_is_open(const struct channel *channel)
{
    return channel->state == STATE_OPEN && !channel->said_close && !channel->error;
}

/* What the driver must do first, before the next frame can be looked at. */
static bool waits_for_driver(const struct channel *channel)
{
    return channel->want_verdict || channel->want_ephemeral || channel->work.run ||
           channel->data_bytes > 0 || channel->ticket;
}

/* The line was cut, and what had come before is used up. Nobody finishes a handshake alone. */
static bool input_is_over(const struct channel *channel)
{
    return channel->input_ended && (channel->state != STATE_OPEN || !waits_for_driver(channel));
}

static bool may_receive(const struct channel *channel)
{
    return !channel->error && !channel->got_close && !waits_for_driver(channel);
}

static bool is_closed(const struct channel *channel)
{
    return channel->error || channel->got_close || input_is_over(channel);
}

unsigned channel_flags(const struct channel *channel)
{
    unsigned flags = 0;
    if (buffer_bytes(&channel->out) > 0)
        flags |= CHANNEL_HAS_OUTPUT;
    if (channel->data_bytes > 0)
        flags |= CHANNEL_HAS_DATA;
    if (channel->ticket && !channel->error)
        flags |= CHANNEL_HAS_PORT;
    if (channel->work.run && !channel->work.under_way)
        flags |= CHANNEL_HAS_WORK;
    if (is_closed(channel))
        return flags | CHANNEL_CLOSED;
    if (!waits_for_driver(channel))
        flags |= CHANNEL_WANT_INPUT;
    if (channel->want_verdict)
        flags |= CHANNEL_WANT_VERDICT;
    if (channel->want_ephemeral)
        flags |= CHANNEL_WANT_EPHEMERAL;
    if (channel_is_open(channel))
        flags |= CHANNEL_OPEN;
    return flags;
}

/* --- output --------------------------------------------------------------------------------- */

const uint8_t *channel_output(const struct channel *channel, size_t *bytes)
{
    *bytes = buffer_bytes(&channel->out);
    return *bytes > 0 ? buffer_front(&channel->out) : NULL;
}

void channel_output_done(struct channel *channel, size_t bytes)
{
    buffer_consume(&channel->out, bytes);
}

enum channel_error channel_encode_frame(struct buffer *buffer, enum wire_message message,
                                        const struct wire_value *values)
{
    size_t body = wire_size(message, values);
    uint8_t *frame = buffer_room(buffer, WIRE_HEADER_BYTES + body);
    if (!frame)
        return CHANNEL_ERR_MEMORY;
    wire_put_header(frame, wire_layout(message)->frame, body);
    wire_encode(frame + WIRE_HEADER_BYTES, message, values);
    buffer_added(buffer, WIRE_HEADER_BYTES + body);
    return CHANNEL_OK;
}

enum channel_error channel_put_frame(struct channel *channel, enum wire_message message,
                                     const struct wire_value *values, struct sym_sha256 *hash)
{
    size_t bytes = WIRE_HEADER_BYTES + wire_size(message, values);
    enum channel_error error = channel_encode_frame(&channel->out, message, values);
    const uint8_t *frame;
    if (error)
        return error;
    frame = buffer_front(&channel->out) + buffer_bytes(&channel->out) - bytes;
    if (hash)
        sym_sha256_update(hash, frame, bytes);
    trace_frame(channel, true, frame, bytes);
    return CHANNEL_OK;
}

/* --- input ---------------------------------------------------------------------------------- */

uint8_t *channel_input_space(struct channel *channel, size_t *space)
{
    uint8_t *room = buffer_room(&channel->in, channel->read_size);
    *space = room ? channel->in.space - channel->in.end : 0;
    if (!room)
        channel_fail(channel, CHANNEL_ERR_MEMORY, NULL);
    return room;
}

/* A peer that fills what it is given gets more next time, one that does not gets less. */
static void adapt_read_size(struct channel *channel, size_t bytes)
{
    if (bytes >= channel->read_size && channel->read_size < READ_LARGEST)
        channel->read_size *= 2;
    else if (bytes < channel->read_size / 4 && channel->read_size > READ_SMALLEST)
        channel->read_size /= 2;
}

void channel_input_done(struct channel *channel, size_t bytes)
{
    adapt_read_size(channel, bytes);
    buffer_added(&channel->in, bytes);
    if (bytes == 0)
        buffer_consume(&channel->in, 0);
    channel_advance(channel);
}

void channel_input_end(struct channel *channel)
{
    channel->input_ended = true;
    channel_advance(channel);
}

/* Only a record of the textbook suite carries a wrapped key. */
static size_t largest_body(const struct channel *channel, uint8_t type)
{
    const enum wire_message record = channel->suite->record;
    if (type == WIRE_FRAME_RECORD && record != WIRE_TEXTBOOK_RECORD)
        return wire_layout(record)->fields[0].max;
    return wire_frame_max(type);
}

/* By its header; its body may be on the way still. */
static void refuse_frame(struct channel *channel, size_t body, enum channel_error error)
{
    const char *answers = channel->config.role == CHANNEL_CLIENT
                              ? greeting_name(buffer_front(&channel->in), WIRE_HEADER_BYTES)
                              : NULL;
    size_t there = buffer_bytes(&channel->in);
    if (there > WIRE_HEADER_BYTES + body)
        there = WIRE_HEADER_BYTES + body;
    trace_frame(channel, false, buffer_front(&channel->in), there);
    channel_fail(channel, error, answers);
}

/* The frame at the front of the input, judged by its header before its body has come. */
static bool next_frame(struct channel *channel, uint8_t *type, size_t *bytes)
{
    if (buffer_bytes(&channel->in) < WIRE_HEADER_BYTES)
        return false;
    wire_get_header(type, bytes, buffer_front(&channel->in));
    if (!handshake_expects(channel, *type)) {
        refuse_frame(channel, *bytes, CHANNEL_ERR_UNEXPECTED);
        return false;
    }
    if (*bytes > largest_body(channel, *type)) {
        refuse_frame(channel, *bytes, CHANNEL_ERR_OVERSIZED);
        return false;
    }
    return buffer_bytes(&channel->in) >= WIRE_HEADER_BYTES + *bytes;
}

/* Handles one frame. False if there is none yet, or it stays at the front for a while. */
static bool receive_frame(struct channel *channel)
{
    uint8_t type;
    size_t body;
    frame_handler handler;
    if (!next_frame(channel, &type, &body))
        return false;
    trace_frame(channel, false, buffer_front(&channel->in), WIRE_HEADER_BYTES + body);
    if (type == WIRE_FRAME_RECORD) {
        if (record_receive(channel, body))
            return false;
    } else {
        handler = handshake_next(channel, type);
        handler(channel, buffer_front(&channel->in), body);
    }
    buffer_consume(&channel->in, WIRE_HEADER_BYTES + body);
    return true;
}

static void go_on(struct channel *channel)
{
    while (!channel->work.run) {
        bool pending = buffer_bytes(&channel->pending) > 0, received = false;
        if (!(pending && !channel->sealed_last) && may_receive(channel))
            received = receive_frame(channel);
        if (!received && !channel->work.run) {
            if (!pending)
                return;
            record_seal_pending(channel); /* a goodbye too, after the end */
        }
    }
}

void channel_advance(struct channel *channel)
{
    go_on(channel);
    /* RFC 8446 6.1 has the same rule: an end that nothing vouches for is a cut line. Behind our own
     * goodbye the peer need not answer, but it does not stop in the middle of a frame. */
    if (input_is_over(channel) && !channel->got_close &&
        (!channel->said_close || buffer_bytes(&channel->in) > 0))
        channel_fail(channel, CHANNEL_ERR_TRUNCATED, NULL);
}

/* --- data ----------------------------------------------------------------------------------- */

const uint8_t *channel_data(const struct channel *channel, size_t *bytes)
{
    *bytes = channel->data_bytes;
    return *bytes > 0 ? buffer_front(&channel->in) + channel->data_at : NULL;
}

void channel_data_done(struct channel *channel, size_t bytes)
{
    channel->data_at += bytes;
    channel->data_bytes -= bytes;
    if (channel->data_bytes > 0)
        return;
    buffer_consume(&channel->in, channel->frame_bytes);
    channel->frame_bytes = 0;
    channel_advance(channel);
}

const struct rsa_key *channel_peer_key(const struct channel *channel)
{
    return channel->peer;
}

unsigned channel_generation(const struct channel *channel)
{
    return channel->generation;
}

/* --- what the driver brings ------------------------------------------------------------------- */

void channel_verdict(struct channel *channel, enum channel_error verdict)
{
    if (!channel->want_verdict || channel->error)
        return;
    channel->want_verdict = false;
    trace_verdict(channel, verdict);
    if (verdict)
        channel_fail(channel, verdict, NULL);
    else
        handshake_accepted(channel);
    channel_advance(channel);
}

void channel_give_ephemeral(struct channel *channel, struct rsa_key *key)
{
    if (!channel->want_ephemeral) {
        rsa_key_free(key);
        return;
    }
    channel->want_ephemeral = false;
    if (!key || !rsa_key_is_private(key) || channel_judge_key(channel->config.suite, key)) {
        rsa_key_free(key);
        channel_fail(channel, CHANNEL_ERR_USE, "own ephemeral key");
        return;
    }
    channel->exchange->own_pair = key; /* transferred */
    if (channel->error)
        return; /* too late: channel_take_ephemeral gives it back */
    trace_ephemeral(channel);
    exchange_make_share(channel);
    channel_advance(channel);
}

struct rsa_key *channel_take_ephemeral(struct channel *channel)
{
    struct rsa_key *key = NULL;
    if (channel->exchange && !channel->exchange->pair_used && !channel->seeded) {
        key = channel->exchange->own_pair;
        channel->exchange->own_pair = NULL; /* transferred */
    }
    return key;
}

void channel_work_begin(struct channel *channel)
{
    channel->work.under_way = true;
}

struct rsa_private_job *channel_work_part(struct channel *channel)
{
    struct work *work = &channel->work;
    const bool again = work->wanted.key;
    work->error = channel_rsa_error(work->wanted.error);
    work->wanted.key = NULL;
    if (!work->error)
        work->error = (again ? work->rest : work->run)(channel);
    return !work->error && work->wanted.key ? &work->wanted : NULL;
}

void channel_work_run(struct channel *channel)
{
    struct rsa_private_job *job;
    while ((job = channel_work_part(channel)))
        job->error = rsa_private(job->out, job->key, job->in, job->in_bytes,
                                 channel_blinding(channel));
}

void channel_work_end(struct channel *channel)
{
    void (*done)(struct channel *) = channel->work.done;
    enum channel_error error = channel->work.error;
    channel->work = (struct work){0};
    if (error) {
        buffer_free(&channel->work_in); /* the goodbye is work too, and begins with nothing */
        buffer_free(&channel->work_out);
        channel_fail(channel, error, NULL);
    } else if (!channel->error || channel->state == STATE_OPEN) {
        done(channel);
    }
    channel_advance(channel);
}
