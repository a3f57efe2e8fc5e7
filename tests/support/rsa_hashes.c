/*
 * The hashes that the RSA tests hand to the paddings.
 */
#include "rsa_hashes.h"

#include "sha1.h"
#include "sym_sha256.h"

static void digest_sha1(uint8_t *out, const struct rsa_part *parts, size_t count)
{
    struct sha1 state;

    sha1_init(&state);
    for (size_t i = 0; i < count; i++)
        sha1_update(&state, parts[i].data, parts[i].bytes);
    sha1_final(out, &state);
}

static void digest_sha256(uint8_t *out, const struct rsa_part *parts, size_t count)
{
    struct sym_sha256 state;

    sym_sha256_init(&state);
    for (size_t i = 0; i < count; i++)
        sym_sha256_update(&state, parts[i].data, parts[i].bytes);
    sym_sha256_final(out, &state);
}

static const uint8_t info_sha1[] = {0x30, 0x21, 0x30, 0x09, 0x06, 0x05, 0x2b, 0x0e,
                                    0x03, 0x02, 0x1a, 0x05, 0x00, 0x04, 0x14};
static const uint8_t info_sha256[] = {0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01,
                                      0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20};

const struct rsa_hash test_sha1 = {"SHA-1", SHA1_BYTES, digest_sha1, info_sha1, sizeof(info_sha1)};
const struct rsa_hash test_sha256 = {"SHA-256", SYM_SHA256_BYTES, digest_sha256, info_sha256,
                                     sizeof(info_sha256)};

void test_digest(uint8_t *out, const struct rsa_hash *hash, const void *message, size_t bytes)
{
    const struct rsa_part part = {message, bytes};

    hash->digest(out, &part, 1);
}
