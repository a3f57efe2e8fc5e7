/*
 * A key serves one purpose: the families of suites, whose keys are apart.
 *
 * A textbook server answers whoever knows an allowed public key with raw powers of its private one.
 * That is the lesson of the suite; and a raw power is all that a signature of the modern suite is
 * made of (RFC 8017 8.1.1). So neither family takes a key of the other: not as one's own, not in
 * allowed.csv, not as a server's. docs/security.md, "Why the two families share no key".
 *
 * Files say it as `family`. Without the field, or in the formats of others, a key is modern.
 */
#ifndef GLASSBOX_KEY_FAMILY_H
#define GLASSBOX_KEY_FAMILY_H

#include <stdbool.h>

enum key_family { FAMILY_MODERN, FAMILY_TEXTBOOK };

struct channel_suite; /* channel.h */
enum key_family key_family_of(struct channel_suite suite);
const char *key_family_name(enum key_family family); /* "modern", "textbook" */
/* "" is modern. */
bool key_family_parse(enum key_family *family, const char *text);
/* What a file says of it: nothing of the modern one. */
const char *key_family_mark(enum key_family family);

#endif
