/*
 * A session in plain words: one sentence for each message, each step and each end.
 *
 * The page (page.h) and the narration (narration.h) take their words from this one table, so that
 * the same step has the same words everywhere. A step that several suites take has one title for
 * all; what differs is said in the sentence.
 *
 * Sentences hold places in braces, filled in by explain_text_fill: {client} and {server}, {from} and {to}
 * (of a message), {own} and {peer} (of a step), {port}, {bytes}, {said} and {text}. The words for the two
 * parties are the caller's: "the client", "your program", "Anna's program".
 */
#ifndef GLASSBOX_EXPLAIN_TEXT_H
#define GLASSBOX_EXPLAIN_TEXT_H

#include "trace.h"

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
const char *explain_part_why(enum explain_part part, enum channel_suite_kind suite);

struct explanation {
    enum explain_part part;
    const char *title;    /* the same in all suites; no full stop */
    const char *sentence; /* who does what, with places */
    const char *why;      /* what for, in a sentence or two; with places; never NULL */
};

/* A message of the wire, or an inner one; WIRE_MESSAGES is a frame that does not exist. A record
 * whose inside is known is explained by its inner message. */
const struct explanation *explanation_of_message(enum wire_message message,
                                                 enum channel_suite_kind suite);
/* Without title and sentence where the name of the step is enough: why is what a key is for then. */
const struct explanation *explanation_of_step(enum channel_step step,
                                              enum channel_suite_kind suite);
/* Where a step stands on the timeline. */
enum step_place {
    OWN_ENTRY,
    WITH_NEXT,           /* on the way to the step or frame that follows */
    WITH_PREVIOUS,       /* drawn from the step before */
    WITH_FRAME_SENT,     /* of the record that is sent next */
    WITH_FRAME_RECEIVED, /* of the record that came last */
    NO_ENTRY,
};
enum step_place explain_place(enum channel_step step);
/* The verdict of this role about the peer's key. */
const struct explanation *explanation_of_verdict(enum channel_error verdict,
                                                 enum channel_role judge);
/* How a channel ended, as this role saw it. by_peer: the peer said so. */
const struct explanation *explanation_of_end(enum channel_error error, enum channel_role own,
                                             bool by_peer, enum channel_suite_kind suite);

/* What somebody who listens on the wire has learned from the whole, or has not; the index counts
 * from 0, NULL behind the last. */
enum explain_seen {
    SEEN_CLIENT_KEY = 1 << 0, /* it has crossed the line */
    SEEN_SERVER_KEY = 1 << 1,
    SEEN_MOVED = 1 << 2,    /* there was a hand-over */
    SEEN_TALKED = 1 << 3,   /* records were sent */
    SEEN_UNPROVEN = 1 << 4, /* textbook or dh */
    SEEN_TEXTBOOK = 1 << 5,
    SEEN_DH = 1 << 6,
};
const char *explain_learned(unsigned seen, size_t index);
const char *explain_hidden(unsigned seen, size_t index);

/* What stands in the places. */
struct explain_parties {
    const char *client, *server; /* "the client", as in the middle of a sentence */
    enum channel_role actor;     /* {from}, {own}; the other one is {to}, {peer} */
    unsigned port;               /* {port}; 0: not known, "a new one" */
    size_t bytes;                /* {bytes}, with its unit */
    const char *said;            /* {said}, in quotes; NULL: "something" */
    const char *text;            /* {text}; NULL: "" */
};

/* Fills in the places and begins every sentence with a capital letter. Cuts what does not fit.
 * Returns out. */
#define EXPLAIN_TEXT_BYTES 700
const char *explain_text_fill(char out[EXPLAIN_TEXT_BYTES], const char *sentence,
                              const struct explain_parties *parties);

#endif
