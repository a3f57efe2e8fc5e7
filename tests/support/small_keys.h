/*
 * Small public keys, as many different ones as a test of files needs, without making any; and lists
 * of them.
 */
#ifndef GLASSBOX_TESTS_SMALL_KEYS_H
#define GLASSBOX_TESTS_SMALL_KEYS_H

#include "allow_edit.h"
#include "rsa_key.h"

/* The public key number `index`: e = 17, and an odd n of 64 bits that no other index has. Nobody
 * knows its factors and no test needs them. Aborts without memory. Free it with rsa_key_free. */
struct rsa_key *small_key(unsigned index);

/* Takes one row out of an allow-list, by name or fingerprint; removed may be NULL. */
bool small_list_remove(const char *path, const char *word, struct allow_entry *removed,
                       struct problem *problem);

#endif
