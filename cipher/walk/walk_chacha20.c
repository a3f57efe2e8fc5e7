/*
 * cipher walk quarter-round and chacha20: RFC 8439, whose own examples (2.1.1 and 2.3.2) are what
 * they show without options.
 */
#include "rounds.h"
#include "translate.h"
#include "walk.h"

#include <stdlib.h>
#include <string.h>

static void little_endian(uint8_t out[4], uint32_t word)
{
    for (size_t i = 0; i < 4; i++, word >>= 8)
        out[i] = (uint8_t)word;
}

static uint32_t big_endian_word(const uint8_t in[4])
{
    return (uint32_t)in[0] << 24 | (uint32_t)in[1] << 16 | (uint32_t)in[2] << 8 | in[3];
}

/* --- the quarter round ----------------------------------------------------------------------- */

struct quarter_options {
    struct walk_options walk;
    const char *words;
};

#define S struct quarter_options
static const struct option_row quarter_rows[] = {
    TEXT(S, words, "words", 0, "HEX", "a, b, c and d: 16 bytes (default: those of RFC 8439 2.1.1)"),
    GROUP(S, walk, walk_table),
    {0}};
#undef S
static const struct option_table quarter_table = {
    .rows = quarter_rows,
    .text = N_("Tells the twelve operations of a quarter round: sums modulo 2^32, XORs, rotations."
               "\vExamples:\n"
               "  cipher walk quarter-round\n"
               "  cipher walk quarter-round --words 00000001000000000000000000000000 --python"),
};

/* One line of RFC 8439 2.1: a += b; d ^= a; d <<<= n. */
static void quarter_line(struct walk *walk, uint32_t *sum, uint32_t add, uint32_t *turned,
                         unsigned by, const char names[3])
{
    uint32_t before = *sum, old = *turned;
    uint8_t value[8];
    char name[40];
    *sum += add;
    uint32_t mixed = old ^ *sum;
    *turned = mixed << by | mixed >> (32 - by);
    walk_line(walk, "  %c = %c + %c  = %08x + %08x = %08x", names[0], names[0], names[1], before,
              add, *sum);
    walk_line(walk, "  %c = %c ^ %c  = %08x ^ %08x = %08x", names[2], names[2], names[0], old, *sum,
              mixed);
    walk_line(walk, "  %c <<< %-2u  = %08x", names[2], by, *turned);
    snprintf(name, sizeof(name), "%c += %c; %c ^= %c; %c <<<= %u", names[0], names[1], names[2],
             names[0], names[2], by);
    little_endian(value, *sum);
    little_endian(value + 4, *turned);
    walk_step(walk, name, "modulo 2^32; both words, little-endian", "RFC 8439 2.1", value, 8);
    walk_python(walk,
                "(lambda s: (s, ((0x%08x ^ s) << %u | (0x%08x ^ s) >> %u) & 2**32 - 1))"
                "(0x%08x + 0x%08x & 2**32 - 1) == (0x%08x, 0x%08x)",
                old, by, old, 32 - by, before, add, *sum, *turned);
    walk_pause(walk);
}

int walk_quarter_round(int argc, char **argv)
{
    struct quarter_options options = {.words = "11111111010203049b8d6f4301234567"};
    struct problem problem = {0};
    struct walk walk;
    uint8_t given[16], ours[16], book[16];
    uint32_t w[4], again[4];
    size_t bytes;
    console_parse(&quarter_table, argc, argv, &options);
    if (!walk_bytes(given, &bytes, "--words", options.words, 16, 16, &problem) ||
        !walk_open(&walk, &options.walk, "quarter-round", &problem))
        return console_problem(&problem, CONSOLE_USAGE);
    for (size_t i = 0; i < 4; i++)
        w[i] = again[i] = big_endian_word(given + 4 * i);
    walk_heading(&walk, "a = %08x  b = %08x  c = %08x  d = %08x", w[0], w[1], w[2], w[3]);
    quarter_line(&walk, &w[0], w[1], &w[3], 16, "abd");
    quarter_line(&walk, &w[2], w[3], &w[1], 12, "cdb");
    quarter_line(&walk, &w[0], w[1], &w[3], 8, "abd");
    quarter_line(&walk, &w[2], w[3], &w[1], 7, "cdb");
    chacha20_quarter_round(&again[0], &again[1], &again[2], &again[3]);
    walk_heading(&walk, "a = %08x  b = %08x  c = %08x  d = %08x", w[0], w[1], w[2], w[3]);
    for (size_t i = 0; i < 4; i++) {
        little_endian(ours + 4 * i, w[i]);
        little_endian(book + 4 * i, again[i]);
    }
    if (memcmp(ours, book, 16) != 0)
        abort(); /* ours, twice */
    /* The library has no quarter round by itself: its block is what walk chacha20 compares. */
    return walk_close(&walk, "a, b, c, d", ours, book, 0);
}

/* --- the block ------------------------------------------------------------------------------- */

struct chacha20_options {
    struct walk_options walk;
    const char *key, *nonce;
    uint32_t counter;
};

#define S struct chacha20_options
static const struct option_row rows[] = {
    TEXT(S, key, "key", 'k', "HEX", "32 bytes (default: 00 01 .. 1f, of RFC 8439 2.3.2)"),
    TEXT(S, nonce, "nonce", 0, "HEX", "12 bytes (likewise)"),
    NUMBER(S, counter, "counter", 0, "N", "Number of the block (likewise: 1)", 0, UINT32_MAX),
    GROUP(S, walk, walk_table),
    {0}};
#undef S
static const struct option_table table = {
    .rows = rows,
    .text = N_(
        "Tells how a block of ChaCha20's key stream is made: 20 rounds of four quarter rounds "
        "over 16 words, and the words of the beginning added in the end."
        "\vExamples:\n"
        "  cipher walk chacha20\n"
        "  cipher walk chacha20 --counter 0 --full"),
};

static void tell_state(struct walk *walk, const char *name, const char *formula,
                       const char *section, const uint32_t state[16], bool shown)
{
    uint8_t bytes[64];
    for (size_t i = 0; i < 16; i++)
        little_endian(bytes + 4 * i, state[i]);
    walk_step(walk, name, formula, section, bytes, sizeof(bytes));
    if (!shown)
        return;
    walk_heading(walk, "%s", name);
    for (size_t i = 0; i < 16; i += 4)
        walk_line(walk, "    %08x  %08x  %08x  %08x", state[i], state[i + 1], state[i + 2],
                  state[i + 3]);
}

static void tell_round(struct walk *walk, const struct chacha20_rounds *rounds, unsigned round)
{
    bool folded = !walk->options->full && round > 2 && round < CHACHA20_ROUNDS;
    char name[80];
    unsigned at[4];
    int length = snprintf(name, sizeof(name), "round %u:", round);
    for (unsigned which = 0; which < 4; which++) {
        chacha20_places(at, round - 1, which);
        length += snprintf(name + length, sizeof(name) - (size_t)length, " (%u %u %u %u)", at[0],
                           at[1], at[2], at[3]);
    }
    if (folded && round == 3)
        walk_line(walk, "    ... and so on, columns and diagonals in turn (--full shows all) ...");
    tell_state(walk, name,
               round % 2 == 1 ? "quarter rounds of the columns" : "quarter rounds of the diagonals",
               "RFC 8439 2.3", rounds->state[round], !folded);
    if (!folded)
        walk_pause(walk);
}

int walk_chacha20(int argc, char **argv)
{
    struct chacha20_options options = {
        .key = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
        .nonce = "000000090000004a00000000",
        .counter = 1};
    struct problem problem = {0};
    uint8_t key[SYM_CHACHA20_KEY_BYTES], nonce[SYM_CHACHA20_NONCE_BYTES];
    uint8_t library[SYM_CHACHA20_BLOCK_BYTES];
    struct chacha20_rounds rounds = {0};
    struct walk walk;
    size_t bytes;
    console_parse(&table, argc, argv, &options);
    if (!walk_bytes(key, &bytes, "--key", options.key, sizeof(key), sizeof(key), &problem) ||
        !walk_bytes(nonce, &bytes, "--nonce", options.nonce, sizeof(nonce), sizeof(nonce),
                    &problem) ||
        !walk_open(&walk, &options.walk, "chacha20", &problem))
        return console_problem(&problem, CONSOLE_USAGE);
    chacha20_rounds(&rounds, key, nonce, options.counter);
    sym_chacha20_block(library, key, nonce, options.counter);
    tell_state(&walk, "state: constants, key, counter and nonce", "little-endian words",
               "RFC 8439 2.3", rounds.state[0], true);
    for (unsigned round = 1; round <= CHACHA20_ROUNDS; round++)
        tell_round(&walk, &rounds, round);
    return walk_close(&walk, "key stream = last state + first state, little-endian", rounds.out,
                      library, sizeof(library));
}
