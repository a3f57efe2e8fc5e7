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

#include "passphrase_source.h"

#define PASSPHRASE_TRIES 3 /* at a terminal */

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

#endif
