/*
 * `chat explain`, `ftp explain`: a recording in plain words, on standard output.
 */
#include "narration.h"

#include "console.h"

struct command_options {
    const char *file;
    enum explain_level explain;
    bool secrets;
};

enum { OPTION_FIELDS = 'f', OPTION_MATH = 'm', OPTION_SECRETS = 256 };

static error_t parse(int key, char *text, struct argp_state *state)
{
    struct command_options *options = state->input;
    switch (key) {
    case OPTION_FIELDS:
        options->explain = EXPLAIN_FIELDS;
        return 0;
    case OPTION_MATH:
        options->explain = EXPLAIN_MATH;
        return 0;
    case OPTION_SECRETS:
        options->secrets = true;
        return 0;
    case ARGP_KEY_ARG:
        if (state->arg_num >= 1)
            return ARGP_ERR_UNKNOWN;
        options->file = text;
        return 0;
    case ARGP_KEY_NO_ARGS:
        console_usage(state, "which recording?");
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static bool explain(const struct command_options *options, struct problem *problem)
{
    struct recording *recording = NULL;
    struct explain_observer observer;
    bool done = recording_load(&recording, options->file, problem);
    struct narration_options narration = {.explain = options->explain,
                                          .secrets = options->secrets,
                                          .step = -1,
                                          .out = stdout,
                                          .coloured = console_is_coloured(stdout)};
    if (done) {
        narration.numbered = recording_head(recording)->role == CHANNEL_SERVER;
        done = narration_open(&observer, &narration, problem);
    }
    for (size_t i = 0; done && i < recording_count(recording); i++)
        observer.event(observer.context, recording_event(recording, i));
    done = done && observer.finish(observer.context, problem);
    recording_free(recording);
    return done;
}

int narration_main(int argc, char **argv)
{
    static const struct argp_option rows[] = {
        {"fields", OPTION_FIELDS, NULL, 0, "Every field of every message, with its bytes", 0},
        {"math", OPTION_MATH, NULL, 0, "The same, and the arithmetic, folded to its ends", 0},
        {"secrets", OPTION_SECRETS, NULL, 0,
         "Secret values, too, if they are in the recording (--record-secrets)", 0},
        {0}};
    static const struct argp argp = {rows,
                                     parse,
                                     "RECORDING",
                                     "Tell a recorded session (--record) in plain words, as "
                                     "--explain tells it while it happens.",
                                     NULL,
                                     NULL,
                                     NULL};
    struct command_options options = {.explain = EXPLAIN_SENTENCES};
    struct problem problem = {0};
    console_parse(&argp, argc, argv, &options);
    return explain(&options, &problem) ? CONSOLE_DONE : console_problem(&problem, CONSOLE_FAILED);
}
