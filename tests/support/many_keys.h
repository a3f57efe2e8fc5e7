/*
 * As many RSA-2048 pairs as a crowd has heads. Making one takes longer than everything else that a
 * client does, so they are kept in a file and made once. For benches; without Criterion.
 */
#ifndef GLASSBOX_TESTS_MANY_KEYS_H
#define GLASSBOX_TESTS_MANY_KEYS_H

#include "rsa_key.h"

#include <stddef.h>

/* The pairs of the file; those that it lacks are made on both cores and added. Free each with
 * rsa_key_free, and the list with free. Aborts if they cannot be had. */
struct rsa_key **many_keys(const char *path, size_t count);

#endif
