/*
 * A crowd of chat clients in one process and one thread: engines over sockets that do not block,
 * several of them on their way into the room at the same time. Every line that a server says is
 * decrypted and handed to the test or bench that owns the crowd. Without Criterion: what must not
 * fail, and does, ends the program with a sentence.
 */
#ifndef GLASSBOX_TESTS_CROWD_H
#define GLASSBOX_TESTS_CROWD_H

#include "channel.h"

struct crowd;

struct crowd_client {
    struct crowd *crowd;
    size_t index;            /* 0 came first */
    struct channel *channel; /* of the rendezvous, then of the talk */
    long long bytes, lines;  /* that the server has told it */

    /* the crowd's own */
    struct channel_ticket *ticket; /* NULL: on the rendezvous */
    int socket, rendezvous;        /* -1: none */
    bool welcome, deaf, sending;
    size_t part_bytes;
    char part[4096];
};

struct crowd_options {
    uint16_t port;
    size_t most; /* clients */
    /* The identity of a client, borrowed. */
    const struct rsa_key *(*identity)(void *context, size_t index);
    /* A line of the server's, without its LF. */
    void (*line)(void *context, struct crowd_client *client, const char *line, size_t bytes);
    void *context;
    bool own_addresses; /* each comes from an address of its own: 127.0.1.1 and so on */
};

struct crowd *crowd_new(const struct crowd_options *options);
/* Cuts those who are left. */
void crowd_free(struct crowd *crowd);

/* So many more come in, at_once on their way at a time; returns when the last one is welcome. */
void crowd_enter(struct crowd *crowd, size_t count, size_t at_once);
size_t crowd_count(const struct crowd *crowd); /* all that ever came */
struct crowd_client *crowd_client(struct crowd *crowd, size_t index);
/* Takes what has come; waits so long if nothing has. */
void crowd_poll(struct crowd *crowd, int timeout_ms);
/* Sends what channel_send has sealed. Whether some of it waits still. */
bool crowd_send(struct crowd_client *client);
/* From now on it takes nothing; or it does again. */
void crowd_deafen(struct crowd_client *client, bool deaf);
/* Hangs up, without a word. */
void crowd_cut(struct crowd_client *client);

/* As many open files as this system allows. */
void crowd_raise_file_limit(void);

#endif
