/*
 * Whether a key is one of those that are known to be weak: what gen, allow and check ask, and
 * keytool audit in full.
 */
#ifndef GLASSBOX_KEYTOOL_WEAK_KEY_H
#define GLASSBOX_KEYTOOL_WEAK_KEY_H

#include "problem.h"
#include "rsa_weakness.h"

#include <stdbool.h>

/* Shorter keys are for learning, and weak each in its own way. */
#define WEAK_KEY_LEAST_BITS 512

/* The quick part of rsa_weakness.h. false: the problem says of what (a file, "this key") it is
 * true, what it is, and the way out. */
bool weak_key_check(const struct rsa_key *key, const char *what, struct problem *problem)
    __attribute__((warn_unused_result));

/* The problem of the first finding of a report that has one. Always false. */
bool weak_key_refuse(const struct rsa_weakness_report *report, const char *what,
                     struct problem *problem);

#endif
