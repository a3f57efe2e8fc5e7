/*
 * PBKDF2 with HMAC-SHA-256, RFC 8018 5.2: T[i] = U1 xor U2 xor ... with U1 = PRF(P, S || i) and
 * U[j] = PRF(P, U[j-1]). The passphrase is hashed into the two states of HMAC once, and copied.
 */
#include "sym_pbkdf2.h"

#include "sym_hmac.h"
#include "sym_memory.h"
#include "sym_words.h"

/* 5.2 step 3: the function F. */
static void block(uint8_t out[SYM_HMAC_BYTES], const struct sym_hmac *keyed, const void *salt,
                  size_t salt_bytes, uint32_t index, uint32_t iterations)
{
    struct sym_hmac state = *keyed;
    uint8_t number[4], link[SYM_HMAC_BYTES];
    sym_store32_be(number, index);
    sym_hmac_update(&state, salt, salt_bytes);
    sym_hmac_update(&state, number, sizeof(number));
    sym_hmac_final(link, &state);
    memcpy(out, link, sizeof(link));
    for (uint32_t j = 1; j < iterations; j++) {
        state = *keyed;
        sym_hmac_update(&state, link, sizeof(link));
        sym_hmac_final(link, &state);
        sym_xor_bytes(out, out, link, sizeof(link));
    }
    sym_wipe(link, sizeof(link));
}

void sym_pbkdf2(uint8_t *out, size_t out_bytes, const void *passphrase, size_t passphrase_bytes,
                const void *salt, size_t salt_bytes, uint32_t iterations)
{
    struct sym_hmac keyed;
    uint8_t whole[SYM_HMAC_BYTES];
    sym_hmac_init(&keyed, passphrase, passphrase_bytes);
    for (uint32_t index = 1; out_bytes > 0; index++) {
        size_t part = out_bytes < sizeof(whole) ? out_bytes : sizeof(whole);
        block(whole, &keyed, salt, salt_bytes, index, iterations);
        memcpy(out, whole, part);
        out += part;
        out_bytes -= part;
    }
    sym_wipe(&keyed, sizeof(keyed));
    sym_wipe(whole, sizeof(whole));
}
