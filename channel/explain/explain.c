/*
 * The lens: numbers the channels, reads the clock, hands the events on, one at a time.
 */
#include "explain.h"

#include "console.h"
#include "fingerprint.h"
#include "keylog.h"
#include "narration.h"
#include "page.h"
#include "recorder.h"
#include "timestamp.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define OBSERVERS 4 /* one for each option that asks for one */

struct explain {
    struct channel_trace trace;
    pthread_mutex_t lock; /* over all that follows */
    uint64_t started;     /* microseconds of a clock that only runs forward */
    unsigned channels;
    struct explain_observer observers[OBSERVERS];
    size_t observer_count;
    void *narration; /* the context of that observer; NULL: there is none */
};

static uint64_t now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000 + (uint64_t)time.tv_nsec / 1000;
}

static void show(struct explain *explain, struct recording_event *event)
{
    event->microseconds = now() - explain->started;
    for (size_t i = 0; i < explain->observer_count; i++)
        explain->observers[i].event(explain->observers[i].context, event);
}

/* --- from the trace's events to those of a recording ------------------------------------------ */

static const char *const keys[] = {[TRACE_OWN_IDENTITY] = "own identity",
                                   [TRACE_PEER_IDENTITY] = "peer's identity",
                                   [TRACE_OWN_EPHEMERAL] = "own ephemeral",
                                   [TRACE_PEER_EPHEMERAL] = "peer's ephemeral"};

static void show_math(struct explain *explain, unsigned channel,
                      const struct trace_arithmetic *math)
{
    const struct rsa_step *told = &math->value;
    struct recording_box boxes[RSA_MAX_BOXES];
    size_t count = 0;
    while (count < RSA_MAX_BOXES && told->boxes[count].label) {
        boxes[count] = (struct recording_box){told->boxes[count].label, told->boxes[count].bytes};
        count++;
    }
    show(explain, &(struct recording_event){
                      .kind = RECORDING_MATH,
                      .channel = channel,
                      .math = {.key = keys[math->key],
                               .name = told->name,
                               .formula = told->formula,
                               .section = told->section,
                               .is_number = told->is_number,
                               .value = {told->name, math->secrecy, told->bytes, told->count},
                               .boxes = boxes,
                               .box_count = count,
                               .power = {told->power[0], told->power[1], told->power[2]}}});
}

static void show_step(struct explain *explain, const struct trace_event *event)
{
    const struct step_row *row = step_row(event->step.step);
    struct recording_value values[STEP_VALUES_MAX];
    for (size_t i = 0; i < (size_t)row->inputs + row->outputs; i++)
        values[i] = (struct recording_value){row->values[i].name, row->values[i].secrecy,
                                             event->step.values[i].data,
                                             event->step.values[i].bytes};
    for (size_t i = 0; i < event->step.arithmetic_count; i++)
        show_math(explain, event->channel, &event->step.arithmetic[i]);
    show(explain, &(struct recording_event){.kind = RECORDING_STEP,
                                            .channel = event->channel,
                                            .step = {.name = row->name,
                                                     .formula = row->formula,
                                                     .section = row->section,
                                                     .inputs = values,
                                                     .outputs = values + row->inputs,
                                                     .input_count = row->inputs,
                                                     .output_count = row->outputs}});
}

static void show_event(struct explain *explain, struct trace_event *event)
{
    struct recording_event shown = {.channel = event->channel};
    char suite[CHANNEL_SUITE_TEXT_BYTES], fingerprint[FINGERPRINT_TEXT_BYTES];
    switch (event->kind) {
    case TRACE_OPEN:
        shown.kind = RECORDING_OPEN;
        shown.channel = event->channel = ++explain->channels;
        shown.open.role = event->open.role;
        shown.open.suite = channel_suite_text(suite, event->open.suite);
        shown.open.resumes = event->open.ticket != NULL;
        shown.open.ticket = (struct recording_value){"ticket", TRACE_PUBLIC, event->open.ticket,
                                                     event->open.ticket ? WIRE_TICKET_BYTES : 0};
        break;
    case TRACE_ADDRESSES:
        shown.kind = RECORDING_LINE;
        shown.line.own = (struct recording_address){event->addresses.own.address,
                                                    event->addresses.own.port};
        shown.line.peer = (struct recording_address){event->addresses.peer.address,
                                                     event->addresses.peer.port};
        break;
    case TRACE_FRAME:
        shown.kind = RECORDING_FRAME;
        shown.frame.sent = event->frame.sent;
        shown.frame.number = event->frame.number;
        shown.frame.message = event->frame.message;
        shown.frame.frame = (struct recording_value){"frame", TRACE_PUBLIC, event->frame.bytes.data,
                                                     event->frame.bytes.bytes};
        break;
    case TRACE_INNER:
        shown.kind = RECORDING_INNER;
        shown.inner.sent = event->inner.sent;
        shown.inner.record = event->inner.record;
        shown.inner.message = event->inner.message;
        shown.inner.bytes = (struct recording_value){"bytes", TRACE_SECRET, event->inner.bytes.data,
                                                     event->inner.bytes.bytes};
        break;
    case TRACE_STEP:
        show_step(explain, event);
        return;
    case TRACE_VERDICT:
        fingerprint_text(fingerprint, event->verdict.peer);
        shown.kind = RECORDING_VERDICT;
        shown.verdict.verdict = event->verdict.verdict;
        shown.verdict.fingerprint = fingerprint;
        break;
    case TRACE_CLOSE:
        shown.kind = RECORDING_CLOSE;
        shown.close.error = event->close.error;
        shown.close.is_peers = event->close.is_peers;
        shown.close.reason = event->close.reason;
        shown.close.detail = event->close.detail;
        break;
    }
    show(explain, &shown);
}

/* A step with its arithmetic in one go: another thread's events come before or after. */
static void on_event(void *context, struct trace_event *event)
{
    struct explain *explain = context;
    pthread_mutex_lock(&explain->lock);
    show_event(explain, event);
    pthread_mutex_unlock(&explain->lock);
}

/* --- life ------------------------------------------------------------------------------------- */

static struct explain *new_lens(struct problem *problem)
{
    struct explain *explain = calloc(1, sizeof(*explain));
    if (!explain) {
        problem_memory(problem);
        return NULL;
    }
    if (pthread_mutex_init(&explain->lock, NULL) != 0) {
        free(explain);
        problem_memory(problem);
        return NULL;
    }
    explain->started = now();
    explain->trace = (struct channel_trace){.event = on_event, .context = explain};
    return explain;
}

bool explain_add(struct explain **explain, const struct explain_observer *observer,
                 struct problem *problem)
{
    if (!*explain && !(*explain = new_lens(problem)))
        return false;
    if ((*explain)->observer_count == OBSERVERS)
        return problem_set(problem, "too many observers");
    (*explain)->observers[(*explain)->observer_count++] = *observer;
    return true;
}

/* The observer is finished if the lens cannot take it. */
static bool hand_over(struct explain **explain, const struct explain_observer *observer,
                      struct problem *problem)
{
    if (explain_add(explain, observer, problem))
        return true;
    observer->finish(observer->context, NULL);
    return false;
}

/* The terminal where Enter is waited for; -1 with the problem. */
static int open_terminal(struct problem *problem)
{
    int terminal = open("/dev/tty", O_RDWR | O_CLOEXEC);
    if (terminal >= 0)
        return terminal;
    problem_set(problem, "--step waits for Enter, and there is no terminal to press it at");
    problem_hint(problem, "start it in a terminal, or leave out --step");
    return -1;
}

static bool open_narration(struct explain **explain, const struct explain_options *options,
                           enum channel_role role, struct problem *problem)
{
    struct narration_options narration = {.explain = options->explain,
                                          .secrets = options->explain_secrets,
                                          .numbered = role == CHANNEL_SERVER,
                                          .step = -1,
                                          .out = stderr,
                                          .coloured = console_is_coloured(stderr),
                                          .wipes = console_is_terminal(stderr)};
    struct explain_observer observer;
    if (options->step && (narration.step = open_terminal(problem)) < 0)
        return false;
    if (!narration_open(&observer, &narration, problem)) {
        close(narration.step);
        return false;
    }
    if (!hand_over(explain, &observer, problem))
        return false;
    (*explain)->narration = observer.context;
    if (options->step)
        (*explain)->trace.seconds = TRACE_PATIENT_SECONDS;
    return true;
}

void explain_print_through(struct explain *explain, void (*say)(void *screen, const char *rows),
                           void *screen)
{
    if (!explain || !explain->narration)
        return;
    pthread_mutex_lock(&explain->lock);
    narration_print_through(explain->narration, say, screen);
    pthread_mutex_unlock(&explain->lock);
}

bool explain_open(struct explain **explain, const struct explain_options *options,
                  const struct recording_head *head, struct problem *problem)
{
    struct recording_head full = *head;
    struct explain_observer observer;
    char started[TIMESTAMP_BYTES];
    *explain = NULL;
    full.version = RECORDING_VERSION;
    full.secrets = options->record_secrets;
    timestamp_now(started);
    full.started = started;
    if ((!options->keylog || (keylog_open(&observer, options->keylog, problem) &&
                              hand_over(explain, &observer, problem))) &&
        (!options->record || (recorder_open(&observer, options->record, &full, problem) &&
                              hand_over(explain, &observer, problem))) &&
        (!options->page || (page_open(&observer, options->page, &full, problem) &&
                            hand_over(explain, &observer, problem))) &&
        (options->explain == EXPLAIN_NOTHING ||
         open_narration(explain, options, head->role, problem)))
        return true;
    if (!explain_close(*explain, NULL))
        problem_set(problem, "the files cannot be closed");
    *explain = NULL;
    return false;
}

bool explain_close(struct explain *explain, struct problem *problem)
{
    bool good = true;
    if (!explain)
        return true;
    for (size_t i = 0; i < explain->observer_count; i++)
        if (explain->observers[i].finish &&
            !explain->observers[i].finish(explain->observers[i].context, problem))
            good = false;
    pthread_mutex_destroy(&explain->lock);
    free(explain);
    return good;
}

const struct channel_trace *explain_trace(struct explain *explain)
{
    return explain ? &explain->trace : NULL;
}
