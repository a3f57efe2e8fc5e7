/*
 * cipher walk poly1305: the accumulator after each block. Without options it is the example of
 * RFC 8439 2.5.2.
 */
#include "source.h"
#include "sym_poly1305.h"
#include "translate.h"
#include "walk.h"

#include <gmp.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK         SYM_POLY1305_BLOCK_BYTES
#define MESSAGE_LIMIT ((size_t)64 * 1024)

struct poly_options {
    struct walk_options walk;
    struct source_options source;
    const char *key;
};

#define S struct poly_options
static const struct option_row rows[] = {
    ARGUMENT(S, source.file, NULL),
    TEXT(S, key, "key", 'k', "HEX", "32 bytes, r and s (default: those of RFC 8439 2.5.2)"),
    GROUP(S, source, source_table),
    FLAG(S, source.hex, "hex", 'x', "The message is hexadecimal"),
    GROUP(S, walk, walk_table),
    {0}};
#undef S
static const struct option_table table = {
    .rows = rows,
    .arguments = N_("[FILE]"),
    .text = N_(
        "Tells how a tag is summed up: a = (a + block) r modulo 2^130 - 5 for each block, and "
        "s added in the end."
        "\vExamples:\n"
        "  cipher walk poly1305\n"
        "  cipher walk poly1305 --text hello --python"),
};

static void from_little_endian(mpz_t number, const uint8_t *bytes, size_t count)
{
    mpz_import(number, count, -1, 1, 1, 0, bytes);
}

/* 17 bytes, since the accumulator has 130 bits. */
static void tell(struct walk *walk, const char *name, const char *formula, const char *section,
                 const mpz_t number)
{
    uint8_t bytes[BLOCK + 1] = {0};
    for (size_t i = 0; i < sizeof(bytes) * 8; i++)
        if (mpz_tstbit(number, i))
            bytes[sizeof(bytes) - 1 - i / 8] |= (uint8_t)(1 << i % 8);
    walk_step(walk, name, formula, section, bytes, sizeof(bytes));
}

struct sum {
    mpz_t p, r, s, a, block, before;
};

/* 2.5.1: one block, with a 1 behind its last byte. */
static void one_block(struct walk *walk, struct sum *sum, const uint8_t *data, size_t bytes,
                      size_t number)
{
    uint8_t padded[BLOCK + 1];
    char name[40];
    memcpy(padded, data, bytes);
    padded[bytes] = 1;
    from_little_endian(sum->block, padded, bytes + 1);
    mpz_set(sum->before, sum->a);
    mpz_add(sum->a, sum->a, sum->block);
    mpz_mul(sum->a, sum->a, sum->r);
    mpz_mod(sum->a, sum->a, sum->p);
    snprintf(name, sizeof(name), "block %zu", number);
    tell(walk, name, "the bytes, little-endian, with 01 behind them", "RFC 8439 2.5.1", sum->block);
    snprintf(name, sizeof(name), "a %zu", number);
    tell(walk, name, "(a + block) r mod 2^130 - 5", "RFC 8439 2.5.1", sum->a);
    if (!walk->options->json) {
        gmp_printf("  block %zu  %33Zx\n", number, sum->block);
        gmp_printf("      a  %36Zx\n", sum->a);
    }
    char *line = NULL;
    if (gmp_asprintf(&line, "(%#Zx + %#Zx) * %#Zx %% (2**130 - 5) == %#Zx", sum->before, sum->block,
                     sum->r, sum->a) >= 0)
        walk_python(walk, "%s", line);
    void (*release)(void *, size_t);
    mp_get_memory_functions(NULL, NULL, &release);
    if (line)
        release(line, strlen(line) + 1);
    walk_pause(walk);
}

static void begin(struct walk *walk, struct sum *sum, const uint8_t key[32])
{
    uint8_t r[BLOCK];
    mpz_inits(sum->p, sum->r, sum->s, sum->a, sum->block, sum->before, NULL);
    mpz_ui_pow_ui(sum->p, 2, 130);
    mpz_sub_ui(sum->p, sum->p, 5);
    memcpy(r, key, BLOCK);
    for (size_t i = 3; i < BLOCK; i += 4)
        r[i] &= 15; /* 2.5: clamp */
    for (size_t i = 4; i < BLOCK; i += 4)
        r[i] &= 252;
    from_little_endian(sum->r, r, BLOCK);
    from_little_endian(sum->s, key + BLOCK, BLOCK);
    tell(walk, "r", "the first half of the key, 22 of its bits cleared", "RFC 8439 2.5", sum->r);
    tell(walk, "s", "the second half", "RFC 8439 2.5", sum->s);
    if (walk->options->json)
        return;
    gmp_printf("  r = %37Zx\n  s = %37Zx\n", sum->r, sum->s);
}

static void finish(struct walk *walk, struct sum *sum, uint8_t tag[BLOCK])
{
    size_t count;
    memset(tag, 0, BLOCK);
    mpz_add(sum->a, sum->a, sum->s);
    tell(walk, "a + s", "of which the lower 128 bits are the tag", "RFC 8439 2.5.1", sum->a);
    if (!walk->options->json)
        gmp_printf("  a + s  %36Zx\n", sum->a);
    mpz_fdiv_r_2exp(sum->a, sum->a, (mp_bitcnt_t)8 * BLOCK);
    mpz_export(tag, &count, -1, 1, 1, 0, sum->a);
    mpz_clears(sum->p, sum->r, sum->s, sum->a, sum->block, sum->before, NULL);
}

static int run(const struct poly_options *options, struct problem *problem)
{
    uint8_t key[SYM_POLY1305_KEY_BYTES], tag[BLOCK], library[BLOCK], *message;
    size_t bytes;
    struct sum sum;
    struct walk walk;
    if (!walk_bytes(key, &bytes, "--key", options->key, sizeof(key), sizeof(key), problem))
        return console_problem(problem, CONSOLE_USAGE);
    if (!source_whole(&message, &bytes, &options->source, MESSAGE_LIMIT, problem))
        return console_problem(problem, CONSOLE_FAILED);
    if (!walk_open(&walk, &options->walk, "poly1305", problem)) {
        free(message);
        return console_problem(problem, CONSOLE_USAGE);
    }
    begin(&walk, &sum, key);
    for (size_t at = 0; at < bytes; at += BLOCK)
        one_block(&walk, &sum, message + at, bytes - at < BLOCK ? bytes - at : BLOCK,
                  at / BLOCK + 1);
    finish(&walk, &sum, tag);
    sym_poly1305(library, key, message, bytes);
    free(message);
    return walk_close(&walk, "tag = (a + s) mod 2^128, little-endian", tag, library, BLOCK);
}

int walk_poly1305(int argc, char **argv)
{
    struct poly_options options = {
        .key = "85d6be7857556d337f4452fe42d506a80103808afb0db2fd4abff6af4149f51b"};
    struct problem problem = {0};
    console_parse(&table, argc, argv, &options);
    if (!options.source.file && !options.source.text)
        options.source.text = "Cryptographic Forum Research Group";
    return run(&options, &problem);
}
