/*
 * What the plot for a terminal and the one in SVG share: heights and labels.
 */
#ifndef GLASSBOX_PLOT_SCALE_H
#define GLASSBOX_PLOT_SCALE_H

#include "plot.h"

#define PLOT_LABEL_BYTES 64

struct plot_scale {
    double least, most; /* at height 0 and 1 */
    bool logarithmic;
};

struct plot_scale plot_scale(const struct plot *plot);
/* 0 to 1, of a value that is drawn. */
double plot_height(const struct plot_scale *scale, double value);
bool plot_is_drawn(const struct plot *plot, double value);
/* Printable, cut to the room there is. */
void plot_label(char out[PLOT_LABEL_BYTES], const struct plot *plot, size_t index);

#endif
