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

/* The sink's word for a channel. */
struct view {
    struct explain *explain;
    unsigned channel;
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

static void tell(struct view *view, struct recording_event *event)
{
    if (!view) /* there was no memory for it */
        return;
    event->channel = view->channel;
    pthread_mutex_lock(&view->explain->lock);
    show(view->explain, event);
    pthread_mutex_unlock(&view->explain->lock);
}

/* --- from the trace's words to events --------------------------------------------------------- */

static void *on_open(void *context, const struct channel_config *config, const uint8_t *ticket)
{
    struct explain *explain = context;
    struct view *view = malloc(sizeof(*view));
    char suite[CHANNEL_SUITE_TEXT_BYTES];
    struct recording_event event = {
        .kind = RECORDING_OPEN,
        .open = {.role = config->role,
                 .suite = channel_suite_text(suite, config->suite),
                 .resumes = ticket != NULL,
                 .ticket = {"ticket", TRACE_PUBLIC, ticket, ticket ? WIRE_TICKET_BYTES : 0}}};
    if (!view)
        return NULL;
    view->explain = explain;
    pthread_mutex_lock(&explain->lock);
    event.channel = view->channel = ++explain->channels;
    show(explain, &event);
    pthread_mutex_unlock(&explain->lock);
    return view;
}

static void on_addresses(void *view, const struct trace_addresses *line)
{
    tell(view, &(struct recording_event){.kind = RECORDING_LINE,
                                         .line = {.own = {line->own, line->own_port},
                                                  .peer = {line->peer, line->peer_port}}});
}

static void on_frame(void *view, const struct trace_frame *frame)
{
    tell(view, &(struct recording_event){
                   .kind = RECORDING_FRAME,
                   .frame = {.sent = frame->sent,
                             .number = frame->number,
                             .message = frame->message,
                             .frame = {"frame", TRACE_PUBLIC, frame->data, frame->bytes}}});
}

static void on_inner(void *view, const struct trace_inner *inner)
{
    tell(view, &(struct recording_event){
                   .kind = RECORDING_INNER,
                   .inner = {.sent = inner->sent,
                             .record = inner->record,
                             .message = inner->message,
                             .bytes = {"bytes", TRACE_SECRET, inner->data, inner->bytes}}});
}

static void on_verdict(void *view, enum channel_error verdict, const struct rsa_key *peer)
{
    char fingerprint[FINGERPRINT_TEXT_BYTES];
    fingerprint_text(fingerprint, peer);
    tell(view,
         &(struct recording_event){.kind = RECORDING_VERDICT,
                                   .verdict = {.verdict = verdict, .fingerprint = fingerprint}});
}

static void on_close(void *view, const struct trace_close *close)
{
    tell(view, &(struct recording_event){.kind = RECORDING_CLOSE,
                                         .close = {.error = close->error,
                                                   .is_peers = close->is_peers,
                                                   .reason = close->reason ? close->reason : "",
                                                   .detail = close->detail ? close->detail : ""}});
    free(view);
}

static void show_math(struct view *view, const struct trace_arithmetic *math)
{
    const struct rsa_step *told = &math->told;
    struct recording_box boxes[RSA_MAX_BOXES];
    size_t count = 0;
    while (count < RSA_MAX_BOXES && told->boxes[count].label) {
        boxes[count] = (struct recording_box){told->boxes[count].label, told->boxes[count].bytes};
        count++;
    }
    show(view->explain, &(struct recording_event){
                            .kind = RECORDING_MATH,
                            .channel = view->channel,
                            .math = {.key = math->key,
                                     .name = told->name,
                                     .formula = told->formula,
                                     .section = told->section,
                                     .is_number = told->is_number,
                                     .value = {told->name, math->secrecy, told->bytes, told->count},
                                     .boxes = boxes,
                                     .box_count = count,
                                     .power = {told->power[0], told->power[1], told->power[2]}}});
}

static void copy_values(struct recording_value *to, const struct trace_value *from, size_t count)
{
    for (size_t i = 0; i < count; i++)
        to[i] = (struct recording_value){from[i].name, from[i].secrecy, from[i].data,
                                         from[i].bytes};
}

/* The arithmetic and its step in one go: another thread's events come before or after. */
static void on_step(void *context, const struct trace_step *step)
{
    struct view *view = context;
    struct recording_value inputs[RECORDING_VALUES_MAX], outputs[RECORDING_VALUES_MAX];
    if (!view || step->input_count > RECORDING_VALUES_MAX ||
        step->output_count > RECORDING_VALUES_MAX)
        return;
    copy_values(inputs, step->inputs, step->input_count);
    copy_values(outputs, step->outputs, step->output_count);
    pthread_mutex_lock(&view->explain->lock);
    for (size_t i = 0; i < step->math_count; i++)
        show_math(view, &step->math[i]);
    show(view->explain, &(struct recording_event){.kind = RECORDING_STEP,
                                                  .channel = view->channel,
                                                  .step = {.name = step->name,
                                                           .formula = step->formula,
                                                           .section = step->source,
                                                           .inputs = inputs,
                                                           .outputs = outputs,
                                                           .input_count = step->input_count,
                                                           .output_count = step->output_count}});
    pthread_mutex_unlock(&view->explain->lock);
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
    explain->trace = (struct channel_trace){.open = on_open,
                                            .line = on_addresses,
                                            .frame = on_frame,
                                            .inner = on_inner,
                                            .step = on_step,
                                            .verdict = on_verdict,
                                            .close = on_close,
                                            .context = explain};
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
