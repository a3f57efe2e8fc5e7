/*
 * What the files of the Markdown writer share: its state, and the text that waits.
 */
#ifndef GLASSBOX_MARKDOWN_INTERNAL_H
#define GLASSBOX_MARKDOWN_INTERNAL_H

#include "markdown.h"

#include <limits.h>
#include <stdbool.h>

#define MARKDOWN_TERMINALS      8
#define MARKDOWN_TERMINAL_BYTES 32

struct markdown_text {
    char *data; /* a 0 follows it; NULL while it is empty */
    size_t bytes, space;
};

struct markdown {
    FILE *out;      /* the page, or what is captured */
    FILE *page;     /* while `out` is something else */
    char *captured; /* of a heading or a first cell, whose anchor comes before it */
    size_t captured_bytes;
    struct markdown_text waiting; /* running text: terms are looked for when it ends */
    struct markdown_text raw;     /* of a code block, or of raw HTML */
    struct markdown_text plain;   /* what is captured, without markup */
    const struct markdown_request *request;
    struct markdown_result *result;
    struct problem *problem;
    bool *seen; /* terms that were explained since the last heading */
    unsigned tips, level, column;
    bool in_code, in_raw, in_link, in_image, in_emphasis, failed;
    const char *link_end;
    char language[MARKDOWN_TERMINAL_BYTES]; /* of the code block */
    char terminals[MARKDOWN_TERMINALS][MARKDOWN_TERMINAL_BYTES];
    size_t terminal_count;
};

/* False and m->failed if there is no memory. */
bool markdown_add(struct markdown *m, struct markdown_text *text, const char *data, size_t bytes);
void markdown_clear(struct markdown_text *text);

/* Text with line ends in it, escaped. */
void markdown_put_lines(FILE *out, const char *text, size_t bytes);

/* Code blocks: "console anna" is a terminal. */
void markdown_put_code(struct markdown *m);
/* Raw HTML: folds. */
void markdown_put_raw(struct markdown *m);

/* The text that waits, with the terms in it. */
void markdown_flush(struct markdown *m);
/* The same of what stands in emphasis: if it is a term, it is explained again. */
void markdown_flush_emphasis(struct markdown *m);

void markdown_open_link(struct markdown *m, const char *target, size_t bytes);
void markdown_put_picture(struct markdown *m, const char *target, size_t bytes, const char *alt);

#endif
