/* The command lines of `ftp connect`, `ftp get` and `ftp put`. */
#include "client_options.h"

#include "console.h"
#include "home_option.h"
#include "identity.h"
#include "seed_option.h"
#include "suite_option.h"

#include <stdlib.h>

#define SECONDS 60

enum {
    OPTION_PLAIN = 256,
    OPTION_ACTIVE,
    OPTION_PASSWORD_FILE,
    OPTION_TIMEOUT,
    OPTION_VERIFY,
    OPTION_NO_VERIFY,
    OPTION_PARALLEL,
    OPTION_DELETE,
};

static const struct argp_option client_rows[] = {
    {"key", 'k', "KEY", 0,
     "Your own key pair: client, or client-textbook in that suite; made on first use", 0},
    {"plain", OPTION_PLAIN, NULL, 0,
     "Without encryption, to any FTP server: names, passwords and files can be read on the way", 0},
    {"active", OPTION_ACTIVE, NULL, 0, "With --plain: the server connects to us for data", 0},
    {"user", 'u', "NAME", 0, "With --plain: log in as NAME; the password is asked for", 0},
    {"password-file", OPTION_PASSWORD_FILE, "FILE", 0,
     "With --plain: the password is the first line of FILE", 0},
    {"timeout", OPTION_TIMEOUT, "SECONDS", 0, "How long the server may be silent: 60", 0},
    {"verify", OPTION_VERIFY, NULL, 0,
     "Compare the SHA-256 of both sides also for large files, for which the channel vouches", 0},
    {"no-verify", OPTION_NO_VERIFY, NULL, 0,
     "Take files as they come: for one that grows while it is fetched", 0},
    {"parallel", OPTION_PARALLEL, "N", 0,
     "Of a folder move N files at a time, each on a connection of its own: 1", 0},
    {"verbose", 'v', NULL, 0, "Show commands, replies, and the mark of each request's keys", 0},
    {0}};

static error_t parse_client(int key, char *text, struct argp_state *state)
{
    struct client_options *options = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &options->home;
        state->child_inputs[1] = &options->suite;
        state->child_inputs[2] = &options->trust;
        state->child_inputs[3] = &options->explain;
        state->child_inputs[4] = &options->seed_given;
        return 0;
    case 'k':
        options->key = key_name_option(state, "--key", text);
        return 0;
    case 'u':
        options->user = text;
        return 0;
    case 'v':
        options->verbose = true;
        return 0;
    case OPTION_PLAIN:
        options->plain = true;
        return 0;
    case OPTION_ACTIVE:
        options->active = true;
        return 0;
    case OPTION_PASSWORD_FILE:
        options->password_file = text;
        return 0;
    case OPTION_TIMEOUT:
        options->seconds = (unsigned)console_number(state, "--timeout", text, 1, 86400);
        return 0;
    case OPTION_PARALLEL:
        options->parallel = (unsigned)console_number(state, "--parallel", text, 1, 16);
        return 0;
    case OPTION_VERIFY:
        options->verify = VERIFY_ALWAYS;
        return 0;
    case OPTION_NO_VERIFY:
        options->verify = VERIFY_NEVER;
        return 0;
    case ARGP_KEY_SUCCESS: /* when --suite is known */
        if (!options->key)
            options->key = identity_default(CHANNEL_CLIENT, options->suite);
        return 0;
    case ARGP_KEY_END:
        if (!options->plain && (options->active || options->user || options->password_file))
            console_usage(state, "--active, --user and --password-file go with --plain");
        if (options->plain && options->explain.record)
            console_usage(state, "--record looks into the encrypted channel: --plain has none");
        if (options->plain && options->seed_given.given)
            console_usage(state, "--seed is for the encrypted channel: --plain has none");
        if (options->parallel > 1 && options->seed_given.given)
            console_usage(state, "--seed repeats one connection: --parallel has several");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_child client_children[] = {
    {&home_argp, 0, NULL, 0},    {&suite_argp, 0, NULL, 0}, {&trust_argp, 0, NULL, 0},
    {&explain_argp, 0, NULL, 0}, {&seed_argp, 0, NULL, 0},  {0}};
static const struct argp client_argp = {client_rows,     parse_client, NULL, NULL,
                                        client_children, NULL,         NULL};
static const struct argp_child children[] = {{&client_argp, 0, NULL, 0}, {0}};

static const struct client_options defaults = {.seconds = SECONDS, .parallel = 1};

uint16_t client_port(const struct client_options *options)
{
    if (options->port != 0)
        return options->port;
    return options->plain ? FTP_PLAIN_PORT : FTP_PORT;
}

/* --- connect ---------------------------------------------------------------------------------- */
static void add_command(struct connect_options *options, char *text)
{
    size_t count = 0;
    char **more;
    while (options->commands && options->commands[count])
        count++;
    more = realloc(options->commands, (count + 2) * sizeof(*more));
    if (!more)
        exit(CONSOLE_FAILED);
    more[count] = text;
    more[count + 1] = NULL;
    options->commands = more;
}

static error_t parse_connect(int key, char *text, struct argp_state *state)
{
    struct connect_options *options = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &options->client;
        return 0;
    case 'p':
        options->client.port = (uint16_t)console_number(state, "--port", text, 1, 65535);
        return 0;
    case 'c':
        add_command(options, text);
        return 0;
    case ARGP_KEY_ARG:
        if (options->client.host)
            return ARGP_ERR_UNKNOWN;
        options->client.host = text;
        return 0;
    case ARGP_KEY_NO_ARGS:
        console_usage(state, "which host?");
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

void connect_options_read(struct connect_options *options, int argc, char **argv)
{
    static const struct argp_option rows[] = {
        {"port", 'p', "PORT", 0, "The server's port: 2121; with --plain 21", 0},
        {"command", 'c', "COMMAND", 0, "Do this and leave; may be given again", 0},
        {0}};
    static const struct argp argp = {
        rows,
        parse_connect,
        "HOST",
        "Work with the files of the server at HOST."
        "\vAt a terminal you type commands; help lists them. Otherwise they are read from stdin. "
        "Commands of -c or stdin end at the first error, with exit status 1.",
        children,
        NULL,
        NULL};
    *options = (struct connect_options){.client = defaults};
    console_parse(&argp, argc, argv, options);
}

/* --- get and put ------------------------------------------------------------------------------ */
static error_t parse_once(int key, char *text, struct argp_state *state)
{
    struct once_options *options = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &options->client;
        return 0;
    case 'r':
        options->recursive = true;
        return 0;
    case 'p':
        options->keep = true;
        return 0;
    case 'C':
        options->resume = true;
        return 0;
    case 'n':
        options->newer = true;
        return 0;
    case OPTION_DELETE:
        options->remove = true;
        return 0;
    case 'o':
        options->output = text;
        return 0;
    case ARGP_KEY_ARGS:
        options->arguments = state->argv + state->next;
        options->count = (size_t)(state->argc - state->next);
        return 0;
    case ARGP_KEY_NO_ARGS:
        console_usage(state, "which files?");
    case ARGP_KEY_END:
        if (options->remove && !options->recursive)
            console_usage(state, "--delete goes with --recursive");
        if (options->newer && options->resume)
            console_usage(state, "--newer takes whole files: --continue goes on with one");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

#define ONCE_ROWS                                                                                  \
    {"recursive", 'r', NULL, 0, "Whole folders, from and to any server", 0},                       \
        {"keep", 'p', NULL, 0, "Keep time stamps and modes", 0},                                   \
        {"newer",                                                                                  \
         'n',                                                                                      \
         NULL,                                                                                     \
         0,                                                                                        \
         "Only files that are newer than on the other side, or of another size; keeps time "       \
         "stamps",                                                                                 \
         0},                                                                                       \
        {"delete",                                                                                 \
         OPTION_DELETE,                                                                            \
         NULL,                                                                                     \
         0,                                                                                        \
         "With -r: remove where it goes to what is not where it comes from",                       \
         0},                                                                                       \
    {                                                                                              \
        "continue", 'C', NULL, 0, "Go on where an interrupted transfer ended", 0                   \
    }

void get_options_read(struct once_options *options, int argc, char **argv)
{
    static const struct argp_option rows[] = {
        ONCE_ROWS, {"output", 'o', "NAME", 0, "The local name, of one URL", 0}, {0}};
    static const struct argp argp = {
        rows,
        parse_once,
        "URL...",
        "Fetch files into this folder."
        "\vA URL is ftp://HOST[:PORT]/PATH, with --plain also ftp://USER@HOST/PATH; other bytes "
        "than letters, digits and -._~/ may be written %XX.",
        children,
        NULL,
        NULL};
    *options = (struct once_options){.client = defaults};
    console_parse(&argp, argc, argv, options);
}

void put_options_read(struct once_options *options, int argc, char **argv)
{
    static const struct argp_option rows[] = {ONCE_ROWS, {0}};
    static const struct argp argp = {
        rows,
        parse_once,
        "FILE... URL",
        "Send files to a server."
        "\vA URL that ends in / is the folder they go to; otherwise it is the name of the one "
        "file.",
        children,
        NULL,
        NULL};
    *options = (struct once_options){.client = defaults};
    console_parse(&argp, argc, argv, options);
}
