/* The command line of `chat connect`. */
#include "client_options.h"

#include "identity.h"
#include "option_table.h"
#include "seed_option.h"
#include "suite_option.h"

static void name_key(void *field, const struct argp_state *state)
{
    struct client_options *options = field;
    (void)state;
    if (!options->key)
        options->key = identity_default(CHANNEL_CLIENT, options->suite);
}

#define S struct client_options
static const struct option_row rows[] = {
    ARGUMENT(S, host, "which host?"),
    NUMBER(S, port, "port", 'p', "PORT", "The server's port: 10101", 1, 65535),
    READ(S, key, "key", 'k', "KEY",
         "Your own key pair: client, or client-textbook in that suite; made on first use",
         key_name_read),
    NUMBER(S, linger, "linger", 0, "SECONDS",
           "At the end of the input, go on listening this long: 0", 0, 86400),
    GROUP(S, home, home_table),
    GROUP(S, suite, suite_table),
    GROUP(S, trust, trust_table),
    GROUP(S, explain, explain_table),
    GROUP(S, seed, seed_table),
    {0}};

static const struct option_table table = {
    rows, "HOST",
    "Talk in the chat room of the server at HOST."
    "\vAt a terminal you type and read; /help lists what can be typed. Otherwise it is a "
    "filter: lines in, lines out; at the end of the input it leaves when the server has heard "
    "everything.",
    name_key};

void client_options_read(struct client_options *options, int argc, char **argv)
{
    *options = (struct client_options){.port = CHANNEL_PORT};
    console_parse(&table, argc, argv, options);
}
