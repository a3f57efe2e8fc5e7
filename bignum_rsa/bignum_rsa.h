/*
 * bignum_rsa: RSA in a glass box, from prime numbers to padding, on GMP alone.
 *
 * Read in this order: rsa_prime.h (how primes are found), rsa_key.h (pairs, their numbers, and what
 * makes them valid), rsa_raw.h (m^e mod n and back), rsa_padding.h (OAEP, PSS, PKCS#1 v1.5: what
 * makes RSA safe to use), rsa_steps.h (the textbook algorithms, told step by step), rsa_memory.h
 * (what is wiped; programs call rsa_memory_wipe first in main). Standards: RFC 8017 (PKCS #1 v2.2),
 * FIPS 186-5 appendices A.1.3 and B.3.1.
 *
 * What it protects: with OAEP or PSS and at least 2048 bits, what RFC 8017 promises. What not: raw
 * RSA ("textbook") is malleable, deterministic, and broken in a dozen ways that docs/ walks
 * through. Key making is not constant time (candidates are rejected at different speeds); private
 * operations are blinded, run on GMP's mpn_sec_ functions, and are checked before their result is
 * released. Unaudited.
 *
 * Conventions:
 *   - outputs first; sizes in bytes unless named _bits; numbers cross the interface as big-endian
 *     bytes or as text (decimal, or hexadecimal after 0x);
 *   - functions that can fail return enum rsa_error and leave outputs zeroed or NULL on failure;
 *   - nothing prints or aborts on input; there is no global mutable state (but GMP's memory
 *     functions, if the program asks for rsa_memory_wipe);
 *   - randomness is getrandom(2) unless the caller hands in a struct rsa_random (tests, lessons).
 *
 * Example:
 *
 *     struct rsa_key *key;
 *     if (rsa_key_generate(&key, 2048, NULL, NULL)) ...
 *     uint8_t sealed[RSA_MAX_BYTES];
 *     rsa_oaep_encrypt(sealed, key, &hash, NULL, 0, "hello", 5, NULL);   // rsa_key_bytes(key) long
 *     rsa_key_free(key);
 */
#ifndef GLASSBOX_BIGNUM_RSA_H
#define GLASSBOX_BIGNUM_RSA_H

#include "rsa_error.h"
#include "rsa_key.h"
#include "rsa_listener.h"
#include "rsa_memory.h"
#include "rsa_padding.h"
#include "rsa_prime.h"
#include "rsa_raw.h"
#include "rsa_steps.h"
#include "rsa_text.h"

#endif
