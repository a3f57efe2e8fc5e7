/*
 * The line to an oracle: sockets, what it has said of itself, queries and answers.
 */
#ifndef GLASSBOX_ATTACK_ORACLE_LINE_H
#define GLASSBOX_ATTACK_ORACLE_LINE_H

#include "attack_oracle.h"
#include "option_table.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ORACLE_HELLO "glassbox oracle"

/* --- sockets ----------------------------------------------------------------------------------- */

/* A listener at this address, which must be this machine's alone or the one that is allowed; -1. */
int oracle_line_listen(const char *address, unsigned port, const char *allowed,
                       struct problem *problem) __attribute__((warn_unused_result));
unsigned oracle_line_port(int listener);
void oracle_line_hurry(int socket); /* small packets are not held back */

/* --- the attacker's end -------------------------------------------------------------------------- */

struct oracle_line_options {
    const char *host, *allowed;
    unsigned port;
};
/* --host, --port, --i-am-allowed. */
extern const struct option_table oracle_line_table;

#define ORACLE_FIELDS 8
struct oracle_line {
    int socket;
    size_t bytes, read; /* of buffer: there, and handed out */
    char buffer[ORACLE_LINE_BYTES];
    char kind[16];
    struct {
        char name[16];
        char *value;
    } fields[ORACLE_FIELDS];
    size_t field_count;
};

/* Connects, and reads what it says of itself. */
bool oracle_line_open(struct oracle_line *line, const struct oracle_line_options *options,
                      struct problem *problem) __attribute__((warn_unused_result));
void oracle_line_close(struct oracle_line *line);

/* The value of a field; NULL: it has not said it. And as bytes, which the caller frees. */
const char *oracle_line_field(const struct oracle_line *line, const char *name);
uint8_t *oracle_line_bytes(size_t *bytes, const struct oracle_line *line, const char *name,
                           struct problem *problem) __attribute__((warn_unused_result));

/* Text of one line or several, each with its LF; then an answer for each, without it, valid until
 * the next call. False, NULL: the line is gone, or nothing came for a minute. */
bool oracle_line_send(struct oracle_line *line, const char *text, size_t bytes)
    __attribute__((warn_unused_result));
const char *oracle_line_receive(struct oracle_line *line) __attribute__((warn_unused_result));

#endif
