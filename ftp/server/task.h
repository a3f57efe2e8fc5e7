/*
 * A task: one command's work with files, on a worker thread, so that a slow disk holds up nobody
 * else. It has its own copies of all it needs, and leaves a reply.
 *
 * Long work is done in slices: a worker that answers true is asked again, behind whoever else is
 * waiting, with its state in the task.
 */
#ifndef GLASSBOX_FTP_TASK_H
#define GLASSBOX_FTP_TASK_H

#include "commands.h"
#include "stream.h"

#define TASK_TEXT_BYTES  (2 * VIEW_PATH_BYTES + 256)
#define TASK_SLICE_BYTES ((uint64_t)8 << 20)

/* The access that a user cannot take from what is everybody's. */
#define TASK_FILE_FLOOR   0400
#define TASK_FOLDER_FLOOR 0700

struct task {
    uv_work_t work;
    struct session *session;
    const struct command *command;
    bool again;
    /* what to work on */
    int root;                   /* the session's: it stays open until the task is back */
    struct account *account;    /* likewise */
    char path[VIEW_PATH_BYTES]; /* of the argument */
    char from[VIEW_PATH_BYTES]; /* of RNFR, SITE CPFR; "" if there was none */
    char cwd[VIEW_PATH_BYTES];
    char *argument; /* as it came */
    uint64_t restart;
    bool ascii, read_only, seeded;
    bool everybodys; /* the tree, under --shared, and not an admin's */
    unsigned hidden_facts;
    /* what came of it */
    int code;
    char text[TASK_TEXT_BYTES];
    struct buffer lines;         /* of a reply in several lines, each with a 0 behind it */
    uint64_t bytes;              /* for the log */
    struct stream *stream;       /* of a transfer stream, ready to flow; NULL: it failed */
    struct account_count *count; /* of the account, before the work itself */
    void *state;                 /* between slices */
    void (*free_state)(void *state);
};

/* path: resolved, or NULL for commands without one. Runs it; the reply and `finish` follow. */
void task_start(struct session *session, const struct command *command, const char *path,
                const char *argument);

/* For workers; false: `return task_reply(...)` ends the work. */
bool task_reply(struct task *task, int code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* The reply that errno deserves, with the path: 550, or 450, 452, 552. */
bool task_errno(struct task *task, const char *path);
void task_line(struct task *task, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* What errno is in FTP's numbers, and in words (RFC 959 4.2.1). */
int errno_code(int error);
const char *errno_words(int error);

#endif
