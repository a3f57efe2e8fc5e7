/*
 * What attack rsa is aimed at: numbers, and the key they belong to.
 *
 * A number on the command line is decimal, or hexadecimal after 0x, or @FILE: the bytes of a file
 * as one big-endian number, as keytool encrypt --padding raw writes them. A key is one that keytool
 * reads, or --n and --e.
 */
#ifndef GLASSBOX_ATTACK_RSA_SUBJECT_H
#define GLASSBOX_ATTACK_RSA_SUBJECT_H

#include "home_option.h"
#include "key_store.h"
#include "option_table.h"

#include <gmp.h>

/* Of an option; the field is a const char *. Wrong usage if it is no number; a file is read
 * later. */
option_read rsa_subject_read;

/* The number, into one that is initialised. what: "--c", for the message. */
bool rsa_subject_number(mpz_t number, const char *what, const char *text, struct problem *problem)
    __attribute__((warn_unused_result));

/* Several of an option that may be repeated; the field is a struct rsa_list. */
#define RSA_LIST_MOST 6
struct rsa_list {
    const char *text[RSA_LIST_MOST];
    size_t count;
};
option_read rsa_list_read;

struct rsa_subject {
    struct home_options home;
    const char *key;   /* NAME|FILE; NULL: n and e are given */
    const char *n, *e; /* text; NULL: those of the key */
};
/* The argument KEY, --n, --e, and the home. */
extern const struct option_table rsa_subject_table;

/* n and e, into numbers that are initialised. Those given by hand come before those of the key. */
bool rsa_subject_load(mpz_t n, mpz_t e, const struct rsa_subject *subject, struct problem *problem)
    __attribute__((warn_unused_result));

/* The key of that name or file; it is only looked at, whatever family it is of. */
bool rsa_subject_key(struct stored_key *key, const struct rsa_subject *subject, const char *name,
                     enum key_part part, struct problem *problem)
    __attribute__((warn_unused_result));

/* A number of a key; 0 if it does not have it. */
void rsa_subject_part(mpz_t number, const struct rsa_key *key, enum rsa_number which);

/* A word X:C of a command line, where X is a number or a key. */
struct rsa_word {
    mpz_t n, e; /* of the key; or x in both */
    mpz_t c;
    bool has_key, is_open;
};
void rsa_word_clear(struct rsa_word *word); /* fine on a {0} */
/* Into a {0}. The caller clears it, whatever came of it. */
bool rsa_word_load(struct rsa_word *word, const struct rsa_subject *subject, const char *text,
                   struct problem *problem) __attribute__((warn_unused_result));

#endif
