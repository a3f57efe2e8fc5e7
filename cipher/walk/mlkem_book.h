/*
 * ML-KEM by the book (FIPS 203), for any n, q and k: slowly, with nothing of the library but its hashes.
 * Polynomials are multiplied as at school, modulo X^n + 1.
 */
#ifndef GLASSBOX_CIPHER_MLKEM_BOOK_H
#define GLASSBOX_CIPHER_MLKEM_BOOK_H

#include "mlkem.h"

#include <stdbool.h>
#include <stdint.h>

#define BOOK_MAX_N 256
#define BOOK_MAX_K 3

struct book_ring {
    unsigned n, q, k;
    unsigned eta;         /* noise is from -eta to eta */
    unsigned root;        /* of order n modulo q */
    unsigned number_bits; /* of a number below q */
    unsigned du, dv;      /* bits of a number of u and v that are sent; 0: all */
};
extern const struct book_ring book_toy; /* n = 4, q = 17, k = 2 */
extern const struct book_ring book_768; /* ML-KEM-768 */

extern const struct mlkem_hash book_hash;

/* The factor of X^i; all are from 0 to q - 1. */
struct book_poly {
    unsigned f[BOOK_MAX_N];
};
struct book_vector {
    struct book_poly of[BOOK_MAX_K];
};

/* Of a, the number that is a modulo q and nearest to 0. */
int book_signed(unsigned a, const struct book_ring *ring);
void book_add(struct book_poly *a, const struct book_poly *b, const struct book_ring *ring);
void book_subtract(struct book_poly *a, const struct book_poly *b, const struct book_ring *ring);
/* sum += a b. */
void book_product(struct book_poly *sum, const struct book_poly *a, const struct book_poly *b,
                  const struct book_ring *ring);

/* Section 4.3: the remainder of slot i is modulo X^2 - gamma_i; its two numbers are f[2i], f[2i + 1]. */
unsigned book_gamma(unsigned slot, const struct book_ring *ring);
void book_transform(struct book_poly *out, const struct book_poly *a, const struct book_ring *ring);
void book_transform_back(struct book_poly *out, const struct book_poly *a,
                         const struct book_ring *ring);

/* 4.2.1. */
unsigned book_compress(unsigned x, unsigned bits, const struct book_ring *ring);
unsigned book_decompress(unsigned y, unsigned bits, const struct book_ring *ring);
/* Bits of each number, the lowest first; returns how many bytes, n * bits / 8. */
size_t book_encode(uint8_t *bytes, const struct book_poly *a, unsigned bits,
                   const struct book_ring *ring);
void book_decode(struct book_poly *a, const uint8_t *bytes, unsigned bits,
                 const struct book_ring *ring);

/* --- K-PKE, section 5 ---------------------------------------------------------------------------- */

struct book_key {
    uint8_t rho[32], sigma[32];
    struct book_vector A[BOOK_MAX_K]; /* A[i].of[j] */
    struct book_vector s, e, t;       /* none of them transformed */
    unsigned drawn;                   /* numbers of 12 bits that A[0][0] took */
};
/* Algorithm 13; without noise e is 0. */
void book_key(struct book_key *key, const uint8_t d[32], bool noise, const struct book_ring *ring);

struct book_ciphertext {
    struct book_vector y, e1, u;
    struct book_poly e2, m, v; /* m: its bits, each times half of q */
    /* What arrives: u and v compressed and decompressed. */
    struct book_vector u_sent;
    struct book_poly v_sent;
};
/* Algorithm 14. */
void book_encrypt(struct book_ciphertext *ciphertext, const struct book_key *key,
                  const uint8_t m[32], const uint8_t r[32], const struct book_ring *ring);
/* Algorithm 15: w = v - s u, and the bits that it is nearest to. */
void book_decrypt(struct book_poly *w, uint8_t m[32], const struct book_vector *s,
                  const struct book_vector *u, const struct book_poly *v,
                  const struct book_ring *ring);

/* --- bytes of ML-KEM-768, section 6 ---------------------------------------------------------------- */

void book_write_keys(uint8_t ek[MLKEM_EK_BYTES], uint8_t dk[MLKEM_DK_BYTES],
                     const struct book_key *key, const uint8_t z[32]);
void book_write_ciphertext(uint8_t out[MLKEM_CIPHERTEXT_BYTES],
                           const struct book_ciphertext *ciphertext);
void book_read_ciphertext(struct book_vector *u, struct book_poly *v,
                          const uint8_t in[MLKEM_CIPHERTEXT_BYTES]);

#endif
