/*
 * Where programs take passphrases from: --passphrase-file and --passphrase-fd, else the terminal.
 */
#ifndef GLASSBOX_PASSPHRASE_OPTION_H
#define GLASSBOX_PASSPHRASE_OPTION_H

#include "passphrase_source.h"

#define PASSPHRASE_LAST_DESCRIPTOR 1048575 /* Linux lets a process have no more */

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
