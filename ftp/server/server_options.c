/* The command line of `ftp server`. */
#include "server_options.h"

#include "console.h"
#include "home_option.h"
#include "identity.h"
#include "places_option.h"
#include "seed_option.h"
#include "server_start.h"
#include "suite_option.h"

#include <arpa/inet.h>

enum {
    OPTION_PORT = 'p',
    OPTION_KEY = 'k',
    OPTION_BIND = 256,
    OPTION_PORTS,
    OPTION_PUBLIC,
    OPTION_ALLOWED,
    OPTION_SHARED,
    OPTION_PLAIN,
    OPTION_ANONYMOUS,
    OPTION_USERS,
    OPTION_LOG,
    OPTION_LOG_DIR,
    OPTION_IDLE,
    OPTION_STOCK
};

static const struct argp_option rows[] = {
    {"port", OPTION_PORT, "PORT", 0, "Where clients come: 2121; 0 picks a free one", 0},
    {"bind", OPTION_BIND, "ADDRESS", 0,
     "Listen at this address only (default: all; loopback in the textbook suite)", 0},
    {"ports", OPTION_PORTS, "LOW-HIGH", 0,
     "Data connections use ports of this pool (default: random)", 0},
    {"public-address", OPTION_PUBLIC, "IPV4", 0,
     "Behind NAT: the address that plain passive mode tells clients", 0},
    {"key", OPTION_KEY, "KEY", 0,
     "The server's own key pair: server, or server-textbook in that suite; made on first use", 0},
    {"allowed", OPTION_ALLOWED, "FILE", 0, "Who may come in (else allowed.csv of the home)", 0},
    {"shared", OPTION_SHARED, NULL, 0, "Everybody in DIR itself, not in a folder of their own", 0},
    {"allow-plain", OPTION_PLAIN, NULL, 0,
     "Also plain FTP with passwords: for lessons, not for use", 0},
    {"anonymous", OPTION_ANONYMOUS, NULL, 0, "With --allow-plain: anybody may read as anonymous",
     0},
    {"users", OPTION_USERS, "FILE", 0,
     "Passwords for plain FTP (default: ftp_users.csv of the home)", 0},
    {"log", OPTION_LOG, "FILE", 0, "Append every action to this file", 0},
    {"log-dir", OPTION_LOG_DIR, "DIR", 0,
     "Also by kind: connections.log, authorization.log, files.log", 0},
    {"idle", OPTION_IDLE, "SECONDS", 0, "Silence after which a session ends: 900", 0},
    {"stock", OPTION_STOCK, "N", 0, "How many ephemeral keys are made ahead: 32", 0},
    {0}};

static const char *read_ipv4(const char *text, const struct argp_state *state)
{
    struct in_addr address;
    if (inet_pton(AF_INET, text, &address) != 1)
        console_usage(state, "--public-address %s: not an IPv4 address such as 192.0.2.1", text);
    return text;
}

static error_t parse_text(int key, char *text, struct ftp_options *options,
                          const struct argp_state *state)
{
    switch (key) {
    case OPTION_BIND:
        options->server.bind = console_address(state, "--bind", text);
        return 0;
    case OPTION_PORTS:
        server_read_ports(&options->server.low, &options->server.high, text, state);
        return 0;
    case OPTION_PUBLIC:
        options->public_address = read_ipv4(text, state);
        return 0;
    case OPTION_KEY:
        options->server.key = key_name_option(state, "--key", text);
        return 0;
    case OPTION_ALLOWED:
        options->server.allowed = text;
        return 0;
    case OPTION_USERS:
        options->users = text;
        return 0;
    case OPTION_LOG:
        options->server.log = text;
        return 0;
    case OPTION_LOG_DIR:
        options->log_directory = text;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static error_t parse_number(int key, char *text, struct ftp_options *options,
                            const struct argp_state *state)
{
    switch (key) {
    case OPTION_PORT:
        options->server.port = (uint16_t)console_number(state, "--port", text, 0, 65535);
        return 0;
    case OPTION_IDLE:
        options->idle_seconds = console_number(state, "--idle", text, 1, 86400);
        return 0;
    case OPTION_STOCK:
        options->server.stock = console_number(state, "--stock", text, 1, 100000);
        return 0;
    default:
        return parse_text(key, text, options, state);
    }
}

static error_t parse(int key, char *text, struct argp_state *state)
{
    struct ftp_options *options = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &options->server.home;
        state->child_inputs[1] = &options->server.suite;
        state->child_inputs[2] = &options->server.explain;
        state->child_inputs[3] = &options->server.seed;
        state->child_inputs[4] = &options->server.places;
        return 0;
    case ARGP_KEY_ARG:
        if (options->directory)
            return ARGP_ERR_UNKNOWN;
        options->directory = text;
        return 0;
    case ARGP_KEY_END:
        if (!options->directory)
            console_usage(state, "which folder is to be served?");
        if (options->anonymous && !options->allow_plain)
            console_usage(state, "--anonymous is plain FTP: it needs --allow-plain");
        return 0;
    case OPTION_SHARED:
        options->shared = true;
        return 0;
    case OPTION_PLAIN:
        options->allow_plain = true;
        return 0;
    case OPTION_ANONYMOUS:
        options->anonymous = true;
        return 0;
    default:
        return parse_number(key, text, options, state);
    }
}

void server_options_read(struct ftp_options *options, int argc, char **argv)
{
    static const struct argp_child children[] = {
        {&home_argp, 0, NULL, 0}, {&suite_argp, 0, NULL, 0},  {&explain_argp, 0, NULL, 0},
        {&seed_argp, 0, NULL, 0}, {&places_argp, 0, NULL, 0}, {0}};
    static const struct argp argp = {
        rows,
        parse,
        "DIR",
        "Serve the files of DIR, for those whose keys are in allowed.csv."
        "\vEach key's name has its own folder under DIR, made on first login; an admin sees all of "
        "DIR. The server's key is made on first use and kept. A client that is not allowed is "
        "shown "
        "here, with the command that would let it in.",
        children,
        NULL,
        NULL};
    *options = (struct ftp_options){
        .server = {.port = FTP_PORT, .stock = 32, .places = PLACES_DEFAULTS}, .idle_seconds = 900};
    console_parse(&argp, argc, argv, options);
    if (!options->server.key)
        options->server.key = identity_default(CHANNEL_SERVER, options->server.suite);
}
