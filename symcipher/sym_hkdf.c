/*
 * HKDF-SHA-256, RFC 5869: first extract one good key from material of uneven quality, then expand
 * it into as many as are needed, each under its own label (info).
 */
#include "sym_hkdf.h"

#include <string.h>

#define HASH SYM_SHA256_BYTES /* RFC 5869 calls it HashLen */

/* RFC 5869 2.2: PRK = HMAC-Hash(salt, IKM). HMAC fills a short key up with zeros, so an empty salt
 * is the HashLen zeros that the RFC asks for. */
void sym_hkdf_extract(uint8_t prk[SYM_HKDF_PRK_BYTES], const void *salt, size_t salt_bytes,
                      const void *ikm, size_t ikm_bytes)
{
    sym_hmac(prk, salt, salt_bytes, ikm, ikm_bytes);
}

/* RFC 5869 2.3: T(0) is empty, T(i) = HMAC-Hash(PRK, T(i-1) | info | i); OKM is the T(i) in a row,
 * cut to length. */
enum sym_error sym_hkdf_expand(void *okm, size_t okm_bytes, const void *prk, size_t prk_bytes,
                               const void *info, size_t info_bytes)
{
    struct sym_hmac keyed, state;
    uint8_t *out = okm, T[HASH];
    size_t T_bytes = 0;
    if (okm_bytes > SYM_HKDF_MAX_BYTES) {
        memset(okm, 0, okm_bytes);
        return SYM_ERR_LENGTH;
    }
    sym_hmac_init(&keyed, prk, prk_bytes);
    for (uint8_t i = 1; okm_bytes > 0; i++) {
        size_t taken = okm_bytes < HASH ? okm_bytes : HASH;
        state = keyed;
        sym_hmac_update(&state, T, T_bytes);
        sym_hmac_update(&state, info, info_bytes);
        sym_hmac_update(&state, &i, 1);
        sym_hmac_final(T, &state);
        memcpy(out, T, taken);
        T_bytes = HASH;
        out += taken;
        okm_bytes -= taken;
    }
    sym_wipe(&keyed, sizeof(keyed));
    sym_wipe(T, sizeof(T));
    return SYM_OK;
}
