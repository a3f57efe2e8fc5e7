/*
 * RSASSA-PSS, RFC 8017 8.1 and 9.1. The encoded message EM, emLen bytes:
 *
 *     maskedDB (emLen - hLen - 1) | H (hLen) | bc
 *     H = Hash(00 00 00 00 00 00 00 00 | mHash | salt)
 *     DB = 00 ... 00 | 01 | salt,  maskedDB = DB ^ MGF1(H), its first bits cleared
 *
 * EM has one bit less than the modulus (emBits = modBits - 1), so that it is below it.
 */
#include "rsa_ct.h"
#include "rsa_mgf1.h"
#include "rsa_raw.h"
#include "rsa_tell.h"

#include <string.h>

struct encoded {
    uint8_t bytes[RSA_MAX_BYTES]; /* the signature's integer; EM is its tail */
    size_t length;
    uint8_t *em, *hash; /* EM = maskedDB || H || bc */
    size_t db_bytes;
    uint8_t first_mask; /* 9.1.1 step 11: the bits of EM's first byte that may be set */
};

/* False if the key is too small for hash and salt (9.1.1 step 3). */
static bool encoded_layout(struct encoded *encoded, const struct rsa_key *key,
                           const struct rsa_hash *hash, size_t salt_bytes)
{
    size_t em_bits = rsa_key_bits(key) - 1;
    size_t em_bytes = (em_bits + 7) / 8;
    if (em_bytes < hash->bytes + 2 || em_bytes - hash->bytes - 2 < salt_bytes)
        return false;
    encoded->length = rsa_key_bytes(key);
    encoded->em = encoded->bytes + encoded->length - em_bytes;
    encoded->db_bytes = em_bytes - hash->bytes - 1;
    encoded->hash = encoded->em + encoded->db_bytes;
    encoded->first_mask = (uint8_t)(0xff >> (8 * em_bytes - em_bits));
    return true;
}

/* 9.1.1 steps 5, 6: H = Hash(eight zeros || mHash || salt). */
static void salted_hash(uint8_t *out, const struct rsa_hash *hash, const uint8_t *digest,
                        const uint8_t *salt, size_t salt_bytes)
{
    static const uint8_t zeros[8];
    const struct rsa_part parts[] = {
        {zeros, sizeof(zeros)}, {digest, hash->bytes}, {salt, salt_bytes}};
    hash->digest(out, parts, 3);
}

static void tell(const struct rsa_key *key, const char *name, const char *formula,
                 const char *section, const uint8_t *bytes, size_t count)
{
    RSA_TELL(
        key,
        {.name = name, .formula = formula, .section = section, .bytes = bytes, .count = count});
}

static void tell_db(const struct rsa_key *key, const struct encoded *encoded, size_t salt_bytes,
                    const char *section)
{
    RSA_TELL(
        key,
        {.name = "DB",
         .formula = "PS || 01 || salt",
         .section = section,
         .bytes = encoded->em,
         .count = encoded->db_bytes,
         .boxes = {{"PS", encoded->db_bytes - 1 - salt_bytes}, {"01", 1}, {"salt", salt_bytes}}});
}

static void tell_em(const struct rsa_key *key, const struct encoded *encoded, size_t hash_bytes,
                    const char *section)
{
    RSA_TELL(key, {.name = "EM",
                   .formula = "maskedDB || H || bc",
                   .section = section,
                   .bytes = encoded->em,
                   .count = encoded->db_bytes + hash_bytes + 1,
                   .boxes = {{"maskedDB", encoded->db_bytes}, {"H", hash_bytes}, {"bc", 1}}});
}

enum rsa_error rsa_pss_encode(uint8_t *out, const struct rsa_key *key, const struct rsa_hash *hash,
                              const uint8_t *digest, const uint8_t *given_salt,
                              const struct rsa_random *source)
{
    struct encoded encoded;
    size_t salt_bytes = hash->bytes;
    enum rsa_error error;
    memset(out, 0, rsa_key_bytes(key));
    if (!encoded_layout(&encoded, key, hash, salt_bytes))
        return RSA_ERR_TOO_LONG;
    memset(encoded.bytes, 0, encoded.length);
    /* 9.1.1 steps 4, 7, 8: the salt goes straight to the end of DB */
    uint8_t *salt = encoded.hash - salt_bytes;
    if (given_salt)
        memcpy(salt, given_salt, salt_bytes);
    error = given_salt ? RSA_OK : rsa_random_bytes(salt, salt_bytes, source);
    if (error)
        return error;
    salt[-1] = 1;
    salted_hash(encoded.hash, hash, digest, salt, salt_bytes);
    tell(key, "mHash", "the hash of the message", "RFC 8017 9.1.1 2", digest, hash->bytes);
    tell(key, "salt", "random", "RFC 8017 9.1.1 4", salt, salt_bytes);
    tell(key, "H", "Hash(00 00 00 00 00 00 00 00 || mHash || salt)", "RFC 8017 9.1.1 6",
         encoded.hash, hash->bytes);
    tell_db(key, &encoded, salt_bytes, "RFC 8017 9.1.1 8");
    /* steps 9 to 12 */
    rsa_mgf1_xor(encoded.em, encoded.db_bytes, hash, encoded.hash, hash->bytes);
    encoded.em[0] &= encoded.first_mask;
    encoded.hash[hash->bytes] = 0xbc;
    tell(key, "maskedDB", "DB xor MGF1(H), the bits above those of EM cleared",
         "RFC 8017 9.1.1 10, 11", encoded.em, encoded.db_bytes);
    tell_em(key, &encoded, hash->bytes, "RFC 8017 9.1.1 12");
    memcpy(out, encoded.bytes, encoded.length);
    explicit_bzero(&encoded, sizeof(encoded));
    return RSA_OK;
}

enum rsa_error rsa_pss_sign(uint8_t *signature, const struct rsa_key *key,
                            const struct rsa_hash *hash, const uint8_t *digest, const uint8_t *salt,
                            const struct rsa_random *source)
{
    enum rsa_error error = rsa_pss_encode(signature, key, hash, digest, salt, source);
    return error ? error : rsa_private(signature, key, signature, rsa_key_bytes(key), source);
}

/* 9.1.2 step 10; for any length, a search: where the salt begins in DB, after zeros and 01. */
static bool find_salt(size_t *start, const struct encoded *encoded, size_t salt_bytes)
{
    size_t i = 0;
    while (i < encoded->db_bytes && encoded->em[i] == 0)
        i++;
    if (i == encoded->db_bytes || encoded->em[i] != 1)
        return false;
    *start = i + 1;
    return salt_bytes == RSA_PSS_ANY_SALT || encoded->db_bytes - *start == salt_bytes;
}

/* EMSA-PSS-VERIFY, 9.1.2. A signature is public: no need for constant time. */
static bool is_consistent(struct encoded *encoded, const struct rsa_key *key,
                          const struct rsa_hash *hash, const uint8_t *digest, size_t salt_bytes)
{
    uint8_t expected[RSA_MAX_HASH_BYTES];
    size_t salt;
    /* 8.1.2 step 2.c: the integer must fit EM; 9.1.2 steps 4 and 6 */
    if ((encoded->em > encoded->bytes && encoded->bytes[0] != 0) ||
        encoded->hash[hash->bytes] != 0xbc || (encoded->em[0] & ~encoded->first_mask))
        return false;
    tell_em(key, encoded, hash->bytes, "RFC 8017 9.1.2 5");
    /* steps 7 to 9 */
    rsa_mgf1_xor(encoded->em, encoded->db_bytes, hash, encoded->hash, hash->bytes);
    encoded->em[0] &= encoded->first_mask;
    if (!find_salt(&salt, encoded, salt_bytes))
        return false;
    /* steps 11 to 14 */
    salted_hash(expected, hash, digest, encoded->em + salt, encoded->db_bytes - salt);
    tell_db(key, encoded, encoded->db_bytes - salt, "RFC 8017 9.1.2 9");
    tell(key, "mHash", "the hash of the message", "RFC 8017 9.1.2 2", digest, hash->bytes);
    tell(key, "H'", "Hash(00 00 00 00 00 00 00 00 || mHash || salt): good if it is H",
         "RFC 8017 9.1.2 13", expected, hash->bytes);
    return memcmp(expected, encoded->hash, hash->bytes) == 0;
}

enum rsa_error rsa_pss_verify(const uint8_t *signature, size_t signature_bytes,
                              const struct rsa_key *key, const struct rsa_hash *hash,
                              const uint8_t *digest, size_t salt_bytes)
{
    struct encoded encoded;
    size_t least_salt = salt_bytes == RSA_PSS_ANY_SALT ? 0 : salt_bytes;
    /* 8.1.2 step 1 */
    if (signature_bytes != rsa_key_bytes(key) || !encoded_layout(&encoded, key, hash, least_salt))
        return RSA_ERR_VERIFY;
    enum rsa_error error = rsa_public(encoded.bytes, key, signature, signature_bytes);
    if (error)
        return error == RSA_ERR_RANGE ? RSA_ERR_VERIFY : error;
    return is_consistent(&encoded, key, hash, digest, salt_bytes) ? RSA_OK : RSA_ERR_VERIFY;
}
