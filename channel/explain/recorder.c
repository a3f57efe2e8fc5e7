/*
 * Writes a recording; see recorder.h.
 */
#include "recorder.h"

#include "json_line.h"
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

static void put_value(struct recorder *recorder, const char *name,
                      const struct recording_value *value)
{
    struct json_line *line = &recorder->lines;
    json_line_open(line, name);
    json_line_text(line, "name", value->name);
    json_line_text(line, "secrecy", recording_secrecy_name(value->secrecy));
    json_line_number(line, "bytes", value->bytes);
    if (value->secrecy != TRACE_SECRET || recorder->secrets)
        json_line_hex(line, "hex", value->data, value->bytes);
    json_line_close(line);
}

static void put_values(struct recorder *recorder, const char *name,
                       const struct recording_value *values, size_t count)
{
    json_line_open_list(&recorder->lines, name);
    for (size_t i = 0; i < count; i++)
        put_value(recorder, NULL, &values[i]);
    json_line_close_list(&recorder->lines);
}

static void put_open(struct recorder *recorder, const struct recording_event *event)
{
    struct json_line *line = &recorder->lines;
    json_line_text(line, "role", recording_role_name(event->open.role));
    json_line_text(line, "suite", event->open.suite);
    json_line_text(line, "begins", event->open.resumes ? "resume" : "handshake");
    if (event->open.resumes)
        put_value(recorder, "ticket", &event->open.ticket);
}

static void put_place(struct json_line *line, const char *name,
                      const struct recording_address *place)
{
    json_line_open(line, name);
    json_line_text(line, "address", place->address);
    json_line_number(line, "port", place->port);
    json_line_close(line);
}

static void put_line(struct recorder *recorder, const struct recording_event *event)
{
    put_place(&recorder->lines, "own", &event->line.own);
    put_place(&recorder->lines, "peer", &event->line.peer);
}

static void put_frame(struct recorder *recorder, const struct recording_event *event)
{
    struct json_line *line = &recorder->lines;
    json_line_bool(line, "sent", event->frame.sent);
    json_line_number(line, "number", event->frame.number);
    json_line_text(line, "message", recording_message_name(event->frame.message));
    put_value(recorder, "frame", &event->frame.frame);
}

static void put_inner(struct recorder *recorder, const struct recording_event *event)
{
    struct json_line *line = &recorder->lines;
    json_line_bool(line, "sent", event->inner.sent);
    json_line_number(line, "record", event->inner.record);
    json_line_text(line, "message", recording_message_name(event->inner.message));
    put_value(recorder, "bytes", &event->inner.bytes);
}

static void put_math(struct recorder *recorder, const struct recording_event *event)
{
    struct json_line *line = &recorder->lines;
    json_line_text(line, "key", event->math.key);
    json_line_text(line, "name", event->math.name);
    json_line_text(line, "formula", event->math.formula);
    json_line_text(line, "section", event->math.section);
    json_line_bool(line, "number", event->math.is_number);
    put_value(recorder, "value", &event->math.value);
    json_line_open_list(line, "boxes");
    for (size_t i = 0; i < event->math.box_count; i++) {
        json_line_open(line, NULL);
        json_line_text(line, "label", event->math.boxes[i].label);
        json_line_number(line, "bytes", event->math.boxes[i].bytes);
        json_line_close(line);
    }
    json_line_close_list(line);
    if (!event->math.power[0])
        return;
    json_line_open_list(line, "power");
    for (size_t i = 0; i < 3; i++)
        json_line_text(line, NULL, event->math.power[i]);
    json_line_close_list(line);
}

static void put_step(struct recorder *recorder, const struct recording_event *event)
{
    struct json_line *line = &recorder->lines;
    json_line_text(line, "name", event->step.name);
    json_line_text(line, "formula", event->step.formula);
    json_line_text(line, "section", event->step.section);
    put_values(recorder, "inputs", event->step.inputs, event->step.input_count);
    put_values(recorder, "outputs", event->step.outputs, event->step.output_count);
}

static void put_verdict(struct recorder *recorder, const struct recording_event *event)
{
    struct json_line *line = &recorder->lines;
    json_line_text(line, "verdict", recording_error_name(event->verdict.verdict));
    json_line_text(line, "fingerprint", event->verdict.fingerprint);
}

static void put_close(struct recorder *recorder, const struct recording_event *event)
{
    struct json_line *line = &recorder->lines;
    json_line_text(line, "error", recording_error_name(event->close.error));
    json_line_text(line, "by", event->close.is_peers ? "peer" : "us");
    json_line_text(line, "reason", event->close.reason);
    json_line_text(line, "detail", event->close.detail);
}

static void (*const puts_by_kind[])(struct recorder *recorder,
                                    const struct recording_event *event) = {
    [RECORDING_OPEN] = put_open,       [RECORDING_LINE] = put_line,   [RECORDING_FRAME] = put_frame,
    [RECORDING_INNER] = put_inner,     [RECORDING_MATH] = put_math,   [RECORDING_STEP] = put_step,
    [RECORDING_VERDICT] = put_verdict, [RECORDING_CLOSE] = put_close,
};

static void put_head(struct json_line *line, const struct recording_head *head)
{
    json_line_open(line, NULL);
    json_line_text(line, "kind", "recording");
    json_line_number(line, "version", head->version);
    json_line_text(line, "program", head->program);
    json_line_text(line, "role", recording_role_name(head->role));
    json_line_text(line, "suite", head->suite);
    json_line_text(line, "started", head->started);
    json_line_bool(line, "secrets", head->secrets);
    if (head->seeded)
        json_line_number(line, "seed", head->seed);
    else
        json_line_text(line, "seed", NULL);
    json_line_close(line);
    json_line_end(line);
}

/* --- writing ---------------------------------------------------------------------------------- */

static bool write_all(int descriptor, const char *data, size_t bytes)
{
    while (bytes > 0) {
        ssize_t written = write(descriptor, data, bytes);
        if (written < 0 && errno != EINTR)
            return false;
        data += written > 0 ? written : 0;
        bytes -= written > 0 ? (size_t)written : 0;
    }
    return true;
}

/* All lines that wait, in one write. */
static void flush(struct recorder *recorder)
{
    struct json_line *lines = &recorder->lines;
    int cut;
    if (recorder->error == 0 && lines->failed) {
        recorder->error = ENOMEM;
    } else if (recorder->error == 0) {
        if (write_all(recorder->descriptor, lines->data, lines->bytes)) {
            recorder->whole += (off_t)lines->bytes;
        } else {
            recorder->error = errno;
            cut = ftruncate(recorder->descriptor, recorder->whole); /* a pipe cannot be cut */
            (void)cut;
        }
    }
    json_line_clear(lines);
}

/* What is followed at once by more of the same goes into one write with it: arithmetic with its
 * step; an inner message that is sent with the steps and the frame made of it; a record of the
 * modern suite that came with what is opened from it. A talk of many records has a quarter of the
 * writes so. */
static bool is_unfinished(struct recorder *recorder, const struct recording_event *event)
{
    const bool begins = (event->kind == RECORDING_INNER && event->inner.sent) ||
                        (event->kind == RECORDING_FRAME && !event->frame.sent &&
                         event->frame.message == WIRE_MODERN_RECORD);
    const bool goes_on = event->kind == RECORDING_STEP && event->channel == recorder->unfinished;
    if (begins)
        recorder->unfinished = event->channel;
    else if (!goes_on && event->kind != RECORDING_MATH)
        recorder->unfinished = 0;
    return begins || goes_on || event->kind == RECORDING_MATH;
}

static void on_event(void *context, const struct recording_event *event)
{
    struct recorder *recorder = context;
    struct json_line *line = &recorder->lines;
    if (recorder->error != 0)
        return;
    json_line_open(line, NULL);
    json_line_text(line, "kind", recording_kind_name(event->kind));
    json_line_number(line, "at", event->microseconds);
    json_line_number(line, "channel", event->channel);
    puts_by_kind[event->kind](recorder, event);
    recorder->empty = false;
    json_line_close(line);
    json_line_end(line);
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

/* A new file; or what is there already and is none. -1 with the problem. */
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
    problem_set(problem, "cannot record to %s: it is there already", path);
    problem_hint(problem, "a recording replaces nothing: give another name, or remove it first");
    return -1;
}

static bool start(struct explain_observer *observer, struct recorder *recorder,
                  const struct recording_head *head, struct problem *problem)
{
    recorder->secrets = head->secrets;
    recorder->empty = true;
    put_head(&recorder->lines, head);
    flush(recorder);
    *observer = (struct explain_observer){.event = on_event, .finish = finish, .context = recorder};
    return recorder->error == 0 || finish(recorder, problem);
}

static struct recorder *new_recorder(const char *path, struct problem *problem)
{
    struct recorder *recorder = calloc(1, sizeof(*recorder));
    if (recorder && (recorder->path = strdup(path)))
        return recorder;
    free(recorder);
    problem_memory(problem);
    return NULL;
}

bool recorder_open(struct explain_observer *observer, const char *path,
                   const struct recording_head *head, struct problem *problem)
{
    struct recorder *recorder = new_recorder(path, problem);
    if (!recorder)
        return false;
    recorder->descriptor = open_file(&recorder->made, path, problem);
    if (recorder->descriptor >= 0)
        return start(observer, recorder, head, problem);
    free(recorder->path);
    free(recorder);
    return false;
}

bool recorder_open_descriptor(struct explain_observer *observer, int descriptor, const char *name,
                              const struct recording_head *head, struct problem *problem)
{
    struct recorder *recorder = new_recorder(name, problem);
    if (!recorder) {
        close(descriptor);
        return false;
    }
    recorder->descriptor = descriptor; /* transferred */
    return start(observer, recorder, head, problem);
}
