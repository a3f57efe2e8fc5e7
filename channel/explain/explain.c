/*
 * Hands the events of all channels on, one at a time; see explain.h.
 */
#include "explain.h"

#include "console.h"
#include "fingerprint.h"
#include "keylog.h"
#include "live.h"
#include "narration.h"
#include "page.h"
#include "recorder.h"
#include "timestamp.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define OBSERVERS 5 /* one for each option that asks for one */

struct explain {
    struct channel_trace trace;
    pthread_mutex_t lock; /* over all that follows */
    uint64_t started;     /* microseconds of a clock that only runs forward */
    unsigned channels;
    struct explain_observer observers[OBSERVERS];
    size_t observer_count;
    void *narration;   /* the context of that observer; NULL: there is none */
    struct live *live; /* the same */
};

static uint64_t now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000 + (uint64_t)time.tv_nsec / 1000;
}

/* Numbers the channel, reads the clock, and shows the event as it is. A step comes with its
 * arithmetic in one go: another thread's events come before or after. */
static void on_event(void *context, struct trace_event *event)
{
    struct explain *explain = context;
    char fingerprint[FINGERPRINT_TEXT_BYTES];
    pthread_mutex_lock(&explain->lock);
    if (event->kind == TRACE_OPEN)
        event->channel = ++explain->channels;
    if (event->kind == TRACE_VERDICT) {
        fingerprint_text(fingerprint, event->verdict.peer);
        event->verdict.fingerprint = fingerprint;
    }
    event->microseconds = now() - explain->started;
    for (size_t i = 0; i < explain->observer_count; i++)
        explain->observers[i].event(explain->observers[i].context, event);
    pthread_mutex_unlock(&explain->lock);
}

/* --- life ------------------------------------------------------------------------------------- */

static struct explain *new_explain(struct problem *problem)
{
    struct explain *explain = calloc(1, sizeof(*explain));
    if (!explain || pthread_mutex_init(&explain->lock, NULL) != 0) {
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
    if (!*explain && !(*explain = new_explain(problem)))
        return false;
    if ((*explain)->observer_count == OBSERVERS)
        return problem_set(problem, "too many observers");
    (*explain)->observers[(*explain)->observer_count++] = *observer;
    return true;
}

/* The observer is finished if it cannot be added. */
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

static bool open_live(struct explain **explain, uint16_t port, const struct recording_head *head,
                      struct problem *problem)
{
    struct explain_observer observer;
    struct live *live = NULL;
    if (!live_open(&observer, &live, port, head, problem) ||
        !hand_over(explain, &observer, problem))
        return false;
    (*explain)->live = live;
    return true;
}

const char *explain_live_url(const struct explain *explain)
{
    return explain && explain->live ? live_url(explain->live) : NULL;
}

bool explain_live_show(struct explain *explain, struct problem *problem)
{
    return live_show(explain->live, problem);
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
        (!options->live || open_live(explain, options->live_port, &full, problem)) &&
        (options->explain == EXPLAIN_NOTHING ||
         open_narration(explain, options, head->role, problem)))
        return true;
    if (!explain_close(*explain, NULL))
        problem_set(problem, "the files cannot be closed");
    *explain = NULL;
    return false;
}

/* Each file that is lost is told. */
static void add_problem(struct problem *all, const struct problem *one)
{
    size_t used = strlen(all->message);
    if (used == 0)
        *all = *one;
    else
        snprintf(all->message + used, sizeof(all->message) - used, "; %s", one->message);
}

bool explain_close(struct explain *explain, struct problem *problem)
{
    struct problem all = {0};
    if (!explain)
        return true;
    for (size_t i = 0; i < explain->observer_count; i++) {
        struct problem one = {0};
        if (explain->observers[i].finish &&
            !explain->observers[i].finish(explain->observers[i].context, &one))
            add_problem(&all, &one);
    }
    const bool good = all.message[0] == '\0';
    if (!good && problem)
        *problem = all;
    pthread_mutex_destroy(&explain->lock);
    free(explain);
    return good;
}

const struct channel_trace *explain_trace(struct explain *explain)
{
    return explain ? &explain->trace : NULL;
}
