/*
 * cipher avalanche: one bit of the input or of the key is flipped; how many bits of the state differ
 * after each round. A good cipher comes to half of them, and quickly (Feistel 1973; Webster and
 * Tavares 1985).
 */
#include "cipher.h"
#include "rounds.h"
#include "svg.h"
#include "translate.h"
#include "walk.h"

#include <string.h>

struct states {
    unsigned count; /* rounds; 0 is before the first */
    size_t bytes;
    uint8_t state[ROUNDS_MOST + 1][ROUNDS_STATE_MOST];
};

struct subject {
    const char *name;
    size_t key_bytes, in_bytes;
    void (*run)(struct states *states, const uint8_t *key, const uint8_t *in);
    const char *what; /* the input */
};

/* --- the ciphers ----------------------------------------------------------------------------- */

static void run_xor(struct states *states, const uint8_t *key, const uint8_t *in)
{
    states->count = 1;
    states->bytes = 16;
    for (size_t i = 0; i < 16; i++) {
        states->state[0][i] = in[i];
        states->state[1][i] = in[i] ^ key[i];
    }
}

static void put_word(uint8_t *out, uint64_t word, size_t bytes)
{
    for (size_t i = bytes; i > 0; i--, word >>= 8)
        out[i - 1] = (uint8_t)word;
}

static void run_feistel(struct states *states, const uint8_t *key, const uint8_t *in)
{
    struct feistel_rounds rounds;
    feistel_rounds(&rounds, key, in);
    states->count = SYM_FEISTEL_ROUNDS;
    states->bytes = 16;
    for (unsigned i = 0; i <= states->count; i++) {
        put_word(states->state[i], rounds.left[i], 8);
        put_word(states->state[i] + 8, rounds.right[i], 8);
    }
}

/* After round i is before the next one, or the output. */
static void run_aes(struct states *states, const uint8_t *key, size_t key_bytes, const uint8_t *in)
{
    struct aes_rounds rounds;
    aes_rounds(&rounds, key, key_bytes, in);
    states->count = rounds.count;
    states->bytes = 16;
    memcpy(states->state[0], in, 16);
    for (unsigned i = 1; i <= rounds.count; i++)
        memcpy(states->state[i], i == rounds.count ? rounds.out : rounds.round[i + 1].start, 16);
}

static void run_aes_128(struct states *states, const uint8_t *key, const uint8_t *in)
{
    run_aes(states, key, 16, in);
}

static void run_aes_256(struct states *states, const uint8_t *key, const uint8_t *in)
{
    run_aes(states, key, 32, in);
}

static void run_chacha20(struct states *states, const uint8_t *key, const uint8_t *in)
{
    struct chacha20_rounds rounds = {0};
    uint32_t counter = (uint32_t)in[3] << 24 | (uint32_t)in[2] << 16 | (uint32_t)in[1] << 8 | in[0];
    chacha20_rounds(&rounds, key, in + 4, counter);
    states->count = CHACHA20_ROUNDS;
    states->bytes = 64;
    for (unsigned i = 0; i <= CHACHA20_ROUNDS; i++)
        for (size_t word = 0; word < 16; word++)
            put_word(states->state[i] + 4 * word, rounds.state[i][word], 4);
}

static const struct subject subjects[] = {
    {"xor", 16, 16, run_xor, "block"},
    {"feistel", 16, 16, run_feistel, "block"},
    {"aes-128", 16, 16, run_aes_128, "block"},
    {"aes-256", 32, 16, run_aes_256, "block"},
    {"chacha20", 32, 16, run_chacha20, "counter and nonce"},
};
enum { SUBJECTS = sizeof(subjects) / sizeof(subjects[0]) };

/* --- the table ------------------------------------------------------------------------------- */

struct avalanche_options {
    bool json;
    const char *cipher, *key, *block, *svg;
    unsigned bit;
};

#define S struct avalanche_options
static const struct option_row rows[] = {
    ARGUMENT(S, cipher, NULL),
    NUMBER(S, bit, "bit", 'b', "N", "The bit that is flipped, 0 being the first byte's highest: 0",
           0, 255),
    TEXT(S, key, "key", 'k', "HEX", "The key (default: zeros)"),
    TEXT(S, block, "block", 0, "HEX", "The input, 16 bytes (default: zeros)"),
    TEXT(S, svg, "svg", 0, "FILE", "Draw the averages into this file, too"),
    FLAG(S, json, "json", 0, "Print JSON"),
    {0}};
#undef S
static const struct option_table table = {
    .rows = rows,
    .arguments = N_("[CIPHER]"),
    .text = N_(
        "Flips a bit, and counts how many bits of the state change after each round: xor, "
        "feistel (the default), aes-128, aes-256 or chacha20. One bit of the input and one of "
        "the key, then the average over all of them. Ideal is half of all bits."
        "\vExamples:\n"
        "  cipher avalanche\n"
        "  cipher avalanche xor\n"
        "  cipher avalanche aes-128 --bit 77 --svg avalanche.svg"),
};

struct changes {
    unsigned one[2][ROUNDS_MOST + 1];   /* bits: of the input's bit, of the key's */
    double average[2][ROUNDS_MOST + 1]; /* over all of them */
    struct states plain, other;
};

static unsigned differing_bits(const struct states *a, const struct states *b, unsigned round)
{
    unsigned count = 0;
    for (size_t i = 0; i < a->bytes; i++)
        count += (unsigned)__builtin_popcount(a->state[round][i] ^ b->state[round][i]);
    return count;
}

/* of: 0, the input's bits; 1, the key's. */
static void measure(struct changes *changes, const struct subject *subject, uint8_t *key,
                    uint8_t *in, unsigned bit, int of)
{
    uint8_t *data = of == 0 ? in : key;
    size_t bits = 8 * (of == 0 ? subject->in_bytes : subject->key_bytes);
    for (size_t i = 0; i < bits; i++) {
        uint8_t mask = (uint8_t)(0x80 >> i % 8);
        data[i / 8] ^= mask;
        subject->run(&changes->other, key, in);
        data[i / 8] ^= mask;
        for (unsigned round = 0; round <= changes->plain.count; round++) {
            unsigned count = differing_bits(&changes->plain, &changes->other, round);
            changes->average[of][round] += (double)count / (double)bits;
            if (i == bit % bits)
                changes->one[of][round] = count;
        }
    }
}

static void print_table(const struct subject *subject, const struct changes *changes, unsigned bit)
{
    size_t bits = 8 * changes->plain.bytes;
    printf(_("%s: bits of %zu that change; ideal is %zu\n"), subject->name, bits, bits / 2);
    printf(_("%sround  bit %u of   bit %u of   average of  average of%s\n"),
           console_style(stdout, CONSOLE_BOLD), bit, bit, console_style(stdout, CONSOLE_PLAIN));
    printf(_("       the input  the key    all input   all key bits\n"));
    for (unsigned round = 0; round <= changes->plain.count; round++) {
        double share = changes->average[0][round] / (double)bits;
        char bar[48] = " ";
        memset(bar + 1, '#', (size_t)(share * 40 + 0.5));
        bar[0] = bar[1] == '#' ? ' ' : '\0';
        printf("%5u %10u %10u %10.1f %12.1f   %3.0f %%%s\n", round, changes->one[0][round],
               changes->one[1][round], changes->average[0][round], changes->average[1][round],
               100 * share, bar);
    }
}

static void print_json(const struct subject *subject, const struct changes *changes, unsigned bit)
{
    json_t *array = json_array();
    for (unsigned round = 0; round <= changes->plain.count; round++)
        json_array_append_new(array, json_pack("{s:i, s:i, s:i, s:f, s:f}", "round", (int)round,
                                               "input_bit", (int)changes->one[0][round], "key_bit",
                                               (int)changes->one[1][round], "input_average",
                                               changes->average[0][round], "key_average",
                                               changes->average[1][round]));
    json_t *root = json_pack("{s:s, s:i, s:i, s:o}", "cipher", subject->name, "bits",
                             (int)(8 * changes->plain.bytes), "bit", (int)bit, "rounds", array);
    json_dumpf(root, stdout, JSON_INDENT(2));
    putchar('\n');
    json_decref(root);
}

static bool draw(const char *path, const struct subject *subject, const struct changes *changes,
                 struct problem *problem)
{
    const struct plot plot = {
        .kind = PLOT_POINTS,
        .title = N_("bits that change when one bit is flipped, on average"),
        .x = N_("round"),
        .count = changes->plain.count + 1,
        .series_count = 2,
        .series = {{subject->what, changes->average[0]}, {"key", changes->average[1]}},
    };
    return svg_write(path, &plot, problem);
}

static int run(const struct avalanche_options *options, const struct subject *subject,
               struct problem *problem)
{
    struct changes changes = {0};
    uint8_t key[32] = {0}, in[16] = {0};
    size_t bytes;
    if ((options->key && !walk_bytes(key, &bytes, "--key", options->key, subject->key_bytes,
                                     subject->key_bytes, problem)) ||
        (options->block && !walk_bytes(in, &bytes, "--block", options->block, subject->in_bytes,
                                       subject->in_bytes, problem)))
        return console_problem(problem, CONSOLE_USAGE);
    subject->run(&changes.plain, key, in);
    measure(&changes, subject, key, in, options->bit, 0);
    measure(&changes, subject, key, in, options->bit, 1);
    (options->json ? print_json : print_table)(subject, &changes, options->bit);
    if (options->svg && !draw(options->svg, subject, &changes, problem))
        return console_problem(problem, CONSOLE_FAILED);
    return CONSOLE_DONE;
}

int cipher_avalanche(int argc, char **argv)
{
    struct avalanche_options options = {.cipher = "feistel"};
    struct problem problem = {0};
    console_parse(&table, argc, argv, &options);
    for (size_t i = 0; i < SUBJECTS; i++)
        if (strcmp(subjects[i].name, options.cipher) == 0)
            return run(&options, &subjects[i], &problem);
    problem_set(&problem, "there are no rounds of '%s' to look at", options.cipher);
    problem_hint(&problem, "xor, feistel, aes-128, aes-256, chacha20");
    return console_problem(&problem, CONSOLE_USAGE);
}
