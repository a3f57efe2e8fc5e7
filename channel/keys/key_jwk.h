/*
 * RSA keys as JSON Web Keys, RFC 7517, RFC 7518 section 6.3: an object whose numbers are base64url;
 * one, or several in a set ({"keys": [...]}, RFC 7517 section 5).
 *
 * jansson parses. console_start makes it wipe what it frees, for private keys pass through.
 */
#ifndef GLASSBOX_KEY_JWK_H
#define GLASSBOX_KEY_JWK_H

#include "problem.h"
#include "rsa_key.h"

#include <stddef.h>

/* Who hears what is in it. */
struct key_jwk_listener {
    /* An RSA key, which it takes over; name: its "kid", or "". Returning false ends the reading. */
    bool (*found)(void *context, struct rsa_key *key, const char *name);
    /* An entry of a set that is passed over, and why (RFC 7517 5); entry counts from 1. */
    void (*bad)(void *context, size_t entry, const char *why);
    void *context;
};

/* Reads the text. Keys of other types ("kty") are counted, and passed over. What is wrong with a
 * key that stands alone is a fault. False without a problem: found has ended it. */
bool key_jwk_read(const char *text, size_t bytes, const struct key_jwk_listener *listener,
                  size_t *others, struct problem *problem) __attribute__((warn_unused_result));

/* The key as one object and a line feed, its whole pair or its public half. name: its "kid"; a
 * legal name (key_name.h), or "". NULL without memory; the caller wipes and frees it. */
char *key_jwk_write(size_t *length, const struct rsa_key *key, bool private, const char *name)
    __attribute__((warn_unused_result));

#endif
