/*
 * The implementations of SHA-256, Keccak, AES, ChaCha20 and Poly1305, by name. Inside the library,
 * and for its tests and benches: they hold each one that this machine can run against the first,
 * the readable reference.
 *
 * Users need none of this: the calls of the headers in symcipher take the best one that the
 * processor has and the environment allows, found at the first call.
 */
#ifndef GLASSBOX_SYM_IMPLEMENTATIONS_H
#define GLASSBOX_SYM_IMPLEMENTATIONS_H

#include "sym_aead.h"
#include "sym_aes.h"
#include "sym_sha256.h"
#include "sym_sha3.h"

#define SYM_SHA256_LANES         8
#define SYM_CHACHA20_STATE_WORDS 16
#define SYM_CHACHA20_COUNTER     12 /* the word that counts blocks */

struct sym_sha256_implementation {
    const char *name;
    bool (*supported)(void); /* by this processor */
    /* FIPS 180-4 6.2.2: h takes up whole blocks. CT: count. */
    void (*absorb)(uint32_t h[8], const uint8_t *blocks, size_t count);
    /* One block, in words, into each of `count` states, at most SYM_SHA256_LANES; it is only read.
     * NULL: this one has nothing better than one after the other. CT: count. */
    void (*absorb_each)(uint32_t h[][8], uint32_t block[][16], size_t count);
};

struct sym_keccak_implementation {
    const char *name;
    bool (*supported)(void);
    /* FIPS 202 3.3: Keccak-f[1600]. CT: nothing. */
    void (*permute)(uint64_t lane[SYM_KECCAK_LANES]);
    /* The same of four, lane by lane, on an address that 32 divides; NULL: one by one. */
    void (*permute_four)(uint64_t lane[SYM_KECCAK_LANES][4]);
};

struct sym_aes_implementation {
    const char *name;
    bool (*supported)(void);
    /* FIPS 197 5.1 and 5.3, under the round keys of 5.2. In place is fine. CT: aes->rounds. */
    void (*encrypt)(uint8_t out[SYM_AES_BLOCK_BYTES], const struct sym_aes *aes,
                    const uint8_t in[SYM_AES_BLOCK_BYTES]);
    void (*decrypt)(uint8_t out[SYM_AES_BLOCK_BYTES], const struct sym_aes *aes,
                    const uint8_t in[SYM_AES_BLOCK_BYTES]);
};

struct sym_chacha20_implementation {
    const char *name;
    bool (*supported)(void); /* by this processor */
    /* RFC 8439 2.4 from the state of 2.3 on; the block counter in it may not wrap. In place is
     * fine. CT: bytes. */
    void (*apply)(uint8_t *out, const uint8_t *in, size_t bytes,
                  const uint32_t state[SYM_CHACHA20_STATE_WORDS]);
};

struct sym_poly1305_implementation {
    const char *name;
    bool (*supported)(void);
    /* RFC 8439 2.5.1: clamps r, the first half of the key, and takes it. CT: nothing. */
    void (*init)(struct sym_poly1305 *state, const uint8_t r[SYM_POLY1305_BLOCK_BYTES]);
    /* Absorbs whole blocks, each with the bit `top` above its 128: 1, or 0 for a single one that
     * has its bit already. CT: count. */
    void (*absorb)(struct sym_poly1305 *state, const uint8_t *blocks, size_t count, uint64_t top);
    /* The accumulator modulo 2^130 - 5, its lower 128 bits. CT: nothing. */
    void (*reduce)(uint64_t sum[2], struct sym_poly1305 *state);
};

struct sym_aead_implementation {
    const struct sym_chacha20_implementation *chacha20;
    const struct sym_poly1305_implementation *poly1305;
};

/* Slowest first; number 0 is the reference. NULL past the last. */
const struct sym_sha256_implementation *sym_sha256_implementation(size_t number);
const struct sym_keccak_implementation *sym_keccak_implementation(size_t number);
const struct sym_aes_implementation *sym_aes_implementation(size_t number);
const struct sym_chacha20_implementation *sym_chacha20_implementation(size_t number);
const struct sym_poly1305_implementation *sym_poly1305_implementation(size_t number);

/* What they are supported by. */
bool sym_everywhere(void);
bool sym_has_avx2(void);
bool sym_has_avx512f(void);
bool sym_has_avx512ifma(void);
bool sym_has_sha(void);
bool sym_has_aes(void);

/* Whether the environment variable GLASSBOX_IMPLEMENTATIONS, names with commas between, has this
 * one; all are allowed where it is not set. The reference always is. For tests of each path. */
bool sym_is_allowed(const char *name);

/* The last of them that is supported and allowed. */
const struct sym_sha256_implementation *sym_sha256_best(void);
const struct sym_keccak_implementation *sym_keccak_best(void);
const struct sym_aes_implementation *sym_aes_best(void);
const struct sym_chacha20_implementation *sym_chacha20_best(void);
const struct sym_poly1305_implementation *sym_poly1305_best(void);

/* FIPS 180-4 4.2.2, and absorb by the best one. */
extern const uint32_t sym_sha256_K[64];
void sym_sha256_absorb(uint32_t h[8], const uint8_t *blocks, size_t count);

/* RFC 8439 2.3: the state of one block, before the rounds. */
void sym_chacha20_state(uint32_t state[SYM_CHACHA20_STATE_WORDS],
                        const uint8_t key[SYM_CHACHA20_KEY_BYTES],
                        const uint8_t nonce[SYM_CHACHA20_NONCE_BYTES], uint32_t counter);

/* The public calls, with a chosen implementation. */
void sym_poly1305_init_with(struct sym_poly1305 *state,
                            const struct sym_poly1305_implementation *implementation,
                            const uint8_t key[SYM_POLY1305_KEY_BYTES]);
enum sym_error sym_aead_seal_with(const struct sym_aead_implementation *with, void *sealed,
                                  const uint8_t key[SYM_AEAD_KEY_BYTES],
                                  const uint8_t nonce[SYM_AEAD_NONCE_BYTES], const void *ad,
                                  size_t ad_bytes, const void *plain, size_t plain_bytes)
    __attribute__((warn_unused_result));
enum sym_error sym_aead_open_with(const struct sym_aead_implementation *with, void *plain,
                                  const uint8_t key[SYM_AEAD_KEY_BYTES],
                                  const uint8_t nonce[SYM_AEAD_NONCE_BYTES], const void *ad,
                                  size_t ad_bytes, const void *sealed, size_t sealed_bytes)
    __attribute__((warn_unused_result));

/* What this build has: vectors need a compiler with __builtin_shufflevector (GCC 12, clang) and a
 * little-endian machine, the wide Poly1305 a product of 128 bits. */
#if defined(__has_builtin) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#if __has_builtin(__builtin_shufflevector)
#define SYM_HAS_VECTORS 1
#endif
#endif
#if defined(__x86_64__) || defined(__i386__)
#define SYM_HAS_X86_TARGETS 1
#endif
#ifdef __SIZEOF_INT128__
#define SYM_HAS_POLY1305_WIDE 1
#endif

/* The rows of the tables. */
extern const struct sym_sha256_implementation sym_sha256_reference, sym_sha256_lanes, sym_sha256_ni;
extern const struct sym_keccak_implementation sym_keccak_reference, sym_keccak_unrolled,
    sym_keccak_four;
void sym_keccak_bmi(uint64_t lane[SYM_KECCAK_LANES]); /* sym_keccak_four's of one */
extern const struct sym_aes_implementation sym_aes_reference, sym_aes_ni;
extern const struct sym_chacha20_implementation sym_chacha20_reference, sym_chacha20_vector4,
    sym_chacha20_vector8, sym_chacha20_lanes8, sym_chacha20_vector16, sym_chacha20_lanes16;
extern const struct sym_poly1305_implementation sym_poly1305_reference, sym_poly1305_wide,
    sym_poly1305_lanes4, sym_poly1305_lanes8, sym_poly1305_ifma;

#endif
