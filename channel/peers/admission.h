/*
 * The door of a server: who may come in, who was sent away, and which key came from which address.
 *
 * It keeps allowed.csv in memory and reads it again when it changes, writes refused keys to
 * pending.csv and everybody's address to known_clients.csv, both on a worker thread, and says in
 * the log, and on the screen, what the person at the server should know.
 */
#ifndef GLASSBOX_ADMISSION_H
#define GLASSBOX_ADMISSION_H

#include "allow_list.h"
#include "event_log.h"
#include "home.h"

#include <uv.h>

struct admission;

struct admission_options {
    uv_loop_t *loop;
    const struct home *home;
    const char *allowed_option; /* as given to the program, or NULL */
    const char *keytool;        /* how that program is called here */
    struct event_log *log;
    void (*hint)(const char *text); /* shows the person at the server what to type */
    bool same_room;                 /* many keys behind one address are no news */
    enum key_family family;         /* of the server's suite: keys of the other are not allowed */
};

/* Everything pointed to must outlive the door. */
bool admission_open(struct admission **admission, const struct admission_options *options,
                    struct problem *problem);
/* Writes what is left, and frees. NULL is fine. The loop must have ended. */
void admission_close(struct admission *admission);

/* How many keys of the family are in allowed.csv, and where that is. */
size_t admission_count(const struct admission *admission);
const char *admission_allowed_path(const struct admission *admission);

/* Who this is; NULL: not allowed, or no longer (its time is over). Valid until the next call of
 * these, or of admission_refresh. */
const struct allow_entry *admission_find(struct admission *admission, const struct rsa_key *key);
const struct allow_entry *admission_find_digest(const struct admission *admission,
                                                const uint8_t digest[FINGERPRINT_BYTES]);
/* The same by name, but one whose time is over is found too: its quota still holds. */
const struct allow_entry *admission_find_name(const struct admission *admission, const char *name);

/* Why admission_find_digest no longer finds a key that it found: "your key was removed from the list",
 * that it has expired, or that it is of the other family now. */
const char *admission_why_not(const struct admission *admission,
                              const uint8_t digest[FINGERPRINT_BYTES]);

/* A key was sent away: says so in the log, and on the screen what would let it in. wish: the name
 * that it would like, legal, or "". One that nobody knows waits in pending.csv then; one that has expired, or is allowed for the other suite, does
 * not, for it has its row. */
void admission_refused(struct admission *admission, const char *address, const struct rsa_key *key,
                       const char *wish);
/* The wish of one who was refused, and told of without it, a moment ago. */
void admission_wish(struct admission *admission, const char *address, const struct rsa_key *key,
                    const char *wish);
/* Somebody has proven a key, and the channel is open. The verdict fell when the key was only
 * claimed, which may be a while ago: so here is who this is by the list as it stands now, with
 * name, role and quota; NULL: not allowed any more (admission_why_not). Sessions begin with it alone. */
const struct allow_entry *admission_enter(struct admission *admission, const char *address,
                                          const struct rsa_key *key);

/* Now and then: reads allowed.csv again if it has changed. True if somebody may be allowed no
 * longer, or have other rights: there is a new list, or somebody's time is over. */
bool admission_refresh(struct admission *admission);
/* Writes the other two files in the background, if that has had its rest. To be called once a second:
 * what comes meanwhile is written the next time. */
void admission_save(struct admission *admission);

#endif
