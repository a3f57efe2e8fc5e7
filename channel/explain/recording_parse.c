/*
 * One line of a recording, against the schema of docs/recording.md: every member must be there, of
 * its type and within its bounds, and no other.
 */
#include "recording_parse.h"

#include "recording_names.h"
#include "timestamp.h"
#include "translate.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define VALUE_MAX (WIRE_HEADER_BYTES + 0xffffff) /* no frame can be longer */

/* One line being read. */
struct reading {
    struct recording *recording;
    json_t *line;
    struct trace_event event;
    struct channel_seen *channel;
    json_error_t error; /* jansson's own words */
    char *why;
};

/* UNPACK(reading, object, "{s:s}", "name", &text): all that stands in an object. */
#define UNPACK(reading, object, ...)                                                               \
    (json_unpack_ex(object, &(reading)->error, JSON_STRICT, __VA_ARGS__) == 0 ||                   \
     fail(reading, "%s", (reading)->error.text))
/* The same of a line's own object; kind, time and channel have been read by then. */
#define COMMON_FORMAT "s:s, s:I, s:I"
#define UNPACK_LINE(reading, format, ...)                                                          \
    UNPACK(reading, (reading)->line, "{" COMMON_FORMAT format "}", "kind", &(const char *){0},     \
           "at", &(json_int_t){0}, "channel", &(json_int_t){0}, __VA_ARGS__)

__attribute__((format(printf, 2, 3))) static bool fail(const struct reading *reading,
                                                       const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(reading->why, RECORDING_WHY_BYTES, translate(format), arguments);
    va_end(arguments);
    return false;
}

static bool unknown(const struct reading *reading, const char *name, const char *word)
{
    return fail(reading, "%s is '%.40s', which does not exist", name, word);
}

static bool in_range(const struct reading *reading, const char *name, json_int_t number,
                     json_int_t least, json_int_t most)
{
    return (number >= least && number <= most) ||
           fail(reading, "%s is %lld, not from %lld to %lld", name, (long long)number,
                (long long)least, (long long)most);
}

/* A word that is a number in the code. */
static bool find(const struct reading *reading, int *number, enum recording_words words,
                 const char *name, const char *word)
{
    *number = recording_number(words, word);
    return *number >= 0 || unknown(reading, name, word);
}

static bool keep(const struct reading *reading, const char **kept, const char *text)
{
    *kept = recording_copy_text(reading->recording, text);
    return *kept || fail(reading, "no memory");
}

/* --- values ----------------------------------------------------------------------------------- */

static int digit(char hex)
{
    static const char digits[] = "0123456789abcdef";
    const char *found = hex ? strchr(digits, hex) : NULL;
    return found ? (int)(found - digits) : -1;
}

static bool decode_hex(const struct reading *reading, struct trace_bytes *value, const char *hex,
                       size_t length)
{
    uint8_t *data;
    if (length != 2 * value->bytes)
        return fail(reading, "hex has %zu digits where bytes is %zu", length, value->bytes);
    value->data = data = recording_keep(reading->recording, value->bytes + 1);
    if (!data)
        return fail(reading, "no memory");
    for (size_t i = 0; i < value->bytes; i++) {
        int high = digit(hex[2 * i]), low = digit(hex[2 * i + 1]);
        if (high < 0 || low < 0)
            return fail(reading, "hex has other characters than 0-9 and a-f");
        data[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}

/* What is expected here: its name, and how secret it is. */
static bool is_value(json_t *object, const struct step_value *want)
{
    const char *name = json_string_value(json_object_get(object, "name"));
    const char *secrecy = json_string_value(json_object_get(object, "secrecy"));
    return name && secrecy && strcmp(name, want->name) == 0 &&
           recording_number(WORDS_SECRECY, secrecy) == (int)want->secrecy;
}

static bool take_value(struct reading *reading, struct trace_bytes *value, json_t *object,
                       const struct step_value *want)
{
    const char *name, *secrecy, *hex = NULL;
    size_t length = 0;
    json_int_t bytes;
    if (!UNPACK(reading, object, "{s:s, s:s, s:I, s?s%}", "name", &name, "secrecy", &secrecy,
                "bytes", &bytes, "hex", &hex, &length) ||
        !in_range(reading, "bytes", bytes, 0, VALUE_MAX))
        return false;
    *value = (struct trace_bytes){NULL, (size_t)bytes};
    if (!is_value(object, want))
        return fail(reading, "a value is '%.40s', %.40s, not '%s', %s", name, secrecy, want->name,
                    recording_word(WORDS_SECRECY, (int)want->secrecy));
    if (want->secrecy == TRACE_SECRET && !reading->recording->head.secrets)
        return !hex || fail(reading, "a secret in a recording that says it has none");
    return hex ? decode_hex(reading, value, hex, length) : fail(reading, "%.40s has no hex", name);
}

/* Version 1 was made when modern was X25519 alone. */
static const char *of_version(const struct reading *reading, const char *suite)
{
    return reading->recording->head.version == 1 && strcmp(suite, "modern") == 0 ? "modern:x25519"
                                                                                 : suite;
}

/* --- kinds ------------------------------------------------------------------------------------ */

static bool take_open(struct reading *reading)
{
    struct trace_event *event = &reading->event;
    const char *role = "", *suite = "", *begins = "";
    struct trace_bytes id;
    json_t *ticket = NULL;
    int number;
    if (!UNPACK_LINE(reading, ", s:s, s:s, s:s, s?o", "role", &role, "suite", &suite, "begins",
                     &begins, "ticket", &ticket) ||
        !find(reading, &number, WORDS_ROLE, "role", role))
        return false;
    event->open.role = (enum channel_role)number;
    if (strcmp(begins, "resume") != 0 && strcmp(begins, "handshake") != 0)
        return unknown(reading, "begins", begins);
    if ((strcmp(begins, "resume") == 0) != (ticket != NULL))
        return fail(reading, "a channel has a ticket if it begins with a resume, and only then");
    if (channel_suite_parse(&event->open.suite, of_version(reading, suite)) != CHANNEL_OK)
        return unknown(reading, "suite", suite);
    if (!ticket)
        return true;
    if (!take_value(reading, &id, ticket, &(struct step_value){"ticket", TRACE_PUBLIC, false}))
        return false;
    event->open.ticket = id.data;
    return in_range(reading, "bytes", (json_int_t)id.bytes, WIRE_TICKET_BYTES, WIRE_TICKET_BYTES);
}

static bool take_address(struct reading *reading, struct trace_address *kept, json_t *object)
{
    const char *address = "";
    json_int_t port = 0;
    if (!UNPACK(reading, object, "{s:s, s:I}", "address", &address, "port", &port) ||
        !in_range(reading, "port", port, 0, UINT16_MAX))
        return false;
    kept->port = (uint16_t)port;
    return keep(reading, &kept->address, address);
}

static bool take_addresses(struct reading *reading)
{
    json_t *own = NULL, *peer = NULL;
    return UNPACK_LINE(reading, ", s:o, s:o", "own", &own, "peer", &peer) &&
           take_address(reading, &reading->event.addresses.own, own) &&
           take_address(reading, &reading->event.addresses.peer, peer);
}

/* A frame or an inner message: name of one of its kind, or null. */
static bool take_message(const struct reading *reading, enum wire_message *message, json_t *name,
                         bool inner)
{
    int number;
    *message = WIRE_MESSAGES;
    if (json_is_null(name))
        return true;
    if (!json_is_string(name))
        return fail(reading, "message is neither a name nor null");
    number = recording_number(WORDS_MESSAGE, json_string_value(name));
    if (number < 0 || (wire_layout((enum wire_message)number)->frame == 0) != inner)
        return unknown(reading, "message", json_string_value(name));
    *message = (enum wire_message)number;
    return true;
}

static bool take_frame(struct reading *reading)
{
    struct trace_event *event = &reading->event;
    json_t *message = NULL, *frame = NULL;
    json_int_t number = 0;
    int sent = 0;
    if (!UNPACK_LINE(reading, ", s:b, s:I, s:o, s:o", "sent", &sent, "number", &number, "message",
                     &message, "frame", &frame) ||
        !take_message(reading, &event->frame.message, message, false) ||
        !take_value(reading, &event->frame.bytes, frame,
                    &(struct step_value){"frame", TRACE_PUBLIC, false}))
        return false;
    event->frame.sent = sent;
    event->frame.number = ++reading->channel->frames;
    if (number != event->frame.number)
        return fail(reading, "frame %lld of channel %u where %u is next", (long long)number,
                    event->channel, event->frame.number);
    return event->frame.bytes.bytes >= WIRE_HEADER_BYTES ||
           fail(reading, "a frame is not shorter than its header");
}

static bool take_inner(struct reading *reading)
{
    struct trace_event *event = &reading->event;
    json_t *message = NULL, *bytes = NULL;
    json_int_t record = 0;
    int sent = 0;
    if (!UNPACK_LINE(reading, ", s:b, s:I, s:o, s:o", "sent", &sent, "record", &record, "message",
                     &message, "bytes", &bytes) ||
        !take_message(reading, &event->inner.message, message, true) ||
        !take_value(reading, &event->inner.bytes, bytes,
                    &(struct step_value){"bytes", TRACE_SECRET, false}))
        return false;
    event->inner.sent = sent;
    event->inner.record = reading->channel->frames + (sent ? 1 : 0);
    return record == event->inner.record ||
           fail(reading, "an inner message of frame %lld where it is frame %u's", (long long)record,
                event->inner.record);
}

/* --- steps ------------------------------------------------------------------------------------ */

/* The parts of a value: all bytes are in one, and none holds more. */
static bool take_boxes(struct reading *reading, struct rsa_step *value, json_t *list)
{
    size_t count = json_array_size(list), sum = 0;
    if (!json_is_array(list) || count >= RSA_MAX_BOXES) /* the last is empty */
        return fail(reading, "boxes is a list of up to %d", RSA_MAX_BOXES - 1);
    for (size_t i = 0; i < count; i++) {
        const char *label;
        json_int_t bytes;
        if (!UNPACK(reading, json_array_get(list, i), "{s:s, s:I}", "label", &label, "bytes",
                    &bytes) ||
            !in_range(reading, "bytes", bytes, 0, VALUE_MAX) ||
            !keep(reading, &value->boxes[i].label, label))
            return false;
        sum += value->boxes[i].bytes = (size_t)bytes;
    }
    return count == 0 || sum == value->count ||
           fail(reading, "the boxes hold %zu bytes, the value %zu", sum, value->count);
}

static bool take_power(struct reading *reading, struct rsa_step *value, json_t *list)
{
    const char *names[3];
    return UNPACK(reading, list, "[s, s, s]", &names[0], &names[1], &names[2]) &&
           keep(reading, &value->power[0], names[0]) && keep(reading, &value->power[1], names[1]) &&
           keep(reading, &value->power[2], names[2]);
}

/* Kept until the step that it belongs to. */
static bool take_math(struct reading *reading)
{
    struct channel_seen *channel = reading->channel;
    struct trace_arithmetic arithmetic = {0};
    struct rsa_step *value = &arithmetic.value;
    const char *key = "", *name = "", *formula = "", *section = "", *secrecy;
    json_t *object = NULL, *boxes = NULL, *power = NULL;
    struct trace_bytes bytes;
    int is_number = 0, whose, number;
    if (!UNPACK_LINE(reading, ", s:s, s:s, s:s, s:s, s:b, s:o, s:o, s?o", "key", &key, "name",
                     &name, "formula", &formula, "section", &section, "number", &is_number, "value",
                     &object, "boxes", &boxes, "power", &power) ||
        !find(reading, &whose, WORDS_KEY, "key", key))
        return false;
    secrecy = json_string_value(json_object_get(object, "secrecy"));
    if (!find(reading, &number, WORDS_SECRECY, "secrecy", secrecy ? secrecy : "") ||
        !take_value(reading, &bytes, object,
                    &(struct step_value){name, (enum trace_secrecy)number, false}) ||
        !keep(reading, &value->name, name) || !keep(reading, &value->formula, formula) ||
        !keep(reading, &value->section, section))
        return false;
    arithmetic.key = (enum trace_key)whose;
    arithmetic.secrecy = (enum trace_secrecy)number;
    value->is_number = is_number;
    value->bytes = bytes.data;
    value->count = bytes.bytes;
    if (!take_boxes(reading, value, boxes) || (power && !take_power(reading, value, power)))
        return false;
    if (!recording_grow((void **)&channel->arithmetic, &channel->space, channel->count,
                        sizeof(arithmetic)))
        return fail(reading, "no memory");
    channel->arithmetic[channel->count++] = arithmetic;
    return true;
}

static bool has_values(json_t *list, const struct step_value *values, size_t count)
{
    if (!json_is_array(list) || json_array_size(list) != count)
        return false;
    for (size_t i = 0; i < count; i++)
        if (!is_value(json_array_get(list, i), &values[i]))
            return false;
    return true;
}

/* Rows of one name and the same values differ in their formulas. One that is not in the table, as
 * in the recording of an older program, stands for the first of them. */
static const struct step_row *find_row(enum channel_step *step, const char *name,
                                       const char *formula, json_t *inputs, json_t *outputs)
{
    const struct step_row *found = NULL;
    for (int i = 0; i < CHANNEL_STEPS; i++) {
        const struct step_row *row = step_row((enum channel_step)i);
        if (strcmp(row->name, name) != 0 || !has_values(inputs, row->values, row->inputs) ||
            !has_values(outputs, row->values + row->inputs, row->outputs) ||
            (found && strcmp(row->formula, formula) != 0))
            continue;
        found = row;
        *step = (enum channel_step)i;
        if (strcmp(row->formula, formula) == 0)
            break;
    }
    return found;
}

static bool take_step(struct reading *reading)
{
    struct trace_event *event = &reading->event;
    struct channel_seen *channel = reading->channel;
    const char *name = "", *formula = "", *section = "";
    const struct step_row *row;
    struct trace_bytes *values;
    json_t *inputs = NULL, *outputs = NULL;
    if (!UNPACK_LINE(reading, ", s:s, s:s, s:s, s:o, s:o", "name", &name, "formula", &formula,
                     "section", &section, "inputs", &inputs, "outputs", &outputs))
        return false;
    row = find_row(&event->step.step, name, formula, inputs, outputs);
    if (!row)
        return fail(reading, "no step is called '%.40s' and has these values", name);
    event->step.values = values = recording_keep(reading->recording,
                                                 STEP_VALUES_MAX * sizeof(*values));
    event->step.arithmetic = recording_copy(reading->recording, channel->arithmetic,
                                            channel->count * sizeof(*channel->arithmetic));
    if (!values || !event->step.arithmetic)
        return fail(reading, "no memory");
    event->step.arithmetic_count = channel->count;
    channel->count = 0;
    for (size_t i = 0; i < (size_t)row->inputs + row->outputs; i++)
        if (!take_value(reading, &values[i],
                        i < row->inputs ? json_array_get(inputs, i)
                                        : json_array_get(outputs, i - row->inputs),
                        &row->values[i]))
            return false;
    return true;
}

/* --- verdict and end -------------------------------------------------------------------------- */

static bool take_verdict(struct reading *reading)
{
    struct trace_event *event = &reading->event;
    const char *verdict = "", *fingerprint = "";
    int number;
    if (!UNPACK_LINE(reading, ", s:s, s:s", "verdict", &verdict, "fingerprint", &fingerprint) ||
        !find(reading, &number, WORDS_ERROR, "verdict", verdict))
        return false;
    event->verdict.verdict = (enum channel_error)number;
    return keep(reading, &event->verdict.fingerprint, fingerprint);
}

static bool take_close(struct reading *reading)
{
    struct trace_event *event = &reading->event;
    const char *error = "", *by = "", *reason = "", *detail = "";
    int number;
    if (!UNPACK_LINE(reading, ", s:s, s:s, s:s, s:s", "error", &error, "by", &by, "reason", &reason,
                     "detail", &detail) ||
        !find(reading, &number, WORDS_ERROR, "error", error))
        return false;
    event->close.error = (enum channel_error)number;
    event->close.is_peers = strcmp(by, "peer") == 0;
    if (!event->close.is_peers && strcmp(by, "us") != 0)
        return unknown(reading, "by", by);
    reading->channel->closed = true;
    return keep(reading, &event->close.reason, reason) &&
           keep(reading, &event->close.detail, detail);
}

static bool (*const takes_by_kind[])(struct reading *reading) = {
    [TRACE_OPEN] = take_open,   [TRACE_ADDRESSES] = take_addresses, [TRACE_FRAME] = take_frame,
    [TRACE_INNER] = take_inner, [TRACE_STEP] = take_step,           [TRACE_VERDICT] = take_verdict,
    [TRACE_CLOSE] = take_close, [RECORDING_MATH] = take_math,
};

/* --- lines ------------------------------------------------------------------------------------ */

/* A channel begins with open, in the order of the numbers, and ends with close. */
static bool find_channel(struct reading *reading, json_int_t number)
{
    struct recording *recording = reading->recording;
    const bool opens = reading->event.kind == TRACE_OPEN;
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
    const char *kind = "";
    json_int_t at = 0, channel = 0;
    int number;
    if (json_unpack_ex(reading->line, &reading->error, 0, "{" COMMON_FORMAT "}", "kind", &kind,
                       "at", &at, "channel", &channel) != 0)
        return fail(reading, "%s", reading->error.text);
    if (!find(reading, &number, WORDS_KIND, "kind", kind))
        return false;
    reading->event.kind = (enum trace_kind)number;
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
    if ((int)reading.event.kind == RECORDING_MATH)
        return true;
    return recording_append(recording, &reading.event) || fail(&reading, "no memory");
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
    const char *kind = "", *program = "", *role = "", *suite = "", *started = "";
    struct channel_suite known;
    json_int_t version = 0;
    json_t *seed = NULL;
    int secrets = 0, number;
    /* The version first: another one may have other members. */
    if (json_unpack(line, "{s:s, s:I}", "kind", &kind, "version", &version) != 0 ||
        strcmp(kind, "recording") != 0)
        return fail(&reading, "not a recording");
    if (version < 1 || version > RECORDING_VERSION)
        return fail(&reading, "a recording of version %lld; this program reads versions 1 to %d",
                    (long long)version, RECORDING_VERSION);
    if (!UNPACK(&reading, line, "{s:s, s:I, s:s, s:s, s:s, s:s, s:b, s:o}", "kind", &kind,
                "version", &version, "program", &program, "role", &role, "suite", &suite, "started",
                &started, "secrets", &secrets, "seed", &seed))
        return false;
    head->version = (unsigned)version;
    head->secrets = secrets;
    if (!find(&reading, &number, WORDS_ROLE, "role", role))
        return false;
    head->role = (enum channel_role)number;
    suite = of_version(&reading, suite);
    if (channel_suite_parse(&known, suite) != CHANNEL_OK)
        return unknown(&reading, "suite", suite);
    if (!timestamp_valid(started))
        return fail(&reading, "started is '%.40s', no time like 2026-02-03T04:05:06Z", started);
    return take_seed(&reading, seed) && keep(&reading, &head->program, program) &&
           keep(&reading, &head->suite, suite) && keep(&reading, &head->started, started);
}
