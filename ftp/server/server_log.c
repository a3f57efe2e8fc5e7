/* The server's log in one file and by kind. */
#include "server_log.h"
#include "console.h"

#include <errno.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const names[LOG_KINDS] = {
    [LOG_CONNECTIONS] = "connections.log",
    [LOG_AUTHORIZATION] = "authorization.log",
    [LOG_FILES] = "files.log",
};

bool server_log_open(struct server_log *log, const char *file, const char *directory,
                     struct problem *problem)
{
    char path[PATH_MAX];
    /* Where the log has a file, and nobody looks at the screen, lines are not written twice. */
    bool watched = (!file && !directory) || isatty(STDERR_FILENO);
    if (!event_log_open(&log->all, file, watched ? stderr : NULL, console_warning_text, problem))
        return false;
    if (!directory)
        return true;
    if (mkdir(directory, 0700) != 0 && errno != EEXIST)
        return problem_errno(problem, "%s", directory);
    for (size_t i = 0; i < LOG_KINDS; i++) {
        if ((size_t)snprintf(path, sizeof(path), "%s/%s", directory, names[i]) >= sizeof(path))
            return problem_set(problem, "%s: the path is too long", directory);
        if (!event_log_open(&log->kinds[i], path, NULL, console_warning_text, problem))
            return false;
    }
    return true;
}

void server_log_close(struct server_log *log)
{
    for (size_t i = 0; i < LOG_KINDS; i++)
        event_log_close(log->kinds[i]);
}

void server_log_reopen(struct server_log *log)
{
    for (size_t i = 0; i < LOG_KINDS; i++) {
        struct problem problem = {0};
        if (log->kinds[i] && !event_log_reopen(log->kinds[i], &problem))
            event_log_write(log->all, "not-reopened", "error", problem.message, NULL);
    }
}

static const char *text_or_null(const char *text)
{
    return text && text[0] ? text : NULL;
}

static void write_to(struct event_log *log, const struct log_entry *entry, const char *connection)
{
    event_log_write(log, entry->event, "connection", connection, "ip", text_or_null(entry->ip),
                    "name", text_or_null(entry->name), "key", text_or_null(entry->key), "keys",
                    text_or_null(entry->keys), "command", text_or_null(entry->command), "path",
                    text_or_null(entry->path), "bytes", text_or_null(entry->bytes), "seconds",
                    text_or_null(entry->seconds), "outcome", text_or_null(entry->outcome), "detail",
                    text_or_null(entry->detail), NULL);
}

void server_log_write(struct server_log *log, enum log_kind kind, const struct log_entry *entry)
{
    char connection[24];
    if (entry->stranger && !event_log_stranger(log->all, entry->ip))
        return;
    snprintf(connection, sizeof(connection), "%lu", entry->connection);
    write_to(log->all, entry, entry->connection ? connection : NULL);
    if (log->kinds[kind])
        write_to(log->kinds[kind], entry, entry->connection ? connection : NULL);
}
