/*
 * attack oracle break, of RSA: Bleichenbacher's attack and Manger's, with what is left of the
 * message drawn after each answer that helps.
 */
#include "oracle_break.h"

#include "channel_hash.h"
#include "hexadecimal.h"
#include "rsa_key.h"
#include "rsa_mgf1.h"
#include "rsa_oracle_breaks.h"
#include "translate.h"

#include <stdlib.h>
#include <string.h>

enum { ROWS = 10, WIDTH = 44 };

struct rsa_attack {
    struct oracle_break *attack;
    const char *no; /* the answer that says no */
    size_t bytes;   /* of n */
    mpz_t n, e, c;
    mpz_t low, high; /* the frame of the next drawing: what the last one began and ended with */
    double *bits;    /* after each round */
    size_t rounds;
    uint64_t queries;
};

static bool ask(void *context, bool *yes, mpz_t *numbers, size_t count)
{
    struct rsa_attack *rsa = context;
    struct oracle_line *line = &rsa->attack->line;
    char *text = calloc(count, 2 * rsa->bytes + 1), *at = text;
    uint8_t bytes[RSA_MAX_BYTES];
    for (size_t i = 0; text && i < count; i++) {
        size_t used = (mpz_sizeinbase(numbers[i], 2) + 7) / 8;
        memset(bytes, 0, rsa->bytes - used);
        mpz_export(bytes + rsa->bytes - used, NULL, 1, 1, 1, 0, numbers[i]);
        at = hex_write(at, bytes, rsa->bytes);
        *at++ = '\n';
    }
    bool done = text && oracle_line_send(line, text, (size_t)(at - text));
    for (size_t i = 0; done && i < count; i++) {
        const char *answer = oracle_line_receive(line);
        done = answer != NULL;
        yes[i] = done && strcmp(answer, rsa->no) != 0;
    }
    free(text);
    return done;
}

/* --- what is left, drawn ----------------------------------------------------------------------- */

/* The column of a value between low and high. */
static size_t column_of(const struct rsa_attack *rsa, const mpz_t value)
{
    mpz_t at, width;
    mpz_inits(at, width, NULL);
    mpz_sub(width, rsa->high, rsa->low);
    mpz_add_ui(width, width, 1);
    mpz_sub(at, value, rsa->low);
    mpz_mul_ui(at, at, WIDTH);
    mpz_fdiv_q(at, at, width);
    size_t column = mpz_sgn(at) < 0 ? 0 : mpz_get_ui(at);
    mpz_clears(at, width, NULL);
    return column < WIDTH ? column : WIDTH - 1;
}

/* A row between the first and the last value that the row above left over. */
static void draw(struct rsa_attack *rsa, const struct rsa_oracle_round *round)
{
    char row[3 * WIDTH + 1] = "";
    bool full[WIDTH] = {false};
    for (size_t i = 0; i < round->count; i++)
        for (size_t at = column_of(rsa, round->intervals[i].low),
                    last = column_of(rsa, round->intervals[i].high);
             at <= last; at++)
            full[at] = true;
    for (size_t i = 0; i < WIDTH; i++)
        strcat(row, full[i] ? "█" : "·");
    report_line(&rsa->attack->report, "%10lu  %s  %4zu  2^%.0f", (unsigned long)round->queries, row,
                round->count, round->bits);
    mpz_set(rsa->low, round->intervals[0].low);
    mpz_set(rsa->high, round->intervals[round->count - 1].high);
}

static void hear(void *context, const struct rsa_oracle_round *round)
{
    struct rsa_attack *rsa = context;
    double *grown = round->count > 0 ? realloc(rsa->bits, (rsa->rounds + 1) * sizeof(*grown))
                                     : NULL;
    if (!grown)
        return;
    rsa->bits = grown;
    rsa->bits[rsa->rounds++] = round->bits;
    if (rsa->rounds <= ROWS || rsa->attack->options->report.step)
        draw(rsa, round);
}

static void plot(struct rsa_attack *rsa)
{
    if (rsa->rounds > 1)
        report_plot(&rsa->attack->report,
                    &(struct plot){.kind = PLOT_BARS,
                                   .title = N_("bits of m that are still open"),
                                   .x = N_("answers that helped"),
                                   .first = 0,
                                   .count = rsa->rounds,
                                   .series_count = 1,
                                   .series = {{NULL, rsa->bits}}});
}

/* --- the text in the message ------------------------------------------------------------------- */

/* Where the text begins; 0: there is none. */
static size_t unpad_v15(const uint8_t *em, size_t bytes)
{
    for (size_t i = 2; i < bytes; i++)
        if (em[i] == 0)
            return i + 1;
    return 0;
}

/* The seed and DB are unmasked in place: no key is needed for that. */
static size_t unpad_oaep(uint8_t *em, size_t bytes)
{
    const size_t hash = channel_hash.bytes;
    uint8_t *seed = em + 1, *db = seed + hash;
    if (bytes < 2 * hash + 2)
        return 0;
    rsa_mgf1_xor(seed, hash, &channel_hash, db, bytes - 1 - hash);
    rsa_mgf1_xor(db, bytes - 1 - hash, &channel_hash, seed, hash);
    for (size_t i = 1 + 2 * hash; i < bytes; i++)
        if (em[i] != 0)
            return em[i] == 1 ? i + 1 : 0;
    return 0;
}

static void show_text(struct rsa_attack *rsa, mpz_srcptr m, bool is_oaep)
{
    uint8_t em[RSA_MAX_BYTES] = {0};
    const size_t used = (mpz_sizeinbase(m, 2) + 7) / 8;
    if (used > rsa->bytes)
        return;
    mpz_export(em + rsa->bytes - used, NULL, 1, 1, 1, 0, m);
    size_t at = is_oaep ? unpad_oaep(em, rsa->bytes) : unpad_v15(em, rsa->bytes);
    if (at > 0)
        report_text(&rsa->attack->report, "text", "%.*s", (int)(rsa->bytes - at),
                    (const char *)em + at);
}

/* --- the whole --------------------------------------------------------------------------------- */

static void prove(struct rsa_attack *rsa, mpz_srcptr m)
{
    char *text = NULL;
    if (gmp_asprintf(&text, "n=%#Zx; e=%Zd; c=%#Zx; m=%#Zx; print(pow(m, e, n) == c)", rsa->n,
                     rsa->e, rsa->c, m) < 0)
        return;
    report_proof(&rsa->attack->report, "%s", text);
    free(text);
}

static int end(struct rsa_attack *rsa, struct rsa_finding *finding, bool is_oaep)
{
    static const enum report_verdict verdicts[] = {[RSA_BROKEN] = REPORT_BROKEN,
                                                   [RSA_RESISTED] = REPORT_RESISTED,
                                                   [RSA_NOT_APPLICABLE] = REPORT_NOT_APPLICABLE};
    struct report *report = &rsa->attack->report;
    plot(rsa);
    if (finding->verdict == RSA_BROKEN) {
        mpz_srcptr m = rsa_finding_get(finding, "m");
        report_number(report, "m", m);
        show_text(rsa, m, is_oaep);
        prove(rsa, m);
    }
    if (finding->work > 0)
        report_cost(report,
                    &(struct report_cost){.count = (double)finding->work, .unit = N_("queries")});
    return report_end(report, verdicts[finding->verdict], "%s", finding->text);
}

/* False: the oracle has not said it. */
static bool read_number(mpz_t out, struct oracle_break *attack, const char *name,
                        struct problem *problem)
{
    size_t bytes;
    uint8_t *data = oracle_line_bytes(&bytes, &attack->line, name, problem);
    if (!data)
        return false;
    mpz_import(out, bytes, 1, 1, 1, 0, data);
    free(data);
    return true;
}

static int run(struct rsa_attack *rsa, bool is_oaep)
{
    const struct rsa_oracle oracle = {ask, rsa, rsa->attack->options->most};
    const struct rsa_oracle_listener listener = {hear, rsa};
    struct report *report = &rsa->attack->report;
    struct rsa_finding finding;
    rsa->bytes = (mpz_sizeinbase(rsa->n, 2) + 7) / 8;
    mpz_setbit(rsa->high, 8 * (rsa->bytes - 1));
    report_number(report, "n", rsa->n);
    report_number(report, "c", rsa->c);
    report_step(report, is_oaep ? "which f make m f mod n begin with 00? each answer tells between "
                                  "which values m lies"
                                : "which s make m s mod n begin with 00 02? each such s tells "
                                  "between which values m lies");
    report_line(report, "%10s  %-*s %5s  %s", "queries", WIDTH,
                "each row: what is left of the row above", "parts", "values");
    rsa_finding_init(&finding);
    if (is_oaep)
        rsa_break_manger(&finding, rsa->n, rsa->e, rsa->c, &oracle, &listener);
    else
        rsa_break_bleichenbacher(&finding, rsa->n, rsa->e, rsa->c, &oracle, &listener);
    int status = end(rsa, &finding, is_oaep);
    rsa_finding_clear(&finding);
    return status;
}

static int begin(struct oracle_break *attack, bool is_oaep)
{
    struct rsa_attack rsa = {.attack = attack, .no = is_oaep ? "range" : "padding"};
    struct problem problem = {0};
    mpz_inits(rsa.n, rsa.e, rsa.c, rsa.low, rsa.high, NULL);
    bool read = read_number(rsa.n, attack, "n", &problem) &&
                read_number(rsa.e, attack, "e", &problem) &&
                read_number(rsa.c, attack, "target", &problem);
    if (read && mpz_sizeinbase(rsa.n, 2) > RSA_MAX_BITS)
        read = problem_set(&problem, "the oracle has an n of more than %d bits", RSA_MAX_BITS);
    int status = read ? run(&rsa, is_oaep) : report_fail(&attack->report, &problem);
    mpz_clears(rsa.n, rsa.e, rsa.c, rsa.low, rsa.high, NULL);
    free(rsa.bits);
    return status;
}

int oracle_break_v15(struct oracle_break *attack)
{
    return begin(attack, false);
}

int oracle_break_manger(struct oracle_break *attack)
{
    return begin(attack, true);
}
