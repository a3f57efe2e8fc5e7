/* `chat replay`: the command line, and what is done with it. */
#include "replay.h"

#include "option_table.h"
#include "replay_render.h"

#include <stdlib.h>
#include <string.h>

struct replay_options {
    const char *path;
    struct replay_change change;
    bool json;
};

static void set_kind(struct replay_change *change, enum replay_kind kind,
                     const struct argp_state *state)
{
    if (change->kind != REPLAY_AS_IT_WAS)
        console_usage(state, "one change at a time");
    change->kind = kind;
}

static unsigned frame_number(const struct argp_state *state, const char *what, const char *text)
{
    return (unsigned)console_number(state, what, text, 1, 0xffffffff);
}

static void read_flip(void *field, const char *what, const char *text,
                      const struct argp_state *state)
{
    struct replay_change *change = field;
    set_kind(change, REPLAY_FLIP, state);
    change->offset = console_number(state, what, text, 0, RECORDING_MAX_BYTES);
}

static void read_drop(void *field, const char *what, const char *text,
                      const struct argp_state *state)
{
    struct replay_change *change = field;
    set_kind(change, REPLAY_DROP, state);
    change->frame = frame_number(state, what, text);
}

static void read_repeat(void *field, const char *what, const char *text,
                        const struct argp_state *state)
{
    struct replay_change *change = field;
    set_kind(change, REPLAY_REPEAT, state);
    change->frame = frame_number(state, what, text);
}

static void read_swap(void *field, const char *what, const char *text,
                      const struct argp_state *state)
{
    struct replay_change *change = field;
    char first[16];
    const size_t length = strcspn(text, ",");
    set_kind(change, REPLAY_SWAP, state);
    if (text[length] == '\0' || length >= sizeof(first))
        console_usage(state, "%s takes two numbers of frames, as in --swap 5,7", what);
    snprintf(first, sizeof(first), "%.*s", (int)length, text);
    change->frame = frame_number(state, what, first);
    change->other = frame_number(state, what, text + length + 1);
    if (change->frame == change->other)
        console_usage(state, "%s takes two different frames", what);
}

#define S struct replay_options
static const struct option_row rows[] = {
    ARGUMENT(S, path, "which recording?"),
    READ(S, change, "flip", 0, "OFFSET",
         "Change the lowest bit of this byte, of all that the channel received, from 0", read_flip),
    READ(S, change, "drop", 0, "N", "Frame N never comes", read_drop),
    READ(S, change, "swap", 0, "N,M", "Frames N and M come in each other's place", read_swap),
    READ(S, change, "repeat", 0, "N", "Frame N comes twice", read_repeat),
    NUMBER(S, change.channel, "channel", 0, "K", "The channel that this is about: 1", 1,
           0xffffffff),
    FLAG(S, json, "json", 0, "Print JSON"),
    {0}};

/* An unchanged session that does not come out as it was is a fault of ours. */
static int render(const struct replay_options *options, const struct recording *recording,
                  const struct replay_result *result)
{
    const bool unchanged = options->change.kind == REPLAY_AS_IT_WAS;
    if (options->json) {
        if (!replay_render_json(&options->change, result))
            return CONSOLE_FAILED;
    } else {
        if (unchanged)
            replay_render_frames(recording, result->channel);
        else
            printf("%s, channel %u, %s\n", recording_head(recording)->program, result->channel,
                   result->suite);
        replay_render_text(&options->change, result);
    }
    if (!unchanged || (result->same_bytes && result->error == result->recorded))
        return CONSOLE_DONE;
    console_error("%s: the engines of today do not say what was recorded", options->path);
    return CONSOLE_FAILED;
}

int replay_main(int argc, char **argv)
{
    static const struct option_table table = {
        .rows = rows,
        .arguments = "FILE",
        .text =
            "Play a recording again, with one change on the line, and see what refuses it."
            "\vFILE was made with --record and --record-secrets, by either side. It is fed to a "
            "fresh engine of that side: the real one, with the keys, random bytes and verdicts of "
            "then. Without a change the frames that it received are listed, and the engine must "
            "say the same bytes again. A change says which check refuses it, or, in "
            "textbook and dh, what arrives instead."};
    struct replay_options options = {0};
    struct replay_result result;
    struct problem problem = {0};
    struct recording *recording;
    int status;
    console_parse(&table, argc, argv, &options);
    if (!recording_load(&recording, options.path, &problem))
        return console_problem(&problem, CONSOLE_FAILED);
    if (replay_run(&result, recording, &options.change, &problem)) {
        status = render(&options, recording, &result);
        replay_free(&result);
    } else {
        status = console_problem(&problem, CONSOLE_FAILED);
    }
    recording_free(recording);
    return status;
}
