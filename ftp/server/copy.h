/*
 * Bytes from one file into another, by the kernel where it can (copy_file_range(2)).
 */
#ifndef GLASSBOX_FTP_COPY_H
#define GLASSBOX_FTP_COPY_H

#include <stdbool.h>
#include <stdint.h>

/* Copies `bytes` bytes at the same offset `at` of both. False and errno; EIO: `from` is shorter. */
bool copy_bytes(int to, int from, uint64_t at, uint64_t bytes);

#endif
