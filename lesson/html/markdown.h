/*
 * A page of docs/ as HTML: what stands between the head and the foot of a lesson.
 *
 * libmd4c reads the Markdown (CommonMark with tables); what it finds is written here, so that
 * headings get anchors, ```console blocks their prompts and commands, terms of the glossary their
 * meanings, pictures their bytes. Of raw HTML the pages use folds alone: <details> and <summary>,
 * whatever else looks like markup is text.
 */
#ifndef GLASSBOX_MARKDOWN_H
#define GLASSBOX_MARKDOWN_H

#include "glossary.h"
#include "html_words.h"
#include "slug.h"

#include <stdio.h>

#define MARKDOWN_HEADINGS      64
#define MARKDOWN_HEADING_BYTES 256

struct markdown_heading {
    unsigned level;
    char text[MARKDOWN_HEADING_BYTES]; /* plain */
    char slug[SLUG_BYTES];
};

struct markdown_request {
    const char *docs;                /* the folder docs/ */
    const char *page;                /* below it: "03-who-are-you.md", "ru/glossary.md" */
    const struct glossary *glossary; /* of the page's language */
    const struct html_words *words;  /* the same */
    bool is_alone;                   /* no other page is beside it: a link to one is only told */
};

struct markdown_result {
    struct markdown_heading headings[MARKDOWN_HEADINGS]; /* the first ones */
    size_t heading_count;
};

/* Writes the HTML. False: no memory, or a file cannot be read. */
bool markdown_write(FILE *out, struct markdown_result *result,
                    const struct markdown_request *request, const char *text, size_t bytes,
                    struct problem *problem) __attribute__((warn_unused_result));

#endif
