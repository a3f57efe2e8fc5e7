/*
 * cipher walk feistel: the halves of a block after each round.
 */
#include "rounds.h"
#include "translate.h"
#include "walk.h"

struct feistel_options {
    struct walk_options walk;
    const char *key, *block;
};

#define S struct feistel_options
static const struct option_row rows[] = {
    TEXT(S, key, "key", 'k', "HEX", "16 bytes (default: 00 01 .. 0f)"),
    TEXT(S, block, "block", 0, "HEX", "16 bytes (default: the text 'attack at dawn..')"),
    GROUP(S, walk, walk_table),
    {0}};
#undef S
static const struct option_table table = {
    .rows = rows,
    .text = N_("Tells how the Feistel cipher encrypts a block: left' = right, and "
               "right' = left xor F(right, round key)."
               "\vExamples:\n"
               "  cipher walk feistel\n"
               "  cipher walk feistel --block 00000000000000000000000000000000 --python"),
};

static void big_endian(uint8_t out[8], uint64_t word)
{
    for (size_t i = 8; i > 0; i--, word >>= 8)
        out[i - 1] = (uint8_t)word;
}

static void tell_round(struct walk *walk, const struct feistel_rounds *rounds, unsigned i)
{
    char name[32];
    uint8_t halves[16];
    unsigned long long key = rounds->key[i], left = rounds->left[i], right = rounds->right[i];
    big_endian(halves, left);
    big_endian(halves + 8, right);
    snprintf(name, sizeof(name), "round %u", i);
    walk_step(walk, name, "left' = right, right' = left xor F(right, round key)",
              "docs/symcipher.md", halves, sizeof(halves));
    if (i == 0) {
        walk_line(walk, "    0  %-16s  %016llx  %016llx", "", left, right);
        return;
    }
    json_object_set_new(walk->last, "round_key", json_sprintf("%016llx", key));
    walk_line(walk, "   %2u  %016llx  %016llx  %016llx", i, key, left, right);
    walk_python(walk,
                "(lambda M, r, R: (lambda x: (lambda y: 0x%016llx ^ (y + r(y, 31) & M))"
                "(x ^ r(x, 19) ^ r(x, 41)))(R + 0x%016llx & M))(2**64 - 1, lambda x, n: (x << n | "
                "x >> 64 - n) & 2**64 - 1, 0x%016llx) == 0x%016llx",
                (unsigned long long)rounds->left[i - 1], key, left, right);
    walk_pause(walk);
}

int walk_feistel(int argc, char **argv)
{
    struct feistel_options options = {.key = "000102030405060708090a0b0c0d0e0f",
                                      .block = "61747461636b206174206461776e2e2e"};
    struct problem problem = {0};
    uint8_t key[SYM_FEISTEL_KEY_BYTES], block[SYM_FEISTEL_BLOCK_BYTES], library[sizeof(block)];
    struct feistel_rounds rounds;
    struct sym_feistel cipher;
    size_t bytes;
    struct walk walk;
    console_parse(&table, argc, argv, &options);
    if (!walk_bytes(key, &bytes, "--key", options.key, sizeof(key), sizeof(key), &problem) ||
        !walk_bytes(block, &bytes, "--block", options.block, sizeof(block), sizeof(block),
                    &problem) ||
        !walk_open(&walk, &options.walk, "feistel", &problem))
        return console_problem(&problem, CONSOLE_USAGE);
    feistel_rounds(&rounds, key, block);
    sym_feistel_init(&cipher, key);
    sym_feistel_encrypt(library, &cipher, block);
    walk_heading(&walk, "round  round key         left              right");
    for (unsigned i = 0; i <= SYM_FEISTEL_ROUNDS; i++)
        tell_round(&walk, &rounds, i);
    return walk_close(&walk, "output = right || left: the last swap is taken back", rounds.out,
                      library, sizeof(library));
}
