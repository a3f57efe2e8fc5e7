/*
 * A program under test as a child: its streams or its terminal, waiting for what it says, and its
 * end. Without Criterion, so that benches use it too.
 *
 *     struct process *server = process_start(home, PROCESS_PIPES, "chat", "server", NULL);
 *     const char *port = process_expect(server, PROCESS_ERR, "port ([0-9]+)");
 *     cr_assert(port, "%s", process_said(server));
 *     process_signal(server, SIGTERM);
 *     cr_assert_eq(process_wait(server), 0);
 *     process_free(server);
 *
 * Every wait ends at PROCESS_SECONDS at the latest, which only a failing test reaches. A child dies
 * with the test that started it, even if that crashes.
 */
#ifndef GLASSBOX_TESTS_PROCESS_H
#define GLASSBOX_TESTS_PROCESS_H

#include <stdbool.h>
#include <sys/types.h>

#define PROCESS_SECONDS 40

enum process_kind {
    PROCESS_PIPES,    /* stdin, stdout and stderr are pipes */
    PROCESS_TERMINAL, /* all three are one terminal, 24 lines by 80 columns, seen as PROCESS_OUT */
};
enum process_stream { PROCESS_OUT, PROCESS_ERR, PROCESS_STREAMS };

struct process;

/* Starts GLASSBOX_BIN/program (default bin/program; a name with a slash as it is) with these
 * arguments, GLASSBOX_HOME set to home. Aborts if it cannot be started. */
struct process *process_start(const char *home, enum process_kind kind, const char *program, ...)
    __attribute__((sentinel));

/* The same with the program and its arguments in a list that ends with NULL. */
struct process *process_start_list(const char *home, enum process_kind kind,
                                   const char *const arguments[]);

/* Waits for a POSIX extended regular expression in what the stream said after the last match; of
 * pipes in whole lines only, ^ and $ being their ends. Returns what its first ( ) matched, or the
 * whole match without one; valid until the next call. NULL: the stream ended, or time is up. */
const char *process_expect(struct process *process, enum process_stream stream,
                           const char *pattern);
/* Whether the stream's unmatched rest, as far as it has come, holds the pattern. Does not wait. */
bool process_has(struct process *process, enum process_stream stream, const char *pattern);

/* Everything a stream has said so far; valid until the next call. */
const char *process_text(const struct process *process, enum process_stream stream);

/* What both streams have said so far (of much, the end), for the message of a failed assertion. */
const char *process_said(struct process *process);

/* Writes the text to its stdin or its terminal; false if it went away. */
bool process_type(struct process *process, const char *text);
/* Closes its stdin. */
void process_end_input(struct process *process);

pid_t process_id(const struct process *process);
void process_signal(struct process *process, int signal);
/* Reads both streams to their end and waits for the exit: its status, 128 + N for signal N as in a
 * shell, -1 when time is up. */
int process_wait(struct process *process);
/* Whether it is still running. */
bool process_alive(struct process *process);

/* Kills it if it runs, and frees. NULL is fine. */
void process_free(struct process *process);

#endif
