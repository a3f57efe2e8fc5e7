/*
 * Measuring side by side: ours and theirs in turn, several rounds in one run, and one row of the
 * table that all benches print. The ratio is the median of the rounds' ratios, so that a machine
 * that speeds up or slows down between rounds moves both sides alike.
 *
 *     struct bench bench = {.measure = "seal 16 KiB", .unit = "MB/s", .target = 0.5};
 *     for (int i = 0; i < BENCH_ROUNDS; i++)
 *         bench_round(&bench, ours(), theirs());
 *     reached = bench_print(&bench) && reached;
 *
 * Without Criterion: a bench is a program of its own.
 */
#ifndef GLASSBOX_TESTS_BENCH_H
#define GLASSBOX_TESTS_BENCH_H

#include <stdbool.h>
#include <stddef.h>

#define BENCH_ROUNDS     5 /* what a bench does unless it has a reason */
#define BENCH_MAX_ROUNDS 64

enum bench_goal {
    BENCH_AT_LEAST, /* rates: ours / theirs must reach the target */
    BENCH_AT_MOST,  /* times and sizes: it must stay below */
};

struct bench {
    const char *measure;
    const char *unit;
    enum bench_goal goal;
    double target; /* of the ratio; 0: shown for comparison only */
    size_t rounds;
    double ours[BENCH_MAX_ROUNDS], theirs[BENCH_MAX_ROUNDS];
};

/* Seconds on a clock that only runs forward. */
double bench_now(void);
/* Seconds of processor time, of this process and of all children it has waited for: what a busy
 * machine does not change. `openssl speed` counts the same way. */
double bench_cpu(void);
double bench_cpu_children(void);
/* Reorders the samples. count is at least 1. */
double bench_median(double *samples, size_t count);

void bench_round(struct bench *bench, double ours, double theirs);
/* The median of the rounds' ours / theirs. */
double bench_ratio(const struct bench *bench);

/* The heading of the table, then a row for each bench:
 *     measure | ours | theirs | ratio | to reach | ok, MISSED or -
 * bench_print returns false if the target was missed. */
void bench_heading(void);
bool bench_print(const struct bench *bench);

#endif
