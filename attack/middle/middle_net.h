/*
 * The sockets of the middle: a listener for those who come, a connection to the server for each of
 * them, and what people type. One loop, one thread.
 *
 * Bounds: MIDDLE_PAIRS pairs at once, further callers are hung up on; MIDDLE_HELD_BYTES each way
 * (middle.h), then nothing more is read from there; MIDDLE_SECONDS to connect to the server, and for
 * the client to come to a port that was opened for it.
 */
#ifndef GLASSBOX_MIDDLE_NET_H
#define GLASSBOX_MIDDLE_NET_H

#include "middle.h"

#include <sys/socket.h>

#define MIDDLE_PAIRS   16
#define MIDDLE_PORTS   64 /* listened on at once */
#define MIDDLE_SECONDS 10
#define MIDDLE_LOOK_MS 50

struct middle_net;

struct middle_net_config {
    struct sockaddr_storage listen, to; /* with their ports */
    uint16_t low, high; /* ports that lead to the same port of the server; low 0: none */
    bool once;          /* end when the first talk is over, and its moves are */
    bool reads_input;   /* commands come from standard input */
    void (*say_problem)(const struct problem *problem);
    /* Every MIDDLE_LOOK_MS while it runs, with middle_net_run's middle. NULL: nobody looks. */
    void (*look)(void *context, struct middle *middle);
    void *context;
};

/* Listens. config is copied. NULL with the problem. */
struct middle_net *middle_net_new(const struct middle_net_config *config, struct problem *problem);
/* The port that is listened on. */
uint16_t middle_net_port(const struct middle_net *net);
/* For middle_config.open_port, with the net as context. */
uint16_t middle_net_open_port(struct middle_net *net, uint16_t wanted, struct middle_move *move);
/* Until "quit", a signal to end (SIGINT, SIGTERM), or the end of the first talk. */
void middle_net_run(struct middle_net *net, struct middle *middle);
/* Hangs up on all. NULL is fine. */
void middle_net_free(struct middle_net *net);

#endif
