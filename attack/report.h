/*
 * What an attack shows: steps as they are taken, plots, and in the end a verdict with its proof and
 * its cost. As text on stdout, or as one object of JSON.
 *
 *     struct report report;
 *     if (!report_begin(&report, &options.report, "rsa root", "c of 256 bits, e = 3", &problem))
 *         return console_problem(&problem, CONSOLE_FAILED);
 *     report_step(&report, "c is smaller than n, so m^e was never cut: take the root of c");
 *     report_number(&report, "m", m);
 *     report_proof(&report, "print(%s**3 == %s)", m_text, c_text);
 *     report_cost(&report, &(struct report_cost){.count = 12, .unit = "Newton steps"});
 *     return report_end(&report, REPORT_BROKEN, "m is \"%s\"", text);
 *
 * All text is made printable, and translated by its format (translate.h), names of values too; of a
 * report as JSON neither is. Between begin and end nothing else goes to stdout.
 */
#ifndef GLASSBOX_REPORT_H
#define GLASSBOX_REPORT_H

#include "option_table.h"
#include "plot.h"

#include <gmp.h>
#include <jansson.h>

struct report_options {
    bool json, step;
    const char *svg; /* where plots are drawn, too; NULL: nowhere */
};
/* --json, --step, --svg FILE. */
extern const struct option_table report_table;

enum report_verdict {
    REPORT_BROKEN,
    REPORT_RESISTED,       /* up to the bound that the words name */
    REPORT_NOT_APPLICABLE, /* because of what the words say */
};

struct report_cost {
    double count;     /* what was counted here */
    const char *unit; /* "keys tried" */
    double seconds;   /* what that took; 0: the time since report_begin */
    /* The same at real size: the words "n of 2048 bits", and log2 of what would be counted. Its time
     * is extrapolated from this machine, and marked so. NULL: nothing to extrapolate. */
    const char *real;
    double real_log2;
};

struct report {
    const struct report_options *options;
    json_t *root, *steps, *values, *plots;
    unsigned step_count;
    int terminal; /* where Enter is waited for; -1: nowhere */
    double began; /* seconds */
    char *proof;
    struct report_cost cost;
    char *svg; /* parts so far */
    size_t svg_bytes, svg_plots;
    bool no_memory;
};

/* attack: its name as it is typed; target: one line on what is attacked. options is borrowed. */
bool report_begin(struct report *report, const struct report_options *options, const char *attack,
                  const char *target, struct problem *problem) __attribute__((warn_unused_result));

/* One thing that was done and what came of it; with --step, Enter is waited for behind it. */
void report_step(struct report *report, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* A step that is worth its line only to who takes every step: left out without --step. */
void report_detail(struct report *report, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* A value by name: folded where it is long, but whole in JSON. */
void report_number(struct report *report, const char *name, mpz_srcptr number);
void report_bytes(struct report *report, const char *name, const void *bytes, size_t count);
void report_text(struct report *report, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* A line as it is, of a table or a picture: not wrapped, not in JSON. */
void report_line(struct report *report, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void report_plot(struct report *report, const struct plot *plot);
/* A member of JSON alone, which the report takes over: for what the lines show. */
void report_json(struct report *report, const char *name, json_t *value);

/* A program of python3 without single quotes that prints True. The last one counts. */
void report_proof(struct report *report, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* unit and real are borrowed until the end. The last one counts. */
void report_cost(struct report *report, const struct report_cost *cost);

/* Prints the verdict (a sentence without a full stop), the proof and the cost, writes the SVG, and
 * frees all. The exit status. A verdict of broken without a proof is a fault of ours: assert. */
int report_end(struct report *report, enum report_verdict verdict, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Something failed on the way: no verdict. The exit status. */
int report_fail(struct report *report, const struct problem *problem);

#endif
