/*
 * A walk: an algorithm of the textbook, computed step by step beside the library, for people or as
 * JSON. In the end both must have come to the same bytes, or the walk fails.
 *
 *     if (!walk_open(&walk, &options.walk, "poly1305", &problem)) ...
 *     walk_line(&walk, "r = ...");                        // a row for people
 *     walk_step(&walk, "r", "clamp(key[0..15])", "RFC 8439 2.5.1", r, 16);     // for JSON
 *     walk_python(&walk, "0x12 ^ 0x34 == 0x26");          // True, says python3; of the last step
 *     walk_pause(&walk);                                  // --step waits for Enter
 *     return walk_close(&walk, "tag", ours, library, 16);
 */
#ifndef GLASSBOX_CIPHER_WALK_H
#define GLASSBOX_CIPHER_WALK_H

#include "option_table.h"

#include <jansson.h>
#include <stdint.h>

struct walk_options {
    bool json, step, python, full;
};
/* --json, --step, --python, --full; the first with none of the others. */
extern const struct option_table walk_table;

struct walk {
    const struct walk_options *options;
    json_t *root, *steps, *last;
    int terminal; /* where Enter is waited for; -1: nowhere */
};

bool walk_open(struct walk *walk, const struct walk_options *options, const char *what,
               struct problem *problem) __attribute__((warn_unused_result));
void walk_line(struct walk *walk, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The same in bold. */
void walk_heading(struct walk *walk, const char *format, ...) __attribute__((format(printf, 2, 3)));
void walk_step(struct walk *walk, const char *name, const char *formula, const char *section,
               const uint8_t *value, size_t bytes);
/* An expression of Python that is True; people see it as a command with --python. */
void walk_python(struct walk *walk, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* A member of JSON alone, taken over. */
void walk_json(struct walk *walk, const char *name, json_t *value);
void walk_pause(struct walk *walk);
/* Shows the result and whether the library has the same; frees all. The exit status. */
int walk_close(struct walk *walk, const char *name, const uint8_t *ours, const uint8_t *library,
               size_t bytes);

/* The value of an option as bytes, least to most of them; what: "--key". Wrong usage is a
 * problem. */
bool walk_bytes(uint8_t *out, size_t *bytes, const char *what, const char *digits, size_t least,
                size_t most, struct problem *problem) __attribute__((warn_unused_result));

/* Hexadecimal digits with a 0 behind. */
void walk_hex(char *out, const uint8_t *data, size_t bytes);

int walk_aes(int argc, char **argv);
int walk_cbc(int argc, char **argv);
int walk_chacha20(int argc, char **argv);
int walk_feistel(int argc, char **argv);
int walk_letters(int argc, char **argv);
int walk_mlkem(int argc, char **argv);
int walk_poly1305(int argc, char **argv);
int walk_quarter_round(int argc, char **argv);

#endif
