/* --suite, and the warning that goes with the course's suite. */
#include "suite_option.h"

#include "sym_cipher.h"

static void read_suite(void *field, const char *what, const char *text,
                       const struct argp_state *state)
{
    if (channel_suite_parse(field, text) != CHANNEL_OK)
        console_usage(state,
                      "%s %s: there are modern, textbook and textbook:CIPHER, with caesar, "
                      "vigenere, vernam, xor-cbc or feistel-cbc",
                      what, text);
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
