/*
 * RSA keys in DER: what the standards put around n, e, d, p, q.
 *
 *     PKCS#1  RFC 8017 A.1    RSAPublicKey, RSAPrivateKey: the numbers, in a list
 *     PKCS#8  RFC 5958 2      PrivateKeyInfo: which algorithm, and PKCS#1 inside
 *     SPKI    RFC 5280 4.1    SubjectPublicKeyInfo: which algorithm, and PKCS#1 inside
 *     X.509   RFC 5280 4.1    a certificate: the SPKI is taken out of it. Its signature, its dates
 *                             and its names are not judged: it is a way to carry a key, no more.
 *
 * PSS keys (RFC 8017 A.2.3), keys of more than two primes and keys of other algorithms are refused.
 */
#ifndef GLASSBOX_KEY_DER_H
#define GLASSBOX_KEY_DER_H

#include "der.h"
#include "rsa_key.h"

enum key_der {
    KEY_DER_PKCS1_PUBLIC,
    KEY_DER_PKCS1_PRIVATE,
    KEY_DER_PKCS8,
    KEY_DER_ENCRYPTED, /* EncryptedPrivateKeyInfo, RFC 5958 3 */
    KEY_DER_SPKI,
    KEY_DER_CERTIFICATE,
    KEY_DERS
};

/* What PEM calls them: "RSA PUBLIC KEY" ... */
const char *key_der_label(enum key_der kind);
/* What people call them: "PKCS#1", ... */
const char *key_der_name(enum key_der kind);

/* Which of them it looks like, by its first elements; KEY_DERS: none. */
enum key_der key_der_kind(const void *data, size_t bytes);

/* Reads any but KEY_DER_ENCRYPTED, which key_protected.h reads. The whole input must be the key,
 * and the key is judged. The caller frees *key. *oddity: a sentence on what is against the standard
 * and was accepted, or NULL. Faults: "byte 17: expected ...". CT: sizes, and whether it is good. */
bool key_der_read(struct rsa_key **key, const char **oddity, enum key_der kind, const void *data,
                  size_t bytes, struct problem *problem) __attribute__((warn_unused_result));

/* Room for any key of ours in any of these forms: eight numbers, of which six of a private key
 * together are at most five moduli long, and what is around them. */
#define KEY_DER_BYTES (6 * RSA_MAX_BYTES + 1024)

/* Writes PKCS1_PUBLIC, PKCS1_PRIVATE, PKCS8 or SPKI at the end of the buffer, which the caller
 * wipes; out points into it. The private kinds need a pair. */
void key_der_write(struct octets *out, uint8_t buffer[KEY_DER_BYTES], enum key_der kind,
                   const struct rsa_key *key);

#endif
