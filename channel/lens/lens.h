/*
 * The lens: looks into the channels of a program while they live, and shows what it sees to those
 * who asked for it.
 *
 *     --record FILE     every event, as JSON lines (recording.h, docs/recording.md)
 *     --page FILE       the same as one page of HTML, drawn at the end (page.h)
 *     --explain[=WHAT]  told while it happens, on stderr (narration.h)
 *     --keylog FILE     the keys, for Wireshark (keylog.h)
 *
 * A program reads the options with lens_argp, opens the lens, and hands lens_trace to the channels
 * it makes (channel_config.trace, secure_options.trace); nothing else in it knows of the lens.
 * Without any of the options there is no lens, lens_trace(NULL) is NULL, and it costs nothing.
 *
 * Events of several channels and threads come to an observer one at a time, in order.
 */
#ifndef GLASSBOX_LENS_H
#define GLASSBOX_LENS_H

#include "lesson_seed.h"
#include "recording.h"

#include <argp.h>

enum lens_explain {
    LENS_EXPLAIN_NOTHING,
    LENS_EXPLAIN_STORY,
    LENS_EXPLAIN_FIELDS,
    LENS_EXPLAIN_MATH
};

/* An argp child, the same for all four programs. Set it to {0} first. */
struct lens_options {
    const char *record, *page, *keylog; /* files, or NULL */
    bool record_secrets;
    enum lens_explain explain;
    bool explain_secrets;
    bool step; /* wait for Enter between steps */
};
extern const struct argp lens_argp;

/* Whoever is shown the events. finish (may be NULL) comes once, after the last; false with the
 * problem if the result could not be kept. */
struct lens_observer {
    void (*event)(void *context, const struct lens_event *event);
    bool (*finish)(void *context, struct problem *problem);
    void *context;
};

struct lens;

/* Shows the events to one more observer; a *lens that is NULL is made. Before the first channel.
 * On failure the observer is not the lens's. lens_open adds those of the options; tests and other
 * programs bring their own. */
bool lens_add(struct lens **lens, const struct lens_observer *observer, struct problem *problem)
    __attribute__((warn_unused_result));

/* *lens is NULL if no option asks for one. head: what this program is; its strings are copied. The
 * files are made now, 0600, so that what cannot be written is known before anybody connects. */
bool lens_open(struct lens **lens, const struct lens_options *options,
               const struct recording_head *head, struct problem *problem)
    __attribute__((warn_unused_result));
/* All channels must be freed. Finishes every observer; the first problem is told. NULL is fine. */
bool lens_close(struct lens *lens, struct problem *problem) __attribute__((warn_unused_result));

/* The same two for a program. program: as in the head of a recording, "chat connect"; seed: NULL
 * without --seed. lens_start says on the screen what --record-secrets means; lens_end says what
 * went wrong, and returns what to end with: status, or CONSOLE_FAILED instead of CONSOLE_DONE. */
bool lens_start(struct lens **lens, const struct lens_options *options, const char *program,
                enum channel_role role, struct channel_suite suite, const struct lesson_seed *seed,
                struct problem *problem) __attribute__((warn_unused_result));
int lens_end(struct lens *lens, int status) __attribute__((warn_unused_result));

/* While a program draws on the screen itself: the narration hands it whole rows, each with its
 * newline, to show in its own way. say NULL: no more. lens may be NULL. */
void lens_say_through(struct lens *lens, void (*say)(void *screen, const char *rows), void *screen);

/* For the config of every channel of this program; NULL for a NULL lens. */
const struct channel_trace *lens_trace(struct lens *lens);

#endif
