/*
 * The key pairs of a recording, and a memory of what their private operations came to.
 *
 * A tamper map plays one session thousands of times, and nearly all of its time went into the same
 * few powers. So the unchanged session is played first, and each answer is kept. After that a
 * replay works out only what a change has made new: the answer of a known number is looked up.
 * It is the number that rsa_private gave for it, so nothing comes out otherwise.
 */
#ifndef GLASSBOX_REPLAY_MEMORY_H
#define GLASSBOX_REPLAY_MEMORY_H

#include "recording.h"
#include "rsa_key.h"

struct replay_memory;

/* Empty, and learning; NULL without memory. The caller frees it, after all keys from it. */
struct replay_memory *replay_memory_new(void);
/* It learns no more. From here on threads may share it. */
void replay_memory_close(struct replay_memory *memory);
/* Wipes. NULL is fine. */
void replay_memory_free(struct replay_memory *memory);

/* The pair that a step tells; the caller frees it. memory: NULL, or where its answers are. NULL: no
 * step, no pair in it, or no memory. */
struct rsa_key *replay_memory_key(struct replay_memory *memory, const struct trace_event *step);

#endif
