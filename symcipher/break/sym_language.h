/*
 * Languages, as an attacker knows them: how often each letter comes, and a text to learn the rest
 * from.
 *
 *     en  English, 26 letters (alphabet latin)
 *     ru  Russian, 33 letters (alphabet russian)
 *
 * The texts are the project's own, texts/english.txt and texts/russian.txt, and are part of the
 * library. texts/talk.txt goes with both.
 * texts/count.py counts their letters into tables, texts/english.inc and texts/russian.inc.
 * What both are not: a measure of all writing. Verse, chat and contracts have other habits.
 *
 * Nothing is allocated; the rows live for ever.
 */
#ifndef GLASSBOX_SYM_LANGUAGE_H
#define GLASSBOX_SYM_LANGUAGE_H

#include "sym_alphabet.h"

struct sym_language; /* one row; read it through the functions below */

/* The table: rows 0 .. sym_language_count() - 1, or by name ("en"). NULL if there is no such row. */
size_t sym_language_count(void);
const struct sym_language *sym_language_at(size_t row);
const struct sym_language *sym_language_find(const char *name);

const char *sym_language_name(const struct sym_language *language);  /* "en" */
const char *sym_language_title(const struct sym_language *language); /* "English" */
const struct sym_alphabet *sym_language_alphabet(const struct sym_language *language);

/* UTF-8, *bytes of it. */
const char *sym_language_text(const struct sym_language *language, size_t *bytes);
/* Lines as people type them into a chat, in both languages: for what is moved with its blanks. */
const char *sym_language_talk(size_t *bytes);

/* The share of a letter among the letters of the text, 0 to 1; index below the alphabet's size. */
double sym_language_share(const struct sym_language *language, uint32_t index);
/* The chance that two letters drawn from the text are the same: the index of coincidence. */
double sym_language_coincidence(const struct sym_language *language);

#endif
