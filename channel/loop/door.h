/*
 * The door of a server: who may come in, who was sent away, and which key came from which address.
 *
 * It keeps allowed.csv in memory and reads it again when it changes, writes refused keys to
 * pending.csv and everybody's address to known_clients.csv, both on a worker thread, and says in
 * the log, and on the screen, what the person at the server should know.
 */
#ifndef GLASSBOX_DOOR_H
#define GLASSBOX_DOOR_H

#include "allow_list.h"
#include "event_log.h"
#include "home.h"

#include <uv.h>

struct door;

struct door_options {
    uv_loop_t *loop;
    const struct home *home;
    const char *home_option, *allowed_option; /* as given to the program, or NULL */
    const char *keytool;                      /* how that program is called here */
    struct event_log *log;
};

/* Everything pointed to must outlive the door. */
bool door_open(struct door **door, const struct door_options *options, struct problem *problem);
/* Writes what is left, and frees. NULL is fine. The loop must have ended. */
void door_close(struct door *door);

/* How many are in allowed.csv, and where that is. */
size_t door_count(const struct door *door);
const char *door_allowed_path(const struct door *door);

/* Who this is; NULL: not allowed. Valid until the next call of these, or of door_refresh. */
const struct allow_entry *door_find(struct door *door, const struct rsa_key *key);
const struct allow_entry *door_find_digest(const struct door *door,
                                           const uint8_t digest[FINGERPRINT_BYTES]);
const struct allow_entry *door_find_name(const struct door *door, const char *name);

/* A key was sent away. */
void door_refused(struct door *door, const char *address, const struct rsa_key *key);
/* Somebody has proven a key. */
void door_proven(struct door *door, const char *address, const struct rsa_key *key,
                 const char *name);

/* Now and then: reads allowed.csv again if it has changed (true: there is a new list), and writes
 * the other two in the background. */
bool door_refresh(struct door *door);
void door_save(struct door *door);

#endif
