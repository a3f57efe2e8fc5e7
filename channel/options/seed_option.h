/*
 * --seed N, the same for servers and clients: a lesson whose bytes repeat (lesson_seed.h).
 *
 *     struct lesson_seed seed;                      // as long as there are channels
 *     options.home.access.seed = seed_begin(&seed, options.seed, options.key);
 *
 * Prints with console.h: for programs.
 */
#ifndef GLASSBOX_SEED_OPTION_H
#define GLASSBOX_SEED_OPTION_H

#include "lesson_seed.h"
#include "option_table.h"
#include "problem.h"

#include <sys/socket.h>

/* For a struct seed_number; and the same for another option of it. */
extern const struct option_table seed_table;
option_read seed_read;

/* Starts the seed, says on the screen what it means, and returns it; NULL if none was given. */
struct lesson_seed *seed_begin(struct lesson_seed *seed, struct seed_number given,
                               const char *party);

/* 127.0.0.0/8 or ::1: what is sent there stays on this machine. */
bool seed_is_loopback(const struct sockaddr *address);

/* Whether all addresses of the host are such. One that cannot be resolved is left to whoever
 * connects. seed: NULL is fine with any host. */
bool seed_check_host(const struct lesson_seed *seed, const char *host, struct problem *problem)
    __attribute__((warn_unused_result));

/* The problem of an address that is not: what names it, "--bind 10.0.0.1". Always false. */
bool seed_refuse(const char *what, struct problem *problem);

#endif
