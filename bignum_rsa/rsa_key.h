/*
 * RSA keys: making them, giving them by hand, and saying exactly what is wrong with a bad one.
 *
 * A key is public (n, e) or a pair (also d, p, q and the CRT parts of RFC 8017 section 3.2).
 * Objects are opaque and immutable to the caller; one key may be used by several threads at once
 * (the blinding factors inside have a lock of their own).
 */
#ifndef GLASSBOX_RSA_KEY_H
#define GLASSBOX_RSA_KEY_H

#include "rsa_error.h"

#include <stdbool.h>

#define RSA_MIN_BITS           6 /* the smallest that can be given by hand: 3 * 11 = 33 */
#define RSA_MIN_GENERATED_BITS 16
#define RSA_MAX_BITS           16384
#define RSA_MAX_BYTES          (RSA_MAX_BITS / 8)

struct rsa_key;
struct rsa_listener; /* rsa_listener.h */

/* The numbers of a key, with the letters of RFC 8017 section 3.2. */
enum rsa_number { RSA_N, RSA_E, RSA_D, RSA_P, RSA_Q, RSA_DP, RSA_DQ, RSA_QINV, RSA_NUMBERS };

/* "n", "e", "d", "p", "q", "dp", "dq", "qinv"; "" for RSA_NUMBERS. */
const char *rsa_number_name(enum rsa_number number);

/* Makes a pair of exactly `bits` bits (FIPS 186-5 A.1.3). exponent: text of e, odd, >= 3 and below
 * 2^(bits-1); NULL means 65537, or 17 where the modulus is too short for that (below 18 bits). The
 * caller frees *key with rsa_key_free. The cost grows with the fourth power of the size: 4096 bits
 * take sixteen times as long as 2048, 16384 bits minutes. RSA_ERR_BITS, RSA_ERR_NUMBER,
 * RSA_ERR_LARGE, RSA_ERR_EXPONENT (also if no primes of that size fit e), RSA_ERR_RANDOM,
 * RSA_ERR_MEMORY. CT: no; the time tells how many candidates fell, not which. */
enum rsa_error rsa_key_generate(struct rsa_key **key, unsigned bits, const char *exponent,
                                const struct rsa_random *source)
    __attribute__((warn_unused_result));

/* A pair from two primes given by hand, d = e^-1 mod lcm(p-1, q-1); text as in rsa_key_from_text, e
 * as in rsa_key_generate. RSA_ERR_NUMBER, RSA_ERR_LARGE, and every error of rsa_key_check; but
 * |p - q| is not judged here. CT: no. */
enum rsa_error rsa_key_from_primes(struct rsa_key **key, const char *p, const char *q,
                                   const char *exponent) __attribute__((warn_unused_result));

/* The same two, telling each step: candidates and why they fell, then n, lambda, d and the rest.
 * The key that is made has no listener. */
enum rsa_error rsa_key_generate_told(struct rsa_key **key, unsigned bits, const char *exponent,
                                     const struct rsa_random *source,
                                     const struct rsa_listener *listener)
    __attribute__((warn_unused_result));
enum rsa_error rsa_key_from_primes_told(struct rsa_key **key, const char *p, const char *q,
                                        const char *exponent, const struct rsa_listener *listener)
    __attribute__((warn_unused_result));

/* From here on everything that is done with the key is told; NULL ends it. The listener is
 * borrowed; not while another thread uses the key. */
void rsa_key_listen(struct rsa_key *key, const struct rsa_listener *listener);

/* The same key seen a second time, with a listener of its own: so one can be listened to that
 * others use at the same time. Nothing secret is copied; the key must outlive its view, which is
 * freed like any key. NULL without memory. */
struct rsa_key *rsa_key_view(const struct rsa_key *key, const struct rsa_listener *listener);

/* A key from the text of its numbers: decimal, or hexadecimal after 0x. numbers[RSA_N] and [RSA_E]
 * are required; without RSA_D it is a public key. With d and neither p nor q, the primes are
 * computed from n, e and d (NIST SP 800-56B Rev. 2, appendix C.1), as dp, dq and qinv are if NULL.
 * One prime without the other is refused (RSA_ERR_NO_PRIVATE). Only ranges, parity and gcd(p, q)
 * are judged here; rsa_key_check judges the rest, and a program calls it, or its quick form, on
 * every pair it loads.
 * *bad (if not NULL) names the number at fault, RSA_NUMBERS if it is none. RSA_ERR_NUMBER (0 too),
 * RSA_ERR_LARGE, RSA_ERR_BITS, errors of rsa_key_check. CT: no. */
enum rsa_error rsa_key_from_text(struct rsa_key **key, const char *const numbers[RSA_NUMBERS],
                                 enum rsa_number *bad) __attribute__((warn_unused_result));

/* A public key from big-endian bytes, leading zeros allowed. RSA_ERR_BITS, RSA_ERR_EXPONENT,
 * RSA_ERR_MODULUS (even), RSA_ERR_MEMORY.
 * This is the function for keys from a peer: it is cheap, judges all that rsa_key_check judges of a
 * public key, and what it accepts is safe to compute with. It does not bound the cost: rsa_public
 * takes time in proportion to bits(e) bits(n)^2, so the caller bounds both before use; and no test
 * shows that a stranger's n is made of two large primes. */
enum rsa_error rsa_key_from_public_bytes(struct rsa_key **key, const uint8_t *n, size_t n_bytes,
                                         const uint8_t *e, size_t e_bytes)
    __attribute__((warn_unused_result));

/* A new public key with the n and e of another. */
enum rsa_error rsa_key_public_copy(struct rsa_key **copy, const struct rsa_key *key)
    __attribute__((warn_unused_result));

/* Wipes the private numbers and frees. NULL is fine. */
void rsa_key_free(struct rsa_key *key);

/* Full validation. For a public key: n odd, size, e odd and 3 <= e < n. For a pair also: p and q
 * prime, p != q, |p - q| > 2^(bits/2 - 100) where bits >= 512 (FIPS 186-5 A.1.3 step 5.4), n = p q,
 * gcd(e, lcm) = 1, e d = 1 mod lcm(p-1, q-1), d mod lcm above 2^(bits/2) where bits >= 512 (A.1.1)
 * and above Wiener's bound n^(1/4) / 3 always, dp, dq, qinv. That a message survives a round trip
 * would prove nothing: with a Carmichael number for p all do. d may be the inverse modulo phi or
 * modulo lambda: both work. *bad (if not NULL) names the number at fault, RSA_NUMBERS if none is.
 * Costs as much as 64 private operations: the primes may be an enemy's, so they get RSA_ROUNDS_ANY
 * rounds each. CT: no. */
enum rsa_error rsa_key_check(const struct rsa_key *key, enum rsa_number *bad)
    __attribute__((warn_unused_result));

/* The same, but that p and q get a Baillie-PSW test (rsa_prime.h): as much as 3 private operations.
 * For a key that passed the other before, or was made by rsa_key_generate, and may be damaged
 * since: a program's own, at each start. */
enum rsa_error rsa_key_check_quickly(const struct rsa_key *key, enum rsa_number *bad)
    __attribute__((warn_unused_result));

/* The same, telling each test as it is made: what it asks, and RSA_OK or why it failed; the first
 * to fail is the last. told may be NULL. */
enum rsa_error rsa_key_check_each(const struct rsa_key *key, enum rsa_number *bad,
                                  void (*told)(void *context, const char *what,
                                               enum rsa_error error),
                                  void *context) __attribute__((warn_unused_result));

bool rsa_key_is_private(const struct rsa_key *key);
unsigned rsa_key_bits(const struct rsa_key *key); /* of n */
size_t rsa_key_bytes(const struct rsa_key *key);  /* of n, rounded up: the size of a ciphertext */
bool rsa_key_equal_public(const struct rsa_key *a, const struct rsa_key *b);

/* Whether the key has this number (n and e always). */
bool rsa_key_has(const struct rsa_key *key, enum rsa_number number);

/* Private numbers come out of the two functions below as well: the caller wipes them.
 *
 * A number as big-endian bytes without leading zeros: returns its size, and writes it if it fits
 * `space`; so (key, RSA_N, NULL, 0) asks for the size. 0 if the key does not have it. */
size_t rsa_key_number_bytes(const struct rsa_key *key, enum rsa_number number, uint8_t *out,
                            size_t space);

/* A number as text in base 10, or base 16 with 0x in front. A new string, NULL without memory or
 * without that number; wipe private ones with rsa_text_free, which wipes and frees any of them. */
char *rsa_key_number_text(const struct rsa_key *key, enum rsa_number number, int base);
void rsa_text_free(char *text);

#endif
