/*
 * Somebody who answers in the place of a private operation: such as a memory of earlier answers.
 */
#ifndef GLASSBOX_RSA_STAND_IN_H
#define GLASSBOX_RSA_STAND_IN_H

#include "rsa_key.h"

/* run is as rsa_private (rsa_raw.h): out holds the result, or zeros after an error. Any thread that
 * uses the key calls it. A listener of the key hears nothing of it, and rsa_private_batch does not
 * ask it. */
struct rsa_stand_in {
    enum rsa_error (*run)(void *context, uint8_t *out, const uint8_t *in, size_t in_bytes,
                          const struct rsa_random *source);
    void *context;
};

/* The same key seen a second time (rsa_key_view), with a stand-in that is borrowed. NULL without
 * memory. */
struct rsa_key *rsa_key_view_by(const struct rsa_key *key, const struct rsa_stand_in *stand_in);

#endif
