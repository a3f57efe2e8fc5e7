/*
 * The events of a channel; see trace.h.
 */
#include "engine.h"

#include <assert.h>

unsigned channel_seconds(const struct channel *channel)
{
    return trace_seconds(channel->trace.sink);
}

static void emit(const struct trace *trace, struct trace_event event)
{
    event.channel = trace->channel;
    trace->sink->event(trace->sink->context, &event);
}

bool channel_wants_addresses(const struct channel *channel)
{
    return channel->trace.sink != NULL;
}

void channel_tell_addresses(struct channel *channel, const char *own, uint16_t own_port,
                            const char *peer, uint16_t peer_port)
{
    if (channel->trace.sink)
        emit(&channel->trace,
             (struct trace_event){.kind = TRACE_ADDRESSES,
                                  .addresses = {{own, own_port}, {peer, peer_port}}});
}

void trace_step(const struct trace *trace, enum channel_step step, const struct trace_bytes *values,
                size_t count, const struct arithmetic *arithmetic)
{
    assert(count == (size_t)step_row(step)->inputs + step_row(step)->outputs);
    (void)count;
    emit(trace, (struct trace_event){.kind = TRACE_STEP,
                                     .step = {step, values, arithmetic ? arithmetic->list : NULL,
                                              arithmetic ? arithmetic->count : 0}});
}

/* --- frames and inner messages ---------------------------------------------------------------- */

static bool is_clients(const struct channel *channel, bool sent)
{
    return sent == (channel->config.role == CHANNEL_CLIENT);
}

static enum wire_message frame_message(const struct channel *channel, bool sent, uint8_t type)
{
    const bool clients = is_clients(channel, sent);
    switch (type) {
    case WIRE_FRAME_HELLO:
        return clients ? WIRE_CLIENT_HELLO : WIRE_SERVER_HELLO;
    case WIRE_FRAME_EXCHANGE:
        return clients ? WIRE_CLIENT_EXCHANGE : WIRE_SERVER_EXCHANGE;
    case WIRE_FRAME_RESUME:
        return clients ? WIRE_CLIENT_RESUME : WIRE_SERVER_RESUME;
    case WIRE_FRAME_RECORD:
        return channel->suite->record;
    case WIRE_FRAME_ALERT:
        return WIRE_ALERT;
    default:
        return WIRE_MESSAGES;
    }
}

/* By its first byte; those of a re-key by the second, too. */
static enum wire_message inner_message(const uint8_t *plain, size_t bytes)
{
    int message = 0;
    for (; bytes > 0 && message < WIRE_MESSAGES; message++) {
        const struct wire_layout *layout = wire_layout((enum wire_message)message);
        if (layout->frame || plain[0] != layout->fields[INNER_TYPE].min)
            continue;
        if (plain[0] != WIRE_INNER_REKEY ||
            (bytes > REKEY_STEP && plain[REKEY_STEP] == layout->fields[REKEY_STEP].min))
            return (enum wire_message)message;
    }
    return WIRE_MESSAGES;
}

void trace_frame(struct channel *channel, bool sent, const uint8_t *frame, size_t bytes)
{
    struct trace *trace = &channel->trace;
    if (trace->sink)
        emit(trace, (struct trace_event){.kind = TRACE_FRAME,
                                         .frame = {sent,
                                                   ++trace->frames,
                                                   frame_message(channel, sent, frame[0]),
                                                   {frame, bytes}}});
}

void trace_inner(const struct channel *channel, bool sent, const uint8_t *plain, size_t bytes)
{
    const struct trace *trace = &channel->trace;
    if (trace->sink)
        emit(trace, (struct trace_event){.kind = TRACE_INNER,
                                         .inner = {sent,
                                                   trace->frames + (sent ? 1 : 0),
                                                   inner_message(plain, bytes),
                                                   {plain, bytes}}});
}

void trace_verdict(const struct channel *channel, enum channel_error verdict)
{
    if (channel->trace.sink)
        emit(&channel->trace, (struct trace_event){.kind = TRACE_VERDICT,
                                                   .verdict = {verdict, channel->peer, NULL}});
}

/* --- keys and chance -------------------------------------------------------------------------- */

static void trace_pair(const struct channel *channel, enum channel_step step,
                       const struct rsa_key *key)
{
    static const enum rsa_number numbers[KEY_VALUES] = {
        [KEY_N] = RSA_N, [KEY_E] = RSA_E, [KEY_D] = RSA_D, [KEY_P] = RSA_P, [KEY_Q] = RSA_Q};
    struct trace_bytes values[KEY_VALUES];
    uint8_t bytes[KEY_VALUES][RSA_MAX_BYTES];
    if (!channel->trace.sink || !key)
        return;
    for (size_t i = 0; i < KEY_VALUES; i++) {
        const size_t size = rsa_key_number_bytes(key, numbers[i], bytes[i], sizeof(bytes[i]));
        values[i] = (struct trace_bytes){bytes[i], size};
    }
    trace_step(&channel->trace, step, values, KEY_VALUES, NULL);
    sym_wipe(bytes, sizeof(bytes));
}

void trace_ephemeral(const struct channel *channel)
{
    trace_pair(channel, STEP_EPHEMERAL_KEY, channel->exchange->own_pair);
}

/* What the engine draws, on its way to it: with it and the keys a session can be computed anew. */
static int draw(void *context, uint8_t *out, size_t bytes)
{
    const struct channel *channel = context;
    if (rsa_random_bytes(out, bytes, channel->trace.random))
        return -1;
    TRACE(channel->trace,
          channel->seeded ? STEP_SEEDED_BYTES : STEP_RANDOM_BYTES, [BYTES_DRAWN] = {out, bytes});
    return 0;
}

/* --- beginning and end ------------------------------------------------------------------------ */

void trace_open(struct channel *channel)
{
    const struct channel_trace *sink = channel->config.trace;
    struct trace_event event = {.kind = TRACE_OPEN,
                                .open = {channel->config.role, channel->config.suite,
                                         channel->resume ? channel->resume->ticket : NULL}};
    channel->trace = (struct trace){.sink = sink};
    if (!sink)
        return;
    sink->event(sink->context, &event);
    channel->trace.channel = event.channel;
    trace_pair(channel, STEP_IDENTITY_KEY, channel->config.identity);
    channel->trace.random = channel->config.random;
    channel->trace.tap = (struct rsa_random){.fill = draw, .context = channel};
    channel->config.random = &channel->trace.tap;
}

void trace_close(const struct channel *channel)
{
    struct trace_event event = {
        .kind = TRACE_CLOSE,
        .close = {channel->error, channel->error_is_peers, channel->reason, channel->detail}};
    if (!channel->trace.sink)
        return;
    if (!channel->error && channel->said_close) {
        event.close.error = channel->said_error;
        event.close.is_peers = channel->peer_ended;
    } else if (!channel->error && !channel->got_close) {
        event.close.error = CHANNEL_ERR_TRUNCATED;
        event.close.detail = "hung up without a goodbye";
    }
    emit(&channel->trace, event);
}
