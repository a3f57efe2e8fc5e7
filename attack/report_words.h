/*
 * The words of a report: verdicts, counts, and how long things take.
 */
#ifndef GLASSBOX_REPORT_WORDS_H
#define GLASSBOX_REPORT_WORDS_H

#include "report.h"

/* "broken", "resisted", "not-applicable". */
const char *report_verdict_name(enum report_verdict verdict);

#define REPORT_WORDS_BYTES 64
/* 1234567 as "1,234,567"; from 10^15 on "10^17". */
void report_count_words(char out[REPORT_WORDS_BYTES], double count);
/* A time given by log10 of its seconds: "3 ms", "2.5 h", "10^17 years". */
void report_time_words(char out[REPORT_WORDS_BYTES], double log10_seconds);

/* Its lines, the second for what is extrapolated; the same as JSON (null: nothing was counted). */
void report_cost_print(FILE *out, const struct report_cost *cost);
json_t *report_cost_json(const struct report_cost *cost);

#endif
