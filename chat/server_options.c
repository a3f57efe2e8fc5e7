/* The command line of `chat server`. */
#include "server_options.h"

#include "console.h"
#include "home_option.h"
#include "identity.h"
#include "places_option.h"
#include "seed_option.h"
#include "server_start.h"
#include "suite_option.h"

enum {
    OPTION_PORT = 'p',
    OPTION_KEY = 'k',
    OPTION_BIND = 256,
    OPTION_PORTS,
    OPTION_ALLOWED,
    OPTION_LOG,
    OPTION_STOCK
};

static const struct argp_option rows[] = {
    {"port", OPTION_PORT, "PORT", 0, "Where clients knock: 10101; 0 picks a free one", 0},
    {"bind", OPTION_BIND, "ADDRESS", 0,
     "Listen at this address only (default: all; loopback in the textbook suite)", 0},
    {"ports", OPTION_PORTS, "LOW-HIGH", 0, "Talks move to ports of this pool (else random)", 0},
    {"key", OPTION_KEY, "KEY", 0,
     "The server's own key pair: server, or server-textbook in that suite; made on first use", 0},
    {"allowed", OPTION_ALLOWED, "FILE", 0, "Who may come in (else allowed.csv of the home)", 0},
    {"log", OPTION_LOG, "FILE", 0, "Append every event to this file", 0},
    {"stock", OPTION_STOCK, "N", 0, "How many ephemeral keys are made ahead: 32", 0},
    {0}};

static error_t parse(int key, char *text, struct argp_state *state)
{
    struct server_options *options = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &options->home;
        state->child_inputs[1] = &options->suite;
        state->child_inputs[2] = &options->explain;
        state->child_inputs[3] = &options->seed;
        state->child_inputs[4] = &options->places;
        return 0;
    case OPTION_PORT:
        options->port = (uint16_t)console_number(state, "--port", text, 0, 65535);
        return 0;
    case OPTION_BIND:
        options->bind = console_address(state, "--bind", text);
        return 0;
    case OPTION_PORTS:
        server_read_ports(&options->low, &options->high, text, state);
        return 0;
    case OPTION_KEY:
        options->key = key_name_option(state, "--key", text);
        return 0;
    case OPTION_ALLOWED:
        options->allowed = text;
        return 0;
    case OPTION_LOG:
        options->log = text;
        return 0;
    case OPTION_STOCK:
        options->stock = console_number(state, "--stock", text, 1, 100000);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

void server_options_read(struct server_options *options, int argc, char **argv)
{
    static const struct argp_child children[] = {
        {&home_argp, 0, NULL, 0}, {&suite_argp, 0, NULL, 0},  {&explain_argp, 0, NULL, 0},
        {&seed_argp, 0, NULL, 0}, {&places_argp, 0, NULL, 0}, {0}};
    static const struct argp argp = {
        rows,
        parse,
        NULL,
        "Keep a chat room, for those whose keys are in allowed.csv."
        "\vThe server's key is made on first use and kept. A client that is not allowed is shown "
        "here, with the command that would let it in.",
        children,
        NULL,
        NULL};
    *options =
        (struct server_options){.port = CHANNEL_PORT, .stock = 32, .places = PLACES_DEFAULTS};
    console_parse(&argp, argc, argv, options);
    if (!options->key)
        options->key = identity_default(CHANNEL_SERVER, options->suite);
}
