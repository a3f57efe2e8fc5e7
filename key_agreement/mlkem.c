/*
 * ML-KEM-768: see mlkem.h. To be read beside FIPS 203 sections 5 and 6; names are the standard's, a
 * hat for transformed polynomials is written _hat. Polynomials are in mlkem_ring.h.
 */
#include "mlkem.h"

#include "agreement_memory.h"
#include "mlkem_ring.h"

#include <string.h>

#define K  MLKEM_K
#define DU 10
#define DV 4

#define POLY_BYTES 384 /* 256 coefficients of 12 bits */
#define U_BYTES    (32 * DU)
#define V_AT       (K * U_BYTES)

_Static_assert(MLKEM_VECTOR_BYTES == K * POLY_BYTES, "a vector is K polynomials");
_Static_assert(MLKEM_CIPHERTEXT_BYTES == V_AT + 32 * DV, "a ciphertext is u and v");

typedef struct {
    struct mlkem_poly of[K];
} vector;

/* --- vectors ---------------------------------------------------------------------------------- */

static void encode(uint8_t *bytes, const vector *a)
{
    for (int i = 0; i < K; i++)
        mlkem_encode(bytes + i * POLY_BYTES, &a->of[i], 12);
}

static void decode(vector *a, const uint8_t *bytes)
{
    for (int i = 0; i < K; i++)
        mlkem_decode(&a->of[i], bytes + i * POLY_BYTES, 12);
}

static void ntt(vector *a)
{
    for (int i = 0; i < K; i++)
        mlkem_ntt(&a->of[i]);
}

/* sum = the inner product of a and b, all transformed. Of a matrix, a is a row, or with step K a
 * column: a row of the transpose. */
static void inner_product(struct mlkem_poly *sum, const struct mlkem_poly *a, int step,
                          const vector *b)
{
    memset(sum, 0, sizeof(*sum));
    for (int i = 0; i < K; i++)
        mlkem_multiply_add(sum, &a[step * i], &b->of[i]);
}

/* 504 bytes hold 336 numbers of 12 bits, of which 256 must be below q. Once in a hundred times these
 * are too few; then there are more bytes of the same. */
enum { XOF_BYTES = 504 };

static void entry_again(struct mlkem_poly *a_hat, const uint8_t input[34],
                        const struct mlkem_hash *hash)
{
    uint8_t bytes[4 * XOF_BYTES];
    hash->XOF(bytes, sizeof(bytes), input, 34, 1);
    if (!mlkem_sample_uniform(a_hat, bytes, sizeof(bytes)))
        memset(a_hat, 0, sizeof(*a_hat)); /* not once in 2^1000 */
}

/* The public matrix: algorithm 13, lines 3 to 7. Its entry in row i and column j is SampleNTT(rho ||
 * j || i). CT: rho, which is public, though G made it with sigma. */
static void sample_matrix(struct mlkem_matrix *a_hat, const uint8_t rho[32],
                          const struct mlkem_hash *hash)
{
    uint8_t revealed[32], input[K * K][34], bytes[K * K][XOF_BYTES];
    for (int byte = 0; byte < 32; byte++)
        revealed[byte] = (uint8_t)agreement_reveal(rho[byte]);
    for (int entry = 0; entry < K * K; entry++) {
        memcpy(input[entry], revealed, sizeof(revealed));
        input[entry][32] = (uint8_t)(entry % K);
        input[entry][33] = (uint8_t)(entry / K);
    }
    hash->XOF(bytes[0], XOF_BYTES, input[0], sizeof(input[0]), K * K);
    for (int entry = 0; entry < K * K; entry++)
        if (!mlkem_sample_uniform(&a_hat->of[entry], bytes[entry], XOF_BYTES))
            entry_again(&a_hat->of[entry], input[entry], hash);
}

/* SamplePolyCBD(PRF(seed, number)) for `count` numbers from first on, at most 2 K. */
static void noise(struct mlkem_poly *a, size_t count, const uint8_t seed[32], size_t first,
                  const struct mlkem_hash *hash)
{
    uint8_t input[2 * K][33], bytes[2 * K][128];
    for (size_t i = 0; i < count; i++) {
        memcpy(input[i], seed, 32);
        input[i][32] = (uint8_t)(first + i);
    }
    hash->PRF(bytes[0], sizeof(bytes[0]), input[0], sizeof(input[0]), count);
    for (size_t i = 0; i < count; i++)
        mlkem_sample_noise(&a[i], bytes[i]);
    agreement_wipe(input, sizeof(input));
    agreement_wipe(bytes, sizeof(bytes));
}

/* --- K-PKE, FIPS 203 5: encryption that is not yet safe against one who asks ------------------ */

/* Algorithm 13: t = A s + e. Who knows A and t still has to guess e. */
static void pke_key(uint8_t ek[MLKEM_EK_BYTES], uint8_t dk_pke[MLKEM_VECTOR_BYTES],
                    struct mlkem_matrix *a_hat, const uint8_t d[32], const struct mlkem_hash *hash)
{
    uint8_t input[33], rho_sigma[64];
    memcpy(input, d, 32);
    input[32] = K;
    hash->G(rho_sigma, input, sizeof(input));
    const uint8_t *rho = rho_sigma, *sigma = rho_sigma + 32;

    struct {
        vector s_hat, e_hat, t_hat;
    } work;
    noise(&work.s_hat.of[0], K, sigma, 0, hash);
    noise(&work.e_hat.of[0], K, sigma, K, hash);
    ntt(&work.s_hat);
    ntt(&work.e_hat);
    sample_matrix(a_hat, rho, hash);
    for (int i = 0; i < K; i++) {
        inner_product(&work.t_hat.of[i], &a_hat->of[K * i], 1, &work.s_hat);
        mlkem_add(&work.t_hat.of[i], &work.e_hat.of[i]);
    }
    encode(ek, &work.t_hat);
    memcpy(ek + MLKEM_VECTOR_BYTES, rho, 32);
    encode(dk_pke, &work.s_hat);
    agreement_wipe(&work, sizeof(work));
    agreement_wipe(input, sizeof(input));
    agreement_wipe(rho_sigma, sizeof(rho_sigma));
}

/* Algorithm 14: u = A^T y + e1, v = t y + e2 + m / 2, where a bit of m counts half of q. r decides
 * all noise, so that the same m and r give the same ciphertext. */
static void pke_encrypt(uint8_t ciphertext[MLKEM_CIPHERTEXT_BYTES],
                        const uint8_t ek[MLKEM_EK_BYTES], const struct mlkem_matrix *a_hat,
                        const uint8_t m[32], const uint8_t r[32], const struct mlkem_hash *hash)
{
    struct {
        vector y_hat, t_hat;
        struct mlkem_poly e[K + 1], u, v, bits; /* e: e_1, then e_2 */
    } work;
    noise(&work.y_hat.of[0], K, r, 0, hash);
    noise(&work.e[0], K + 1, r, K, hash);
    ntt(&work.y_hat);
    for (int i = 0; i < K; i++) {
        inner_product(&work.u, &a_hat->of[i], K, &work.y_hat);
        mlkem_ntt_inverse(&work.u);
        mlkem_add(&work.u, &work.e[i]);
        mlkem_compress(&work.u, DU);
        mlkem_encode(ciphertext + i * U_BYTES, &work.u, DU);
    }
    decode(&work.t_hat, ek);
    inner_product(&work.v, work.t_hat.of, 1, &work.y_hat);
    mlkem_ntt_inverse(&work.v);
    mlkem_add(&work.v, &work.e[K]);
    mlkem_decode(&work.bits, m, 1);
    mlkem_decompress(&work.bits, 1);
    mlkem_add(&work.v, &work.bits);
    mlkem_compress(&work.v, DV);
    mlkem_encode(ciphertext + V_AT, &work.v, DV);
    agreement_wipe(&work, sizeof(work));
}

/* Algorithm 15: v - s u = m / 2 + noise that is small, so rounding takes it away. */
static void pke_decrypt(uint8_t m[32], const uint8_t dk_pke[MLKEM_VECTOR_BYTES],
                        const uint8_t ciphertext[MLKEM_CIPHERTEXT_BYTES])
{
    struct {
        vector s_hat, u_hat;
        struct mlkem_poly w, v;
    } work;
    for (int i = 0; i < K; i++) {
        mlkem_decode(&work.u_hat.of[i], ciphertext + i * U_BYTES, DU);
        mlkem_decompress(&work.u_hat.of[i], DU);
    }
    ntt(&work.u_hat);
    decode(&work.s_hat, dk_pke);
    inner_product(&work.w, work.s_hat.of, 1, &work.u_hat);
    mlkem_ntt_inverse(&work.w);
    mlkem_decode(&work.v, ciphertext + V_AT, DV);
    mlkem_decompress(&work.v, DV);
    mlkem_subtract(&work.v, &work.w);
    mlkem_compress(&work.v, 1);
    mlkem_encode(m, &work.v, 1);
    agreement_wipe(&work, sizeof(work));
}

/* --- ML-KEM, FIPS 203 6 ----------------------------------------------------------------------- */

/* dk = the vector s, then ek, H(ek) and z. */
#define DK_EK   MLKEM_VECTOR_BYTES
#define DK_HASH (DK_EK + MLKEM_EK_BYTES)
#define DK_Z    (DK_HASH + 32)

void mlkem_key_and_matrix(uint8_t ek[MLKEM_EK_BYTES], uint8_t dk[MLKEM_DK_BYTES],
                          struct mlkem_matrix *a_hat, const uint8_t seed[MLKEM_SEED_BYTES],
                          const struct mlkem_hash *hash)
{
    pke_key(ek, dk, a_hat, seed, hash);
    memcpy(dk + DK_EK, ek, MLKEM_EK_BYTES);
    hash->H(dk + DK_HASH, ek, MLKEM_EK_BYTES);
    memcpy(dk + DK_Z, seed + 32, 32);
    agreement_scrub_stack();
}

void mlkem_key(uint8_t ek[MLKEM_EK_BYTES], uint8_t dk[MLKEM_DK_BYTES],
               const uint8_t seed[MLKEM_SEED_BYTES], const struct mlkem_hash *hash)
{
    struct mlkem_matrix a_hat;
    mlkem_key_and_matrix(ek, dk, &a_hat, seed, hash);
}

/* (secret, r) = G(m, H(ek)). */
static void secret_and_r(uint8_t both[64], const uint8_t m[32], const uint8_t hash_of_ek[32],
                         const struct mlkem_hash *hash)
{
    uint8_t input[64];
    memcpy(input, m, 32);
    memcpy(input + 32, hash_of_ek, 32);
    hash->G(both, input, sizeof(input));
    agreement_wipe(input, sizeof(input));
}

bool mlkem_encapsulate(uint8_t ciphertext[MLKEM_CIPHERTEXT_BYTES],
                       uint8_t secret[MLKEM_SECRET_BYTES], const uint8_t ek[MLKEM_EK_BYTES],
                       const uint8_t m[MLKEM_SECRET_BYTES], const struct mlkem_hash *hash)
{
    memset(ciphertext, 0, MLKEM_CIPHERTEXT_BYTES);
    memset(secret, 0, MLKEM_SECRET_BYTES);
    if (!mlkem_ek_is_reduced(ek))
        return false;
    struct mlkem_matrix a_hat;
    uint8_t hash_of_ek[32], both[64];
    hash->H(hash_of_ek, ek, MLKEM_EK_BYTES);
    secret_and_r(both, m, hash_of_ek, hash);
    sample_matrix(&a_hat, ek + MLKEM_VECTOR_BYTES, hash);
    pke_encrypt(ciphertext, ek, &a_hat, m, both + 32, hash);
    memcpy(secret, both, MLKEM_SECRET_BYTES);
    agreement_wipe(both, sizeof(both));
    agreement_scrub_stack();
    return true;
}

/* 0 if a and b are equal, else 255. CT: nothing. */
static uint8_t difference(const uint8_t *a, const uint8_t *b, size_t bytes)
{
    unsigned any = 0;
    for (size_t i = 0; i < bytes; i++)
        any |= a[i] ^ b[i];
    return (uint8_t)((0 - any) >> 8);
}

/* What was encrypted is encrypted again: only who made the ciphertext by the rules gets the same
 * bytes. Else the secret is J(z, c), which nobody outside can tell from a good one. */
void mlkem_decapsulate_by(uint8_t secret[MLKEM_SECRET_BYTES], const uint8_t dk[MLKEM_DK_BYTES],
                          const struct mlkem_matrix *a_hat,
                          const uint8_t ciphertext[MLKEM_CIPHERTEXT_BYTES],
                          const struct mlkem_hash *hash)
{
    struct {
        uint8_t m[32], both[64], rejected[32], again[MLKEM_CIPHERTEXT_BYTES];
        uint8_t z_and_c[32 + MLKEM_CIPHERTEXT_BYTES];
    } work;
    pke_decrypt(work.m, dk, ciphertext);
    secret_and_r(work.both, work.m, dk + DK_HASH, hash);
    memcpy(work.z_and_c, dk + DK_Z, 32);
    memcpy(work.z_and_c + 32, ciphertext, MLKEM_CIPHERTEXT_BYTES);
    hash->J(work.rejected, 32, work.z_and_c, sizeof(work.z_and_c));
    pke_encrypt(work.again, dk + DK_EK, a_hat, work.m, work.both + 32, hash);
    const uint8_t mask = difference(work.again, ciphertext, MLKEM_CIPHERTEXT_BYTES);
    for (int i = 0; i < MLKEM_SECRET_BYTES; i++)
        secret[i] = (uint8_t)((work.both[i] & ~mask) | (work.rejected[i] & mask));
    agreement_wipe(&work, sizeof(work));
    agreement_scrub_stack();
}

void mlkem_decapsulate(uint8_t secret[MLKEM_SECRET_BYTES], const uint8_t dk[MLKEM_DK_BYTES],
                       const uint8_t ciphertext[MLKEM_CIPHERTEXT_BYTES],
                       const struct mlkem_hash *hash)
{
    struct mlkem_matrix a_hat;
    sample_matrix(&a_hat, dk + DK_EK + MLKEM_VECTOR_BYTES, hash);
    mlkem_decapsulate_by(secret, dk, &a_hat, ciphertext, hash);
}
