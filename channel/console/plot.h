/*
 * A plot of one or two rows of numbers: columns of blocks in a terminal, as wide as that is, or SVG.
 *
 *     letters of the text (full) and of English (light), percent
 *     12.7 |    _
 *          | _ |#|
 *        0 +-----------------
 *            a b c d e f g
 *
 * The first series is drawn full, the second light, so that they can be told apart without colour.
 * More values than there are columns are drawn in groups, each as high as its highest. Values that
 * are below 0 (or at 0 where y is logarithmic) or not finite are left out.
 */
#ifndef GLASSBOX_PLOT_H
#define GLASSBOX_PLOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#define PLOT_SERIES_MAX 2

enum plot_kind { PLOT_BARS, PLOT_POINTS };

struct plot_series {
    const char *name; /* for the key under the plot; NULL: none */
    const double *values;
};

struct plot {
    enum plot_kind kind;
    const char *title;         /* with the unit of y */
    const char *x;             /* what the columns are; NULL: labels say it */
    const char *const *labels; /* one a value; NULL: the numbers from first on */
    long first;
    bool logarithmic; /* y */
    size_t count;     /* of values in each series */
    size_t series_count;
    struct plot_series series[PLOT_SERIES_MAX];
};

/* For a terminal: console_columns wide. */
void plot_print(FILE *out, const struct plot *plot);

/* SVG: the head for so many plots one under the other, each by its place from 0, the tail. Colours
 * follow the reader's choice of light and dark. */
void plot_svg_head(FILE *out, size_t plots);
void plot_svg_part(FILE *out, const struct plot *plot, size_t place);
void plot_svg_tail(FILE *out);

#endif
