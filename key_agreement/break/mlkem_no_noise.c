/* ML-KEM without its noise is linear algebra: see mlkem_no_noise.h. */
#include "mlkem_no_noise.h"

#include "linear_solve.h"

#include <string.h>

#define K          MLKEM_K
#define SLOT       MLKEM_SLOT_UNKNOWNS
#define POLY_BYTES 384
#define XOF_BYTES  2016 /* 1344 numbers of 12 bits: 256 of them are below q */

struct equations {
    struct mlkem_poly A[K][K], t[K]; /* transformed */
    struct mlkem_poly X_squared;     /* in each slot X^2 is the number gamma */
};

/* FIPS 203 algorithm 13, lines 3 to 7, and algorithm 14, line 2. */
static void read_key(struct equations *equations, const uint8_t ek[MLKEM_EK_BYTES],
                     const struct mlkem_hash *hash)
{
    struct mlkem_poly X = {0};
    uint8_t input[34], bytes[XOF_BYTES];
    memset(equations, 0, sizeof(*equations));
    memcpy(input, ek + MLKEM_VECTOR_BYTES, 32);
    for (int i = 0; i < K; i++) {
        mlkem_decode(&equations->t[i], ek + i * POLY_BYTES, 12);
        for (int j = 0; j < K; j++) {
            input[32] = (uint8_t)j;
            input[33] = (uint8_t)i;
            hash->XOF(bytes, sizeof(bytes), input, sizeof(input), 1);
            if (!mlkem_sample_uniform(&equations->A[i][j], bytes, sizeof(bytes)))
                return; /* not once in 2^1000 */
        }
    }
    for (int i = 0; i < MLKEM_N; i += 2)
        X.f[i + 1] = 1;
    mlkem_multiply_add(&equations->X_squared, &X, &X);
}

/* (a0 + a1 X)(s0 + s1 X) = (a0 s0 + gamma a1 s1) + (a1 s0 + a0 s1) X, FIPS 203 algorithm 12. */
static void write_slot(uint16_t *rows, const struct equations *equations, size_t slot)
{
    const size_t at = 2 * slot;
    const uint32_t gamma = equations->X_squared.f[at];
    for (size_t i = 0; i < K; i++) {
        uint16_t *even = rows + 2 * i * (SLOT + 1), *odd = even + SLOT + 1;
        for (size_t j = 0; j < K; j++) {
            const uint16_t *a = equations->A[i][j].f + at;
            even[2 * j] = odd[2 * j + 1] = a[0];
            even[2 * j + 1] = (uint16_t)(gamma * a[1] % MLKEM_Q);
            odd[2 * j] = a[1];
        }
        even[SLOT] = equations->t[i].f[at];
        odd[SLOT] = equations->t[i].f[at + 1];
    }
}

void mlkem_slot_equations(uint16_t rows[MLKEM_SLOT_UNKNOWNS * (MLKEM_SLOT_UNKNOWNS + 1)],
                          const uint8_t ek[MLKEM_EK_BYTES], size_t slot,
                          const struct mlkem_hash *hash)
{
    struct equations equations;
    read_key(&equations, ek, hash);
    write_slot(rows, &equations, slot);
}

static bool solve_slots(struct mlkem_solution *solution, const struct equations *equations)
{
    uint16_t rows[SLOT * (SLOT + 1)];
    struct linear_system system = {.rows = rows, .unknowns = SLOT, .q = MLKEM_Q};
    for (size_t slot = 0; slot < MLKEM_SLOTS; slot++) {
        write_slot(rows, equations, slot);
        if (!linear_solve(&system))
            return false;
        solution->multiplications += system.multiplications;
        for (size_t i = 0; i < SLOT; i++)
            solution->s[i / 2].f[2 * slot + i % 2] = rows[i * (SLOT + 1) + SLOT];
    }
    return true;
}

static size_t count_small(const struct mlkem_poly *a)
{
    size_t small = 0;
    for (int i = 0; i < MLKEM_N; i++)
        small += a->f[i] <= 2 || a->f[i] >= MLKEM_Q - 2;
    return small;
}

/* s as it stands in the solution is transformed, and so it stands in a decapsulation key (FIPS 203
 * algorithm 16). */
static void write_key(struct mlkem_solution *solution, const uint8_t ek[MLKEM_EK_BYTES],
                      const struct mlkem_hash *hash)
{
    for (int i = 0; i < K; i++)
        mlkem_encode(solution->dk + i * POLY_BYTES, &solution->s[i], 12);
    memcpy(solution->dk + MLKEM_VECTOR_BYTES, ek, MLKEM_EK_BYTES);
    hash->H(solution->dk + MLKEM_VECTOR_BYTES + MLKEM_EK_BYTES, ek, MLKEM_EK_BYTES);
}

void mlkem_no_noise(struct mlkem_solution *solution, const uint8_t ek[MLKEM_EK_BYTES],
                    const struct mlkem_hash *hash)
{
    struct equations equations;
    memset(solution, 0, sizeof(*solution));
    solution->verdict = MLKEM_NOT_APPLICABLE;
    if (!mlkem_ek_is_reduced(ek))
        return;
    read_key(&equations, ek, hash);
    if (!solve_slots(solution, &equations))
        return;
    write_key(solution, ek, hash);
    for (int i = 0; i < K; i++) {
        mlkem_ntt_inverse(&solution->s[i]);
        solution->small += count_small(&solution->s[i]);
    }
    solution->verdict = solution->small == MLKEM_UNKNOWNS ? MLKEM_BROKEN : MLKEM_RESISTED;
}
