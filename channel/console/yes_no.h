/*
 * What was answered to a question of yes or no.
 *
 * The words of the language that is set, and the English ones beside them, whole or by their first
 * letter, in any case: yes, y, да, Д; no, n, нет, Н. Where an answer may also be a name, what only
 * begins like one of the words (nope, nora, неа) may be either: who asks asks once more.
 */
#ifndef GLASSBOX_YES_NO_H
#define GLASSBOX_YES_NO_H

enum yes_no { YES_NO_YES, YES_NO_NO, YES_NO_NEARLY, YES_NO_OTHER };

/* line: as typed, with or without its end; blanks around it do not count. */
enum yes_no yes_no_read(const char *line) __attribute__((warn_unused_result));

#endif
