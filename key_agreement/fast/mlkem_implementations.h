/*
 * The implementations of ML-KEM's polynomials, by name. Inside the library, and for its tests and
 * benches: the quick one is held against the readable one of mlkem_ring.c and mlkem_bytes.c.
 */
#ifndef GLASSBOX_MLKEM_IMPLEMENTATIONS_H
#define GLASSBOX_MLKEM_IMPLEMENTATIONS_H

#include "mlkem_ring.h"

/* Polynomials from bytes and to bytes, as in mlkem_ring.h. */
struct mlkem_bytes {
    void (*encode)(uint8_t *bytes, const struct mlkem_poly *a, unsigned d);
    void (*decode)(struct mlkem_poly *a, const uint8_t *bytes, unsigned d);
    bool (*sample_uniform)(struct mlkem_poly *a, const uint8_t *bytes, size_t count);
    void (*sample_noise)(struct mlkem_poly *a, const uint8_t bytes[128]);
};

struct mlkem_implementation {
    const char *name;
    bool (*supported)(void); /* by this processor */
    /* As in mlkem_ring.h, to the same numbers. */
    void (*ntt)(struct mlkem_poly *a);
    void (*ntt_inverse)(struct mlkem_poly *a);
    void (*multiply_add)(struct mlkem_poly *sum, const struct mlkem_poly *a,
                         const struct mlkem_poly *b);
    void (*add)(struct mlkem_poly *a, const struct mlkem_poly *b);
    const struct mlkem_bytes *bytes;
};

/* Number 0 is the readable one. NULL past the last. */
const struct mlkem_implementation *mlkem_implementation(size_t number);

/* The last that is supported and that GLASSBOX_IMPLEMENTATIONS, an environment variable of names with
 * commas between, has, where it is set; or the readable one. Found at the first call. */
const struct mlkem_implementation *mlkem_best(void);

bool mlkem_everywhere(void);
extern const struct mlkem_implementation mlkem_reference, mlkem_avx2;
extern const struct mlkem_bytes mlkem_bytes_reference, mlkem_bytes_avx2;

#endif
