/* cipher walk mlkem, with numbers for paper: n = 4, q = 17, k = 2. */
#include "translate.h"
#include "walk_mlkem.h"

#include <stdlib.h>
#include <string.h>

enum { N = 4, K = 2 };

/* Two rows of numbers side by side: "  s0 = [..]   s1 = [..]  words". */
static void tell_pair(struct mlkem_walk *walk, const char *name, const struct book_vector *a,
                      bool small, const char *formula, const char *words)
{
    char rows[K][MLKEM_ROW], full[16];
    for (int i = 0; i < K; i++) {
        snprintf(full, sizeof(full), "%s%d", name, i);
        mlkem_step(walk, full, formula, "FIPS 203 algorithm 13, 14", &a->of[i]);
        mlkem_row(rows[i], &a->of[i], small, walk->ring);
    }
    mlkem_line(walk, "  %3s0 = %s   %3s1 = %s%s%s", name, rows[0], name, rows[1],
               *words ? "   " : "", *words ? translate(words) : "");
}

/* sum = a b + c d + e, with an expression that says so. */
static void tell_sum(struct mlkem_walk *walk, const char *name, const char *formula,
                     const struct book_poly *const factors[4], const struct book_poly *added,
                     bool small, const struct book_poly *sum)
{
    struct book_poly products[2] = {{{0}}};
    char rows[4][MLKEM_ROW], texts[6][MLKEM_ROW];
    for (int i = 0; i < 2; i++) {
        book_product(&products[i], factors[2 * i], factors[2 * i + 1], walk->ring);
        mlkem_row(rows[i], &products[i], false, walk->ring);
    }
    mlkem_row(rows[2], added, small, walk->ring);
    mlkem_row(rows[3], sum, false, walk->ring);
    mlkem_line(walk, "  %s = %s", name, formula);
    mlkem_line(walk, "     = %s + %s + %s", rows[0], rows[1], rows[2]);
    mlkem_line(walk, "     = %s", rows[3]);
    mlkem_step(walk, name, formula, "FIPS 203 algorithm 13, 14", sum);
    for (int i = 0; i < 6; i++) {
        const struct book_poly *a = i < 4 ? factors[i] : i == 4 ? added : sum;
        snprintf(texts[i], sizeof(texts[i]), "[%u, %u, %u, %u]", a->f[0], a->f[1], a->f[2],
                 a->f[3]);
    }
    walk_python(
        &walk->walk,
        "[(sum((1 if i + j == n else -1) * x * y for a, b in ((%s, %s), (%s, %s)) for i, x "
        "in enumerate(a) for j, y in enumerate(b) if (i + j) %% 4 == n) + %s[n]) %% 17 for n "
        "in range(4)] == %s",
        texts[0], texts[1], texts[2], texts[3], texts[4], texts[5]);
}

/* --- the key ---------------------------------------------------------------------------------- */

static void tell_key(struct mlkem_walk *walk, const struct book_key *key)
{
    mlkem_heading(walk, "The key: t = A s + e, with s and e small");
    tell_pair(walk, "A0", &key->A[0], false, "drawn from rho", N_("public"));
    tell_pair(walk, "A1", &key->A[1], false, "drawn from rho", "");
    tell_pair(walk, "s", &key->s, true, "drawn from sigma", N_("secret"));
    tell_pair(walk, "e", &key->e, true, "drawn from sigma",
              walk->noise ? N_("secret: the noise") : N_("the noise: left out"));
    for (int i = 0; i < K; i++)
        tell_sum(walk, i == 0 ? "t0" : "t1",
                 i == 0 ? "A00 s0 + A01 s1 + e0" : "A10 s0 + A11 s1 + e1",
                 (const struct book_poly *[]){&key->A[i].of[0], &key->s.of[0], &key->A[i].of[1],
                                              &key->s.of[1]},
                 &key->e.of[i], true, &key->t.of[i]);
    mlkem_line(walk, "  A and t go out: the encapsulation key. s stays.");
    walk_pause(&walk->walk);
}

/* --- one product, twice ------------------------------------------------------------------------- */

static void tell_school(struct mlkem_walk *walk, const struct book_poly *a,
                        const struct book_poly *b)
{
    struct book_poly sum = {{0}};
    char row[MLKEM_ROW];
    mlkem_heading(walk, "One product, A00 s0, as at school");
    for (unsigned i = 0; i < N; i++) {
        struct book_poly one = {{0}}, part = {{0}};
        one.f[i] = b->f[i];
        book_product(&part, a, &one, walk->ring);
        book_add(&sum, &part, walk->ring);
        mlkem_row(row, &part, false, walk->ring);
        mlkem_line(walk, "  A00 times %2d X^%u = %s", book_signed(b->f[i], walk->ring), i, row);
    }
    mlkem_row(row, &sum, false, walk->ring);
    mlkem_line(walk, "  their sum         = %s", row);
    mlkem_line(walk, "  What goes beyond X^3 comes back at 1 with a minus: X^4 is -1, that is 16.");
    mlkem_step(walk, "A00 s0", "modulo X^4 + 1 and 17", "FIPS 203 2.3", &sum);
}

static void tell_remainders(struct mlkem_walk *walk, const char *name, const struct book_poly *a,
                            const char *words)
{
    char json_name[40];
    mlkem_line(walk, "  %-9s [%2u %2u]           [%2u %2u]%s%s", name, a->f[0], a->f[1], a->f[2],
               a->f[3], *words ? "        " : "", *words ? translate(words) : "");
    snprintf(json_name, sizeof(json_name), "NTT %s", name);
    mlkem_step(walk, json_name, "modulo X^2 - 4, then modulo X^2 + 4", "FIPS 203 4.3", a);
}

/* FIPS 203 algorithms 9 to 12, on two slots. */
static void tell_transform(struct mlkem_walk *walk, const struct book_poly *a,
                           const struct book_poly *b)
{
    struct book_poly a_hat, b_hat, product = {{0}}, back;
    char row[MLKEM_ROW];
    book_transform(&a_hat, a, walk->ring);
    book_transform(&b_hat, b, walk->ring);
    for (unsigned slot = 0; slot < N / 2; slot++) {
        const unsigned *x = a_hat.f + 2 * slot, *y = b_hat.f + 2 * slot;
        product.f[2 * slot] = (x[0] * y[0] + book_gamma(slot, walk->ring) * x[1] * y[1]) % 17;
        product.f[2 * slot + 1] = (x[0] * y[1] + x[1] * y[0]) % 17;
    }
    book_transform_back(&back, &product, walk->ring);
    mlkem_row(row, &back, false, walk->ring);
    mlkem_heading(walk, "The same product by remainders: the number theoretic transform");
    mlkem_line(walk, "  X^4 + 1 = (X^2 - 4)(X^2 + 4) modulo 17: two remainders say all of it.");
    mlkem_line(walk, "            modulo X^2 - 4    modulo X^2 + 4");
    tell_remainders(walk, "A00", &a_hat, "");
    tell_remainders(walk, "s0", &b_hat, "");
    tell_remainders(walk, "A00 s0", &product, N_("each by itself, X^2 = 4 or -4"));
    mlkem_line(walk, "  back      %s", row);
    mlkem_line(walk,
               "  5 products a remainder, 10 in place of 16; for n = 256, 640 in place of 65536.");
    walk_pause(&walk->walk);
}

/* --- encryption and back ------------------------------------------------------------------------ */

static void tell_v(struct mlkem_walk *walk, const struct book_key *key,
                   const struct book_ciphertext *c)
{
    struct book_poly added = c->e2;
    char row[MLKEM_ROW];
    mlkem_row(row, &c->e2, true, walk->ring);
    mlkem_line(walk, "   e2 = %s   noise", row);
    mlkem_row(row, &c->m, false, walk->ring);
    mlkem_line(walk, "    m = %s   the bits %u%u%u%u, each 9 times: half of 17", row, c->m.f[0] / 9,
               c->m.f[1] / 9, c->m.f[2] / 9, c->m.f[3] / 9);
    mlkem_step(walk, "m", "9 times its bits", "FIPS 203 4.2.1", &c->m);
    mlkem_step(walk, "e2", "drawn from r", "FIPS 203 algorithm 14", &c->e2);
    book_add(&added, &c->m, walk->ring);
    tell_sum(walk, "v ", "t0 y0 + t1 y1 + (e2 + m)",
             (const struct book_poly *[]){&key->t.of[0], &c->y.of[0], &key->t.of[1], &c->y.of[1]},
             &added, false, &c->v);
}

static void tell_encryption(struct mlkem_walk *walk, const struct book_key *key,
                            const struct book_ciphertext *c)
{
    mlkem_heading(walk, "Encryption of four bits to A and t");
    tell_pair(walk, "y", &c->y, true, "drawn from r", N_("secret, used once"));
    tell_pair(walk, "f", &c->e1, true, "drawn from r: e1 of FIPS 203", N_("noise: e1 of FIPS 203"));
    for (unsigned i = 0; i < K; i++)
        tell_sum(walk, i == 0 ? "u0" : "u1",
                 i == 0 ? "A00 y0 + A10 y1 + f0" : "A01 y0 + A11 y1 + f1",
                 (const struct book_poly *[]){&key->A[0].of[i], &c->y.of[0], &key->A[1].of[i],
                                              &c->y.of[1]},
                 &c->e1.of[i], true, &c->u.of[i]);
    tell_v(walk, key, c);
    mlkem_line(walk, "  u and v go back: the ciphertext.");
    walk_pause(&walk->walk);
}

static void tell_decryption(struct mlkem_walk *walk, const struct book_key *key,
                            const struct book_ciphertext *c)
{
    struct book_poly w, noise;
    uint8_t bits[32];
    bool right = true;
    char row[MLKEM_ROW];
    book_decrypt(&w, bits, &key->s, &c->u, &c->v, walk->ring);
    noise = w;
    book_subtract(&noise, &c->m, walk->ring);
    mlkem_row(row, &w, false, walk->ring);
    mlkem_heading(walk, "Decryption: w = v - s0 u0 - s1 u1");
    mlkem_line(walk, "    w = %s   A s y is in v and in s u: it falls out", row);
    mlkem_step(walk, "w", "v - s0 u0 - s1 u1", "FIPS 203 algorithm 15", &w);
    for (unsigned i = 0; i < N; i++) {
        const unsigned bit = bits[0] >> i & 1, sent = c->m.f[i] / 9;
        right = right && bit == sent;
        mlkem_line(walk, "   %2u is nearer to %s: bit %u; sent was %u, and %d is noise", w.f[i],
                   bit ? "9" : "0", bit, sent, book_signed(noise.f[i], walk->ring));
    }
    if (!right)
        mlkem_line(walk, "  The noise was too large for 17. With q = 3329 that is once in 2^164.");
    mlkem_line(walk, "  noise = e y + (e2 - s f): products of small numbers stay small.");
    walk_pause(&walk->walk);
}

void walk_mlkem_toy(struct mlkem_walk *walk)
{
    static struct book_key key;
    static struct book_ciphertext ciphertext;
    uint8_t r[32];
    memcpy(r, walk->seed + 32, 32);
    walk->ring = &book_toy;
    walk->prefix = "toy ";
    book_key(&key, walk->seed, walk->noise, walk->ring);
    book_encrypt(&ciphertext, &key, walk->m, r, walk->ring);
    mlkem_heading(walk, "Numbers for paper: n = 4, q = 17, k = 2. They protect nothing.");
    mlkem_line(walk, "  A polynomial is four numbers modulo 17: the factors of 1, X, X^2, X^3.");
    tell_key(walk, &key);
    tell_school(walk, &key.A[0].of[0], &key.s.of[0]);
    tell_transform(walk, &key.A[0].of[0], &key.s.of[0]);
    tell_encryption(walk, &key, &ciphertext);
    tell_decryption(walk, &key, &ciphertext);
    walk_mlkem_toy_listener(walk, &key);
}
