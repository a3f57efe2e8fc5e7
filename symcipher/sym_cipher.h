/*
 * The classic ciphers, in one table by name, so that a program can list them and choose.
 *
 * caesar, vigenere and vernam work on bytes (an alphabet of 256 signs): addition of one key byte,
 * addition of a repeating key, XOR with a repeating key. xor-cbc chains blocks over the same XOR
 * with a random IV in front, as the course draws it; it is no stronger than vernam (neighbouring
 * ciphertext blocks cancel). otp is a key as long as the text, to be used once. feistel-cbc is
 * sym_feistel.h with PKCS#7-like padding (RFC 5652 section 6.3). None of them detects tampering.
 *
 * Not constant time where it says so; the classic shelf makes no promise.
 */
#ifndef GLASSBOX_SYM_CIPHER_H
#define GLASSBOX_SYM_CIPHER_H

#include "sym_memory.h"

#define SYM_CIPHER_MAX_KEY_BYTES 64 /* longest default_key_bytes in the table; otp has no limit */
#define SYM_CIPHER_MAX_IV_BYTES  16

struct sym_cipher; /* one row; read it through the functions below */

/* The table: rows 0 .. sym_cipher_count() - 1, or by name. NULL if there is no such row. */
size_t sym_cipher_count(void);
const struct sym_cipher *sym_cipher_at(size_t row);
const struct sym_cipher *sym_cipher_find(const char *name);

const char *sym_cipher_name(const struct sym_cipher *cipher);
const char *sym_cipher_summary(const struct sym_cipher *cipher); /* one line, for a list */
size_t sym_cipher_key_bytes(const struct sym_cipher *cipher); /* what a program should draw; 0: as
                                                                 long as the text (otp) */
bool sym_cipher_key_fits(const struct sym_cipher *cipher, size_t key_bytes);
size_t sym_cipher_iv_bytes(const struct sym_cipher *cipher); /* 0 if it has none */

/* Size of the ciphertext of plain_bytes (IV and padding included), and the most plaintext that
 * sealed_bytes can hold: buffer sizes for the calls below. */
size_t sym_cipher_sealed_bytes(const struct sym_cipher *cipher, size_t plain_bytes);
size_t sym_cipher_plain_bytes(const struct sym_cipher *cipher, size_t sealed_bytes);

/* A whole message. iv: sym_cipher_iv_bytes of fresh random bytes, drawn by the caller; it is
 * written in front of the ciphertext. out and in may not overlap when the cipher has an IV.
 * SYM_ERR_KEY_BYTES, SYM_ERR_SPACE, SYM_ERR_LENGTH (otp: key shorter than the text; decrypting:
 * no whole number of blocks), SYM_ERR_PADDING. *out_bytes is 0 on error. */
enum sym_error sym_cipher_encrypt(const struct sym_cipher *cipher, void *out, size_t out_space,
                                  size_t *out_bytes, const void *key, size_t key_bytes,
                                  const uint8_t *iv, const void *in, size_t in_bytes)
    __attribute__((warn_unused_result));
enum sym_error sym_cipher_decrypt(const struct sym_cipher *cipher, void *out, size_t out_space,
                                  size_t *out_bytes, const void *key, size_t key_bytes,
                                  const void *in, size_t in_bytes)
    __attribute__((warn_unused_result));

#endif
