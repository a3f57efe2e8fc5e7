/*
 * A recorded talk under a pad.
 */
#include "pad_talk.h"

#include "pad_show.h"
#include "sym_break_xor.h"
#include "sym_cipher.h"
#include "translate.h"

#include <stdlib.h>
#include <string.h>

static size_t channel_bytes(const struct target *target, unsigned channel)
{
    size_t bytes = 0;
    for (size_t m = 0; m < target->count; m++)
        bytes += target->messages[m].channel == channel ? target->messages[m].bytes : 0;
    return bytes;
}

static unsigned fullest_channel(const struct target *target)
{
    unsigned fullest = target->messages[0].channel;
    for (size_t m = 1; m < target->count; m++) {
        unsigned channel = target->messages[m].channel;
        if (channel != fullest && channel_bytes(target, channel) > channel_bytes(target, fullest))
            fullest = channel;
    }
    return fullest;
}

struct sym_bytes *pad_talk_texts(const struct target *target, size_t *count)
{
    const bool has_keys = target->messages[0].key != NULL;
    const unsigned channel = fullest_channel(target);
    struct sym_bytes *texts = calloc(target->count, sizeof(*texts));
    *count = 0;
    for (size_t m = 0; texts && m < target->count; m++)
        if (has_keys || target->messages[m].channel == channel)
            texts[(*count)++] = (struct sym_bytes){target->messages[m].data,
                                                   target->messages[m].bytes};
    return texts;
}

void pad_talk_tell(struct report *report, const struct target *target, size_t count)
{
    if (count < target->count)
        report_step(report,
                    "%zu records of channel %u, which are under one key; the %zu of the other "
                    "channels have keys of their own",
                    count, fullest_channel(target), target->count - count);
}

bool pad_talk_is_other(const struct target *target, const char *cipher)
{
    return target->cipher && strcmp(target->cipher, cipher) != 0;
}

size_t pad_talk_key_bytes(const struct target *target)
{
    return sym_cipher_key_bytes(sym_cipher_find(target->cipher));
}

int pad_talk_refuse(const struct report_options *options, const char *attack,
                    const struct target *target, const char *cipher)
{
    static const struct {
        const char *cipher, *attack;
    } others[] = {
        {"caesar", "caesar"}, {"vigenere", "vigenere"}, {"vernam", "xor"}, {"xor-cbc", "xor-cbc"}};
    struct problem problem = {0};
    struct report report;
    if (!report_begin(&report, options, attack, target->name, &problem))
        return console_problem(&problem, CONSOLE_FAILED);
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        if (strcmp(target->cipher, others[i].cipher) == 0)
            return report_end(
                &report, REPORT_NOT_APPLICABLE,
                "this talk is under %s, and the attack is on %s: try attack classic %s",
                target->cipher, cipher, others[i].attack);
    return report_end(&report, REPORT_NOT_APPLICABLE,
                      "this talk is under %s, and the attack is on %s", target->cipher, cipher);
}

/* --- records with a key each ------------------------------------------------------------------- */

/* The one that saved most is proved. */
struct best {
    size_t record;
    double saved;
    uint8_t key[SYM_XOR_MAX_KEY_BYTES];
    size_t key_bytes;
};

static void show_record(struct report *report, const struct target *target, size_t index,
                        const struct sym_xor_found *found)
{
    const struct target_message *message = &target->messages[index];
    char name[80];
    uint8_t *text = malloc(message->bytes);
    if (!text)
        return;
    for (size_t i = 0; i < message->bytes; i++)
        text[i] = message->data[i] ^ found->key[i % found->key_bytes];
    snprintf(name, sizeof(name), _("record %zu (%zu of %zu key bytes sure)"), index + 1,
             found->sure, found->key_bytes);
    pad_show_text(report, name, text, message->bytes);
    free(text);
}

static bool attack_record(struct report *report, struct best *best, size_t *fell, double *work,
                          const struct target *target, size_t index, struct sym_byte_model *model)
{
    const struct target_message *message = &target->messages[index];
    const struct sym_bytes text = {message->data, message->bytes};
    const struct sym_xor_task task = {
        .texts = &text, .count = 1, .key_bytes = pad_talk_key_bytes(target)};
    struct sym_xor_found *found = calloc(1, sizeof(*found));
    bool done = found && sym_break_xor(found, &task, model);
    if (done && found->verdict == SYM_BROKEN) {
        show_record(report, target, index, found);
        (*fell)++;
        if (found->saved > best->saved) {
            *best = (struct best){
                .record = index, .saved = found->saved, .key_bytes = found->key_bytes};
            memcpy(best->key, found->key, found->key_bytes);
        }
    }
    *work += done ? (double)found->work : 0;
    free(found);
    return done;
}

static int end_records(struct report *report, const struct best *best, size_t fell, double work,
                       const struct target *target)
{
    const struct target_message *message = &target->messages[best->record];
    report_cost(report, &(struct report_cost){.count = work, .unit = N_("guesses of a byte")});
    if (fell == 0)
        return report_end(report, REPORT_RESISTED,
                          "no record is long enough for its key of %zu bytes: a key byte that lies "
                          "over one or two bytes of text cannot be told",
                          pad_talk_key_bytes(target));
    report_bytes(report, "key", best->key, best->key_bytes);
    pad_prove_key(report, message->data, message->bytes, best->key, best->key_bytes);
    return report_end(report, REPORT_BROKEN,
                      "%zu of %zu records are read without any key of theirs. The proof is for "
                      "record %zu; bytes that are not sure may be wrong",
                      fell, target->count, best->record + 1);
}

int pad_talk_records(const struct report_options *options,
                     const struct pad_language_options *language, const struct target *target)
{
    struct best best = {.saved = 0};
    struct problem problem = {0};
    struct report report;
    size_t fell = 0;
    double work = 0;
    struct sym_byte_model *model = pad_language_model(language, PAD_LANGUAGE_TALK, &problem);
    bool done = true;
    if (!model || !report_begin(&report, options, "classic xor", target->name, &problem)) {
        sym_byte_model_free(model);
        return console_problem(&problem, CONSOLE_FAILED);
    }
    report_step(&report,
                "each record has a key of its own, of %zu bytes, which repeats inside the "
                "record: each is attacked alone",
                pad_talk_key_bytes(target));
    for (size_t i = 0; done && i < target->count; i++)
        done = attack_record(&report, &best, &fell, &work, target, i, model);
    sym_byte_model_free(model);
    if (done)
        return end_records(&report, &best, fell, work, target);
    problem_memory(&problem);
    return report_fail(&report, &problem);
}
