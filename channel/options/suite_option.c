/* --suite, and the warning that goes with the course's suite. */
#include "suite_option.h"

#include "console.h"
#include "sym_cipher.h"

static const struct argp_option rows[] = {
    {"suite", 's', "modern|textbook|textbook:CIPHER", 0,
     "modern (the default), or the course's scheme: for learning only", 0},
    {0}};

static error_t parse(int key, char *text, struct argp_state *state)
{
    if (key != 's')
        return ARGP_ERR_UNKNOWN;
    if (channel_suite_parse(state->input, text) != CHANNEL_OK)
        console_usage(state,
                      "--suite %s: there are modern, textbook and textbook:CIPHER, with caesar, "
                      "vigenere, vernam, xor-cbc or feistel-cbc",
                      text);
    return 0;
}

const struct argp suite_argp = {rows, parse, NULL, NULL, NULL, NULL, NULL};

void suite_read_family(enum key_family *family, const char *text, const struct argp_state *state)
{
    struct channel_suite suite;
    if (channel_suite_parse(&suite, text) != CHANNEL_OK)
        console_usage(state, "--suite is '%s'; it can be modern or textbook", text);
    *family = key_family_of(suite);
}

void suite_warn(struct channel_suite suite)
{
    char text[CHANNEL_SUITE_TEXT_BYTES];
    if (channel_suite_is_textbook(suite))
        console_note("the suite is %s, for learning only: it can be read, changed and replayed "
                     "by others; never send a real secret",
                     channel_suite_text(text, suite));
}
