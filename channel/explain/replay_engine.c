/* One side of a recorded channel, alive again: see replay_engine.h. */
#include "replay_engine.h"

#include "dh.h"
#include "fingerprint.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- looking things up in the recording ------------------------------------------------------- */

/* The next event of this kind in this channel, from the cursor on; of a step this one, or the other.
 * NULL: no more. */
static const struct trace_event *next_event(const struct replay_engine *side,
                                            struct replay_cursor *cursor, enum trace_kind kind,
                                            enum channel_step step, enum channel_step or)
{
    const struct trace_event *event;
    for (; (event = recording_event(side->recording, cursor->next)); cursor->next++)
        if (event->channel == side->number && event->kind == kind &&
            (kind != TRACE_STEP || event->step.step == step || event->step.step == or))
            return event;
    return NULL;
}

static const struct trace_event *next_step(const struct replay_engine *side,
                                           struct replay_cursor *cursor, enum channel_step step)
{
    return next_event(side, cursor, TRACE_STEP, step, step);
}

/* --- what the engine is given ----------------------------------------------------------------- */

/* The bytes that it drew then. If a change makes it draw others, or more, it gets fresh ones. */
static int draw(void *context, uint8_t *out, size_t bytes)
{
    struct replay_engine *side = context;
    while (bytes > 0) {
        const struct trace_event *step = next_event(side, &side->chance, TRACE_STEP,
                                                    STEP_RANDOM_BYTES, STEP_SEEDED_BYTES);
        const struct trace_bytes *value = step ? &step->step.values[BYTES_DRAWN] : NULL;
        size_t part;
        if (!value)
            return rsa_random_bytes(out, bytes, NULL) ? -1 : 0;
        part = value->bytes - side->chance.used;
        part = part < bytes ? part : bytes;
        memcpy(out, value->data + side->chance.used, part);
        side->chance.used += part;
        out += part;
        bytes -= part;
        if (side->chance.used == value->bytes)
            side->chance = (struct replay_cursor){.next = side->chance.next + 1};
    }
    return 0;
}

/* The group that a client chose, from the key that it made in it; NULL: it made none. */
static struct dh_group *read_group(const struct trace_event *step)
{
    const struct trace_bytes *values = step ? step->step.values : NULL;
    struct dh_group *group = NULL;
    if (!step || dh_group_from_bytes(&group, values[DH_KEY_P].data, values[DH_KEY_P].bytes,
                                     values[DH_KEY_G].data, values[DH_KEY_G].bytes))
        return NULL;
    return group;
}

static void give_ephemeral(struct replay_engine *side)
{
    const struct trace_event *step = next_step(side, &side->ephemerals, STEP_EPHEMERAL_KEY);
    struct rsa_key *key = replay_memory_key(side->memory, step);
    side->ephemerals.next++;
    side->waits = !key;
    if (key)
        channel_give_ephemeral(side->channel, key);
}

/* Another key than the one that was judged then is nobody's that the program knew. */
static void judge(struct replay_engine *side)
{
    char fingerprint[FINGERPRINT_TEXT_BYTES];
    const struct trace_event *event = next_event(side, &side->verdicts, TRACE_VERDICT, 0, 0);
    side->verdicts.next++;
    fingerprint_text(fingerprint, channel_peer_key(side->channel));
    if (event && strcmp(event->verdict.fingerprint, fingerprint) == 0)
        channel_verdict(side->channel, event->verdict.verdict);
    else if (side->role == CHANNEL_SERVER)
        channel_verdict(side->channel, CHANNEL_ERR_NOT_ALLOWED);
    else
        channel_verdict(side->channel, CHANNEL_ERR_KEY_CHANGED);
}

/* All that the engine asks of its driver, until nothing but input is wanted. What it sends and what
 * it receives is in the trace; a ticket waits for replay_engine_ticket. */
static void serve(struct replay_engine *side)
{
    struct channel *channel = side->channel;
    for (;;) {
        unsigned flags = channel_flags(channel);
        size_t bytes;
        if (side->waits)
            return;
        if (flags & CHANNEL_HAS_OUTPUT) {
            channel_output(channel, &bytes);
            channel_output_done(channel, bytes);
        } else if (flags & CHANNEL_HAS_WORK) {
            channel_work_begin(channel);
            channel_work_run(channel);
            channel_work_end(channel);
        } else if (flags & CHANNEL_WANT_VERDICT) {
            judge(side);
        } else if (flags & CHANNEL_WANT_EPHEMERAL) {
            give_ephemeral(side);
        } else if (flags & CHANNEL_HAS_DATA) {
            channel_data(channel, &bytes);
            channel_data_done(channel, bytes);
        } else {
            return;
        }
    }
}

/* The frames that it sends, the inner messages that it receives, the checks that refuse. */
static void on_event(void *context, struct trace_event *event)
{
    struct replay_engine *side = context;
    event->channel = side->number;
    if (((event->kind == TRACE_FRAME && event->frame.sent) ||
         (event->kind == TRACE_INNER && !event->inner.sent) ||
         (event->kind == TRACE_STEP && step_row(event->step.step)->refuses)) &&
        !recording_add(side->now, event))
        side->waits = true; /* no memory */
}

/* --- life ------------------------------------------------------------------------------------- */

static bool open_engine(struct replay_engine *side, const struct trace_event *open,
                        const struct channel_ticket *ticket, struct problem *problem)
{
    struct channel_config config = {.role = open->open.role,
                                    .suite = open->open.suite,
                                    .identity = side->identity,
                                    .random = &side->random,
                                    .group = side->group,
                                    .trace = &side->trace};
    enum channel_error error = ticket ? channel_new_resume(&side->channel, &config, ticket)
                                      : channel_new(&side->channel, &config);
    if (error)
        return problem_set(problem, "channel %u cannot be opened again: %s", side->number,
                           channel_strerror(error));
    serve(side);
    return true;
}

bool replay_engine_open(struct replay_engine *side, const struct recording *recording, size_t index,
                        const struct channel_ticket *ticket, struct replay_memory *memory,
                        struct recording *now, struct problem *problem)
{
    const struct trace_event *open = recording_event(recording, index);
    struct replay_cursor from = {.next = index};
    *side = (struct replay_engine){.recording = recording,
                                   .number = open->channel,
                                   .role = open->open.role,
                                   .random = {.fill = draw, .context = side},
                                   .trace = {.event = on_event, .context = side},
                                   .chance = from,
                                   .ephemerals = from,
                                   .verdicts = from,
                                   .memory = memory,
                                   .now = now};
    side->identity = replay_memory_key(memory, next_step(side, &from, STEP_IDENTITY_KEY));
    from = (struct replay_cursor){.next = index};
    side->group = read_group(next_step(side, &from, STEP_DH_CLIENT_KEY));
    if (!side->identity)
        return problem_set(problem, "the recording holds no identity key for channel %u",
                           side->number);
    return open_engine(side, open, ticket, problem);
}

bool replay_engine_is_closed(const struct replay_engine *side)
{
    return (channel_flags(side->channel) & CHANNEL_CLOSED) != 0;
}

void replay_engine_feed(struct replay_engine *side, const uint8_t *data, size_t bytes)
{
    while (bytes > 0 && (channel_flags(side->channel) & CHANNEL_WANT_INPUT)) {
        size_t space;
        uint8_t *room = channel_input_space(side->channel, &space);
        if (!room)
            return;
        space = space < bytes ? space : bytes;
        memcpy(room, data, space);
        channel_input_done(side->channel, space);
        data += space;
        bytes -= space;
        serve(side);
    }
}

static void say_goodbye(struct replay_engine *side, const struct wire_value *values)
{
    char reason[WIRE_REASON_MAX + 1] = "";
    uint8_t code = (uint8_t)values[CLOSE_CODE].number;
    if (values[CLOSE_REASON].bytes > 0)
        memcpy(reason, values[CLOSE_REASON].data, values[CLOSE_REASON].bytes);
    channel_close(side->channel, code ? channel_alert_error(code) : CHANNEL_OK,
                  reason[0] ? reason : NULL);
}

void replay_engine_send(struct replay_engine *side, const struct trace_event *event)
{
    const struct trace_bytes *bytes = &event->inner.bytes;
    struct wire_value values[WIRE_MAX_FIELDS];
    enum channel_error error = CHANNEL_OK; /* a change may have made it impossible */
    /* What a record held was said by an open channel. A change can have kept it from opening. */
    if (!(channel_flags(side->channel) & CHANNEL_OPEN) || event->inner.message == WIRE_MESSAGES ||
        !bytes->data || wire_decode(values, event->inner.message, bytes->data, bytes->bytes))
        return;
    if (event->inner.message == WIRE_DATA)
        error = channel_send(side->channel, values[DATA_BYTES].data, values[DATA_BYTES].bytes);
    else if (event->inner.message == WIRE_PORT)
        error = channel_send_port(side->channel, (uint16_t)values[PORT_NUMBER].number);
    else if (event->inner.message == WIRE_REKEY_ASK)
        error = channel_rekey(side->channel);
    else if (event->inner.message == WIRE_CLOSE)
        say_goodbye(side, values);
    (void)error;
    serve(side);
}

void replay_engine_end(struct replay_engine *side)
{
    if (!replay_engine_is_closed(side))
        channel_input_end(side->channel);
    serve(side);
}

struct channel_ticket *replay_engine_ticket(struct replay_engine *side)
{
    struct channel_ticket *ticket = channel_take_ticket(side->channel);
    if (ticket)
        serve(side);
    return ticket;
}

void replay_engine_free(struct replay_engine *side)
{
    channel_free(side->channel);
    rsa_key_free(side->identity);
    dh_group_free(side->group);
    *side = (struct replay_engine){0};
}
