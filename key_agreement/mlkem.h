/*
 * ML-KEM-768 (FIPS 203): a key encapsulation mechanism that, as far as anybody knows, a quantum
 * computer does not break either.
 *
 * It is not Diffie-Hellman: one side answers the other. Alice sends an encapsulation key; Bob
 * answers with a ciphertext and has a secret; Alice opens the ciphertext and has the same. The
 * secret is hidden behind noise in a system of linear equations modulo q = 3329: without the noise
 * anybody would solve it, see docs/key_agreement.md.
 *
 *     const struct mlkem_hash hash = {sym_sha3_512, sym_sha3_256, sym_shake256, sym_shake256_each,
 *                                     sym_shake128_each};    // of symcipher; or others
 *     mlkem_key(ek, dk, seed, &hash);                        // Alice, 64 random bytes
 *     ... ek goes out ...
 *     if (!mlkem_encapsulate(ct, secret, ek, m, &hash))      // Bob, 32 random bytes
 *         ... refused: no encapsulation key ...
 *     ... ct goes back ...
 *     mlkem_decapsulate(secret, dk, ct, &hash);              // Alice
 *
 * A ciphertext that was changed gives another secret, which nobody knows, and no error (implicit
 * rejection): an error would be an oracle. The random inputs are used once and wiped by the caller.
 * Outputs do not overlap inputs. All calls overwrite what they worked with. CT: the public matrix's
 * seed, which decides how long it is sampled, and whether an encapsulation key is one.
 */
#ifndef GLASSBOX_MLKEM_H
#define GLASSBOX_MLKEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* FIPS 203 8, table 2: n = 256 coefficients of 12 bits, k = 3 polynomials in a vector, du = 10 and
 * dv = 4 bits of a coefficient in the ciphertext. */
#define MLKEM_K                3
#define MLKEM_SECRET_BYTES     32
#define MLKEM_SEED_BYTES       64                                         /* d and z */
#define MLKEM_VECTOR_BYTES     (MLKEM_K * 256 * 12 / 8)                   /* 1152 */
#define MLKEM_EK_BYTES         (MLKEM_VECTOR_BYTES + 32)                  /* 1184: t and rho */
#define MLKEM_DK_BYTES         (MLKEM_VECTOR_BYTES + MLKEM_EK_BYTES + 64) /* 2400: s, ek, H(ek), z */
#define MLKEM_CIPHERTEXT_BYTES (MLKEM_K * 256 * 10 / 8 + 256 * 4 / 8)     /* 1088: u and v */

/* The functions of FIPS 203 4.1, which the caller brings: SHA3-512, SHA3-256, SHAKE256, SHAKE256 and
 * SHAKE128 (FIPS 202). PRF and XOF take `count` inputs of `bytes` each, one
 * behind the other, and give so many outputs of out_bytes likewise. Inputs may be secret. */
struct mlkem_hash {
    void (*G)(uint8_t out[64], const void *in, size_t bytes);
    void (*H)(uint8_t out[32], const void *in, size_t bytes);
    void (*J)(void *out, size_t out_bytes, const void *in, size_t bytes); /* 32 bytes of it */
    void (*PRF)(uint8_t *out, size_t out_bytes, const uint8_t *in, size_t bytes, size_t count);
    void (*XOF)(uint8_t *out, size_t out_bytes, const uint8_t *in, size_t bytes, size_t count);
};

/* The matrix of an encapsulation key, which rho in it decides: 4,608 bytes, public. */
struct mlkem_matrix {
    struct mlkem_poly {
        uint16_t f[256];
    } of[MLKEM_K * MLKEM_K]; /* row i, column j: K i + j */
};

/* FIPS 203 6.1 (algorithm 16): both keys from seed = d, z. The seed is as secret as dk. */
void mlkem_key(uint8_t ek[MLKEM_EK_BYTES], uint8_t dk[MLKEM_DK_BYTES],
               const uint8_t seed[MLKEM_SEED_BYTES], const struct mlkem_hash *hash);

/* FIPS 203 6.2 (algorithm 17), after the check of 7.2: false, and both outputs are zero, if ek has
 * a coefficient that is not below q. m: 32 random bytes. */
bool mlkem_encapsulate(uint8_t ciphertext[MLKEM_CIPHERTEXT_BYTES],
                       uint8_t secret[MLKEM_SECRET_BYTES], const uint8_t ek[MLKEM_EK_BYTES],
                       const uint8_t m[MLKEM_SECRET_BYTES], const struct mlkem_hash *hash)
    __attribute__((warn_unused_result));

/* FIPS 203 6.3 (algorithm 18). */
void mlkem_decapsulate(uint8_t secret[MLKEM_SECRET_BYTES], const uint8_t dk[MLKEM_DK_BYTES],
                       const uint8_t ciphertext[MLKEM_CIPHERTEXT_BYTES],
                       const struct mlkem_hash *hash);

/* The same two for one who keeps the matrix from the one to the other (FIPS 203 3.3 allows it): to
 * sample it is a third of a decapsulation. a_hat has to be that of dk. */
void mlkem_key_and_matrix(uint8_t ek[MLKEM_EK_BYTES], uint8_t dk[MLKEM_DK_BYTES],
                          struct mlkem_matrix *a_hat, const uint8_t seed[MLKEM_SEED_BYTES],
                          const struct mlkem_hash *hash);
void mlkem_decapsulate_by(uint8_t secret[MLKEM_SECRET_BYTES], const uint8_t dk[MLKEM_DK_BYTES],
                          const struct mlkem_matrix *a_hat,
                          const uint8_t ciphertext[MLKEM_CIPHERTEXT_BYTES],
                          const struct mlkem_hash *hash);

/* FIPS 203 7.2: whether all coefficients are below q, which encapsulation asks first. ek is public. 7.3:
 * whether a dk that was kept elsewhere holds the hash of its ek. */
bool mlkem_ek_is_reduced(const uint8_t ek[MLKEM_EK_BYTES]) __attribute__((warn_unused_result));
bool mlkem_dk_holds(const uint8_t dk[MLKEM_DK_BYTES], const struct mlkem_hash *hash)
    __attribute__((warn_unused_result));

#endif
