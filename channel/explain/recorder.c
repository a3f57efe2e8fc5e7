/*
 * Writes a recording; see recorder.h.
 */
#include "recorder.h"

#include "json_line.h"
#include "read_full.h"
#include "recording_names.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct recorder {
    char *path;
    int descriptor;
    bool secrets;
    bool made;              /* the file is ours */
    unsigned unfinished;    /* the channel whose record is being made or opened; 0: none */
    bool empty;             /* only the head is there */
    int error;              /* errno of the first write that failed; nothing is written after it */
    off_t whole;            /* bytes of whole lines */
    struct json_line lines; /* not written yet */
};

/* --- lines ------------------------------------------------------------------------------------ */

static void put_value(struct recorder *recorder, const char *name, enum trace_secrecy secrecy,
                      const struct trace_bytes *value)
{
    struct json_line *line = &recorder->lines;
    json_line_put(line, "{'name':%s,'secrecy':%s,'bytes':%u", name,
                  recording_word(WORDS_SECRECY, (int)secrecy), (uint64_t)value->bytes);
    if (secrecy != TRACE_SECRET || recorder->secrets)
        json_line_put(line, ",'hex':%x", value->data, value->bytes);
    json_line_put(line, "}");
}

static void put_open(struct recorder *recorder, const struct trace_event *event)
{
    char suite[CHANNEL_SUITE_TEXT_BYTES];
    json_line_put(&recorder->lines, ",'role':%s,'suite':%s,'begins':%s",
                  recording_word(WORDS_ROLE, (int)event->open.role),
                  channel_suite_text(suite, event->open.suite),
                  event->open.ticket ? "resume" : "handshake");
    if (!event->open.ticket)
        return;
    json_line_put(&recorder->lines, ",'ticket':");
    put_value(recorder, "ticket", TRACE_PUBLIC,
              &(struct trace_bytes){event->open.ticket, WIRE_TICKET_BYTES});
}

static void put_addresses(struct recorder *recorder, const struct trace_event *event)
{
    const struct trace_address *own = &event->addresses.own, *peer = &event->addresses.peer;
    json_line_put(&recorder->lines,
                  ",'own':{'address':%s,'port':%u},'peer':{'address':%s,'port':%u}", own->address,
                  (uint64_t)own->port, peer->address, (uint64_t)peer->port);
}

static void put_frame(struct recorder *recorder, const struct trace_event *event)
{
    json_line_put(
        &recorder->lines, ",'sent':%b,'number':%u,'message':%s,'frame':", event->frame.sent,
        (uint64_t)event->frame.number, recording_word(WORDS_MESSAGE, (int)event->frame.message));
    put_value(recorder, "frame", TRACE_PUBLIC, &event->frame.bytes);
}

static void put_inner(struct recorder *recorder, const struct trace_event *event)
{
    json_line_put(
        &recorder->lines, ",'sent':%b,'record':%u,'message':%s,'bytes':", event->inner.sent,
        (uint64_t)event->inner.record, recording_word(WORDS_MESSAGE, (int)event->inner.message));
    put_value(recorder, "bytes", TRACE_SECRET, &event->inner.bytes);
}

static void put_arithmetic(struct recorder *recorder, const struct trace_arithmetic *arithmetic)
{
    struct json_line *line = &recorder->lines;
    const struct rsa_step *value = &arithmetic->value;
    json_line_put(line, ",'key':%s,'name':%s,'formula':%s,'section':%s,'number':%b,'value':",
                  recording_word(WORDS_KEY, (int)arithmetic->key), value->name, value->formula,
                  value->section, value->is_number);
    put_value(recorder, value->name, arithmetic->secrecy,
              &(struct trace_bytes){value->bytes, value->count});
    json_line_put(line, ",'boxes':[");
    for (size_t i = 0; i < RSA_MAX_BOXES && value->boxes[i].label; i++)
        json_line_put(line, i > 0 ? ",{'label':%s,'bytes':%u}" : "{'label':%s,'bytes':%u}",
                      value->boxes[i].label, (uint64_t)value->boxes[i].bytes);
    json_line_put(line, "]");
    if (value->power[0])
        json_line_put(line, ",'power':[%s,%s,%s]", value->power[0], value->power[1],
                      value->power[2]);
}

static void put_values(struct recorder *recorder, const struct step_value *values,
                       const struct trace_bytes *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            json_line_put(&recorder->lines, ",");
        put_value(recorder, values[i].name, values[i].secrecy, &bytes[i]);
    }
}

static void put_step(struct recorder *recorder, const struct trace_event *event)
{
    const struct step_row *row = step_row(event->step.step);
    struct json_line *line = &recorder->lines;
    json_line_put(line, ",'name':%s,'formula':%s,'section':%s,'inputs':[", row->name, row->formula,
                  row->section);
    put_values(recorder, row->values, event->step.values, row->inputs);
    json_line_put(line, "],'outputs':[");
    put_values(recorder, row->values + row->inputs, event->step.values + row->inputs, row->outputs);
    json_line_put(line, "]");
}

static void put_verdict(struct recorder *recorder, const struct trace_event *event)
{
    json_line_put(&recorder->lines, ",'verdict':%s,'fingerprint':%s",
                  recording_word(WORDS_ERROR, (int)event->verdict.verdict),
                  event->verdict.fingerprint);
}

static void put_close(struct recorder *recorder, const struct trace_event *event)
{
    json_line_put(&recorder->lines, ",'error':%s,'by':%s,'reason':%s,'detail':%s",
                  recording_word(WORDS_ERROR, (int)event->close.error),
                  event->close.is_peers ? "peer" : "us", event->close.reason, event->close.detail);
}

static void (*const puts_by_kind[])(struct recorder *recorder, const struct trace_event *event) = {
    [TRACE_OPEN] = put_open,   [TRACE_ADDRESSES] = put_addresses, [TRACE_FRAME] = put_frame,
    [TRACE_INNER] = put_inner, [TRACE_STEP] = put_step,           [TRACE_VERDICT] = put_verdict,
    [TRACE_CLOSE] = put_close,
};

static void put_head(struct json_line *line, const struct recording_head *head)
{
    json_line_put(line,
                  "{'kind':'recording','version':%u,'program':%s,'role':%s,'suite':%s,"
                  "'started':%s,'secrets':%b,'seed':",
                  (uint64_t)head->version, head->program,
                  recording_word(WORDS_ROLE, (int)head->role), head->suite, head->started,
                  head->secrets);
    json_line_put(line, head->seeded ? "%u}\n" : "null}\n", head->seed);
}

/* --- writing ---------------------------------------------------------------------------------- */

/* All lines that wait, in one write. */
static void flush(struct recorder *recorder)
{
    struct json_line *lines = &recorder->lines;
    int cut;
    if (recorder->error == 0 && lines->failed) {
        recorder->error = ENOMEM;
    } else if (recorder->error == 0) {
        if (write_full(recorder->descriptor, lines->data, lines->bytes)) {
            recorder->whole += (off_t)lines->bytes;
        } else {
            recorder->error = errno;
            cut = ftruncate(recorder->descriptor, recorder->whole); /* a pipe cannot be cut */
            (void)cut;
        }
    }
    json_line_clear(lines);
}

/* What is followed at once by more of the same goes into one write with it: an inner message that is
 * sent with the steps and the frame made of it; a record of the modern suite that came with what is
 * opened from it. A talk of many records has a quarter of the writes so. */
static bool is_unfinished(struct recorder *recorder, const struct trace_event *event)
{
    const bool begins = (event->kind == TRACE_INNER && event->inner.sent) ||
                        (event->kind == TRACE_FRAME && !event->frame.sent &&
                         event->frame.message == WIRE_MODERN_RECORD);
    const bool goes_on = event->kind == TRACE_STEP && event->channel == recorder->unfinished;
    if (begins)
        recorder->unfinished = event->channel;
    else if (!goes_on)
        recorder->unfinished = 0;
    return begins || goes_on;
}

static void begin_line(struct json_line *line, int kind, const struct trace_event *event)
{
    json_line_put(line, "{'kind':%s,'at':%u,'channel':%u", recording_word(WORDS_KIND, kind),
                  event->microseconds, (uint64_t)event->channel);
}

static void put_event(struct recorder *recorder, const struct trace_event *event)
{
    struct json_line *line = &recorder->lines;
    for (size_t i = 0; event->kind == TRACE_STEP && i < event->step.arithmetic_count; i++) {
        begin_line(line, RECORDING_MATH, event);
        put_arithmetic(recorder, &event->step.arithmetic[i]);
        json_line_put(line, "}\n");
    }
    begin_line(line, (int)event->kind, event);
    puts_by_kind[event->kind](recorder, event);
    json_line_put(line, "}\n");
}

static void on_event(void *context, const struct trace_event *event)
{
    struct recorder *recorder = context;
    if (recorder->error != 0)
        return;
    put_event(recorder, event);
    recorder->empty = false;
    if (!is_unfinished(recorder, event))
        flush(recorder);
}

/* --- life ------------------------------------------------------------------------------------- */

static bool finish(void *context, struct problem *problem)
{
    struct recorder *recorder = context;
    int error = recorder->error;
    if (close(recorder->descriptor) != 0 && error == 0)
        error = errno;
    if (recorder->empty && recorder->made)
        unlink(recorder->path);
    if (error != 0) {
        errno = error;
        problem_errno(problem, "the recording %s is not whole", recorder->path);
        problem_hint(problem, "it ends where the trouble began; what is there can be read");
    }
    json_line_free(&recorder->lines);
    free(recorder->path);
    free(recorder);
    return error == 0;
}

/* A new file; or what already exists and is none. -1 with the problem. */
static int open_file(bool *made, const char *path, struct problem *problem)
{
    struct stat status;
    int descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    *made = descriptor >= 0;
    if (*made)
        return descriptor;
    if (errno != EEXIST) {
        problem_errno(problem, "cannot record to %s", path);
        return -1;
    }
    if (stat(path, &status) == 0 && !S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode)) {
        descriptor = open(path, O_WRONLY | O_CLOEXEC);
        if (descriptor < 0)
            problem_errno(problem, "cannot record to %s", path);
        return descriptor;
    }
    problem_set(problem, "cannot record to %s: it already exists", path);
    problem_hint(problem, "a recording replaces nothing: give another name, or remove it first");
    return -1;
}

bool recorder_open(struct explain_observer *observer, const char *path,
                   const struct recording_head *head, struct problem *problem)
{
    struct recorder *recorder = calloc(1, sizeof(*recorder));
    if (!recorder || !(recorder->path = strdup(path))) {
        free(recorder);
        return problem_memory(problem);
    }
    recorder->descriptor = open_file(&recorder->made, path, problem);
    if (recorder->descriptor < 0) {
        free(recorder->path);
        free(recorder);
        return false;
    }
    recorder->secrets = head->secrets;
    recorder->empty = true;
    put_head(&recorder->lines, head);
    flush(recorder);
    *observer = (struct explain_observer){.event = on_event, .finish = finish, .context = recorder};
    return recorder->error == 0 || finish(recorder, problem);
}

char *recorder_text(size_t *bytes, const struct recording *recording, bool secrets)
{
    struct recorder recorder = {.secrets = secrets};
    struct recording_head head = *recording_head(recording);
    head.secrets = secrets;
    put_head(&recorder.lines, &head);
    for (size_t i = 0; i < recording_count(recording); i++)
        put_event(&recorder, recording_event(recording, i));
    if (recorder.lines.failed) {
        json_line_free(&recorder.lines);
        return NULL;
    }
    *bytes = recorder.lines.bytes;
    return recorder.lines.data;
}
