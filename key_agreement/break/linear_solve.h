/*
 * A system of linear equations modulo a prime, by Gauss's elimination. Nothing is secret here: the time
 * tells everything.
 *
 *     uint16_t rows[2 * 3] = {1, 2, 5,          //   x + 2 y = 5
 *                             3, 4, 6};         // 3 x + 4 y = 6, both modulo 17
 *     struct linear_system system = {.rows = rows, .unknowns = 2, .q = 17};
 *     if (linear_solve(&system)) ...            // x in rows[2], y in rows[5]
 */
#ifndef GLASSBOX_LINEAR_SOLVE_H
#define GLASSBOX_LINEAR_SOLVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct linear_system {
    uint16_t
        *rows; /* as many as unknowns; each has its factors, then the right side; all below q */
    size_t unknowns;
    unsigned q;               /* a prime below 2^16 */
    uint64_t multiplications; /* that it took */
    /* After each column; NULL: nobody listens. */
    void (*hear)(void *context, const struct linear_system *system, size_t column);
    void *context;
};

/* Turns the factors into the unit matrix, and so the right side into the solution. False: there is not
 * exactly one. */
bool linear_solve(struct linear_system *system) __attribute__((warn_unused_result));

/* 1 / a modulo a prime q, for an a that is not 0. */
unsigned linear_inverse(unsigned a, unsigned q);

#endif
