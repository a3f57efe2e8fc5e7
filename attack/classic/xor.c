/*
 * attack classic xor: a repeating XOR, from a file or from one's own talk under vernam.
 */
#include "classic.h"
#include "output_file.h"
#include "pad_language.h"
#include "pad_show.h"
#include "pad_talk.h"
#include "sym_break_xor.h"
#include "target.h"
#include "translate.h"

#include <stdlib.h>
#include <string.h>

struct xor_options {
    struct target_options target;
    struct report_options report;
    struct pad_language_options language;
    unsigned key_bytes, max_key_bytes;
};

#define S struct xor_options
static const struct option_row rows[] = {
    NUMBER(S, key_bytes, "key-bytes", 0, "N", "The key has so many bytes: to be found", 1,
           SYM_XOR_MAX_KEY_BYTES),
    NUMBER(S, max_key_bytes, "max-key", 0, "N", "Look for keys up to so many bytes: half the text",
           1, SYM_XOR_MAX_KEY_BYTES),
    GROUP(S, language, pad_language_table),
    GROUP(S, target, target_table),
    GROUP(S, report, report_table),
    {0}};
#undef S

static const struct option_table command = {
    .rows = rows,
    .arguments = N_("[FILE|RECORDING|-]"),
    .text = N_(
        "Finds the key of a repeating XOR: its length by how like each other the bytes one key "
        "apart are, then the key by what makes text. A key as long as the text resists, and it "
        "is said why."
        "\vExamples:\n"
        "  attack classic xor letter.bin\n"
        "  attack classic xor --hex --text 1c0a1f...\n"
        "  attack classic xor talk.rec          of dh:vernam or textbook:vernam"),
};

/* --- the length -------------------------------------------------------------------------------- */

#define PLOTTED 64
#define LISTED  5

static void plot_lengths(struct report *report, const struct sym_xor_found *found)
{
    double hamming[PLOTTED];
    size_t count = found->max_key_bytes < PLOTTED ? found->max_key_bytes : PLOTTED;
    for (size_t i = 0; i < count; i++)
        hamming[i] = found->lengths[i + 1].hamming;
    report_plot(report,
                &(struct plot){.kind = PLOT_BARS,
                               .title = N_("bits of 8 that differ between bytes one key apart "
                                           "(random: 4)"),
                               .x = N_("length of the key"),
                               .first = 1,
                               .count = count,
                               .series_count = 1,
                               .series = {{NULL, hamming}}});
}

static void list_lengths(struct report *report, const struct sym_xor_found *found)
{
    bool taken[SYM_XOR_MAX_KEY_BYTES + 1] = {false};
    report_line(report, "      length  bits that differ  coincidence  bits saved");
    for (size_t row = 0; row < LISTED && row < found->max_key_bytes; row++) {
        size_t best = 0;
        for (size_t length = 1; length <= found->max_key_bytes; length++)
            if (!taken[length] &&
                (best == 0 || found->lengths[length].saved > found->lengths[best].saved))
                best = length;
        taken[best] = true;
        report_line(report, "      %6zu  %16.2f  %10.2f%%  %10.0f", best,
                    found->lengths[best].hamming, 100 * found->lengths[best].coincidence,
                    found->lengths[best].saved);
    }
}

static void show_length(struct report *report, const struct xor_options *options,
                        const struct sym_xor_found *found)
{
    if (options->key_bytes)
        return;
    report_step(report,
                "the length of the key: bytes one key apart were XORed with the same byte, "
                "so they differ only as two letters do. Multiples of the length do as well");
    plot_lengths(report, found);
    list_lengths(report, found);
}

/* --- the key ----------------------------------------------------------------------------------- */

static void show_twice(struct report *report, const struct sym_xor_found *found)
{
    uint8_t first[SYM_XOR_MAX_KEY_BYTES], second[SYM_XOR_MAX_KEY_BYTES];
    size_t first_bytes, second_bytes;
    if (!sym_xor_twice(first, &first_bytes, second, &second_bytes, found->key, found->key_bytes))
        return;
    report_step(
        report,
        "this key is the XOR of two keys, of %zu and %zu bytes (which ones exactly cannot be "
        "told: one byte in both cancels). Whoever encrypted twice did it once, with a key of "
        "%zu bytes",
        first_bytes, second_bytes, found->key_bytes);
    report_bytes(report, "first key", first, first_bytes);
    report_bytes(report, "second key", second, second_bytes);
}

static void show_texts(struct report *report, const struct sym_xor_found *found,
                       const struct sym_bytes *texts, size_t count)
{
    for (size_t t = 0; t < count; t++) {
        uint8_t *text = malloc(texts[t].count + 1);
        char name[40] = "text";
        if (!text)
            return;
        for (size_t i = 0; i < texts[t].count; i++)
            text[i] = texts[t].data[i] ^ found->key[i % found->key_bytes];
        if (count > 1)
            snprintf(name, sizeof(name), _("text %zu"), t + 1);
        pad_show_text(report, name, text, texts[t].count);
        free(text);
    }
}

static size_t longest_text(const struct sym_bytes *texts, size_t count)
{
    size_t longest = 0;
    for (size_t t = 1; t < count; t++)
        if (texts[t].count > texts[longest].count)
            longest = t;
    return longest;
}

static int end_broken(struct report *report, const struct sym_xor_found *found,
                      const struct sym_bytes *texts, size_t count)
{
    const struct sym_bytes *proof = &texts[longest_text(texts, count)];
    report_step(report,
                "the key: each column of the text, one key byte under all of it, tried with "
                "all 256, as what makes text of all columns together");
    pad_show_key(report, found->key, found->key_bytes);
    show_twice(report, found);
    show_texts(report, found, texts, count);
    pad_prove_key(report, proof->data, proof->count, found->key, found->key_bytes);
    return report_end(
        report, REPORT_BROKEN,
        translate_count("the key has %zu byte, %zu of them sure. With it the text costs %.0f "
                        "bits less than random bytes would; by accident that happens once in "
                        "2^%.0f",
                        "the key has %zu bytes, %zu of them sure. With it the text costs %.0f "
                        "bits less than random bytes would; by accident that happens once in "
                        "2^%.0f",
                        found->key_bytes),
        found->key_bytes, found->sure, found->saved, found->saved);
}

static int end_resisted(struct report *report, const struct sym_xor_found *found, size_t bytes)
{
    if (found->saved < 0)
        report_step(report,
                    "no length stands out: the best, %zu, needs %.0f bits more for its key than "
                    "it saves in the text",
                    found->key_bytes, -found->saved);
    else
        report_step(report,
                    "no length stands out: the best, %zu, saves %.0f bits in the text beyond its "
                    "key, and %d would be needed",
                    found->key_bytes, found->saved, SYM_XOR_LEAST_SAVED);
    if (found->max_key_bytes * 2 < bytes)
        return report_end(report, REPORT_RESISTED,
                          "no repeating key of up to %zu bytes makes text of it. A longer one, "
                          "another cipher, or a language that is not known here could (--max-key, "
                          "--like)",
                          found->max_key_bytes);
    return report_end(report, REPORT_RESISTED,
                      "no repeating key of up to %zu bytes makes text of it. A key as long as the "
                      "text never will: each text of %zu bytes has one that makes it, so the "
                      "ciphertext prefers none (one-time pad)",
                      found->max_key_bytes, bytes);
}

static int show(struct report *report, const struct xor_options *options,
                const struct sym_xor_found *found, const struct sym_bytes *texts, size_t count)
{
    size_t bytes = 0;
    for (size_t t = 0; t < count; t++)
        bytes += texts[t].count;
    if (found->verdict == SYM_NOT_APPLICABLE)
        return report_end(report, REPORT_NOT_APPLICABLE, "%s", found->why);
    report_cost(report, &(struct report_cost){.count = (double)found->work,
                                              .unit = N_("guesses of a byte"),
                                              .real = N_("all keys as long as the text"),
                                              .real_log2 = 8 * (double)bytes});
    show_length(report, options, found);
    return found->verdict == SYM_BROKEN ? end_broken(report, found, texts, count)
                                        : end_resisted(report, found, bytes);
}

/* --- all of it --------------------------------------------------------------------------------- */

static int attack(struct xor_options *options, const struct target *target, struct problem *problem)
{
    struct sym_xor_found *found = calloc(1, sizeof(*found));
    size_t count;
    struct sym_bytes *texts = pad_talk_texts(target, &count);
    struct report report;
    const struct sym_xor_task task = {.texts = texts,
                                      .count = count,
                                      .key_bytes = options->key_bytes,
                                      .max_key_bytes = options->max_key_bytes};
    struct sym_byte_model *model =
        pad_language_model(&options->language, target->recording ? PAD_LANGUAGE_TALK : 0, problem);
    bool done = model && ((found && texts) || problem_memory(problem)) &&
                report_begin(&report, &options->report, "classic xor", target->name, problem);
    int status = CONSOLE_FAILED;
    if (done)
        pad_talk_tell(&report, target, count);
    if (!done)
        console_problem(problem, CONSOLE_FAILED);
    else if (!sym_break_xor(found, &task, model))
        status = problem_memory(problem) ? status : report_fail(&report, problem);
    else
        status = show(&report, options, found, texts, count);
    sym_byte_model_free(model);
    free(texts);
    free(found);
    return status;
}

int classic_command_xor(int argc, char **argv)
{
    struct xor_options options = {0};
    struct problem problem = {0};
    struct target target;
    int status;
    console_parse(&command, argc, argv, &options);
    if (!output_file_spares(options.report.svg, options.target.file, &problem))
        return console_problem(&problem, CONSOLE_USAGE);
    if (!target_read(&target, &options.target, &problem))
        return console_problem(&problem, CONSOLE_FAILED);
    if (pad_talk_is_other(&target, "vernam"))
        status = pad_talk_refuse(&options.report, "classic xor", &target, "vernam");
    else if (target.messages[0].key)
        status = pad_talk_records(&options.report, &options.language, &target);
    else {
        if (target.cipher && !options.key_bytes)
            options.key_bytes = (unsigned)pad_talk_key_bytes(&target);
        status = attack(&options, &target, &problem);
    }
    target_free(&target);
    return status;
}
