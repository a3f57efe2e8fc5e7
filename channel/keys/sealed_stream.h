/*
 * What sealing and opening have in common: the numbers of the format, its keys, its chunks. For
 * sealed_file_*.c; docs/sealed.md is the format.
 */
#ifndef GLASSBOX_SEALED_STREAM_H
#define GLASSBOX_SEALED_STREAM_H

#include "sealed_file.h"
#include "symcipher.h"

#define SEALED_MAGIC       "glassbox\n\1\r\n"
#define SEALED_MAGIC_BYTES (sizeof(SEALED_MAGIC) - 1)
#define SEALED_KEY_BYTES   SYM_AEAD_KEY_BYTES
#define SEALED_FULL_BYTES  (SEALED_CHUNK_BYTES + SYM_AEAD_TAG_BYTES)

enum sealed_mark { SEALED_MORE = 0, SEALED_LAST = 1, SEALED_SIGNATURE = 2 };

struct sealed_stream {
    struct sym_sha256 header; /* of the header so far */
    struct sym_sha256 plain;  /* of the plaintext, if it is signed */
    uint8_t key[SEALED_KEY_BYTES];
    uint64_t chunks; /* done */
    bool is_signed;
};

/* HKDF of the file key: what commits the header to it. */
void sealed_commitment(uint8_t out[SYM_SHA256_BYTES], const uint8_t file_key[SEALED_KEY_BYTES]);
/* The header is complete: the key of the chunks. */
void sealed_start(struct sealed_stream *stream, const uint8_t file_key[SEALED_KEY_BYTES]);
/* counter u88, mark u8; each nonce once. */
void sealed_nonce(uint8_t nonce[SYM_AEAD_NONCE_BYTES], struct sealed_stream *stream,
                  enum sealed_mark mark);
/* What the sender signs: the header and the plaintext. */
void sealed_signed_digest(uint8_t digest[SYM_SHA256_BYTES], const struct sealed_stream *stream);

#endif
