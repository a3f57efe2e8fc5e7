/*
 * A result that is written piece by piece and appears under its name only when it is complete.
 *
 * Until output_file_finish the bytes have no name at all (O_TMPFILE), or, where the file system
 * knows no such files, the name .NAME.XXXXXXXX; then they are synced and renamed over what was
 * there. So whoever looks sees the old file, none, or the whole new one; what a killed program has
 * left under such a name goes when that file is written the next time. Standard output, devices and
 * pipes are written to as the pieces come.
 *
 *     struct output_file out;
 *     bool done = output_file_open(&out, path, 0666, &problem) &&
 *                 output_file_write(&out, data, bytes, &problem) &&
 *                 output_file_finish(&out, &problem);
 *     output_file_close(&out);
 */
#ifndef GLASSBOX_OUTPUT_FILE_H
#define GLASSBOX_OUTPUT_FILE_H

#include "problem.h"

#include <limits.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>

struct output_file {
    FILE *stream;
    const char *path;         /* for messages */
    char temporary[PATH_MAX]; /* where it gets a name before its own; "": written to directly */
    bool named;               /* temporary already exists */
};

/* path: NULL or "-" for standard output; borrowed until the close. mode: of a new file, less the
 * umask. An old file keeps its permission bits, but not if the mode gives nothing to others: a
 * secret does not go into what they can read. A symbolic link to a file is refused, as the rename
 * would replace it. */
bool output_file_open(struct output_file *out, const char *path, mode_t mode,
                      struct problem *problem) __attribute__((warn_unused_result));
/* The same for a drawing, which a person makes again and again (begins: "<svg"): an old file is
 * replaced only if it begins so, too, or is empty. Anything else under that name, a key perhaps, is
 * refused. */
bool output_file_open_drawing(struct output_file *out, const char *path, mode_t mode,
                              const char *begins, struct problem *problem)
    __attribute__((warn_unused_result));
/* Whether the result would not take the place of a file that it is made from: two names of one
 * regular file. Either may be NULL, or "-". */
bool output_file_spares(const char *path, const char *input, struct problem *problem)
    __attribute__((warn_unused_result));
/* Whether two names are of one file, which need not be there yet. A device or a pipe takes all that
 * comes, and is not meant. Either may be NULL, or "-". */
bool output_file_is_same(const char *path, const char *other);
/* The same of two results: here one terminal or pipe counts, too ("-" is stdout), where they would
 * be mixed; /dev/null does not. */
bool output_file_would_mix(const char *path, const char *other);
bool output_file_write(struct output_file *out, const void *data, size_t bytes,
                       struct problem *problem) __attribute__((warn_unused_result));
/* All is written: now it appears. */
bool output_file_finish(struct output_file *out, struct problem *problem)
    __attribute__((warn_unused_result));
/* What was not finished goes. Fine on a {0}, and after output_file_open has failed. */
void output_file_close(struct output_file *out);

#endif
