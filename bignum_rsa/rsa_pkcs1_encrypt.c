/*
 * RSAES-PKCS1-v1_5, RFC 8017 7.2. The encoded message EM, as long as the modulus:
 *
 *     00 02 | random bytes, none of them 0 (8 at least) | 00 | M
 *
 * Whoever learns whether a ciphertext decrypts to this shape can decrypt any other (Bleichenbacher,
 * 1998). Constant time below does not help a program that says so itself.
 */
#include "rsa_ct.h"
#include "rsa_padding.h"
#include "rsa_raw.h"
#include "rsa_tell.h"

#include <string.h>

enum { LEAST_PADDING = 8, OVERHEAD = LEAST_PADDING + 3 };

size_t rsa_pkcs1_max_bytes(const struct rsa_key *key)
{
    return rsa_key_bytes(key) < OVERHEAD ? 0 : rsa_key_bytes(key) - OVERHEAD;
}

/* 7.2.1 step 2.a: bytes of a random source with the zeros replaced by further ones. */
static enum rsa_error random_nonzero(uint8_t *out, size_t bytes, const struct rsa_random *source)
{
    enum rsa_error error = rsa_random_bytes(out, bytes, source);
    for (size_t i = 0; i < bytes && !error; i++)
        while (out[i] == 0 && !error)
            error = rsa_random_bytes(out + i, 1, source);
    return error;
}

static void tell_em(const struct rsa_key *key, const uint8_t *em, size_t bytes,
                    size_t message_bytes, const char *section)
{
    RSA_TELL(key, {.name = "EM",
                   .formula = "00 || 02 || PS || 00 || M, PS random without a 0",
                   .section = section,
                   .bytes = em,
                   .count = bytes,
                   .boxes = {{"00", 1},
                             {"02", 1},
                             {"PS", bytes - 3 - message_bytes},
                             {"00", 1},
                             {"M", message_bytes}}});
}

enum rsa_error rsa_pkcs1_encrypt(uint8_t *out, const struct rsa_key *key, const void *message,
                                 size_t message_bytes, const struct rsa_random *source)
{
    uint8_t em[RSA_MAX_BYTES];
    size_t bytes = rsa_key_bytes(key);
    enum rsa_error error;
    /* 7.2.1 step 1 */
    if (bytes < OVERHEAD || message_bytes > bytes - OVERHEAD) {
        memset(out, 0, bytes);
        return RSA_ERR_TOO_LONG;
    }
    size_t padding = bytes - 3 - message_bytes;
    em[0] = 0;
    em[1] = 2;
    error = random_nonzero(em + 2, padding, source);
    if (!error) {
        em[2 + padding] = 0;
        if (message_bytes > 0)
            memcpy(em + 3 + padding, message, message_bytes);
        tell_em(key, em, bytes, message_bytes, "RFC 8017 7.2.1 2.b");
        error = rsa_public(out, key, em, bytes);
    }
    if (error)
        memset(out, 0, bytes);
    explicit_bzero(em, sizeof(em));
    return error;
}

/* 7.2.2 step 3, looking at every byte whatever it is. Returns the mask of success and where M
 * begins. */
static ct_mask find_message(size_t *start, const uint8_t *em, size_t bytes)
{
    ct_mask in_padding = ~(ct_mask)0;
    uint64_t found = 0;
    for (size_t i = 2; i < bytes; i++) {
        ct_mask zero = ct_zero(em[i]);
        found = ct_select(in_padding & zero, i + 1, found);
        in_padding &= ~zero;
    }
    *start = (size_t)found;
    return ct_zero(em[0]) & ct_equal(em[1], 2) & ~in_padding & ~ct_less(found, OVERHEAD);
}

enum rsa_error rsa_pkcs1_decrypt(uint8_t *out, size_t *out_bytes, const struct rsa_key *key,
                                 const uint8_t *in, size_t in_bytes,
                                 const struct rsa_random *source)
{
    uint8_t em[RSA_MAX_BYTES];
    size_t bytes = rsa_key_bytes(key), start;
    enum rsa_error error;
    *out_bytes = 0;
    /* 7.2.2 step 1 */
    if (in_bytes != bytes || bytes < OVERHEAD) {
        error = RSA_ERR_DECRYPT;
        goto out;
    }
    error = rsa_private(em, key, in, in_bytes, source);
    if (error) {
        error = error == RSA_ERR_RANGE ? RSA_ERR_DECRYPT : error;
        goto out;
    }
    /* From here on branching is legal: success and the length of M are what the caller learns. */
    if (!rsa_reveal(find_message(&start, em, bytes))) {
        error = RSA_ERR_DECRYPT;
        goto out;
    }
    start = rsa_reveal(start);
    *out_bytes = bytes - start;
    tell_em(key, em, bytes, *out_bytes, "RFC 8017 7.2.2 3");
    memcpy(out, em + start, *out_bytes);
out:
    if (error)
        memset(out, 0, rsa_pkcs1_max_bytes(key));
    explicit_bzero(em, sizeof(em));
    return error;
}
