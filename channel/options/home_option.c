/* The options of every command that uses the home; see home_option.h. */
#include "home_option.h"

#include "key_name.h"
#include "passphrase_option.h"

#include <stdlib.h>

void passphrase_read_source(void *field, const char *what, const char *text,
                            const struct argp_state *state)
{
    struct passphrase_source *source = field;
    source->descriptor = (int)console_number(state, what, text, 0, PASSPHRASE_LAST_DESCRIPTOR);
    source->has_descriptor = true;
}

static void check(void *options, const struct argp_state *state)
{
    struct key_access *access = &((struct home_options *)options)->access;
    if (access->passphrase.file && access->passphrase.has_descriptor)
        console_usage(state, "--passphrase-file and --passphrase-fd exclude each other");
    access->passphrase.get = passphrase_get;
    access->note = console_note_text;
}

#define S struct home_options
static const struct option_row rows[] = {
    TEXT(S, directory, "home", 0, "DIR",
         "Where keys and lists are (else GLASSBOX_HOME, else ~/.config/glassbox)"),
    FLAG(S, access.allow_published, "allow-published", 0,
         "Use published example keys, which protect nothing"),
    TEXT(S, access.passphrase.file, "passphrase-file", 0, "FILE",
         "The passphrase of a protected key is the first line of FILE (else it is asked for)"),
    READ(S, access.passphrase, "passphrase-fd", 0, "N",
         "It is the next line of the open descriptor N", passphrase_read_source),
    {0}};

const struct option_table home_table = {rows, NULL, NULL, check};

void option_refuse(const struct argp_state *state, const char *what, const struct problem *problem)
{
    if (problem->hint[0] == '\0')
        console_usage(state, "%s: %s", what, problem->message);
    console_error("%s: %s", what, problem->message);
    console_hint("%s", problem->hint);
    exit(CONSOLE_USAGE);
}

void key_name_read(void *field, const char *what, const char *text, const struct argp_state *state)
{
    struct problem problem = {0};
    *(const char **)field = text;
    if (!key_name_check(text, &problem))
        option_refuse(state, what, &problem);
}
