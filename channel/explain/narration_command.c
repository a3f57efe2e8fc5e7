/*
 * `chat explain`, `ftp explain`: a recording in plain words, on standard output.
 */
#include "narration.h"

#include "option_table.h"
#include "translate.h"

struct command_options {
    const char *file;
    enum explain_level explain;
    bool secrets;
};

#define S struct command_options
static const struct option_row rows[] = {
    ARGUMENT(S, file, "which recording?"),
    SET(S, explain, "fields", 'f', "Every field of every message, with its bytes", EXPLAIN_FIELDS),
    SET(S, explain, "math", 'm', "The same, and the arithmetic, folded to its ends", EXPLAIN_MATH),
    FLAG(S, secrets, "secrets", 0,
         "Secret values, too, if they are in the recording (--record-secrets)"),
    {0}};

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
    if (done && recording_is_cut(recording))
        console_note("%s: the last line is cut short, and is left out", options->file);
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
    static const struct option_table table = {
        .rows = rows,
        .arguments = N_("RECORDING"),
        .text = N_(
            "Tell a recorded session (--record) in plain words, as --explain tells it while it "
            "happens.")};
    struct command_options options = {.explain = EXPLAIN_SENTENCES};
    struct problem problem = {0};
    console_parse(&table, argc, argv, &options);
    return explain(&options, &problem) ? CONSOLE_DONE : console_problem(&problem, CONSOLE_FAILED);
}
