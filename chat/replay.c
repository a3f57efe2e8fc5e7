/* `chat replay`: the command line, and what is done with it. */
#include "replay.h"

#include "console.h"
#include "replay_render.h"

#include <stdlib.h>
#include <string.h>

enum {
    OPTION_FLIP = 256,
    OPTION_DROP,
    OPTION_SWAP,
    OPTION_REPEAT,
    OPTION_CHANNEL,
    OPTION_JSON,
};

struct replay_options {
    const char *path;
    struct replay_change change;
    bool json;
};

static const struct argp_option rows[] = {
    {"flip", OPTION_FLIP, "OFFSET", 0,
     "Change the lowest bit of this byte, of all that the channel received, from 0", 0},
    {"drop", OPTION_DROP, "N", 0, "Frame N never comes", 0},
    {"swap", OPTION_SWAP, "N,M", 0, "Frames N and M come in each other's place", 0},
    {"repeat", OPTION_REPEAT, "N", 0, "Frame N comes twice", 0},
    {"channel", OPTION_CHANNEL, "K", 0, "The channel that this is about: 1", 0},
    {"json", OPTION_JSON, NULL, 0, "Print JSON", 0},
    {0}};

static void set_kind(struct replay_options *options, struct argp_state *state,
                     enum replay_kind kind)
{
    if (options->change.kind != REPLAY_AS_IT_WAS)
        console_usage(state, "one change at a time");
    options->change.kind = kind;
}

static unsigned frame_number(const struct argp_state *state, const char *what, const char *text)
{
    return (unsigned)console_number(state, what, text, 1, 0xffffffff);
}

static void set_swap(struct replay_options *options, struct argp_state *state, const char *text)
{
    char first[16];
    const size_t length = strcspn(text, ",");
    if (text[length] == '\0' || length >= sizeof(first))
        console_usage(state, "--swap takes two numbers of frames, as in --swap 5,7");
    snprintf(first, sizeof(first), "%.*s", (int)length, text);
    options->change.frame = frame_number(state, "--swap", first);
    options->change.other = frame_number(state, "--swap", text + length + 1);
    if (options->change.frame == options->change.other)
        console_usage(state, "--swap takes two different frames");
}

static error_t parse(int key, char *text, struct argp_state *state)
{
    struct replay_options *options = state->input;
    switch (key) {
    case OPTION_FLIP:
        set_kind(options, state, REPLAY_FLIP);
        options->change.offset = console_number(state, "--flip", text, 0, RECORDING_MAX_BYTES);
        return 0;
    case OPTION_DROP:
        set_kind(options, state, REPLAY_DROP);
        options->change.frame = frame_number(state, "--drop", text);
        return 0;
    case OPTION_SWAP:
        set_kind(options, state, REPLAY_SWAP);
        set_swap(options, state, text);
        return 0;
    case OPTION_REPEAT:
        set_kind(options, state, REPLAY_REPEAT);
        options->change.frame = frame_number(state, "--repeat", text);
        return 0;
    case OPTION_CHANNEL:
        options->change.channel = frame_number(state, "--channel", text);
        return 0;
    case OPTION_JSON:
        options->json = true;
        return 0;
    case ARGP_KEY_ARG:
        if (options->path)
            return ARGP_ERR_UNKNOWN;
        options->path = text;
        return 0;
    case ARGP_KEY_NO_ARGS:
        console_usage(state, "which recording?");
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

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
    static const struct argp argp = {
        rows,
        parse,
        "FILE",
        "Play a recording again, with one change on the line, and see what refuses it."
        "\vFILE was made with --record and --record-secrets, by either side. It is fed to a fresh "
        "engine of that side: the real one, with the keys, random bytes and verdicts of then. "
        "Without a change the frames that it received are listed, and the engine must say "
        "the same bytes again. A change says which check refuses it, or, in the textbook suite, "
        "what "
        "arrives instead.",
        NULL,
        NULL,
        NULL};
    struct replay_options options = {0};
    struct replay_result result;
    struct problem problem = {0};
    struct recording *recording;
    int status;
    console_parse(&argp, argc, argv, &options);
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
