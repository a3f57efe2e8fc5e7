/*
 * Where a command gets its bytes from: a file, standard input, the command line; bare or as
 * hexadecimal digits.
 */
#ifndef GLASSBOX_CIPHER_SOURCE_H
#define GLASSBOX_CIPHER_SOURCE_H

#include "option_table.h"

#include <stdint.h>

struct source_options {
    const char *file; /* NULL or "-": standard input */
    const char *text; /* the bytes themselves */
    bool hex;         /* digits, two a byte; blanks and line ends between bytes are fine */
};
/* --text. The argument and --hex are the command's: what they mean differs. */
extern const struct option_table source_table;

struct source {
    FILE *stream;
    const char *name; /* for messages */
    bool hex;
};

/* options is borrowed. Close it. */
bool source_open(struct source *source, const struct source_options *options,
                 struct problem *problem) __attribute__((warn_unused_result));
/* Reads until `bytes` are there or the input ends; *got says how many. */
bool source_read(struct source *source, uint8_t *out, size_t bytes, size_t *got,
                 struct problem *problem) __attribute__((warn_unused_result));
void source_close(struct source *source); /* fine on a {0} */

/* All of it, up to `limit`; *data is for free. */
bool source_whole(uint8_t **data, size_t *bytes, const struct source_options *options, size_t limit,
                  struct problem *problem) __attribute__((warn_unused_result));

#endif
