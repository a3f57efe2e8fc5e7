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

/* --- the same message to several people --------------------------------------------------------- */

/* What one of them got. */
struct rsa_sent {
    mpz_srcptr n, c;
};
#define RSA_BROADCAST_MOST 17

/* Hastad's broadcast: the Chinese remainder theorem joins c_i = m^e mod n_i to m^e mod n_1 n_2 ...,
 * and m^e is below that product: the root is one of whole numbers. As many ciphertexts as e are
 * always enough; fewer are, if m is short. Two moduli that share a prime are a finding of its own.
 * Broken: m. Resisted: below which m it would have been found; only with fewer than e ciphertexts.
 * Not applicable: not the same message; the same n twice. Work: ciphertexts joined. count: 1 to
 * RSA_BROADCAST_MOST; e at most RSA_ROOT_MAX_EXPONENT. */
void rsa_break_broadcast(struct rsa_finding *finding, const mpz_t e, const struct rsa_sent *sent,
                         size_t count, const struct rsa_listener *listener);

/* --- the same message under the same n ---------------------------------------------------------- */

/* One n, two e: where x e1 + y e2 = 1, c1^x c2^y = m^(x e1 + y e2) = m. If the greatest common
 * divisor g of e1 and e2 is not 1, m^g comes out, and helps if it is below n.
 * Broken: m; or a factor of n, which a ciphertext has in common with it. Not applicable: not the
 * same message; g above 1 and m^g above n. Work: 2 powers. */
struct rsa_raised {
    mpz_srcptr e, c;
};
void rsa_break_common_modulus(struct rsa_finding *finding, const mpz_t n,
                              const struct rsa_raised sent[2], const struct rsa_listener *listener);

/* --- one of few messages ------------------------------------------------------------------------ */

/* Fills in the next number that m may be; false: there are no more. */
struct rsa_candidates {
    bool (*next)(void *context, mpz_t candidate);
    void *context;
};

/* Raw RSA has no chance in it: whoever can name the message can encrypt it, and compare. Broken: m.
 * Resisted: m is none of so many; of the first so many, where the limit ended it. Work: guesses, at
 * most `limit`. Candidates that are not below n
 * are taken modulo n, as the sender would have had to. */
void rsa_break_guess(struct rsa_finding *finding, const mpz_t n, const mpz_t e, const mpz_t c,
                     const struct rsa_candidates *candidates, uint64_t limit,
                     const struct rsa_listener *listener);

#endif
