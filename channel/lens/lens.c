/*
 * The lens: numbers the channels, reads the clock, hands the events on, one at a time.
 */
#include "lens.h"

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

struct lens {
    struct channel_trace trace;
    pthread_mutex_t lock; /* over all that follows */
    uint64_t started;     /* microseconds of a clock that only runs forward */
    unsigned channels;
    struct lens_observer observers[OBSERVERS];
    size_t observer_count;
    void *narration; /* the context of that observer; NULL: there is none */
};

/* The sink's word for a channel. */
struct view {
    struct lens *lens;
    unsigned channel;
};

static uint64_t now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000 + (uint64_t)time.tv_nsec / 1000;
}

static void show(struct lens *lens, struct lens_event *event)
{
    event->microseconds = now() - lens->started;
    for (size_t i = 0; i < lens->observer_count; i++)
        lens->observers[i].event(lens->observers[i].context, event);
}

static void tell(struct view *view, struct lens_event *event)
{
    if (!view) /* there was no memory for it */
        return;
    event->channel = view->channel;
    pthread_mutex_lock(&view->lens->lock);
    show(view->lens, event);
    pthread_mutex_unlock(&view->lens->lock);
}

/* --- from the trace's words to events --------------------------------------------------------- */

static void *hear_open(void *context, const struct channel_config *config, const uint8_t *ticket)
{
    struct lens *lens = context;
    struct view *view = malloc(sizeof(*view));
    char suite[CHANNEL_SUITE_TEXT_BYTES];
    struct lens_event event = {
        .kind = LENS_OPEN,
        .open = {.role = config->role,
                 .suite = channel_suite_text(suite, config->suite),
                 .resumes = ticket != NULL,
                 .ticket = {"ticket", TRACE_PUBLIC, ticket, ticket ? WIRE_TICKET_BYTES : 0}}};
    if (!view)
        return NULL;
    view->lens = lens;
    pthread_mutex_lock(&lens->lock);
    event.channel = view->channel = ++lens->channels;
    show(lens, &event);
    pthread_mutex_unlock(&lens->lock);
    return view;
}

static void hear_line(void *view, const struct trace_line *line)
{
    tell(view, &(struct lens_event){.kind = LENS_LINE,
                                    .line = {.own = {line->own, line->own_port},
                                             .peer = {line->peer, line->peer_port}}});
}

static void hear_frame(void *view, const struct trace_frame *frame)
{
    tell(view, &(struct lens_event){
                   .kind = LENS_FRAME,
                   .frame = {.sent = frame->sent,
                             .number = frame->number,
                             .message = frame->message,
                             .frame = {"frame", TRACE_PUBLIC, frame->data, frame->bytes}}});
}

static void hear_inner(void *view, const struct trace_inner *inner)
{
    tell(view, &(struct lens_event){
                   .kind = LENS_INNER,
                   .inner = {.sent = inner->sent,
                             .record = inner->record,
                             .message = inner->message,
                             .bytes = {"bytes", TRACE_SECRET, inner->data, inner->bytes}}});
}

static void hear_verdict(void *view, enum channel_error verdict, const struct rsa_key *peer)
{
    char fingerprint[FINGERPRINT_TEXT_BYTES];
    fingerprint_text(fingerprint, peer);
    tell(view, &(struct lens_event){.kind = LENS_VERDICT,
                                    .verdict = {.verdict = verdict, .fingerprint = fingerprint}});
}

static void hear_close(void *view, const struct trace_close *close)
{
    tell(view, &(struct lens_event){.kind = LENS_CLOSE,
                                    .close = {.error = close->error,
                                              .is_peers = close->is_peers,
                                              .reason = close->reason ? close->reason : "",
                                              .detail = close->detail ? close->detail : ""}});
    free(view);
}

static void show_math(struct view *view, const struct trace_math *math)
{
    const struct rsa_step *told = &math->told;
    struct lens_box boxes[RSA_MAX_BOXES];
    size_t count = 0;
    while (count < RSA_MAX_BOXES && told->boxes[count].label) {
        boxes[count] = (struct lens_box){told->boxes[count].label, told->boxes[count].bytes};
        count++;
    }
    show(view->lens, &(struct lens_event){
                         .kind = LENS_MATH,
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

static void copy_values(struct lens_value *to, const struct trace_value *from, size_t count)
{
    for (size_t i = 0; i < count; i++)
        to[i] = (struct lens_value){from[i].name, from[i].secrecy, from[i].data, from[i].bytes};
}

/* The arithmetic and its step in one go: another thread's events come before or after. */
static void hear_step(void *context, const struct trace_step *step)
{
    struct view *view = context;
    struct lens_value inputs[LENS_VALUES_MAX], outputs[LENS_VALUES_MAX];
    if (!view || step->input_count > LENS_VALUES_MAX || step->output_count > LENS_VALUES_MAX)
        return;
    copy_values(inputs, step->inputs, step->input_count);
    copy_values(outputs, step->outputs, step->output_count);
    pthread_mutex_lock(&view->lens->lock);
    for (size_t i = 0; i < step->math_count; i++)
        show_math(view, &step->math[i]);
    show(view->lens, &(struct lens_event){.kind = LENS_STEP,
                                          .channel = view->channel,
                                          .step = {.name = step->name,
                                                   .formula = step->formula,
                                                   .section = step->source,
                                                   .inputs = inputs,
                                                   .outputs = outputs,
                                                   .input_count = step->input_count,
                                                   .output_count = step->output_count}});
    pthread_mutex_unlock(&view->lens->lock);
}

/* --- life ------------------------------------------------------------------------------------- */

static struct lens *new_lens(struct problem *problem)
{
    struct lens *lens = calloc(1, sizeof(*lens));
    if (!lens) {
        problem_memory(problem);
        return NULL;
    }
    if (pthread_mutex_init(&lens->lock, NULL) != 0) {
        free(lens);
        problem_memory(problem);
        return NULL;
    }
    lens->started = now();
    lens->trace = (struct channel_trace){.open = hear_open,
                                         .line = hear_line,
                                         .frame = hear_frame,
                                         .inner = hear_inner,
                                         .step = hear_step,
                                         .verdict = hear_verdict,
                                         .close = hear_close,
                                         .context = lens};
    return lens;
}

bool lens_add(struct lens **lens, const struct lens_observer *observer, struct problem *problem)
{
    if (!*lens && !(*lens = new_lens(problem)))
        return false;
    if ((*lens)->observer_count == OBSERVERS)
        return problem_set(problem, "too many observers");
    (*lens)->observers[(*lens)->observer_count++] = *observer;
    return true;
}

/* The observer is finished if the lens cannot take it. */
static bool hand_over(struct lens **lens, const struct lens_observer *observer,
                      struct problem *problem)
{
    if (lens_add(lens, observer, problem))
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

static bool open_narration(struct lens **lens, const struct lens_options *options,
                           enum channel_role role, struct problem *problem)
{
    struct narration_options narration = {.explain = options->explain,
                                          .secrets = options->explain_secrets,
                                          .numbered = role == CHANNEL_SERVER,
                                          .step = -1,
                                          .out = stderr,
                                          .coloured = console_is_coloured(stderr),
                                          .wipes = console_is_terminal(stderr)};
    struct lens_observer observer;
    if (options->step && (narration.step = open_terminal(problem)) < 0)
        return false;
    if (!narration_open(&observer, &narration, problem)) {
        close(narration.step);
        return false;
    }
    if (!hand_over(lens, &observer, problem))
        return false;
    (*lens)->narration = observer.context;
    if (options->step)
        (*lens)->trace.seconds = TRACE_PATIENT_SECONDS;
    return true;
}

void lens_say_through(struct lens *lens, void (*say)(void *screen, const char *rows), void *screen)
{
    if (!lens || !lens->narration)
        return;
    pthread_mutex_lock(&lens->lock);
    narration_say_through(lens->narration, say, screen);
    pthread_mutex_unlock(&lens->lock);
}

bool lens_open(struct lens **lens, const struct lens_options *options,
               const struct recording_head *head, struct problem *problem)
{
    struct recording_head full = *head;
    struct lens_observer observer;
    char started[TIMESTAMP_BYTES];
    *lens = NULL;
    full.version = RECORDING_VERSION;
    full.secrets = options->record_secrets;
    timestamp_now(started);
    full.started = started;
    if ((!options->keylog || (keylog_open(&observer, options->keylog, problem) &&
                              hand_over(lens, &observer, problem))) &&
        (!options->record || (recorder_open(&observer, options->record, &full, problem) &&
                              hand_over(lens, &observer, problem))) &&
        (!options->page || (page_open(&observer, options->page, &full, problem) &&
                            hand_over(lens, &observer, problem))) &&
        (options->explain == LENS_EXPLAIN_NOTHING ||
         open_narration(lens, options, head->role, problem)))
        return true;
    if (!lens_close(*lens, NULL))
        problem_set(problem, "the files cannot be closed");
    *lens = NULL;
    return false;
}

bool lens_close(struct lens *lens, struct problem *problem)
{
    bool good = true;
    if (!lens)
        return true;
    for (size_t i = 0; i < lens->observer_count; i++)
        if (lens->observers[i].finish &&
            !lens->observers[i].finish(lens->observers[i].context, problem))
            good = false;
    pthread_mutex_destroy(&lens->lock);
    free(lens);
    return good;
}

const struct channel_trace *lens_trace(struct lens *lens)
{
    return lens ? &lens->trace : NULL;
}
