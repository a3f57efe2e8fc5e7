/*
 * A page of docs/ as one file for the browser: styles, scripts and pictures are in it, and it loads
 * nothing.
 */
#ifndef GLASSBOX_HTML_PAGE_H
#define GLASSBOX_HTML_PAGE_H

#include "pages.h"

#include <stdbool.h>
#include <stdio.h>

extern const char lesson_css[], lesson_js[]; /* each with a 0 at its end */

struct html_page_request {
    const struct pages *pages;
    const char *page; /* below the pages' folder: "03-who-are-you.md", "ru/glossary.md" */
    bool is_alone;    /* no other page lies beside it */
};

bool html_page_write(FILE *out, const struct html_page_request *request, struct problem *problem)
    __attribute__((warn_unused_result));

/* All pages of docs/ as one folder, made where it is not there; README.md becomes index.html, and
 * what is in docs/ru comes into ru/. Only pages are replaced; other files in it stay. */
bool html_folder_write(const char *folder, const struct pages *pages, size_t *count,
                       struct problem *problem) __attribute__((warn_unused_result));

/* "ru/03-who-are-you.md" is "ru/03-who-are-you.html". */
void html_page_name(char name[PAGES_NAME_BYTES], const char *page);

#endif
