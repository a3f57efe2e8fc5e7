/*
 * Keys on their way into an allow-list: gathered from what was typed, then all let in, or none.
 */
#ifndef GLASSBOX_KEYTOOL_CANDIDATES_H
#define GLASSBOX_KEYTOOL_CANDIDATES_H

#include "allow_edit.h"
#include "home.h"

struct candidate {
    struct rsa_key *key; /* owned */
    enum key_family family;
    char name[KEY_NAME_BYTES]; /* by which it would go; "": key-... */
    char *source;              /* "class/anna.pub", "class/all:7", "key 3 of pending.csv"; owned */
};

struct candidates {
    struct candidate *list;
    size_t count;
    size_t faults; /* words and files that gave no key; each was said */
};
void candidates_free(struct candidates *candidates);

/* Takes the key over. A failure is said, and counts as a fault. */
void candidates_take(struct candidates *candidates, struct rsa_key *key, enum key_family family,
                     const char *name, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* Gathers the keys of one word: NAME of the home, FILE, FOLDER, - (stdin), or the FINGERPRINT of a
 * refused key. What is wrong is said, and counts as a fault. */
void candidates_gather(struct candidates *candidates, const struct home *home, const char *word,
                       bool allow_published);

/* All are for the suites of this family. One that was made for the textbook suite can be for no
 * other: that is said, and counts as a fault. */
void candidates_choose_family(struct candidates *candidates, enum key_family family);

/* Lets all in on these terms (their name is for a single key), and takes them out of pending.csv;
 * or says why not and lets none in. pass_known: keys that are allowed already are passed over. */
bool candidates_let_in(const struct candidates *candidates, const struct home *home,
                       const char *path, const struct allow_new *terms, bool pass_known);

#endif
