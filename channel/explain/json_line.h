/*
 * Lines of JSON, written from left to right into memory that is used again for the next.
 *
 * jansson reads our recordings. It does not write them: a handshake is a hundred lines in a few
 * milliseconds, and a tree built and printed for each would cost too much.
 *
 *     json_line_put(&line, "{'kind':%s,'at':%u}\n", "frame", (uint64_t)17);
 *
 *     {"kind":"frame","at":17}
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
};

/* The format as it is, its ' as ", and for
 *   %s  a text in quotes, null for NULL; bytes that are not printable ASCII become question marks:
 *       no text of ours has any, and the peer's words have passed through the engine
 *   %u  a uint64_t
 *   %b  a bool
 *   %x  bytes in quotes as hex: const uint8_t *, size_t */
void json_line_put(struct json_line *line, const char *format, ...);

void json_line_clear(struct json_line *line); /* keeps the memory */
void json_line_free(struct json_line *line);  /* wipes */

#endif
