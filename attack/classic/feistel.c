/*
 * attack classic feistel: the Feistel cipher with few rounds, by known or chosen blocks.
 */
#include "classic.h"
#include "hexadecimal.h"
#include "report.h"
#include "sym_break_feistel.h"
#include "translate.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#define BLOCK  SYM_FEISTEL_BLOCK_BYTES
#define KNOWN  3    /* blocks of a key of our own */
#define FLIPS  4096 /* pairs that differ in one bit */
#define PAIRED 64   /* given ones, at most */

struct feistel_options {
    struct report_options report;
    char **blocks;
    size_t block_count;
    unsigned rounds;
    unsigned long seed;
};

#define S struct feistel_options
static const struct option_row rows[] = {
    NUMBER(S, rounds, "rounds", 0, "N", "Rounds of the cipher: 2", 1, SYM_FEISTEL_ROUNDS),
    NUMBER(S, seed, "seed", 0, "N", "Without blocks: the same key and blocks again", 1, UINT32_MAX),
    GROUP(S, report, report_table),
    ARGUMENTS(S, blocks, block_count, NULL),
    {0}};
#undef S

static void check_options(void *given, const struct argp_state *state)
{
    const struct feistel_options *options = given;
    if (options->block_count % 2 != 0 || options->block_count > 2 * PAIRED)
        console_usage(state,
                      "blocks come in pairs, of 16 bytes each: PLAIN SEALED, in hexadecimal");
    if (options->seed && options->block_count > 0)
        console_usage(state, "blocks and --seed do not go together");
}

static const struct option_table command = {
    .rows = rows,
    .arguments = N_("[PLAIN SEALED...]"),
    .text = N_(
        "Takes blocks and what the Feistel cipher made of them with few rounds, and finds its "
        "key. Two rounds fall to known blocks, three to two chosen ones. Without blocks a key is "
        "drawn, and its blocks attacked."
        "\vExamples:\n"
        "  attack classic feistel --rounds 2 --step\n"
        "  attack classic feistel --rounds 3 --seed 7\n"
        "  attack classic feistel --rounds 16"),
    .check = check_options,
};

/* --- the blocks -------------------------------------------------------------------------------- */

struct subject {
    struct sym_feistel_pair pairs[PAIRED];
    size_t count;
    bool own; /* a key of our own, below; for the trace, never for the attack */
    struct sym_feistel cipher;
    uint64_t state;
};

static bool read_block(uint8_t block[BLOCK], const char *text, struct problem *problem)
{
    int byte = strlen(text) == 2 * BLOCK ? 0 : -1;
    for (size_t i = 0; i < BLOCK && byte >= 0; i++) {
        byte = hex_byte(text + 2 * i);
        block[i] = (uint8_t)byte;
    }
    return byte >= 0 ||
           problem_set(problem, "%s: a block is 32 hexadecimal digits, 16 bytes", text);
}

static bool read_blocks(struct subject *subject, const struct feistel_options *options,
                        struct problem *problem)
{
    subject->count = options->block_count / 2;
    for (size_t i = 0; i < subject->count; i++)
        if (!read_block(subject->pairs[i].plain, options->blocks[2 * i], problem) ||
            !read_block(subject->pairs[i].sealed, options->blocks[2 * i + 1], problem))
            return false;
    return true;
}

/* splitmix64 (Steele, Lea, Flood 2014): a seed to be repeated, for no secret. */
static uint64_t draw(struct subject *subject)
{
    uint64_t x = subject->state += 0x9e3779b97f4a7c15;
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
    x = (x ^ x >> 27) * 0x94d049bb133111eb;
    return x ^ x >> 31;
}

static void draw_bytes(struct subject *subject, uint8_t *out, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        out[i] = (uint8_t)draw(subject);
}

static void draw_subject(struct subject *subject, unsigned rounds, unsigned long seed)
{
    uint8_t key[SYM_FEISTEL_KEY_BYTES];
    subject->own = true;
    subject->state = seed;
    subject->count = KNOWN;
    draw_bytes(subject, key, sizeof(key));
    sym_feistel_init(&subject->cipher, key);
    for (size_t i = 0; i < KNOWN; i++) {
        draw_bytes(subject, subject->pairs[i].plain, BLOCK);
        if (i == 1 && rounds == 3)
            sym_feistel_choose(subject->pairs[1].plain, subject->pairs[0].plain);
        sym_feistel_encrypt_rounds(subject->pairs[i].sealed, &subject->cipher, rounds,
                                   subject->pairs[i].plain);
    }
}

/* --- what is shown ----------------------------------------------------------------------------- */

static uint64_t half(const uint8_t *bytes)
{
    uint64_t word = 0;
    for (size_t i = 0; i < 8; i++)
        word = word << 8 | bytes[i];
    return word;
}

static void show_half(struct report *report, const char *name, uint64_t word)
{
    report_text(report, name, "%016" PRIx64, word);
}

static void show_blocks(struct report *report, const struct subject *subject)
{
    for (size_t i = 0; i < subject->count && i < KNOWN; i++) {
        char plain[2 * BLOCK + 1] = "", sealed[2 * BLOCK + 1] = "";
        *hex_write(plain, subject->pairs[i].plain, BLOCK) = '\0';
        *hex_write(sealed, subject->pairs[i].sealed, BLOCK) = '\0';
        report_line(report, "      %s -> %s", plain, sealed);
    }
}

/* Two rounds, for pencil and paper: every number is seen or follows from what is. */
static void show_two(struct report *report, const struct sym_feistel_pair *pair,
                     const struct sym_feistel_found *found)
{
    const uint64_t left = half(pair->plain), right = half(pair->plain + 8);
    const uint64_t out = half(pair->sealed), r1 = half(pair->sealed + 8);
    uint64_t sums[SYM_FEISTEL_MAX_SUMS];
    report_step(report,
                "two rounds write R2 and L2, and L2 is R1: the right half of the ciphertext "
                "is R1 = L0 xor F(R0, k1)");
    show_half(report, "L0", left);
    show_half(report, "R0", right);
    show_half(report, "R1", r1);
    report_step(report,
                "so F(R0, k1) = L0 xor R1 is known, and F can be turned around: it adds k1, "
                "then all steps go back");
    show_half(report, "F(R0, k1)", left ^ r1);
    unsigned count = sym_feistel_turn_around(sums, left ^ r1);
    for (unsigned i = 0; i < count; i++)
        show_half(report, i == 0 ? "k1" : N_("or k1"), sums[i] - right);
    report_step(report, "the same for the second round: F(R1, k2) = R0 xor R2");
    show_half(report, "F(R1, k2)", right ^ out);
    count = sym_feistel_turn_around(sums, right ^ out);
    for (unsigned i = 0; i < count; i++)
        show_half(report, i == 0 ? "k2" : N_("or k2"), sums[i] - r1);
    report_step(report, "the other known blocks say which: %u pairs were tried, %u fit",
                found->candidates, found->keys);
}

static void show_three(struct report *report, const struct sym_feistel_found *found)
{
    report_step(report,
                "three rounds: both blocks have R0, so F(R0, k1) = c for both; L0 and not L0 "
                "give R1 = L0 xor c and its complement");
    report_step(report,
                "the right half of the ciphertext is R2, so F(R1, k2) = R0 xor R2 is known; "
                "turned around it gives R1 + k2, for both blocks");
    report_step(report,
                "their difference, R1 - not R1 = 2 R1 + 1, has no k2 in it: R1, but for its "
                "highest bit. With R1 come c, k1 and k2: %u were tried, %u fit",
                found->candidates, found->keys);
}

/* --- the end ----------------------------------------------------------------------------------- */

/* The cipher in one line of python3, as docs/symcipher.md writes it: a round is a step of both, the
 * key's own rounds and the block's. */
static void prove(struct report *report, const struct subject *subject, unsigned rounds,
                  const struct sym_feistel_found *found)
{
    const struct sym_feistel_pair *pair = &subject->pairs[0];
    report_proof(report,
                 "from itertools import accumulate as a; M = 2**64 - 1; "
                 "r = lambda x, n: (x << n | x >> 64 - n) & M; "
                 "g = lambda x: x ^ r(x, 19) ^ r(x, 41); h = lambda x: x + r(x, 31) & M; "
                 "s = lambda b, k: (b[1], b[0] ^ h(g(b[1] + k & M))); "
                 "G = [i * 0x9e3779b97f4a7c15 & M for i in range(1, %u)]; "
                 "k = [b[1] for b in a(G, s, initial=(0x%016" PRIx64 ", 0x%016" PRIx64 "))][1:]; "
                 "print(list(a(k, s, initial=(0x%016" PRIx64 ", 0x%016" PRIx64 ")))[-1] == "
                 "(0x%016" PRIx64 ", 0x%016" PRIx64 "))",
                 rounds + 1, half(found->key), half(found->key + 8), half(pair->plain),
                 half(pair->plain + 8), half(pair->sealed + 8), half(pair->sealed));
}

static int end_broken(struct report *report, const struct subject *subject, unsigned rounds,
                      const struct sym_feistel_found *found)
{
    if (rounds == 2)
        show_two(report, &subject->pairs[0], found);
    else
        show_three(report, found);
    show_half(report, "k1", found->k1);
    show_half(report, "k2", found->k2);
    report_step(report, "two round keys that follow each other give all: the key schedule runs "
                        "backwards as well");
    report_bytes(report, "key", found->key, sizeof(found->key));
    prove(report, subject, rounds, found);
    report_cost(report, &(struct report_cost){.count = (double)found->work,
                                              .unit = N_("rounds computed"),
                                              .real = N_("all keys of 16 bytes"),
                                              .real_log2 = 128});
    if (found->keys > 1)
        return report_end(
            report, REPORT_BROKEN,
            "%u keys make these blocks, and this is one of them; one more known block "
            "says which",
            found->keys);
    return report_end(report, REPORT_BROKEN, "%u rounds give the whole key away, for %s", rounds,
                      rounds == 2 ? _("known blocks") : _("two chosen blocks"));
}

/* With a key of our own: how far a flipped bit can be followed. */
static int follow(struct report *report, struct subject *subject, unsigned rounds)
{
    struct sym_feistel_pair *pairs = calloc(FLIPS, sizeof(*pairs));
    struct sym_feistel_trace trace[SYM_FEISTEL_ROUNDS + 1];
    double furthest[SYM_FEISTEL_ROUNDS];
    unsigned last = 0;
    if (!pairs)
        return -1;
    for (size_t i = 0; i < FLIPS; i++)
        draw_bytes(subject, pairs[i].plain, BLOCK);
    for (unsigned r = 1; r <= rounds; r++) {
        sym_feistel_distinguish(&trace[r], pairs, FLIPS, &subject->cipher, r);
        furthest[r - 1] = trace[r].furthest;
        last = trace[r].verdict == SYM_BROKEN ? r : last;
    }
    free(pairs);
    report_step(report,
                "%d pairs of blocks that differ in the highest bit: how far is the bit of "
                "the ciphertext that differs least fairly from one half?",
                FLIPS);
    report_plot(report,
                &(struct plot){.kind = PLOT_BARS,
                               .title = N_("standard deviations from one half (random: below 4)"),
                               .x = N_("rounds"),
                               .first = 1,
                               .count = rounds,
                               .series_count = 1,
                               .series = {{NULL, furthest}}});
    return (int)last;
}

static int show(struct report *report, struct subject *subject, unsigned rounds)
{
    struct sym_feistel_found found;
    sym_break_feistel(&found, subject->pairs, subject->count, rounds);
    report_step(report, "known blocks:");
    show_blocks(report, subject);
    if (found.verdict == SYM_BROKEN)
        return end_broken(report, subject, rounds, &found);
    if (rounds == 1)
        report_step(report,
                    "one round writes R1 and R0: the right half of the text is seen as it is");
    if (found.verdict == SYM_NOT_APPLICABLE || !subject->own)
        return report_end(report,
                          found.verdict == SYM_RESISTED ? REPORT_RESISTED : REPORT_NOT_APPLICABLE,
                          "%s", found.why);
    int last = follow(report, subject, rounds);
    report_cost(report, &(struct report_cost){.count = 2. * FLIPS * rounds,
                                              .unit = N_("blocks encrypted"),
                                              .real = N_("all keys of 16 bytes"),
                                              .real_log2 = 128});
    return report_end(
        report, REPORT_RESISTED,
        "%u rounds: no key is found here. With chosen blocks %d of them can be told "
        "from a random cipher by %d pairs. That nobody here goes further proves nothing: "
        "nobody has tried hard",
        rounds, last, FLIPS);
}

int classic_command_feistel(int argc, char **argv)
{
    struct feistel_options options = {.rounds = 2};
    struct subject subject = {.count = 0};
    struct problem problem = {0};
    struct report report;
    char target[120];
    uint32_t drawn = 1;
    console_parse(&command, argc, argv, &options);
    if (options.block_count > 0) {
        if (!read_blocks(&subject, &options, &problem))
            return console_problem(&problem, CONSOLE_FAILED);
        snprintf(target, sizeof(target),
                 _("%zu known blocks of the Feistel cipher, %u of 16 rounds"), subject.count,
                 options.rounds);
    } else {
        if (options.seed == 0 && getrandom(&drawn, sizeof(drawn), 0) == sizeof(drawn))
            options.seed = drawn | 1;
        draw_subject(&subject, options.rounds, options.seed);
        snprintf(target, sizeof(target),
                 _("the Feistel cipher with %u of 16 rounds, under a key of --seed %lu"),
                 options.rounds, options.seed);
    }
    if (!report_begin(&report, &options.report, "classic feistel", target, &problem))
        return console_problem(&problem, CONSOLE_FAILED);
    return show(&report, &subject, options.rounds);
}
