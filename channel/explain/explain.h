/*
 * Explaining: the events of a program's channels (trace.h), shown while they happen to those who
 * asked for them.
 *
 *     --record FILE     every event, as JSON lines (recording.h, docs/recording.md)
 *     --page FILE       the same as one page of HTML, drawn at the end (page.h)
 *     --live[=PORT]     the same page in a browser on this machine, while it happens (live.h)
 *     --explain[=WHAT]  in plain words while it happens, on stderr (narration.h)
 *     --keylog FILE     the keys, for Wireshark (keylog.h)
 *
 * A program reads the options with explain_table, calls explain_start, and hands explain_trace to the
 * channels it makes (channel_config.trace, secure_options.trace); nothing else in it knows of this.
 * Without any of the options explain is NULL, explain_trace(NULL) is NULL, and it costs nothing.
 *
 * Events of several channels and threads come to an observer one at a time, in order.
 */
#ifndef GLASSBOX_EXPLAIN_H
#define GLASSBOX_EXPLAIN_H

#include "lesson_seed.h"
#include "recording.h"

enum explain_level { EXPLAIN_NOTHING, EXPLAIN_SENTENCES, EXPLAIN_FIELDS, EXPLAIN_MATH };

/* The options, the same for all programs. Set it to {0} first. */
struct explain_options {
    const char *record, *page, *keylog; /* files, or NULL */
    bool record_secrets;
    bool live, open_browser;
    uint16_t live_port; /* 0: one that is free */
    enum explain_level explain;
    bool explain_secrets;
    bool step; /* wait for Enter between steps */
};
extern const struct option_table explain_table; /* option_table.h */
/* Ends the program where two of the files are one, or one is the program's own of another option:
 * path, NULL for none. */
struct argp_state;
void explain_check_file(const struct explain_options *options, const char *option, const char *path,
                        const struct argp_state *state);

/* Who is shown the events. finish (may be NULL) comes once, after the last; false with the
 * problem if the result could not be kept. */
struct explain_observer {
    void (*event)(void *context, const struct trace_event *event);
    bool (*finish)(void *context, struct problem *problem);
    void *context;
};

struct explain;

/* Shows the events to one more observer; an *explain that is NULL is made. Before the first channel.
 * On failure the observer stays the caller's. explain_open adds those of the options; tests and
 * other programs bring their own. */
bool explain_add(struct explain **explain, const struct explain_observer *observer,
                 struct problem *problem) __attribute__((warn_unused_result));

/* *explain is NULL if no option asks for one. head: what this program is; its strings are copied. The
 * files are made now, 0600, so that what cannot be written is known before anybody connects. */
bool explain_open(struct explain **explain, const struct explain_options *options,
                  const struct recording_head *head, struct problem *problem)
    __attribute__((warn_unused_result));
/* All channels must be freed. Finishes every observer; the problem names each that failed. NULL is
 * fine. */
bool explain_close(struct explain *explain, struct problem *problem)
    __attribute__((warn_unused_result));

/* The address of the live page; NULL: there is none. explain may be NULL. */
const char *explain_live_url(const struct explain *explain);
/* Opens it in a browser. False with the problem. */
bool explain_live_show(struct explain *explain, struct problem *problem)
    __attribute__((warn_unused_result));

/* The same two for a program. program: as in the head of a recording, "chat connect"; seed: NULL
 * without --seed. explain_start says on the screen what --record-secrets means, and
 * where the live page is; explain_end says what
 * went wrong, and returns what to end with: status, or CONSOLE_FAILED instead of CONSOLE_DONE. */
bool explain_start(struct explain **explain, const struct explain_options *options,
                   const char *program, enum channel_role role, struct channel_suite suite,
                   const struct lesson_seed *seed, struct problem *problem)
    __attribute__((warn_unused_result));
int explain_end(struct explain *explain, int status) __attribute__((warn_unused_result));

/* While a program draws on the screen itself: the narration hands it whole rows, each with its
 * newline, to show in its own way. say NULL: no more. explain may be NULL. */
void explain_print_through(struct explain *explain, void (*say)(void *screen, const char *rows),
                           void *screen);

/* For the config of every channel of this program; NULL for a NULL explain. */
const struct channel_trace *explain_trace(struct explain *explain);

#endif
