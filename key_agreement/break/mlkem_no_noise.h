/*
 * ML-KEM without its noise. An encapsulation key is t = A s + e, and e is small noise. Where it was
 * left out, t = A s are 768 linear equations for the 768 numbers of s, and A and t are public.
 *
 * Gauss would solve them at once, in some 227 million multiplications. It is far cheaper: the key has A
 * and t transformed already (FIPS 203 2.4.5), and there a product is made slot by slot. So the
 * equations fall apart into 128 systems of their own, of six unknowns each.
 *
 * With noise the same equations have a solution as well, A^-1 t = s + A^-1 e. But A^-1 e is anything:
 * nothing of s is left in it.
 *
 * Nothing is secret here: the time tells everything.
 */
#ifndef GLASSBOX_MLKEM_NO_NOISE_H
#define GLASSBOX_MLKEM_NO_NOISE_H

#include "mlkem.h"
#include "mlkem_ring.h"

enum mlkem_verdict {
    MLKEM_BROKEN,         /* the solution is as small as secrets are: it is s */
    MLKEM_RESISTED,       /* it is not */
    MLKEM_NOT_APPLICABLE, /* ek is no encapsulation key, or A has no inverse (once in 10^5 keys) */
};

#define MLKEM_SLOTS    (MLKEM_N / 2)
#define MLKEM_UNKNOWNS (MLKEM_K * MLKEM_N)

struct mlkem_solution {
    enum mlkem_verdict verdict;
    struct mlkem_poly s[MLKEM_K]; /* of t = A s */
    size_t small;                 /* how many of its 768 numbers are -2 .. 2 */
    uint64_t multiplications;
    /* That s as a decapsulation key, with a z of zeros: where it is broken, it opens whatever was
     * encapsulated to ek. */
    uint8_t dk[MLKEM_DK_BYTES];
};

void mlkem_no_noise(struct mlkem_solution *solution, const uint8_t ek[MLKEM_EK_BYTES],
                    const struct mlkem_hash *hash);

/* The equations of one slot, as linear_solve.h takes them: unknowns are the two numbers of s_0's slot,
 * of s_1's, of s_2's. For those who show them, too. */
#define MLKEM_SLOT_UNKNOWNS (2 * MLKEM_K)
void mlkem_slot_equations(uint16_t rows[MLKEM_SLOT_UNKNOWNS * (MLKEM_SLOT_UNKNOWNS + 1)],
                          const uint8_t ek[MLKEM_EK_BYTES], size_t slot,
                          const struct mlkem_hash *hash);

#endif
