/*
 * attack oracle break: asks what kind of oracle it is, and takes the attack that fits.
 */
#include "oracle_break.h"

#include "hexadecimal.h"
#include "symcipher.h"
#include "translate.h"

#include <stdlib.h>
#include <string.h>

#define S struct oracle_break_options
static const struct option_row rows[] = {
    GROUP(S, line, oracle_line_table),
    NUMBER(S, byte, "byte", 0, "N",
           "Padding: show each query of the N-th byte from the end, and find no more", 1, 4096),
    NUMBER(S, bytes, "bytes", 0, "N", "Padding: find N bytes from the end: all", 1, 4096),
    NUMBER(S, rounds, "rounds", 0, "N", "Timing: measure each digit N times at most: 256", 8, 1024),
    NUMBER(S, most, "most", 0, "N", "v15, manger: ask N times at most: 10000000", 1, 1000000000),
    GROUP(S, report, report_table),
    {0}};
#undef S

static void check_options(void *given, const struct argp_state *state)
{
    const struct oracle_break_options *options = given;
    if (options->byte && options->bytes)
        console_usage(state, "--byte and --bytes do not go together");
}

static const struct option_table command = {
    .rows = rows,
    .text = N_("Finds the secret of an oracle from its answers alone: the padding oracle of CBC, "
               "Bleichenbacher's attack, Manger's, or the time that a comparison takes."
               "\vExamples:\n"
               "  attack oracle break --port 10113 --byte 5\n"
               "  attack oracle break --port 10113"),
    .check = check_options,
};

bool oracle_break_prove(struct oracle_break *attack, const void *text, size_t bytes)
{
    const char *check = oracle_line_field(&attack->line, "check");
    uint8_t hash[SYM_SHA256_BYTES];
    char *said, *hex;
    sym_sha256(hash, text, bytes);
    said = hex_string(hash, sizeof(hash));
    hex = hex_string(text, bytes);
    bool right = said && hex && check && strcmp(said, check) == 0;
    if (right)
        report_proof(&attack->report,
                     "from hashlib import sha256; print(sha256(bytes.fromhex(\"%s\")).hexdigest() "
                     "== \"%s\")",
                     hex, check);
    free(said);
    free(hex);
    return right;
}

static const struct {
    const char *kind, *target;
    int (*run)(struct oracle_break *attack);
} kinds[] = {
    {"padding", N_("a message under CBC, and one who tells whether a padding is right"),
     oracle_break_padding},
    {"v15", N_("a message under PKCS#1 v1.5, and one who tells what is wrong with a padding"),
     oracle_break_v15},
    {"manger", N_("a message under OAEP, and one who tells what is wrong with a padding"),
     oracle_break_manger},
    {"timing", N_("a secret of digits, and one who compares it with a guess"), oracle_break_timing},
};

static int run(struct oracle_break *attack, struct problem *problem)
{
    for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
        if (strcmp(kinds[i].kind, attack->line.kind) != 0)
            continue;
        if (!report_begin(&attack->report, &attack->options->report, "oracle break",
                          translate(kinds[i].target), problem))
            return console_problem(problem, CONSOLE_FAILED);
        return kinds[i].run(attack);
    }
    problem_set(problem, "an oracle of the kind '%.15s': there is no attack on it here",
                attack->line.kind);
    return console_problem(problem, CONSOLE_FAILED);
}

int oracle_command_break(int argc, char **argv)
{
    struct oracle_break_options options = {.rounds = 256};
    struct oracle_break attack = {.options = &options};
    struct problem problem = {0};
    console_parse(&command, argc, argv, &options);
    int status = oracle_line_open(&attack.line, &options.line, &problem)
                     ? run(&attack, &problem)
                     : console_problem(&problem, CONSOLE_FAILED);
    oracle_line_close(&attack.line);
    return status;
}
