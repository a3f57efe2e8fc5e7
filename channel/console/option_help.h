/*
 * --help of a table of options: the layout of argp (GNU C library), but in columns, not in bytes, so
 * that it holds in every language.
 */
#ifndef GLASSBOX_OPTION_HELP_H
#define GLASSBOX_OPTION_HELP_H

#include "option_table.h"

/* options end with one that has neither name nor key; their texts and those of the table are
 * translated here. The list is sorted. name: of the command, as its usage line begins. */
void option_help(FILE *out, const struct option_table *table, struct argp_option *options,
                 const char *name);

#endif
