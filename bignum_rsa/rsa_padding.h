/*
 * The paddings of RFC 8017: OAEP (7.1), PSS (8.1), and PKCS#1 v1.5 (7.2, 8.2).
 *
 * The hash is the caller's, so that this library depends on no other. OAEP and PSS use the same
 * hash for the message and for MGF1 (B.2.1). Use OAEP to encrypt and PSS to sign. v1.5 encryption
 * is here for lessons and for strangers: a program that tells its peer whether decryption failed
 * hands out Bleichenbacher's oracle.
 */
#ifndef GLASSBOX_RSA_PADDING_H
#define GLASSBOX_RSA_PADDING_H

#include "rsa_key.h"

#define RSA_MAX_HASH_BYTES 64

/* A hash function: digest writes the hash of the concatenated parts. digest_info is the DER prefix
 * of RFC 8017 section 9.2 note 1, needed by v1.5 signatures only. */
struct rsa_part {
    const void *data;
    size_t bytes;
};
struct rsa_hash {
    const char *name;
    size_t bytes; /* of a digest, at most RSA_MAX_HASH_BYTES */
    void (*digest)(uint8_t *out, const struct rsa_part *parts, size_t count);
    const uint8_t *digest_info;
    size_t digest_info_bytes;
};

/* The longest message each encryption takes under this key; 0 if the key is too small. */
size_t rsa_oaep_max_bytes(const struct rsa_key *key, const struct rsa_hash *hash);
size_t rsa_pkcs1_max_bytes(const struct rsa_key *key);

/* RFC 8017 7.1.1. out: rsa_key_bytes(key). RSA_ERR_TOO_LONG, RSA_ERR_RANDOM, RSA_ERR_MEMORY.
 * CT: lengths. */
enum rsa_error rsa_oaep_encrypt(uint8_t *out, const struct rsa_key *key,
                                const struct rsa_hash *hash, const void *label, size_t label_bytes,
                                const void *message, size_t message_bytes,
                                const struct rsa_random *source)
    __attribute__((warn_unused_result));

/* RFC 8017 7.1.2. out: room for rsa_oaep_max_bytes. RSA_ERR_DECRYPT for every fault of the
 * ciphertext alike, its length included; errors of rsa_private that are not the ciphertext's
 * (RSA_ERR_NO_PRIVATE, RSA_ERR_FAULT, RSA_ERR_RANDOM, RSA_ERR_MEMORY) as they are. *out_bytes is 0
 * on failure. out and in may be the same.
 * CT: lengths, whether it succeeded, and then the length of the message. */
enum rsa_error rsa_oaep_decrypt(uint8_t *out, size_t *out_bytes, const struct rsa_key *key,
                                const struct rsa_hash *hash, const void *label, size_t label_bytes,
                                const uint8_t *in, size_t in_bytes, const struct rsa_random *source)
    __attribute__((warn_unused_result));

/* RFC 8017 8.1. digest: the hash of the message, hash->bytes long (the caller hashes: messages may
 * be streams). salt: as long as the hash; NULL: it is drawn from source. signature:
 * rsa_key_bytes(key). RSA_ERR_TOO_LONG if the key is too small for the hash; errors of
 * rsa_private. */
enum rsa_error rsa_pss_sign(uint8_t *signature, const struct rsa_key *key,
                            const struct rsa_hash *hash, const uint8_t *digest, const uint8_t *salt,
                            const struct rsa_random *source) __attribute__((warn_unused_result));
/* Its first half (8.1.1 step 1, 2.a), for who makes several signatures at once: out is what
 * rsa_private, or rsa_private_batch, makes the signature of. */
enum rsa_error rsa_pss_encode(uint8_t *out, const struct rsa_key *key, const struct rsa_hash *hash,
                              const uint8_t *digest, const uint8_t *salt,
                              const struct rsa_random *source) __attribute__((warn_unused_result));

/* salt_bytes: the length asked for (hash->bytes for ours), or RSA_PSS_ANY_SALT. RSA_ERR_VERIFY. */
#define RSA_PSS_ANY_SALT SIZE_MAX
enum rsa_error rsa_pss_verify(const uint8_t *signature, size_t signature_bytes,
                              const struct rsa_key *key, const struct rsa_hash *hash,
                              const uint8_t *digest, size_t salt_bytes)
    __attribute__((warn_unused_result));

/* RFC 8017 8.2, with digest as above. RSA_ERR_TOO_LONG; RSA_ERR_VERIFY. Verification encodes and
 * compares, as the RFC does: no parser to fool. source: for the blinding alone. */
enum rsa_error rsa_pkcs1_sign(uint8_t *signature, const struct rsa_key *key,
                              const struct rsa_hash *hash, const uint8_t *digest,
                              const struct rsa_random *source) __attribute__((warn_unused_result));
enum rsa_error rsa_pkcs1_verify(const uint8_t *signature, size_t signature_bytes,
                                const struct rsa_key *key, const struct rsa_hash *hash,
                                const uint8_t *digest) __attribute__((warn_unused_result));

/* RFC 8017 7.2. RSA_ERR_TOO_LONG; RSA_ERR_DECRYPT. CT: as OAEP. */
enum rsa_error rsa_pkcs1_encrypt(uint8_t *out, const struct rsa_key *key, const void *message,
                                 size_t message_bytes, const struct rsa_random *source)
    __attribute__((warn_unused_result));
enum rsa_error rsa_pkcs1_decrypt(uint8_t *out, size_t *out_bytes, const struct rsa_key *key,
                                 const uint8_t *in, size_t in_bytes,
                                 const struct rsa_random *source)
    __attribute__((warn_unused_result));

#endif
