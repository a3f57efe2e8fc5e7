/*
 * attack rsa factor: n into p and q, by all methods that we have, the cheapest first.
 */
#include "console.h"
#include "rsa.h"
#include "rsa_factor.h"
#include "rsa_show.h"
#include "rsa_subject.h"
#include "rsa_text.h"
#include "translate.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

struct factor_options {
    struct home_options home;
    struct report_options report;
    const char *target, *e;
    bool wanted[RSA_METHODS]; /* none: all */
    bool has_method;
    unsigned long bound;
};

/* "rho,p-1": the methods between commas. */
static void read_methods(void *field, const char *what, const char *text,
                         const struct argp_state *state)
{
    struct factor_options *options = field;
    options->has_method = true;
    while (*text) {
        size_t length = strcspn(text, ",");
        int i = 0;
        while (i < RSA_METHODS &&
               (strlen(rsa_method_info((enum rsa_method)i)->name) != length ||
                strncmp(rsa_method_info((enum rsa_method)i)->name, text, length) != 0))
            i++;
        if (i < RSA_METHODS)
            options->wanted[i] = true;
        else
            console_usage(
                state,
                "%s is '%.*s'; it can be trial, fermat, pattern, wiener, rho, p-1 or ecm, "
                "and several with commas",
                what, (int)length, text);
        text += length + (text[length] == ',');
    }
}

#define S struct factor_options
static const struct option_row rows[] = {
    ARGUMENT(S, target, "no target given: a number, NAME or FILE"),
    READ(S, e, "e", 0, "NUMBER", "The public exponent, for wiener and for d", rsa_subject_read),
    READ_ALL("method", 0, "METHOD,...",
             "trial, fermat, pattern, wiener, rho, p-1, ecm: these alone (default: all)",
             read_methods),
    NUMBER(S, bound, "bound", 0, "N",
           "How far each goes: divisors, steps, primes of p - 1, B1 of ecm (default: some seconds "
           "for 2048 bits)",
           1, UINT32_MAX),
    GROUP(S, home, home_table),
    GROUP(S, report, report_table),
    {0}};
#undef S

static const struct option_table command = {
    .rows = rows,
    .arguments = N_("N|NAME|FILE"),
    .text = N_(
        "Factors n: tries all methods in the order of what they cost, each up to a bound. What is "
        "a number, decimal or after 0x, is n itself."
        "\vExamples:\n"
        "  attack rsa factor 2773 --e 17\n"
        "  attack rsa factor boris.pub.csv\n"
        "  attack rsa factor boris --method p-1 --bound 1000000"),
};

/* --- the target ------------------------------------------------------------------------------ */

struct numbers {
    mpz_t n, e; /* e: 0 if it is not known */
};

static bool load_target(struct numbers *numbers, const struct factor_options *options,
                        struct problem *problem)
{
    const struct rsa_subject subject = {.home = options->home};
    uint8_t bytes[RSA_MAX_BYTES];
    size_t count;
    struct stored_key key;
    enum rsa_error error = rsa_text_to_bytes(bytes, &count, options->target);
    if (error == RSA_ERR_LARGE)
        return problem_set(problem, "n is too large: %d bits are the most", RSA_MAX_BITS);
    if (error == RSA_OK) {
        mpz_import(numbers->n, count, 1, 1, 1, 0, bytes);
    } else {
        if (!rsa_subject_key(&key, &subject, options->target, KEY_PUBLIC, problem))
            return false;
        rsa_subject_part(numbers->n, key.key, RSA_N);
        rsa_subject_part(numbers->e, key.key, RSA_E);
        stored_key_free(&key);
    }
    return !options->e || rsa_subject_number(numbers->e, "--e", options->e, problem);
}

/* --- one method ------------------------------------------------------------------------------ */

/* Of this process: what a busy machine does not change. */
static double now_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Where a search is, as a detail of --step. */
static void hear(void *context, const struct rsa_step *step)
{
    mpz_t number;
    mpz_init(number);
    mpz_import(number, step->count, 1, 1, 1, 0, step->bytes);
    char *digits = mpz_get_str(NULL, 10, number);
    if (strlen(digits) <= 30)
        report_detail(context, "%s = %s: %s", step->name, digits, step->formula);
    else
        report_detail(context, "%s = %.12s...%s (%zu bits): %s", step->name, digits,
                      digits + strlen(digits) - 12, mpz_sizeinbase(number, 2), step->formula);
    free(digits);
    mpz_clear(number);
}

/* Slices grow until they take a fifth of a second, so that a step of --step is worth one: 1, 1, 2,
 * 4, ... units of work at first. On a terminal the line of progress says how far it is. */
static void run_search(struct rsa_factoring *search, struct report *report,
                       const struct rsa_method_info *info)
{
    const struct rsa_listener listener = {hear, report};
    const bool step = report->options->step;
    uint64_t slice = step ? 1 : 256;
    double drawn = now_seconds();
    while (rsa_factoring_run(search, slice) == RSA_MORE) {
        if (step)
            rsa_factoring_tell(search, &listener);
        double now = now_seconds();
        if (now - drawn < 0.2)
            slice *= 2;
        drawn = now;
        if (console_is_terminal(stderr) && !step)
            fprintf(stderr, "\r%s: %lu %s\033[K\r", info->name,
                    (unsigned long)rsa_factoring_work(search), info->unit);
    }
    if (console_is_terminal(stderr) && !step)
        fputs("\033[K", stderr);
}

/* The whole of one method; the finding is that of the report, if it broke n, or is the last. */
static bool try_method(struct rsa_show *show, enum rsa_method method, const struct numbers *numbers,
                       const struct factor_options *options)
{
    const struct rsa_method_info *info = rsa_method_info(method);
    const char *hindrance = rsa_method_hindrance(method, numbers->n, numbers->e);
    if (hindrance) {
        report_step(&show->report, "%s: not applicable, for %s", info->name, hindrance);
        return false;
    }
    char words[TRANSLATE_LIBRARY_BYTES];
    double began = now_seconds();
    struct rsa_factoring *search = rsa_factoring_new(method, numbers->n, numbers->e,
                                                     options->bound);
    if (!search) {
        report_step(&show->report, "%s: no memory", info->name);
        return false;
    }
    report_detail(&show->report, "%s: %s", info->name, info->idea);
    run_search(search, &show->report, info);
    show->seconds = now_seconds() - began;
    rsa_finding_clear(&show->finding);
    rsa_finding_init(&show->finding);
    rsa_factoring_say(&show->finding, search);
    rsa_factoring_free(search);
    report_step(&show->report, "%s, %.2f s: %s", info->name, show->seconds,
                translate_library(words, show->finding.text));
    return show->finding.verdict == RSA_BROKEN;
}

/* --- the end --------------------------------------------------------------------------------- */

/* n is prime: then phi(n) = n - 1, and d is there without any factoring. */
static int end_prime(struct rsa_show *show, const struct numbers *numbers)
{
    mpz_t d, phi;
    mpz_inits(d, phi, NULL);
    mpz_sub_ui(phi, numbers->n, 1);
    if (mpz_sgn(numbers->e) > 0 && mpz_sgn(phi) > 0 && mpz_invert(d, numbers->e, phi)) {
        rsa_finding_add(&show->finding, "n", numbers->n);
        rsa_finding_add(&show->finding, "e", numbers->e);
        rsa_finding_add(&show->finding, "d", d);
        show->finding.proof = "pow(pow(2,e,n),d,n)==2%n";
        rsa_finding_say(&show->finding, RSA_BROKEN, "n is prime, so phi(n) = n - 1 and d is known");
    } else {
        rsa_finding_say(&show->finding, RSA_NOT_APPLICABLE,
                        "n is prime: there is nothing to factor");
    }
    mpz_clears(d, phi, NULL);
    return rsa_show_end(show);
}

/* What was tried, and the cost of what tells most of what a longer run would take: the last method
 * whose work grows with the size of p in a known way. */
struct tried {
    char names[128];
    uint64_t work;
    const char *unit;
    double seconds, real_log2;
};

static void note(struct tried *tried, const struct rsa_show *show, enum rsa_method method)
{
    size_t length = strlen(tried->names);
    snprintf(tried->names + length, sizeof(tried->names) - length, "%s%s", length ? ", " : "",
             rsa_method_info(method)->name);
    if (show->real_log2 > 0 || !tried->unit) {
        tried->work = show->finding.work;
        tried->unit = show->finding.unit;
        tried->seconds = show->seconds;
        tried->real_log2 = show->real_log2;
    }
}

static int end(struct rsa_show *show, const struct tried *tried)
{
    static const char *const names[] = {"p", "q", "d"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (rsa_finding_get(&show->finding, names[i]))
            report_number(&show->report, names[i], rsa_finding_get(&show->finding, names[i]));
    if (tried->names[0] == '\0')
        rsa_finding_say(&show->finding, RSA_NOT_APPLICABLE, "no method can be used on this n");
    if (show->finding.verdict == RSA_RESISTED) {
        show->finding.work = tried->work;
        show->finding.unit = tried->unit;
        show->seconds = tried->seconds;
        show->real_log2 = tried->real_log2;
        rsa_finding_say(&show->finding, RSA_RESISTED, _("up to the bounds above, by %s"),
                        tried->names);
    }
    show->real = show->real_log2 > 0 ? N_("n of 2048 bits") : NULL;
    return rsa_show_end(show);
}

static int attack(const struct numbers *numbers, const struct factor_options *options,
                  struct problem *problem)
{
    struct rsa_show show;
    struct tried tried = {.unit = NULL};
    bool found = false;
    if (!rsa_show_begin(&show, &options->report, "rsa factor", problem, "n of %zu bits%s",
                        mpz_sizeinbase(numbers->n, 2),
                        mpz_sgn(numbers->e) > 0 ? "" : _(", e is not known")))
        return console_problem(problem, CONSOLE_FAILED);
    if (mpz_probab_prime_p(numbers->n, 1))
        return end_prime(&show, numbers);
    for (int i = 0; i < RSA_METHODS && !found; i++) {
        enum rsa_method method = (enum rsa_method)i;
        if (options->has_method && !options->wanted[i])
            continue;
        found = try_method(&show, method, numbers, options);
        /* p of 1024 bits; the curves are counted in another unit */
        show.real_log2 = method == RSA_METHOD_ECM ? 0 : rsa_method_expected(method, 1024);
        if (!rsa_method_hindrance(method, numbers->n, numbers->e))
            note(&tried, &show, method);
    }
    return end(&show, &tried);
}

int rsa_command_factor(int argc, char **argv)
{
    struct factor_options options = {.target = NULL};
    struct problem problem = {0};
    struct numbers numbers;
    console_parse(&command, argc, argv, &options);
    mpz_inits(numbers.n, numbers.e, NULL);
    int status = load_target(&numbers, &options, &problem)
                     ? attack(&numbers, &options, &problem)
                     : console_problem(&problem, CONSOLE_FAILED);
    mpz_clears(numbers.n, numbers.e, NULL);
    return status;
}
