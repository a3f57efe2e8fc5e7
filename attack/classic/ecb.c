/*
 * attack classic ecb: blocks that come twice.
 */
#include "classic.h"
#include "output_file.h"
#include "pad_show.h"
#include "sym_break_ecb.h"
#include "target.h"
#include "translate.h"

#include <stdlib.h>
#include <string.h>

struct ecb_options {
    struct target_options target;
    struct report_options report;
    unsigned block, row, skip;
};

#define S struct ecb_options
static const struct option_row rows[] = {
    NUMBER(S, block, "block", 0, "BYTES", "Size of a block: 16", 1, SYM_ECB_MAX_BLOCK_BYTES),
    NUMBER(S, row, "row", 0, "BLOCKS", "Blocks in a row of the map: 64", 1, 200),
    NUMBER(S, skip, "skip", 0, "BYTES", "Leave out so many bytes in front", 0, 1000000),
    GROUP(S, target, target_table),
    GROUP(S, report, report_table),
    {0}};
#undef S

static const struct option_table command = {
    .rows = rows,
    .arguments = N_("[FILE|RECORDING|-]"),
    .text = N_(
        "Looks for blocks that come twice, and draws where. Under a block cipher that is used "
        "block by block (ECB), equal text is equal ciphertext."
        "\vExamples:\n"
        "  attack classic ecb picture.bin\n"
        "  attack classic ecb talk.rec          of dh:feistel-cbc: none comes twice"),
};

/* --- the map ----------------------------------------------------------------------------------- */

#define MAP_ROWS 24
static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/* A letter for each kind that comes twice, in the order in which those first come; then '#'. */
static void draw_map(struct report *report, const struct sym_ecb_found *found, const size_t *label,
                     size_t row_blocks)
{
    size_t *times = calloc(found->kinds, sizeof(*times)), used = 0;
    char *mark = calloc(found->kinds, 1), row[200 + 1];
    for (size_t i = 0; times && i < found->blocks; i++)
        times[label[i]]++;
    for (size_t k = 0; times && mark && k < found->kinds; k++)
        mark[k] = times[k] < 2 ? '.' : used < sizeof(letters) - 1 ? letters[used++] : '#';
    for (size_t i = 0; mark && times && i < found->blocks && i / row_blocks < MAP_ROWS; i++) {
        row[i % row_blocks] = mark[label[i]];
        row[i % row_blocks + 1] = '\0';
        if (i % row_blocks == row_blocks - 1 || i + 1 == found->blocks)
            report_line(report, "      %s", row);
    }
    if (found->blocks > MAP_ROWS * row_blocks)
        report_line(report, "      ... %zu blocks more", found->blocks - MAP_ROWS * row_blocks);
    free(times);
    free(mark);
}

/* The two places of one kind that are nearest to each other. */
static void nearest_pair(size_t pair[2], const struct sym_ecb_found *found, const size_t *label)
{
    size_t *last = malloc(found->kinds * sizeof(*last)), best = SIZE_MAX;
    for (size_t k = 0; last && k < found->kinds; k++)
        last[k] = SIZE_MAX;
    for (size_t i = 0; last && i < found->blocks; i++) {
        if (last[label[i]] != SIZE_MAX && i - last[label[i]] < best) {
            best = i - last[label[i]];
            pair[0] = last[label[i]];
            pair[1] = i;
        }
        last[label[i]] = i;
    }
    free(last);
}

/* By the file itself where there is one, else by the two blocks. */
static void prove(struct report *report, const struct ecb_options *options,
                  const struct sym_ecb_found *found, const size_t *label, const uint8_t *sealed)
{
    const struct target_options *target = &options->target;
    size_t pair[2] = {0, 0};
    nearest_pair(pair, found, label);
    if (target->file && !target->hex && strcmp(target->file, "-") != 0) {
        char *name = pad_python((const uint8_t *)target->file, strlen(target->file));
        if (name)
            report_proof(report,
                         "c = open(%s, \"rb\").read(); b = [c[i:i + %u] for i in range(%u, "
                         "len(c) - %u, %u)]; print(len(b) - len(set(b)) == %zu)",
                         name, options->block, options->skip, options->block - 1, options->block,
                         found->repeated);
        free(name);
        return;
    }
    char *first = pad_python(sealed + pair[0] * options->block, options->block);
    char *second = pad_python(sealed + pair[1] * options->block, options->block);
    if (first && second)
        report_proof(report, "print(%s == %s)", first, second);
    free(first);
    free(second);
}

/* --- all of it ---------------------------------------------------------------------------------- */

static int show(struct report *report, const struct ecb_options *options,
                const struct sym_ecb_found *found, const size_t *label, const uint8_t *sealed)
{
    if (found->verdict == SYM_NOT_APPLICABLE)
        return report_end(report, REPORT_NOT_APPLICABLE, "%s", found->why);
    report_cost(report, &(struct report_cost){.count = (double)found->blocks,
                                              .unit = N_("blocks compared")});
    report_step(report,
                "%zu blocks of %u bytes: %zu different ones. Among so many random blocks two "
                "are equal once in 2^%.0f tries",
                found->blocks, options->block, found->kinds,
                found->chance_log2 < 0 ? -found->chance_log2 : 0.);
    if (found->repeated == 0)
        return report_end(report, REPORT_RESISTED,
                          "no block of %zu comes twice: chained (CBC), or a text that does not "
                          "repeat itself at this distance",
                          found->blocks);
    report_step(report, "the map: a letter for each block that comes more than once, a dot for the "
                        "others");
    draw_map(report, found, label, options->row);
    if (found->verdict == SYM_RESISTED)
        return report_end(report, REPORT_RESISTED,
                          "%zu blocks come again, but so short ones do that by chance",
                          found->repeated);
    report_bytes(report, "commonest", sealed + found->most_at * options->block, options->block);
    prove(report, options, found, label, sealed);
    return report_end(report, REPORT_BROKEN,
                      "%zu of %zu blocks came before; the commonest one %zu times. This is a block "
                      "cipher block by block (ECB): who looks sees where the text repeats itself",
                      found->repeated, found->blocks, found->most);
}

/* All messages, one behind the other, each without what is no whole block. */
static uint8_t *joined(size_t *bytes, const struct target *target,
                       const struct ecb_options *options)
{
    size_t space = 1;
    for (size_t m = 0; m < target->count; m++)
        space += target->messages[m].bytes;
    uint8_t *all = malloc(space);
    *bytes = 0;
    for (size_t m = 0; all && m < target->count; m++) {
        const struct target_message *message = &target->messages[m];
        size_t from = options->skip < message->bytes ? options->skip : message->bytes;
        size_t whole = (message->bytes - from) / options->block * options->block;
        memcpy(all + *bytes, message->data + from, whole);
        *bytes += whole;
    }
    return all;
}

static int attack(const struct ecb_options *options, const struct target *target,
                  struct problem *problem)
{
    struct sym_ecb_found found;
    struct report report;
    size_t bytes;
    uint8_t *sealed = joined(&bytes, target, options);
    size_t *label = calloc(bytes / options->block + 1, sizeof(*label));
    int status = CONSOLE_FAILED;
    if (!sealed || !label || !sym_break_ecb(&found, label, sealed, bytes, options->block)) {
        problem_memory(problem);
        console_problem(problem, CONSOLE_FAILED);
    } else if (!report_begin(&report, &options->report, "classic ecb", target->name, problem)) {
        console_problem(problem, CONSOLE_FAILED);
    } else if (target->cipher && !strstr(target->cipher, "-cbc")) {
        status = report_end(&report, REPORT_NOT_APPLICABLE,
                            "this talk is under %s, which is no block cipher", target->cipher);
    } else {
        status = show(&report, options, &found, label, sealed);
    }
    free(sealed);
    free(label);
    return status;
}

int classic_command_ecb(int argc, char **argv)
{
    struct ecb_options options = {.block = 16, .row = 64};
    struct problem problem = {0};
    struct target target;
    console_parse(&command, argc, argv, &options);
    if (!output_file_spares(options.report.svg, options.target.file, &problem))
        return console_problem(&problem, CONSOLE_USAGE);
    if (!target_read(&target, &options.target, &problem))
        return console_problem(&problem, CONSOLE_FAILED);
    int status = attack(&options, &target, &problem);
    target_free(&target);
    return status;
}
