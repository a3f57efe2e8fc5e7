/*
 * SHA-256 in the shape that bignum_rsa asks for, SHA-3 and SHAKE in that of ML-KEM; see
 * channel_hash.h.
 */
#include "channel_hash.h"
#include "sym_sha256.h"
#include "sym_sha3.h"
#include "sym_shake_each.h"

static void digest_parts(uint8_t *out, const struct rsa_part *parts, size_t count)
{
    struct sym_sha256 state;
    sym_sha256_init(&state);
    for (size_t i = 0; i < count; i++)
        sym_sha256_update(&state, parts[i].data, parts[i].bytes);
    sym_sha256_final(out, &state);
}

/* RFC 8017 9.2 note 1: the DER encoding of DigestInfo for SHA-256, up to the digest. */
static const uint8_t digest_info[] = {0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01,
                                      0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20};

const struct rsa_hash channel_hash = {
    .name = "SHA-256",
    .bytes = SYM_SHA256_BYTES,
    .digest = digest_parts,
    .digest_info = digest_info,
    .digest_info_bytes = sizeof(digest_info),
};

const struct mlkem_hash channel_mlkem_hash = {
    .G = sym_sha3_512,
    .H = sym_sha3_256,
    .J = sym_shake256,
    .PRF = sym_shake256_each,
    .XOF = sym_shake128_each,
};
