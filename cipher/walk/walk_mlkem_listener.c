/* cipher walk mlkem: who has read A and t, and solves t = A s. */
#include "linear_solve.h"
#include "mlkem_no_noise.h"
#include "translate.h"
#include "walk_mlkem.h"

#include "sym_sha3.h"

#include <stdlib.h>
#include <string.h>

enum { TOY = 8 }; /* unknowns */

/* Each row: factors, a bar, the right side. */
static void tell_rows(struct mlkem_walk *walk, const struct linear_system *system)
{
    const int width = system->q < 100 ? 3 : 5;
    for (size_t i = 0; i < system->unknowns; i++) {
        char row[120];
        int length = 0;
        for (size_t j = 0; j <= system->unknowns; j++)
            length += snprintf(row + length, sizeof(row) - (size_t)length, "%s%*u",
                               j == system->unknowns ? "  |" : "", width,
                               system->rows[i * (system->unknowns + 1) + j]);
        mlkem_line(walk, "  %s", row);
    }
}

static void hear_column(void *context, const struct linear_system *system, size_t column)
{
    struct mlkem_walk *walk = context;
    if (!walk->walk.options->full || column + 1 == system->unknowns)
        return;
    mlkem_line(walk, "  after column %zu:", column + 1);
    tell_rows(walk, system);
}

/* The factor of number j of s in number i of a s: X^j times a, modulo X^4 + 1. */
static void write_equations(uint16_t rows[TOY * (TOY + 1)], const struct book_key *key)
{
    const unsigned n = book_toy.n, q = book_toy.q;
    for (unsigned i = 0; i < TOY; i++) {
        for (unsigned j = 0; j < TOY; j++) {
            const struct book_poly *a = &key->A[i / n].of[j / n];
            const unsigned number = a->f[(i + n - j % n) % n];
            rows[i * (TOY + 1) + j] = (uint16_t)(i % n >= j % n ? number : (q - number) % q);
        }
        rows[i * (TOY + 1) + TOY] = (uint16_t)key->t.of[i / n].f[i % n];
    }
}

/* "A s = t, and s is small", for python3. */
static char *toy_proof(const uint16_t equations[TOY * (TOY + 1)], const struct book_vector *s)
{
    char matrix[400], numbers[60];
    int length = 0, used = 0;
    char *text = NULL;
    for (unsigned i = 0; i < TOY; i++) {
        for (unsigned j = 0; j <= TOY; j++)
            length += snprintf(matrix + length, sizeof(matrix) - (size_t)length, "%s%u",
                               j > 0   ? ","
                               : i > 0 ? "],["
                                       : "[[",
                               equations[i * (TOY + 1) + j]);
        used += snprintf(numbers + used, sizeof(numbers) - (size_t)used, "%s%d", i > 0 ? "," : "[",
                         book_signed(s->of[i / 4].f[i % 4], &book_toy));
    }
    return asprintf(&text,
                    "(lambda s: all(sum(a * b for a, b in zip(row, s)) %% 17 == row[8] for row in "
                    "%s]]) and set(s) <= {-1, 0, 1})(%s])",
                    matrix, numbers) < 0
               ? NULL
               : text;
}

static void tell_toy_verdict(struct mlkem_walk *walk, const struct book_vector *s,
                             const uint16_t equations[TOY * (TOY + 1)])
{
    bool small = true;
    for (unsigned i = 0; i < TOY; i++)
        small = small && abs(book_signed(s->of[i / 4].f[i % 4], &book_toy)) <= 1;
    walk_json(&walk->walk, "toy_verdict", json_string(small ? "broken" : "resisted"));
    if (!small) {
        mlkem_line(
            walk,
            "verdict: resisted: it is no s, for its numbers are not small. It is s + A^-1 e.");
        mlkem_line(
            walk,
            "         On paper one tries all e, 3^8 = 6561; of the real ones there are 5^768.");
        return;
    }
    char *proof = toy_proof(equations, s);
    mlkem_line(walk, "verdict: broken: its numbers are small, so it is s");
    if (proof) {
        walk_python(&walk->walk, "%s", proof);
        if (!walk->walk.options->python)
            mlkem_line(walk, "proof:   this prints True\npython3 -c 'print(%s)'", proof);
    }
    free(proof);
}

void walk_mlkem_toy_listener(struct mlkem_walk *walk, const struct book_key *key)
{
    uint16_t rows[TOY * (TOY + 1)], equations[TOY * (TOY + 1)];
    struct linear_system system = {
        .rows = rows, .unknowns = TOY, .q = book_toy.q, .hear = hear_column, .context = walk};
    struct book_vector s = {0};
    char text[2][MLKEM_ROW];
    write_equations(rows, key);
    memcpy(equations, rows, sizeof(rows));
    mlkem_heading(walk, "Who listens has A and t, and solves t = A s: eight equations modulo 17");
    tell_rows(walk, &system);
    if (!linear_solve(&system)) {
        mlkem_line(
            walk,
            "verdict: not applicable: A has no inverse, as one in four here; take another --seed");
        walk_json(&walk->walk, "toy_verdict", json_string("not-applicable"));
        return;
    }
    for (unsigned i = 0; i < TOY; i++)
        s.of[i / 4].f[i % 4] = rows[i * (TOY + 1) + TOY];
    for (unsigned i = 0; i < 2; i++)
        mlkem_row(text[i], &s.of[i], true, &book_toy);
    mlkem_step(walk, "solution 0", "Gauss", "docs/key_agreement.md", &s.of[0]);
    mlkem_step(walk, "solution 1", "Gauss", "docs/key_agreement.md", &s.of[1]);
    mlkem_line(walk, "  the one solution: %s %s", text[0], text[1]);
    tell_toy_verdict(walk, &s, equations);
    walk_pause(&walk->walk);
}

/* --- the real numbers --------------------------------------------------------------------------- */

static void take_poly(struct book_poly *out, const struct mlkem_poly *a)
{
    for (unsigned i = 0; i < BOOK_MAX_N; i++)
        out->f[i] = a->f[i];
}

/* m of a ciphertext, with the key that was found: what the library does first. */
static void open_message(uint8_t m[32], const struct mlkem_solution *solution,
                         const uint8_t *ciphertext)
{
    struct book_vector u, s;
    struct book_poly v, w;
    book_read_ciphertext(&u, &v, ciphertext);
    for (int i = 0; i < BOOK_MAX_K; i++)
        take_poly(&s.of[i], &solution->s[i]);
    book_decrypt(&w, m, &s, &u, &v, &book_768);
}

static void tell_cost(struct mlkem_walk *walk, uint64_t multiplications)
{
    walk_json(&walk->walk, "multiplications", json_integer((json_int_t)multiplications));
    mlkem_line(walk, "cost:    %llu multiplications; all 768 unknowns at once take 227 million",
               (unsigned long long)multiplications);
}

static void tell_broken(struct mlkem_walk *walk, const struct mlkem_solution *solution,
                        const struct mlkem_opened *opened)
{
    uint8_t m[32], secret[32];
    char digits[3][65], proof[400];
    open_message(m, solution, opened->ciphertext);
    mlkem_decapsulate(secret, solution->dk, opened->ciphertext, &book_hash);
    mlkem_bytes(walk, N_("m found"), "with that s", "FIPS 203 algorithm 15", m, 32);
    mlkem_bytes(walk, N_("K found"), "G(m || H(ek))", "FIPS 203 algorithm 18", secret, 32);
    walk_hex(digits[0], m, 32);
    walk_hex(digits[1], solution->dk + MLKEM_DK_BYTES - 64, 32);
    walk_hex(digits[2], opened->secret, 32);
    snprintf(proof, sizeof(proof),
             "__import__(\"hashlib\").sha3_512(bytes.fromhex(\"%s%s\")).hexdigest()[:64] == \"%s\"",
             digits[0], digits[1], digits[2]);
    mlkem_line(walk, "verdict: broken: all numbers of the solution are small, so it is s");
    tell_cost(walk, solution->multiplications);
    mlkem_line(walk, "proof:   m and H(ek) give the K that the two agreed on; this prints True");
    walk_python(&walk->walk, "%s", proof);
    if (!walk->walk.options->python)
        mlkem_line(walk, "python3 -c 'print(%s)'", proof);
}

static void tell_slot(struct mlkem_walk *walk, const struct mlkem_opened *opened)
{
    uint16_t rows[MLKEM_SLOT_UNKNOWNS * (MLKEM_SLOT_UNKNOWNS + 1)];
    struct linear_system system = {.rows = rows, .unknowns = MLKEM_SLOT_UNKNOWNS, .q = MLKEM_Q};
    mlkem_slot_equations(rows, opened->ek, 0, &book_hash);
    mlkem_heading(walk, "Who listens has the encapsulation key, and solves t = A s modulo 3329");
    mlkem_line(walk,
               "  768 equations. But the key has A and t transformed, where products are made");
    mlkem_line(walk, "  remainder by remainder: so these are 128 systems of six. The first:");
    tell_rows(walk, &system);
}

void walk_mlkem_listener(struct mlkem_walk *walk, const struct mlkem_opened *opened)
{
    static struct mlkem_solution solution;
    static const char *const verdicts[] = {"broken", "resisted", "not-applicable"};
    struct book_poly s0;
    char row[MLKEM_ROW];
    mlkem_no_noise(&solution, opened->ek, &book_hash);
    tell_slot(walk, opened);
    walk_json(&walk->walk, "verdict", json_string(verdicts[solution.verdict]));
    if (solution.verdict == MLKEM_NOT_APPLICABLE) {
        mlkem_line(walk, "verdict: not applicable: A has no inverse; take another --seed");
        return;
    }
    take_poly(&s0, &solution.s[0]);
    mlkem_row(row, &s0, true, walk->ring);
    mlkem_line(walk, "  solution  = %s", row);
    mlkem_step(walk, "solution 0", "Gauss, remainder by remainder", "docs/key_agreement.md", &s0);
    mlkem_line(walk, "  numbers from -2 to 2: %zu of 768; by chance it would be one or two",
               solution.small);
    if (solution.verdict == MLKEM_BROKEN) {
        tell_broken(walk, &solution, opened);
    } else {
        mlkem_line(
            walk, "verdict: resisted: it is s + A^-1 e, and A^-1 e is anything. Small noise, once");
        mlkem_line(walk, "         transformed, is in every equation; nobody knows a short way.");
        tell_cost(walk, solution.multiplications);
    }
    walk_pause(&walk->walk);
}
