/*
 * What lies before and after the power of a private operation (rsa_raw.h), for one that is alone
 * and for several at once. Internal.
 *
 *     begin: read, blind  --->  m = factor^d, by CRT  --->  finish: unblind, check, write
 */
#ifndef GLASSBOX_RSA_OPERATION_H
#define GLASSBOX_RSA_OPERATION_H

#include "rsa_key.h"
#include "rsa_limbs.h"

/* The numbers of one operation; all as long as n. rsa_scratch_close(&op->scratch) ends it, also
 * after an error. */
struct rsa_operation {
    struct rsa_scratch scratch;
    struct rsa_modulus n, e;
    mp_limb_t *c, *m, *factor, *remover, *itch;
};

/* c = in; factor = c r^e, which is to be raised to d into m. Errors of rsa_private. */
enum rsa_error rsa_operation_begin(struct rsa_operation *op, const struct rsa_key *key,
                                   const uint8_t *in, size_t in_bytes,
                                   const struct rsa_random *source);

/* out = m r^-1, if that to the power of e is c. RSA_ERR_FAULT, and out is as it was. */
enum rsa_error rsa_operation_finish(uint8_t *out, struct rsa_operation *op,
                                    const struct rsa_key *key);

#endif
