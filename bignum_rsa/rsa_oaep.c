/*
 * RSAES-OAEP, RFC 8017 7.1. The encoded message EM, as long as the modulus:
 *
 *     00 | maskedSeed (hLen) | maskedDB (the rest)
 *     DB = lHash (hLen) | 00 ... 00 | 01 | M
 *     maskedDB = DB ^ MGF1(seed),  maskedSeed = seed ^ MGF1(maskedDB)
 */
#include "rsa_ct.h"
#include "rsa_mgf1.h"
#include "rsa_raw.h"
#include "rsa_tell.h"

#include <string.h>

/* EM and its parts. */
struct encoded {
    uint8_t bytes[RSA_MAX_BYTES];
    size_t length;
    uint8_t *seed, *db;
    size_t db_bytes;
};

static void encoded_layout(struct encoded *em, const struct rsa_key *key,
                           const struct rsa_hash *hash)
{
    em->length = rsa_key_bytes(key);
    em->seed = em->bytes + 1;
    em->db = em->seed + hash->bytes;
    em->db_bytes = em->length - 1 - hash->bytes;
}

static bool key_is_too_small(const struct rsa_key *key, const struct rsa_hash *hash)
{
    return rsa_key_bytes(key) < 2 * hash->bytes + 2;
}

size_t rsa_oaep_max_bytes(const struct rsa_key *key, const struct rsa_hash *hash)
{
    return key_is_too_small(key, hash) ? 0 : rsa_key_bytes(key) - 2 * hash->bytes - 2;
}

static void hash_label(uint8_t *out, const struct rsa_hash *hash, const void *label, size_t bytes)
{
    const struct rsa_part part = {label, bytes};
    hash->digest(out, &part, 1);
}

static void tell(const struct rsa_key *key, const char *name, const char *formula,
                 const char *section, const uint8_t *bytes, size_t count)
{
    RSA_TELL(
        key,
        {.name = name, .formula = formula, .section = section, .bytes = bytes, .count = count});
}

static void tell_db(const struct rsa_key *key, const struct encoded *em, size_t hash_bytes,
                    size_t message_bytes)
{
    RSA_TELL(key, {.name = "DB",
                   .formula = "lHash || PS || 01 || M",
                   .section = "RFC 8017 7.1.1 2.c",
                   .bytes = em->db,
                   .count = em->db_bytes,
                   .boxes = {{"lHash", hash_bytes},
                             {"PS", em->db_bytes - hash_bytes - 1 - message_bytes},
                             {"01", 1},
                             {"M", message_bytes}}});
}

static void tell_em(const struct rsa_key *key, const struct encoded *em, size_t hash_bytes)
{
    RSA_TELL(key, {.name = "EM",
                   .formula = "00 || maskedSeed || maskedDB",
                   .section = "RFC 8017 7.1.1 2.i",
                   .bytes = em->bytes,
                   .count = em->length,
                   .boxes = {{"00", 1}, {"maskedSeed", hash_bytes}, {"maskedDB", em->db_bytes}}});
}

enum rsa_error rsa_oaep_encrypt(uint8_t *out, const struct rsa_key *key,
                                const struct rsa_hash *hash, const void *label, size_t label_bytes,
                                const void *message, size_t message_bytes,
                                const struct rsa_random *source)
{
    struct encoded em;
    enum rsa_error error;
    /* 7.1.1 step 1.b */
    if (key_is_too_small(key, hash) || message_bytes > rsa_oaep_max_bytes(key, hash)) {
        memset(out, 0, rsa_key_bytes(key));
        return RSA_ERR_TOO_LONG;
    }
    encoded_layout(&em, key, hash);
    memset(em.bytes, 0, em.length);
    /* step 2.a-c: DB = lHash || PS || 01 || M */
    hash_label(em.db, hash, label, label_bytes);
    em.db[em.db_bytes - message_bytes - 1] = 1;
    if (message_bytes > 0)
        memcpy(em.db + em.db_bytes - message_bytes, message, message_bytes);
    tell_db(key, &em, hash->bytes, message_bytes);
    /* step 2.d: the seed */
    error = rsa_random_bytes(em.seed, hash->bytes, source);
    if (!error) {
        tell(key, "seed", "random", "RFC 8017 7.1.1 2.d", em.seed, hash->bytes);
        /* step 2.e-i */
        rsa_mgf1_xor(em.db, em.db_bytes, hash, em.seed, hash->bytes);
        tell(key, "maskedDB", "DB xor MGF1(seed)", "RFC 8017 7.1.1 2.f", em.db, em.db_bytes);
        rsa_mgf1_xor(em.seed, hash->bytes, hash, em.db, em.db_bytes);
        tell(key, "maskedSeed", "seed xor MGF1(maskedDB)", "RFC 8017 7.1.1 2.h", em.seed,
             hash->bytes);
        tell_em(key, &em, hash->bytes);
        error = rsa_public(out, key, em.bytes, em.length);
    }
    if (error)
        memset(out, 0, rsa_key_bytes(key));
    explicit_bzero(&em, sizeof(em));
    return error;
}

/* 7.1.2 step 3.g: DB = lHash' || PS || 01 || M, and the byte before the seed is 0. Everything is
 * looked at, whatever it is: which of the three was wrong is Manger's oracle. Returns the mask of
 * success and where M begins in DB. */
static ct_mask find_message(size_t *start, const struct encoded *em, const uint8_t *label_hash,
                            size_t hash_bytes)
{
    ct_mask good = ct_zero(em->bytes[0]) & ct_equal_bytes(em->db, label_hash, hash_bytes);
    ct_mask in_padding = ~(ct_mask)0;
    uint64_t found = 0;
    for (size_t i = hash_bytes; i < em->db_bytes; i++) {
        ct_mask one = ct_equal(em->db[i], 1);
        good &= ~in_padding | one | ct_zero(em->db[i]);
        found = ct_select(in_padding & one, i + 1, found);
        in_padding &= ~one;
    }
    *start = (size_t)found;
    return good & ~in_padding;
}

static enum rsa_error decode(uint8_t *out, size_t *out_bytes, const struct rsa_key *key,
                             struct encoded *em, const struct rsa_hash *hash, const void *label,
                             size_t label_bytes)
{
    uint8_t label_hash[RSA_MAX_HASH_BYTES];
    size_t start;
    hash_label(label_hash, hash, label, label_bytes);
    tell_em(key, em, hash->bytes);
    /* 7.1.2 step 3.b-f */
    rsa_mgf1_xor(em->seed, hash->bytes, hash, em->db, em->db_bytes);
    tell(key, "seed", "maskedSeed xor MGF1(maskedDB)", "RFC 8017 7.1.2 3.d", em->seed, hash->bytes);
    rsa_mgf1_xor(em->db, em->db_bytes, hash, em->seed, hash->bytes);
    /* From here on branching is legal: success and the length of M are what the caller learns. */
    if (!rsa_reveal(find_message(&start, em, label_hash, hash->bytes)))
        return RSA_ERR_DECRYPT;
    start = rsa_reveal(start);
    *out_bytes = em->db_bytes - start;
    tell_db(key, em, hash->bytes, *out_bytes);
    memcpy(out, em->db + start, *out_bytes);
    return RSA_OK;
}

enum rsa_error rsa_oaep_decrypt(uint8_t *out, size_t *out_bytes, const struct rsa_key *key,
                                const struct rsa_hash *hash, const void *label, size_t label_bytes,
                                const uint8_t *in, size_t in_bytes, const struct rsa_random *source)
{
    struct encoded em;
    enum rsa_error error;
    *out_bytes = 0;
    /* 7.1.2 step 1.b, 1.c */
    if (in_bytes != rsa_key_bytes(key) || key_is_too_small(key, hash)) {
        error = RSA_ERR_DECRYPT;
        goto out;
    }
    encoded_layout(&em, key, hash);
    /* step 2 */
    error = rsa_private(em.bytes, key, in, in_bytes, source);
    if (error) {
        error = error == RSA_ERR_RANGE ? RSA_ERR_DECRYPT : error;
        goto out;
    }
    error = decode(out, out_bytes, key, &em, hash, label, label_bytes);
out:
    if (error)
        memset(out, 0, rsa_oaep_max_bytes(key, hash));
    explicit_bzero(&em, sizeof(em));
    return error;
}
