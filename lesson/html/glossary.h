/*
 * The terms of docs/glossary.md and their meanings, and where one stands in a text.
 *
 * A row of the page is a term: the first cell is its name, the last its meaning. A name may have
 * more than one form ("baby steps, giant steps"), and letters in brackets behind it that do not
 * count. Forms are found whatever the case, in the plural, and in Russian with other endings.
 */
#ifndef GLASSBOX_GLOSSARY_H
#define GLASSBOX_GLOSSARY_H

#include "problem.h"
#include "slug.h"

#include <stddef.h>

struct glossary_term {
    char *name, *meaning; /* plain text */
    char slug[SLUG_BYTES];
};

struct glossary {
    struct glossary_term *terms;
    size_t count;
};

/* Reads the page at path. {0} if there is none: pages do without it. */
bool glossary_read(struct glossary *glossary, const char *path, struct problem *problem)
    __attribute__((warn_unused_result));
/* Fine on a {0}. */
void glossary_free(struct glossary *glossary);

struct glossary_place {
    size_t begin, end; /* bytes of the text */
    size_t term;
};
/* The first term of the text at `from` or behind it that is not among the skipped; the longest, if
 * several begin there. skipped: a flag for each term. False: there is none. */
bool glossary_find(struct glossary_place *place, const struct glossary *glossary, const char *text,
                   size_t bytes, size_t from, const bool *skipped);

#endif
