/*
 * The classic ciphers, in one table by name, so that a program can list them and choose.
 *
 * caesar, vigenere and vernam work on bytes (an alphabet of 256 signs): addition of one key byte,
 * addition of a repeating key, XOR with a repeating key. xor-cbc chains blocks over the same XOR
 * with a random IV in front, as the course draws it; it is no stronger than vernam (neighbouring
 * ciphertext blocks cancel). otp is a key as long as the text, to be used once. feistel-cbc is
 * sym_feistel.h in the same mode; both are padded as RFC 5652 section 6.3 says (sym_cbc.h).
 * None of them detects tampering.
 *
 * A message in one call, or a large file in pieces; the one is built on the other.
 * Not constant time: the classic shelf makes no promise.
 */
#ifndef GLASSBOX_SYM_CIPHER_H
#define GLASSBOX_SYM_CIPHER_H

#include "sym_cbc.h"
#include "sym_memory.h"

#define SYM_CIPHER_MAX_KEY_BYTES 64 /* no row's sym_cipher_key_bytes is larger */
#define SYM_CIPHER_MAX_IV_BYTES  SYM_CBC_BLOCK_BYTES

struct sym_cipher; /* one row; read it through the functions below */

/* The table: rows 0 .. sym_cipher_count() - 1, or by name. NULL if there is no such row. */
size_t sym_cipher_count(void);
const struct sym_cipher *sym_cipher_at(size_t row);
const struct sym_cipher *sym_cipher_find(const char *name);

const char *sym_cipher_name(const struct sym_cipher *cipher);
const char *sym_cipher_summary(const struct sym_cipher *cipher); /* one line, for a list */
/* What a program should draw; 0: as long as the text (otp). */
size_t sym_cipher_key_bytes(const struct sym_cipher *cipher);
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

/* The same in pieces. The key is borrowed: it must stay where it is until the final (a one-time pad
 * is as long as the text). The first error sticks. The fields are the implementation's. */
struct sym_cipher_stream {
    const struct sym_cipher *cipher;
    bool encrypting;
    enum sym_error error;
    const uint8_t *key;
    size_t key_bytes;
    uint64_t position; /* bytes so far */
    uint8_t iv[SYM_CIPHER_MAX_IV_BYTES];
    size_t iv_bytes; /* what of the IV was written or read so far */
    struct sym_cbc cbc;
};

/* SYM_ERR_KEY_BYTES. */
enum sym_error sym_cipher_encrypt_init(struct sym_cipher_stream *stream,
                                       const struct sym_cipher *cipher, const void *key,
                                       size_t key_bytes, const uint8_t *iv)
    __attribute__((warn_unused_result));
enum sym_error sym_cipher_decrypt_init(struct sym_cipher_stream *stream,
                                       const struct sym_cipher *cipher, const void *key,
                                       size_t key_bytes) __attribute__((warn_unused_result));

/* Any number of updates, then one final, which wipes the stream. Writes *out_bytes to out; room for
 * in_bytes + SYM_CIPHER_STREAM_SPACE (final: that alone) is always enough. A decrypting stream
 * gives out plaintext before it has seen the end: nothing here is authentic anyway.
 * SYM_ERR_SPACE, SYM_ERR_LENGTH, SYM_ERR_PADDING as above; *out_bytes is 0 then, and nothing was
 * written. */
#define SYM_CIPHER_STREAM_SPACE (2 * SYM_CBC_BLOCK_BYTES)
enum sym_error sym_cipher_update(struct sym_cipher_stream *stream, void *out, size_t out_space,
                                 size_t *out_bytes, const void *in, size_t in_bytes)
    __attribute__((warn_unused_result));
enum sym_error sym_cipher_final(struct sym_cipher_stream *stream, void *out, size_t out_space,
                                size_t *out_bytes) __attribute__((warn_unused_result));

#endif
