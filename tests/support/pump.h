/*
 * Two engines in memory: the test bench of the channel, and the base of its fuzzer.
 *
 * The pump plays both drivers: it answers what the engines want, runs their work, and carries bytes
 * between them, a chunk at a time. Everything that crosses can be watched and changed on the way.
 * Without Criterion, so that fuzzers and benches use it too: what must hold and does not, aborts
 * with a sentence.
 */
#ifndef GLASSBOX_TESTS_PUMP_H
#define GLASSBOX_TESTS_PUMP_H

#include "channel.h"

#define PUMP_SLACK 4096 /* how many bytes a hook may append to a frame */

struct pump {
    struct channel *client, *server;
    struct channel_config client_config, server_config;
    size_t chunk; /* most bytes carried at once; 0: everything */
    enum channel_error client_verdict, server_verdict;
    bool stopped; /* set by a hook: nothing moves any more */
    /* Sees each frame before it is delivered (whole, header included), may change it, and returns
     * how often to deliver it (1 as it is, 0 drops, 2 doubles). NULL: an honest line. */
    int (*frame)(void *context, enum channel_role from, uint8_t *frame, size_t *bytes);
    void *context;
    /* What the two received, one after the other. */
    uint8_t *client_data, *server_data;
    size_t client_bytes, server_bytes;
    size_t ephemerals;      /* given so far */
    struct rsa_key **stock; /* where they are taken from, if not NULL; then they are the engines' */
    struct buffer_pair *lines;
};

/* Identity keys for tests, made once per process: 0..2 are 2048 bits, of rising modulus. */
const struct rsa_key *pump_identity(size_t which);
/* A key of any size, made on each call (free it). */
struct rsa_key *pump_make_key(unsigned bits);

/* Two fresh engines over the suite, with pump_identity(0) for the client and (1) for the server. */
void pump_open(struct pump *pump, const char *suite);
void pump_open_keys(struct pump *pump, const char *suite, const struct rsa_key *client,
                    const struct rsa_key *server);
/* The same from two whole configs. */
void pump_open_configs(struct pump *pump, const struct channel_config *client,
                       const struct channel_config *server);
/* Two engines for a ticket of each side (borrowed): each pair serves as often as it is asked to. */
void pump_open_tickets(struct pump *pump, const struct channel_config *client,
                       const struct channel_config *server,
                       const struct channel_ticket *client_ticket,
                       const struct channel_ticket *server_ticket);
/* Replaces the pair by two engines on the new port. Both must hold a ticket. */
void pump_hand_over(struct pump *pump);
/* Carries and works until nothing moves any more (bounded). */
void pump_run(struct pump *pump);
/* One of its steps; false: nothing moves any more. */
bool pump_step(struct pump *pump);
/* The same as pump_run, but only until one of these flags of this engine is set. */
void pump_run_until(struct pump *pump, const struct channel *channel, unsigned flags);
/* Puts bytes on the line as if they came from this role. */
void pump_inject(struct pump *pump, enum channel_role from, const void *data, size_t bytes);
/* The line is cut: both sides are told that nothing more comes. */
void pump_cut(struct pump *pump);
void pump_close(struct pump *pump);

/* An ephemeral pair for tests: a copy of one of a few. The pump gives number 0 to whoever of its
 * engines asks first, then 1, and so on. */
struct rsa_key *pump_ephemeral(size_t which);

/* Asserts that both sides are open and that a message of each arrives at the other. */
void pump_expect_talk(struct pump *pump);

#endif
