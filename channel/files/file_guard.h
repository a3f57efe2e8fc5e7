/*
 * Who else may write a file that this program trusts: lists, pinned keys, key files by name. sshd's
 * StrictModes is the model (sshd_config(5)).
 *
 * A file and its folder must belong to this user or to root, and nobody else may write to them. A
 * sticky folder (/tmp) keeps others from replacing what is not theirs. root may use anybody's
 * files: there the bits alone count. Whoever can write the file lets himself in; whoever can write
 * the folder puts another file in its place.
 */
#ifndef GLASSBOX_FILE_GUARD_H
#define GLASSBOX_FILE_GUARD_H

#include "problem.h"

/* Judges the file or folder itself. What is not there is fine. The hint has the chmod to type. */
bool file_guard_one(const char *path, struct problem *problem) __attribute__((warn_unused_result));
/* The file, its folder and, if it is a link, the folder of what it leads to. */
bool file_guard(const char *path, struct problem *problem) __attribute__((warn_unused_result));

#endif
