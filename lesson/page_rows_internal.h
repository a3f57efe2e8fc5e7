/*
 * What paragraphs and tables of a page share: text without marks, and its width.
 */
#ifndef GLASSBOX_PAGE_ROWS_INTERNAL_H
#define GLASSBOX_PAGE_ROWS_INTERNAL_H

#include "page_rows.h"

#define PAGE_ROWS_STRONG '\1' /* in a text without marks: bold begins or ends */

/* Without marks, in one line; strong: with PAGE_ROWS_STRONG in it. Allocated. */
char *page_rows_plain(const char *from, size_t bytes, bool strong);

/* Columns that these bytes take. */
size_t page_rows_width(const char *text, size_t bytes);

#endif
