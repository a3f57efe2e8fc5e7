/*
 * A recording in memory, and its file, line by line; recording_parse.c reads the lines.
 */
#include "recording_parse.h"

#include "byte_order_mark.h"
#include "sym_memory.h"
#include "whole_file.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* --- made in memory --------------------------------------------------------------------------- */

bool recording_new(struct recording **recording, const struct recording_head *head)
{
    struct recording *made = *recording = calloc(1, sizeof(*made));
    if (!made)
        return false;
    made->head = *head;
    made->head.program = recording_copy_text(made, head->program);
    made->head.suite = recording_copy_text(made, head->suite);
    made->head.started = recording_copy_text(made, head->started);
    if (made->head.program && made->head.suite && made->head.started)
        return true;
    recording_free(made);
    *recording = NULL;
    return false;
}

static bool copy_bytes(struct recording *recording, const uint8_t **data, size_t bytes,
                       enum trace_secrecy secrecy)
{
    if (secrecy == TRACE_SECRET && !recording->head.secrets)
        *data = NULL;
    else
        *data = recording_copy(recording, *data, bytes);
    return *data || secrecy == TRACE_SECRET;
}

static bool copy_text(struct recording *recording, const char **text)
{
    *text = recording_copy_text(recording, *text);
    return *text != NULL;
}

static bool copy_step(struct recording *recording, struct trace_event *event)
{
    const struct step_row *row = step_row(event->step.step);
    const size_t values = (size_t)row->inputs + row->outputs, count = event->step.arithmetic_count;
    struct trace_bytes *bytes = recording_keep(recording, values * sizeof(*bytes));
    struct trace_arithmetic *arithmetic = recording_keep(recording, count * sizeof(*arithmetic));
    bool good = bytes && arithmetic;
    for (size_t i = 0; good && i < values; i++) {
        bytes[i] = event->step.values[i];
        good = copy_bytes(recording, &bytes[i].data, bytes[i].bytes, row->values[i].secrecy);
    }
    for (size_t i = 0; good && i < count; i++) {
        arithmetic[i] = event->step.arithmetic[i]; /* its words are literals */
        good = copy_bytes(recording, &arithmetic[i].value.bytes, arithmetic[i].value.count,
                          arithmetic[i].secrecy);
    }
    event->step.values = bytes;
    event->step.arithmetic = arithmetic;
    return good;
}

static bool copy_event(struct recording *recording, struct trace_event *event)
{
    switch (event->kind) {
    case TRACE_OPEN:
        return !event->open.ticket ||
               copy_bytes(recording, &event->open.ticket, WIRE_TICKET_BYTES, TRACE_PUBLIC);
    case TRACE_ADDRESSES:
        return copy_text(recording, &event->addresses.own.address) &&
               copy_text(recording, &event->addresses.peer.address);
    case TRACE_FRAME:
        return copy_bytes(recording, &event->frame.bytes.data, event->frame.bytes.bytes,
                          TRACE_PUBLIC);
    case TRACE_INNER:
        return copy_bytes(recording, &event->inner.bytes.data, event->inner.bytes.bytes,
                          TRACE_SECRET);
    case TRACE_STEP:
        return copy_step(recording, event);
    case TRACE_VERDICT:
        event->verdict.peer = NULL;
        return copy_text(recording, &event->verdict.fingerprint);
    default:
        return copy_text(recording, &event->close.reason) &&
               copy_text(recording, &event->close.detail);
    }
}

bool recording_add(struct recording *recording, const struct trace_event *event)
{
    struct trace_event kept = *event;
    return copy_event(recording, &kept) && recording_append(recording, &kept);
}

/* --- lines ------------------------------------------------------------------------------------ */

static bool wrong(struct problem *problem, const char *path, size_t number, const char *why)
{
    problem_set(problem, "%s:%zu: %s", path, number, why);
    return problem_hint(problem, "docs/recording.md says what stands in a recording");
}

bool recording_take_line(struct recording *recording, const char *path, size_t number,
                         const char *text, size_t bytes, struct problem *problem)
{
    char why[RECORDING_WHY_BYTES] = "";
    json_error_t error;
    json_t *line = json_loadb(text, bytes, JSON_REJECT_DUPLICATES, &error);
    bool good;
    if (!line) {
        snprintf(why, sizeof(why), "this is not JSON: %s", error.text);
        return wrong(problem, path, number, why);
    }
    good = number == 1 ? recording_parse_head(recording, line, why)
                       : recording_parse_event(recording, line, why);
    json_decref(line);
    return good || wrong(problem, path, number, why);
}

static bool take_lines(struct recording *recording, const char *name, const char *text,
                       size_t bytes, struct problem *problem)
{
    const char *at = text, *end = text + bytes;
    size_t number = 0;
    while (at < end) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        if (!newline) {
            recording->cut = true;
            break;
        }
        if (!recording_take_line(recording, name, ++number, at, (size_t)(newline - at), problem))
            return false;
        at = newline + 1;
    }
    return number > 0 || wrong(problem, name, 1, "no whole line is there: this is not a recording");
}

bool recording_read(struct recording **recording, const char *name, const char *text, size_t bytes,
                    struct problem *problem)
{
    *recording = calloc(1, sizeof(**recording));
    if (!*recording)
        return problem_memory(problem);
    if (take_lines(*recording, name, text, bytes, problem))
        return true;
    recording_free(*recording);
    *recording = NULL;
    return false;
}

/* Before it is read: a file of this size would take the memory of a small machine. */
static bool is_too_large(int descriptor, const char *path, struct problem *problem)
{
    struct stat status;
    if (fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode) ||
        status.st_size <= (off_t)RECORDING_MAX_BYTES)
        return false;
    problem_set(problem, "%s is larger than %zu bytes", path, RECORDING_MAX_BYTES);
    problem_hint(problem, "head -n 1000 of it is a recording, too");
    return true;
}

bool recording_load(struct recording **recording, const char *path, struct problem *problem)
{
    struct whole_file file = {0};
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    bool good;
    *recording = NULL;
    if (descriptor < 0)
        return problem_errno(problem, "cannot read %s", path);
    good = !is_too_large(descriptor, path, problem) &&
           whole_file_read_stream(&file, descriptor, path, RECORDING_MAX_BYTES, problem) &&
           utf16_check(problem, path, file.data, file.bytes);
    if (good) {
        size_t mark = byte_order_mark(file.data, file.bytes);
        good = recording_read(recording, path, file.data + mark, file.bytes - mark, problem);
    }
    whole_file_free(&file);
    close(descriptor);
    return good;
}

/* --- what is there ---------------------------------------------------------------------------- */

const struct recording_head *recording_head(const struct recording *recording)
{
    return &recording->head;
}

bool recording_is_cut(const struct recording *recording)
{
    return recording->cut;
}

size_t recording_bytes(const struct recording *recording)
{
    return recording->bytes;
}

size_t recording_count(const struct recording *recording)
{
    return recording->count;
}

const struct trace_event *recording_event(const struct recording *recording, size_t index)
{
    return index < recording->count ? recording->events[index] : NULL;
}
