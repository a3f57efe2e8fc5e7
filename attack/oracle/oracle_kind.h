/*
 * The kinds of servers that tell too much: a row each, with its secret, its greeting and its answer.
 */
#ifndef GLASSBOX_ATTACK_ORACLE_KIND_H
#define GLASSBOX_ATTACK_ORACLE_KIND_H

#include "option_table.h"
#include "rsa_error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct oracle_options {
    const char *kind, *text;
    unsigned bits; /* of n */
    unsigned work; /* of one step of a comparison, in rounds of SHA-256 */
    unsigned long seed;
    bool fixed, counted;
};

/* Chance by a seed. */
struct oracle_chance {
    uint64_t state;
    struct rsa_random source;
};
void oracle_chance_start(struct oracle_chance *chance, uint64_t seed);

#define ORACLE_ANSWER_BYTES 32

struct oracle_secret;
struct oracle_kind {
    const char *name;
    const char *text; /* what is sealed if nothing else is said; NULL: digits by chance */
    struct oracle_secret *(*open)(const struct oracle_options *options,
                                  struct oracle_chance *chance, struct problem *problem);
    /* The lines between the first and "ready". */
    void (*greet)(FILE *out, const struct oracle_secret *secret);
    /* To one line, without its LF: a word. */
    void (*answer)(char out[ORACLE_ANSWER_BYTES], struct oracle_secret *secret, const char *line,
                   size_t bytes);
    void (*close)(struct oracle_secret *secret);
};

/* By name; NULL: none. And by index, NULL behind the last. */
const struct oracle_kind *oracle_kind_find(const char *name);
const struct oracle_kind *oracle_kind_at(size_t index);

extern const struct oracle_kind oracle_padding, oracle_v15, oracle_manger, oracle_timing;

/* For the kinds: the bytes of a line of hexadecimal, at most `space`; SIZE_MAX: it is none. */
size_t oracle_read_hex(uint8_t *out, size_t space, const char *line, size_t bytes);
void oracle_greet_hex(FILE *out, const char *name, const void *data, size_t bytes);
/* "check": the hash of what is to be found. */
void oracle_greet_check(FILE *out, const void *text, size_t bytes);

#endif
