/* A plot as a file; it appears when it is whole. */
#ifndef GLASSBOX_CIPHER_SVG_H
#define GLASSBOX_CIPHER_SVG_H

#include "plot.h"
#include "problem.h"

bool svg_write(const char *path, const struct plot *plot, struct problem *problem)
    __attribute__((warn_unused_result));

#endif
