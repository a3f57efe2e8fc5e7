/*
 * Where a library that opens protected keys gets passphrases from: a question to its program.
 *
 * The programs' own answer is in passphrase_option.h: a terminal, a file or a descriptor.
 */
#ifndef GLASSBOX_PASSPHRASE_SOURCE_H
#define GLASSBOX_PASSPHRASE_SOURCE_H

#include "problem.h"

#define PASSPHRASE_BYTES 1024 /* with the 0 at the end, of which there is no other */

/* {0} is a source that has none. */
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

#endif
