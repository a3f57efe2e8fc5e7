/* --suite, and the warning that goes with the course's suite. */
#include "suite_option.h"

#include "sym_cipher.h"

#include <stdio.h>
#include <string.h>

static void read_suite(void *field, const char *what, const char *text,
                       const struct argp_state *state)
{
    struct channel_suite suite;
    char there_are[1024] = "", name[CHANNEL_SUITE_TEXT_BYTES];
    if (channel_suite_parse(field, text) == CHANNEL_OK)
        return;
    for (size_t i = 0; channel_suite_at(&suite, i); i++) {
        const size_t used = strlen(there_are);
        snprintf(there_are + used, sizeof(there_are) - used, "%s%s", i > 0 ? ", " : "",
                 channel_suite_text(name, suite));
    }
    console_usage(state, "%s is '%s'; it can be %s", what, text, there_are);
}

static const struct option_row rows[] = {
    READ_ALL("suite", 's', "modern|modern:rsa|dh[:CIPHER]|textbook[:CIPHER]",
             "modern (the default; modern:rsa: with fresh RSA keys), or the course's schemes, "
             "for learning only: dh (Diffie-Hellman), textbook (RSA)",
             read_suite),
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
    if (!channel_suite_is_modern(suite))
        console_note("the suite is %s, for learning only: it can be read, changed and replayed "
                     "by others; never send a real secret",
                     channel_suite_text(text, suite));
}
