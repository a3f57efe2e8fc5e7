/*
 * A proxy between a client and a server of ours: it hands bytes on, keeps a record of them, and
 * does one piece of mischief. A thread of its own; without Criterion.
 *
 * The data connections of FTP go to ports that are named inside the channel, at the address the
 * client knows the server by. So the proxy listens on another address of the loopback network, on
 * the server's own port and on every port of its pool, and hands on to the same port of 127.0.0.1.
 *
 *     struct proxy *proxy = proxy_start("127.0.0.2", port, low, high);
 *     proxy_attack(proxy, &(struct mischief){PROXY_FLIP, 1, PROXY_TO_CLIENT, 1000});
 *     ... ftp get ftp://127.0.0.2:port/file ...
 *     proxy_stop(proxy);
 */
#ifndef GLASSBOX_TESTS_PROXY_H
#define GLASSBOX_TESTS_PROXY_H

#include "pcap.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum proxy_way { PROXY_TO_SERVER, PROXY_TO_CLIENT };

enum proxy_kind {
    PROXY_HONEST,
    PROXY_CUT,    /* both ends hung up on */
    PROXY_DELAY,  /* the rest waits for PROXY_DELAY_MS */
    PROXY_STALL,  /* the rest never comes */
    PROXY_FLIP,   /* one bit */
    PROXY_REPEAT, /* the last PROXY_REPEAT_BYTES again */
    PROXY_KINDS,
};

#define PROXY_DELAY_MS     300
#define PROXY_REPEAT_BYTES 300

struct mischief {
    enum proxy_kind kind;
    unsigned connection; /* 0: the control connection; 1, 2: data connections in their order */
    enum proxy_way way;
    size_t at; /* how many bytes go through before */
};

struct proxy;

/* Aborts if it cannot listen there. low 0: no other ports. */
struct proxy *proxy_start(const char *address, uint16_t port, uint16_t low, uint16_t high);
/* What happens from now on; connections are counted anew, records too. */
void proxy_attack(struct proxy *proxy, const struct mischief *mischief);
/* Whether the mischief was done: the connection got that far. */
bool proxy_was_done(struct proxy *proxy);
/* A copy of what went that way through a connection, to be freed. NULL: no such connection. */
uint8_t *proxy_record(struct proxy *proxy, unsigned connection, enum proxy_way way, size_t *bytes);
/* From now on what comes from either side is written here, too, as if it was on the line; borrowed
 * until proxy_stop. Before the first connection. */
void proxy_capture(struct proxy *proxy, struct pcap *pcap);
void proxy_stop(struct proxy *proxy);

#endif
