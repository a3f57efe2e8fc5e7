/*
 * A scratch folder for one test, under TMPDIR or /tmp, and files in it. Without Criterion.
 */
#ifndef GLASSBOX_TESTS_SCRATCH_H
#define GLASSBOX_TESTS_SCRATCH_H

#include <stddef.h>

/* A new, empty folder (0700); aborts if there is none to be had. The path is freed by
 * scratch_remove, which removes the folder and all that is in it. */
char *scratch_new(void);
void scratch_remove(char *folder);

/* Folders called d, each in the one before, as deep as that, with a file of five bytes in each.
 * Deeper than a path can say: a descriptor of the innermost. */
int scratch_chain(int folder, size_t depth);

/* Removes a folder and all that is in it, whatever its modes are. */
void scratch_wipe(const char *folder);

/* FOLDER/NAME, a new string. */
char *scratch_path(const char *folder, const char *name);
/* The whole of FOLDER/NAME as a new string; "" if there is no such file. */
char *scratch_read(const char *folder, const char *name);
/* Replaces or makes FOLDER/NAME, by rename. Aborts if it cannot. */
void scratch_write(const char *folder, const char *name, const char *text);
/* The same, for the owner alone (0600). */
void scratch_write_secret(const char *folder, const char *name, const char *text);

#endif
