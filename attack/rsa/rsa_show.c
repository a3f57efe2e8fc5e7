/*
 * A finding, shown; see rsa_show.h.
 */
#include "rsa_show.h"

#include "abbreviate.h"
#include "translate.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* The number as people see it, folded; freed by the caller, NULL without memory. */
static char *folded(mpz_srcptr number)
{
    char *text = NULL;
    size_t bytes;
    FILE *out = open_memstream(&text, &bytes);
    if (!out)
        return NULL;
    abbreviate_number(out, number, false);
    return fclose(out) == 0 ? text : NULL;
}

/* What the number is made up of, as a table below its line. */
static void show_boxes(struct rsa_show *show, const struct rsa_step *step)
{
    char *text = NULL, *rest;
    size_t bytes;
    FILE *out = open_memstream(&text, &bytes);
    if (!out)
        return;
    abbreviate_boxes(out, "      ", step->boxes, step->bytes);
    if (fclose(out) == 0)
        for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest))
            report_line(&show->report, "%s", line);
    free(text);
}

static double now_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* One step a line, "m = 14: its e-th root"; in JSON the number is there whole, too. */
static void hear(void *context, const struct rsa_step *step)
{
    struct rsa_show *show = context;
    mpz_t number;
    show->spent += now_seconds() - show->resumed;
    mpz_init(number);
    mpz_import(number, step->count, 1, 1, 1, 0, step->bytes);
    char *text = folded(number), *digits = mpz_get_str(NULL, 10, number);
    if (text)
        report_step(&show->report, "%s = %s: %s%s%s", translate(step->name), text,
                    translate(step->formula), step->section ? ", " : "",
                    step->section ? step->section : "");
    json_object_set_new(show->numbers, step->name, json_string(digits));
    if (step->boxes[0].label)
        show_boxes(show, step);
    free(text);
    free(digits);
    mpz_clear(number);
    show->resumed = now_seconds();
}

bool rsa_show_begin(struct rsa_show *show, const struct report_options *options, const char *attack,
                    struct problem *problem, const char *format, ...)
{
    char target[160];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(target, sizeof(target), translate(format), arguments);
    va_end(arguments);
    *show = (struct rsa_show){
        .listener = {hear, show}, .numbers = json_object(), .resumed = now_seconds()};
    if (!report_begin(&show->report, options, attack, target, problem)) {
        json_decref(show->numbers);
        return false;
    }
    rsa_finding_init(&show->finding);
    return true;
}

/* --- a message as text ------------------------------------------------------------------------- */

enum { LEAST_TEXT = 2, LEAST_LETTERS = 4 };

static bool show_bytes(struct rsa_show *show, mpz_srcptr m)
{
    size_t count = 0, bytes = (mpz_sizeinbase(m, 2) + 7) / 8;
    char *text = calloc(1, bytes + 1);
    if (!text)
        return false;
    mpz_export(text, &count, 1, 1, 1, 0, m);
    bool printable = count >= LEAST_TEXT;
    for (size_t i = 0; i < count; i++)
        printable = printable && (isprint((unsigned char)text[i]) || text[i] == '\n');
    if (printable)
        report_text(&show->report, "as text", "%s", text);
    free(text);
    return printable;
}

/* Rivest, Shamir and Adleman wrote two digits for each letter. */
static void show_letters(struct rsa_show *show, mpz_srcptr m)
{
    char *digits = malloc(mpz_sizeinbase(m, 10) + 3);
    if (!digits)
        return;
    digits[0] = '0';
    mpz_get_str(digits + 1, 10, m);
    const char *from = strlen(digits) % 2 ? digits + 1 : digits;
    size_t letters = strlen(from) / 2;
    bool good = letters >= LEAST_LETTERS;
    for (size_t i = 0; i < letters && good; i++) {
        int value = (from[2 * i] - '0') * 10 + from[2 * i + 1] - '0';
        good = value <= 26;
        digits[i] = value == 0 ? ' ' : (char)('A' + value - 1);
    }
    digits[letters] = '\0';
    if (good)
        report_text(&show->report, "in letters, two digits each", "%s", digits);
    free(digits);
}

void rsa_show_message(struct rsa_show *show, mpz_srcptr m)
{
    if (!show_bytes(show, m))
        show_letters(show, m);
}

/* --- the end --------------------------------------------------------------------------------- */

/* "n=0xca1;e=17;" as Python reads it at any size. */
static void write_number(FILE *out, const char *name, const mpz_t value)
{
    (void)fprintf(out, "%s=", name);
    if (mpz_sizeinbase(value, 2) > 64)
        (void)fputs("0x", out);
    mpz_out_str(out, mpz_sizeinbase(value, 2) > 64 ? 16 : 10, value);
    (void)fputs("; ", out);
}

static void show_proof(struct rsa_show *show)
{
    char *text = NULL;
    size_t bytes;
    FILE *out = open_memstream(&text, &bytes);
    if (!out)
        return;
    for (size_t i = 0; i < show->finding.count; i++)
        write_number(out, show->finding.number[i].name, show->finding.number[i].value);
    if (fclose(out) == 0)
        report_proof(&show->report, "%sprint(%s)", text, show->finding.proof);
    free(text);
}

/* Units are plurals in s. */
static const char *unit_of(char *one, const struct rsa_finding *finding)
{
    if (finding->work != 1 || translate_is_on())
        return finding->unit;
    strcpy(one, finding->unit);
    one[strlen(one) - 1] = '\0';
    return one;
}

int rsa_show_end(struct rsa_show *show)
{
    char one[RSA_FINDING_TEXT];
    static const enum report_verdict verdicts[] = {
        [RSA_BROKEN] = REPORT_BROKEN,
        [RSA_RESISTED] = REPORT_RESISTED,
        [RSA_NOT_APPLICABLE] = REPORT_NOT_APPLICABLE,
    };
    const struct rsa_finding *finding = &show->finding;
    char words[TRANSLATE_LIBRARY_BYTES];
    if (finding->proof)
        show_proof(show);
    if (!show->report.options->step) /* else a person has been waited for meanwhile */
        show->spent += now_seconds() - show->resumed;
    if (finding->work > 0)
        report_cost(&show->report, &(struct report_cost){
                                       .count = (double)finding->work,
                                       .unit = unit_of(one, finding),
                                       .seconds = show->seconds > 0 ? show->seconds : show->spent,
                                       .real = show->real,
                                       .real_log2 = show->real_log2});
    report_json(&show->report, "numbers", show->numbers);
    int status = report_end(&show->report, verdicts[finding->verdict], "%s",
                            translate_library(words, finding->text));
    rsa_finding_clear(&show->finding);
    return status;
}

int rsa_show_fail(struct rsa_show *show, const struct problem *problem)
{
    rsa_finding_clear(&show->finding);
    json_decref(show->numbers);
    return report_fail(&show->report, problem);
}
