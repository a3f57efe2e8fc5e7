/*
 * Who answers where somebody else was expected: the first bytes of well-known protocols.
 */
#ifndef GLASSBOX_GREETING_H
#define GLASSBOX_GREETING_H

#include <stddef.h>
#include <stdint.h>

/* "the greeting of an SSH server"; NULL if the bytes are nothing that we know. Four tell. */
const char *greeting_name(const uint8_t *data, size_t bytes);

#endif
