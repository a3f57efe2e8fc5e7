/*
 * attack classic caesar: every key, and three judges.
 */
#include "classic.h"
#include "letters_command.h"
#include "letters_text.h"
#include "printable.h"
#include "sym_caesar.h"
#include "translate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    SHOWN_KEYS = 33,   /* all letters of an alphabet, and the best of bytes */
    SHOWN_OF_MORE = 8, /* where there are more keys than can be read */
    SHOWN_SIGNS = 44,  /* of a text beside its key */
};

static const struct option_row rows[] = {{.kind = KIND_GROUP, .at = 0, .group = &letters_table},
                                         {0}};

static const struct option_table command = {
    .rows = rows,
    .arguments = N_("[FILE]"),
    .text = N_(
        "Tries every shift, and shows them from the likeliest down. FILE may be a recording of a "
        "chat under textbook:caesar or dh:caesar."
        "\vExamples:\n"
        "  attack classic caesar --text 'phhw ph dw qrrq'\n"
        "  attack classic caesar letter.txt --alphabet russian\n"
        "  attack classic caesar talk.rec"),
};

struct work {
    struct letters_work base; /* first */
    double keys;              /* tried */
};

struct found {
    struct letters_attempt attempt;
    struct sym_caesar_result result;
};

static void found_free(struct found *found)
{
    sym_caesar_free(&found->result);
    sym_signs_free(&found->attempt.signs);
}

/* The best of all guesses. *any: whether a guess had a letter to work on. False without memory. */
static bool find(struct work *work, size_t text, struct found *best, bool *any)
{
    const struct target_message *longest = letters_longest(&work->base.target,
                                                           work->base.text_of_message, text);
    struct letters_guess guesses[LETTERS_MAX_GUESSES];
    const size_t count = letters_guess(guesses, work->base.options, &work->base.target, longest,
                                       true);
    *best = (struct found){.result.bits = -HUGE_VAL};
    *any = false;
    for (size_t i = 0; i < count; i++) {
        struct found now = {.result.keys = NULL};
        if (!letters_attempt(&now.attempt, &work->base.models, &guesses[i], &work->base.target,
                             work->base.text_of_message, text) ||
            !sym_caesar_break(&now.result, now.attempt.model, &now.attempt.signs)) {
            found_free(&now);
            found_free(best);
            return false;
        }
        work->keys += now.result.keys ? now.result.count : 0;
        if (now.result.verdict == SYM_NOT_APPLICABLE ||
            (*any && now.result.bits <= best->result.bits)) {
            found_free(&now);
            continue;
        }
        found_free(best);
        *best = now;
        *any = true;
    }
    return true;
}

/* --- shown ------------------------------------------------------------------------------------ */

/* A shift, with its letter where it has one. */
static void key_words(char out[32], const struct sym_alphabet *alphabet, uint32_t key)
{
    char *letter = letters_key_text(alphabet, &key, 1);
    if (letter && sym_alphabet_size(alphabet) < 256)
        snprintf(out, 32, "%u (%s)", key, letter);
    else
        snprintf(out, 32, "%u", key);
    free(letter);
}

/* The beginning of a message under a key, in one line; free it. */
static char *beginning(const struct found *found, uint32_t key,
                       const struct target_message *message)
{
    size_t bytes = message->bytes < 4 * SHOWN_SIGNS ? message->bytes : 4 * SHOWN_SIGNS, opened;
    char *text = letters_open(found->attempt.guess.alphabet, &key, 1, message->data, bytes,
                              &opened);
    char *line = text ? malloc(PRINTABLE_SPACE(opened)) : NULL;
    if (line) {
        (void)printable_text(line, PRINTABLE_SPACE(opened), text, opened);
        size_t at = 0;
        for (size_t signs = 0; line[at]; at++) {
            signs += ((uint8_t)line[at] & 0xC0) != 0x80;
            if (signs > SHOWN_SIGNS)
                break;
        }
        line[at] = '\0';
    }
    free(text);
    return line;
}

static void show_keys(struct work *work, const struct found *found,
                      const struct target_message *message)
{
    const struct sym_caesar_result *result = &found->result;
    const uint32_t shown = result->count <= SHOWN_KEYS || work->base.options->report.step
                               ? (result->count < 256 ? result->count : SHOWN_KEYS)
                               : SHOWN_OF_MORE;
    json_t *list = json_array();
    report_line(&work->base.report, "     key    bits  chi-square  text");
    for (uint32_t i = 0; i < shown; i++) {
        const struct sym_caesar_key *key = &result->keys[i];
        char *text = beginning(found, key->key, message);
        report_line(&work->base.report, "   %5u  %6.0f  %10.4g  %s", key->key, key->bits,
                    fmin(key->chi_square, 99999), text ? text : "");
        json_array_append_new(list, json_pack("{s:i,s:f,s:f}", "key", (int)key->key, "bits",
                                              key->bits, "chi_square", fmin(key->chi_square, 1e9)));
        free(text);
    }
    if (shown < result->count)
        report_line(&work->base.report, "   and %u more", result->count - shown);
    report_json(&work->base.report, "keys", list);
}

#define SIGN_BYTES 48

static void sign_words(char out[SIGN_BYTES], const struct sym_alphabet *alphabet, uint32_t sign)
{
    char *letter = letters_key_text(alphabet, &sign, 1);
    if (sign == ' ' && sym_alphabet_size(alphabet) >= 256)
        snprintf(out, SIGN_BYTES, _("the space"));
    else if (letter && sym_alphabet_size(alphabet) < 256)
        snprintf(out, SIGN_BYTES, "%s", letter);
    else
        snprintf(out, SIGN_BYTES, _("sign %u"), sign);
    free(letter);
}

/* The two judges of the textbooks, beside ours. */
static void show_judges(struct work *work, const struct found *found)
{
    const struct sym_caesar_result *result = &found->result;
    const struct sym_alphabet *alphabet = found->attempt.guess.alphabet;
    const uint32_t best = result->keys[0].key;
    char key[32], seen[SIGN_BYTES], meant[SIGN_BYTES];
    key_words(key, alphabet, best);
    report_step(&work->base.report,
                "all letters, each behind the ones before it: key %s, %.0f bits over chance", key,
                result->keys[0].bits);
    key_words(key, alphabet, result->chi_key);
    report_step(&work->base.report, "chi-square, single letters alone: key %s, %s", key,
                result->chi_key == best ? _("the same") : _("another one"));
    sign_words(seen, alphabet, result->commonest);
    sign_words(meant, alphabet, result->expected);
    key_words(key, alphabet, result->rule_key);
    report_step(&work->base.report, "the rule: the commonest sign, %s, is %s: key %s, %s", seen,
                meant, key, result->rule_key == best ? _("the same") : _("another one"));
}

static int end_one(struct work *work, struct found *found)
{
    const struct sym_caesar_result *result = &found->result;
    const struct letters_guess *guess = &found->attempt.guess;
    const struct target_message *message = letters_longest(&work->base.target,
                                                           work->base.text_of_message, 0);
    const uint32_t key = result->keys[0].key;
    char words[32];
    key_words(words, guess->alphabet, key);
    report_text(&work->base.report, "alphabet", "%s, %u keys", sym_alphabet_name(guess->alphabet),
                result->count);
    letters_plot(&work->base.report, guess->language, &found->attempt.signs, 0);
    show_keys(work, found, message);
    show_judges(work, found);
    report_cost(&work->base.report, &(struct report_cost){.count = work->keys,
                                                          .unit = N_("keys tried"),
                                                          .real = N_("a key of 128 bits"),
                                                          .real_log2 = 128});
    if (result->verdict == SYM_RESISTED)
        return report_end(
            &work->base.report, REPORT_RESISTED,
            "no key makes it %s beyond doubt: the best one leaves %.0f bits over chance "
            "and key, and %.0f over the second one; %d are asked for. The text is too "
            "short, or is something else",
            translate(sym_language_title(guess->language)), result->bits, result->margin,
            SYM_CAESAR_SURE);
    letters_proof(&work->base.report, guess->alphabet, &key, 1, message->data, message->bytes);
    char *text = beginning(found, key, message);
    int status = report_end(&work->base.report, REPORT_BROKEN,
                            "the key is %s, and the text is %s: %s", words,
                            translate(sym_language_title(guess->language)), text ? text : "");
    free(text);
    return status;
}

static int attack_one(struct letters_work *base, struct problem *problem)
{
    struct work *work = (struct work *)base;
    struct found found;
    bool any;
    if (!find(work, 0, &found, &any))
        return letters_command_fail(base, problem);
    int status = any ? end_one(work, &found)
                     : report_end(&work->base.report, REPORT_NOT_APPLICABLE,
                                  "there is no letter of the alphabet in it");
    found_free(&found);
    return status;
}

/* --- recordings ------------------------------------------------------------------------------- */

static void show_text(struct work *work, const struct found *found, size_t text)
{
    const bool read = found->result.verdict == SYM_BROKEN;
    for (size_t i = 0; i < work->base.target.count; i++) {
        const struct target_message *message = &work->base.target.messages[i];
        if (work->base.text_of_message[i] != text)
            continue;
        char *line = read ? beginning(found, found->result.keys[0].key, message) : NULL;
        const char *sender = message->sender == CHANNEL_CLIENT ? "client" : "server";
        if (line)
            report_step(&work->base.report, "channel %u, frame %u, from the %s: key %u: %s",
                        message->channel, message->frame, sender, found->result.keys[0].key, line);
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
        struct found found;
        bool any;
        if (!find(work, text, &found, &any))
            return letters_command_fail(base, problem);
        if (any)
            show_text(work, &found, text);
        const struct target_message *message = letters_longest(&work->base.target,
                                                               work->base.text_of_message, text);
        if (any && found.result.verdict == SYM_BROKEN) {
            read++;
            if (message->bytes > longest) {
                longest = message->bytes;
                letters_proof(&work->base.report, found.attempt.guess.alphabet,
                              &found.result.keys[0].key, 1, message->data, message->bytes);
            }
        }
        found_free(&found);
    }
    report_cost(&work->base.report, &(struct report_cost){.count = work->keys,
                                                          .unit = N_("keys tried"),
                                                          .real = N_("a key of 128 bits"),
                                                          .real_log2 = 128});
    if (read == 0)
        return report_end(
            &work->base.report, REPORT_RESISTED,
            "no record is a text beyond doubt: each is too short, or is something else");
    return report_end(&work->base.report, REPORT_BROKEN,
                      "%zu of %zu keys are found, and what was said under them is read", read,
                      work->base.texts);
}

int classic_command_caesar(int argc, char **argv)
{
    static const struct letters_attack attack = {"caesar", attack_one, attack_recording};
    struct letters_options options = {.language = NULL};
    struct work work = {.keys = 0};
    console_parse(&command, argc, argv, &options);
    return letters_command_run(&work.base, &attack, &options);
}
