/*
 * Ports to listen on, for hand-overs: random free ones, or a pool LOW..HIGH.
 *
 * Random ports are new ones at first; when many have come back, these are taken again.
 *
 * A port is taken while a listener waits there for its client, and comes back with the client's
 * arrival: connections on one port are told apart by their peers' addresses. So a pool of one port
 * serves any number of clients, one arriving after the other. Ports of the pool on which other
 * programs listen are passed over.
 */
#ifndef GLASSBOX_UV_PORTS_H
#define GLASSBOX_UV_PORTS_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#define UV_PORTS_RANDOM 4096 /* different random ports that come and go, at most */

struct uv_ports;

/* One who waits for a port to come back; lives in the caller's own structure. */
struct uv_ports_wait {
    void (*ready)(struct uv_ports_wait *wait); /* try again now */
    struct uv_ports_wait *next;
    bool waiting;
};

/* low..high, or random ports if low is 0. NULL without memory. */
struct uv_ports *uv_ports_new(uint16_t low, uint16_t high);
void uv_ports_free(struct uv_ports *ports); /* NULL is fine; nobody may be waiting */
/* The search begins at this port of the pool, and passed is told of each port that others use. */
void uv_ports_begin(struct uv_ports *ports, uint16_t first, void (*passed)(uint16_t port));
uint16_t uv_ports_low(const struct uv_ports *ports);
uint16_t uv_ports_high(const struct uv_ports *ports);

/* Takes a port at this address and listens there (SO_REUSEADDR): returns the socket, and the port
 * is the caller's until uv_ports_give_back. Errors: UV_EAGAIN, all are taken, and one will come
 * back; UV_EADDRINUSE, other programs have them all; or another of the system's. */
int uv_ports_take(struct uv_ports *ports, uint16_t *port, const struct sockaddr_storage *address);
void uv_ports_give_back(struct uv_ports *ports, uint16_t port);

/* First come, first served. ready is called once, from uv_ports_give_back. */
void uv_ports_wait(struct uv_ports *ports, struct uv_ports_wait *wait);
void uv_ports_forget(struct uv_ports *ports, struct uv_ports_wait *wait);

/* A socket that listens at this address, or a libuv error. An IPv6 one takes IPv4 as well. */
int uv_ports_listen(const struct sockaddr_storage *address);

#endif
