/*
 * A search for a logarithm, shown: see dlog_show.h.
 */
#include "dlog_show.h"

#include "abbreviate.h"
#include "translate.h"

#include <stdlib.h>
#include <string.h>

enum {
    SMALL_RANGE = 4096,    /* baby steps below it are worth a line only to who takes every step */
    LEAST_COUNT = 1 << 14, /* fewer multiplications tell nothing of what one takes */
    REAL_LOG2 = 1024       /* p = 2 q + 1 of 2048 bits: the square root of q, twice */
};

#define S struct dlog_bound_options
static const struct option_row rows[] = {
    NUMBER(S, work, "work", 0, "N", "Give up a search of more than 2^N multiplications: 32", 1, 60),
    NUMBER(S, memory, "memory", 0, "MIB", "The largest table of baby steps: 64", 1, 32768),
    NUMBER(S, exponent_bits, "exponent-bits", 0, "N", "The exponent has no more than N bits", 1,
           DLOG_MAX_EXPONENT_BITS),
    FLAG(S, baby_steps, "baby-steps", 0, "Baby steps and giant steps alone"),
    FLAG(S, rho, "rho", 0, "Pollard's rho alone, which needs no table"),
    {0}};
#undef S

static void check_bounds(void *given, const struct argp_state *state)
{
    const struct dlog_bound_options *options = given;
    if (options->baby_steps && options->rho)
        console_usage(state, "--baby-steps and --rho do not go together: each means that alone");
}

const struct option_table dlog_bound_table = {.rows = rows, .check = check_bounds};

struct dlog_bounds dlog_bounds_of(const struct dlog_bound_options *options)
{
    return (struct dlog_bounds){.multiplications = (uint64_t)1 << options->work,
                                .table_bytes = (size_t)options->memory << 20,
                                .exponent_bits = options->exponent_bits,
                                .method = options->baby_steps ? DLOG_BABY_STEPS
                                          : options->rho      ? DLOG_RHO
                                                              : DLOG_EITHER};
}

void dlog_number_read(void *field, const char *what, const char *text,
                      const struct argp_state *state)
{
    const bool is_hex = strncmp(text, "0x", 2) == 0;
    const char *digits = is_hex ? text + 2 : text;
    size_t length = strspn(digits, is_hex ? "0123456789abcdefABCDEF" : "0123456789");
    if (length == 0 || digits[length] != '\0')
        console_usage(state, "%s is '%.40s', and must be a number, decimal or after 0x", what,
                      text);
    if (length > 2 * DLOG_MAX_DIGITS || (is_hex && length > DLOG_MAX_DIGITS))
        console_usage(state, "%s has more than 8192 bits", what);
    *(const char **)field = text;
}

void dlog_number_set(mpz_t out, const char *text)
{
    const bool is_hex = strncmp(text, "0x", 2) == 0;
    mpz_set_str(out, is_hex ? text + 2 : text, is_hex ? 16 : 10);
}

const char *dlog_words(char out[DLOG_WORDS_BYTES], const mpz_t number)
{
    FILE *stream = fmemopen(out, DLOG_WORDS_BYTES, "w");
    out[0] = '\0';
    if (stream) {
        abbreviate_number(stream, number, false);
        fclose(stream);
    }
    return out;
}

char *dlog_python(const mpz_t number)
{
    char *text = NULL;
    if (gmp_asprintf(&text, mpz_sizeinbase(number, 2) > 64 ? "%#Zx" : "%Zd", number) < 0)
        return NULL;
    return text;
}

/* "piece: f = 11, f^k = 11, x mod f^k = 6 (Pohlig and Hellman)" */
void dlog_show_step(void *context, const struct dlog_step *step)
{
    struct report *report = context;
    char text[DLOG_STEP_NUMBERS * (DLOG_WORDS_BYTES + 24)] = "", word[DLOG_WORDS_BYTES];
    bool small = strcmp(step->name, "baby steps") == 0;
    for (size_t i = 0; i < DLOG_STEP_NUMBERS && step->numbers[i].name; i++) {
        const size_t used = strlen(text);
        snprintf(text + used, sizeof(text) - used, "%s%s = %s", i ? ", " : "",
                 translate(step->numbers[i].name), dlog_words(word, step->numbers[i].number));
        if (strcmp(step->numbers[i].name, "range") == 0)
            small = small && mpz_cmp_ui(step->numbers[i].number, SMALL_RANGE) < 0;
    }
    (small ? report_detail : report_step)(report, "%s: %s (%s)", translate(step->name), text,
                                          translate(step->formula));
}

/* 8 bytes a slot, and a quarter of them free, or more. */
static void show_table(struct report *report, uint64_t entries)
{
    uint64_t slots = 4;
    while (slots - slots / 4 < entries)
        slots *= 2;
    if (entries >= SMALL_RANGE)
        report_text(report, "table", "%lu baby steps in %.1f MiB", (unsigned long)entries,
                    (double)slots * 8 / (1 << 20));
}

void dlog_show_cost(struct report *report, const struct dlog_result *result)
{
    show_table(report, result->entries);
    const bool enough = result->multiplications >= LEAST_COUNT;
    report_cost(report, &(struct report_cost){
                            .count = (double)result->multiplications,
                            .unit = N_("multiplications"),
                            .real = enough ? N_("p of 2048 bits, baby steps or rho") : NULL,
                            .real_log2 = REAL_LOG2});
}

/* False without memory. */
static bool prove(struct report *report, const struct dlog_result *result, const mpz_t p,
                  const mpz_t g, const mpz_t A)
{
    char *texts[] = {dlog_python(p), dlog_python(g), dlog_python(A), dlog_python(result->x)};
    bool done = texts[0] && texts[1] && texts[2] && texts[3];
    if (done)
        report_proof(report, "p=%s; g=%s; A=%s; x=%s; print(pow(g, x, p) == A)", texts[0], texts[1],
                     texts[2], texts[3]);
    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
        free(texts[i]);
    return done;
}

int dlog_show_end(struct report *report, const struct dlog_result *result, const mpz_t p,
                  const mpz_t g, const mpz_t A, const char *words)
{
    char x[DLOG_WORDS_BYTES], order[DLOG_WORDS_BYTES];
    struct problem problem = {0};
    bool done = result->verdict != DLOG_NO_MEMORY;
    if (result->multiplications > 0)
        dlog_show_cost(report, result);
    if (done && result->verdict == DLOG_BROKEN)
        done = prove(report, result, p, g, A);
    if (!done) {
        problem_memory(&problem);
        return report_fail(report, &problem);
    }
    if (result->verdict == DLOG_NOT_APPLICABLE)
        return report_end(report, REPORT_NOT_APPLICABLE, "%s", result->reason);
    if (result->verdict == DLOG_RESISTED && mpz_cmp_ui(result->modulus, 1) > 0)
        report_text(report, "known", "x is %s modulo %s", dlog_words(x, result->x),
                    dlog_words(order, result->modulus));
    if (result->verdict == DLOG_RESISTED)
        return report_end(report, REPORT_RESISTED, "%s", result->reason);
    if (mpz_sgn(result->modulus) > 0)
        report_text(report, "order of g", "%s: x plus a multiple of it does the same",
                    dlog_words(order, result->modulus));
    return report_end(report, REPORT_BROKEN, "the exponent is %s%s", dlog_words(x, result->x),
                      words);
}
