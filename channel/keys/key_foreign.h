/*
 * Formats of keys that are not read here: named, with the way out of each.
 *
 * PuTTY's own (PPK), PKCS#12 (RFC 7292), the key stores of Java (JKS), and text in UTF-16.
 */
#ifndef GLASSBOX_KEY_FOREIGN_H
#define GLASSBOX_KEY_FOREIGN_H

#include "problem.h"

#include <stddef.h>

/* False, with a problem, if the file begins as one of them does. file: its name, for messages. */
bool key_foreign_check(const char *file, const void *data, size_t bytes, struct problem *problem)
    __attribute__((warn_unused_result));

#endif
