/*
 * The steps of a walk: heard, kept, found again; see walk.h.
 */
#include "sym_memory.h"
#include "walk.h"

#include <stdlib.h>
#include <string.h>

enum { FOLD_FROM = 40, FIRST_LINES = 8, LAST_LINES = 4 };

void walk_keep(struct walk *walk, const struct rsa_step *step)
{
    struct walk_step *grown = reallocarray(walk->steps, walk->count + 1, sizeof(*grown));
    uint8_t *bytes = malloc(step->count + 1);
    if (grown)
        walk->steps = grown;
    if (!grown || !bytes) {
        free(bytes);
        walk->no_memory = true;
        return;
    }
    if (step->count > 0)
        memcpy(bytes, step->bytes, step->count);
    grown[walk->count].told = *step;
    grown[walk->count++].told.bytes = bytes;
}

static void hear(void *context, const struct rsa_step *step)
{
    walk_keep(context, step);
}

void walk_open(struct walk *walk, const char *what)
{
    walk->what = what;
    walk->steps = NULL;
    walk->count = 0;
    walk->no_memory = false;
    walk->listener = (struct rsa_listener){hear, walk};
}

void walk_close(struct walk *walk)
{
    for (size_t i = 0; i < walk->count; i++) {
        struct rsa_step *told = &walk->steps[i].told;
        sym_wipe((uint8_t *)told->bytes, told->count);
        free((uint8_t *)told->bytes);
    }
    free(walk->steps);
    walk->steps = NULL;
    walk->count = 0;
}

void walk_keep_key(struct walk *walk, const struct rsa_key *key)
{
    static const char *const formulas[RSA_NUMBERS] = {
        "the modulus, p q", "the public exponent", "the private exponent", "the first prime",
        "the second prime", "d mod (p - 1)",       "d mod (q - 1)",        "q^-1 mod p"};
    uint8_t bytes[RSA_MAX_BYTES];
    for (enum rsa_number i = RSA_N; i < RSA_NUMBERS; i++) {
        if (!rsa_key_has(key, i))
            continue;
        walk_keep(walk,
                  &(struct rsa_step){.name = rsa_number_name(i),
                                     .formula = formulas[i],
                                     .section = "RFC 8017 3",
                                     .is_private = i > RSA_E,
                                     .is_number = true,
                                     .bytes = bytes,
                                     .count = rsa_key_number_bytes(key, i, bytes, sizeof(bytes))});
    }
    sym_wipe(bytes, sizeof(bytes));
}

/* The last value of that name before the step; false if there is none. */
static bool find(mpz_t value, const struct walk *walk, size_t before, const char *name)
{
    for (size_t i = before; i-- > 0;) {
        const struct rsa_step *told = &walk->steps[i].told;
        if (strcmp(told->name, name) != 0)
            continue;
        mpz_import(value, told->count, 1, 1, 1, 0, told->bytes);
        return true;
    }
    return false;
}

bool walk_has(const struct walk *walk, const char *name)
{
    for (size_t i = 0; i < walk->count; i++)
        if (strcmp(walk->steps[i].told.name, name) == 0)
            return true;
    return false;
}

static bool same(const mpz_t value, const struct rsa_step *told)
{
    mpz_t want;
    mpz_init(want);
    mpz_import(want, told->count, 1, 1, 1, 0, told->bytes);
    bool equal = mpz_cmp(want, value) == 0;
    rsa_mpz_wipe(want);
    return equal;
}

bool walk_power(const struct walk *walk, size_t step, size_t *lines,
                void (*line)(void *context, const struct rsa_power_step *line), void *context)
{
    const struct rsa_step *told = &walk->steps[step].told;
    mpz_t base, exponent, modulus;
    mpz_inits(base, exponent, modulus, NULL);
    bool found = find(base, walk, step, told->power[0]) &&
                 find(exponent, walk, step, told->power[1]) &&
                 find(modulus, walk, step, told->power[2]);
    *lines = mpz_sizeinbase(exponent, 2);
    if (found)
        rsa_power(base, base, exponent, modulus, line, context);
    found = found && same(base, told);
    rsa_mpz_wipe(base);
    rsa_mpz_wipe(exponent);
    rsa_mpz_wipe(modulus);
    return found;
}

bool walk_shows_power(const struct walk *walk, size_t step)
{
    const char *exponent = walk->steps[step].told.power[1];
    bool private = walk->steps[step].told.is_private;
    for (size_t i = 0; exponent && i < step; i++)
        if (strcmp(walk->steps[i].told.name, exponent) == 0)
    private |= walk->steps[i].told.is_private;
    return exponent && (walk->show_private || !private);
}

bool walk_has_euclid(const struct walk *walk, size_t step)
{
    mpz_t lambda;
    mpz_init(lambda);
    bool found = strcmp(walk->steps[step].told.name, "d") == 0 &&
                 find(lambda, walk, step, "lambda");
    rsa_mpz_wipe(lambda);
    return found;
}

bool walk_euclid(const struct walk *walk, size_t step,
                 void (*row)(void *context, const struct rsa_euclid_step *row), void *context)
{
    mpz_t gcd, x, y, lambda, e;
    mpz_inits(gcd, x, y, lambda, e, NULL);
    bool found = find(lambda, walk, step, "lambda") && find(e, walk, step, "e");
    if (found) {
        rsa_euclid(gcd, x, y, lambda, e, row, context);
        mpz_mod(y, y, lambda);
    }
    found = found && same(y, &walk->steps[step].told);
    rsa_mpz_wipe(x);
    rsa_mpz_wipe(y);
    rsa_mpz_wipe(lambda);
    mpz_clears(gcd, e, NULL);
    return found;
}

bool walk_is_folded(const struct walk *walk, size_t line, size_t lines)
{
    return !walk->full && lines > FOLD_FROM && line >= FIRST_LINES && line + LAST_LINES < lines;
}
