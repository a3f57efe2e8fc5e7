/*
 * What went wrong, and what to do about it; see problem.h.
 */
#include "problem.h"

#include "translate.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

bool(problem_set)(struct problem *problem, const char *format, ...)
{
    if (!problem || problem->message[0] != '\0')
        return false;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(problem->message, sizeof(problem->message), translate(format), arguments);
    va_end(arguments);
    return false;
}

bool(problem_hint)(struct problem *problem, const char *format, ...)
{
    if (!problem || problem->hint[0] != '\0')
        return false;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(problem->hint, sizeof(problem->hint), translate(format), arguments);
    va_end(arguments);
    return false;
}

bool(problem_errno)(struct problem *problem, const char *format, ...)
{
    int error = errno;
    char what[PROBLEM_TEXT_BYTES - 128]; /* leaves room for the reason */
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(what, sizeof(what), translate(format), arguments);
    va_end(arguments);
    problem_set(problem, "%s: %s", what, translate(strerrordesc_np(error)));
    errno = error;
    return false;
}

bool(problem_memory)(struct problem *problem)
{
    return problem_set(problem, "no memory");
}
