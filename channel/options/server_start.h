/*
 * What every server of the house does before its first client: room for many sockets, its own key,
 * an address to listen at, a pool of ports that is of use.
 */
#ifndef GLASSBOX_SERVER_START_H
#define GLASSBOX_SERVER_START_H

#include "channel.h"
#include "home_option.h"
#include "key_store.h"
#include "lesson_seed.h"
#include "uv_ports.h"

#include <argp.h>
#include <sys/socket.h>

/* A warning to who has started it as root. */
void server_warn_of_root(void);

/* As many descriptors as the system lets us have: a session needs two for a moment. */
void server_raise_file_limit(void);

/* Finds the home and loads the server's own pair, made on first use; says on the screen which. */
bool server_identity(struct stored_key *identity, struct home *home,
                     const struct home_options *options, const char *name,
                     struct channel_suite suite, struct problem *problem)
    __attribute__((warn_unused_result));

/* Where to listen. */
struct server_place {
    const char *bind; /* NULL: everywhere, IPv6 and IPv4, or IPv4 alone where there is no IPv6 */
    uint16_t port;    /* 0: a free one */
    bool loopback;    /* without bind: this machine only */
    bool seeded;      /* this machine only, and any other address is refused */
};
/* A socket that listens there, and its address; -1 with the problem. Also an error: a pool without
 * a port that could be offered at this address. */
int server_listen(struct sockaddr_storage *address, const struct server_place *place,
                  struct uv_ports *pool, struct problem *problem)
    __attribute__((warn_unused_result));

/* The ports for hand-overs, low 0: random. Under a seed (or NULL) each in turn, from SEED_PORTS_LOW
 * on where low is 0; that one is in use elsewhere is said on the screen, for then the session is
 * another. NULL without memory. */
#define SEED_PORTS_LOW  61000 /* above those that Linux gives to clients */
#define SEED_PORTS_HIGH 65535
struct uv_ports *server_ports(uint16_t low, uint16_t high, const struct lesson_seed *seed);

/* --ports LOW-HIGH; wrong usage otherwise. */
void server_read_ports(uint16_t *low, uint16_t *high, const char *text,
                       const struct argp_state *state);

#endif
