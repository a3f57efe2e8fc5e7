/*
 * One line of a text that a person hands in on stdin, to chat connect or ftp connect.
 */
#ifndef GLASSBOX_INPUT_LINE_H
#define GLASSBOX_INPUT_LINE_H

#include "problem.h"

#include <stddef.h>

/* The text of a line of so many bytes, without its LF. A CR at the end is dropped, and in the first
 * line (number 1) a byte order mark. The text lies inside of line, which has room for a 0 behind
 * it. NULL, with a problem, if the line has a zero byte. */
char *input_line(char *line, size_t bytes, size_t number, struct problem *problem)
    __attribute__((warn_unused_result));

#endif
