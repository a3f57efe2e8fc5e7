/*
 * Recordings that are being written, as a live page; see live_follow.h.
 */
#include "live_follow.h"

#include "console.h"
#include "live.h"
#include "live_page.h"
#include "live_server.h"
#include "output_file.h"
#include "page_internal.h"
#include "recording_follow.h"
#include "translate.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>

struct follow {
    const struct live_follow_options *options;
    struct recording_follow *files[2];
    size_t taken[2]; /* events of each that the page has */
    bool secrets;    /* are on it, and that was said */
    struct live_board *board;
    struct live_server *server;
    struct live_browser browser;
    pthread_mutex_t drawing; /* over the page: browsers save it, too */
    struct live_page *page;
};

/* --- what is new ------------------------------------------------------------------------------ */

static void tell_secrets(struct follow *follow, const struct recording *recording)
{
    if (!recording_head(recording)->secrets || follow->secrets)
        return;
    follow->secrets = true;
    console_note("the page holds the secrets of the session: it is for learning, not for others");
}

/* Under the lock. What this file has more; *more: something. */
static bool take_events(struct follow *follow, int side, bool *more)
{
    const struct recording *recording = recording_follow_recording(follow->files[side]);
    const struct trace_event *event;
    if (!recording_follow_has_begun(follow->files[side]))
        return true;
    tell_secrets(follow, recording);
    live_page_head(follow->page, side, recording);
    while ((event = recording_event(recording, follow->taken[side]))) {
        *more = true;
        follow->taken[side]++;
        if (!live_page_add(follow->page, side, event))
            return false;
    }
    return true;
}

static bool draw(struct follow *follow, enum live_state state, struct problem *problem)
{
    bool good, more = state != LIVE_GOES_ON;
    pthread_mutex_lock(&follow->drawing);
    good = take_events(follow, 0, &more) && (!follow->files[1] || take_events(follow, 1, &more)) &&
           (!more || live_page_draw(follow->page, state));
    pthread_mutex_unlock(&follow->drawing);
    if (more)
        live_server_wake(follow->server);
    return good || problem_memory(problem);
}

static bool read_files(struct follow *follow, struct problem *problem)
{
    return recording_follow_read(follow->files[0], problem) &&
           (!follow->files[1] || recording_follow_read(follow->files[1], problem));
}

/* --- until it is enough ----------------------------------------------------------------------- */

static void tell_missing(const struct follow *follow)
{
    for (int i = 0; i < 2 && follow->files[i]; i++)
        if (!recording_follow_has_begun(follow->files[i]))
            console_note("waiting for %s: nothing is written there yet", follow->options->files[i]);
}

/* Ends with SIGINT and SIGTERM, which are blocked. */
static bool run(struct follow *follow, const sigset_t *ends, struct problem *problem)
{
    const struct timespec pause = {0, LIVE_FOLLOW_MILLISECONDS * 1000000L};
    bool good = read_files(follow, problem) && draw(follow, LIVE_GOES_ON, problem);
    if (good)
        tell_missing(follow);
    while (good && sigtimedwait(ends, NULL, &pause) < 0)
        good = read_files(follow, problem) && draw(follow, LIVE_GOES_ON, problem);
    pthread_mutex_lock(&follow->drawing);
    for (int i = 0; i < 2 && follow->files[i]; i++)
        recording_follow_end(follow->files[i]);
    pthread_mutex_unlock(&follow->drawing);
    return draw(follow, good ? LIVE_ENDED : LIVE_BROKEN, problem) && good;
}

/* As `chat page` does. */
static bool write_page(struct follow *follow, struct problem *problem)
{
    struct output_file out = {0};
    const struct recording *first = recording_follow_recording(follow->files[0]);
    const struct recording *second = follow->files[1] ? recording_follow_recording(follow->files[1])
                                                      : NULL;
    bool done;
    if (!follow->options->output)
        return true;
    if (second && recording_count(second) == 0)
        second = NULL;
    done = output_file_open_drawing(&out, follow->options->output, follow->secrets ? 0600 : 0666,
                                    "<!DOCTYPE html>", problem) &&
           page_write(out.stream, first, second, NULL, 0, problem) &&
           output_file_finish(&out, problem);
    output_file_close(&out);
    return done;
}

/* --- life ------------------------------------------------------------------------------------- */

static bool save(void *context, char **text, size_t *bytes, struct problem *problem)
{
    struct follow *follow = context;
    bool done;
    pthread_mutex_lock(&follow->drawing);
    done = live_page_save(follow->page, text, bytes, problem);
    pthread_mutex_unlock(&follow->drawing);
    return done;
}

static bool start(struct follow *follow, struct problem *problem)
{
    const struct live_follow_options *options = follow->options;
    struct live_server_config config = {.port = options->port,
                                        .body = live_page_body,
                                        .title = _("A session, while it is recorded"),
                                        .style = page_css,
                                        .script = page_js,
                                        .save = save,
                                        .context = follow};
    for (int i = 0; i < 2 && options->files[i]; i++)
        if (!(follow->files[i] = recording_follow_new(options->files[i])))
            return problem_memory(problem);
    follow->board = live_board_new();
    follow->page = follow->board ? live_page_new(follow->board) : NULL;
    if (!follow->page || !live_page_draw(follow->page, LIVE_GOES_ON))
        return problem_memory(problem);
    /* What is no recording is told before there is a page of it. */
    if (!read_files(follow, problem))
        return false;
    config.board = follow->board;
    follow->server = live_server_start(&config, problem);
    return follow->server != NULL;
}

static void tell_address(struct follow *follow)
{
    const char *url = live_server_url(follow->server);
    struct problem problem = {0};
    console_note("live page: %s", url);
    if (!follow->options->open_browser || live_browser_open(&follow->browser, url, &problem))
        return;
    console_warning("%s", problem.message);
    console_hint("%s", problem.hint);
}

bool live_follow(const struct live_follow_options *options, struct problem *problem)
{
    struct follow follow = {.options = options};
    sigset_t ends, before;
    bool good;
    sigemptyset(&ends);
    sigaddset(&ends, SIGINT);
    sigaddset(&ends, SIGTERM);
    sigprocmask(SIG_BLOCK, &ends, &before);
    pthread_mutex_init(&follow.drawing, NULL);
    good = start(&follow, problem);
    if (good) {
        tell_address(&follow);
        good = run(&follow, &ends, problem);
        live_server_end(follow.server, follow.board);
        good = good && write_page(&follow, problem);
    }
    live_browser_end(&follow.browser);
    live_page_free(follow.page);
    live_board_free(follow.board);
    for (int i = 0; i < 2; i++)
        recording_follow_free(follow.files[i]);
    pthread_mutex_destroy(&follow.drawing);
    sigprocmask(SIG_SETMASK, &before, NULL);
    return good;
}
