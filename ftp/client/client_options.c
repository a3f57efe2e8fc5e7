/* The command lines of `ftp connect`, `ftp get` and `ftp put`. */
#include "client_options.h"

#include "identity.h"
#include "option_table.h"
#include "seed_option.h"
#include "suite_option.h"
#include "translate.h"

#include <stdlib.h>

#define SECONDS 60

static void check_client(void *field, const struct argp_state *state)
{
    struct client_options *options = field;
    if (!options->plain && (options->active || options->user || options->password_file))
        console_usage(state, "--active, --user and --password-file go with --plain");
    if (options->plain && options->explain.record)
        console_usage(state, "--record looks into the encrypted channel: --plain has none");
    if (options->plain && options->seed_given.given)
        console_usage(state, "--seed is for the encrypted channel: --plain has none");
    if (options->plain && options->name)
        console_usage(state, "--name is for the encrypted channel: --plain has --user");
    suite_check_group(options->suite, options->group, state);
    if (options->parallel > 1 && options->seed_given.given)
        console_usage(state, "--seed repeats one connection: --parallel has several");
    if (!options->key)
        options->key = identity_default(CHANNEL_CLIENT, options->suite);
}

#define S struct client_options
static const struct option_row client_rows[] = {
    READ(S, key, "key", 'k', "KEY",
         "Your own key pair: client, or client-textbook in dh and textbook; made on first use",
         key_name_read),
    READ(S, name, "name", 0, "NAME", WISH_TEXT, key_name_read),
    FLAG(S, plain, "plain", 0,
         "Without encryption, to any FTP server: names, passwords and files can be read on the "
         "way"),
    FLAG(S, active, "active", 0, "With --plain: the server connects to us for data"),
    TEXT(S, user, "user", 'u', "NAME", "With --plain: log in as NAME; the password is asked for"),
    TEXT(S, password_file, "password-file", 0, "FILE",
         "With --plain: the password is the first line of FILE"),
    NUMBER(S, seconds, "timeout", 0, "SECONDS", "How long the server may be silent: 60", 1, 86400),
    SET(S, verify, "verify", 0,
        "Compare the SHA-256 of both sides also for large files, for which the channel vouches",
        VERIFY_ALWAYS),
    SET(S, verify, "no-verify", 0,
        "Take files as they come: for one that grows while it is fetched", VERIFY_NEVER),
    NUMBER(S, parallel, "parallel", 0, "N",
           "Of a folder move N files at a time, each on a connection of its own: 1", 1, 16),
    FLAG(S, verbose, "verbose", 'v', "Show commands, replies, and the mark of each request's keys"),
    GROUP(S, home, home_table),
    GROUP(S, suite, suite_table),
    GROUP(S, group, group_table),
    GROUP(S, trust, trust_table),
    GROUP(S, explain, explain_table),
    GROUP(S, seed_given, seed_table),
    {0}};
#undef S
static const struct option_table client_table = {client_rows, NULL, NULL, check_client};

static const struct client_options defaults = {.seconds = SECONDS, .parallel = 1};

uint16_t client_port(const struct client_options *options)
{
    if (options->port != 0)
        return options->port;
    return options->plain ? FTP_PLAIN_PORT : FTP_PORT;
}

/* --- connect ---------------------------------------------------------------------------------- */
static void add_command(void *field, const char *what, const char *text,
                        const struct argp_state *state)
{
    const char ***commands = field;
    size_t count = 0;
    (void)what;
    (void)state;
    while (*commands && (*commands)[count])
        count++;
    const char **more = realloc(*commands, (count + 2) * sizeof(*more));
    if (!more)
        exit(CONSOLE_FAILED);
    more[count] = text;
    more[count + 1] = NULL;
    *commands = more;
}

void connect_options_read(struct connect_options *options, int argc, char **argv)
{
#define S struct connect_options
    static const struct option_row rows[] = {
        ARGUMENT(S, client.host, "which host?"),
        NUMBER(S, client.port, "port", 'p', "PORT", "The server's port: 2121; with --plain 21", 1,
               65535),
        READ(S, commands, "command", 'c', "COMMAND", "Do this and leave; may be given again",
             add_command),
        GROUP(S, client, client_table),
        {0}};
#undef S
    static const struct option_table table = {
        .rows = rows,
        .arguments = N_("HOST"),
        .text = N_(
            "Work with the files of the server at HOST."
            "\vAt a terminal you type commands; help lists them. Otherwise they are read from "
            "stdin. Commands of -c or stdin end at the first error, with exit status 1.")};
    *options = (struct connect_options){.client = defaults};
    console_parse(&table, argc, argv, options);
}

/* --- get and put ------------------------------------------------------------------------------ */
static void check_once(void *field, const struct argp_state *state)
{
    const struct once_options *options = field;
    explain_check_file(&options->client.explain, "--output", options->output, state);
    if (options->remove && !options->recursive)
        console_usage(state, "--delete goes with --recursive");
    if (options->newer && options->resume)
        console_usage(state, "--newer takes whole files: --continue goes on with one");
}

#define S struct once_options
static const struct option_row once_rows[] = {
    ARGUMENTS(S, arguments, count, "which files?"),
    FLAG(S, recursive, "recursive", 'r', "Whole folders, from and to any server"),
    FLAG(S, keep, "keep", 'p', "Keep time stamps and modes"),
    FLAG(S, newer, "newer", 'n',
         "Only files that are newer than on the other side, or of another size; keeps time stamps"),
    FLAG(S, remove, "delete", 0,
         "With -r: remove where it goes to what is not where it comes from"),
    FLAG(S, resume, "continue", 'C', "Go on where an interrupted transfer ended"),
    GROUP(S, client, client_table),
    {0}};
static const struct option_table once_table = {once_rows, NULL, NULL, check_once};

void get_options_read(struct once_options *options, int argc, char **argv)
{
    static const struct option_row rows[] = {
        TEXT(S, output, "output", 'o', "NAME", "The local name, of one URL"),
        {.kind = KIND_GROUP, .group = &once_table},
        {0}};
    static const struct option_table table = {
        .rows = rows,
        .arguments = N_("URL..."),
        .text = N_(
            "Fetch files into this folder."
            "\vA URL is ftp://HOST[:PORT]/PATH, with --plain also ftp://USER@HOST/PATH; other "
            "bytes than letters, digits and -._~/ may be written %XX.")};
    *options = (struct once_options){.client = defaults};
    console_parse(&table, argc, argv, options);
}

void put_options_read(struct once_options *options, int argc, char **argv)
{
    static const struct option_table table = {
        .rows = once_rows,
        .arguments = N_("FILE... URL"),
        .text = N_(
            "Send files to a server."
            "\vA URL that ends in / is the folder they go to; otherwise it is the name of the "
            "one file."),
        .check = check_once};
    *options = (struct once_options){.client = defaults};
    console_parse(&table, argc, argv, options);
}
