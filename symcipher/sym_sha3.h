/*
 * SHA3-256, SHA3-512, SHAKE128 and SHAKE256: one sponge over Keccak-f[1600] (FIPS 202). CT: lengths.
 *
 * A sponge has 200 bytes. Input is XORed into the first of them (the rate), the permutation stirs
 * all; output is read from the rate in the same way. What is beyond the rate (the capacity) is
 * never seen: twice as many bits of it as of security.
 *
 *     struct sym_sponge sponge;
 *     sym_sponge_init(&sponge, SYM_SHAKE256);
 *     sym_sponge_absorb(&sponge, data, bytes);      // as often as there is input
 *     sym_sponge_squeeze(out, 64, &sponge);         // as often as output is wanted; no absorb after
 *     sym_wipe(&sponge, sizeof(sponge));            // where the input was a secret
 */
#ifndef GLASSBOX_SYM_SHA3_H
#define GLASSBOX_SYM_SHA3_H

#include <stddef.h>
#include <stdint.h>

#define SYM_SHA3_256_BYTES 32
#define SYM_SHA3_512_BYTES 64

#define SYM_KECCAK_LANES 25 /* words of 64 bits: x + 5 y, FIPS 202 3.1.2 */

struct sym_sponge {
    uint64_t lane[SYM_KECCAK_LANES];
    size_t rate;    /* bytes */
    size_t at;      /* of the rate, taken in or given out since the last permutation */
    uint8_t suffix; /* the end of the input: bits that tell the functions apart; 0 after it */
};

/* FIPS 202 6.1 and 6.2. */
enum sym_sha3 { SYM_SHA3_256, SYM_SHA3_512, SYM_SHAKE128, SYM_SHAKE256 };
void sym_sponge_init(struct sym_sponge *sponge, enum sym_sha3 function);

/* Pieces of any size, on both sides. The first squeeze ends the input. Of SHA-3, squeeze the digest
 * and no more. */
void sym_sponge_absorb(struct sym_sponge *sponge, const void *data, size_t bytes);
void sym_sponge_squeeze(void *out, size_t bytes, struct sym_sponge *sponge);

/* The same in one call. The sponge is wiped. */
void sym_sha3_256(uint8_t digest[SYM_SHA3_256_BYTES], const void *data, size_t bytes);
void sym_sha3_512(uint8_t digest[SYM_SHA3_512_BYTES], const void *data, size_t bytes);
void sym_shake128(void *out, size_t out_bytes, const void *data, size_t bytes);
void sym_shake256(void *out, size_t out_bytes, const void *data, size_t bytes);

#endif
