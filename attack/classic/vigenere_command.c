/*
 * attack classic vigenere: repeats, coincidences, columns.
 */
#include "classic.h"
#include "letters_command.h"
#include "letters_text.h"
#include "printable.h"
#include "sym_vigenere.h"
#include "translate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    REPEATS = 400,      /* looked at */
    SHOWN_REPEATS = 8,  /* each a line */
    SHOWN_LENGTHS = 6,  /* lengths whose keys are compared in words */
    PLOT_LENGTHS = 40,  /* of the coincidences */
    SHOWN_SIGNS = 160,  /* of the text that comes out */
    UNSURE_BITS = 6,    /* a letter of the key that is no more above the next one */
    VOTED_LENGTHS = 40, /* lengths for which the gaps vote */
};

struct vigenere_options {
    struct letters_options letters;
    unsigned max_key;
};

#define S struct vigenere_options
static const struct option_row rows[] = {
    NUMBER(S, max_key, "max-key", 0, "N",
           "The longest key looked for: half of the letters, at most 512", 1, SYM_VIGENERE_MAX_KEY),
    GROUP(S, letters, letters_table),
    {0}};
#undef S

static const struct option_table command = {
    .rows = rows,
    .arguments = N_("[FILE]"),
    .text = N_(
        "Finds the length of a repeating key by repeats (Kasiski), by coincidences (Friedman) and "
        "by "
        "how well the language explains what comes out, then its letters column by column. FILE "
        "may be a recording of a chat under textbook:vigenere or dh:vigenere."
        "\vExamples:\n"
        "  attack classic vigenere letter.txt\n"
        "  attack classic vigenere - --language ru --max-key 20\n"
        "  attack classic vigenere talk.rec"),
};

struct found {
    struct letters_attempt attempt;
    struct sym_vigenere_result result;
};

struct work {
    struct letters_work base; /* first */
    unsigned max_key;
    double weighed; /* letters */
    struct found best, now;
};

/* The first guess that is broken, or else the best one, into work->best. *any: whether a guess had letters to work on. False without
 * memory. */
static bool find(struct work *work, size_t text, bool *any)
{
    const struct target_message *longest = letters_longest(&work->base.target,
                                                           work->base.text_of_message, text);
    struct letters_guess guesses[LETTERS_MAX_GUESSES];
    const size_t count = letters_guess(guesses, work->base.options, &work->base.target, longest,
                                       false);
    *any = false;
    for (size_t i = 0; i < count; i++) {
        struct found *now = &work->now;
        const bool done = letters_attempt(&now->attempt, &work->base.models, &guesses[i],
                                          &work->base.target, work->base.text_of_message, text) &&
                          sym_vigenere_break(&now->result, now->attempt.model, &now->attempt.signs,
                                             work->max_key);
        work->weighed += done ? (double)now->result.work : 0;
        if (done && now->result.verdict != SYM_NOT_APPLICABLE &&
            (!*any || now->result.bits > work->best.result.bits)) {
            sym_signs_free(&work->best.attempt.signs);
            work->best = *now;
            *any = true;
        } else {
            sym_signs_free(&now->attempt.signs);
        }
        if (!done)
            return false;
        if (*any && work->best.result.verdict == SYM_BROKEN)
            break;
    }
    return true;
}

/* --- repeats ---------------------------------------------------------------------------------- */

/* The letters of a piece, as they stand in the ciphertext; free it. */
static char *piece(const struct sym_signs *signs, const struct sym_repeat *repeat)
{
    uint32_t letters[24];
    size_t count = 0, place = 0;
    for (size_t i = 0; i < signs->count; i++) {
        if (signs->signs[i] == SYM_SIGN_GAP)
            continue;
        if (place >= repeat->first && place < repeat->first + repeat->letters && count < 24)
            letters[count++] = (uint32_t)(signs->signs[i] < 0 ? 0 : signs->signs[i]);
        place++;
    }
    return letters_key_text(signs->alphabet, letters, count);
}

static void show_votes(struct work *work, const struct sym_repeat *repeats, size_t count)
{
    double votes[VOTED_LENGTHS] = {0};
    for (size_t i = 0; i < count; i++)
        for (size_t length = 2; length < 2 + VOTED_LENGTHS; length++)
            votes[length - 2] += (repeats[i].second - repeats[i].first) % length == 0;
    report_plot(&work->base.report,
                &(struct plot){.kind = PLOT_BARS,
                               .title = N_("gaps that are a multiple of the length"),
                               .x = N_("length of the key"),
                               .first = 2,
                               .count = VOTED_LENGTHS,
                               .series_count = 1,
                               .series = {{NULL, votes}}});
}

static void show_repeats(struct work *work)
{
    const struct sym_signs *signs = &work->best.attempt.signs;
    struct sym_repeat repeats[REPEATS];
    const size_t count = sym_vigenere_repeats(signs, repeats, REPEATS);
    report_step(&work->base.report, "Kasiski: %zu pieces of three letters and more come again%s",
                count,
                count ? _("; equal text under equal key has a gap that the length divides") : "");
    for (size_t i = 0; i < count && i < SHOWN_REPEATS; i++) {
        char *text = piece(signs, &repeats[i]);
        report_line(&work->base.report, "   %-12s  at %5u and %5u: gap %u", text ? text : "",
                    repeats[i].first, repeats[i].second, repeats[i].second - repeats[i].first);
        free(text);
    }
    if (count >= 3)
        show_votes(work, repeats, count);
}

/* --- coincidences and lengths ----------------------------------------------------------------- */

static void show_coincidences(struct work *work)
{
    const struct sym_vigenere_result *result = &work->best.result;
    const struct letters_guess *guess = &work->best.attempt.guess;
    const double chance = 100.0 / sym_alphabet_size(guess->alphabet);
    double percent[PLOT_LENGTHS];
    const size_t count = result->max_key < PLOT_LENGTHS ? result->max_key : PLOT_LENGTHS;
    for (size_t i = 0; i < count; i++)
        percent[i] = 100 * result->lengths[i + 1].coincidence;
    if (sym_alphabet_size(guess->alphabet) < 256)
        report_step(
            &work->base.report,
            "Friedman: letters that the same key letter moved are equal in %.1f of 100 pairs, "
            "others in %.1f",
            100 * sym_language_coincidence(guess->language), chance);
    else
        report_step(&work->base.report,
                    "Friedman: bytes that the same key byte moved are equal more often "
                    "than %.1f in 100 pairs",
                    chance);
    report_plot(&work->base.report,
                &(struct plot){.kind = PLOT_BARS,
                               .title = N_("equal pairs in the columns, percent"),
                               .x = N_("length of the key"),
                               .first = 1,
                               .count = count,
                               .series_count = 1,
                               .series = {{NULL, percent}}});
}

static void show_lengths(struct work *work)
{
    const struct sym_vigenere_result *result = &work->best.result;
    json_t *list = json_array();
    double below = HUGE_VAL;
    report_step(&work->base.report,
                "columns: the best key of each length, by the bits that its text is "
                "likelier than chance, less those of the key");
    for (int shown = 0; shown < SHOWN_LENGTHS; shown++) {
        size_t best = 0;
        for (size_t length = 1; length <= result->max_key; length++)
            if (result->lengths[length].bits < below &&
                (best == 0 || result->lengths[length].bits > result->lengths[best].bits))
                best = length;
        if (best == 0)
            break;
        below = result->lengths[best].bits;
        report_line(&work->base.report, "   length %3zu  %7.0f bits", best, below);
    }
    for (size_t length = 1; length <= result->max_key; length++)
        json_array_append_new(list, json_pack("{s:i,s:f,s:o}", "length", (int)length, "coincidence",
                                              result->lengths[length].coincidence, "bits",
                                              isnan(result->lengths[length].bits)
                                                  ? json_null()
                                                  : json_real(result->lengths[length].bits)));
    report_json(&work->base.report, "lengths", list);
}

/* Letters of the key that are not much better than the next ones. */
static size_t count_unsure(const struct sym_vigenere_result *result)
{
    size_t unsure = 0;
    for (size_t i = 0; i < result->length; i++)
        unsure += result->margin[i] < UNSURE_BITS;
    return unsure;
}

/* --- the end ---------------------------------------------------------------------------------- */

static void show_opened(struct work *work, const struct target_message *message)
{
    const struct found *best = &work->best;
    size_t bytes = message->bytes < 4 * SHOWN_SIGNS ? message->bytes : 4 * SHOWN_SIGNS, opened;
    char *text = letters_open(best->attempt.guess.alphabet, best->result.key, best->result.length,
                              message->data, bytes, &opened);
    size_t at = 0;
    for (size_t signs = 0; text && text[at]; at++) {
        signs += ((uint8_t)text[at] & 0xC0) != 0x80;
        if (signs > SHOWN_SIGNS)
            break;
    }
    if (text)
        report_text(&work->base.report, "text", "%.*s", (int)at, text);
    free(text);
}

static void set_cost(struct work *work)
{
    static char real[64];
    const double size = sym_alphabet_size(work->best.attempt.guess.alphabet);
    const size_t length = work->best.result.length;
    snprintf(real, sizeof(real), _("all keys of %zu letters, one by one"), length);
    report_cost(
        &work->base.report,
        &(struct report_cost){.count = work->weighed,
                              .unit = N_("letters weighed"),
                              .real = length ? real : NULL,
                              .real_log2 = (double)length * log2(size) +
                                           log2((double)work->best.attempt.signs.letters + 1)});
}

static int end_one(struct work *work)
{
    const struct found *best = &work->best;
    const struct sym_vigenere_result *result = &best->result;
    const struct target_message *message = letters_longest(&work->base.target,
                                                           work->base.text_of_message, 0);
    const size_t unsure = count_unsure(result);
    report_text(&work->base.report, "alphabet", "%s, %zu letters of it in the text",
                sym_alphabet_name(best->attempt.guess.alphabet), best->attempt.signs.letters);
    letters_plot(&work->base.report, best->attempt.guess.language, &best->attempt.signs, 0);
    show_repeats(work);
    show_coincidences(work);
    show_lengths(work);
    set_cost(work);
    if (result->verdict == SYM_RESISTED)
        return report_end(
            &work->base.report, REPORT_RESISTED,
            "no key of up to %zu letters makes it %s beyond doubt: the best one leaves "
            "%.0f bits over chance and key, and %d are asked for",
            result->max_key, translate(sym_language_title(best->attempt.guess.language)),
            result->bits, SYM_VIGENERE_SURE);
    char *key = letters_key_text(best->attempt.guess.alphabet, result->key, result->length);
    report_text(&work->base.report, "key", "%s", key ? key : "");
    show_opened(work, message);
    letters_proof(&work->base.report, best->attempt.guess.alphabet, result->key, result->length,
                  message->data, message->bytes);
    free(key);
    if (unsure)
        return report_end(
            &work->base.report, REPORT_BROKEN,
            "the key has %zu letters, of which %zu are likely but not sure; the text is "
            "%s",
            result->length, unsure, translate(sym_language_title(best->attempt.guess.language)));
    return report_end(&work->base.report, REPORT_BROKEN,
                      "the key has %zu letters, and the text is %s", result->length,
                      translate(sym_language_title(best->attempt.guess.language)));
}

static int attack_one(struct letters_work *base, struct problem *problem)
{
    struct work *work = (struct work *)base;
    bool any;
    if (!find(work, 0, &any))
        return letters_command_fail(base, problem);
    if (any)
        return end_one(work);
    return report_end(&work->base.report, REPORT_NOT_APPLICABLE,
                      "there are not %d letters of the alphabet in it", 2 * SYM_VIGENERE_FEWEST);
}

/* --- recordings ------------------------------------------------------------------------------- */

static char *line_of(const struct found *found, const struct target_message *message)
{
    size_t opened;
    char *text = letters_open(found->attempt.guess.alphabet, found->result.key,
                              found->result.length, message->data, message->bytes, &opened);
    char *line = text ? malloc(PRINTABLE_SPACE(opened)) : NULL;
    if (line)
        (void)printable_text(line, PRINTABLE_SPACE(opened), text, opened);
    free(text);
    return line;
}

static void show_text(struct work *work, size_t text, bool read)
{
    const struct sym_vigenere_result *result = &work->best.result;
    char *key = letters_key_text(work->best.attempt.guess.alphabet, result->key, result->length);
    if (read)
        report_step(&work->base.report, "a key of %zu bytes, %s, %.0f bits over chance and key",
                    result->length, key ? key : "", result->bits);
    free(key);
    for (size_t i = 0; i < work->base.target.count; i++) {
        const struct target_message *message = &work->base.target.messages[i];
        if (work->base.text_of_message[i] != text)
            continue;
        char *line = read ? line_of(&work->best, message) : NULL;
        const char *sender = message->sender == CHANNEL_CLIENT ? "client" : "server";
        if (line)
            report_step(&work->base.report, "channel %u, frame %u, from the %s: %s",
                        message->channel, message->frame, sender, line);
        else
            report_step(&work->base.report,
                        "channel %u, frame %u, from the %s: %zu bytes, not read", message->channel,
                        message->frame, sender, message->bytes);
        free(line);
    }
}

static int attack_recording(struct letters_work *base, struct problem *problem)
{
    struct work *work = (struct work *)base;
    size_t read = 0, longest = 0;
    for (size_t text = 0; text < work->base.texts; text++) {
        bool any;
        if (!find(work, text, &any))
            return letters_command_fail(base, problem);
        const struct sym_vigenere_result *result = &work->best.result;
        const struct target_message *message = letters_longest(&work->base.target,
                                                               work->base.text_of_message, text);
        const bool is_read = any && result->verdict == SYM_BROKEN;
        show_text(work, text, is_read);
        read += is_read;
        if (is_read && message->bytes > longest) {
            longest = message->bytes;
            letters_proof(&work->base.report, work->best.attempt.guess.alphabet, result->key,
                          result->length, message->data, message->bytes);
        }
    }
    report_cost(&work->base.report,
                &(struct report_cost){.count = work->weighed, .unit = N_("letters weighed")});
    if (read > 0)
        return report_end(&work->base.report, REPORT_BROKEN,
                          "%zu of %zu keys are found, and what was said under them is read", read,
                          work->base.texts);
    return report_end(
        &work->base.report, REPORT_RESISTED,
        "no text has enough letters under each letter of its key: %d and more are needed",
        SYM_VIGENERE_FEWEST);
}

int classic_command_vigenere(int argc, char **argv)
{
    static const struct letters_attack attack = {"vigenere", attack_one, attack_recording};
    static struct vigenere_options options; /* as long as what points to it */
    static struct work work;
    console_parse(&command, argc, argv, &options);
    work.max_key = options.max_key;
    int status = letters_command_run(&work.base, &attack, &options.letters);
    sym_signs_free(&work.best.attempt.signs);
    return status;
}
