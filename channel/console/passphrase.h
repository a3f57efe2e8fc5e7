/*
 * Passphrases and passwords: from the person at the terminal, from a file, from a descriptor. Never
 * from the command line or the environment, which others can read.
 *
 *     char secret[PASSPHRASE_BYTES];
 *     if (!passphrase_ask(secret, "Passphrase of anna", &problem)) ...
 *     ... strlen(secret) ...
 *     sym_wipe(secret, sizeof(secret));
 *
 * The terminal is /dev/tty, whatever stdin is. Its echo is off while the person types, and back on
 * every path: at the end, on an error, when a signal ends the program, and while Ctrl-Z stops it
 * (after fg it asks again). Only SIGKILL and a crash can leave it off: stty sane.
 *
 * On failure nothing is left in secret. CT: lengths. One thread at a time.
 */
#ifndef GLASSBOX_PASSPHRASE_H
#define GLASSBOX_PASSPHRASE_H

#include "problem.h"

#define PASSPHRASE_BYTES 1024 /* with the 0 at the end, of which there is no other */
#define PASSPHRASE_TRIES 3    /* at a terminal */

/* Asks "PROMPT: " for one line, which may be empty. */
bool passphrase_ask(char secret[PASSPHRASE_BYTES], const char *prompt, struct problem *problem)
    __attribute__((warn_unused_result));
/* Then "once more: "; two different answers are an error. */
bool passphrase_ask_twice(char secret[PASSPHRASE_BYTES], const char *prompt,
                          struct problem *problem) __attribute__((warn_unused_result));

/* The first line, without its LF or CRLF and without a byte order mark. A file that others can read
 * or write is refused, as a key file is. From a descriptor only that line is taken. name: what
 * messages call it. */
bool passphrase_read_file(char secret[PASSPHRASE_BYTES], const char *path, struct problem *problem)
    __attribute__((warn_unused_result));
bool passphrase_read_descriptor(char secret[PASSPHRASE_BYTES], int descriptor, const char *name,
                                struct problem *problem) __attribute__((warn_unused_result));

/* --- where a program takes them from ---------------------------------------------------------- */

#define PASSPHRASE_LAST_DESCRIPTOR 1048575 /* Linux lets a process have no more */

/* Set by --passphrase-file and --passphrase-fd (home.h); without either, the terminal. A library
 * that opens keys calls `get`; {0} is a source that has none. */
struct passphrase_source {
    /* Answers with the passphrase of `what`. attempt: 0, then one more each time that the answer
     * before was wrong. False: there is no further one, and the problem says why. */
    bool (*get)(char secret[PASSPHRASE_BYTES], const struct passphrase_source *source,
                const char *what, unsigned attempt, struct problem *problem);
    void *context;    /* for a `get` of one's own */
    const char *file; /* NULL: not given */
    bool has_descriptor;
    int descriptor; /* each passphrase is the next line of it */
};

/* The `get` of programs: three tries at a terminal, one with a file or a descriptor. */
bool passphrase_get(char secret[PASSPHRASE_BYTES], const struct passphrase_source *source,
                    const char *what, unsigned attempt, struct problem *problem)
    __attribute__((warn_unused_result));

/* A new one, asked for twice at a terminal, where an empty answer is let through: the prompt says
 * what it means. From a file or a descriptor an empty one is an error. */
bool passphrase_get_new(char secret[PASSPHRASE_BYTES], const struct passphrase_source *source,
                        const char *prompt, struct problem *problem)
    __attribute__((warn_unused_result));

/* Whether a file or a descriptor was given. */
bool passphrase_source_given(const struct passphrase_source *source);

#endif
