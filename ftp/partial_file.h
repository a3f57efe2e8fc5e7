/*
 * Files that are being written, under names of ours beside those that they will have: how they are
 * told from others, and how two are kept from writing one (flock(2)).
 */
#ifndef GLASSBOX_FTP_PART_FILE_H
#define GLASSBOX_FTP_PART_FILE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define PARTIAL_PREFIX ".glassbox-part-"

bool partial_file_is(const char *name);

/* Opens it for reading and writing, makes it if it is not there, and locks it until it is closed;
 * flags may add O_EXCL. -1 and errno; EBUSY: somebody else has it. */
int partial_file_open(int folder, const char *name, int flags, mode_t mode);

/* Removes one that nobody has: its size. -1 and errno. */
off_t partial_file_remove(int folder, const char *name);

/* Writes all of it, but for runs of zeros: where the file has ended so far, these become holes.
 * ftruncate(2) follows in the end, for one that nothing stands behind. False and errno. */
bool partial_file_write(int file, const void *data, size_t bytes, off_t at);

#endif
