/*
 * What went wrong, and what to do about it: two texts that a library hands to its program.
 *
 * Libraries never print. A function that can fail takes a struct problem, answers false, and leaves
 * there one sentence (what and where: file, line, column, host, port) and one hint (the next thing
 * to do). console_problem prints both. Never a secret in either.
 *
 *     struct problem problem = {0};
 *     if (!key_store_load(&key, &home, "server", KEY_PRIVATE, 0, &problem))
 *         return console_problem(&problem, CONSOLE_FAILED);
 */
#ifndef GLASSBOX_PROBLEM_H
#define GLASSBOX_PROBLEM_H

#include <stdbool.h>

#define PROBLEM_TEXT_BYTES 1024

struct problem {
    char message[PROBLEM_TEXT_BYTES]; /* lower case, no full stop; "" while nothing is wrong */
    char hint[PROBLEM_TEXT_BYTES];    /* "" if there is none */
};

/* The format is translated (translate.h); texts for its holes are not.
 * Sets the message. The first message stays, and so does the first hint. Longer texts are cut.
 * problem may be NULL: the caller does not care why. Always false: `return problem_set(...)`. */
bool problem_set(struct problem *problem, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Adds the hint to a message. Always false. */
bool problem_hint(struct problem *problem, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* problem_set of "WHAT: what errno means". Keeps errno. Always false. */
bool problem_errno(struct problem *problem, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* problem_set of "no memory". Always false. */
bool problem_memory(struct problem *problem);

/* The static analyser sees one file at a time: tell it that all four are false. */
#ifdef __clang_analyzer__
#define problem_set(...)    ((void)problem_set(__VA_ARGS__), false)
#define problem_hint(...)   ((void)problem_hint(__VA_ARGS__), false)
#define problem_errno(...)  ((void)problem_errno(__VA_ARGS__), false)
#define problem_memory(...) ((void)problem_memory(__VA_ARGS__), false)
#endif

#endif
