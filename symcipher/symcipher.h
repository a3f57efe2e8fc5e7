/*
 * symcipher: symmetric cryptography in a glass box. Links nothing but the C library.
 *
 * Two shelves. The modern one is what today's protocols are built from: SHA-256 (FIPS 180-4),
 * HMAC (RFC 2104), HKDF (RFC 5869), ChaCha20, Poly1305 and their AEAD (RFC 8439), SHA-3 and SHAKE
 * (FIPS 202); and, for files under a passphrase, AES (FIPS 197) and PBKDF2 (RFC 8018). The classic one is the course: caesar,
 * vigenere, vernam (a repeating XOR key), the one-time pad, xor-cbc, and a Feistel block cipher
 * with its CBC mode. The classic shelf protects nothing and is here to be broken: no integrity, no
 * replay protection, and keys that fall to pencil and paper.
 *
 * Every header of the library can be used without the rest. Conventions that hold for all:
 *   - outputs first, then inputs; sizes are in bytes; NULL is fine for an input of length 0;
 *   - out may be the same pointer as in (in place) unless a function says otherwise, but the two
 *     may not overlap otherwise;
 *   - no function allocates, prints, aborts or keeps global state; all state is the caller's;
 *   - CT: lines say what a function may leak through time. "CT: lengths" means that nothing but
 *     the lengths of its arguments decides which instructions run and which addresses are touched.
 *
 * Example, one sealed message:
 *
 *     uint8_t sealed[5 + SYM_AEAD_TAG_BYTES];
 *     sym_aead_seal(sealed, key, nonce, header, sizeof(header), "hello", 5);
 *     if (sym_aead_open(plain, key, nonce, header, sizeof(header), sealed, sizeof(sealed)))
 *         ... forged: nothing was written to plain ...
 */
#ifndef GLASSBOX_SYMCIPHER_H
#define GLASSBOX_SYMCIPHER_H

#include "sym_aead.h"
#include "sym_aes.h"
#include "sym_cbc.h"
#include "sym_chacha20.h"
#include "sym_cipher.h"
#include "sym_feistel.h"
#include "sym_hkdf.h"
#include "sym_hmac.h"
#include "sym_memory.h"
#include "sym_pbkdf2.h"
#include "sym_poly1305.h"
#include "sym_sha256.h"
#include "sym_sha3.h"

#endif
