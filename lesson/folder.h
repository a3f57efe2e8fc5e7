/*
 * The folder in which a lesson is done: PARENT/NN, fresh at each start.
 *
 *     bin -> the programs     docs -> the pages and their examples     lesson/  keys and recordings
 *
 * So whatever stands on the page works as it stands there, and no lesson meets what another one has
 * left. What lay in the folder before is moved to PARENT/NN.DATE-TIME, never removed; the folder
 * itself stays, and with it the terminals that are in it. PARENT is ~/glassbox-lessons.
 *
 * In PARENT/NN/.lesson stands when the lesson was begun, and when it was done.
 */
#ifndef GLASSBOX_FOLDER_H
#define GLASSBOX_FOLDER_H

#include "course.h"
#include "pages.h"
#include "problem.h"
#include "timestamp.h"

#include <limits.h>

#define FOLDER_PARENT_BYTES (PATH_MAX - 256)
#define FOLDER_PATH_BYTES   (FOLDER_PARENT_BYTES + 16) /* PARENT/NN */

struct folders {
    char parent[FOLDER_PARENT_BYTES]; /* absolute */
};

/* directory: of an option, or NULL. It need not exist. */
bool folders_find(struct folders *folders, const char *directory, struct problem *problem)
    __attribute__((warn_unused_result));

/* Makes one folder, where it is not there. */
bool folder_make(const char *path, struct problem *problem) __attribute__((warn_unused_result));
/* Makes PARENT, and the folders above it. */
bool folders_make(const struct folders *folders, struct problem *problem)
    __attribute__((warn_unused_result));

/* PARENT/NN. */
void folders_path(char path[FOLDER_PATH_BYTES], const struct folders *folders,
                  const struct course_lesson *lesson);
/* The lesson whose folder the program was started in, or somewhere below; NULL if there is none. */
const struct course_lesson *folders_here(const struct folders *folders);

struct folder_state {
    char begun[TIMESTAMP_BYTES], done[TIMESTAMP_BYTES]; /* "": not yet */
};
/* What the folder says; all "" where there is none. */
bool folder_state_read(struct folder_state *state, const struct folders *folders,
                       const struct course_lesson *lesson, struct problem *problem)
    __attribute__((warn_unused_result));
/* The folder is there. */
bool folder_state_write(const struct folder_state *state, const struct folders *folders,
                        const struct course_lesson *lesson, struct problem *problem)
    __attribute__((warn_unused_result));

/* Makes the folder, or makes it anew. kept: where its old contents are now, or "". A lesson that was
 * done before stays so. */
bool folder_begin(char kept[PATH_MAX], const struct folders *folders, const struct pages *pages,
                  const struct course_lesson *lesson, struct problem *problem)
    __attribute__((warn_unused_result));

/* A path for people and their shells: "~/..." below HOME, in quotes where a shell needs them. */
void folder_path_shown(char shown[PATH_MAX], const char *path);

#endif
