/*
 * RSASSA-PKCS1-v1_5, RFC 8017 8.2 and 9.2. The encoded message EM, as long as the modulus:
 *
 *     00 01 | ff ... ff (8 at least) | 00 | DigestInfo prefix | digest
 */
#include "rsa_padding.h"
#include "rsa_raw.h"
#include "rsa_tell.h"

#include <string.h>

enum { LEAST_PADDING = 8 };

/* EMSA-PKCS1-v1_5, 9.2, of a digest. */
static enum rsa_error encode(uint8_t *em, size_t em_bytes, const struct rsa_key *key,
                             const struct rsa_hash *hash, const uint8_t *digest)
{
    size_t t_bytes = hash->digest_info_bytes + hash->bytes;
    /* step 3 */
    if (em_bytes < t_bytes + LEAST_PADDING + 3)
        return RSA_ERR_TOO_LONG;
    uint8_t *t = em + em_bytes - t_bytes;
    /* steps 4 and 5 */
    memset(em, 0xff, em_bytes);
    em[0] = 0;
    em[1] = 1;
    t[-1] = 0;
    memcpy(t, hash->digest_info, hash->digest_info_bytes);
    memcpy(t + hash->digest_info_bytes, digest, hash->bytes);
    RSA_TELL(key, {.name = "EM",
                   .formula = "00 || 01 || ff ... ff || 00 || DigestInfo || mHash",
                   .section = "RFC 8017 9.2 5",
                   .bytes = em,
                   .count = em_bytes,
                   .boxes = {{"00", 1},
                             {"01", 1},
                             {"PS", em_bytes - 3 - t_bytes},
                             {"00", 1},
                             {"DigestInfo", hash->digest_info_bytes},
                             {"mHash", hash->bytes}}});
    return RSA_OK;
}

enum rsa_error rsa_pkcs1_sign(uint8_t *signature, const struct rsa_key *key,
                              const struct rsa_hash *hash, const uint8_t *digest,
                              const struct rsa_random *source)
{
    uint8_t em[RSA_MAX_BYTES];
    size_t bytes = rsa_key_bytes(key);
    enum rsa_error error = encode(em, bytes, key, hash, digest);
    if (error)
        memset(signature, 0, bytes);
    else
        error = rsa_private(signature, key, em, bytes, source);
    explicit_bzero(em, sizeof(em));
    return error;
}

enum rsa_error rsa_pkcs1_verify(const uint8_t *signature, size_t signature_bytes,
                                const struct rsa_key *key, const struct rsa_hash *hash,
                                const uint8_t *digest)
{
    uint8_t expected[RSA_MAX_BYTES], em[RSA_MAX_BYTES]; /* not secret, not wiped */
    size_t bytes = rsa_key_bytes(key);
    /* 8.2.2 step 1 */
    if (signature_bytes != bytes)
        return RSA_ERR_VERIFY;
    enum rsa_error error = encode(expected, bytes, key, hash, digest);
    if (!error)
        error = rsa_public(em, key, signature, signature_bytes);
    if (error)
        return error == RSA_ERR_RANGE ? RSA_ERR_VERIFY : error;
    /* step 4 */
    return memcmp(em, expected, bytes) == 0 ? RSA_OK : RSA_ERR_VERIFY;
}
