/*
 * The allow-list: allowed.csv says who may come in, by public key, and under which name.
 *
 * Columns: name, role, quota, expires, added, comment, family, n, e; only n and e are required. A
 * row without a name is called "key-" and the first 10 hex digits of its fingerprint's SHA-256. A
 * key that stands there twice is an error that names both lines. So is a name, and so are two names
 * that look alike (name_skeleton.h), among the keys of one family: a person may have a key of each. No
 * file is an empty list: nobody may come in.
 *
 * A row whose time is over stays in the list, but allow_list_find does not find it.
 *
 * A struct allow_list is one reading of the file. A server keeps one and calls allow_list_refresh
 * now and then (a stat(2) when nothing changed); a file that has become bad, or is gone, leaves the
 * old list in force, and is reported once. Entries die with their list: look up again after a
 * refresh. Look-ups take log(rows) steps and no system call. One list belongs to one thread.
 *
 * Changes: allow_edit.h. What the server prints for a refused key: pending_keys_command.
 */
#ifndef GLASSBOX_ALLOW_LIST_H
#define GLASSBOX_ALLOW_LIST_H

#include "fingerprint.h"
#include "key_family.h"
#include "key_name.h"
#include "timestamp.h"

#include <stdint.h>

#define ALLOW_NO_QUOTA      UINT64_MAX
#define ALLOW_NEVER         ((time_t)INT64_MAX)
#define ALLOW_COMMENT_BYTES 256 /* with the 0 at the end */

enum allow_role { ALLOW_USER, ALLOW_ADMIN };

struct allow_entry {
    char name[KEY_NAME_BYTES];
    char comment[ALLOW_COMMENT_BYTES];
    char added[TIMESTAMP_BYTES];   /* "" if the row does not say */
    char expires[TIMESTAMP_BYTES]; /* as it is written there; "": never */
    time_t expires_at;             /* the first second in which it is over, or ALLOW_NEVER */
    uint8_t digest[FINGERPRINT_BYTES];
    uint64_t quota; /* bytes, or ALLOW_NO_QUOTA */
    unsigned bits;  /* of the key */
    unsigned line;
    enum allow_role role;
    enum key_family family;
};

struct allow_list;

/* Reads the whole list; the first bad row fails it. */
bool allow_list_load(struct allow_list **list, const char *path, struct problem *problem)
    __attribute__((warn_unused_result));
void allow_list_free(struct allow_list *list); /* NULL is fine */

enum allow_refresh {
    ALLOW_SAME,   /* the file is as it was */
    ALLOW_NEWER,  /* *list is the new one; the old one and its entries are freed */
    ALLOW_BROKEN, /* the file has become bad: problem says why; *list is as before */
};
enum allow_refresh allow_list_refresh(struct allow_list **list, struct problem *problem);

/* Who this key is in that family, or NULL: not allowed now. */
const struct allow_entry *allow_list_find(const struct allow_list *list, const struct rsa_key *key,
                                          enum key_family family);
/* A row, its time over or not (allow_expired), of whichever family. */
const struct allow_entry *allow_list_find_digest(const struct allow_list *list,
                                                 const uint8_t digest[FINGERPRINT_BYTES]);
const struct allow_entry *allow_list_find_name(const struct allow_list *list, const char *name,
                                               enum key_family family);
/* Whether or not it may come in. */
const struct allow_entry *allow_list_find_key(const struct allow_list *list,
                                              const struct rsa_key *key);
/* A row by name, fingerprint or words, as somebody typed it; NULL, and the problem says so, if
 * none. */
const struct allow_entry *allow_list_find_word(const struct allow_list *list, const char *word,
                                               struct problem *problem);

/* What finds the entry so: its name; its fingerprint where a key of each family has that name. */
void allow_list_word(char word[KEY_NAME_BYTES], const struct allow_list *list,
                     const struct allow_entry *entry);
const char *allow_list_path(const struct allow_list *list);

/* All entries, in the order of the file. */
size_t allow_list_count(const struct allow_list *list);
const struct allow_entry *allow_list_at(const struct allow_list *list, size_t index);

/* Reports every bad row (not only the first) and counts the good ones. False if the file cannot be
 * read as a table at all; that is reported too. Unlike allow_list_load, a file must be there. */
typedef void allow_report(void *context, const struct problem *problem);
bool allow_list_check(size_t *good, size_t *bad, const char *path, allow_report *report,
                      void *context);

/* Whether this entry's time is over. */
bool allow_expired(const struct allow_entry *entry, time_t now);
/* The first moment after `now` when the time of an entry is over; ALLOW_NEVER if there is none. */
time_t allow_list_next_expiry(const struct allow_list *list, time_t now);

/* The name that a key without one goes by: "key-" and 10 hex digits. */
void allow_derived_name(char name[KEY_NAME_BYTES], const uint8_t digest[FINGERPRINT_BYTES]);

const char *allow_role_name(enum allow_role role); /* "user", "admin" */
bool allow_role_parse(enum allow_role *role, const char *text);

/* Sizes as people write them: a number of bytes, or with K, M, G, T behind it (1024 each). */
bool allow_quota_parse(uint64_t *quota, const char *text);
#define ALLOW_QUOTA_TEXT_BYTES 24
void allow_quota_text(char text[ALLOW_QUOTA_TEXT_BYTES], uint64_t quota); /* "" if there is none */

/* A day (2026-12-31: over when it ends, in UTC) or a time (2026-12-31T18:00:00Z). */
bool allow_expires_parse(time_t *expires_at, const char *text);

#endif
