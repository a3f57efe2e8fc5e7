/*
 * What is attacked, read.
 */
#include "target.h"

#include "channel.h"
#include "hexadecimal.h"
#include "translate.h"
#include "whole_file.h"
#include "wire.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define S struct target_options
static const struct option_row rows[] = {ARGUMENT(S, file, NULL),
                                         TEXT(S, text, "text", 0, "TEXT", "Attack this text"),
                                         FLAG(S, hex, "hex", 0, "What is read is hexadecimal"),
                                         {0}};
#undef S

static void check_options(void *given, const struct argp_state *state)
{
    const struct target_options *options = given;
    if (options->file && options->text)
        console_usage(state, "a file and --text do not go together");
    if (!options->file && !options->text)
        console_usage(state, "no target given: a file, - or --text");
}

const struct option_table target_table = {.rows = rows, .check = check_options};

/* --- records of a recording ------------------------------------------------------------------ */

static enum wire_message record_of(const struct channel_suite *suite)
{
    if (suite->kind == CHANNEL_TEXTBOOK)
        return WIRE_TEXTBOOK_RECORD;
    return suite->kind == CHANNEL_DH ? WIRE_DH_RECORD : WIRE_MODERN_RECORD;
}

static bool add_record(struct target *target, const struct trace_event *event,
                       enum channel_role role)
{
    const struct trace_bytes *frame = &event->frame.bytes;
    struct wire_value values[WIRE_MAX_FIELDS];
    uint8_t *copy = malloc(frame->bytes);
    struct target_message *more = realloc(target->messages,
                                          (target->count + 1) * sizeof(*target->messages));
    if (more)
        target->messages = more;
    if (!copy || !more) {
        free(copy);
        return false;
    }
    memcpy(copy, frame->data + WIRE_HEADER_BYTES, frame->bytes - WIRE_HEADER_BYTES);
    if (wire_decode(values, event->frame.message, copy, frame->bytes - WIRE_HEADER_BYTES)) {
        free(copy); /* one that was damaged on the way */
        return true;
    }
    const bool has_key = event->frame.message == WIRE_TEXTBOOK_RECORD;
    const struct wire_value *sealed = &values[has_key ? TEXTBOOK_RECORD_SEALED : 0];
    struct target_message *message = &target->messages[target->count++];
    *message = (struct target_message){
        .data = copy,
        .bytes = sealed->bytes,
        .sender = (event->frame.sent == (role == CHANNEL_CLIENT)) ? CHANNEL_CLIENT : CHANNEL_SERVER,
        .channel = event->channel,
        .frame = event->frame.number,
    };
    if (has_key) { /* the sealed bytes come to the front, the key behind them */
        uint8_t *block = malloc(sealed->bytes + values[TEXTBOOK_RECORD_KEY].bytes);
        if (!block)
            return false;
        memcpy(block, sealed->data, sealed->bytes);
        message->key = memcpy(block + sealed->bytes, values[TEXTBOOK_RECORD_KEY].data,
                              values[TEXTBOOK_RECORD_KEY].bytes);
        message->key_bytes = values[TEXTBOOK_RECORD_KEY].bytes;
        free(copy);
        message->data = block;
    }
    return true;
}

static bool read_records(struct target *target, const char *path, struct problem *problem)
{
    if (recording_is_cut(target->recording))
        console_note("%s: the last line is cut short, and is left out", path);
    enum wire_message record = WIRE_MESSAGES;
    enum channel_role role = CHANNEL_CLIENT;
    char suite[CHANNEL_SUITE_TEXT_BYTES] = "";
    for (size_t i = 0; i < recording_count(target->recording); i++) {
        const struct trace_event *event = recording_event(target->recording, i);
        if (event->kind == TRACE_OPEN) {
            record = record_of(&event->open.suite);
            role = event->open.role;
            target->cipher = event->open.suite.cipher;
            channel_suite_text(suite, event->open.suite);
        } else if (event->kind == TRACE_FRAME && event->frame.message == record &&
                   event->frame.bytes.bytes > WIRE_HEADER_BYTES && !add_record(target, event, role))
            return problem_memory(problem);
    }
    if (target->count == 0)
        return problem_set(problem, "%s: no record is in this recording", path);
    return asprintf(&target->name, _("%s, %zu records under %s"), path, target->count, suite) >=
               0 ||
           problem_memory(problem);
}

/* --- bytes ----------------------------------------------------------------------------------- */

/* In place; blanks and line ends between digits are fine. */
static bool from_hex(uint8_t *data, size_t *bytes, const char *name, struct problem *problem)
{
    size_t digits = 0, count = 0;
    for (size_t i = 0; i < *bytes; i++)
        if (!isspace(data[i]))
            data[digits++] = data[i];
    for (size_t i = 0; i + 1 < digits; i += 2) {
        int byte = hex_byte(data + i);
        if (byte < 0)
            return problem_set(problem, "%s: digit %zu is not hexadecimal", name, i + 1);
        data[count++] = (uint8_t)byte;
    }
    *bytes = count;
    return digits % 2 == 0 || problem_set(problem, "%s: an odd number of digits", name);
}

static bool is_recording(const uint8_t *data, size_t bytes)
{
    static const char begin[] = "{\"kind\":\"recording\"", spaced[] = "{\"kind\": \"recording\"";
    return (bytes >= strlen(begin) && memcmp(data, begin, strlen(begin)) == 0) ||
           (bytes >= strlen(spaced) && memcmp(data, spaced, strlen(spaced)) == 0);
}

static bool take_bytes(struct target *target, const char *name, const void *data, size_t bytes,
                       const struct target_options *options, struct problem *problem)
{
    struct target_message *message = target->messages = calloc(1, sizeof(*message));
    if (!message || !(message->data = malloc(bytes + 1)))
        return problem_memory(problem);
    target->count = 1;
    memcpy(message->data, data, bytes);
    message->bytes = bytes;
    if (options->hex && !from_hex(message->data, &message->bytes, name, problem))
        return false;
    if (message->bytes == 0)
        return problem_set(problem, "%s: there is nothing in it to attack", name);
    return asprintf(&target->name, _("%s, %zu bytes"), name, message->bytes) >= 0 ||
           problem_memory(problem);
}

static bool read_file(struct target *target, const struct target_options *options,
                      struct problem *problem)
{
    const bool is_stdin = strcmp(options->file, "-") == 0;
    const char *name = is_stdin ? "stdin" : options->file;
    struct whole_file file = {0};
    bool done = is_stdin
                    ? whole_file_read_stream(&file, STDIN_FILENO, name, TARGET_MAX_BYTES, problem)
                    : whole_file_read(&file, name, TARGET_MAX_BYTES, problem);
    if (done && is_recording((const uint8_t *)file.data, file.bytes))
        done = recording_read(&target->recording, name, file.data, file.bytes, problem) &&
               read_records(target, name, problem);
    else if (done)
        done = take_bytes(target, name, file.data, file.bytes, options, problem);
    whole_file_free(&file);
    return done;
}

bool target_read(struct target *target, const struct target_options *options,
                 struct problem *problem)
{
    *target = (struct target){0};
    bool done = options->text ? take_bytes(target, "--text", options->text, strlen(options->text),
                                           options, problem)
                              : read_file(target, options, problem);
    if (!done)
        target_free(target);
    return done;
}

void target_free(struct target *target)
{
    for (size_t i = 0; i < target->count; i++)
        free(target->messages[i].data);
    free(target->messages);
    free(target->name);
    recording_free(target->recording);
    *target = (struct target){0};
}
