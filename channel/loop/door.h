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
    enum key_family family; /* of the server's suite: keys of the other are not allowed */
};

/* Everything pointed to must outlive the door. */
bool door_open(struct door **door, const struct door_options *options, struct problem *problem);
/* Writes what is left, and frees. NULL is fine. The loop must have ended. */
void door_close(struct door *door);

/* How many keys of the family are in allowed.csv, and where that is. */
size_t door_count(const struct door *door);
const char *door_allowed_path(const struct door *door);

/* Who this is; NULL: not allowed, or no longer (its time is over). Valid until the next call of
 * these, or of door_refresh. */
const struct allow_entry *door_find(struct door *door, const struct rsa_key *key);
const struct allow_entry *door_find_digest(const struct door *door,
                                           const uint8_t digest[FINGERPRINT_BYTES]);
/* The same by name, but one whose time is over is found too: its quota still holds. */
const struct allow_entry *door_find_name(const struct door *door, const char *name);

/* Why door_find_digest no longer finds a key that it found: "your key was removed from the list",
 * that it has expired, or that it is of the other family now. */
const char *door_why_not(const struct door *door, const uint8_t digest[FINGERPRINT_BYTES]);

/* A key was sent away: says so in the log, and on the screen what would let it in. One that nobody
 * knows waits in pending.csv then; one that has expired, or is allowed for the other suite, does
 * not, for it has its row. */
void door_refused(struct door *door, const char *address, const struct rsa_key *key);
/* Somebody has proven a key, and the channel is open. The verdict fell when the key was only
 * claimed, which may be a while ago: so here is who this is by the list as it stands now, with
 * name, role and quota; NULL: not allowed any more (door_why_not). Sessions begin with it alone. */
const struct allow_entry *door_enter(struct door *door, const char *address,
                                     const struct rsa_key *key);

/* Now and then: reads allowed.csv again if it has changed. True if somebody may be allowed no
 * longer, or have other rights: there is a new list, or somebody's time is over. */
bool door_refresh(struct door *door);
/* Writes the other two files in the background. */
void door_save(struct door *door);

#endif
