/*
 * Fingerprints as OpenSSH prints them; see fingerprint.h.
 */
#include "fingerprint.h"
#include "base64.h"

#include <string.h>

#define PREFIX "SHA256:"

static size_t put_length(uint8_t *out, size_t length)
{
    for (int i = 0; i < 4; i++)
        out[i] = (uint8_t)(length >> (24 - 8 * i));
    return 4;
}

/* RFC 4251 section 5, mpint: two's complement, so a zero byte goes before a first bit of 1. */
static size_t put_mpint(uint8_t *out, const struct rsa_key *key, enum rsa_number number)
{
    size_t bytes = rsa_key_number_bytes(key, number, out + 5, RSA_MAX_BYTES);
    bool sign = (out[5] & 0x80) != 0;
    out[4] = 0;
    if (!sign)
        memmove(out + 4, out + 5, bytes);
    return put_length(out, bytes + sign) + bytes + sign;
}

size_t fingerprint_blob(uint8_t out[FINGERPRINT_BLOB_BYTES], const struct rsa_key *key)
{
    static const char type[] = "ssh-rsa"; /* RFC 4253 section 6.6: string, mpint e, mpint n */
    size_t bytes = put_length(out, sizeof(type) - 1);
    memcpy(out + bytes, type, sizeof(type) - 1);
    bytes += sizeof(type) - 1;
    bytes += put_mpint(out + bytes, key, RSA_E);
    bytes += put_mpint(out + bytes, key, RSA_N);
    return bytes;
}

void fingerprint_digest(uint8_t out[FINGERPRINT_BYTES], const struct rsa_key *key)
{
    uint8_t blob[FINGERPRINT_BLOB_BYTES]; /* not secret, not wiped */
    sym_sha256(out, blob, fingerprint_blob(blob, key));
}

void fingerprint_digest_text(char text[FINGERPRINT_TEXT_BYTES],
                             const uint8_t digest[FINGERPRINT_BYTES])
{
    strcpy(text, PREFIX);
    base64_encode(text + strlen(PREFIX), digest, FINGERPRINT_BYTES, BASE64_UNPADDED);
}

void fingerprint_text(char text[FINGERPRINT_TEXT_BYTES], const struct rsa_key *key)
{
    uint8_t digest[FINGERPRINT_BYTES];
    fingerprint_digest(digest, key);
    fingerprint_digest_text(text, digest);
}

bool fingerprint_parse(uint8_t digest[FINGERPRINT_BYTES], const char *text)
{
    if (strlen(text) != FINGERPRINT_TEXT_BYTES - 1 || strncmp(text, PREFIX, strlen(PREFIX)) != 0)
        return false;
    uint8_t bytes[BASE64_DATA_BYTES(FINGERPRINT_TEXT_BYTES)];
    size_t count, prefix = strlen(PREFIX);
    if (!base64_decode(bytes, &count, text + prefix, strlen(text) - prefix, BASE64_UNPADDED))
        return false;
    if (digest)
        memcpy(digest, bytes, FINGERPRINT_BYTES);
    return true;
}
