/*
 * Raw RSA, a signature without the key; and what a verifier must not do.
 *
 * What helps: a padding that fills the whole block (PSS, or PKCS #1 v1.5 checked whole), so that
 * neither a product nor a chosen number has its form.
 */
#ifndef GLASSBOX_RSA_SIGNATURE_BREAKS_H
#define GLASSBOX_RSA_SIGNATURE_BREAKS_H

#include "rsa_break.h"
#include "rsa_error.h"
#include "rsa_padding.h"

/* --- products ----------------------------------------------------------------------------------- */

#define RSA_MULTIPLY_MOST 6 /* signatures */

/* (m1 m2)^d = m1^d m2^d: a product of signatures is the signature of the product. target NULL: all
 * of them, once each. Else the exponents are looked for, each from -2 to 2, whose product of the
 * m_i = s_i^e is the target. Signatures need no check: each is one, of its own s_i^e.
 * Broken: s, the signature of m. Resisted: no product of these is the target. Not applicable: a
 * signature is not below n; the target is already signed. Work: products, at most 5^count. count:
 * 1 to RSA_MULTIPLY_MOST. */
void rsa_break_multiply(struct rsa_finding *finding, const mpz_t n, const mpz_t e,
                        const mpz_srcptr *signatures, size_t count, mpz_srcptr target,
                        const struct rsa_listener *listener);

/* --- blinding ----------------------------------------------------------------------------------- */

/* One who raises to d whatever he is given, but for the number that the attacker wants. */
struct rsa_oracle {
    bool (*ask)(void *context, mpz_t answer, const mpz_t question); /* false: he refuses */
    void *context;
};

/* Asks for m r^e with a random r, which says nothing of m, and takes r off the answer: m^d. A
 * ciphertext in place of m is decrypted likewise.
 * r: NULL, it is drawn from source.
 * Broken: s. Resisted: he refuses, or answers for something else than the number, as who pads does.
 * Not applicable: m is not from 1 to n - 1; r has no inverse, or none was drawn. Work: questions. */
void rsa_break_blind(struct rsa_finding *finding, const mpz_t n, const mpz_t e, const mpz_t m,
                     mpz_srcptr r, const struct rsa_oracle *oracle, const struct rsa_random *source,
                     const struct rsa_listener *listener);

/* --- raising -------------------------------------------------------------------------------------- */

/* A signature comes first: s^e is the number that s signs. Where the number has to be short, as a key
 * K of `bits` bits, the largest s with s^e below 2^bits is taken: s = 1 at the least, as 1^d = 1.
 * Broken: s and K, and "count", how many such s there are (0 too). Not applicable: never, but for bad
 * numbers. Work: 1 root. */
void rsa_break_raise(struct rsa_finding *finding, const mpz_t n, const mpz_t e, unsigned bits,
                     const struct rsa_listener *listener);

/* --- a verifier that does not look at the end ----------------------------------------------------- */

/* RFC 8017 9.2 as a beginner checks it: raises to e, and then reads from the front
 *
 *     00 01 | ff ... ff (8 at least) | 00 | DigestInfo | digest |  ... whatever comes here
 *
 * An exhibit, never a verifier: rsa_pkcs1_verify is one. digest: hash->bytes long. */
bool rsa_lax_verify(const uint8_t *signature, size_t signature_bytes, const struct rsa_key *key,
                    const struct rsa_hash *hash, const uint8_t *digest);

/* D. Bleichenbacher's forgery (rump session of CRYPTO 2006; H. Finney's report of it): what the
 * verifier above does not read has so many values that one of them makes the block an e-th power of
 * a whole number. No modulus is needed but its size, and no key at all.
 * Broken: s; and T, the beginning of the block that s^e has above its last g bits. Resisted: n is
 * too short, with the bits that are always enough. Work: roots. */
void rsa_break_forge(struct rsa_finding *finding, const mpz_t n, const mpz_t e,
                     const struct rsa_hash *hash, const uint8_t *digest,
                     const struct rsa_listener *listener);

/* How many bits of n are always enough, for a DigestInfo and digest of so many bytes together; 0 if
 * RSA_MAX_BITS are not. A multiple of 8. */
unsigned rsa_forge_bits(unsigned long e, size_t info_bytes);

#endif
