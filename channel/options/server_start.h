/*
 * What every server of the house does before its first client: room for many sockets, its own key,
 * an address to listen at, a pool of ports that is of use.
 */
#ifndef GLASSBOX_SERVER_START_H
#define GLASSBOX_SERVER_START_H

#include "explain.h"
#include "home_option.h"
#include "key_store.h"
#include "lesson_seed.h"
#include "places.h"
#include "uv_ports.h"

#include <sys/socket.h>

/* The options that all servers have. */
struct server_options {
    struct home_options home;
    uint16_t port;       /* 0: a free one */
    const char *bind;    /* NULL: everywhere, or loopback in dh and textbook, and under a seed */
    uint16_t low, high;  /* of --ports; 0: random ones */
    const char *key;     /* its name in the home */
    const char *allowed; /* NULL: of the home */
    const char *log;     /* NULL: none */
    bool same_room;      /* one address may have many keys */
    struct channel_suite suite;
    struct explain_options explain;
    struct seed_number seed;
    size_t stock; /* modern:rsa; 0: not given */
    struct places_limits places;
};

/* A warning to who has started it as root. */
void server_warn_of_root(void);

/* As many descriptors as the system lets us have: a session needs two for a moment. */
void server_raise_file_limit(void);

/* Finds the home and loads the server's own pair, made on first use; says on the screen which. */
bool server_identity(struct stored_key *identity, struct home *home,
                     const struct server_options *options, struct problem *problem)
    __attribute__((warn_unused_result));

/* A socket that listens where the options say, and its address; -1 with the problem. Everywhere is
 * IPv6 and IPv4, or IPv4 alone where there is no IPv6. Also an error: a seed, and an address that
 * is not this machine's alone; a pool without a port that could be offered at this address. */
int server_listen(struct sockaddr_storage *address, const struct server_options *options,
                  struct uv_ports *pool, struct problem *problem)
    __attribute__((warn_unused_result));

/* The ports for hand-overs, low 0: random. Under a seed (or NULL) each in turn, from SEED_PORTS_LOW
 * on where low is 0; that one is in use elsewhere is said on the screen, for then the session is
 * another. NULL without memory. */
#define SEED_PORTS_LOW  61000 /* above those that Linux gives to clients */
#define SEED_PORTS_HIGH 65535
struct uv_ports *server_ports(uint16_t low, uint16_t high, const struct lesson_seed *seed);

/* The rows that are the same for all servers; and the value of --ports, for the whole structure. */
extern const struct option_table server_table;
option_read server_read_ports;

#endif
