/*
 * ChaCha20, RFC 8439 sections 2.1 to 2.4. CT: lengths.
 *
 * A stream cipher alone lets anyone flip bits: use sym_aead.h unless you know why not.
 * A nonce must never be used twice under one key.
 */
#ifndef GLASSBOX_SYM_CHACHA20_H
#define GLASSBOX_SYM_CHACHA20_H

#include "sym_memory.h"

#define SYM_CHACHA20_KEY_BYTES   32
#define SYM_CHACHA20_NONCE_BYTES 12
#define SYM_CHACHA20_BLOCK_BYTES 64

/* RFC 8439 2.3: one block of key stream. The readable reference; the tests hold every faster
 * implementation against it. */
void sym_chacha20_block(uint8_t out[SYM_CHACHA20_BLOCK_BYTES],
                        const uint8_t key[SYM_CHACHA20_KEY_BYTES],
                        const uint8_t nonce[SYM_CHACHA20_NONCE_BYTES], uint32_t counter);

/* RFC 8439 2.4: out = in xor key stream from block `counter` on. In place is fine.
 * SYM_ERR_LENGTH if the 32-bit block counter would wrap (256 GiB); then nothing is written. */
enum sym_error sym_chacha20_xor(void *out, const void *in, size_t bytes,
                                const uint8_t key[SYM_CHACHA20_KEY_BYTES],
                                const uint8_t nonce[SYM_CHACHA20_NONCE_BYTES], uint32_t counter)
    __attribute__((warn_unused_result));

#endif
