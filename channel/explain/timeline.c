/*
 * A recording put in order: see timeline.h.
 */
#include "timeline.h"

#include "explain_text.h"
#include "translate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static enum step_place place_of(enum channel_step step, const struct timeline_channel *channel)
{
    const enum channel_suite_kind suite = channel->open->open.suite.kind;
    if (channel->resumed && step == STEP_IDENTITY_KEY)
        return NO_ENTRY; /* the key is the one of the handshake */
    /* Of the session's key in dh; in textbook on the way to the ticket. */
    return suite == CHANNEL_DH && step == STEP_EXPORTER ? WITH_PREVIOUS : explain_place(step);
}

/* Room for one more behind count things of this size; NULL without memory. Grows by doubling. */
static void *more(void *list, size_t count, size_t size)
{
    if (count > 0 && (count & (count - 1)) != 0)
        return list;
    return realloc(list, (count == 0 ? 1 : 2 * count) * size);
}

static bool add_step(struct timeline_step **list, size_t *count, const struct timeline_step *step)
{
    struct timeline_step *room = more(*list, *count, sizeof(*room));
    if (!room)
        return false;
    *list = room;
    room[(*count)++] = *step;
    return true;
}

static struct timeline_entry *add_entry(struct timeline_channel *channel, enum entry_kind kind,
                                        enum channel_role actor, const struct trace_event *event)
{
    struct timeline_entry *room = more(channel->entries, channel->entry_count, sizeof(*room));
    if (!room)
        return NULL;
    channel->entries = room;
    room[channel->entry_count] =
        (struct timeline_entry){.kind = kind, .actor = actor, .event = event};
    return &room[channel->entry_count++];
}

/* The steps that waited for this entry are its own now. */
static bool take_pending(struct timeline_entry *entry, struct timeline_channel *channel)
{
    for (size_t i = 0; i < channel->pending_count; i++)
        if (!add_step(&entry->steps, &entry->step_count, &channel->pending[i]))
            return false;
    channel->pending_count = 0;
    return true;
}

/* To be given more. */
static struct timeline_entry *last_entry(struct timeline_channel *channel, enum entry_kind kind)
{
    for (size_t i = channel->entry_count; i > 0; i--)
        if (channel->entries[i - 1].kind == kind) {
            if (channel->changed > i - 1)
                channel->changed = i - 1;
            return &channel->entries[i - 1];
        }
    return NULL;
}

/* --- keys ------------------------------------------------------------------------------------- */

/* The key share that a field holds, if it is a whole one; else WIRE_MESSAGES. */
static enum wire_message share_in(struct channel_suite suite, enum wire_message message,
                                  size_t field, const struct wire_value *value)
{
    const bool hello = message == WIRE_CLIENT_HELLO || message == WIRE_SERVER_HELLO;
    const bool rekey = message == WIRE_REKEY_ASK || message == WIRE_REKEY_ANSWER;
    const bool clients = message == WIRE_CLIENT_HELLO || message == WIRE_REKEY_ASK;
    const enum wire_message share = channel_suite_share(suite,
                                                        clients ? CHANNEL_CLIENT : CHANNEL_SERVER);
    struct wire_value values[WIRE_MAX_FIELDS];
    if (!(hello && field == HELLO_EPH) && !(rekey && field == REKEY_ASK_EPH))
        return WIRE_MESSAGES;
    return share < WIRE_MESSAGES && !wire_decode(values, share, value->data, value->bytes)
               ? share
               : WIRE_MESSAGES;
}

/* The fields of a message that begins at `at`, up to the one at fault; before: of what they are. */
static size_t add_fields(struct timeline_part *parts, struct channel_suite suite,
                         enum wire_message message, const struct trace_bytes *bytes, size_t at,
                         const char *before)
{
    struct wire_value values[WIRE_MAX_FIELDS];
    const struct wire_layout *layout = wire_layout(message);
    const struct wire_field *bad = wire_decode(values, message, bytes->data + at,
                                               bytes->bytes - at);
    size_t count = 0;
    for (size_t i = 0; i < layout->count && &layout->fields[i] != bad; i++) {
        const struct wire_field *field = &layout->fields[i];
        struct timeline_part *part = &parts[count++];
        const size_t prefix = wire_prefix_bytes(field);
        *part = (struct timeline_part){.message = message,
                                       .share = share_in(suite, message, i, &values[i]),
                                       .field = field,
                                       .value = values[i],
                                       .at = at,
                                       .length_bytes = wire_is_number(field) ? 0 : prefix,
                                       .bytes = wire_is_number(field) ? prefix : values[i].bytes};
        snprintf(part->name, sizeof(part->name), "%s%s", before, field->name);
        at += part->length_bytes + part->bytes;
        if (part->share == WIRE_MESSAGES)
            continue;
        part->bytes = 0;
        count += add_fields(&parts[count], suite, part->share,
                            &(struct trace_bytes){bytes->data, at}, at - values[i].bytes, "eph ");
    }
    return count;
}

size_t timeline_parts(struct timeline_part parts[TIMELINE_PARTS_MAX], struct channel_suite suite,
                      enum wire_message message, const struct trace_bytes *bytes, size_t header)
{
    size_t count = 0, at = header < bytes->bytes ? header : bytes->bytes;
    if (header > 0)
        parts[count++] = (struct timeline_part){.name = "header", .bytes = at};
    if (message < WIRE_MESSAGES && bytes->bytes >= header)
        count += add_fields(&parts[count], suite, message, bytes, at, "");
    if (count > 0)
        at = parts[count - 1].at + parts[count - 1].length_bytes + parts[count - 1].bytes;
    if (at < bytes->bytes)
        parts[count++] = (struct timeline_part){
            .name = "not in the table", .at = at, .bytes = bytes->bytes - at};
    return count;
}

static void note_key(struct timeline_key *key, const struct wire_value *n)
{
    if (n[0].bytes > 0)
        *key = (struct timeline_key){n[0], n[1]};
}

static void note_share(struct timeline_key *key, const struct wire_value *eph, bool takes_pairs)
{
    struct wire_value values[RSA_SHARE_FIELDS];
    if (takes_pairs && !wire_decode(values, WIRE_RSA_SHARE, eph->data, eph->bytes))
        note_key(key, &values[RSA_SHARE_N]);
}

static void note_keys(struct timeline_channel *channel, const struct trace_event *event)
{
    const bool is_frame = event->kind == TRACE_FRAME;
    const enum wire_message message = is_frame ? event->frame.message : event->inner.message;
    const bool own = is_frame ? event->frame.sent : event->inner.sent;
    struct wire_value values[WIRE_MAX_FIELDS];
    struct timeline_key *identity = &channel->keys[own ? TRACE_OWN_IDENTITY : TRACE_PEER_IDENTITY];
    struct timeline_key *ephemeral =
        &channel->keys[own ? TRACE_OWN_EPHEMERAL : TRACE_PEER_EPHEMERAL];
    const bool takes_pairs = channel_suite_takes_pairs(channel->open->open.suite);
    if (!timeline_whole(values, event))
        return;
    if (message == WIRE_CLIENT_HELLO || message == WIRE_SERVER_HELLO) {
        note_key(identity, &values[HELLO_ID_N]);
        note_share(ephemeral, &values[HELLO_EPH], takes_pairs);
    } else if (message == WIRE_REKEY_ASK || message == WIRE_REKEY_ANSWER) {
        note_share(ephemeral, &values[REKEY_ASK_EPH], takes_pairs);
    }
}

/* --- events ----------------------------------------------------------------------------------- */

static bool take_frame(struct timeline_channel *channel, const struct trace_event *event)
{
    enum channel_role from = event->frame.sent ? channel->role : !channel->role;
    struct timeline_entry *entry = add_entry(channel, ENTRY_FRAME, from, event);
    if (!entry)
        return false;
    channel->frames[from]++;
    channel->bytes[from] += event->frame.bytes.bytes;
    note_keys(channel, event);
    if (!event->frame.sent)
        return true;
    entry->inner = channel->pending_inner;
    channel->pending_inner = NULL;
    return take_pending(entry, channel);
}

static void take_inner(struct timeline_channel *channel, const struct trace_event *event)
{
    struct timeline_entry *frame;
    if (event->inner.sent)
        channel->pending_inner = event;
    else if ((frame = last_entry(channel, ENTRY_FRAME)))
        frame->inner = event;
    note_keys(channel, event);
}

static bool take_step(struct timeline_channel *channel, const struct trace_event *event)
{
    struct timeline_step step = {.event = event};
    enum step_place place = place_of(event->step.step, channel);
    struct timeline_entry *entry = NULL;
    if (place == NO_ENTRY)
        return true;
    memcpy(step.keys, channel->keys, sizeof(step.keys));
    if (place == WITH_PREVIOUS)
        entry = last_entry(channel, ENTRY_STEPS);
    else if (place == WITH_FRAME_RECEIVED)
        entry = last_entry(channel, ENTRY_FRAME);
    else if (place == OWN_ENTRY && !(entry = add_entry(channel, ENTRY_STEPS, channel->role, event)))
        return false;
    if (!entry)
        return add_step(&channel->pending, &channel->pending_count, &step);
    return (place == WITH_PREVIOUS || take_pending(entry, channel)) &&
           add_step(&entry->steps, &entry->step_count, &step);
}

/* --- which channel goes back to which --------------------------------------------------------- */

static bool made_ticket(const struct timeline_channel *channel, const uint8_t *ticket)
{
    for (size_t i = 0; i < channel->entry_count; i++) {
        const struct timeline_entry *entry = &channel->entries[i];
        for (size_t k = 0; k < entry->step_count; k++) {
            const struct trace_event *event = entry->steps[k].event;
            if (event->step.step == STEP_TICKET_SECRET &&
                memcmp(event->step.values[TICKET_ID].data, ticket, WIRE_TICKET_BYTES) == 0)
                return true;
        }
    }
    return false;
}

/* By the ticket, else by the latest handshake before. */
static void find_talk(const struct timeline *timeline, struct timeline_channel *channel)
{
    const struct timeline_channel *before = NULL;
    for (size_t i = timeline->channel_count; i > 0 && !before; i--)
        if (made_ticket(&timeline->channels[i - 1], channel->open->open.ticket))
            before = &timeline->channels[i - 1];
    for (size_t i = timeline->channel_count; i > 0 && !before; i--)
        if (!timeline->channels[i - 1].resumed)
            before = &timeline->channels[i - 1];
    if (!before)
        return;
    channel->talk = before->talk;
    /* Nobody shows his key again: it is the one of the handshake. */
    memcpy(channel->keys, timeline->channels[before->talk].keys, 2 * sizeof(channel->keys[0]));
}

_Static_assert(TRACE_OWN_IDENTITY == 0 && TRACE_PEER_IDENTITY == 1, "the identities come first");

static bool take_open(struct timeline *timeline, const struct trace_event *event)
{
    struct timeline_channel *room = more(timeline->channels, timeline->channel_count,
                                         sizeof(*room));
    struct timeline_channel channel = {.open = event,
                                       .role = event->open.role,
                                       .resumed = event->open.ticket != NULL,
                                       .talk = timeline->channel_count};
    if (!room)
        return false;
    timeline->channels = room;
    if (channel.resumed)
        find_talk(timeline, &channel);
    room[timeline->channel_count++] = channel;
    return true;
}

bool timeline_add(struct timeline *timeline, const struct trace_event *event)
{
    struct timeline_channel *channel;
    if (event->kind == TRACE_OPEN)
        return take_open(timeline, event);
    if (event->channel < 1 || event->channel > timeline->channel_count)
        return true; /* recording_load refuses such a file */
    channel = &timeline->channels[event->channel - 1];
    switch (event->kind) {
    case TRACE_ADDRESSES:
        channel->addresses[channel->role] = &event->addresses.own;
        channel->addresses[!channel->role] = &event->addresses.peer;
        return true;
    case TRACE_FRAME:
        return take_frame(channel, event);
    case TRACE_INNER:
        take_inner(channel, event);
        return true;
    case TRACE_STEP:
        return take_step(channel, event);
    case TRACE_VERDICT:
        return add_entry(channel, ENTRY_VERDICT, channel->role, event) != NULL;
    default:
        channel->close = event;
        return add_entry(channel, ENTRY_END, channel->role, event) != NULL;
    }
}

bool timeline_read(struct timeline *timeline, const struct recording *recording,
                   struct problem *problem)
{
    size_t count = recording_count(recording);
    *timeline = (struct timeline){.recording = recording};
    for (size_t i = 0; i < count; i++)
        if (!timeline_add(timeline, recording_event(recording, i))) {
            timeline_free(timeline);
            return problem_memory(problem);
        }
    if (timeline->channel_count == 0)
        return problem_set(problem, "no session is in the recording");
    return true;
}

void timeline_free(struct timeline *timeline)
{
    for (size_t i = 0; i < timeline->channel_count; i++) {
        struct timeline_channel *channel = &timeline->channels[i];
        for (size_t k = 0; k < channel->entry_count; k++)
            free(channel->entries[k].steps);
        free(channel->pending);
        free(channel->entries);
    }
    free(timeline->channels);
    *timeline = (struct timeline){0};
}

enum wire_message timeline_message(const struct timeline_entry *entry)
{
    return entry->inner && entry->inner->inner.message < WIRE_MESSAGES
               ? entry->inner->inner.message
               : entry->event->frame.message;
}

struct explain_parties timeline_parties(const struct timeline_channel *channel,
                                        const struct timeline_entry *entry)
{
    struct explain_parties parties = {.client = _("the client"),
                                      .server = _("the server"),
                                      .actor = entry ? entry->actor : channel->role};
    if (entry && entry->kind == ENTRY_FRAME) {
        parties.bytes = entry->event->frame.bytes.bytes;
        parties.port = timeline_words(entry->inner ? entry->inner : entry->event).port;
    } else if (entry && entry->kind == ENTRY_END) {
        const struct trace_event *event = entry->event;
        parties.text = event->close.reason[0] ? event->close.reason
                                              : _(channel_strerror(event->close.error));
    }
    return parties;
}
