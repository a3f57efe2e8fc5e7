/*
 * --live: see live.h.
 */
#include "live.h"

#include "live_page.h"
#include "live_server.h"
#include "page.h"
#include "page_internal.h"
#include "translate.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>

struct live {
    /* Of the program's threads and the one that draws: held for a copy. */
    pthread_mutex_t events;
    pthread_cond_t changed;
    struct recording *recording;
    bool is_changed, watched, full, no_memory, ending;

    /* Of the threads that draw and that save: held while they do. Taken before the other. */
    pthread_mutex_t drawing;
    struct live_page *page;
    size_t taken; /* events of the recording that the page has */

    struct live_board *board;
    struct live_server *server;
    struct live_browser browser;
    pthread_t thread;
};

/* --- events ----------------------------------------------------------------------------------- */

static void on_event(void *context, const struct trace_event *event)
{
    struct live *live = context;
    pthread_mutex_lock(&live->events);
    if (recording_bytes(live->recording) >= PAGE_KEEP_BYTES)
        live->full = true;
    else if (!recording_add(live->recording, event))
        live->no_memory = true;
    live->is_changed = true;
    pthread_cond_signal(&live->changed);
    pthread_mutex_unlock(&live->events);
}

static void on_watched(void *context)
{
    struct live *live = context;
    pthread_mutex_lock(&live->events);
    live->watched = true;
    pthread_cond_signal(&live->changed);
    pthread_mutex_unlock(&live->events);
}

/* Under both locks. What has come since the last time; false without memory. */
static bool take_events(struct live *live)
{
    const size_t count = recording_count(live->recording);
    while (live->taken < count)
        if (!live_page_add(live->page, 0, recording_event(live->recording, live->taken++)))
            return false;
    return true;
}

/* --- drawing ---------------------------------------------------------------------------------- */

static enum live_state state_of(const struct live *live)
{
    return live->ending ? LIVE_ENDED : live->full || live->no_memory ? LIVE_FULL : LIVE_GOES_ON;
}

static void draw(struct live *live)
{
    enum live_state state;
    bool good;
    pthread_mutex_lock(&live->drawing);
    pthread_mutex_lock(&live->events);
    live->is_changed = false;
    good = take_events(live);
    state = state_of(live);
    pthread_mutex_unlock(&live->events);
    good = good && live_page_draw(live->page, state);
    pthread_mutex_unlock(&live->drawing);
    if (!good) {
        pthread_mutex_lock(&live->events);
        live->no_memory = true;
        pthread_mutex_unlock(&live->events);
    }
    live_server_wake(live->server);
}

/* So that what comes in a burst is drawn once; the end interrupts it. Under the lock of events. */
static void pause_drawing(struct live *live)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += (long)LIVE_PACE_MILLISECONDS * 1000000;
    until.tv_sec += until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    while (!live->ending && pthread_cond_timedwait(&live->changed, &live->events, &until) == 0)
        continue;
}

static void *draw_until_end(void *context)
{
    struct live *live = context;
    bool ending = false, watched;
    while (!ending) {
        pthread_mutex_lock(&live->events);
        while (!live->ending && !(live->is_changed && live->watched))
            pthread_cond_wait(&live->changed, &live->events);
        ending = live->ending;
        watched = live->watched;
        pthread_mutex_unlock(&live->events);
        if (watched)
            draw(live);
        pthread_mutex_lock(&live->events);
        pause_drawing(live);
        pthread_mutex_unlock(&live->events);
    }
    return NULL;
}

/* --- the whole page --------------------------------------------------------------------------- */

static bool save(void *context, char **text, size_t *bytes, struct problem *problem)
{
    struct live *live = context;
    bool good;
    pthread_mutex_lock(&live->drawing);
    pthread_mutex_lock(&live->events);
    good = take_events(live);
    if (good && live->no_memory)
        good = false;
    pthread_mutex_unlock(&live->events);
    good = good ? live_page_save(live->page, text, bytes, problem) : problem_memory(problem);
    pthread_mutex_unlock(&live->drawing);
    return good;
}

/* --- life ------------------------------------------------------------------------------------- */

static void free_live(struct live *live)
{
    live_page_free(live->page);
    live_board_free(live->board);
    recording_free(live->recording);
    pthread_cond_destroy(&live->changed);
    pthread_mutex_destroy(&live->events);
    pthread_mutex_destroy(&live->drawing);
    free(live);
}

static bool finish(void *context, struct problem *problem)
{
    struct live *live = context;
    (void)problem; /* a page that nobody saw whole is nobody's loss: --page is for keeping */
    pthread_mutex_lock(&live->events);
    live->ending = true;
    pthread_cond_signal(&live->changed);
    pthread_mutex_unlock(&live->events);
    pthread_join(live->thread, NULL);
    live_server_end(live->server, live->board);
    live_browser_end(&live->browser);
    free_live(live);
    return true;
}

static struct live *new_live(const struct recording_head *head, struct problem *problem)
{
    struct live *live = calloc(1, sizeof(*live));
    if (!live) {
        problem_memory(problem);
        return NULL;
    }
    pthread_mutex_init(&live->events, NULL);
    pthread_mutex_init(&live->drawing, NULL);
    pthread_cond_init(&live->changed, NULL);
    live->board = live_board_new();
    live->page = live->board ? live_page_new(live->board) : NULL;
    live->is_changed = true; /* the first browser sees that nothing has been said */
    if (live->page && recording_new(&live->recording, head)) {
        live_page_head(live->page, 0, live->recording);
        return live;
    }
    free_live(live);
    problem_memory(problem);
    return NULL;
}

/* It hears no signals: they are the program's. */
static bool start_thread(struct live *live, struct problem *problem)
{
    sigset_t all, before;
    int error;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    error = pthread_create(&live->thread, NULL, draw_until_end, live);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return error == 0 || problem_set(problem, "no thread can be started for the live page");
}

bool live_open(struct explain_observer *observer, struct live **made, uint16_t port,
               const struct recording_head *head, struct problem *problem)
{
    struct live *live = new_live(head, problem);
    struct live_server_config config = {.port = port,
                                        .body = live_page_body,
                                        .title = _("A session, while it happens"),
                                        .style = page_css,
                                        .script = page_js,
                                        .save = save,
                                        .watched = on_watched,
                                        .context = live};
    if (!live)
        return false;
    config.board = live->board;
    live->server = live_server_start(&config, problem);
    if (live->server && start_thread(live, problem)) {
        *made = live;
        *observer = (struct explain_observer){.event = on_event, .finish = finish, .context = live};
        return true;
    }
    live_server_end(live->server, live->board);
    free_live(live);
    return false;
}

const char *live_url(const struct live *live)
{
    return live_server_url(live->server);
}

bool live_show(struct live *live, struct problem *problem)
{
    return live_browser_open(&live->browser, live_url(live), problem);
}
