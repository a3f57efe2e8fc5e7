/*
 * Rows of results in three forms: columns for people, CSV for a spreadsheet, JSON for programs.
 *
 * A row is a JSON object; a cell is a text or a number. Columns are the keys, in the order of the
 * list.
 */
#ifndef GLASSBOX_LESSON_RESULT_H
#define GLASSBOX_LESSON_RESULT_H

#include "problem.h"

struct json_t;

/* columns: keys, which ends with NULL; titles: as columns are called, in the same order. */
bool result_print_columns(const struct json_t *rows, const char *const keys[],
                          const char *const titles[], struct problem *problem)
    __attribute__((warn_unused_result));
bool result_print_csv(const struct json_t *rows, const char *const keys[], struct problem *problem)
    __attribute__((warn_unused_result));
bool result_print_json(const struct json_t *json, struct problem *problem)
    __attribute__((warn_unused_result));

#endif
