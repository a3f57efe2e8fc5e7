/* Rounds, medians, and the one table of all benches: see bench.h. */
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

double bench_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

double bench_cpu(void)
{
    struct timespec used;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    return (double)used.tv_sec + (double)used.tv_nsec * 1e-9;
}

double bench_cpu_children(void)
{
    struct rusage used;
    getrusage(RUSAGE_CHILDREN, &used);
    return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
           (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) * 1e-6;
}

static int ascending(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

double bench_median(double *samples, size_t count)
{
    qsort(samples, count, sizeof(*samples), ascending);
    return (samples[(count - 1) / 2] + samples[count / 2]) / 2;
}

void bench_round(struct bench *bench, double ours, double theirs)
{
    if (bench->rounds == BENCH_MAX_ROUNDS)
        abort(); /* a mistake in the bench, not in what it measures */
    bench->ours[bench->rounds] = ours;
    bench->theirs[bench->rounds] = theirs;
    bench->rounds++;
}

static double median_of(const double *samples, size_t count)
{
    double copy[BENCH_MAX_ROUNDS];
    memcpy(copy, samples, count * sizeof(*copy));
    return bench_median(copy, count);
}

double bench_ratio(const struct bench *bench)
{
    double ratios[BENCH_MAX_ROUNDS];
    for (size_t i = 0; i < bench->rounds; i++)
        ratios[i] = bench->ours[i] / bench->theirs[i];
    return bench_median(ratios, bench->rounds);
}

void bench_heading(void)
{
    printf("%-44s | %14s | %14s | %6s | %-10s |\n", "measure", "ours", "theirs", "ratio",
           "to reach");
}

bool bench_print(const struct bench *bench)
{
    double ratio = bench_ratio(bench);
    bool reached = bench->goal == BENCH_AT_MOST ? ratio <= bench->target : ratio >= bench->target;
    char ours[40], theirs[40], target[40] = "-";
    snprintf(ours, sizeof(ours), "%.5g %s", median_of(bench->ours, bench->rounds), bench->unit);
    snprintf(theirs, sizeof(theirs), "%.5g %s", median_of(bench->theirs, bench->rounds),
             bench->unit);
    if (bench->target > 0)
        snprintf(target, sizeof(target), "%s %.3g",
                 bench->goal == BENCH_AT_MOST ? "at most" : ">=", bench->target);
    else
        reached = true;
    printf("%-44s | %14s | %14s | %6.3f | %-10s | %s\n", bench->measure, ours, theirs, ratio,
           target, bench->target > 0 ? (reached ? "ok" : "MISSED") : "-");
    fflush(stdout);
    return reached;
}
