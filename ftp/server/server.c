/* `ftp server`: its folder, its accounts and its logs, in the frame of all servers. */
#include "server.h"

#include "option_table.h"
#include "session.h"
#include "translate.h"
#include "users.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#define WORKERS "16" /* one that waits for a slow disk must not hold up the others */

/* Before all else: a folder that is mistyped makes no key. */
static bool open_folder(struct ftp_server *server, struct problem *problem)
{
    const char *directory = server->options.directory;
    server->folder = open(directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (server->folder >= 0)
        return true;
    bool missing = errno == ENOENT;
    problem_errno(problem, "%s", directory);
    return missing &&
           problem_hint(problem, "the folder to be served must be there: mkdir %s", directory);
}

static bool open_files(struct server *base, struct problem *problem)
{
    struct ftp_server *server = (struct ftp_server *)base;
    const struct ftp_options *options = &server->options;
    bool opened = server_log_open(&server->log, options->server.log, options->log_directory,
                                  problem);
    base->log = server->log.all;
    if (!opened ||
        !home_path_or(server->users_path, options->users, &base->home, USERS_FILE, problem))
        return false;
    home_path(server->pending_path, &base->home, HOME_PENDING);
    server->accounts = accounts_new();
    return server->accounts || problem_memory(problem);
}

static void close_files(struct server *base)
{
    struct ftp_server *server = (struct ftp_server *)base;
    accounts_free(server->accounts);
    if (server->folder >= 0)
        close(server->folder);
    server_log_close(&server->log);
}

static void reopen_logs(struct server *base)
{
    server_log_reopen(&((struct ftp_server *)base)->log);
}

/* --- options ---------------------------------------------------------------------------------- */
static void read_ipv4(void *field, const char *what, const char *text,
                      const struct argp_state *state)
{
    struct in_addr address;
    if (inet_pton(AF_INET, text, &address) != 1)
        console_usage(state, "%s %s: not an IPv4 address such as 192.0.2.1", what, text);
    *(const char **)field = text;
}

static void check_options(void *field, const struct argp_state *state)
{
    const struct ftp_options *options = field;
    if (options->anonymous && !options->allow_plain)
        console_usage(state, "--anonymous is plain FTP: it needs --allow-plain");
}

#define S struct ftp_options
static const struct option_row rows[] = {
    ARGUMENT(S, directory, "which folder is to be served?"),
    NUMBER(S, server.port, "port", 'p', "PORT", "Where clients come: 2121; 0 picks a free one", 0,
           65535),
    READ(S, server, "ports", 0, "LOW-HIGH",
         "Data connections use ports of this pool (default: random)", server_read_ports),
    READ(S, public_address, "public-address", 0, "IPV4",
         "Behind NAT: the address that plain passive mode tells clients", read_ipv4),
    FLAG(S, shared, "shared", 0, "Everybody in DIR itself, not in a folder of their own"),
    FLAG(S, allow_plain, "allow-plain", 0,
         "Also plain FTP with passwords: for lessons, not for use"),
    FLAG(S, anonymous, "anonymous", 0, "With --allow-plain: anybody may read as anonymous"),
    TEXT(S, users, "users", 0, "FILE",
         "Passwords for plain FTP (default: ftp_users.csv of the home)"),
    TEXT(S, server.log, "log", 0, "FILE", "Append every action to this file"),
    TEXT(S, log_directory, "log-dir", 0, "DIR",
         "Also by kind: connections.log, authorization.log, files.log"),
    NUMBER(S, idle_seconds, "idle", 0, "SECONDS", "Silence after which a session ends: 900", 1,
           86400),
    GROUP(S, server, server_table),
    {0}};

static const struct option_table table = {
    rows, N_("DIR"),
    N_("Serve the files of DIR, for those whose keys are in allowed.csv."
       "\vEach key's name has its own folder under DIR, made on first login; an admin sees all of "
       "DIR. The server's key is made on first use and kept. A client that is not allowed is shown "
       "here, with the command that would let it in."),
    check_options};

int server_main(int argc, char **argv)
{
    static const struct server_program program = {.name = "ftp server",
                                                  .session_bytes = sizeof(struct session),
                                                  .open = open_files,
                                                  .close = close_files,
                                                  .reopen = reopen_logs,
                                                  .begin = session_begin,
                                                  .turn_away = session_turn_away,
                                                  .judged = session_judged,
                                                  .enter = session_enter,
                                                  .closed = session_rendezvous_closed,
                                                  .recheck = session_recheck,
                                                  .check_time = session_check_time,
                                                  .end = session_end_client};
    struct ftp_server server = {
        .folder = -1,
        .options = {.server = {.port = FTP_PORT, .places = PLACES_DEFAULTS}, .idle_seconds = 900}};
    struct problem problem = {0};
    console_parse(&table, argc, argv, &server.options);
    if (!open_folder(&server, &problem))
        return console_problem(&problem, CONSOLE_FAILED);
    setenv("UV_THREADPOOL_SIZE", WORKERS, 0);
    if (server.options.allow_plain)
        console_note("plain FTP is on: names, passwords and files can be read by others");
    return server_run(&server.base, &program, &server.options.server);
}
