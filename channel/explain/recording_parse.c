/*
 * One line of a recording, against the schema of docs/recording.md: every member must be there, of
 * its type and within its bounds, and no other.
 */
#include "recording_parse.h"

#include "recording_names.h"
#include "timestamp.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* --- kinds ------------------------------------------------------------------------------------ */

static bool take_open(struct reading *reading)
{
    struct recording_event *event = &reading->event;
    const char *role = "", *suite = "", *begins = "";
    struct channel_suite known;
    json_t *ticket = NULL;
    if (!UNPACK_LINE(reading, ", s:s, s:s, s:s, s?o", "role", &role, "suite", &suite, "begins",
                     &begins, "ticket", &ticket))
        return false;
    event->open.resumes = strcmp(begins, "resume") == 0;
    if (!event->open.resumes && strcmp(begins, "handshake") != 0)
        return reading_unknown(reading, "begins", begins);
    if (event->open.resumes != (ticket != NULL))
        return reading_fail(reading,
                            "a channel has a ticket if it begins with a resume, and only then");
    if (!recording_role_find(&event->open.role, role))
        return reading_unknown(reading, "role", role);
    if (channel_suite_parse(&known, suite) != CHANNEL_OK)
        return reading_unknown(reading, "suite", suite);
    return reading_keep(reading, &event->open.suite, suite) &&
           (!ticket || reading_value(reading, &event->open.ticket, ticket));
}

static bool take_place(struct reading *reading, struct recording_address *place, json_t *object)
{
    const char *address = "";
    json_int_t port = 0;
    if (!UNPACK(reading, object, "{s:s, s:I}", "address", &address, "port", &port) ||
        !reading_in_range(reading, "port", port, 0, UINT16_MAX))
        return false;
    place->port = (uint16_t)port;
    return reading_keep(reading, &place->address, address);
}

static bool take_line(struct reading *reading)
{
    json_t *own = NULL, *peer = NULL;
    return UNPACK_LINE(reading, ", s:o, s:o", "own", &own, "peer", &peer) &&
           take_place(reading, &reading->event.line.own, own) &&
           take_place(reading, &reading->event.line.peer, peer);
}

/* A frame or an inner message: name of one of its kind, or null. */
static bool take_message(const struct reading *reading, enum wire_message *message, json_t *name,
                         bool inner)
{
    *message = WIRE_MESSAGES;
    if (json_is_null(name))
        return true;
    if (!json_is_string(name))
        return reading_fail(reading, "message is neither a name nor null");
    if (!recording_message_find(message, json_string_value(name)) ||
        (wire_layout(*message)->frame == 0) != inner)
        return reading_unknown(reading, "message", json_string_value(name));
    return true;
}

static bool take_frame(struct reading *reading)
{
    struct recording_event *event = &reading->event;
    json_t *message = NULL, *frame = NULL;
    json_int_t number = 0;
    int sent = 0;
    if (!UNPACK_LINE(reading, ", s:b, s:I, s:o, s:o", "sent", &sent, "number", &number, "message",
                     &message, "frame", &frame) ||
        !take_message(reading, &event->frame.message, message, false) ||
        !reading_value(reading, &event->frame.frame, frame))
        return false;
    event->frame.sent = sent;
    event->frame.number = ++reading->channel->frames;
    if (number != event->frame.number)
        return reading_fail(reading, "frame %lld of channel %u where %u is next", (long long)number,
                            event->channel, event->frame.number);
    if (event->frame.frame.secrecy != TRACE_PUBLIC || event->frame.frame.bytes < WIRE_HEADER_BYTES)
        return reading_fail(reading, "a frame is public, and not shorter than its header");
    return true;
}

static bool take_inner(struct reading *reading)
{
    struct recording_event *event = &reading->event;
    json_t *message = NULL, *bytes = NULL;
    json_int_t record = 0;
    int sent = 0;
    if (!UNPACK_LINE(reading, ", s:b, s:I, s:o, s:o", "sent", &sent, "record", &record, "message",
                     &message, "bytes", &bytes) ||
        !take_message(reading, &event->inner.message, message, true) ||
        !reading_value(reading, &event->inner.bytes, bytes))
        return false;
    event->inner.sent = sent;
    event->inner.record = reading->channel->frames + (sent ? 1 : 0);
    return record == event->inner.record ||
           reading_fail(reading, "an inner message of frame %lld where it is frame %u's",
                        (long long)record, event->inner.record);
}

static bool take_math(struct reading *reading)
{
    struct recording_event *event = &reading->event;
    const char *key = "", *name = "", *formula = "", *section = "";
    json_t *value = NULL, *boxes = NULL, *power = NULL;
    int number = 0;
    if (!UNPACK_LINE(reading, ", s:s, s:s, s:s, s:s, s:b, s:o, s:o, s?o", "key", &key, "name",
                     &name, "formula", &formula, "section", &section, "number", &number, "value",
                     &value, "boxes", &boxes, "power", &power))
        return false;
    event->math.is_number = number;
    return reading_keep(reading, &event->math.key, key) &&
           reading_keep(reading, &event->math.name, name) &&
           reading_keep(reading, &event->math.formula, formula) &&
           reading_keep(reading, &event->math.section, section) &&
           reading_value(reading, &event->math.value, value) && reading_boxes(reading, boxes) &&
           (!power || reading_power(reading, power));
}

static bool take_step(struct reading *reading)
{
    struct recording_event *event = &reading->event;
    const char *name = "", *formula = "", *section = "";
    json_t *inputs = NULL, *outputs = NULL;
    return UNPACK_LINE(reading, ", s:s, s:s, s:s, s:o, s:o", "name", &name, "formula", &formula,
                       "section", &section, "inputs", &inputs, "outputs", &outputs) &&
           reading_keep(reading, &event->step.name, name) &&
           reading_keep(reading, &event->step.formula, formula) &&
           reading_keep(reading, &event->step.section, section) &&
           reading_values(reading, &event->step.inputs, &event->step.input_count, inputs) &&
           reading_values(reading, &event->step.outputs, &event->step.output_count, outputs);
}

static bool take_verdict(struct reading *reading)
{
    struct recording_event *event = &reading->event;
    const char *verdict = "", *fingerprint = "";
    if (!UNPACK_LINE(reading, ", s:s, s:s", "verdict", &verdict, "fingerprint", &fingerprint))
        return false;
    if (!recording_error_find(&event->verdict.verdict, verdict))
        return reading_unknown(reading, "verdict", verdict);
    return reading_keep(reading, &event->verdict.fingerprint, fingerprint);
}

static bool take_close(struct reading *reading)
{
    struct recording_event *event = &reading->event;
    const char *error = "", *by = "", *reason = "", *detail = "";
    if (!UNPACK_LINE(reading, ", s:s, s:s, s:s, s:s", "error", &error, "by", &by, "reason", &reason,
                     "detail", &detail))
        return false;
    if (!recording_error_find(&event->close.error, error))
        return reading_unknown(reading, "error", error);
    event->close.is_peers = strcmp(by, "peer") == 0;
    if (!event->close.is_peers && strcmp(by, "us") != 0)
        return reading_unknown(reading, "by", by);
    reading->channel->closed = true;
    return reading_keep(reading, &event->close.reason, reason) &&
           reading_keep(reading, &event->close.detail, detail);
}

static bool (*const takes_by_kind[])(struct reading *reading) = {
    [RECORDING_OPEN] = take_open,       [RECORDING_LINE] = take_line,
    [RECORDING_FRAME] = take_frame,     [RECORDING_INNER] = take_inner,
    [RECORDING_MATH] = take_math,       [RECORDING_STEP] = take_step,
    [RECORDING_VERDICT] = take_verdict, [RECORDING_CLOSE] = take_close,
};

/* --- lines ------------------------------------------------------------------------------------ */

/* A channel begins with open, in the order of the numbers, and ends with close. */
static bool find_channel(struct reading *reading, json_int_t number)
{
    struct recording *recording = reading->recording;
    const bool opens = reading->event.kind == RECORDING_OPEN;
    const size_t next = recording->channel_count + 1;
    if (opens ? number != (json_int_t)next : number < 1 || number >= (json_int_t)next)
        return reading_fail(reading,
                            opens ? "channel %lld begins where %zu is next"
                                  : "channel %lld has not begun: there are %zu",
                            (long long)number, opens ? next : recording->channel_count);
    if (opens) {
        if (!recording_grow((void **)&recording->channels, &recording->channel_space,
                            recording->channel_count, sizeof(*recording->channels)))
            return reading_fail(reading, "no memory");
        recording->channels[recording->channel_count++] = (struct channel_seen){0};
    }
    reading->channel = &recording->channels[number - 1];
    reading->event.channel = (unsigned)number;
    return !reading->channel->closed ||
           reading_fail(reading, "channel %lld has ended before", (long long)number);
}

static bool take_common(struct reading *reading)
{
    const char *kind = "";
    json_int_t at = 0, channel = 0;
    if (json_unpack_ex(reading->line, &reading->error, 0, "{" COMMON_FORMAT "}", "kind", &kind,
                       "at", &at, "channel", &channel) != 0)
        return reading_fail(reading, "%s", reading->error.text);
    if (!recording_kind_find(&reading->event.kind, kind))
        return reading_unknown(reading, "kind", kind);
    if (!reading_in_range(reading, "at", at, (json_int_t)reading->recording->microseconds,
                          INT64_MAX))
        return false;
    reading->event.microseconds = reading->recording->microseconds = (uint64_t)at;
    return find_channel(reading, channel);
}

bool recording_parse_event(struct recording *recording, json_t *line, char why[RECORDING_WHY_BYTES])
{
    struct reading reading = {.recording = recording, .line = line, .why = why};
    if (!take_common(&reading) || !takes_by_kind[reading.event.kind](&reading))
        return false;
    if (!recording_grow((void **)&recording->events, &recording->space, recording->count,
                        sizeof(*recording->events)))
        return reading_fail(&reading, "no memory");
    recording->events[recording->count++] = reading.event;
    return true;
}

static bool take_seed(struct reading *reading, json_t *seed)
{
    struct recording_head *head = &reading->recording->head;
    head->seeded = !json_is_null(seed);
    if (head->seeded && (!json_is_integer(seed) || json_integer_value(seed) < 0))
        return reading_fail(reading, "seed is neither a number nor null");
    head->seed = head->seeded ? (uint64_t)json_integer_value(seed) : 0;
    return true;
}

bool recording_parse_head(struct recording *recording, json_t *line, char why[RECORDING_WHY_BYTES])
{
    struct reading reading = {.recording = recording, .line = line, .why = why};
    struct recording_head *head = &recording->head;
    const char *kind = "", *program = "", *role = "", *suite = "", *started = "";
    struct channel_suite known;
    json_int_t version = 0;
    json_t *seed = NULL;
    int secrets = 0;
    /* The version first: another one may have other members. */
    if (json_unpack(line, "{s:s, s:I}", "kind", &kind, "version", &version) != 0 ||
        strcmp(kind, "recording") != 0)
        return reading_fail(&reading, "this is no recording");
    if (version != RECORDING_VERSION)
        return reading_fail(&reading, "a recording of version %lld; this program reads version %d",
                            (long long)version, RECORDING_VERSION);
    if (!UNPACK(&reading, line, "{s:s, s:I, s:s, s:s, s:s, s:s, s:b, s:o}", "kind", &kind,
                "version", &version, "program", &program, "role", &role, "suite", &suite, "started",
                &started, "secrets", &secrets, "seed", &seed))
        return false;
    head->version = (unsigned)version;
    head->secrets = secrets;
    if (!recording_role_find(&head->role, role))
        return reading_unknown(&reading, "role", role);
    if (channel_suite_parse(&known, suite) != CHANNEL_OK)
        return reading_unknown(&reading, "suite", suite);
    if (!timestamp_valid(started))
        return reading_fail(&reading, "started is '%.40s', no time like 2026-02-03T04:05:06Z",
                            started);
    return take_seed(&reading, seed) && reading_keep(&reading, &head->program, program) &&
           reading_keep(&reading, &head->suite, suite) &&
           reading_keep(&reading, &head->started, started);
}
