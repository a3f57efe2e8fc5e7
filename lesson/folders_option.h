/*
 * The option of every command that has to do with the lessons' folders: --dir.
 */
#ifndef GLASSBOX_FOLDERS_OPTION_H
#define GLASSBOX_FOLDERS_OPTION_H

#include "option_table.h"

#define FOLDERS_OPTION(S, field)                                                                   \
    TEXT(S, field, "dir", 0, "DIR", "Where the lessons' folders are: ~/glassbox-lessons")

#endif
