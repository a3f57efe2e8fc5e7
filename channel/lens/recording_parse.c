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

#define VALUE_MAX (WIRE_HEADER_BYTES + 0xffffff) /* no frame can be longer */

/* One line being read. */
struct reading {
    struct recording *recording;
    json_t *line;
    struct lens_event event;
    struct channel_seen *channel;
    json_error_t error; /* jansson's own words */
    char *why;
};

__attribute__((format(printf, 2, 3))) static bool fail(const struct reading *reading,
                                                       const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(reading->why, RECORDING_WHY_BYTES, format, arguments);
    va_end(arguments);
    return false;
}

/* UNPACK(reading, object, "{s:s}", "name", &text): all that stands in an object. */
#define UNPACK(reading, object, ...)                                                               \
    (json_unpack_ex(object, &(reading)->error, JSON_STRICT, __VA_ARGS__) == 0 ||                   \
     fail(reading, "%s", (reading)->error.text))
/* The same of a line's own object; kind, time and channel have been read by then. */
#define COMMON_FORMAT "s:s, s:I, s:I"
#define UNPACK_LINE(reading, format, ...)                                                          \
    UNPACK(reading, (reading)->line, "{" COMMON_FORMAT format "}", "kind", &(const char *){0},     \
           "at", &(json_int_t){0}, "channel", &(json_int_t){0}, __VA_ARGS__)

static bool in_range(const struct reading *reading, const char *name, json_int_t number,
                     json_int_t least, json_int_t most)
{
    return (number >= least && number <= most) ||
           fail(reading, "%s is %lld, not from %lld to %lld", name, (long long)number,
                (long long)least, (long long)most);
}

static bool keep_text(const struct reading *reading, const char **kept, const char *text)
{
    char *copy = recording_keep(reading->recording, strlen(text) + 1);
    if (!copy)
        return fail(reading, "no memory");
    *kept = strcpy(copy, text);
    return true;
}

static bool unknown(const struct reading *reading, const char *name, const char *word)
{
    return fail(reading, "%s is '%.40s', which is none that exists", name, word);
}

/* --- values -------------------------------------------------------------------------------------
 */

static int hex_digit(char digit)
{
    static const char digits[] = "0123456789abcdef";
    const char *found = digit ? strchr(digits, digit) : NULL;
    return found ? (int)(found - digits) : -1;
}

static bool decode_hex(const struct reading *reading, struct lens_value *value, const char *hex,
                       size_t length)
{
    uint8_t *data;
    if (length != 2 * value->bytes)
        return fail(reading, "hex has %zu digits where bytes is %zu", length, value->bytes);
    data = recording_keep(reading->recording, value->bytes + 1);
    if (!data)
        return fail(reading, "no memory");
    for (size_t i = 0; i < value->bytes; i++) {
        int high = hex_digit(hex[2 * i]), low = hex_digit(hex[2 * i + 1]);
        if (high < 0 || low < 0)
            return fail(reading, "hex has other characters than 0-9 and a-f");
        data[i] = (uint8_t)(high << 4 | low);
    }
    value->data = data;
    return true;
}

static bool take_value(struct reading *reading, struct lens_value *value, json_t *object)
{
    const char *name, *secrecy, *hex = NULL;
    size_t length = 0;
    json_int_t bytes;
    if (!UNPACK(reading, object, "{s:s, s:s, s:I, s?s%}", "name", &name, "secrecy", &secrecy,
                "bytes", &bytes, "hex", &hex, &length) ||
        !in_range(reading, "bytes", bytes, 0, VALUE_MAX) || !keep_text(reading, &value->name, name))
        return false;
    value->bytes = (size_t)bytes;
    if (!recording_secrecy_find(&value->secrecy, secrecy))
        return unknown(reading, "secrecy", secrecy);
    if (value->secrecy == TRACE_SECRET && !reading->recording->head.secrets)
        return !hex || fail(reading, "a secret in a recording that says it has none");
    return hex ? decode_hex(reading, value, hex, length)
               : fail(reading, "%.40s has no hex", value->name);
}

static bool take_values(struct reading *reading, const struct lens_value **values, size_t *count,
                        json_t *list)
{
    struct lens_value *kept;
    if (!json_is_array(list) || json_array_size(list) > LENS_VALUES_MAX)
        return fail(reading, "inputs and outputs are lists of up to %d values", LENS_VALUES_MAX);
    *count = json_array_size(list);
    *values = kept = recording_keep(reading->recording, (*count + 1) * sizeof(*kept));
    if (!kept)
        return fail(reading, "no memory");
    for (size_t i = 0; i < *count; i++) {
        kept[i] = (struct lens_value){0};
        if (!take_value(reading, &kept[i], json_array_get(list, i)))
            return false;
    }
    return true;
}

/* --- kinds --------------------------------------------------------------------------------------
 */

static bool take_open(struct reading *reading)
{
    struct lens_event *event = &reading->event;
    const char *role, *suite, *begins;
    struct channel_suite known;
    json_t *ticket = NULL;
    if (!UNPACK_LINE(reading, ", s:s, s:s, s:s, s?o", "role", &role, "suite", &suite, "begins",
                     &begins, "ticket", &ticket))
        return false;
    event->open.resumes = strcmp(begins, "resume") == 0;
    if (!event->open.resumes && strcmp(begins, "handshake") != 0)
        return unknown(reading, "begins", begins);
    if (event->open.resumes != (ticket != NULL))
        return fail(reading, "a channel has a ticket if it begins with a resume, and only then");
    if (!recording_role_find(&event->open.role, role))
        return unknown(reading, "role", role);
    if (channel_suite_parse(&known, suite) != CHANNEL_OK)
        return unknown(reading, "suite", suite);
    return keep_text(reading, &event->open.suite, suite) &&
           (!ticket || take_value(reading, &event->open.ticket, ticket));
}

static bool take_place(struct reading *reading, struct lens_place *place, json_t *object)
{
    const char *address;
    json_int_t port;
    if (!UNPACK(reading, object, "{s:s, s:I}", "address", &address, "port", &port) ||
        !in_range(reading, "port", port, 0, UINT16_MAX))
        return false;
    place->port = (uint16_t)port;
    return keep_text(reading, &place->address, address);
}

static bool take_line(struct reading *reading)
{
    json_t *own, *peer;
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
        return fail(reading, "message is neither a name nor null");
    if (!recording_message_find(message, json_string_value(name)) ||
        (wire_layout(*message)->frame == 0) != inner)
        return unknown(reading, "message", json_string_value(name));
    return true;
}

static bool take_frame(struct reading *reading)
{
    struct lens_event *event = &reading->event;
    json_t *message, *frame;
    json_int_t number;
    int sent;
    if (!UNPACK_LINE(reading, ", s:b, s:I, s:o, s:o", "sent", &sent, "number", &number, "message",
                     &message, "frame", &frame) ||
        !take_message(reading, &event->frame.message, message, false) ||
        !take_value(reading, &event->frame.frame, frame))
        return false;
    event->frame.sent = sent;
    event->frame.number = ++reading->channel->frames;
    if (number != event->frame.number)
        return fail(reading, "frame %lld of channel %u where %u is next", (long long)number,
                    event->channel, event->frame.number);
    if (event->frame.frame.secrecy != TRACE_PUBLIC || event->frame.frame.bytes < WIRE_HEADER_BYTES)
        return fail(reading, "a frame is public, and not shorter than its header");
    return true;
}

static bool take_inner(struct reading *reading)
{
    struct lens_event *event = &reading->event;
    json_t *message, *bytes;
    json_int_t record;
    int sent;
    if (!UNPACK_LINE(reading, ", s:b, s:I, s:o, s:o", "sent", &sent, "record", &record, "message",
                     &message, "bytes", &bytes) ||
        !take_message(reading, &event->inner.message, message, true) ||
        !take_value(reading, &event->inner.bytes, bytes))
        return false;
    event->inner.sent = sent;
    event->inner.record = reading->channel->frames + (sent ? 1 : 0);
    return record == event->inner.record ||
           fail(reading, "an inner message of frame %lld where it is frame %u's", (long long)record,
                event->inner.record);
}

static bool take_boxes(struct reading *reading, json_t *list)
{
    struct lens_event *event = &reading->event;
    size_t count = json_array_size(list);
    struct lens_box *boxes;
    if (!json_is_array(list) || count > RSA_MAX_BOXES)
        return fail(reading, "boxes is a list of up to %d", RSA_MAX_BOXES);
    boxes = recording_keep(reading->recording, (count + 1) * sizeof(*boxes));
    if (!boxes)
        return fail(reading, "no memory");
    for (size_t i = 0; i < count; i++) {
        const char *label;
        json_int_t bytes;
        if (!UNPACK(reading, json_array_get(list, i), "{s:s, s:I}", "label", &label, "bytes",
                    &bytes) ||
            !in_range(reading, "bytes", bytes, 0, VALUE_MAX) ||
            !keep_text(reading, &boxes[i].label, label))
            return false;
        boxes[i].bytes = (size_t)bytes;
    }
    event->math.boxes = boxes;
    event->math.box_count = count;
    return true;
}

/* All bytes are in a box, and no box holds more. */
static bool check_boxes(const struct reading *reading)
{
    size_t sum = 0;
    for (size_t i = 0; i < reading->event.math.box_count; i++)
        sum += reading->event.math.boxes[i].bytes;
    return reading->event.math.box_count == 0 || sum == reading->event.math.value.bytes ||
           fail(reading, "the boxes hold %zu bytes, the value %zu", sum,
                reading->event.math.value.bytes);
}

static bool take_power(struct reading *reading, json_t *list)
{
    const char *names[3];
    if (!UNPACK(reading, list, "[s, s, s]", &names[0], &names[1], &names[2]))
        return false;
    for (size_t i = 0; i < 3; i++)
        if (!keep_text(reading, &reading->event.math.power[i], names[i]))
            return false;
    return true;
}

static bool take_math(struct reading *reading)
{
    struct lens_event *event = &reading->event;
    const char *key, *name, *formula, *section;
    json_t *value, *boxes, *power = NULL;
    int number;
    if (!UNPACK_LINE(reading, ", s:s, s:s, s:s, s:s, s:b, s:o, s:o, s?o", "key", &key, "name",
                     &name, "formula", &formula, "section", &section, "number", &number, "value",
                     &value, "boxes", &boxes, "power", &power))
        return false;
    event->math.is_number = number;
    return keep_text(reading, &event->math.key, key) &&
           keep_text(reading, &event->math.name, name) &&
           keep_text(reading, &event->math.formula, formula) &&
           keep_text(reading, &event->math.section, section) &&
           take_value(reading, &event->math.value, value) && take_boxes(reading, boxes) &&
           check_boxes(reading) && (!power || take_power(reading, power));
}

static bool take_step(struct reading *reading)
{
    struct lens_event *event = &reading->event;
    const char *name, *formula, *section;
    json_t *inputs, *outputs;
    return UNPACK_LINE(reading, ", s:s, s:s, s:s, s:o, s:o", "name", &name, "formula", &formula,
                       "section", &section, "inputs", &inputs, "outputs", &outputs) &&
           keep_text(reading, &event->step.name, name) &&
           keep_text(reading, &event->step.formula, formula) &&
           keep_text(reading, &event->step.section, section) &&
           take_values(reading, &event->step.inputs, &event->step.input_count, inputs) &&
           take_values(reading, &event->step.outputs, &event->step.output_count, outputs);
}

static bool take_verdict(struct reading *reading)
{
    struct lens_event *event = &reading->event;
    const char *verdict, *fingerprint;
    if (!UNPACK_LINE(reading, ", s:s, s:s", "verdict", &verdict, "fingerprint", &fingerprint))
        return false;
    if (!recording_error_find(&event->verdict.verdict, verdict))
        return unknown(reading, "verdict", verdict);
    return keep_text(reading, &event->verdict.fingerprint, fingerprint);
}

static bool take_close(struct reading *reading)
{
    struct lens_event *event = &reading->event;
    const char *error, *by, *reason, *detail;
    if (!UNPACK_LINE(reading, ", s:s, s:s, s:s, s:s", "error", &error, "by", &by, "reason", &reason,
                     "detail", &detail))
        return false;
    if (!recording_error_find(&event->close.error, error))
        return unknown(reading, "error", error);
    event->close.is_peers = strcmp(by, "peer") == 0;
    if (!event->close.is_peers && strcmp(by, "us") != 0)
        return unknown(reading, "by", by);
    reading->channel->closed = true;
    return keep_text(reading, &event->close.reason, reason) &&
           keep_text(reading, &event->close.detail, detail);
}

static bool (*const takes_by_kind[])(struct reading *reading) = {
    [LENS_OPEN] = take_open,       [LENS_LINE] = take_line,   [LENS_FRAME] = take_frame,
    [LENS_INNER] = take_inner,     [LENS_MATH] = take_math,   [LENS_STEP] = take_step,
    [LENS_VERDICT] = take_verdict, [LENS_CLOSE] = take_close,
};

/* --- lines --------------------------------------------------------------------------------------
 */

/* A channel begins with open, in the order of the numbers, and ends with close. */
static bool find_channel(struct reading *reading, json_int_t number)
{
    struct recording *recording = reading->recording;
    const bool opens = reading->event.kind == LENS_OPEN;
    const size_t next = recording->channel_count + 1;
    if (opens ? number != (json_int_t)next : number < 1 || number >= (json_int_t)next)
        return fail(reading,
                    opens ? "channel %lld begins where %zu is next"
                          : "channel %lld has not begun: there are %zu",
                    (long long)number, opens ? next : recording->channel_count);
    if (opens) {
        if (!recording_grow((void **)&recording->channels, &recording->channel_space,
                            recording->channel_count, sizeof(*recording->channels)))
            return fail(reading, "no memory");
        recording->channels[recording->channel_count++] = (struct channel_seen){0};
    }
    reading->channel = &recording->channels[number - 1];
    reading->event.channel = (unsigned)number;
    return !reading->channel->closed ||
           fail(reading, "channel %lld has ended before", (long long)number);
}

static bool take_common(struct reading *reading)
{
    const char *kind;
    json_int_t at, channel;
    if (json_unpack_ex(reading->line, &reading->error, 0, "{" COMMON_FORMAT "}", "kind", &kind,
                       "at", &at, "channel", &channel) != 0)
        return fail(reading, "%s", reading->error.text);
    if (!recording_kind_find(&reading->event.kind, kind))
        return unknown(reading, "kind", kind);
    if (!in_range(reading, "at", at, (json_int_t)reading->recording->microseconds, INT64_MAX))
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
        return fail(&reading, "no memory");
    recording->events[recording->count++] = reading.event;
    return true;
}

static bool take_seed(struct reading *reading, json_t *seed)
{
    struct recording_head *head = &reading->recording->head;
    head->seeded = !json_is_null(seed);
    if (head->seeded && (!json_is_integer(seed) || json_integer_value(seed) < 0))
        return fail(reading, "seed is neither a number nor null");
    head->seed = head->seeded ? (uint64_t)json_integer_value(seed) : 0;
    return true;
}

bool recording_parse_head(struct recording *recording, json_t *line, char why[RECORDING_WHY_BYTES])
{
    struct reading reading = {.recording = recording, .line = line, .why = why};
    struct recording_head *head = &recording->head;
    const char *kind = "", *program, *role, *suite, *started;
    struct channel_suite known;
    json_int_t version = 0;
    json_t *seed;
    int secrets;
    /* The version first: another one may have other members. */
    if (json_unpack(line, "{s:s, s:I}", "kind", &kind, "version", &version) != 0 ||
        strcmp(kind, "recording") != 0)
        return fail(&reading, "this is no recording");
    if (version != RECORDING_VERSION)
        return fail(&reading, "a recording of version %lld; this program reads version %d",
                    (long long)version, RECORDING_VERSION);
    if (!UNPACK(&reading, line, "{s:s, s:I, s:s, s:s, s:s, s:s, s:b, s:o}", "kind", &kind,
                "version", &version, "program", &program, "role", &role, "suite", &suite, "started",
                &started, "secrets", &secrets, "seed", &seed))
        return false;
    head->version = (unsigned)version;
    head->secrets = secrets;
    if (!recording_role_find(&head->role, role))
        return unknown(&reading, "role", role);
    if (channel_suite_parse(&known, suite) != CHANNEL_OK)
        return unknown(&reading, "suite", suite);
    if (!timestamp_valid(started))
        return fail(&reading, "started is '%.40s', no time like 2026-02-03T04:05:06Z", started);
    return take_seed(&reading, seed) && keep_text(&reading, &head->program, program) &&
           keep_text(&reading, &head->suite, suite) && keep_text(&reading, &head->started, started);
}
