/*
 * A recording put in order: see timeline.h.
 */
#include "timeline.h"

#include <stdlib.h>
#include <string.h>

/* Which entry a step belongs to. What is not here is a entry of its own. */
enum place {
    OWN,
    NEXT,      /* on the way to the step or frame that follows */
    PREVIOUS,  /* drawn from the step before */
    SENDING,   /* of the record that is sent next */
    RECEIVING, /* of the record that came last */
    NOWHERE    /* not told: what is made of it is */
};

static const struct {
    const char *name;
    enum place place;
} places[] = {
    {"random bytes", NOWHERE},
    {"nonce", NEXT},
    {"session key", NEXT},
    {"exporter", NEXT},
    {"ticket", NEXT},
    {"glassbox-v1 resume client", NEXT},
    {"glassbox-v1 resume server", NEXT},
    {"session key wrapped", SENDING},
    {"record sealed", SENDING},
    {"session key opened", RECEIVING},
    {"record opened", RECEIVING},
    {"keys for sending", PREVIOUS},
    {"keys for receiving", PREVIOUS},
};

static enum place place_of(const char *name, const struct timeline_channel *channel)
{
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
        if (strcmp(places[i].name, name) == 0)
            return places[i].place;
    /* The key is the one of the handshake. */
    if (channel->resumed && strcmp(name, "identity key") == 0)
        return NOWHERE;
    /* The other side's proof is computed only to compare with. */
    if (strcmp(name, channel->role == CHANNEL_CLIENT ? "server mac" : "client mac") == 0)
        return NEXT;
    return strncmp(name, "glassbox-v1 ", strlen("glassbox-v1 ")) == 0 ? PREVIOUS : OWN;
}

/* Room for one more behind count things of this size; NULL without memory. Grows by doubling. */
static void *more(void *list, size_t count, size_t size)
{
    if (count > 0 && (count & (count - 1)) != 0)
        return list;
    return realloc(list, (count == 0 ? 1 : 2 * count) * size);
}

static bool add_step(struct timeline_step **list, size_t *count, struct timeline_step work)
{
    struct timeline_step *room = more(*list, *count, sizeof(*room));
    if (!room)
        return false;
    *list = room;
    room[(*count)++] = work;
    return true;
}

static struct timeline_entry *add_entry(struct timeline_channel *channel,
                                        struct timeline_entry entry)
{
    struct timeline_entry *room = more(channel->entries, channel->entry_count, sizeof(*room));
    if (!room)
        return NULL;
    channel->entries = room;
    room[channel->entry_count] = entry;
    return &room[channel->entry_count++];
}

/* The works that waited for this entry are its own now. */
static void take_pending(struct timeline_entry *entry, struct timeline_channel *channel)
{
    entry->steps = channel->pending; /* transferred */
    entry->step_count = channel->pending_count;
    channel->pending = NULL;
    channel->pending_count = 0;
}

static struct timeline_entry *last_entry(struct timeline_channel *channel, enum entry_kind kind)
{
    for (size_t i = channel->entry_count; i > 0; i--)
        if (channel->entries[i - 1].kind == kind)
            return &channel->entries[i - 1];
    return NULL;
}

/* --- keys ------------------------------------------------------------------------------------- */

size_t timeline_fields(struct wire_value values[WIRE_MAX_FIELDS], enum wire_message message,
                       const uint8_t *body, size_t bytes)
{
    const struct wire_layout *layout;
    const struct wire_field *bad;
    if (message >= WIRE_MESSAGES || !body)
        return 0;
    layout = wire_layout(message);
    bad = wire_decode(values, message, body, bytes);
    return bad && bad >= layout->fields && bad < layout->fields + layout->count
               ? (size_t)(bad - layout->fields)
               : layout->count;
}

static void note_key(struct timeline_key *key, const struct wire_value *n)
{
    if (n[0].bytes > 0)
        *key = (struct timeline_key){n[0], n[1]};
}

static void note_keys(struct timeline_channel *channel, enum wire_message message,
                      const uint8_t *body, size_t bytes)
{
    struct wire_value values[WIRE_MAX_FIELDS];
    size_t count = timeline_fields(values, message, body, bytes);
    enum channel_role from = message == WIRE_CLIENT_HELLO || message == WIRE_REKEY_ASK
                                 ? CHANNEL_CLIENT
                                 : CHANNEL_SERVER;
    if ((message == WIRE_CLIENT_HELLO || message == WIRE_SERVER_HELLO) && count == HELLO_FIELDS) {
        note_key(&channel->keys.identity[from], &values[HELLO_ID_N]);
        note_key(&channel->keys.ephemeral[from], &values[HELLO_EPH_N]);
    }
    if ((message == WIRE_REKEY_ASK && count == REKEY_ASK_FIELDS) ||
        (message == WIRE_REKEY_ANSWER && count == REKEY_ANSWER_FIELDS))
        note_key(&channel->keys.ephemeral[from], &values[REKEY_ASK_EPH_N]);
}

const struct timeline_key *timeline_key(const struct timeline_keys *keys, const char *name,
                                        enum channel_role own)
{
    bool is_peers = strncmp(name, "peer's", 6) == 0;
    enum channel_role whose = is_peers ? !own : own;
    const struct timeline_key *key = NULL;
    if (strstr(name, "identity"))
        key = &keys->identity[whose];
    else if (strstr(name, "ephemeral"))
        key = &keys->ephemeral[whose];
    return key && key->n.bytes > 0 ? key : NULL;
}

/* --- events ----------------------------------------------------------------------------------- */

static struct timeline_channel *channel_of(const struct timeline *timeline, unsigned channel)
{
    for (size_t i = timeline->channel_count; i > 0; i--)
        if (timeline->channels[i - 1].channel == channel)
            return &timeline->channels[i - 1];
    return NULL;
}

static bool take_open(struct timeline *timeline, const struct recording_event *event)
{
    struct timeline_channel *room = more(timeline->channels, timeline->channel_count,
                                         sizeof(*room));
    if (!room)
        return false;
    timeline->channels = room;
    room[timeline->channel_count] =
        (struct timeline_channel){.channel = event->channel,
                                  .role = event->open.role,
                                  .suite = event->open.suite,
                                  .textbook = strncmp(event->open.suite, "textbook", 8) == 0,
                                  .resumed = event->open.resumes,
                                  .began = event->microseconds,
                                  .talk = timeline->channel_count,
                                  .open = event};
    timeline->channel_count++;
    return true;
}

static bool take_frame(struct timeline_channel *channel, const struct recording_event *event)
{
    enum channel_role from = event->frame.sent ? channel->role : !channel->role;
    const struct recording_value *frame = &event->frame.frame;
    struct timeline_entry *entry = add_entry(
        channel, (struct timeline_entry){.kind = ENTRY_FRAME, .actor = from, .event = event});
    if (!entry)
        return false;
    if (event->frame.sent) {
        take_pending(entry, channel);
        entry->inner = channel->pending_inner;
        channel->pending_inner = NULL;
    }
    channel->frames[from]++;
    channel->bytes[from] += frame->bytes;
    if (frame->data && frame->bytes > WIRE_HEADER_BYTES)
        note_keys(channel, event->frame.message, frame->data + WIRE_HEADER_BYTES,
                  frame->bytes - WIRE_HEADER_BYTES);
    return true;
}

static void take_inner(struct timeline_channel *channel, const struct recording_event *event)
{
    struct timeline_entry *frame = last_entry(channel, ENTRY_FRAME);
    if (event->inner.sent)
        channel->pending_inner = event;
    else if (frame)
        frame->inner = event;
    note_keys(channel, event->inner.message, event->inner.bytes.data, event->inner.bytes.bytes);
}

static bool take_math(struct timeline_channel *channel, const struct recording_event *event)
{
    const struct recording_event **room = more(channel->math, channel->math_count, sizeof(*room));
    if (!room)
        return false;
    channel->math = room;
    room[channel->math_count++] = event;
    return true;
}

static bool take_step(struct timeline_channel *channel, const struct recording_event *event)
{
    struct timeline_step work = {.step = event, /* NULL: arithmetic alone */
                                 .math = channel->math,
                                 .math_count = channel->math_count,
                                 .keys = channel->keys};
    enum place place = event ? place_of(event->step.name, channel) : OWN;
    struct timeline_entry *entry = NULL;
    if (place == NOWHERE)
        return true;
    if (place == PREVIOUS)
        entry = last_entry(channel, ENTRY_STEPS);
    else if (place == RECEIVING)
        entry = last_entry(channel, ENTRY_FRAME);
    if (!entry && !add_step(&channel->pending, &channel->pending_count, work))
        return false;
    if (entry && place == RECEIVING)
        for (size_t i = 0; i < channel->pending_count; i++)
            if (!add_step(&entry->steps, &entry->step_count, channel->pending[i]))
                return false;
    if (entry && !add_step(&entry->steps, &entry->step_count, work))
        return false;
    channel->math = NULL; /* transferred */
    channel->math_count = 0;
    if (entry && place == RECEIVING) {
        free(channel->pending);
        channel->pending = NULL;
        channel->pending_count = 0;
    }
    if (place != OWN)
        return true;
    entry = add_entry(channel, (struct timeline_entry){
                                   .kind = ENTRY_STEPS, .actor = channel->role, .event = event});
    if (entry)
        take_pending(entry, channel);
    return entry != NULL;
}

static bool take_close(struct timeline_channel *channel, const struct recording_event *event)
{
    if (channel->math_count > 0 && !take_step(channel, NULL))
        return false;
    channel->close = event;
    return add_entry(channel, (struct timeline_entry){.kind = ENTRY_END,
                                                      .actor = channel->role,
                                                      .event = event}) != NULL;
}

static bool take_event(struct timeline *timeline, const struct recording_event *event)
{
    struct timeline_channel *channel = channel_of(timeline, event->channel);
    if (event->kind == RECORDING_OPEN)
        return take_open(timeline, event);
    if (!channel)
        return true; /* recording_load refuses such a file */
    channel->ended = event->microseconds;
    switch (event->kind) {
    case RECORDING_LINE:
        channel->places[channel->role] = &event->line.own;
        channel->places[!channel->role] = &event->line.peer;
        return true;
    case RECORDING_FRAME:
        return take_frame(channel, event);
    case RECORDING_INNER:
        take_inner(channel, event);
        return true;
    case RECORDING_MATH:
        return take_math(channel, event);
    case RECORDING_STEP:
        return take_step(channel, event);
    case RECORDING_VERDICT:
        return add_entry(channel, (struct timeline_entry){.kind = ENTRY_VERDICT,
                                                          .actor = channel->role,
                                                          .event = event}) != NULL;
    case RECORDING_CLOSE:
        return take_close(channel, event);
    default:
        return true;
    }
}

/* --- which scene goes back to which ----------------------------------------------------------- */

static bool names_ticket(const struct timeline_channel *channel,
                         const struct recording_value *ticket)
{
    for (size_t i = 0; i < channel->entry_count; i++) {
        const struct timeline_entry *entry = &channel->entries[i];
        for (size_t k = 0; k < entry->step_count; k++) {
            const struct recording_event *step = entry->steps[k].step;
            for (size_t v = 0; step && v < step->step.input_count; v++) {
                const struct recording_value *value = &step->step.inputs[v];
                if (strcmp(value->name, "ticket") == 0 && value->data && ticket->data &&
                    value->bytes == ticket->bytes &&
                    memcmp(value->data, ticket->data, ticket->bytes) == 0)
                    return true;
            }
        }
    }
    return false;
}

/* By the ticket, else by the latest handshake before. */
static void find_talk(struct timeline *timeline, size_t index)
{
    struct timeline_channel *channel = &timeline->channels[index];
    const struct timeline_channel *before = NULL;
    for (size_t i = index; i > 0 && !before; i--)
        if (names_ticket(&timeline->channels[i - 1], &channel->open->open.ticket))
            before = &timeline->channels[i - 1];
    for (size_t i = index; i > 0 && !before; i--)
        if (!timeline->channels[i - 1].resumed)
            before = &timeline->channels[i - 1];
    if (!before)
        return;
    channel->talk = before->talk;
    /* Nobody shows his key again: it is the one of the handshake. */
    memcpy(channel->keys.identity, timeline->channels[before->talk].keys.identity,
           sizeof(channel->keys.identity));
    for (size_t i = 0; i < channel->entry_count; i++)
        for (size_t k = 0; k < channel->entries[i].step_count; k++)
            memcpy(channel->entries[i].steps[k].keys.identity, channel->keys.identity,
                   sizeof(channel->keys.identity));
}

bool timeline_read(struct timeline *timeline, const struct recording *recording,
                   struct problem *problem)
{
    size_t count = recording_count(recording);
    *timeline = (struct timeline){.recording = recording};
    for (size_t i = 0; i < count; i++)
        if (!take_event(timeline, recording_event(recording, i))) {
            timeline_free(timeline);
            return problem_memory(problem);
        }
    for (size_t i = 0; i < timeline->channel_count; i++)
        if (timeline->channels[i].resumed)
            find_talk(timeline, i);
    if (timeline->channel_count == 0)
        return problem_set(problem, "no session is in the recording");
    return true;
}

static void free_steps(struct timeline_step *steps, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free(steps[i].math);
    free(steps);
}

void timeline_free(struct timeline *timeline)
{
    for (size_t i = 0; i < timeline->channel_count; i++) {
        struct timeline_channel *channel = &timeline->channels[i];
        for (size_t k = 0; k < channel->entry_count; k++)
            free_steps(channel->entries[k].steps, channel->entries[k].step_count);
        free_steps(channel->pending, channel->pending_count);
        free(channel->math);
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
