/*
 * Fingerprints as OpenSSH prints them; see fingerprint.h.
 */
#include "fingerprint.h"

#include <string.h>

#define PREFIX "SHA256:"

static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

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
    size_t length = strlen(PREFIX);
    memcpy(text, PREFIX, length);
    /* RFC 4648 section 4: 6 bits a letter, the last letter filled up with zero bits */
    for (unsigned bit = 0; bit < 8 * FINGERPRINT_BYTES; bit += 6) {
        unsigned at = bit / 8;
        unsigned next = at + 1 < FINGERPRINT_BYTES ? digest[at + 1] : 0;
        unsigned pair = (unsigned)digest[at] << 8 | next;
        text[length++] = letters[pair >> (10 - bit % 8) & 63];
    }
    text[length] = '\0';
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
    uint8_t bytes[FINGERPRINT_BYTES] = {0};
    unsigned bit = 0;
    for (const char *at = text + strlen(PREFIX); *at != '\0'; at++, bit += 6) {
        const char *letter = strchr(letters, *at);
        if (letter == NULL)
            return false;
        unsigned pair = (unsigned)(letter - letters) << (10 - bit % 8);
        bytes[bit / 8] |= (uint8_t)(pair >> 8);
        if (bit / 8 + 1 < FINGERPRINT_BYTES)
            bytes[bit / 8 + 1] |= (uint8_t)pair;
        else if ((pair & 0xFF) != 0)
            return false; /* the bits that only fill up must be zero: one digest, one text */
    }
    if (digest != NULL)
        memcpy(digest, bytes, sizeof(bytes));
    return true;
}
