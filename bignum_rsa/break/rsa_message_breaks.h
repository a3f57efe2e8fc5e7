/*
 * Raw RSA, a message without the key. Each of these needs the public key and ciphertexts alone.
 *
 * What helps against all of them: a padding with random bytes (OAEP), new ones for each message.
 */
#ifndef GLASSBOX_RSA_MESSAGE_BREAKS_H
#define GLASSBOX_RSA_MESSAGE_BREAKS_H

#include "rsa_break.h"

/* What is known of m beside c, and how long to try; {0}: nothing, and only k = 0. */
struct rsa_root_room {
    unsigned slack_bits; /* k from its lowest value on, 2^slack_bits of them; at most 24 */
    mpz_srcptr high;     /* m begins with this number ... NULL: unknown */
    unsigned low_bits;   /* ... and goes on with so many bits that are not known */
};
#define RSA_ROOT_MAX_SLACK 24

/* The e-th root: m^e = c + k n in whole numbers, with a small k. Where m^e is below n, k is 0, and
 * the modulus has done nothing. With a known beginning of m, k is known but for a few bits, as long
 * as (e - 1) bits(m) + low_bits is below about bits(n) + slack_bits.
 * Broken: m. Resisted: below which m it would have been found. Not applicable: c >= n, or where not
 * even m = 2 is in reach. Work: roots, at most 2^slack_bits. e is at most RSA_ROOT_MAX_EXPONENT. */
#define RSA_ROOT_MAX_EXPONENT 65537
void rsa_break_root(struct rsa_finding *finding, const mpz_t n, const mpz_t e, const mpz_t c,
                    const struct rsa_root_room *room, const struct rsa_listener *listener);

#endif
