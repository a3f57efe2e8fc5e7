/*
 * The inside of the middle's sockets: middle_net.c (listeners, the loop), middle_pair.c (connections).
 */
#ifndef GLASSBOX_MIDDLE_NET_INTERNAL_H
#define GLASSBOX_MIDDLE_NET_INTERNAL_H

#include "middle_net.h"

#include <uv.h>

#define PAIR_READ_BYTES ((size_t)64 * 1024)

struct middle_port {
    struct middle_net *net;
    uv_tcp_t tcp;
    uv_timer_t timer;
    unsigned handles; /* that are not closed yet */
    uint16_t forward; /* the server's port behind it; 0: nobody */
    bool moves;       /* opened for one client, who has not come */
    struct middle_move *move;
};

struct middle_pair;

struct middle_net {
    struct middle_net_config config;
    uv_loop_t loop;
    struct middle *middle;
    uint16_t port;
    struct middle_port *ports[MIDDLE_PORTS];
    size_t port_count;
    struct middle_pair *pairs;
    size_t pair_count;
    unsigned served;
    uv_timer_t idle, looks;
    uv_signal_t signals[2];
    bool has_signals, has_input;
    union {
        uv_stream_t stream;
        uv_tty_t tty;
        uv_pipe_t pipe;
    } input;
    int input_flags; /* of standard input, as they were */
    char typed[1024];
    size_t typed_bytes;
    char reading[PAIR_READ_BYTES];
};

void middle_port_close(struct middle_port *port);
/* Ends the loop when nothing is left to do. */
void middle_net_check(struct middle_net *net);

void middle_pair_accept(struct middle_port *port);
void middle_pair_close(struct middle_pair *pair);
/* Something was typed: all lines have another look at what may leave and come. */
void middle_pairs_flush(struct middle_net *net);

#endif
