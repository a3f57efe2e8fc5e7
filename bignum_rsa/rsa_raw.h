/*
 * Raw RSA, RFC 8017 section 5: integers to integers. For learning, and as the base of the paddings.
 *
 * Never encrypt or sign with these directly: textbook RSA is deterministic and multiplicative
 * (the product of two signatures is the signature of the product).
 */
#ifndef GLASSBOX_RSA_RAW_H
#define GLASSBOX_RSA_RAW_H

#include "rsa_key.h"

/* out = in^e mod n (RSAEP 5.1.1, RSAVP1 5.2.2). in: any number of big-endian bytes with a value
 * below n; out: exactly rsa_key_bytes(key). out and in may be the same. RSA_ERR_RANGE if in >= n,
 * RSA_ERR_MEMORY. The cost is in proportion to the bits of e: see rsa_key_from_public_bytes.
 * CT: n, e, in_bytes, and whether in < n. */
enum rsa_error rsa_public(uint8_t *out, const struct rsa_key *key, const uint8_t *in,
                          size_t in_bytes) __attribute__((warn_unused_result));

/* out = in^d mod n (RSADP 5.1.2, RSASP1 5.2.1) by CRT, blinded, and checked with e before it is
 * released. source: for the blinding, at each call; NULL is getrandom(2), once in 32. out and in
 * may be the same. Threads may share the key. RSA_ERR_RANGE, RSA_ERR_NO_PRIVATE, RSA_ERR_FAULT,
 * RSA_ERR_RANDOM, RSA_ERR_MEMORY. CT: sizes of the key and of in, and whether in < n. */
enum rsa_error rsa_private(uint8_t *out, const struct rsa_key *key, const uint8_t *in,
                           size_t in_bytes, const struct rsa_random *source)
    __attribute__((warn_unused_result));

/* Several private operations, which share the work of the processor's vectors where it has some
 * that serve (docs/bignum_rsa.md). Each is as rsa_private: fields in are read, error is written,
 * out holds the result or zeros; keys may be equal or differ. What fails does not touch the others.
 * CT: count, and each as rsa_private. */
struct rsa_private_job {
    uint8_t *out;
    const struct rsa_key *key;
    const uint8_t *in;
    size_t in_bytes;
    enum rsa_error error;
};
void rsa_private_batch(struct rsa_private_job *jobs, size_t count, const struct rsa_random *source);
/* How many of them this machine makes side by side, so that they are worth waiting for: 1 to 4. */
size_t rsa_private_together(void);

#endif
