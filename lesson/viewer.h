/*
 * The programs that show a page to a person: a pager, a browser.
 */
#ifndef GLASSBOX_VIEWER_H
#define GLASSBOX_VIEWER_H

#include <stdbool.h>
#include <stddef.h>

/* Hands the text to $PAGER, or less. False: it could not be started. */
bool viewer_page(const char *text, size_t bytes);

/* Opens the file by $BROWSER, or xdg-open where there is a screen. False: neither is there, or it
 * failed at once. */
bool viewer_browse(const char *path);

#endif
