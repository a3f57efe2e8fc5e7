/*
 * Paragraphs and tables of a page, made to fit a terminal.
 */
#ifndef GLASSBOX_PAGE_ROWS_H
#define GLASSBOX_PAGE_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct page_rows {
    FILE *out;
    size_t columns;
    bool coloured;
};

/* Lines of Markdown that are one paragraph or one item of a list: wrapped anew, strong words bold,
 * links as their words. False: no memory. */
bool page_rows_fill(const struct page_rows *rows, const char *text, size_t bytes)
    __attribute__((warn_unused_result));

/* The lines of a table, "| a | b |", with a line of dashes below the headings. */
bool page_rows_table(const struct page_rows *rows, const char *text, size_t bytes)
    __attribute__((warn_unused_result));

#endif
