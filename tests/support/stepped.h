/*
 * A program that stops after every system call, so that a test can look at what a power cut at this
 * moment would leave. By ptrace(2). Without Criterion.
 *
 * While the program stands still, the files are what they would be had it been killed there. What a
 * disk may lose besides is what was not synced: a rename of a file whose last write is not followed
 * by an fsync is counted.
 */
#ifndef GLASSBOX_TESTS_STEPPED_H
#define GLASSBOX_TESTS_STEPPED_H

#include <stddef.h>

struct stepped {
    size_t stops;            /* after how many calls it stood still */
    size_t unsynced_renames; /* must be 0 */
    int status;              /* exit status; 128 + N for signal N */
};

/* Runs GLASSBOX_BIN/program (default bin/program) with the rest of arguments (a list that ends with
 * NULL), GLASSBOX_HOME set to home and `folder` as its working folder, its output to nowhere. look
 * is called at every stop. Aborts if there is no ptrace. */
struct stepped stepped_run(const char *home, const char *folder, const char *const arguments[],
                           void (*look)(void *context), void *context);

#endif
