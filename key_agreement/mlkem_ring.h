/*
 * Polynomials of ML-KEM: 256 coefficients modulo q = 3329, and X^256 = -1 (FIPS 203 2.4). Internal.
 *
 * Coefficients are always least residues, 0 to 3328. The number theoretic transform turns a
 * polynomial into 128 remainders, each of degree 1; there a product costs 128 small ones. CT:
 * nothing, unless said.
 */
#ifndef GLASSBOX_MLKEM_RING_H
#define GLASSBOX_MLKEM_RING_H

#include "mlkem.h"

#define MLKEM_N 256
#define MLKEM_Q 3329

/* struct mlkem_poly, its coefficients f, is in mlkem.h. */

/* FIPS 203 4.3, algorithms 9 and 10, in place. */
void mlkem_ntt(struct mlkem_poly *a);
void mlkem_ntt_inverse(struct mlkem_poly *a);

/* sum += a * b, all three transformed: algorithms 11 and 12. */
void mlkem_multiply_add(struct mlkem_poly *sum, const struct mlkem_poly *a,
                        const struct mlkem_poly *b);
void mlkem_add(struct mlkem_poly *a, const struct mlkem_poly *b);
void mlkem_subtract(struct mlkem_poly *a, const struct mlkem_poly *b);

/* FIPS 203 4.2.1, algorithms 5 and 6: d bits of each coefficient, the lowest first, 32 d bytes.
 * decode takes bits as they are: for d = 12 the caller asks mlkem_is_reduced. */
void mlkem_encode(uint8_t *bytes, const struct mlkem_poly *a, unsigned d);
void mlkem_decode(struct mlkem_poly *a, const uint8_t *bytes, unsigned d);
bool mlkem_is_reduced(const struct mlkem_poly *a); /* CT: the answer, and where it stands */

/* FIPS 203 4.2.1: Compress (4.7) keeps the d highest bits, rounded; Decompress (4.8) is as near as
 * one gets to the way back. In place, d < 12. */
void mlkem_compress(struct mlkem_poly *a, unsigned d);
void mlkem_decompress(struct mlkem_poly *a, unsigned d);

/* FIPS 203 4.2.2. Algorithm 7: a transformed polynomial from uniform bytes; false if they did not
 * suffice (CT: bytes). Algorithm 8, eta = 2: noise from -2 to 2 from 128 bytes. */
bool mlkem_sample_uniform(struct mlkem_poly *a, const uint8_t *bytes, size_t count);
void mlkem_sample_noise(struct mlkem_poly *a, const uint8_t bytes[128]);

#endif
