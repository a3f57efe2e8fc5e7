/*
 * What is said to people, in their language: gettext, with one catalogue for the whole house.
 *
 *     printf(_("%s has no key\n"), name);                       // a text that is printed here
 *     static const char *const names[] = {N_("open"), ...};     // one that is printed elsewhere,
 *     puts(_(names[i]));                                        // and translated there
 *     printf(translate_count("%u byte\n", "%u bytes\n", n), n); // a text that depends on a number
 *
 * problem_set, console_error, console_usage and their like translate their format by themselves:
 * there a plain text is enough. Whole sentences with holes, never pieces that are glued: another
 * language may want them in another order (%2$s). Numbers, fingerprints, JSON, names in logs and
 * names of options are the same in all languages.
 *
 * The catalogue of a language is po/LANGUAGE.po; `make` builds LANGUAGE/LC_MESSAGES/glassbox.mo of
 * it. Libraries below channel know nothing of it: who shows their words translates them.
 */
#ifndef GLASSBOX_TRANSLATE_H
#define GLASSBOX_TRANSLATE_H

#include <stdbool.h>

#define TRANSLATE_DOMAIN "glassbox"

#define _(text)  translate(text)
#define N_(text) text

/* The text in the language that is set; as it is, if there is no translation. "" stays "". */
const char *translate(const char *text) __attribute__((format_arg(1)));

/* The form for this number: in English one if it is 1, else many. */
const char *translate_count(const char *one, const char *many, unsigned long count)
    __attribute__((format_arg(1), format_arg(2)));

/* A sentence of the three libraries, whose holes it has filled itself, or any other text that has no
 * holes: its translation, or the text as it is. The answer is out, or lives as long as text. */
#define TRANSLATE_LIBRARY_BYTES 1024
const char *translate_library(char out[TRANSLATE_LIBRARY_BYTES], const char *text);

/* The same of each part of a text between ": ", as drivers say what failed: "host port 2121: the peer
 * says: the key is not allowed". Cuts what does not fit; returns out. */
const char *translate_parts(char out[TRANSLATE_LIBRARY_BYTES], const char *text);

/* From now on texts are those of FOLDER/LANGUAGE/LC_MESSAGES/glassbox.mo; a language "en" needs no
 * file. For the start of a program, before its threads. False: there is no such catalogue, or the
 * file is none, and nothing has changed. It sets LANGUAGE in the environment, so that programs
 * which are started from here speak the same. */
bool translate_to(const char *folder, const char *language);

/* Whether the language is another than English. */
bool translate_is_on(void);

/* Whether translate_to would do. */
bool translate_has(const char *folder, const char *language);

#endif
