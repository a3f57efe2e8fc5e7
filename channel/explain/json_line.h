/*
 * One line of JSON, written from left to right into memory that is used again for the next.
 *
 * jansson reads our recordings. It does not write them: a handshake is a hundred lines in a few
 * milliseconds, and a tree built and printed for each is work that this does without.
 *
 *     json_line_open(&line);
 *     json_line_text(&line, "kind", "frame");
 *     json_line_number(&line, "at", 17);
 *     json_line_close(&line);            {"kind":"frame","at":17}
 *
 * Without memory the line is marked as failed, and what follows does nothing.
 */
#ifndef GLASSBOX_JSON_LINE_H
#define GLASSBOX_JSON_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct json_line {
    char *data;
    size_t bytes, space;
    bool failed;
    bool comma; /* something stands before in this object or list */
};

/* name: of the member; NULL inside a list. */
void json_line_open(struct json_line *line, const char *name);
void json_line_open_list(struct json_line *line, const char *name);
void json_line_close(struct json_line *line);
void json_line_close_list(struct json_line *line);
void json_line_end(struct json_line *line); /* the end of the line */

/* NULL becomes null. Bytes that are not printable ASCII become question marks: no text of ours has
 * any, and the peer's words have passed through the engine. */
void json_line_text(struct json_line *line, const char *name, const char *text);
void json_line_number(struct json_line *line, const char *name, uint64_t number);
void json_line_bool(struct json_line *line, const char *name, bool value);
void json_line_hex(struct json_line *line, const char *name, const uint8_t *data, size_t bytes);

void json_line_clear(struct json_line *line); /* keeps the memory */
void json_line_free(struct json_line *line);  /* wipes */

#endif
