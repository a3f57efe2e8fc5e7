/*
 * The language of the chat: what stands inside the channel's data.
 *
 * A line is UTF-8, fields separated by TAB, ended by LF. The first field is a word of the table
 * below, which says what the others are; docs/chat.md prints the same table. The last field of kind
 * TEXT takes the rest of the line. Names have no blanks; a text is never empty.
 */
#ifndef GLASSBOX_CHAT_LINE_H
#define GLASSBOX_CHAT_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CHAT_LINE_MAX         4096                /* bytes of a line from a client, with its LF */
#define CHAT_TEXT_MAX         4000                /* bytes of a text that a client sends */
#define CHAT_ANSWER_MAX       (4 * CHAT_LINE_MAX) /* of a line from the server: see session_lines.c */
#define CHAT_FIELDS           4                   /* at most, behind the word */
#define CHAT_NAME_BYTES       160                 /* a key's name, and "(2)" behind it */
#define CHAT_CLOCK_BYTES      24
#define CHAT_NAMES_MORE_BYTES 5 /* what stands behind names that are not all: " ..." */

enum chat_word {
    /* from a client */
    CHAT_SAY,
    CHAT_ME,
    CHAT_MSG,
    CHAT_WHO,
    CHAT_QUIT,
    CHAT_CLIENT_WORDS,
    /* from the server */
    CHAT_WELCOME = CHAT_CLIENT_WORDS,
    CHAT_SAID,
    CHAT_DID,
    CHAT_WHISPERED,
    CHAT_JOINED,
    CHAT_LEFT,
    CHAT_JOINED_MANY,
    CHAT_LEFT_MANY,
    CHAT_RENAMED,
    CHAT_PRESENT,
    CHAT_ERROR,
    CHAT_WORDS
};

struct chat_word_row {
    const char *word;
    const char *fields[CHAT_FIELDS]; /* their names; NULL behind the last */
    bool rest;                       /* the last field is a text that takes the rest of the line */
    const char *meaning;
};
const struct chat_word_row *chat_word_row(enum chat_word word);

/* A field, a slice of the line. */
struct chat_field {
    const char *text;
    size_t bytes;
};

struct chat_line {
    enum chat_word word;
    struct chat_field fields[CHAT_FIELDS];
};

/* Reads a line (without its LF) from a client, or from the server. NULL if it is right, else what
 * is wrong with it, in a few words. */
const char *chat_line_read(struct chat_line *line, bool from_server, const char *text,
                           size_t bytes);

/* Writes a line with its LF; fields as the table asks. Returns its size, 0 if it does not fit. */
size_t chat_line_write(char *out, size_t space, enum chat_word word, const char *const fields[]);

/* Adds one to a list of names, separated by blanks: *used bytes of it (0 at first), at most `space`,
 * and CHAT_NAMES_MORE_BYTES behind them. False: it does not fit, and "..." says so, which is no name;
 * the list is full. */
bool chat_names_add(char *names, size_t *used, size_t space, const char *name);

/* The time field, now: milliseconds since 1970, in decimal. */
void chat_clock_text(char text[CHAT_CLOCK_BYTES]);
/* Under --seed the clock stands at the first school day of 2026, 08:00 UTC, and goes on by a second
 * with every line (SEED_CLOCK): so much for line number i, from 0. */
void chat_clock_lesson(char text[CHAT_CLOCK_BYTES], unsigned i);
/* That field as "HH:MM:SS" of local time; "--:--:--" if it is no time. */
void chat_clock_show(char text[CHAT_CLOCK_BYTES], const struct chat_field *field);

#endif
