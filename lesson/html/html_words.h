/*
 * The words around a lesson's page. They are in the page's language, and the pages of one folder are
 * in several: so they stand here, and not in the catalogue of the program's own language.
 */
#ifndef GLASSBOX_HTML_WORDS_H
#define GLASSBOX_HTML_WORDS_H

struct html_words {
    const char *language; /* "en" */
    const char *in_words; /* how the language calls itself */
    const char *contents, *all_lessons, *previous, *next;
    const char *copy, *copied, *terminal, *look, *open_all, *close_all, *printed, *elsewhere, *made;
};

/* English for a language that is not here. */
const struct html_words *html_words_of(const char *language);

#endif
