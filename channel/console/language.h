/*
 * Which language a program speaks: --lang LANGUAGE, else as the environment says it to every
 * program (GNU gettext manual, "Locale Environment Variables").
 */
#ifndef GLASSBOX_LANGUAGE_H
#define GLASSBOX_LANGUAGE_H

#include "problem.h"

/* Takes "--lang LANGUAGE" and "--lang=LANGUAGE" out of the command line, wherever they stand before
 * a word "--", and sets the language; the last one counts. Without them: the first language of
 * LANGUAGE that there is, else the one of LC_ALL, LC_MESSAGES or LANG, the first of them that is
 * set; English if there is none such, or that locale is C. Its locale need not be installed.
 * False for an unknown language of the command line: the problem names those that there are. */
bool language_start(int *argc, char **argv, struct problem *problem);

/* The same for one language by its name, as the option says it. */
bool language_set(const char *name, struct problem *problem);

/* The languages that there are, "en, ru". */
void language_list(char *out, unsigned long space);

#endif
