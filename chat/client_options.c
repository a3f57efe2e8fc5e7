/* The command line of `chat connect`. */
#include "client_options.h"

#include "console.h"
#include "home_option.h"
#include "identity.h"
#include "seed_option.h"
#include "suite_option.h"

enum { OPTION_PORT = 'p', OPTION_KEY = 'k', OPTION_LINGER = 256 };

static const struct argp_option rows[] = {
    {"port", OPTION_PORT, "PORT", 0, "The server's port: 10101", 0},
    {"key", OPTION_KEY, "KEY", 0,
     "Your own key pair: client, or client-textbook in that suite; made on first use", 0},
    {"linger", OPTION_LINGER, "SECONDS", 0, "At the end of the input, go on listening this long: 0",
     0},
    {0}};

static error_t parse(int key, char *text, struct argp_state *state)
{
    struct client_options *options = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &options->home;
        state->child_inputs[1] = &options->suite;
        state->child_inputs[2] = &options->trust;
        state->child_inputs[3] = &options->explain;
        state->child_inputs[4] = &options->seed;
        return 0;
    case OPTION_PORT:
        options->port = (uint16_t)console_number(state, "--port", text, 1, 65535);
        return 0;
    case OPTION_KEY:
        options->key = key_name_option(state, "--key", text);
        return 0;
    case OPTION_LINGER:
        options->linger = (unsigned)console_number(state, "--linger", text, 0, 86400);
        return 0;
    case ARGP_KEY_ARG:
        if (options->host)
            return ARGP_ERR_UNKNOWN;
        options->host = text;
        return 0;
    case ARGP_KEY_NO_ARGS:
        console_usage(state, "which host?");
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

void client_options_read(struct client_options *options, int argc, char **argv)
{
    static const struct argp_child children[] = {
        {&home_argp, 0, NULL, 0},    {&suite_argp, 0, NULL, 0}, {&trust_argp, 0, NULL, 0},
        {&explain_argp, 0, NULL, 0}, {&seed_argp, 0, NULL, 0},  {0}};
    static const struct argp argp = {
        rows,
        parse,
        "HOST",
        "Talk in the chat room of the server at HOST."
        "\vAt a terminal you type and read; /help lists what can be typed. Otherwise it is a "
        "filter: lines in, lines out; at the end of the input it leaves when the server has heard "
        "everything.",
        children,
        NULL,
        NULL};
    *options = (struct client_options){.port = CHANNEL_PORT};
    console_parse(&argp, argc, argv, options);
    if (!options->key)
        options->key = identity_default(CHANNEL_CLIENT, options->suite);
}
