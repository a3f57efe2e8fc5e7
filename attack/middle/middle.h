/*
 * A person in the middle, as an engine that touches no socket: bytes of both lines go in and come
 * out, and what may be done between the two is a list of acts.
 *
 *     one struct middle           the person: acts, the keys that are shown, what was seen so far
 *     one struct middle_link      two connections that belong together, the client's and the server's
 *
 * How much can be read hangs on the suite, which the client's hello names:
 *
 *     dh          the middle agrees on a key with each end: to the client it shows the server's public
 *                 key, to the server the client's, for nobody asks who owns them. All can be read.
 *     textbook    frames pass as they are. Nothing can be read; but K = 1 is its own signature, so
 *                 records can be made in the name of either end (middle_forge.c).
 *     modern      frames pass as they are.
 *
 * Under a key of its own (middle_pretend) the middle is a server and a client in any suite, if the
 * two ends take the key. Frames can be held, left out, repeated, swapped and changed in all suites.
 *
 * Single-threaded. All that people read goes through config.say, a line at a time, without its end.
 */
#ifndef GLASSBOX_MIDDLE_H
#define GLASSBOX_MIDDLE_H

#include "channel.h"
#include "problem.h"

#include <stdio.h>

struct middle;
struct middle_link;
struct middle_move;

struct middle_config {
    void (*say)(void *context, const char *line);
    /* Somebody comes to a new port: listen there (0: any port that is free) and answer its number,
     * or 0. move becomes the caller's: middle_link_new takes it, middle_move_free ends it. */
    uint16_t (*open_port)(void *context, uint16_t wanted, struct middle_move *move);
    void *context;
    /* Who listens to the middle's own engine at this end's side; may be NULL, and answer NULL. */
    const struct channel_trace *(*trace)(void *context, enum channel_role side,
                                         struct channel_suite suite);
    bool watch; /* no engines, whatever the suite */
};

/* NULL without memory. config is copied. */
struct middle *middle_new(const struct middle_config *config);
void middle_free(struct middle *middle); /* after its links; NULL is fine */

/* --- acts ---------------------------------------------------------------------------------------- */

/* One line, as it is typed: middle_command.c has the table, "help" says it. False with the problem. */
bool middle_command(struct middle *middle, const char *line, struct problem *problem)
    __attribute__((warn_unused_result));
/* A script: its lines are taken as they can be, "wait" holds up those behind it. Copied. */
bool middle_script(struct middle *middle, const char *text, struct problem *problem)
    __attribute__((warn_unused_result));
/* Whether all its lines could be commands, without doing them: the first that could not is the
 * problem's. Some still fail when their turn comes, as "replay" with nothing kept. */
bool middle_script_check(const char *text, struct problem *problem)
    __attribute__((warn_unused_result));
/* The lines that "wait" has held up, as far as they go now. A line that is wrong is said. */
void middle_script_run(struct middle *middle);
bool middle_wants_to_quit(const struct middle *middle);
/* From the next talk on this pair is shown to this end as the middle's own; to the other one, too,
 * where that has none and a key cannot be copied. Owned by the middle then. */
void middle_pretend(struct middle *middle, enum channel_role to, struct rsa_key *key);

/* --- links --------------------------------------------------------------------------------------- */

/* move: where the two come from, which is freed; NULL: the rendezvous. NULL without memory. */
struct middle_link *middle_link_new(struct middle *middle, struct middle_move *move);
void middle_link_free(struct middle_link *link);
/* The server's port that a move leads to. */
uint16_t middle_move_port(const struct middle_move *move);
/* There is no server behind it: a port of the middle's own. */
bool middle_move_is_alone(const struct middle_move *move);
void middle_move_free(struct middle_move *move);

/* Whether more is taken from this end now. It holds at most MIDDLE_HELD_BYTES for each. */
#define MIDDLE_HELD_BYTES ((size_t)4 << 20)
bool middle_link_wants(const struct middle_link *link, enum channel_role from);
void middle_link_input(struct middle_link *link, enum channel_role from, const void *data,
                       size_t bytes);
/* Nothing more comes from there. */
void middle_link_input_end(struct middle_link *link, enum channel_role from);
/* Bytes for this end; the pointer is valid until the next call. */
const uint8_t *middle_link_output(const struct middle_link *link, enum channel_role to,
                                  size_t *bytes);
void middle_link_output_done(struct middle_link *link, enum channel_role to, size_t bytes);
/* Nothing more will come for this end, once its output is taken. */
bool middle_link_output_ended(const struct middle_link *link, enum channel_role to);

/* --- what came of it ----------------------------------------------------------------------------- */

struct middle_result {
    enum channel_suite_kind suite;
    bool met;               /* a client's hello has come */
    unsigned frames;        /* that have come */
    unsigned read, changed; /* messages of a channel: whose text was there, and became another */
    unsigned replaced;      /* key shares, keys and ports that became the middle's own */
    unsigned forged;        /* records made in the name of an end */
    unsigned acts;          /* done to frames that could not be read */
    unsigned moved;         /* talks that the middle followed to another port */
    char refusal[200];      /* the last that an end said, of what could be read; "" */
    char first_change[2][160];
};
const struct middle_result *middle_result(const struct middle *middle);
/* A line of python3 that prints True: the middle has the key of the client's side, or K = 1 is its own
 * signature. NULL: nothing to prove. To be freed. */
char *middle_proof(const struct middle *middle);
/* All that came, what was done, and what left, as a page of HTML in three columns. Errors are the
 * stream's. */
void middle_page(const struct middle *middle, FILE *out);

/* The same in parts, for a page that grows while it happens (middle_live.h): head, sum, table, rows,
 * tail. A row is an element "r1", "r2" ...; the sum is "sum". */
extern const char middle_page_style[], middle_page_tail[];
void middle_page_head(FILE *out);
void middle_page_sum(FILE *out, const struct middle *middle);
void middle_page_table(FILE *out);
void middle_page_row(FILE *out, const struct middle *middle, size_t row);
/* The next row, from 0, that is new or has got more since this was asked; false: none. */
bool middle_page_changed(struct middle *middle, size_t *row);

#endif
