/*
 * A session of one's own: two real engines talk in memory, and one of them is recorded. All chance
 * is the task's, so the same task has the same session again, byte for byte.
 *
 *     struct session_line lines[] = {{CHANNEL_CLIENT, "say\tpay 1 euro\n"}};
 *     struct session_plan plan = {"textbook:vernam", {client, server}, CHANNEL_CLIENT, 20101,
 *                                 lines, 1};
 *     struct recording *recording = session_play(&plan, random, &task->problem);
 *     session_attach(task, "talk.rec", recording, false);
 */
#ifndef GLASSBOX_LESSON_SESSION_H
#define GLASSBOX_LESSON_SESSION_H

#include "recording.h"
#include "task.h"
#include "task_random.h"

struct session_line {
    enum channel_role from;
    const char *text; /* as it goes into one record */
};

struct session_plan {
    const char *suite;
    const struct rsa_key *keys[2]; /* by role */
    enum channel_role seen_by;     /* whose recording */
    uint16_t port;                 /* the talk moves there; 0: it stays */
    const struct session_line *lines;
    size_t count;
    const struct dh_group *group; /* the client's, in a suite of dh; NULL: ffdhe2048 */
};

/* Plays it: handshake, move, the lines in their order, goodbye. The recording has the secrets. NULL
 * with the problem, if an engine has one. The caller frees it. */
struct recording *session_play(const struct session_plan *plan, struct task_random *random,
                               struct problem *problem);

/* Adds the recording to the task's files. secrets: with them, or as a listener has it. */
void session_attach(struct task *task, const char *name, const struct recording *recording,
                    bool secrets);

/* A pair of so many bits for a session; NULL without memory. The caller frees it. */
struct rsa_key *session_key(struct task_random *random, unsigned bits);
/* Adds a key file, as the programs read it: both halves, or the public one. textbook: its family. */
void session_attach_key(struct task *task, const char *name, const struct rsa_key *key,
                        bool private_half, bool textbook);

/* The frame of the record that holds this line, as the recording saw it; NULL if there is none. Its
 * bytes are header and body. */
const struct trace_event *session_frame(const struct recording *recording, const char *text);

#endif
