/*
 * A folder as a tar stream (GNU's format; libarchive), made on the way: names as bytes, with modes
 * and times in whole seconds, without owners. Regular files, folders, and the links that stay in
 * the folder. Everything else is left out and told, also what cannot be opened; what is being
 * written here (partial_file.h) is left out silently. Links are never followed. Blocks: any thread.
 */
#ifndef GLASSBOX_FTP_TAR_PACK_H
#define GLASSBOX_FTP_TAR_PACK_H

#include "problem.h"

#include <stddef.h>
#include <stdint.h>

struct tar_sink {
    /* Takes all of the bytes; false ends the packing. */
    bool (*write)(void *context, const void *data, size_t bytes);
    /* This path of the folder is left out. NULL: nobody wants to know. */
    void (*left_out)(void *context, const char *path, const char *why);
    void *context;
};

struct tar_count {
    uint64_t files, folders, bytes; /* bytes in files */
    uint64_t left_out;
};

/* folder: a descriptor of the folder whose contents are sent. A file that shrinks while it is read
 * is an error. If the sink said no, the problem may be left empty. */
bool tar_pack(int folder, const struct tar_sink *sink, struct tar_count *count,
              struct problem *problem) __attribute__((warn_unused_result));

#endif
