/*
 * A tar stream into a folder, unpacked on the way (libarchive). Nothing is ever written outside the
 * folder, whatever the stream says: absolute paths, "..", links that leave the folder, links in the
 * place of folders, names of ours (partial_file.h), devices and hard links end it with an error. A
 * file appears under its name only when it is complete; what it replaces stays until then. What was
 * unpacked before an error stays. Runs of zeros become holes. Blocks: runs on any thread.
 *
 * A folder gets its mode and time when the stream has left it; one that comes back to it has a
 * folder with the time of now.
 */
#ifndef GLASSBOX_FTP_TAR_UNPACK_H
#define GLASSBOX_FTP_TAR_UNPACK_H

#include "tar_pack.h"

#include <sys/types.h>

struct tar_source {
    /* The next bytes, valid until the next call: their number, 0: proper end, -1: error or cut. */
    ssize_t (*read)(void *context, const void **data);
    /* Asked before a file is made: may it take this many bytes? false ends the unpacking, with the
     * problem set. NULL: always. */
    bool (*allow)(void *context, const char *path, uint64_t bytes, struct problem *problem);
    void *context;
    /* Bits that modes have whatever the stream says. */
    mode_t file_floor, folder_floor;
};

/* keep: exact modes and times; otherwise modes as the umask lets them be, and the time is now. */
bool tar_unpack(int folder, bool keep, const struct tar_source *source, struct tar_count *count,
                struct problem *problem) __attribute__((warn_unused_result));

#endif
