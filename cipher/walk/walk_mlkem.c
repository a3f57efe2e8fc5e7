/*
 * cipher walk mlkem: a key, an encapsulation, a decapsulation, and one who listens; first with numbers
 * for paper, then with those of FIPS 203. The book (mlkem_book.h) computes all of it, and the library
 * again.
 */
#include "walk_mlkem.h"
#include "printable.h"
#include "translate.h"

#include <string.h>

struct options {
    struct walk_options walk;
    const char *seed, *m;
    bool no_noise;
};

#define S struct options
static const struct option_row rows[] = {
    TEXT(S, seed, "seed", 0, "HEX", "d and z, 64 bytes (default: 13 14 .. 52)"),
    TEXT(S, m, "message", 'm', "HEX", "m, 32 bytes (default: 5d 5e .. 7c)"),
    FLAG(S, no_noise, "no-noise", 0, "Leave the noise out of the key, and see it fall"),
    GROUP(S, walk, walk_table),
    {0}};
#undef S
static const struct option_table table = {
    .rows = rows,
    .text = N_("Tells how two agree on a secret by ML-KEM-768 (FIPS 203): first with n = 4, q = 17 "
               "and k = 2, every number of it, then with the real ones. In the end somebody who "
               "listens solves the equations, which is of use only without noise."
               "\vExamples:\n"
               "  cipher walk mlkem\n"
               "  cipher walk mlkem --no-noise\n"
               "  cipher walk mlkem --json"),
};

void mlkem_row(char out[MLKEM_ROW], const struct book_poly *a, bool small,
               const struct book_ring *ring)
{
    const unsigned shown = ring->n < 10 ? ring->n : 10;
    const int width = ring->n < 10 ? 2 : 5;
    int length = snprintf(out, MLKEM_ROW, "[");
    for (unsigned i = 0; i < shown; i++)
        length += snprintf(out + length, (size_t)(MLKEM_ROW - length), "%s%*d", i > 0 ? " " : "",
                           width, small ? book_signed(a->f[i], ring) : (int)a->f[i]);
    snprintf(out + length, (size_t)(MLKEM_ROW - length), shown < ring->n ? " ..." : "]");
}

void mlkem_step(struct mlkem_walk *walk, const char *name, const char *formula, const char *section,
                const struct book_poly *a)
{
    uint8_t bytes[384];
    char whole[80];
    const struct book_ring *ring = walk->ring;
    const size_t count = book_encode(bytes, a, ring->n < 12 ? 8 : 12, ring);
    snprintf(whole, sizeof(whole), "%s%s", walk->prefix, name);
    walk_step(&walk->walk, whole, formula, section, bytes, count);
}

void mlkem_bytes(struct mlkem_walk *walk, const char *name, const char *formula,
                 const char *section, const uint8_t *value, size_t bytes)
{
    char digits[2 * 32 + 1], whole[80];
    const char *label = strchr(name, ' ') ? translate(name) : name; /* "m found"; m is m */
    snprintf(whole, sizeof(whole), "%s%s", walk->prefix, name);
    walk_step(&walk->walk, whole, formula, section, value, bytes);
    walk_hex(digits, value, bytes <= 32 ? bytes : 29);
    walk_line(&walk->walk, "  %s%*s = %s%s", label, printable_pad(label, 9), "", digits,
              bytes > 32 ? " ..." : "");
}

static bool read_options(struct mlkem_walk *walk, const struct options *options,
                         struct problem *problem)
{
    size_t bytes;
    for (size_t i = 0; i < sizeof(walk->seed); i++)
        walk->seed[i] = (uint8_t)(0x13 + i);
    for (size_t i = 0; i < sizeof(walk->m); i++)
        walk->m[i] = (uint8_t)(0x5d + i);
    walk->noise = !options->no_noise;
    return (!options->seed || walk_bytes(walk->seed, &bytes, "--seed", options->seed,
                                         sizeof(walk->seed), sizeof(walk->seed), problem)) &&
           (!options->m || walk_bytes(walk->m, &bytes, "--message", options->m, sizeof(walk->m),
                                      sizeof(walk->m), problem)) &&
           walk_open(&walk->walk, &options->walk, "mlkem", problem);
}

int walk_mlkem(int argc, char **argv)
{
    struct options options = {.seed = NULL};
    struct problem problem = {0};
    struct mlkem_walk walk;
    uint8_t ours[MLKEM_WALK_RESULT_BYTES], library[MLKEM_WALK_RESULT_BYTES];
    console_parse(&table, argc, argv, &options);
    if (!read_options(&walk, &options, &problem))
        return console_problem(&problem, CONSOLE_USAGE);
    walk_mlkem_toy(&walk);
    walk_mlkem_real(&walk, ours, library);
    return walk_close(&walk.walk, N_("K, and the secret of the changed ciphertext"), ours, library,
                      sizeof(ours));
}
