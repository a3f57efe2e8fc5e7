/*
 * A text through any cipher of cipher_table.h, in pieces.
 *
 *     crypt_begin(&stream, &cipher, true, &key, nonce);
 *     while (...) crypt_update(&stream, &out, in, bytes, &problem) ...
 *     crypt_final(&stream, &out, &problem)
 *
 * Memory is bounded, but for chacha20-poly1305: it is one message, up to CRYPT_MESSAGE_LIMIT, since
 * nothing may come out before its tag was checked. The nonce is no part of what goes in and out.
 * All pieces but the last are CRYPT_PIECE bytes.
 */
#ifndef GLASSBOX_CIPHER_CRYPT_STREAM_H
#define GLASSBOX_CIPHER_CRYPT_STREAM_H

#include "key_option.h"

#define CRYPT_PIECE         ((size_t)64 * 1024)
#define CRYPT_MESSAGE_LIMIT ((size_t)256 * 1024 * 1024)
/* A letter of one byte may become one of four; and some blocks at the end. */
#define CRYPT_OUT_SPACE (4 * CRYPT_PIECE + 64)

/* Bytes that grow as they come, and are wiped at the end. */
struct crypt_bytes {
    uint8_t *data;
    size_t count, space;
};
bool crypt_bytes_add(struct crypt_bytes *bytes, const void *data, size_t count)
    __attribute__((warn_unused_result));
void crypt_bytes_free(struct crypt_bytes *bytes);

/* The fields are the implementation's. */
struct crypt_stream {
    const struct cipher *cipher;
    const struct cipher_key *key;
    bool encrypting;
    const char *ad;   /* chacha20-poly1305: bound to the message; NULL: none */
    uint32_t counter; /* chacha20: of the next block */
    const uint8_t *nonce;
    union {
        struct sym_cipher_stream classic;
        struct sym_cbc cbc;
    } state;
    union {
        struct sym_aes aes;
        struct sym_feistel feistel;
    } ecb;
    uint8_t held[SYM_CBC_BLOCK_BYTES + 4]; /* input not worked on yet: of a block, of a sign */
    size_t held_bytes;
    uint64_t letters, offset;     /* CIPHER_LETTERS: so far, and bytes */
    struct crypt_bytes message;   /* CIPHER_AEAD */
    uint8_t out[CRYPT_OUT_SPACE]; /* what came out, out_bytes */
    size_t out_bytes;
};

/* key, nonce and ad are borrowed until the end. */
void crypt_begin(struct crypt_stream *stream, const struct cipher *cipher, bool encrypting,
                 const struct cipher_key *key, const uint8_t *nonce);
/* What came out is in out, out_bytes; message.data instead for the final of CIPHER_AEAD. */
bool crypt_update(struct crypt_stream *stream, const uint8_t *in, size_t bytes,
                  struct problem *problem) __attribute__((warn_unused_result));
bool crypt_final(struct crypt_stream *stream, struct problem *problem)
    __attribute__((warn_unused_result));
void crypt_end(struct crypt_stream *stream); /* wipes */

/* --- inside, a file each --------------------------------------------------------------------- */

void crypt_ecb_begin(struct crypt_stream *stream);
void crypt_ecb_update(struct crypt_stream *stream, const uint8_t *in, size_t bytes);
bool crypt_ecb_final(struct crypt_stream *stream, struct problem *problem);
bool crypt_letters_update(struct crypt_stream *stream, const uint8_t *in, size_t bytes,
                          struct problem *problem);
bool crypt_letters_final(struct crypt_stream *stream, struct problem *problem);
/* What a decryption that came to nothing is told as. Always false. */
bool crypt_wrong(const struct crypt_stream *stream, enum sym_error error, struct problem *problem);

#endif
