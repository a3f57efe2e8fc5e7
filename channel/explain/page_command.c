/*
 * `chat page`, `ftp page`: recordings in, a page out.
 */
#include "page.h"

#include "live_follow.h"
#include "option_table.h"
#include "output_file.h"
#include "translate.h"

#include <string.h>

struct page_options {
    const char *files[2];
    const char *output; /* NULL: standard output */
    bool map, follow, open_browser;
    uint16_t port;
};

/* "10180", or nothing. */
static void read_follow(void *field, const char *what, const char *text,
                        const struct argp_state *state)
{
    struct page_options *options = field;
    options->follow = true;
    options->port = text ? (uint16_t)console_number(state, what, text, 1, UINT16_MAX) : 0;
}

static void check(void *field, const struct argp_state *state)
{
    const struct page_options *options = field;
    if (options->follow && options->map)
        console_usage(state, "--map does not go with --follow: a map is made of a whole recording");
    if (options->open_browser && !options->follow)
        console_usage(state, "--open-browser goes with --follow");
}

#define S struct page_options
static const struct option_row rows[] = {
    ARGUMENT(S, files[0], "which recording?"),
    ARGUMENT(S, files[1], NULL),
    TEXT(S, output, "output", 'o', "FILE", "Where the page goes: standard output"),
    FLAG(S, map, "map", 0, "With the tamper map: what refuses a change of each byte that came"),
    {.kind = KIND_READ,
     .name = "follow",
     .value = "PORT",
     .optional = true,
     .help = N_("Show recordings that are being written in a browser on this machine, at PORT or "
                "one that is free; its address is told. Ctrl-C ends it"),
     .read = read_follow},
    FLAG(S, open_browser, "open-browser", 0, "With --follow: open the page in a browser"),
    {0}};

static bool load(struct recording *recordings[2], const struct page_options *options,
                 struct problem *problem)
{
    for (int i = 0; i < 2 && options->files[i]; i++)
        if (!recording_load(&recordings[i], options->files[i], problem))
            return false;
    return true;
}

#define MAPS_MAX 4 /* the rendezvous, the talk, and data connections */

/* Of the first channels of the recording, so many as it has. */
static bool make_maps(struct replay_map maps[MAPS_MAX], size_t *count,
                      const struct recording *recording, struct problem *problem)
{
    const struct trace_event *event;
    bool done = true;
    for (size_t i = 0; done && *count < MAPS_MAX && (event = recording_event(recording, i)); i++)
        if (event->kind == TRACE_OPEN && replay_received_bytes(recording, event->channel) > 0) {
            done = replay_map_make(&maps[*count], recording, event->channel, false, problem);
            *count += done;
        }
    return done;
}

/* A page with secrets is for its owner's eyes, as the recording was. */
static bool write_page(const struct page_options *options, struct recording *recordings[2],
                       struct problem *problem)
{
    struct output_file out = {0};
    struct replay_map maps[MAPS_MAX];
    size_t map_count = 0;
    bool secrets = recording_head(recordings[0])->secrets ||
                   (recordings[1] && recording_head(recordings[1])->secrets);
    bool done = (!options->map || make_maps(maps, &map_count, recordings[0], problem)) &&
                output_file_open_drawing(&out, options->output, secrets ? 0600 : 0666,
                                         "<!DOCTYPE html>", problem) &&
                page_write(out.stream, recordings[0], recordings[1], maps, map_count, problem) &&
                output_file_finish(&out, problem);
    output_file_close(&out);
    for (size_t i = 0; i < map_count; i++)
        replay_map_free(&maps[i]);
    if (done && secrets)
        console_note(
            "the page holds the secrets of the session: it is for learning, not for others");
    return done;
}

static bool follow(const struct page_options *options, struct problem *problem)
{
    const struct live_follow_options following = {.files = {options->files[0], options->files[1]},
                                                  .output = options->output,
                                                  .port = options->port,
                                                  .open_browser = options->open_browser};
    return live_follow(&following, problem);
}

int page_main(int argc, char **argv)
{
    static const struct option_table table = {
        .rows = rows,
        .arguments = N_("RECORDING [RECORDING]"),
        .text = N_("Draw a recorded session (--record) as one page of HTML."
                   "\vTwo recordings stand beside each other: both ends of one session, or two "
                   "sessions, as of two suites. The page needs no network; open it in any "
                   "browser."),
        .check = check};
    struct page_options options = {0};
    struct recording *recordings[2] = {NULL, NULL};
    struct problem problem = {0};
    bool done;
    console_parse(&table, argc, argv, &options);
    if (!output_file_spares(options.output, options.files[0], &problem) ||
        !output_file_spares(options.output, options.files[1], &problem))
        done = false;
    else if (options.follow)
        done = follow(&options, &problem);
    else
        done = load(recordings, &options, &problem) && write_page(&options, recordings, &problem);
    recording_free(recordings[0]);
    recording_free(recordings[1]);
    return done ? CONSOLE_DONE : console_problem(&problem, CONSOLE_FAILED);
}
