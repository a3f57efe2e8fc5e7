/*
 * attack classic xor-cbc: chaining over a mere XOR, from ciphertext alone.
 */
#include "classic.h"
#include "sym_xor_cbc.h"

#include "output_file.h"
#include "pad_language.h"
#include "pad_show.h"
#include "pad_talk.h"
#include "target.h"
#include "translate.h"

#include <stdlib.h>
#include <string.h>

#define BLOCK SYM_XOR_CBC_BLOCK_BYTES

struct xor_cbc_options {
    struct target_options target;
    struct report_options report;
    struct pad_language_options language;
};

#define S struct xor_cbc_options
static const struct option_row rows[] = {GROUP(S, language, pad_language_table),
                                         GROUP(S, target, target_table),
                                         GROUP(S, report, report_table),
                                         {0}};
#undef S

static const struct option_table command = {
    .rows = rows,
    .arguments = N_("[FILE|RECORDING|-]"),
    .text = N_(
        "Reads what xor-cbc has encrypted: each block and the one before it cancel the chain, "
        "and what is left is a repeating XOR."
        "\vExamples:\n"
        "  attack classic xor-cbc letter.bin\n"
        "  attack classic xor-cbc talk.rec      of dh:xor-cbc or textbook:xor-cbc"),
};

/* --- a text ------------------------------------------------------------------------------------ */

/* Without its padding. */
static void show_text(struct report *report, const char *name, const struct sym_bytes *sealed,
                      const uint8_t key[BLOCK])
{
    const size_t bytes = sealed->count - BLOCK;
    uint8_t *text = malloc(bytes);
    if (!text)
        return;
    sym_xor_cbc_cancel(text, sealed->data, sealed->count);
    for (size_t i = 0; i < bytes; i++)
        text[i] ^= key[i % BLOCK];
    size_t padding = text[bytes - 1];
    pad_show_text(report, name, text, bytes - (padding <= BLOCK ? padding : 0));
    free(text);
}

/* By the neighbours alone: the first blocks, cancelled and XORed with the key, are text. */
static void prove(struct report *report, const struct sym_bytes *sealed, const uint8_t key[BLOCK])
{
    uint8_t cancelled[4 * BLOCK];
    size_t bytes = sealed->count < sizeof(cancelled) + BLOCK ? sealed->count
                                                             : sizeof(cancelled) + BLOCK;
    sym_xor_cbc_cancel(cancelled, sealed->data, bytes);
    pad_prove_key(report, cancelled, bytes - BLOCK, key, BLOCK);
}

static void show_chain(struct report *report, const struct sym_bytes *sealed)
{
    uint8_t cancelled[BLOCK];
    sym_xor_cbc_cancel(cancelled, sealed->data, 2 * BLOCK);
    report_step(report, "C[i] = P[i] xor C[i-1] xor K, so C[i] xor C[i-1] = P[i] xor K: neighbours "
                        "cancel the chain, and the IV with it. The first two:");
    report_bytes(report, "C[0]", sealed->data, BLOCK);
    report_bytes(report, "C[1]", sealed->data + BLOCK, BLOCK);
    report_bytes(report, "C[1] xor C[0]", cancelled, BLOCK);
}

/* --- one key for all, or one for each record ---------------------------------------------------- */

struct run {
    struct report *report;
    struct sym_byte_model *model;
    const struct sym_bytes *texts;
    size_t fell, best;
    double work, saved;
    uint8_t key[BLOCK]; /* of the best */
    const char *why;
};

static bool attack_texts(struct run *run, size_t first, size_t count)
{
    struct sym_xor_found *found = calloc(1, sizeof(*found));
    size_t padded = 0;
    bool done = found && sym_break_xor_cbc(found, &padded, run->texts + first, count, run->model);
    if (done) {
        run->work += (double)found->work;
        run->why = found->why ? found->why : run->why;
        for (size_t t = first; found->verdict == SYM_BROKEN && t < first + count; t++) {
            char name[80];
            snprintf(name, sizeof(name), _("text %zu (%zu of 16 key bytes sure)"), t + 1,
                     found->sure);
            show_text(run->report, name, &run->texts[t], found->key);
            run->fell++;
        }
        if (found->verdict == SYM_BROKEN && found->saved > run->saved) {
            run->saved = found->saved;
            run->best = first;
            memcpy(run->key, found->key, BLOCK);
        }
    }
    free(found);
    return done;
}

static int end(struct run *run, size_t count)
{
    struct report *report = run->report;
    report_cost(report, &(struct report_cost){.count = run->work,
                                              .unit = N_("guesses of a byte"),
                                              .real = N_("all keys of 16 bytes"),
                                              .real_log2 = 128});
    if (run->fell == 0 && run->why)
        return report_end(report, REPORT_NOT_APPLICABLE, "%s", run->why);
    if (run->fell == 0)
        return report_end(
            report, REPORT_RESISTED,
            "the neighbours do not cancel to text under any key of 16 bytes: it is "
            "another cipher, a language that is not known here (--like), or too short");
    pad_show_key(report, run->key, BLOCK);
    prove(report, &run->texts[run->best], run->key);
    return report_end(report, REPORT_BROKEN,
                      "%zu of %zu texts are read, and every padding fits. The chain hid nothing: "
                      "it is a repeating XOR of 16 bytes",
                      run->fell, count);
}

static int attack(const struct xor_cbc_options *options, const struct target *target,
                  struct problem *problem)
{
    struct report report;
    size_t count;
    struct sym_bytes *texts = pad_talk_texts(target, &count);
    struct run run = {.report = &report, .texts = texts};
    int status = CONSOLE_FAILED;
    run.model = pad_language_model(
        &options->language, PAD_LANGUAGE_PADDED | (target->recording ? PAD_LANGUAGE_TALK : 0),
        problem);
    bool done = run.model && (texts || problem_memory(problem)) &&
                report_begin(&report, &options->report, "classic xor-cbc", target->name, problem);
    if (!done) {
        console_problem(problem, CONSOLE_FAILED);
    } else {
        const size_t each = target->messages[0].key ? 1 : count;
        pad_talk_tell(&report, target, count);
        if (texts[0].count >= 2 * BLOCK)
            show_chain(&report, &texts[0]);
        for (size_t t = 0; done && t < count; t += each)
            done = attack_texts(&run, t, each);
        status = done ? end(&run, count) : (problem_memory(problem), report_fail(&report, problem));
    }
    sym_byte_model_free(run.model);
    free(texts);
    return status;
}

int classic_command_xor_cbc(int argc, char **argv)
{
    struct xor_cbc_options options = {0};
    struct problem problem = {0};
    struct target target;
    console_parse(&command, argc, argv, &options);
    if (!output_file_spares(options.report.svg, options.target.file, &problem))
        return console_problem(&problem, CONSOLE_USAGE);
    if (!target_read(&target, &options.target, &problem))
        return console_problem(&problem, CONSOLE_FAILED);
    int status = pad_talk_is_other(&target, "xor-cbc") && pad_talk_is_other(&target, "feistel-cbc")
                     ? pad_talk_refuse(&options.report, "classic xor-cbc", &target, "xor-cbc")
                     : attack(&options, &target, &problem);
    target_free(&target);
    return status;
}
