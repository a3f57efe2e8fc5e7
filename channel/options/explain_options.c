/* The options that ask for an explanation, and its way in and out of a program; see explain.h. */
#include "explain.h"
#include "option_table.h"
#include "output_file.h"
#include "translate.h"

#include <string.h>

/* "math,secrets" */
static void read_explain(void *field, const char *what, const char *text,
                         const struct argp_state *state)
{
    struct explain_options *options = field;
    static const struct {
        const char *word;
        enum explain_level explain;
    } words[] = {{"story", EXPLAIN_SENTENCES}, {"fields", EXPLAIN_FIELDS}, {"math", EXPLAIN_MATH}};
    size_t length = text ? strcspn(text, ",") : 0;
    options->explain = text ? EXPLAIN_NOTHING : EXPLAIN_SENTENCES;
    for (size_t i = 0; text && i < sizeof(words) / sizeof(words[0]); i++)
        if (strlen(words[i].word) == length && strncmp(words[i].word, text, length) == 0)
            options->explain = words[i].explain;
    options->explain_secrets = text && strcmp(text + length, ",secrets") == 0;
    if (options->explain == EXPLAIN_NOTHING || (text && text[length] && !options->explain_secrets))
        console_usage(state, "%s=%s: it is story, fields or math, with \",secrets\" or not", what,
                      text);
}

/* "10180", or nothing. */
static void read_live(void *field, const char *what, const char *text,
                      const struct argp_state *state)
{
    struct explain_options *options = field;
    options->live = true;
    options->live_port = text ? (uint16_t)console_number(state, what, text, 1, UINT16_MAX) : 0;
}

void explain_check_file(const struct explain_options *options, const char *option, const char *path,
                        const struct argp_state *state)
{
    const struct {
        const char *option, *path;
    } files[] = {{"--record", options->record},
                 {"--page", options->page},
                 {"--keylog", options->keylog},
                 {option, path}};
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
        for (size_t k = 0; k < i; k++)
            if (output_file_would_mix(files[i].path, files[k].path))
                console_usage(state, "%s and %s name the same file, %s", files[k].option,
                              files[i].option, files[i].path);
}

static void check(void *field, const struct argp_state *state)
{
    const struct explain_options *options = field;
    if (options->step && !options->explain)
        console_usage(state, "--step goes with --explain");
    if (options->record_secrets && !options->record && !options->page && !options->live)
        console_usage(state, "--record-secrets goes with --record, --page or --live");
    if (options->open_browser && !options->live)
        console_usage(state, "--open-browser goes with --live");
    explain_check_file(options, NULL, NULL, state);
}

#define S struct explain_options
static const struct option_row rows[] = {
    TEXT(S, record, "record", 0, "FILE",
         "Write down all that happens in the channels: frames, steps, arithmetic; without the "
         "secrets"),
    FLAG(S, record_secrets, "record-secrets", 0,
         "With the secrets, your own private key among them: for learning only"),
    TEXT(S, page, "page", 0, "FILE",
         "At the end, draw the same as a page of HTML: open it in any browser"),
    {.kind = KIND_READ,
     .name = "live",
     .value = "PORT",
     .optional = true,
     .help = N_("Show that page in a browser on this machine while it happens, at PORT or one that "
                "is free; its address is told"),
     .read = read_live},
    FLAG(S, open_browser, "open-browser", 0, "With --live: open the page in a browser"),
    TEXT(S, keylog, "keylog", 0, "FILE",
         "Add the keys of every session to FILE, for Wireshark: whoever has it can read the talk"),
    {.kind = KIND_READ,
     .name = "explain",
     .value = N_("WHAT"),
     .optional = true,
     .help = N_("Tell what happens in the channels while it does: story, fields (every field with "
                "its bytes), math (the arithmetic, folded); \",secrets\" behind it shows secret "
                "values, too"),
     .read = read_explain},
    FLAG(S, step, "step", 0, "With --explain: wait for Enter after each step"),
    {0}};

const struct option_table explain_table = {rows, NULL, NULL, check};

/* A browser that does not open is no reason not to talk. */
static void tell_live(struct explain *explain, const struct explain_options *options)
{
    struct problem problem = {0};
    console_note("live page: %s", explain_live_url(explain));
    if (options->record_secrets)
        console_note("it shows the session's secrets and the private key of this side: whoever "
                     "sees it can read the talk and pretend to be you");
    if (!options->open_browser || explain_live_show(explain, &problem))
        return;
    console_warning("%s", problem.message);
    console_hint("%s", problem.hint);
}

bool explain_start(struct explain **explain, const struct explain_options *options,
                   const char *program, enum channel_role role, struct channel_suite suite,
                   const struct lesson_seed *seed, struct problem *problem)
{
    char text[CHANNEL_SUITE_TEXT_BYTES];
    const struct recording_head head = {.program = program,
                                        .role = role,
                                        .suite = channel_suite_text(text, suite),
                                        .seeded = seed != NULL,
                                        .seed = seed ? seed->number : 0};
    if (!explain_open(explain, options, &head, problem))
        return false;
    if (options->live)
        tell_live(*explain, options);
    if (options->record_secrets && (options->record || options->page))
        console_note("%s%s%s will hold the session's secrets and the private key of this side: "
                     "whoever reads it can read the talk and pretend to be you",
                     options->record ? options->record : "",
                     options->record && options->page ? " and " : "",
                     options->page ? options->page : "");
    if (options->keylog)
        console_note("%s will hold the keys of this program's sessions: whoever reads it can read "
                     "the talk",
                     options->keylog);
    if (options->explain_secrets)
        console_note("secret values will stand on this screen: for learning only");
    if (options->step)
        console_note("press Enter after each step until the talk begins; the other side waits %d "
                     "seconds for each, or as long as you like if it has --step, too",
                     CHANNEL_SECONDS);
    return true;
}

int explain_end(struct explain *explain, int status)
{
    struct problem problem = {0};
    if (explain_close(explain, &problem))
        return status;
    console_problem(&problem, CONSOLE_FAILED);
    return status == CONSOLE_DONE ? CONSOLE_FAILED : status;
}
