/*
 * Whom we have met: known_servers.csv of a client, known_clients.csv and pending.csv of a server.
 *
 * known_servers: trust on first use. The key that a host and port showed first is pinned; another
 * key later is refused, loudly, until a person says otherwise.
 *
 * known_clients: which key came from which address. Several keys may come from one address (two
 * people behind one router, a whole class on one machine): what is reported is a known address that
 * shows a key it has never shown before.
 *
 * pending: refused keys, kept so that the person at the server can accept one by its fingerprint or
 * number, which no other key is given after it. At most PENDING_ROWS, so that strangers cannot fill
 * the disk; whichever address has most of them loses its oldest, so that they push out their own.
 * One key is one row.
 *
 * The two tables of a server stand in memory, and recording touches nothing else: no system call on
 * the event loop. What has changed since is taken out by *_changes, cheaply, and written by
 * peer_changes_write on a worker thread (once a second while there is something, and at exit).
 * Writing merges into the file under its lock: two servers sharing a home, and a keytool that takes
 * rows out, lose nothing.
 */
#ifndef GLASSBOX_KNOWN_PEERS_H
#define GLASSBOX_KNOWN_PEERS_H

#include "fingerprint_words.h"
#include "home.h"
#include "key_family.h"
#include "key_name.h"
#include "timestamp.h"

#define PEER_ADDRESS_BYTES 256  /* a host name or a numeric address, with the 0 at the end */
#define KNOWN_CLIENT_ROWS  4096 /* the newest are kept */
#define PENDING_ROWS       100

enum known_peer {
    KNOWN_SAME,         /* this key is on record here */
    KNOWN_NEW,          /* nothing is on record here */
    KNOWN_CHANGED,      /* another key is on record here */
    KNOWN_OTHER_FAMILY, /* of servers: this key is on record for suites of the other family */
};

/* What was on record (all "" if KNOWN_NEW). */
struct known_record {
    char fingerprint[FINGERPRINT_TEXT_BYTES];
    char name[KEY_NAME_BYTES]; /* of clients */
    char first_seen[TIMESTAMP_BYTES];
    char last_seen[TIMESTAMP_BYTES];
};

/* --- known_servers.csv: straight from and to the file ---------------------------------------- */

/* A server as it is known: in each family it has a key of its own. */
struct known_server {
    const char *host; /* as the user typed it; case does not matter */
    unsigned port;
    enum key_family family;
};

/* Compares. record may be NULL. */
bool known_server_check(enum known_peer *answer, struct known_record *record, const char *path,
                        const struct known_server *server, const struct rsa_key *key,
                        struct problem *problem) __attribute__((warn_unused_result));

/* Pins the key: adds the row, or brings last_seen up to date. Another key on record (also one that
 * was pinned a moment ago by another client) is an error, unless replace. */
bool known_server_pin(const char *path, const struct known_server *server,
                      const struct rsa_key *key, bool replace, struct problem *problem)
    __attribute__((warn_unused_result));

/* --- changes on their way to a file ---------------------------------------------------------- */
struct peer_changes;

/* Merges them into their file. After a failure it may be tried again. Any thread. */
bool peer_changes_write(struct peer_changes *changes, struct problem *problem)
    __attribute__((warn_unused_result));
void peer_changes_free(struct peer_changes *changes); /* NULL is fine */

/* --- known_clients.csv ----------------------------------------------------------------------- */
struct known_clients;

/* Reads the file; none is an empty table. */
bool known_clients_open(struct known_clients **clients, const char *path, struct problem *problem)
    __attribute__((warn_unused_result));
void known_clients_free(struct known_clients *clients); /* writes nothing; NULL is fine */

/* Records that this client came from this address: call it when the key is proven, never for one
 * that was only claimed. record (may be NULL): for KNOWN_CHANGED, the key last seen there. Without
 * memory it answers and forgets. */
enum known_peer known_clients_record(struct known_clients *clients, const char *address,
                                     const struct rsa_key *key, const char *name,
                                     struct known_record *record);
/* How many keys have come from this address. */
size_t known_clients_keys(const struct known_clients *clients, const char *address);

/* When this key was last seen, from whichever address; "" if never. Valid until the next call. */
const char *known_clients_last_seen(const struct known_clients *clients,
                                    const uint8_t digest[FINGERPRINT_BYTES]);

/* Takes out what has changed; NULL if nothing has, or without memory (then nothing is lost). */
struct peer_changes *known_clients_changes(struct known_clients *clients);

/* --- pending.csv ----------------------------------------------------------------------------- */
struct pending_keys;

/* Of a server. The file is not read: only added to. NULL without memory. */
struct pending_keys *pending_keys_new(const char *path);
void pending_keys_free(struct pending_keys *pending); /* writes nothing; NULL is fine */
/* family: of the suite that the key came for. wish: the name that it would like, or "", and then
 * the one before stays. */
void pending_keys_record(struct pending_keys *pending, const char *address,
                         const struct rsa_key *key, enum key_family family, const char *wish);
/* The wish of a key that was recorded before. If its row has been taken out since, it is forgotten. */
void pending_keys_wish(struct pending_keys *pending, const char *address, const struct rsa_key *key,
                       const char *wish);
struct peer_changes *pending_keys_changes(struct pending_keys *pending);

/* The command that allows a refused key, for the server's screen, ready to be typed:
 *     KEYTOOL allow add SHA256:... [--name NAME] [--home DIR] [--allowed FILE]
 * keytool: how that program is called here ("bin/keytool", "glassbox keytool"). --home is left out
 * if the home is the default: GLASSBOX_HOME need not be set in the terminal where this is typed.
 * allowed: the option given to this program, or NULL. Words are quoted for the shell where they need it.
 * Without the name that it would like ("": none) it goes by "key-...". `keytool allow pending` and
 * `allow accept NUMBER` do the same from the list. */
void pending_keys_command(char *out, size_t space, const char *keytool, const char *fingerprint,
                          const char *wish, const struct home *home, const char *allowed);

/* Likewise for a key whose time is over, by the name it has in the list:
 *     KEYTOOL allow set NAME --expires DAY [--home DIR] [--allowed FILE] */
void expired_key_command(char *out, size_t space, const char *keytool, const char *name,
                         const struct home *home, const char *allowed);

/* Of keytool: one row. */
struct pending_key {
    unsigned long number; /* given once, when the key is first written; stays with it */
    unsigned long times;
    char address[PEER_ADDRESS_BYTES];
    char fingerprint[FINGERPRINT_TEXT_BYTES];
    char words[FINGERPRINT_WORDS_BYTES];
    uint8_t digest[FINGERPRINT_BYTES];
    char first_seen[TIMESTAMP_BYTES];
    char last_seen[TIMESTAMP_BYTES];
    enum key_family family;    /* of the suite that it came for, the last time */
    char wish[KEY_NAME_BYTES]; /* the name that it would like: legal, or "" */
    struct rsa_key *key;
};
/* All rows in the order of the file. pending_rows_free frees the keys too. */
bool pending_rows_read(struct pending_key **rows, size_t *count, const char *path,
                       struct problem *problem) __attribute__((warn_unused_result));
void pending_rows_free(struct pending_key *rows, size_t count);
/* The row with this number, fingerprint or words, as typed; NULL, with a problem, if there is none. */
struct pending_key *pending_rows_find(struct pending_key *rows, size_t count, const char *word,
                                      struct problem *problem);
/* Takes the rows of these keys out: they are allowed now, or rejected. Rows that are not there, or
 * no file, are fine. Nobody remembers a rejected key: it comes back when it is refused again. */
bool pending_rows_remove(const char *path, uint8_t (*digests)[FINGERPRINT_BYTES], size_t count,
                         struct problem *problem) __attribute__((warn_unused_result));

#endif
