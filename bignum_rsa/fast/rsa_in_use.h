/*
 * Which implementations of RSA's powers there are, and which one runs on this machine, by name: for
 * people and benches.
 */
#ifndef GLASSBOX_RSA_IN_USE_H
#define GLASSBOX_RSA_IN_USE_H

#include <stdbool.h>
#include <stddef.h>

/* A constant. It depends on the processor and on GLASSBOX_IMPLEMENTATIONS (rsa_lanes.h). */
const char *rsa_in_use(void);

/* The name of number `number`, GMP first; NULL past the last. *supported: by this processor. */
const char *rsa_known(size_t number, bool *supported);

#endif
