/* --suite, and the warning that goes with the course's suite. */
#include "suite_option.h"

#include "sym_cipher.h"

#include <stdio.h>
#include <string.h>

static void read_suite(void *field, const char *what, const char *text,
                       const struct argp_state *state)
{
    struct channel_suite suite;
    char there_are[512] = "modern, textbook", name[CHANNEL_SUITE_TEXT_BYTES];
    if (channel_suite_parse(field, text) == CHANNEL_OK)
        return;
    for (size_t row = 0; row < sym_cipher_count(); row++) {
        const size_t used = strlen(there_are);
        snprintf(name, sizeof(name), "textbook:%s", sym_cipher_name(sym_cipher_at(row)));
        if (channel_suite_parse(&suite, name) == CHANNEL_OK)
            snprintf(there_are + used, sizeof(there_are) - used, ", %s", name);
    }
    console_usage(state, "%s is '%s'; it can be %s", what, text, there_are);
}

static const struct option_row rows[] = {
    READ_ALL("suite", 's', "modern|textbook|textbook:CIPHER",
             "modern (the default), or the course's scheme: for learning only", read_suite),
    {0}};

const struct option_table suite_table = {.rows = rows};

void suite_read_family(void *field, const char *what, const char *text,
                       const struct argp_state *state)
{
    struct channel_suite suite;
    if (channel_suite_parse(&suite, text) != CHANNEL_OK)
        console_usage(state, "%s is '%s'; it can be modern or textbook", what, text);
    *(enum key_family *)field = key_family_of(suite);
}

void suite_warn(struct channel_suite suite)
{
    char text[CHANNEL_SUITE_TEXT_BYTES];
    if (channel_suite_is_textbook(suite))
        console_note("the suite is %s, for learning only: it can be read, changed and replayed "
                     "by others; never send a real secret",
                     channel_suite_text(text, suite));
}
