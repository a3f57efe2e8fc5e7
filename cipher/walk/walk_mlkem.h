/*
 * cipher walk mlkem, in parts: numbers for paper (walk_mlkem_toy.c), the real ones (walk_mlkem_real.c),
 * and who listens and solves the equations (walk_mlkem_listener.c).
 */
#ifndef GLASSBOX_CIPHER_WALK_MLKEM_H
#define GLASSBOX_CIPHER_WALK_MLKEM_H

#include "mlkem_book.h"
#include "walk.h"

struct mlkem_walk {
    struct walk walk;
    bool noise; /* else t = A s */
    uint8_t seed[MLKEM_SEED_BYTES], m[32];
    const struct book_ring *ring;
    const char *prefix; /* of names in JSON */
};

/* walk_line and walk_heading of such a walk. */
#define mlkem_line(mlkem, ...)    walk_line(&(mlkem)->walk, __VA_ARGS__)
#define mlkem_heading(mlkem, ...) walk_heading(&(mlkem)->walk, __VA_ARGS__)

/* Both sides' results: the secret, and the rejected one. */
#define MLKEM_WALK_RESULT_BYTES 64

void walk_mlkem_toy(struct mlkem_walk *walk);
void walk_mlkem_real(struct mlkem_walk *walk, uint8_t ours[MLKEM_WALK_RESULT_BYTES],
                     uint8_t library[MLKEM_WALK_RESULT_BYTES]);

void walk_mlkem_toy_listener(struct mlkem_walk *walk, const struct book_key *key);
struct mlkem_opened {
    const uint8_t *ek, *ciphertext, *secret; /* on the line, and what is hidden in it */
};
void walk_mlkem_listener(struct mlkem_walk *walk, const struct mlkem_opened *opened);

/* A polynomial as "[ 7  3 11 16]", or its first numbers; small: -1 in the place of q - 1. */
#define MLKEM_ROW 120
void mlkem_row(char out[MLKEM_ROW], const struct book_poly *a, bool small,
               const struct book_ring *ring);
/* A step of JSON: each number a byte of the toy's, 12 bits of the real one's. */
void mlkem_step(struct mlkem_walk *walk, const char *name, const char *formula, const char *section,
                const struct book_poly *a);
/* The same of bytes, and a row for people: "  name = hexadecimal". */
void mlkem_bytes(struct mlkem_walk *walk, const char *name, const char *formula,
                 const char *section, const uint8_t *value, size_t bytes);

#endif
