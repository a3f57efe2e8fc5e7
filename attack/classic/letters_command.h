/*
 * What the attacks on ciphers of letters have in common from the command line on: what is read, the
 * report's beginning, the talk under another cipher, the end.
 */
#ifndef GLASSBOX_ATTACK_LETTERS_COMMAND_H
#define GLASSBOX_ATTACK_LETTERS_COMMAND_H

#include "letters_attempt.h"
#include "letters_subject.h"
#include "report.h"
#include "target.h"

/* An attack at work. It begins the struct of its own. */
struct letters_work {
    const struct letters_options *options;
    struct target target;
    size_t *text_of_message, texts; /* letters_texts */
    struct letters_models models;
    struct report report;
};

/* Both end the report, and give the exit status. */
struct letters_attack {
    const char *cipher; /* "caesar": its suites and its command are called so */
    int (*one)(struct letters_work *work, struct problem *problem);
    int (*recording)(struct letters_work *work, struct problem *problem);
};

/* work: {0} but for what is the attack's own. The exit status. */
int letters_command_run(struct letters_work *work, const struct letters_attack *attack,
                        const struct letters_options *options);
/* No memory: ends the report. */
int letters_command_fail(struct letters_work *work, struct problem *problem);

#endif
