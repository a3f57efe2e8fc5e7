/*
 * The files of a folder, for commands that take one.
 */
#ifndef GLASSBOX_KEYTOOL_FOLDER_H
#define GLASSBOX_KEYTOOL_FOLDER_H

#include "problem.h"

/* Calls `each` with the path of every file in the folder, in the order of their names (2 before
 * 10). What is hidden (.NAME) is not meant, and folders inside are not entered. */
bool folder_files(const char *folder, void (*each)(void *context, const char *path), void *context,
                  struct problem *problem) __attribute__((warn_unused_result));

#endif
