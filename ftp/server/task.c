/* Tasks: off to a worker, back with a reply. */
#include "task.h"

#include "printable.h"
#include "transfer.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- replies of workers ----------------------------------------------------------------------- */
bool task_reply(struct task *task, int code, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(task->text, sizeof(task->text), format, arguments);
    va_end(arguments);
    task->code = command_code(task->command, code);
    return false;
}

int errno_code(int error)
{
    switch (error) {
    case ENOSPC:
        return 452;
    case EDQUOT:
    case EFBIG:
        return 552;
    case EBUSY:
    case EAGAIN:
    case ETXTBSY:
        return 450;
    case ENOMEM:
    case EMFILE:
    case ENFILE:
    case EIO:
        return 451;
    default:
        return 550;
    }
}

const char *errno_words(int error)
{
    const char *words = strerrordesc_np(error);
    if (error == EXDEV)
        return "It leads out of your folder";
    if (error == EDQUOT)
        return "Your quota does not allow more";
    return words ? words : "It cannot be done";
}

bool task_errno(struct task *task, const char *path)
{
    int error = errno;
    char shown[PRINTABLE_SPACE(VIEW_PATH_BYTES)];
    printable_text(shown, sizeof(shown), path, strlen(path));
    shown[VIEW_PATH_BYTES - 1] = '\0';
    task_reply(task, errno_code(error), "%s: %s", shown, errno_words(error));
    errno = error;
    return false;
}

void task_line(struct task *task, const char *format, ...)
{
    char text[TASK_TEXT_BYTES];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    if (!buffer_append(&task->lines, text, strlen(text) + 1))
        buffer_free(&task->lines); /* no list is better than half of one */
}

/* --- there and back --------------------------------------------------------------------------- */
static void free_task(struct task *task)
{
    if (task->free_state)
        task->free_state(task->state);
    account_count_free(task->count);
    if (task->stream)
        task->stream->kind->free(task->stream);
    if (task->argument)
        explicit_bzero(task->argument, strlen(task->argument));
    free(task->argument);
    buffer_free(&task->lines);
    free(task);
}

/* Whether the work waits for a count. Without a quota only the one who asks wants to know. */
static bool must_count(struct task *task)
{
    return (task->command->needs & NEEDS_ACCOUNT) && !task->state &&
           (account_quota(task->account) != ALLOW_NO_QUOTA || task->command->work == work_quota) &&
           !account_is_counted(task->account);
}

/* A slice of it; true: not done yet. What cannot be counted leaves the task's reply. */
static bool count_account(struct task *task)
{
    struct problem problem = {0};
    enum account_counting counting = ACCOUNT_UNCOUNTABLE;
    if (!task->count)
        task->count = account_count_new(task->account, task->root);
    if (task->count)
        counting = account_count_more(task->count, &problem);
    else
        problem_errno(&problem, "the folder");
    if (counting == ACCOUNT_UNCOUNTABLE) {
        int code = errno_code(errno);
        char shown[PRINTABLE_SPACE(PROBLEM_TEXT_BYTES)];
        printable_text(shown, sizeof(shown), problem.message, strlen(problem.message));
        task_reply(task, code, "What you have cannot be counted: %s", shown);
    }
    return counting == ACCOUNT_COUNTING;
}

static void run_task(uv_work_t *work)
{
    struct task *task = work->data;
    task->again = must_count(task) && count_account(task);
    if (!task->again && !task->code)
        task->again = task->command->work(task);
}

static void reply_result(struct session *session, const struct task *task)
{
    const char *line = (const char *)buffer_front(&task->lines);
    const char *end = line + buffer_bytes(&task->lines);
    if (buffer_bytes(&task->lines) == 0) {
        reply(session, task->code, "%s", task->text);
        return;
    }
    reply_begin(session, task->code, task->text);
    for (; line < end; line += strlen(line) + 1)
        reply_line(session, "%s", line);
    reply_end(session, "End");
}

static void log_task(const struct session *session, const struct task *task)
{
    char code[8], bytes[24];
    struct log_entry entry = session_log_entry(session, "file");
    bool refused = task->code >= 500 && task->path[0]; /* who asks for what is not theirs? */
    if (!(task->command->needs & (IS_LOGGED | NEEDS_ADMIN)) && !refused)
        return;
    snprintf(code, sizeof(code), "%d", task->code);
    snprintf(bytes, sizeof(bytes), "%llu", (unsigned long long)task->bytes);
    entry.command = task->command->verb;
    entry.path = task->path[0] ? task->path : task->argument;
    entry.outcome = code;
    entry.bytes = task->bytes ? bytes : NULL;
    entry.detail = task->from;
    server_log_write(&session->server->log, LOG_FILES, &entry);
}

static void on_task_done(uv_work_t *work, int status)
{
    struct task *task = work->data;
    struct session *session = task->session;
    (void)status; /* never cancelled */
    if (task->again && !session->ended) {
        uv_queue_work(&session->server->base.loop, &task->work, run_task, on_task_done);
        return;
    }
    session->task = NULL;
    if (!session->ended) {
        if (!task->stream) {
            log_task(session, task);
            if (task->code)
                reply_result(session, task);
        }
        if (!session->ended && task->command->finish)
            task->command->finish(session, task);
    }
    free_task(task);
    session_next(session);
    session_release(session);
}

static void fill(struct task *task, struct session *session, const char *path)
{
    task->root = session->root;
    task->account = session->account;
    task->ascii = session->ascii;
    task->restart = session->restart;
    task->read_only = session->read_only;
    task->hidden_facts = session->hidden_facts;
    task->seeded = session->server->base.config.seed != NULL;
    task->everybodys = session->server->options.shared && !session->admin;
    if (path)
        strcpy(task->path, path);
    if (session->cwd)
        strcpy(task->cwd, session->cwd);
    const char *from = task->command->work == work_rnto   ? session->rename_from
                       : task->command->work == work_cpto ? session->copy_from
                                                          : NULL;
    if (from)
        strcpy(task->from, from);
}

void task_start(struct session *session, const struct command *command, const char *path,
                const char *argument)
{
    struct task *task = calloc(1, sizeof(*task));
    if (task)
        task->argument = strdup(argument);
    if (!task || !task->argument) {
        free(task);
        reply(session, 451, "No memory");
        return;
    }
    task->session = session;
    task->command = command;
    task->work.data = task;
    fill(task, session, path);
    if (command->needs & NEEDS_DATA)
        session->restart = 0; /* RFC 959: REST is of the next command alone */
    session->task = task;
    session_hold(session);
    uv_queue_work(&session->server->base.loop, &task->work, run_task, on_task_done);
}
