/*
 * Names: of keys (they become file names) and of people (the chat shows them). One rule for both.
 *
 * 1 to 32 characters: letters and digits, and . _ - inside; the first is a letter or a digit; it
 * does not end in .csv, so that NAME and FILE can be told apart on a command line. Letters are
 * those of ASCII, Latin, Greek, Cyrillic, Armenian, Georgian, kana, Chinese and Hangul: scripts
 * written from left to right that need no combining marks. So a name has no blanks, controls,
 * invisible or right-to-left characters, and one spelling in bytes. A word of it (between . _ -)
 * keeps to one of the Latin, Greek, Cyrillic, Armenian and Georgian alphabets: Cyrillic a among
 * Latin letters is not seen. Whether two names look alike is asked of name_skeleton.h.
 */
#ifndef GLASSBOX_KEY_NAME_H
#define GLASSBOX_KEY_NAME_H

#include "problem.h"

#define KEY_NAME_CHARACTERS 32
#define KEY_NAME_BYTES      (KEY_NAME_CHARACTERS * 4 + 1) /* of UTF-8, with the 0 at the end */

/* Whether name is legal; if not, the problem says which character is at fault. */
bool key_name_check(const char *name, struct problem *problem) __attribute__((warn_unused_result));

#endif
