/*
 * The story of a session: one sentence for each message, each step and each end, in plain words.
 *
 * Whoever tells a session (the page, page.h; the narration, narration.h) takes its words from this
 * one table, so that the same step has the same words everywhere. A step that both suites take has
 * one title for both; what differs is said in the sentence.
 *
 * Sentences hold places in braces, filled in by explain_text_fill: {client} and {server}, {from} and {to}
 * (of a message), {own} and {peer} (of a step), {port}, {bytes} and {text}. The words for the two
 * parties are the teller's: "the client", "your program", "Anna's program".
 */
#ifndef GLASSBOX_EXPLAIN_TEXT_H
#define GLASSBOX_EXPLAIN_TEXT_H

#include "recording.h"

/* The parts of a session, in their order. */
enum explain_part {
    EXPLAIN_WHO,   /* who are you */
    EXPLAIN_AGREE, /* agree on a key */
    EXPLAIN_MOVE,  /* go on at another port */
    EXPLAIN_TALK,
    EXPLAIN_FRESH, /* new keys in the middle */
    EXPLAIN_END,
    EXPLAIN_PARTS
};
const char *explain_part_title(enum explain_part part);
/* What it is for, in the few words that fit behind its title; "" for the end. */
const char *explain_part_why(enum explain_part part, bool textbook);

struct explanation {
    enum explain_part part;
    const char *title; /* the same in both suites; no full stop */
    const char *told;  /* who does what: one sentence, with places */
    const char *why;   /* what for, in a sentence or two; with places; never NULL */
};

/* A message of the wire, or an inner one; WIRE_MESSAGES is a frame that does not exist. A record
 * whose inside is known is told by its inner message. */
const struct explanation *explanation_of_message(enum wire_message message, bool textbook);
/* A step, by the name under which it is traced; NULL if this table does not know it. resumed: on a
 * ticket's channel. */
const struct explanation *explanation_of_step(const char *name, bool textbook, bool resumed);
/* The verdict of this role about the peer's key. */
const struct explanation *explanation_of_verdict(enum channel_error verdict,
                                                 enum channel_role judge);
/* How a channel ended, as this role saw it. by_peer: the peer said so. */
const struct explanation *explanation_of_end(enum channel_error error, enum channel_role own,
                                             bool by_peer, bool textbook);
/* Arithmetic after which the step did not come: the check that refused. */
extern const struct explanation explanation_of_failure;

/* What one of the keys of the schedule is for, by the last words of its label ("c2s key"); NULL:
 * unknown. */
const char *explanation_of_key(const char *label);

/* What somebody who listens on the wire has learned from the whole, or has not; the index counts
 * from 0, NULL behind the last. */
enum explain_seen {
    SEEN_CLIENT_KEY = 1 << 0, /* it has crossed the line */
    SEEN_SERVER_KEY = 1 << 1,
    SEEN_MOVED = 1 << 2,  /* there was a hand-over */
    SEEN_TALKED = 1 << 3, /* records were sent */
    SEEN_TEXTBOOK = 1 << 4,
};
const char *explain_learned(unsigned seen, size_t index);
const char *explain_hidden(unsigned seen, size_t index);

/* What stands in the places. */
struct explain_parties {
    const char *client, *server; /* "the client", as in the middle of a sentence */
    enum channel_role actor;     /* {from}, {own}; the other one is {to}, {peer} */
    unsigned port;               /* {port}; 0: not known, "a new one" */
    size_t bytes;                /* {bytes}, with its unit */
    const char *text;            /* {text}; NULL: "" */
};

/* Fills in the places and begins every sentence with a capital letter. Cuts what does not fit.
 * Returns out. */
#define EXPLAIN_TEXT_BYTES 700
const char *explain_text_fill(char out[EXPLAIN_TEXT_BYTES], const char *sentence,
                              const struct explain_parties *parties);

#endif
