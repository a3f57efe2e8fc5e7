/*
 * Forging for a verifier that does not look at the end: see rsa_signature_breaks.h.
 *
 *        |<------ T ------>|<------------- g bits ------------->|
 *        00 01 ff..ff 00 DI H  whatever
 *
 * The blocks that begin with T are the numbers from T 2^g to (T + 1) 2^g - 1. An e-th power lies among
 * them as soon as they are more than the distance from one e-th power to the next, which is about
 * e s^(e-1) at s^e. So g, the part that nobody reads, must be about (e - 1) / e of the modulus: with
 * e = 3 the part that is read must fit into a third.
 */
#include "rsa_block.h"
#include "rsa_raw.h"
#include "rsa_signature_breaks.h"

#include <string.h>

/* --- the block --------------------------------------------------------------------------------- */

size_t rsa_block_begin(mpz_t number, size_t padding, const struct rsa_hash *hash,
                       const uint8_t *digest)
{
    uint8_t block[RSA_MAX_BYTES];
    uint8_t *at = block;
    *at++ = 0;
    *at++ = 1;
    memset(at, 0xff, padding);
    at += padding;
    *at++ = 0;
    memcpy(at, hash->digest_info, hash->digest_info_bytes);
    at += hash->digest_info_bytes;
    memcpy(at, digest, hash->bytes);
    at += hash->bytes;
    mpz_import(number, (size_t)(at - block), 1, 1, 1, 0, block);
    return (size_t)(at - block);
}

bool rsa_block_whole(mpz_t number, const mpz_t n, const struct rsa_hash *hash,
                     const uint8_t *digest)
{
    size_t bytes = (mpz_sizeinbase(n, 2) + 7) / 8;
    size_t others = 3 + hash->digest_info_bytes + hash->bytes;
    if (bytes > RSA_MAX_BYTES || bytes < others + RSA_BLOCK_LEAST_PADDING)
        return false;
    rsa_block_begin(number, bytes - others, hash, digest);
    return true;
}

/* --- the exhibit ------------------------------------------------------------------------------- */

/* A cursor on the block. */
struct reading {
    const uint8_t *at, *end;
};

static bool next_are(struct reading *reading, const uint8_t *bytes, size_t count)
{
    if ((size_t)(reading->end - reading->at) < count || memcmp(reading->at, bytes, count) != 0)
        return false;
    reading->at += count;
    return true;
}

bool rsa_lax_verify(const uint8_t *signature, size_t signature_bytes, const struct rsa_key *key,
                    const struct rsa_hash *hash, const uint8_t *digest)
{
    static const uint8_t head[] = {0, 1}, zero[] = {0};
    uint8_t block[RSA_MAX_BYTES];
    size_t padding = 0;
    if (signature_bytes != rsa_key_bytes(key) || rsa_public(block, key, signature, signature_bytes))
        return false;
    struct reading reading = {block, block + rsa_key_bytes(key)};
    if (!next_are(&reading, head, sizeof(head)))
        return false;
    for (; reading.at < reading.end && *reading.at == 0xff; padding++)
        reading.at++;
    return padding >= RSA_BLOCK_LEAST_PADDING && next_are(&reading, zero, sizeof(zero)) &&
           next_are(&reading, hash->digest_info, hash->digest_info_bytes) &&
           next_are(&reading, digest, hash->bytes);
    /* And here it should look whether anything is left. */
}

/* --- the forgery ------------------------------------------------------------------------------- */

/* The least s with s^e >= T 2^g; whether s^e still begins with T. */
static bool power_in_range(mpz_t s, const mpz_t beginning, mp_bitcnt_t free_bits, unsigned long e)
{
    mpz_t bound;
    mpz_init(bound);
    mpz_mul_2exp(bound, beginning, free_bits);
    if (!mpz_root(s, bound, e))
        mpz_add_ui(s, s, 1);
    mpz_pow_ui(bound, s, e);
    mpz_fdiv_q_2exp(bound, bound, free_bits);
    bool in = mpz_cmp(bound, beginning) == 0;
    mpz_clear(bound);
    return in;
}

/* T is just below 2^(8 (read - 2) + 1), as its first bits are 1ff. The distance of two powers grows with
 * them: where two lie in the last 2^g numbers below that, one lies in the 2^g of every T. */
static bool always_enough(size_t bits, size_t read_bytes, unsigned long e)
{
    mp_bitcnt_t free_bits = bits - 8 * read_bytes;
    mpz_t lower, upper;
    mpz_init_set_ui(lower, 1);
    mpz_init(upper);
    mpz_mul_2exp(lower, lower, 8 * (read_bytes - 2) + 1);
    mpz_mul_2exp(upper, lower, free_bits);
    mpz_sub_ui(lower, lower, 1);
    mpz_mul_2exp(lower, lower, free_bits);
    mpz_root(lower, lower, e);
    mpz_root(upper, upper, e);
    mpz_sub(upper, upper, lower);
    bool enough = mpz_cmp_ui(upper, 2) >= 0;
    mpz_clears(lower, upper, NULL);
    return enough;
}

unsigned rsa_forge_bits(unsigned long e, size_t info_bytes)
{
    size_t read_bytes = 3 + RSA_BLOCK_LEAST_PADDING + info_bytes, bits = 8 * read_bytes;
    while (bits <= RSA_MAX_BITS && !always_enough(bits, read_bytes, e))
        bits += 8;
    return bits <= RSA_MAX_BITS ? (unsigned)bits : 0;
}

static void too_short(struct rsa_finding *finding, const mpz_t n, unsigned long e,
                      const struct rsa_hash *hash)
{
    unsigned bits = rsa_forge_bits(e, hash->digest_info_bytes + hash->bytes);
    if (bits > 0)
        rsa_finding_say(
            finding, RSA_RESISTED,
            "no block under n of %zu bits is a power; %u bits are always enough for e = %lu "
            "and %s",
            mpz_sizeinbase(n, 2), bits, e, hash->name);
    else
        rsa_finding_say(finding, RSA_RESISTED,
                        "e = %lu is too large for a modulus of any size here", e);
}

/* The forged block in its boxes. */
static void tell_block(const struct rsa_listener *listener, const mpz_t power, size_t bytes,
                       size_t read, const struct rsa_hash *hash)
{
    uint8_t block[RSA_MAX_BYTES] = {0};
    const struct rsa_step step = {.name = "s^e",
                                  .formula = "a whole number below n: it begins with T",
                                  .is_number = true,
                                  .bytes = block,
                                  .count = bytes,
                                  .boxes = {{"00 01", 2},
                                            {"PS", RSA_BLOCK_LEAST_PADDING},
                                            {"00", 1},
                                            {"DigestInfo", hash->digest_info_bytes},
                                            {"mHash", hash->bytes},
                                            {"rubbish", bytes - read}}};
    mpz_export(block + bytes - (mpz_sizeinbase(power, 2) + 7) / 8, NULL, 1, 1, 1, 0, power);
    if (listener)
        listener->hear(listener->context, &step);
}

static void forge(struct rsa_finding *finding, const mpz_t n, unsigned long e,
                  const struct rsa_hash *hash, const uint8_t *digest,
                  const struct rsa_listener *listener)
{
    mpz_t beginning, s, power, free_bits;
    mpz_inits(beginning, s, power, free_bits, NULL);
    size_t bytes = (mpz_sizeinbase(n, 2) + 7) / 8;
    size_t read = rsa_block_begin(beginning, RSA_BLOCK_LEAST_PADDING, hash, digest);
    rsa_break_tell(listener, "T", "00 01 ff ff ff ff ff ff ff ff 00 DigestInfo digest",
                   "RFC 8017 9.2", beginning);
    finding->work = 1;
    mpz_set_ui(free_bits, read < bytes ? 8 * (bytes - read) : 0);
    rsa_break_tell(listener, "g", "so many bits of the block nobody reads", NULL, free_bits);
    if (read < bytes && power_in_range(s, beginning, 8 * (bytes - read), e)) {
        mpz_pow_ui(power, s, e);
        rsa_break_tell(listener, "s", "the e-th root of T 2^g, rounded up", NULL, s);
        tell_block(listener, power, bytes, read, hash);
        rsa_finding_add(finding, "n", n);
        mpz_set_ui(power, e);
        rsa_finding_add(finding, "e", power);
        rsa_finding_add(finding, "g", free_bits);
        rsa_finding_add(finding, "T", beginning);
        rsa_finding_add(finding, "s", s);
        finding->proof = "pow(s, e, n) >> g == T";
        rsa_finding_say(finding, RSA_BROKEN,
                        "s^e begins as a signed block does; its last %zu bytes are "
                        "rubbish",
                        bytes - read);
    } else {
        too_short(finding, n, e, hash);
    }
    mpz_clears(beginning, s, power, free_bits, NULL);
}

void rsa_break_forge(struct rsa_finding *finding, const mpz_t n, const mpz_t e,
                     const struct rsa_hash *hash, const uint8_t *digest,
                     const struct rsa_listener *listener)
{
    finding->unit = "roots";
    if (!rsa_break_takes(finding, n, e))
        return;
    if (mpz_cmp_ui(e, RSA_MAX_BITS) > 0)
        rsa_finding_say(finding, RSA_NOT_APPLICABLE,
                        "e is so large that no power but 1 fits into a block");
    else if (mpz_sizeinbase(n, 2) > RSA_MAX_BITS)
        rsa_finding_say(finding, RSA_NOT_APPLICABLE, "n is longer than %d bits", RSA_MAX_BITS);
    else
        forge(finding, n, mpz_get_ui(e), hash, digest, listener);
}
