/*
 * How a sister program is called here: what a hint tells people to type.
 */
#ifndef GLASSBOX_PROGRAM_NAME_H
#define GLASSBOX_PROGRAM_NAME_H

#include <stddef.h>

/* A program beside this one: "bin/keytool" in the tree, "glassbox keytool" where it is installed
 * (libexec/glassbox/), "keytool" if it was found by the PATH. */
void program_sister(char *out, size_t space, const char *name);
void program_keytool(char *out, size_t space);

#endif
