/*
 * The key store: HOME/keys/NAME.key.csv (the pair, 0600) and HOME/keys/NAME.pub.csv (what is given
 * away), rows of field,value; docs/formats.md has the table.
 *
 * A key is judged when it is loaded (rsa_key_check_quickly: primes, exponents, CRT parts), so that
 * a damaged file is an error that names the number, not a wrong signature later. Where a pair may
 * be a stranger's making, as in keytool import, rsa_key_check comes after. A private key that
 * others can read is refused. Existing keys are never overwritten unless asked, and then a copy is
 * kept. Loading a pair whose public file is missing, as after a crash, makes that anew.
 *
 * A key marked `published,yes` lies in docs/examples for everybody to read. Using such a private
 * key is refused unless key_access.allow_published is set (--allow-published). The mark exempts the
 * file from the permission check: it has no secret to keep, and git does not keep 0600.
 *
 * A key marked `family,textbook` is for that suite alone, one without for the modern one
 * (key_family.h). Using the private half for the other is refused.
 *
 * A key marked `seed,N` was made by a program under --seed N (lesson_seed.h): whoever knows the
 * number can make it, too. Such a private key is refused, but for a program that runs under the
 * same seed; and there every other key is refused, except published ones.
 *
 * A key marked `flaw,NAME` was made weak on purpose (keytool gen --flaw). Both halves are refused
 * unless key_access.allow_flawed is set, which programs set that look at a key and do not use it.
 * Its numbers are not judged when it is loaded.
 *
 *     struct stored_key server;
 *     bool created;
 *     if (!key_store_get(&server, &created, &home, "server", 2048, 0, &problem)) ...
 *     use(server.key);
 *     stored_key_free(&server);
 */
#ifndef GLASSBOX_KEY_STORE_H
#define GLASSBOX_KEY_STORE_H

#include "home.h"
#include "key_access.h"
#include "key_family.h"
#include "key_name.h"
#include "rsa_key.h"
#include "timestamp.h"

#define KEY_LEARNING_BITS 2048 /* smaller keys are for learning only (NIST SP 800-57, table 2) */

struct stored_key {
    char name[KEY_NAME_BYTES];     /* by which it was loaded; of a file: its name field, or "" */
    char created[TIMESTAMP_BYTES]; /* "" if the file does not say */
    struct key_marks marks;
    uint32_t iterations; /* of PBKDF2, where a passphrase protects the private half; else 0 */
    struct rsa_key *key; /* owned */
    char path[HOME_PATH_BYTES];
};

enum key_part {
    KEY_PUBLIC, /* n and e, from NAME.pub.csv or, failing that, from NAME.key.csv */
    KEY_PRIVATE,
    KEY_WHOLE, /* the pair, or the public key where there is no more; keytool check */
};
/* How a key is saved; {0}: under a new name, in the clear, without a mark. */
struct key_saving {
    const struct key_protection *protection; /* key_access.h; NULL: none */
    bool replace;
    struct key_marks marks;
};

/* Whether the key is of this family; the problem says the way out if not. */
bool stored_key_check_family(const struct stored_key *key, enum key_family family,
                             struct problem *problem) __attribute__((warn_unused_result));

/* Wipes and frees the key. Fine on a {0}. */
void stored_key_free(struct stored_key *key);

/* Loads a key by its name in the home. access: key_access.h. Of a protected key the public part is
 * there without a passphrase. CT: sizes, errors. */
bool key_store_load(struct stored_key *key, const struct home *home, const char *name,
                    enum key_part part, const struct key_access *access, struct problem *problem)
    __attribute__((warn_unused_result));

/* Loads a key from a file. The public part of a private key's file may be asked for. */
bool key_file_load(struct stored_key *key, const char *path, enum key_part part,
                   const struct key_access *access, struct problem *problem)
    __attribute__((warn_unused_result));

/* NAME|FILE of a command line: what has a / in it or ends in .csv is a file; one that does not end
 * in .csv may be of any format (key_formats.h), with one key in it. */
bool key_store_find(struct stored_key *key, const struct home *home, const char *name_or_file,
                    enum key_part part, const struct key_access *access, struct problem *problem)
    __attribute__((warn_unused_result));

/* The course's get_keys(): loads the pair of that name, or makes it (`bits` bits, e = 65537) and
 * saves it; the same pair ever after. If two programs make it at once, both get the one that was
 * saved first. A file that is there but bad is an error: it is never replaced. *created may be
 * NULL. A new pair is of access->family; with access->seed it is made from the seed, and marked. */
bool key_store_get(struct stored_key *key, bool *created, const struct home *home, const char *name,
                   unsigned bits, const struct key_access *access, struct problem *problem)
    __attribute__((warn_unused_result));

/* Whether key_store_save would take this name: asked before a long search for primes. */
bool key_store_check_free(const struct home *home, const char *name, bool replace,
                          struct problem *problem) __attribute__((warn_unused_result));

/* Saves a pair, or a public key alone, under a name. An existing key of that name is an error,
 * unless a pair is to replace it: then a copy stays as NAME.key.csv.TIME or .TIME-2, ... (in
 * `backup`, HOME_PATH_BYTES, "" if there was nothing to keep; may be NULL). how: NULL is a {0}. */
bool key_store_save(const struct home *home, const char *name, const struct rsa_key *key,
                    const struct key_saving *how, char backup[HOME_PATH_BYTES],
                    struct problem *problem) __attribute__((warn_unused_result));

/* Writes the private file of a pair anew under another protection; all else in it stays. stored:
 * the pair as it was loaded; a file that holds another by now is left alone, and an error. */
bool key_store_protect(const struct home *home, const struct stored_key *stored,
                       const struct key_protection *protection, struct problem *problem)
    __attribute__((warn_unused_result));

/* HOME/keys/NAME.key.csv or NAME.pub.csv. name is a legal one. */
void key_store_path(char path[HOME_PATH_BYTES], const struct home *home, const char *name,
                    enum key_part part);

/* Whether either file of that name is there. */
bool key_store_exists(const struct home *home, const char *name);

/* The names in the store, sorted; free each and the array with key_store_names_free. A home that is
 * not there is an empty store. */
bool key_store_names(char ***names, size_t *count, const struct home *home, struct problem *problem)
    __attribute__((warn_unused_result));
void key_store_names_free(char **names, size_t count);

#endif
