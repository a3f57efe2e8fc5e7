/*
 * The middle tried out in memory: a real client and a real server, with keys that they know, a
 * hand-over and a few words each way, and a script of acts between them.
 *
 * The server takes keys of its list alone. The client knows the server's key from before, but for
 * first_time. Without a port of their own the two move to a pool's port, which the middle has, too.
 */
#ifndef GLASSBOX_MIDDLE_TRIAL_H
#define GLASSBOX_MIDDLE_TRIAL_H

#include "middle.h"

#include <stdio.h>

#define TRIAL_HEARD_BYTES 400

struct trial_keys {
    struct rsa_key *client, *server, *other; /* pairs; the list has the client's and the other */
    struct rsa_key *stranger;                /* is in no list */
};

struct trial_config {
    const char *suite;
    const struct trial_keys *keys;
    const char *acts;                            /* a script; NULL: none */
    const struct rsa_key *to_client, *to_server; /* of trial_keys: shown by the middle; NULL */
    bool first_time;                             /* the client takes any server's key */
    const struct channel_ticket *tickets[2];     /* by enum channel_role: it begins behind a move */
    size_t chunk; /* bytes on either line at a time; 0: all there are */
    void (*say)(void *context, const char *line); /* of the middle; NULL */
    void *context;
};

struct trial_end {
    enum channel_error error; /* the first of its own or the other's; CHANNEL_OK: a good end */
    bool is_peers;            /* the other said so */
    bool good_end; /* it has heard a goodbye, and believes it; who says it first does not insist */
    char detail[64];
    char said[TRIAL_HEARD_BYTES];  /* by its program, while it was open */
    char heard[TRIAL_HEARD_BYTES]; /* all that was said to its program, as text */
    size_t heard_bytes;
};

struct trial {
    struct trial_end client, server;
    struct middle_result result;
    bool moved;  /* both were open at the new port */
    char *proof; /* of the middle; may be NULL */
};

/* What the two say when nothing happens. */
#define TRIAL_TO_SERVER "meet at noon\nbring the book\n"
#define TRIAL_TO_CLIENT "agreed\n"

/* Pairs for a suite: 2048 bits in the modern ones, 1024 in the others. False without memory. */
bool trial_keys_make(struct trial_keys *keys, bool modern);
void trial_keys_free(struct trial_keys *keys);

/* False with the problem if it cannot be tried. The caller frees proof. */
bool trial_run(struct trial *trial, const struct trial_config *config, struct problem *problem)
    __attribute__((warn_unused_result));

/* The table of acts and suites, as Markdown, made by running all of them. */
bool trial_table(FILE *out, struct problem *problem) __attribute__((warn_unused_result));

#endif
