/*
 * The words of a recording for what is a number in the code; docs/recording.md.
 */
#ifndef GLASSBOX_RECORDING_NAMES_H
#define GLASSBOX_RECORDING_NAMES_H

enum recording_words {
    WORDS_KIND, /* enum trace_kind, and RECORDING_MATH */
    WORDS_SECRECY,
    WORDS_ROLE,
    WORDS_ERROR,   /* "ok", "not_allowed": as in enum channel_error, without the prefix */
    WORDS_KEY,     /* enum trace_key: "own identity" */
    WORDS_MESSAGE, /* as in the table of the wire; NULL for WIRE_MESSAGES */
};
#define RECORDING_MATH (TRACE_CLOSE + 1) /* a line of its own, though part of its step */

const char *recording_word(enum recording_words words, int number);
/* The way back; -1 if there is no such word. */
int recording_number(enum recording_words words, const char *word);

#endif
