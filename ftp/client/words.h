/*
 * A typed line as words: 'single' and "double" quotes, \ before a character, # to the end of the
 * line, ; between commands. Unquoted * ? [ make a pattern.
 */
#ifndef GLASSBOX_FTP_WORDS_H
#define GLASSBOX_FTP_WORDS_H

#include <stdbool.h>
#include <stddef.h>

struct word {
    char *text;
    char *pattern; /* of pattern.h, what was quoted standing behind \; NULL: no pattern */
};

struct words {
    struct word *list;
    size_t count;
    /* For completion: where the last word begins in the line (its end, if a blank stands there),
     * and the quote that is still open, or 0. */
    size_t last_at;
    char quote;
    const char *rest; /* what stands behind the first ; outside of quotes; NULL: nothing */
    bool options[26]; /* of a command, -a to -z: for who takes them off */
};
#define WORDS_HAS(words, letter) ((words)->options[(letter) - 'a'])

/* Up to the first ; of the line. False: no memory. An open quote is the caller's to judge. */
bool words_split(struct words *words, const char *line);
bool words_add(struct words *words, const char *text);
/* Takes one out. */
void words_remove(struct words *words, size_t index);
void words_free(struct words *words);

/* The text as one word of a line, with \ where it needs them; inside `quote` (0: none) only that
 * quote is left out of account. A new string, NULL without memory. */
char *words_quote(const char *text, char quote);

#endif
