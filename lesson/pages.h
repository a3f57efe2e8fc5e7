/*
 * The pages of the lessons: where they lie, and what stands at their beginning.
 *
 * They are the Markdown files of docs/: beside the program in the checkout (bin/lesson and docs/), or
 * installed (PREFIX/libexec/glassbox/lesson and PREFIX/share/glassbox/docs). In docs/ru are those
 * that are in Russian; a page that is not there is read in English.
 */
#ifndef GLASSBOX_PAGES_H
#define GLASSBOX_PAGES_H

#include "course.h"
#include "problem.h"

#include <limits.h>

#define PAGES_TEXT_BYTES 1024
#define PAGES_NAME_BYTES 64

struct pages {
    char folder[PATH_MAX - PAGES_NAME_BYTES]; /* of the English pages; absolute */
    char programs[PATH_MAX];                  /* the folder of this program and its sisters */
};

/* Finds them. */
bool pages_find(struct pages *pages, struct problem *problem) __attribute__((warn_unused_result));

/* How a page calls its lesson, as plain text in one line. */
struct page_head {
    char title[PAGES_TEXT_BYTES]; /* "Who are you, and are you allowed": without the number */
    char goal[PAGES_TEXT_BYTES];
    char time[PAGES_TEXT_BYTES];
};
bool pages_head(struct page_head *head, const struct pages *pages,
                const struct course_lesson *lesson, const char *language, struct problem *problem)
    __attribute__((warn_unused_result));

/* The language that the program speaks, "ru": pages are wanted in it, too. */
const char *pages_language(void);
/* The page of a lesson, below the folder: "ru/NAME.md" if it is there and wanted, else "NAME.md". */
void pages_page(char page[PAGES_NAME_BYTES], const struct pages *pages,
                const struct course_lesson *lesson, const char *language);
void pages_path(char path[PATH_MAX], const struct pages *pages, const struct course_lesson *lesson,
                const char *language);

#endif
