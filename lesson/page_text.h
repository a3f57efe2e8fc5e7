/*
 * A page of a lesson as text for a terminal.
 *
 * The Markdown stays as it is, but for what gets in the way there: an answer that is folded away
 * stands at the end of the text, and what is typed is bold.
 */
#ifndef GLASSBOX_PAGE_TEXT_H
#define GLASSBOX_PAGE_TEXT_H

#include <stdbool.h>
#include <stdio.h>

/* False: no memory. */
bool page_text_write(FILE *out, const char *page, bool coloured)
    __attribute__((warn_unused_result));

#endif
