/*
 * What a channel tells its sink, besides the steps; see trace.h.
 */
#include "engine.h"

#include <string.h>

unsigned channel_seconds(const struct channel *channel)
{
    return trace_seconds(channel->trace.sink);
}

bool channel_wants_addresses(const struct channel *channel)
{
    return channel->trace.sink && channel->trace.sink->line;
}

void channel_tell_addresses(struct channel *channel, const char *own, uint16_t own_port,
                            const char *peer, uint16_t peer_port)
{
    if (channel_wants_addresses(channel))
        channel->trace.sink->line(channel->trace.view,
                                  &(struct trace_addresses){own, peer, own_port, peer_port});
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
        return channel->cipher ? WIRE_TEXTBOOK_RECORD : WIRE_MODERN_RECORD;
    case WIRE_FRAME_ALERT:
        return WIRE_ALERT;
    default:
        return WIRE_MESSAGES;
    }
}

static enum wire_message inner_message(const uint8_t *plain, size_t bytes)
{
    switch (bytes > 0 ? plain[0] : 0) {
    case WIRE_INNER_DATA:
        return WIRE_DATA;
    case WIRE_INNER_PORT:
        return WIRE_PORT;
    case WIRE_INNER_CLOSE:
        return WIRE_CLOSE;
    case WIRE_INNER_REKEY:
        if (bytes > REKEY_STEP && plain[REKEY_STEP] >= 1 && plain[REKEY_STEP] <= 4)
            return (enum wire_message)(WIRE_REKEY_ASK + plain[REKEY_STEP] - 1);
        return WIRE_MESSAGES;
    default:
        return WIRE_MESSAGES;
    }
}

void trace_frame(struct channel *channel, bool sent, const uint8_t *frame, size_t bytes)
{
    struct trace *trace = &channel->trace;
    if (!trace->sink)
        return;
    trace->frames++;
    if (trace->sink->frame)
        trace->sink->frame(trace->view,
                           &(struct trace_frame){.sent = sent,
                                                 .number = trace->frames,
                                                 .message = frame_message(channel, sent, frame[0]),
                                                 .data = frame,
                                                 .bytes = bytes});
}

void trace_inner(const struct channel *channel, bool sent, const uint8_t *plain, size_t bytes)
{
    const struct trace *trace = &channel->trace;
    if (trace->sink && trace->sink->inner)
        trace->sink->inner(trace->view,
                           &(struct trace_inner){.sent = sent,
                                                 .record = trace->frames + (sent ? 1 : 0),
                                                 .message = inner_message(plain, bytes),
                                                 .data = plain,
                                                 .bytes = bytes});
}

/* --- keys ------------------------------------------------------------------------------------- */

static void trace_pair(const struct channel *channel, const char *name, const char *formula,
                       const char *source, const struct rsa_key *key)
{
    static const struct {
        enum rsa_number number;
        enum trace_secrecy secrecy;
    } told[] = {{RSA_N, TRACE_PUBLIC},
                {RSA_E, TRACE_PUBLIC},
                {RSA_D, TRACE_SECRET},
                {RSA_P, TRACE_SECRET},
                {RSA_Q, TRACE_SECRET}};
    enum { COUNT = sizeof(told) / sizeof(told[0]) };
    struct trace_value values[COUNT];
    uint8_t bytes[COUNT][RSA_MAX_BYTES];
    if (!channel->trace.sink || !channel->trace.sink->step || !key)
        return;
    for (size_t i = 0; i < COUNT; i++) {
        size_t size = rsa_key_number_bytes(key, told[i].number, bytes[i], sizeof(bytes[i]));
        values[i] = (struct trace_value){rsa_number_name(told[i].number), told[i].secrecy, bytes[i],
                                         size};
    }
    TRACE(channel->trace, name, formula, source, TRACE_NOTHING, values, COUNT);
    sym_wipe(bytes, sizeof(bytes));
}

void trace_ephemeral(const struct channel *channel)
{
    trace_pair(channel, "ephemeral key", "p, q random primes; n = p q; d = e^-1 mod lambda(n)",
               "FIPS 186-5 A.1.3", channel->exchange->own_ephemeral);
}

/* --- chance ----------------------------------------------------------------------------------- */

/* What the engine draws, on its way to it: with it and the keys a session can be computed anew. */
static int draw(void *context, uint8_t *out, size_t bytes)
{
    const struct channel *channel = context;
    if (rsa_random_bytes(out, bytes, channel->trace.random))
        return -1;
    TRACE(channel->trace, "random bytes",
          channel->seeded ? "ChaCha20(HKDF(seed, purpose))" : "getrandom(bytes)",
          channel->seeded ? "docs/chat.md" : "docs/security.md", TRACE_NOTHING,
          TRACE_OUT({"bytes", TRACE_SECRET, out, bytes}));
    return 0;
}

static void listen_to_chance(struct channel *channel)
{
    channel->trace.random = channel->config.random;
    channel->trace.tap = (struct rsa_random){.fill = draw, .context = channel};
    channel->config.random = &channel->trace.tap;
}

/* --- beginning and end ------------------------------------------------------------------------ */

void trace_open(struct channel *channel)
{
    const struct channel_trace *sink = channel->config.trace;
    channel->trace = (struct trace){.sink = sink};
    if (!sink)
        return;
    channel->trace.view = sink->context;
    if (sink->open)
        channel->trace.view = sink->open(sink->context, &channel->config,
                                         channel->resume ? channel->resume->ticket : NULL);
    if (!sink->step)
        return;
    trace_pair(channel, "identity key", "p, q random primes; n = p q; d = e^-1 mod lambda(n)",
               "FIPS 186-5 A.1.3", channel->config.identity);
    listen_to_chance(channel);
}

void trace_close(const struct channel *channel)
{
    const struct trace *trace = &channel->trace;
    struct trace_close close = {.error = channel->error,
                                .is_peers = channel->error_is_peers,
                                .reason = channel->reason,
                                .detail = channel->detail};
    if (!trace->sink || !trace->sink->close)
        return;
    if (!close.error && channel->said_close) {
        close.error = channel->said_error;
        close.is_peers = channel->peer_ended;
    } else if (!close.error && !channel->got_close) {
        close.error = CHANNEL_ERR_TRUNCATED;
        close.detail = "hung up without a goodbye";
    }
    trace->sink->close(trace->view, &close);
}
