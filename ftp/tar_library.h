/*
 * libarchive, loaded when the first folder travels as a stream. It brings many libraries along that
 * no tar needs (Debian: 16, for XML and seven ways to compress), and to start them takes longer than
 * to log in and list a folder.
 *
 *     if (!tar_library(problem)) return false;    // first, on any thread
 *     struct archive *archive = CALL(archive_write_new)();
 */
#ifndef GLASSBOX_FTP_TAR_LIBRARY_H
#define GLASSBOX_FTP_TAR_LIBRARY_H

#include "problem.h"

#include <archive.h>
#include <archive_entry.h>

#define TAR_CALLS(ROW)                                                                             \
    ROW(archive_entry_copy_pathname)                                                               \
    ROW(archive_entry_copy_symlink)                                                                \
    ROW(archive_entry_filetype)                                                                    \
    ROW(archive_entry_free)                                                                        \
    ROW(archive_entry_hardlink)                                                                    \
    ROW(archive_entry_mtime)                                                                       \
    ROW(archive_entry_mtime_nsec)                                                                  \
    ROW(archive_entry_new)                                                                         \
    ROW(archive_entry_pathname)                                                                    \
    ROW(archive_entry_perm)                                                                        \
    ROW(archive_entry_set_filetype)                                                                \
    ROW(archive_entry_set_mtime)                                                                   \
    ROW(archive_entry_set_perm)                                                                    \
    ROW(archive_entry_set_size)                                                                    \
    ROW(archive_entry_size)                                                                        \
    ROW(archive_entry_symlink)                                                                     \
    ROW(archive_error_string)                                                                      \
    ROW(archive_read_data_block)                                                                   \
    ROW(archive_read_free)                                                                         \
    ROW(archive_read_new)                                                                          \
    ROW(archive_read_next_header)                                                                  \
    ROW(archive_read_open)                                                                         \
    ROW(archive_read_support_format_tar)                                                           \
    ROW(archive_set_error)                                                                         \
    ROW(archive_write_close)                                                                       \
    ROW(archive_write_data)                                                                        \
    ROW(archive_write_free)                                                                        \
    ROW(archive_write_header)                                                                      \
    ROW(archive_write_new)                                                                         \
    ROW(archive_write_open)                                                                        \
    ROW(archive_write_set_bytes_in_last_block)                                                     \
    ROW(archive_write_set_bytes_per_block)                                                         \
    ROW(archive_write_set_format_gnutar)

struct tar_library {
#define TAR_FIELD(name) __typeof__(name) *name;
    TAR_CALLS(TAR_FIELD)
#undef TAR_FIELD
};

/* Loads it, once. False: it is not there, or too old. */
bool tar_library(struct problem *problem) __attribute__((warn_unused_result));

extern struct tar_library tar_library_calls; /* written once, by tar_library */
#define CALL(name) (tar_library_calls.name)

#endif
