/*
 * The implementations of ML-KEM's transforms and products, by name. Inside the library, and for its
 * tests and benches: the quick one is held against the readable one of mlkem_ring.c.
 */
#ifndef GLASSBOX_MLKEM_IMPLEMENTATIONS_H
#define GLASSBOX_MLKEM_IMPLEMENTATIONS_H

#include "mlkem_ring.h"

struct mlkem_implementation {
    const char *name;
    bool (*supported)(void); /* by this processor */
    /* As in mlkem_ring.h, to the same numbers. */
    void (*ntt)(struct mlkem_poly *a);
    void (*ntt_inverse)(struct mlkem_poly *a);
    void (*multiply_add)(struct mlkem_poly *sum, const struct mlkem_poly *a,
                         const struct mlkem_poly *b);
};

/* Number 0 is the readable one. NULL past the last. */
const struct mlkem_implementation *mlkem_implementation(size_t number);

/* The last that is supported and that GLASSBOX_IMPLEMENTATIONS, an environment variable of names with
 * commas between, has, where it is set; or the readable one. Found at the first call. */
const struct mlkem_implementation *mlkem_best(void);

bool mlkem_everywhere(void);
extern const struct mlkem_implementation mlkem_reference, mlkem_avx2;

#endif
