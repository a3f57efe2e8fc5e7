/*
 * One line of a text that a person hands in on stdin: the talk of chat connect, the commands of
 * ftp connect.
 */
#ifndef GLASSBOX_INPUT_LINE_H
#define GLASSBOX_INPUT_LINE_H

#include "problem.h"

#include <stddef.h>

/* The text of a line of so many bytes, without its LF: a CR at its end is no part of it, and in the
 * first line (number 1) no byte order mark. It lies inside of line, behind which is room for a 0.
 * NULL, with a problem, if there is a zero byte in it. */
char *input_line(char *line, size_t bytes, size_t number, struct problem *problem)
    __attribute__((warn_unused_result));

#endif
