/* Gauss's elimination modulo a prime: see linear_solve.h. */
#include "linear_solve.h"

/* Fermat: a^(q - 2). */
unsigned linear_inverse(unsigned a, unsigned q)
{
    uint64_t result = 1, power = a;
    for (unsigned exponent = q - 2; exponent > 0; exponent >>= 1) {
        if (exponent & 1)
            result = result * power % q;
        power = power * power % q;
    }
    return (unsigned)result;
}

static uint16_t *row_of(const struct linear_system *system, size_t row)
{
    return system->rows + row * (system->unknowns + 1);
}

/* A row that has the unknown comes up to its place, by exchange. */
static bool bring_up(struct linear_system *system, size_t column)
{
    for (size_t row = column; row < system->unknowns; row++) {
        if (row_of(system, row)[column] == 0)
            continue;
        for (size_t i = 0; i <= system->unknowns; i++) {
            const uint16_t kept = row_of(system, row)[i];
            row_of(system, row)[i] = row_of(system, column)[i];
            row_of(system, column)[i] = kept;
        }
        return true;
    }
    return false;
}

/* What stands before the column is 0 already. */
static void divide(struct linear_system *system, size_t column)
{
    uint16_t *row = row_of(system, column);
    const uint32_t inverse = linear_inverse(row[column], system->q);
    for (size_t i = column; i <= system->unknowns; i++)
        row[i] = (uint16_t)(inverse * row[i] % system->q);
    system->multiplications += system->unknowns + 1 - column;
}

static void subtract_from(struct linear_system *system, size_t row, size_t column)
{
    uint16_t *to = row_of(system, row);
    const uint16_t *from = row_of(system, column);
    const uint32_t times = system->q - to[column];
    if (to[column] == 0)
        return;
    for (size_t i = column; i <= system->unknowns; i++)
        to[i] = (uint16_t)((to[i] + times * from[i]) % system->q);
    system->multiplications += system->unknowns + 1 - column;
}

bool linear_solve(struct linear_system *system)
{
    system->multiplications = 0;
    for (size_t column = 0; column < system->unknowns; column++) {
        if (!bring_up(system, column))
            return false;
        divide(system, column);
        for (size_t row = 0; row < system->unknowns; row++)
            if (row != column)
                subtract_from(system, row, column);
        if (system->hear)
            system->hear(system->context, system, column);
    }
    return true;
}
