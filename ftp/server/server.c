/* `ftp server`: its folder, its accounts and its logs, in the frame of all servers. */
#include "server.h"

#include "console.h"
#include "session.h"
#include "users.h"

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
    struct ftp_server server = {.folder = -1};
    struct problem problem = {0};
    server_options_read(&server.options, argc, argv);
    if (!open_folder(&server, &problem))
        return console_problem(&problem, CONSOLE_FAILED);
    setenv("UV_THREADPOOL_SIZE", WORKERS, 0);
    if (server.options.allow_plain)
        console_note("plain FTP is on: names, passwords and files can be read by others");
    return server_run(&server.base, &program, &server.options.server);
}
