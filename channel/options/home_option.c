/* The options of every command that uses the home; see home_option.h. */
#include "home_option.h"

#include "console.h"
#include "key_name.h"
#include "passphrase_option.h"

#include <stdlib.h>

enum { OPTION_HOME = 0x1000, OPTION_ALLOW_PUBLISHED, OPTION_FILE, OPTION_DESCRIPTOR };

static error_t parse_home(int key, char *argument, struct argp_state *state)
{
    struct home_options *options = state->input;
    struct passphrase_source *source = &options->access.passphrase;
    switch (key) {
    case ARGP_KEY_INIT:
        source->get = passphrase_get;
        options->access.note = console_note_text;
        return 0;
    case OPTION_HOME:
        options->directory = argument;
        return 0;
    case OPTION_ALLOW_PUBLISHED:
        options->access.allow_published = true;
        return 0;
    case OPTION_FILE:
        source->file = argument;
        return 0;
    case OPTION_DESCRIPTOR:
        source->descriptor = (int)console_number(state, "--passphrase-fd", argument, 0,
                                                 PASSPHRASE_LAST_DESCRIPTOR);
        source->has_descriptor = true;
        return 0;
    case ARGP_KEY_END:
        if (source->file != NULL && source->has_descriptor)
            console_usage(state, "--passphrase-file and --passphrase-fd exclude each other");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

const struct argp home_argp = {
    .options =
        (const struct argp_option[]){
            {"home", OPTION_HOME, "DIR", 0,
             "Where keys and lists are (else GLASSBOX_HOME, else ~/.config/glassbox)", 0},
            {"allow-published", OPTION_ALLOW_PUBLISHED, NULL, 0,
             "Use published example keys, which protect nothing", 0},
            {"passphrase-file", OPTION_FILE, "FILE", 0,
             "The passphrase of a protected key is the first line of FILE (else it is asked for)",
             0},
            {"passphrase-fd", OPTION_DESCRIPTOR, "N", 0,
             "It is the next line of the open descriptor N", 0},
            {0}},
    .parser = parse_home,
};

const char *key_name_option(const struct argp_state *state, const char *option, const char *text)
{
    struct problem problem = {0};
    if (key_name_check(text, &problem))
        return text;
    if (problem.hint[0] == '\0')
        console_usage(state, "%s: %s", option, problem.message);
    console_error("%s: %s", option, problem.message);
    console_hint("%s", problem.hint);
    exit(CONSOLE_USAGE);
}
