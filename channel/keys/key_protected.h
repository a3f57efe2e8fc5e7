/*
 * A private key under a passphrase: PKCS#8 inside PBES2 (pbes2.h), RFC 5958 3.
 */
#ifndef GLASSBOX_KEY_PROTECTED_H
#define GLASSBOX_KEY_PROTECTED_H

#include "key_access.h"
#include "key_der.h"
#include "pbes2.h"

/* Opens what pbes2_read has read: asks for the passphrase of `what`, a file, until it is right or
 * there is no other one. The key is judged. The caller frees *key. CT: sizes, iterations, and the
 * fault if there is one. */
bool key_protected_open(struct rsa_key **key, const struct pbes2 *frame,
                        const struct key_access *access, const char *what, struct problem *problem)
    __attribute__((warn_unused_result));

#define KEY_PROTECTED_BYTES PBES2_FRAME_BYTES(KEY_DER_BYTES)
/* Writes it at the end of the buffer; out points into it. CT: sizes, iterations. */
bool key_protected_write(struct octets *out, uint8_t buffer[KEY_PROTECTED_BYTES],
                         const struct rsa_key *pair, const struct key_protection *protection,
                         struct problem *problem) __attribute__((warn_unused_result));

#endif
