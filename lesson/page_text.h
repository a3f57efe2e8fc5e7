/*
 * A page of a lesson as text for a terminal.
 *
 * Paragraphs and tables fit its columns, what is typed is bold, and an answer that is folded away
 * stands at the end of the text, under its number. Else the Markdown stays as it is.
 */
#ifndef GLASSBOX_PAGE_TEXT_H
#define GLASSBOX_PAGE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* False: no memory. */
bool page_text_write(FILE *out, const char *page, size_t columns, bool coloured)
    __attribute__((warn_unused_result));

#endif
