/*
 * A source of passphrases for tests: a list of answers, and who asked for them. Without Criterion.
 */
#ifndef GLASSBOX_TESTS_PASSPHRASE_ANSWERS_H
#define GLASSBOX_TESTS_PASSPHRASE_ANSWERS_H

#include "key_access.h"

#include <stddef.h>

struct passphrase_answers {
    const char *answers[4]; /* to the attempts, in turn; NULL: no further one */
    unsigned asked;
    char what[256]; /* of the last question */
};

/* It points to answers, which stay the caller's. */
struct key_access answering(struct passphrase_answers *answers);

#endif
