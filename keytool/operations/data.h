/*
 * What goes into an operation and comes out of it: bytes of a file or a pipe, bare or as text.
 */
#ifndef GLASSBOX_KEYTOOL_DATA_H
#define GLASSBOX_KEYTOOL_DATA_H

#include "problem.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum data_form {
    DATA_BYTES,
    DATA_HEX,     /* two digits a byte */
    DATA_BASE64,  /* RFC 4648 section 4 */
    DATA_NUMBER,  /* hexadecimal after 0x; written only */
    DATA_DECIMAL, /* likewise, in base 10 */
};

struct data {
    uint8_t *bytes;
    size_t count;
};

/* Wipes and frees. Fine on a {0}. */
void data_free(struct data *data);

/* All of a file (path NULL or "-": of standard input) that holds at most `limit` bytes in this
 * form; blanks and line breaks in text do not count. what: "the message", for errors; hint: what to
 * do with a longer one, or NULL. */
bool data_read(struct data *data, const char *path, enum data_form form, size_t limit,
               const char *what, const char *hint, struct problem *problem)
    __attribute__((warn_unused_result));

/* Writes to a file, which appears when it is whole, or to standard output (path NULL or "-"); text
 * with a line break behind. mode: of a new file. */
bool data_write(const struct data *data, const char *path, enum data_form form, mode_t mode,
                struct problem *problem) __attribute__((warn_unused_result));

/* Whether the result may go to the file `output`: not if that is the input, by whatever path. NULL
 * or "-" is a standard stream. */
bool data_check_output(const char *output, const char *input, struct problem *problem)
    __attribute__((warn_unused_result));

/* Opens for reading; path NULL or "-" is standard input. -1 on failure. */
int data_open(const char *path, struct problem *problem);

#endif
