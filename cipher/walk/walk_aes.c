/*
 * cipher walk aes: each round as appendix B of FIPS 197 draws it. Without options it is that
 * appendix's own example.
 */
#include "rounds.h"
#include "translate.h"
#include "walk.h"

#include <string.h>

#define BLOCK SYM_AES_BLOCK_BYTES

struct aes_options {
    struct walk_options walk;
    const char *key, *block;
};

#define S struct aes_options
static const struct option_row rows[] = {
    TEXT(S, key, "key", 'k', "HEX", "16, 24 or 32 bytes (default: that of FIPS 197 B)"),
    TEXT(S, block, "block", 0, "HEX", "16 bytes (likewise)"),
    GROUP(S, walk, walk_table),
    {0}};
#undef S
static const struct option_table table = {
    .rows = rows,
    .text = N_(
        "Tells how AES encrypts a block: the state after each transformation of each round, in "
        "four columns, as FIPS 197 draws it."
        "\vExamples:\n"
        "  cipher walk aes\n"
        "  cipher walk aes --key 000102030405060708090a0b0c0d0e0f --step"),
};

/* A row of a state: "32 88 31 e0". */
static void row_text(char text[16], const uint8_t state[BLOCK], size_t row)
{
    if (!state)
        text[0] = '\0';
    else
        snprintf(text, 16, "%02x %02x %02x %02x", state[row], state[4 + row], state[8 + row],
                 state[12 + row]);
}

static void draw(struct walk *walk, const char *mark, const uint8_t *const states[5])
{
    for (size_t row = 0; row < 4; row++) {
        char text[5][16], line[80];
        for (size_t i = 0; i < 5; i++)
            row_text(text[i], states[i], row);
        int length = snprintf(line, sizeof(line), "%-7s %-13s %-13s %-13s %-13s %s",
                              row == 0 ? mark : "", text[0], text[1], text[2], text[3], text[4]);
        while (length > 0 && line[length - 1] == ' ')
            line[--length] = '\0';
        walk_line(walk, "%s", line);
    }
    walk_line(walk, "%s", "");
}

static void tell(struct walk *walk, unsigned round, const char *what, const char *formula,
                 const char *section, const uint8_t state[BLOCK])
{
    char name[64];
    snprintf(name, sizeof(name), "round %u %s", round, what);
    walk_step(walk, name, formula, section, state, BLOCK);
}

static void tell_round(struct walk *walk, const struct aes_rounds *rounds, unsigned i)
{
    const struct aes_round *round = &rounds->round[i];
    const uint8_t *next = i == rounds->count ? rounds->out : rounds->round[i + 1].start;
    bool first = i == 0, last = i == rounds->count;
    const uint8_t *before = first ? round->start : last ? round->shift : round->mix;
    char mark[16], a[2 * BLOCK + 1], b[2 * BLOCK + 1], c[2 * BLOCK + 1];
    snprintf(mark, sizeof(mark), "%u", i);
    draw(walk, first ? "input" : mark,
         (const uint8_t *const[5]){round->start, first ? NULL : round->sub,
                                   first ? NULL : round->shift, first || last ? NULL : round->mix,
                                   round->key});
    if (!first) {
        tell(walk, i, "SubBytes", "each byte through the S-box", "FIPS 197 5.1.1", round->sub);
        tell(walk, i, "ShiftRows", "row r moves left by r", "FIPS 197 5.1.2", round->shift);
    }
    if (!first && !last)
        tell(walk, i, "MixColumns", "each column times 3x^3 + x^2 + x + 2", "FIPS 197 5.1.3",
             round->mix);
    tell(walk, i, "key", "of the key schedule", "FIPS 197 5.2", round->key);
    tell(walk, i, "AddRoundKey", "state xor round key", "FIPS 197 5.1.4", next);
    walk_hex(a, before, BLOCK);
    walk_hex(b, round->key, BLOCK);
    walk_hex(c, next, BLOCK);
    walk_python(walk, "0x%s ^ 0x%s == 0x%s", a, b, c);
    walk_pause(walk);
}

int walk_aes(int argc, char **argv)
{
    struct aes_options options = {.key = "2b7e151628aed2a6abf7158809cf4f3c",
                                  .block = "3243f6a8885a308d313198a2e0370734"};
    struct problem problem = {0};
    uint8_t key[SYM_AES256_KEY_BYTES], block[BLOCK], library[BLOCK];
    size_t key_bytes, bytes;
    struct aes_rounds rounds;
    struct sym_aes aes;
    struct walk walk;
    console_parse(&table, argc, argv, &options);
    if (!walk_bytes(key, &key_bytes, "--key", options.key, 16, 32, &problem) ||
        !walk_bytes(block, &bytes, "--block", options.block, BLOCK, BLOCK, &problem) ||
        (key_bytes % 8 != 0 && !problem_set(&problem, "--key: 16, 24 or 32 bytes")) ||
        !walk_open(&walk, &options.walk, "aes", &problem))
        return console_problem(&problem, CONSOLE_USAGE);
    aes_rounds(&rounds, key, key_bytes, block);
    sym_aes_init(&aes, key, key_bytes);
    sym_aes_encrypt(library, &aes, block);
    walk_heading(&walk,
                 "round   start         SubBytes      ShiftRows     MixColumns    round key");
    for (unsigned i = 0; i <= rounds.count; i++)
        tell_round(&walk, &rounds, i);
    return walk_close(&walk, "output = start of the last round, without MixColumns, xor round key",
                      rounds.out, library, BLOCK);
}
