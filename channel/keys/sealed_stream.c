/*
 * Keys and chunks of a sealed file; see sealed_stream.h.
 */
#include "sealed_stream.h"
#include "key_labels.h"

#include <string.h>

static const char chunks_info[] = "glassbox sealed v1 chunks";
static const char commitment_info[] = "glassbox sealed v1 commitment";

static void derive(uint8_t out[SYM_SHA256_BYTES], const uint8_t *salt, size_t salt_bytes,
                   const uint8_t file_key[SEALED_KEY_BYTES], const char *info)
{
    uint8_t prk[SYM_HKDF_PRK_BYTES];
    sym_hkdf_extract(prk, salt, salt_bytes, file_key, SEALED_KEY_BYTES);
    /* 32 bytes are never too many for it */
    if (sym_hkdf_expand(out, SYM_SHA256_BYTES, prk, sizeof(prk), info, strlen(info)) != SYM_OK)
        sym_wipe(out, SYM_SHA256_BYTES);
    sym_wipe(prk, sizeof(prk));
}

void sealed_commitment(uint8_t out[SYM_SHA256_BYTES], const uint8_t file_key[SEALED_KEY_BYTES])
{
    derive(out, NULL, 0, file_key, commitment_info);
}

static void header_digest(uint8_t digest[SYM_SHA256_BYTES], const struct sealed_stream *stream)
{
    struct sym_sha256 header = stream->header;
    sym_sha256_final(digest, &header);
}

void sealed_start(struct sealed_stream *stream, const uint8_t file_key[SEALED_KEY_BYTES])
{
    _Static_assert(SEALED_KEY_BYTES == SYM_SHA256_BYTES, "a key is one block of HKDF");
    uint8_t salt[SYM_SHA256_BYTES];
    header_digest(salt, stream);
    derive(stream->key, salt, sizeof(salt), file_key, chunks_info);
    sym_sha256_init(&stream->plain);
    stream->chunks = 0;
}

void sealed_nonce(uint8_t nonce[SYM_AEAD_NONCE_BYTES], struct sealed_stream *stream,
                  enum sealed_mark mark)
{
    uint64_t counter = stream->chunks++;
    memset(nonce, 0, SYM_AEAD_NONCE_BYTES);
    for (size_t i = 0; i < sizeof(counter); i++)
        nonce[SYM_AEAD_NONCE_BYTES - 2 - i] = (uint8_t)(counter >> 8 * i);
    nonce[SYM_AEAD_NONCE_BYTES - 1] = (uint8_t)mark;
}

void sealed_signed_digest(uint8_t digest[SYM_SHA256_BYTES], const struct sealed_stream *stream)
{
    struct sym_sha256 plain = stream->plain;
    uint8_t parts[2][SYM_SHA256_BYTES];
    header_digest(parts[0], stream);
    sym_sha256_final(parts[1], &plain);
    key_label_digest(digest, KEY_LABEL_SEALED_SIGNATURE, parts, sizeof(parts));
}
