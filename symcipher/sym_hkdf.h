/*
 * HKDF-SHA-256, RFC 5869. CT: lengths.
 */
#ifndef GLASSBOX_SYM_HKDF_H
#define GLASSBOX_SYM_HKDF_H

#include "sym_hmac.h"
#include "sym_memory.h"

#define SYM_HKDF_PRK_BYTES SYM_SHA256_BYTES
#define SYM_HKDF_MAX_BYTES (255 * SYM_SHA256_BYTES)

/* RFC 5869 2.2: a pseudorandom key from input keying material (ikm). A salt of length 0 stands for
 * SYM_SHA256_BYTES zeros, as the RFC says. */
void sym_hkdf_extract(uint8_t prk[SYM_HKDF_PRK_BYTES], const void *salt, size_t salt_bytes,
                      const void *ikm, size_t ikm_bytes);

/* RFC 5869 2.3: output keying material (okm) from a pseudorandom key. okm may not overlap its
 * inputs. SYM_ERR_LENGTH if more than SYM_HKDF_MAX_BYTES are asked for; then okm is zeroed. */
enum sym_error sym_hkdf_expand(void *okm, size_t okm_bytes, const void *prk, size_t prk_bytes,
                               const void *info, size_t info_bytes)
    __attribute__((warn_unused_result));

#endif
