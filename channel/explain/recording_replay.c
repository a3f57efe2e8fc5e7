/*
 * The walk through a recording, with one change on the line: see recording_replay.h. The engines are
 * in replay_engine.c.
 */
#include "recording_replay.h"

#include "replay_engine.h"
#include "sym_memory.h"
#include "translate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- the walk --------------------------------------------------------------------------------- */

struct live {
    struct replay_engine side;
    bool peer_said_close;
};

struct walk {
    const struct recording *recording;
    const struct replay_change *change;
    struct replay_memory *memory;
    struct replay_result *result;
    struct problem *problem;
    struct live **channels; /* by number; NULL: not yet, or no more */
    size_t channel_count;
    struct channel_ticket **tickets;
    size_t ticket_count;
    size_t received; /* by the channel that the change is on */
    bool done;
};

static const struct trace_event *find_frame(const struct recording *recording, unsigned channel,
                                            unsigned number)
{
    for (size_t i = 0; i < recording_count(recording); i++) {
        const struct trace_event *event = recording_event(recording, i);
        if (event->kind == TRACE_FRAME && event->channel == channel && !event->frame.sent &&
            event->frame.number == number)
            return event;
    }
    return NULL;
}

static bool keep_ticket(struct walk *walk, struct live *live)
{
    struct channel_ticket *ticket = replay_engine_ticket(&live->side), **more;
    if (!ticket)
        return true;
    more = realloc(walk->tickets, (walk->ticket_count + 1) * sizeof(struct channel_ticket *));
    if (!more) {
        channel_ticket_free(ticket);
        return problem_memory(walk->problem);
    }
    walk->tickets = more;
    walk->tickets[walk->ticket_count++] = ticket;
    return true;
}

static const struct channel_ticket *find_ticket(const struct walk *walk, const uint8_t *id)
{
    for (size_t i = walk->ticket_count; i-- > 0;)
        if (memcmp(channel_ticket_id(walk->tickets[i]), id, WIRE_TICKET_BYTES) == 0)
            return walk->tickets[i];
    return NULL;
}

static bool is_chosen(const struct walk *walk, unsigned channel)
{
    return channel == walk->result->channel;
}

/* Channels of the same recording that do not matter may be missing. */
static bool open_channel(struct walk *walk, size_t index)
{
    const struct trace_event *open = recording_event(walk->recording, index);
    const struct channel_ticket *ticket = NULL;
    struct live *live;
    if (open->open.ticket) {
        ticket = find_ticket(walk, open->open.ticket);
        if (!ticket)
            return is_chosen(walk, open->channel)
                       ? problem_set(walk->problem,
                                     "the channel that named channel %u's port is not in the "
                                     "recording",
                                     open->channel)
                       : true;
    }
    live = calloc(1, sizeof(*live));
    if (!live)
        return problem_memory(walk->problem);
    walk->channels[open->channel] = live;
    if (!replay_engine_open(&live->side, walk->recording, index, ticket, walk->memory,
                            walk->result->now, walk->problem))
        return false;
    if (is_chosen(walk, open->channel)) {
        walk->result->role = open->open.role;
        channel_suite_text(walk->result->suite, open->open.suite);
    }
    return true;
}

static void feed(struct walk *walk, struct live *live, const struct trace_event *frame,
                 const uint8_t *data, size_t bytes)
{
    struct replay_result *result = walk->result;
    bool was_good = channel_error(live->side.channel) == CHANNEL_OK;
    replay_engine_feed(&live->side, data, bytes);
    if (is_chosen(walk, frame->channel) && was_good &&
        channel_error(live->side.channel) != CHANNEL_OK) {
        result->refused_frame = frame->frame.number;
        result->refused_message = frame->frame.message;
    }
}

static void change_bytes(uint8_t *frame, const struct replay_change *change)
{
    if (change->kind == REPLAY_SET)
        memcpy(frame, change->bytes, change->count);
    else
        *frame ^= change->bits ? change->bits : 1;
}

static bool feed_with_bytes(struct walk *walk, struct live *live, const struct trace_event *frame)
{
    struct replay_result *result = walk->result;
    const struct trace_bytes *value = &frame->frame.bytes;
    size_t at = walk->change->offset - walk->received;
    if (walk->change->kind == REPLAY_SET && walk->change->count > value->bytes - at)
        return problem_set(walk->problem, "frame %u ends %zu bytes behind byte %zu: %zu do not fit",
                           frame->frame.number, value->bytes - at, walk->change->offset,
                           walk->change->count);
    uint8_t *copy = malloc(value->bytes);
    if (!copy)
        return problem_memory(walk->problem);
    memcpy(copy, value->data, value->bytes);
    result->place = replay_field(frame, replay_suite(walk->recording, frame->channel), at);
    result->was = copy[at];
    change_bytes(copy + at, walk->change);
    result->is = copy[at];
    feed(walk, live, frame, copy, value->bytes);
    free(copy);
    return true;
}

/* A frame that came, changed if the change is on its channel. */
static bool feed_changed(struct walk *walk, struct live *live, const struct trace_event *frame)
{
    const struct replay_change *change = walk->change;
    const struct trace_bytes *value = &frame->frame.bytes;
    const unsigned number = frame->frame.number;
    const bool meant = number == change->frame, other = number == change->other;
    size_t before = walk->received;
    if (!is_chosen(walk, frame->channel)) {
        feed(walk, live, frame, value->data, value->bytes);
        return true;
    }
    if ((change->kind == REPLAY_FLIP || change->kind == REPLAY_SET) && before <= change->offset &&
        change->offset < before + value->bytes) {
        if (!feed_with_bytes(walk, live, frame))
            return false;
    } else if (change->kind == REPLAY_SWAP && (meant || other)) {
        const struct trace_event *instead = find_frame(walk->recording, frame->channel,
                                                       meant ? change->other : change->frame);
        feed(walk, live, instead, instead->frame.bytes.data, instead->frame.bytes.bytes);
    } else if (change->kind != REPLAY_DROP || !meant) {
        feed(walk, live, frame, value->data, value->bytes);
        if (change->kind == REPLAY_REPEAT && meant)
            feed(walk, live, frame, value->data, value->bytes);
    }
    walk->received += value->bytes;
    return true;
}

/* The goodbye that answers the peer's is the engine's; any other is the program's. */
static void say(struct live *live, const struct trace_event *event)
{
    if (!event->inner.sent)
        live->peer_said_close |= event->inner.message == WIRE_CLOSE;
    else if (event->inner.message != WIRE_CLOSE || !live->peer_said_close)
        replay_engine_send(&live->side, event);
}

static const struct trace_event *next_sent(const struct recording *recording, unsigned channel,
                                           size_t *at)
{
    const struct trace_event *event;
    while ((event = recording_event(recording, (*at)++)))
        if (event->channel == channel && event->kind == TRACE_FRAME && event->frame.sent)
            return event;
    return NULL;
}

/* Whether the channel sent then what it sends now. */
static bool sends_the_same(const struct walk *walk, unsigned channel)
{
    const struct trace_event *then, *now;
    size_t at[2] = {0};
    do {
        then = next_sent(walk->recording, channel, &at[0]);
        now = next_sent(walk->result->now, channel, &at[1]);
    } while (then && now && then->frame.bytes.bytes == now->frame.bytes.bytes &&
             memcmp(then->frame.bytes.data, now->frame.bytes.data, then->frame.bytes.bytes) == 0);
    return !then && !now;
}

static void free_live(struct live *live)
{
    if (!live)
        return;
    replay_engine_free(&live->side);
    free(live);
}

/* --- what came of it -------------------------------------------------------------------------- */

static struct replay_message *message_at(struct replay_result *result, size_t index)
{
    struct replay_message *more;
    if (index < result->message_count)
        return &result->messages[index];
    more = realloc(result->messages, (index + 1) * sizeof(*more));
    if (!more)
        return NULL;
    result->messages = more;
    result->messages[index] = (struct replay_message){NULL, NULL};
    result->message_count = index + 1;
    return &result->messages[index];
}

/* The inner messages that the chosen channel received, then or now. */
static bool collect(struct walk *walk, const struct recording *from)
{
    const struct trace_event *event;
    size_t index = 0;
    for (size_t i = 0; (event = recording_event(from, i)); i++) {
        struct replay_message *message;
        if (event->kind != TRACE_INNER || !is_chosen(walk, event->channel) || event->inner.sent)
            continue;
        message = message_at(walk->result, index++);
        if (!message)
            return problem_memory(walk->problem);
        *(from == walk->recording ? &message->was : &message->is) = event;
    }
    return true;
}

/* The first check that refused; NULL: no step did. */
static const struct step_row *check_of(const struct walk *walk)
{
    const struct trace_event *event;
    for (size_t i = 0; (event = recording_event(walk->result->now, i)); i++)
        if (event->kind == TRACE_STEP && is_chosen(walk, event->channel))
            return step_row(event->step.step);
    return NULL;
}

/* What the engine checked, where neither a step nor its detail says it. */
static const char *rule_of(enum channel_error error)
{
    switch (error) {
    case CHANNEL_ERR_UNEXPECTED:
        return N_("which frame may come when (docs/protocol.md)");
    case CHANNEL_ERR_OVERSIZED:
        return N_("how long a frame of this type may be (docs/protocol.md)");
    case CHANNEL_ERR_VERSION:
        return N_("hello: version");
    case CHANNEL_ERR_SUITE:
        return N_("hello: suites");
    case CHANNEL_ERR_NOT_ALLOWED:
    case CHANNEL_ERR_KEY_CHANGED:
        return N_("the program's verdict: this is not the key that it judged then");
    case CHANNEL_ERR_SHARE:
        return N_("a key share is the other side's, and not of low order (RFC 7748 6.1)");
    case CHANNEL_ERR_TRUNCATED:
        return N_("a line ends with a goodbye under the keys, and not in the middle of a frame");
    default:
        return "";
    }
}

static bool judge(struct walk *walk, const struct live *live)
{
    struct replay_result *result = walk->result;
    const struct replay_engine *side = &live->side;
    result->error = channel_error(side->channel);
    result->is_peers = channel_error_is_peers(side->channel);
    result->waits = side->waits;
    snprintf(result->detail, sizeof(result->detail), "%s",
             channel_error_detail(side->channel)[0] ? channel_error_detail(side->channel)
                                                    : rule_of(result->error));
    if (result->error)
        result->check = check_of(walk);
    return collect(walk, walk->recording) && collect(walk, result->now);
}

static bool close_channel(struct walk *walk, unsigned number, enum channel_error recorded)
{
    struct live *live = walk->channels[number];
    bool good = true;
    replay_engine_end(&live->side);
    if (live->side.waits || !sends_the_same(walk, number))
        walk->result->same_bytes = false;
    if (is_chosen(walk, number)) {
        walk->result->recorded = recorded;
        walk->done = true;
        good = judge(walk, live);
    }
    free_live(live);
    walk->channels[number] = NULL;
    return good;
}

static bool take_event(struct walk *walk, size_t index)
{
    const struct trace_event *event = recording_event(walk->recording, index);
    struct live *live;
    if (event->kind == TRACE_OPEN)
        return open_channel(walk, index);
    live = walk->channels[event->channel];
    if (!live)
        return true;
    if (event->kind == TRACE_CLOSE)
        return close_channel(walk, event->channel, event->close.error);
    if (event->kind == TRACE_INNER)
        say(live, event);
    else if (event->kind == TRACE_FRAME && !event->frame.sent && !feed_changed(walk, live, event))
        return false;
    return keep_ticket(walk, live);
}

/* --- whether the change can be made ----------------------------------------------------------- */

size_t replay_received_bytes(const struct recording *recording, unsigned channel)
{
    size_t bytes = 0;
    for (size_t i = 0; i < recording_count(recording); i++) {
        const struct trace_event *event = recording_event(recording, i);
        if (event->kind == TRACE_FRAME && event->channel == channel && !event->frame.sent)
            bytes += event->frame.bytes.bytes;
    }
    return bytes;
}

static bool check_frame(const struct walk *walk, unsigned number, enum wire_message *message)
{
    const struct trace_event *frame = find_frame(walk->recording, walk->result->channel, number);
    if (frame) {
        *message = frame->frame.message;
        return true;
    }
    problem_set(walk->problem, "channel %u received no frame %u", walk->result->channel, number);
    return problem_hint(walk->problem, "without a change the frames are listed");
}

static bool check_change(struct walk *walk)
{
    const struct replay_change *change = walk->change;
    struct replay_result *result = walk->result;
    size_t bytes = replay_received_bytes(walk->recording, result->channel);
    if (result->channel >= walk->channel_count)
        return problem_set(walk->problem, "the recording has %zu channels, and no channel %u",
                           walk->channel_count - 1, result->channel);
    const bool in_place = change->kind == REPLAY_FLIP || change->kind == REPLAY_SET;
    if (in_place && change->offset >= bytes)
        return problem_set(walk->problem, "channel %u received %zu bytes: there is no byte %zu",
                           result->channel, bytes, change->offset);
    if (in_place || change->kind == REPLAY_AS_IT_WAS)
        return true;
    return check_frame(walk, change->frame, &result->message) &&
           (change->kind != REPLAY_SWAP ||
            check_frame(walk, change->other, &result->other_message));
}

static bool prepare(struct walk *walk)
{
    if (!recording_head(walk->recording)->secrets) {
        problem_set(walk->problem, "the recording holds no secrets, so no engine can open what is "
                                   "in it");
        return problem_hint(walk->problem, "record again with --record-secrets, for learning only");
    }
    for (size_t i = 0; i < recording_count(walk->recording); i++)
        if (recording_event(walk->recording, i)->channel >= walk->channel_count)
            walk->channel_count = recording_event(walk->recording, i)->channel + (size_t)1;
    if (!check_change(walk))
        return false;
    walk->channels = calloc(walk->channel_count, sizeof(struct live *));
    return walk->channels ? true : problem_memory(walk->problem);
}

bool replay_run(struct replay_result *result, const struct recording *recording,
                const struct replay_change *change, struct problem *problem)
{
    return replay_run_with(result, recording, change, NULL, problem);
}

bool replay_run_with(struct replay_result *result, const struct recording *recording,
                     const struct replay_change *change, struct replay_memory *memory,
                     struct problem *problem)
{
    struct walk walk = {.recording = recording,
                        .change = change,
                        .memory = memory,
                        .result = result,
                        .problem = problem,
                        .channel_count = 1};
    bool good;
    *result = (struct replay_result){.channel = change->channel ? change->channel : 1,
                                     .same_bytes = true};
    good = recording_new(&result->now, recording_head(recording)) ? prepare(&walk)
                                                                  : problem_memory(problem);
    for (size_t i = 0; good && i < recording_count(recording); i++)
        good = (walk.done && change->kind != REPLAY_AS_IT_WAS) || take_event(&walk, i);
    /* A recording that was cut: the line ends here. */
    if (good && !walk.done)
        good = walk.channels[result->channel]
                   ? close_channel(&walk, result->channel, CHANNEL_ERR_TRUNCATED)
                   : problem_set(problem, "channel %u did not begin", result->channel);
    for (size_t i = 0; walk.channels && i < walk.channel_count; i++)
        free_live(walk.channels[i]);
    for (size_t i = 0; i < walk.ticket_count; i++)
        channel_ticket_free(walk.tickets[i]);
    free(walk.channels);
    free(walk.tickets);
    if (!good)
        replay_free(result);
    return good;
}

bool replay_is_refused(const struct replay_result *result)
{
    return result->error != CHANNEL_OK && result->error != result->recorded;
}

bool replay_is_same(const struct replay_message *message)
{
    const struct trace_event *was = message->was, *is = message->is;
    return was && is && was->inner.bytes.bytes == is->inner.bytes.bytes &&
           memcmp(was->inner.bytes.data, is->inner.bytes.data, is->inner.bytes.bytes) == 0;
}

void replay_free(struct replay_result *result)
{
    recording_free(result->now);
    free(result->messages);
    *result = (struct replay_result){0};
}
