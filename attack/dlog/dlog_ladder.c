/*
 * attack dlog ladder: the time of a logarithm modulo safe primes of one size after another.
 */
#include "attack_dlog.h"
#include "dlog_show.h"

#include "dh_make.h"
#include "printable.h"
#include "report_words.h"
#include "translate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

enum { LEAST_BITS = 8, MOST_BITS = 62, RUNGS_MAX = MOST_BITS - LEAST_BITS + 1, REAL_BITS = 2048 };

struct ladder_options {
    struct dlog_bound_options bounds;
    struct report_options report;
    unsigned from, to, step, runs;
    unsigned long seed;
};

#define S struct ladder_options
static const struct option_row rows[] = {
    NUMBER(S, from, "from", 0, "BITS", "The first size of p: 24", LEAST_BITS, MOST_BITS),
    NUMBER(S, to, "to", 0, "BITS", "The last one: 44", LEAST_BITS, MOST_BITS),
    NUMBER(S, step, "by", 0, "BITS", "From one to the next: 4", 1, MOST_BITS),
    NUMBER(S, runs, "runs", 0, "N", "Logarithms at each size, for the mean: 3", 1, 1000),
    NUMBER(S, seed, "seed", 0, "N", "The same primes and exponents again", 1, UINT32_MAX),
    NUMBER(S, bounds.memory, "memory", 0, "MIB", "The largest table of baby steps: 64", 1, 32768),
    GROUP(S, report, report_table),
    {0}};
#undef S

static void check_options(void *given, const struct argp_state *state)
{
    const struct ladder_options *options = given;
    if (options->from > options->to)
        console_usage(state, "--from %u is more than --to %u", options->from, options->to);
}

static const struct option_table command = {
    .rows = rows,
    .text = N_(
        "Makes safe primes by a seed, takes logarithms modulo each of them, by baby steps and by "
        "rho, and shows how the time grows."
        "\vExamples:\n"
        "  attack dlog ladder --from 24 --to 48\n"
        "  attack dlog ladder --to 40 --seed 1 --svg ladder.svg"),
    .check = check_options,
};

/* Means over the runs at one size. */
struct rung {
    unsigned bits;
    double seconds[2], multiplications[2]; /* baby steps, rho */
    double entries;
};

struct ladder {
    const struct ladder_options *options;
    struct report report;
    uint64_t random;
    struct rung rungs[RUNGS_MAX];
    size_t count;
    mpz_t p, g, A, x; /* of the last run */
    struct dlog_result result;
};

/* SplitMix64: not for secrets. */
static uint64_t chance(struct ladder *ladder)
{
    uint64_t z = ladder->random += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

static int fill(void *ladder, uint8_t *out, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        out[i] = (uint8_t)(chance(ladder) >> 56);
    return 0;
}

static bool make_instance(struct ladder *ladder, unsigned bits, struct problem *problem)
{
    const struct dh_random source = {fill, ladder};
    uint8_t bytes[DH_MAX_BYTES];
    struct dh_group *group;
    enum dh_error error = dh_group_make(&group, bits, &source, NULL);
    if (error)
        return problem_set(problem, "a group of %u bits: %s", bits, translate(dh_strerror(error)));
    mpz_import(ladder->p, dh_group_number(group, DH_P, bytes, sizeof(bytes)), 1, 1, 1, 0, bytes);
    mpz_import(ladder->g, dh_group_number(group, DH_G, bytes, sizeof(bytes)), 1, 1, 1, 0, bytes);
    dh_group_free(group);
    mpz_set_ui(ladder->x, chance(ladder));
    mpz_powm(ladder->A, ladder->g, ladder->x, ladder->p);
    return true;
}

/* Of this process: what a busy machine does not change. */
static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static bool run(struct ladder *ladder, struct rung *rung, enum dlog_method method,
                struct problem *problem)
{
    struct dlog_bounds bounds = dlog_bounds_of(&ladder->options->bounds);
    const int which = method == DLOG_RHO;
    bounds.method = method;
    bounds.seed = chance(ladder);
    dlog_result_close(&ladder->result);
    dlog_result_open(&ladder->result);
    const double began = now();
    dlog_find(&ladder->result, ladder->p, ladder->g, ladder->A, &bounds, NULL);
    rung->seconds[which] += (now() - began) / ladder->options->runs;
    rung->multiplications[which] += (double)ladder->result.multiplications / ladder->options->runs;
    rung->entries = fmax(rung->entries, (double)ladder->result.entries);
    if (ladder->result.verdict == DLOG_NO_MEMORY)
        problem_set(problem, "no memory for a table of %u MiB", ladder->options->bounds.memory);
    else if (ladder->result.verdict != DLOG_BROKEN)
        problem_set(problem, "%u bits: %s", rung->bits, ladder->result.reason);
    return ladder->result.verdict == DLOG_BROKEN;
}

/* --- the table -------------------------------------------------------------------------------- */

#define COLUMNS    6
#define CELL_BYTES REPORT_WORDS_BYTES

static const struct {
    const char *title;
    int columns; /* at least */
} heading[COLUMNS] = {{N_("bits"), 6},      {N_("baby steps"), 10}, {N_("entries"), 12},
                      {N_("products"), 12}, {N_("rho"), 10},        {N_("products"), 12}};

/* Each cell ends where its title ends; "ms" has as many bytes as columns, and its translation not. */
static void say_row(struct ladder *ladder, char cells[COLUMNS][CELL_BYTES])
{
    char row[COLUMNS * (CELL_BYTES + 16)];
    size_t used = 0;
    for (int i = 0; i < COLUMNS; i++) {
        const int title = (int)printable_width(translate(heading[i].title));
        const int columns = title > heading[i].columns ? title : heading[i].columns;
        used += (size_t)snprintf(row + used, sizeof(row) - used, "%s%*s%s", i ? "  " : "",
                                 printable_pad(cells[i], columns), "", cells[i]);
    }
    report_line(&ladder->report, "%s", row);
}

static void say_heading(struct ladder *ladder)
{
    char cells[COLUMNS][CELL_BYTES];
    for (int i = 0; i < COLUMNS; i++)
        snprintf(cells[i], CELL_BYTES, "%s", translate(heading[i].title));
    say_row(ladder, cells);
}

static void say_rung(struct ladder *ladder, const struct rung *rung)
{
    char cells[COLUMNS][CELL_BYTES];
    snprintf(cells[0], CELL_BYTES, "%u", rung->bits);
    report_time_words(cells[1], log10(fmax(rung->seconds[0], 1e-9)));
    snprintf(cells[2], CELL_BYTES, "%.0f", rung->entries);
    snprintf(cells[3], CELL_BYTES, "%.0f", rung->multiplications[0]);
    report_time_words(cells[4], log10(fmax(rung->seconds[1], 1e-9)));
    snprintf(cells[5], CELL_BYTES, "%.0f", rung->multiplications[1]);
    say_row(ladder, cells);
}

static bool climb(struct ladder *ladder, struct problem *problem)
{
    for (unsigned bits = ladder->options->from; bits <= ladder->options->to;
         bits += ladder->options->step) {
        struct rung *rung = &ladder->rungs[ladder->count++];
        rung->bits = bits;
        for (unsigned i = 0; i < ladder->options->runs; i++)
            if (!make_instance(ladder, bits, problem) ||
                !run(ladder, rung, DLOG_BABY_STEPS, problem) ||
                !run(ladder, rung, DLOG_RHO, problem))
                return false;
        say_rung(ladder, rung);
    }
    return true;
}

static void keep_rungs(struct ladder *ladder)
{
    json_t *rungs = json_array();
    for (size_t i = 0; i < ladder->count; i++) {
        const struct rung *rung = &ladder->rungs[i];
        json_array_append_new(
            rungs, json_pack("{s:i,s:{s:f,s:f,s:f},s:{s:f,s:f}}", "bits", (int)rung->bits,
                             "baby_steps", "seconds", rung->seconds[0], "multiplications",
                             rung->multiplications[0], "entries", rung->entries, "rho", "seconds",
                             rung->seconds[1], "multiplications", rung->multiplications[1]));
    }
    report_json(&ladder->report, "rungs", rungs);
}

static void plot(struct ladder *ladder)
{
    double values[2][RUNGS_MAX];
    char labels[RUNGS_MAX][8];
    const char *pointers[RUNGS_MAX];
    for (size_t i = 0; i < ladder->count; i++) {
        values[0][i] = ladder->rungs[i].seconds[0] * 1000;
        values[1][i] = ladder->rungs[i].seconds[1] * 1000;
        snprintf(labels[i], sizeof(labels[i]), "%u", ladder->rungs[i].bits);
        pointers[i] = labels[i];
    }
    report_plot(&ladder->report,
                &(struct plot){.kind = PLOT_BARS,
                               .title = N_("time in ms by bits of p (each line ten "
                                           "times as much)"),
                               .labels = pointers,
                               .logarithmic = true,
                               .count = ladder->count,
                               .series_count = 2,
                               .series = {{N_("baby steps"), values[0]}, {"rho", values[1]}}});
}

/* What the last rung would be at another size, by the square root: log10 of the seconds. */
static double extrapolated(const struct rung *last, double bits)
{
    return log10(fmax(fmin(last->seconds[0], last->seconds[1]), 1e-9)) +
           (bits - last->bits) / 2 * log10(2);
}

static int end(struct ladder *ladder)
{
    const struct rung *last = &ladder->rungs[ladder->count - 1];
    char words[3][REPORT_WORDS_BYTES];
    char *p = dlog_python(ladder->p), *x = dlog_python(ladder->result.x),
         *A = dlog_python(ladder->A), *g = dlog_python(ladder->g);
    static const double sizes[] = {64, 128, REAL_BITS};
    for (size_t i = 0; i < 3; i++)
        report_time_words(words[i], extrapolated(last, sizes[i]));
    report_text(&ladder->report, "at 64, 128 and 2048 bits",
                "%s, %s, %s (extrapolated: two bits more take twice as long)", words[0], words[1],
                words[2]);
    report_text(&ladder->report, "the record",
                "795 bits, in 2019, by the number field sieve in 3,100 core years. From about 100 "
                "bits on, that is the better way");
    report_cost(&ladder->report, &(struct report_cost){.count = last->multiplications[1],
                                                       .unit = N_("multiplications of rho"),
                                                       .seconds = last->seconds[1],
                                                       .real = N_("p of 2048 bits, by rho"),
                                                       .real_log2 = 1024});
    report_proof(&ladder->report, "p=%s; g=%s; A=%s; x=%s; print(pow(g, x, p) == A)", p, g, A, x);
    free(p);
    free(g);
    free(A);
    free(x);
    return report_end(&ladder->report, REPORT_BROKEN, "safe primes up to %u bits", last->bits);
}

static int show(struct ladder *ladder, struct problem *problem)
{
    char target[120];
    snprintf(target, sizeof(target), _("safe primes of %u to %u bits, --seed %lu"),
             ladder->options->from, ladder->options->to, ladder->options->seed);
    if (!report_begin(&ladder->report, &ladder->options->report, "dlog ladder", target, problem))
        return console_problem(problem, CONSOLE_FAILED);
    say_heading(ladder);
    if (!climb(ladder, problem))
        return report_fail(&ladder->report, problem);
    keep_rungs(ladder);
    plot(ladder);
    return end(ladder);
}

int dlog_command_ladder(int argc, char **argv)
{
    struct ladder_options options = {
        .bounds = {.work = 60, .memory = 64}, .from = 24, .to = 44, .step = 4, .runs = 3};
    struct problem problem = {0};
    console_parse(&command, argc, argv, &options);
    uint32_t drawn = 1;
    if (options.seed == 0 && getrandom(&drawn, sizeof(drawn), 0) == sizeof(drawn))
        options.seed = drawn | 1;
    struct ladder ladder = {.options = &options, .random = options.seed};
    mpz_inits(ladder.p, ladder.g, ladder.A, ladder.x, NULL);
    dlog_result_open(&ladder.result);
    int status = show(&ladder, &problem);
    dlog_result_close(&ladder.result);
    mpz_clears(ladder.p, ladder.g, ladder.A, ladder.x, NULL);
    return status;
}
