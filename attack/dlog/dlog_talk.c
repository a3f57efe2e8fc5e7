/*
 * attack dlog talk: a recorded talk of dh, opened by who has the wire alone.
 */
#include "attack_dlog.h"
#include "dlog_session.h"
#include "dlog_show.h"

#include "hexadecimal.h"
#include "translate.h"
#include "wire.h"

#include <stdlib.h>
#include <string.h>

struct talk_options {
    struct dlog_bound_options bounds;
    struct report_options report;
    const char *file, *shared;
};

#define S struct talk_options
static const struct option_row rows[] = {
    ARGUMENT(S, file, "no recording given"),
    READ(S, shared, "shared", 0, "K", "K is known: it was sent to compare", dlog_number_read),
    GROUP(S, bounds, dlog_bound_table),
    GROUP(S, report, report_table),
    {0}};
#undef S

static const struct option_table command = {
    .rows = rows,
    .arguments = N_("RECORDING"),
    .text = N_(
        "Takes p, g, A and B from the frames of a recording, finds an exponent, computes K and the "
        "key, and opens what was said. Nothing else of the recording is used, secrets least of "
        "all."
        "\vExamples:\n"
        "  chat connect localhost --suite dh --group 2147483579,4 --record talk.rec\n"
        "  attack dlog talk talk.rec\n"
        "  attack dlog talk talk.rec --shared 123456"),
};

struct talk {
    const struct talk_options *options;
    struct report report;
    struct dlog_result result; /* of the first agreement */
    struct dlog_agreement numbers;
    mpz_t K;
    char *key; /* the first one, in hexadecimal */
    size_t agreements, records, opened;
    json_t *messages;
};

/* --- an agreement ------------------------------------------------------------------------------ */

static void show_numbers(struct talk *talk, const struct dlog_agreement *agreement)
{
    report_step(&talk->report, "channel %u, frame #%u: p, g, A and B have crossed the wire",
                agreement->channel, agreement->frame);
    if (talk->agreements > 0)
        return;
    report_number(&talk->report, "p", agreement->p);
    report_number(&talk->report, "g", agreement->g);
    report_number(&talk->report, "A", agreement->A);
    report_number(&talk->report, "B", agreement->B);
}

/* The first one is what the report proves. */
static void keep_first(struct talk *talk, const struct dlog_agreement *agreement,
                       struct dlog_result *result, const mpz_t K)
{
    if (talk->agreements++ > 0) {
        talk->result.multiplications += result->multiplications;
        dlog_result_close(result);
        return;
    }
    talk->result = *result;
    mpz_init_set(talk->K, K);
    mpz_init_set(talk->numbers.p, agreement->p);
    mpz_init_set(talk->numbers.g, agreement->g);
    mpz_init_set(talk->numbers.A, agreement->A);
    mpz_init_set(talk->numbers.B, agreement->B);
}

static bool find(void *context, mpz_t K, const struct dlog_agreement *agreement)
{
    struct talk *talk = context;
    const struct dlog_bounds bounds = dlog_bounds_of(&talk->options->bounds);
    const struct dlog_listener listener = {.hear = dlog_show_step, .context = &talk->report};
    struct dlog_result result;
    char words[DLOG_WORDS_BYTES], more[DLOG_WORDS_BYTES];
    dlog_result_open(&result);
    show_numbers(talk, agreement);
    if (talk->options->shared) {
        dlog_number_set(K, talk->options->shared);
        result.verdict = DLOG_BROKEN;
    } else {
        dlog_find(&result, agreement->p, agreement->g, agreement->A, &bounds, &listener);
    }
    bool found = result.verdict == DLOG_BROKEN;
    if (found && !talk->options->shared) {
        mpz_powm(K, agreement->B, result.x, agreement->p);
        report_step(&talk->report, "a = %s, so K = B^a mod p = %s", dlog_words(words, result.x),
                    dlog_words(more, K));
    }
    keep_first(talk, agreement, &result, K);
    return found;
}

static void hear_key(void *context, const char *of, const uint8_t *key, size_t bytes)
{
    struct talk *talk = context;
    char *hex = hex_string(key, bytes);
    report_step(&talk->report, "the key that follows from %s: %s", of, hex ? hex : "");
    if (talk->key)
        free(hex);
    else
        talk->key = hex;
}

/* --- what was said ----------------------------------------------------------------------------- */

/* What an inner message is; NULL: none that is well formed. data: of one that people said. */
static const char *read_inner(const uint8_t **data, size_t *bytes, const uint8_t *inner)
{
    static const enum wire_message messages[] = {WIRE_PORT,         WIRE_REKEY_ASK,
                                                 WIRE_REKEY_ANSWER, WIRE_REKEY_SECRET,
                                                 WIRE_REKEY_SWITCH, WIRE_CLOSE};
    struct wire_value values[WIRE_MAX_FIELDS];
    if (*bytes > 0 && inner[0] == WIRE_INNER_DATA) {
        *data = inner + 1;
        --*bytes;
        return wire_layout(WIRE_DATA)->name;
    }
    for (size_t i = 0; *bytes > 0 && i < sizeof(messages) / sizeof(*messages); i++)
        if (wire_layout(messages[i])->fields[0].min == inner[0] &&
            !wire_decode(values, messages[i], inner, *bytes))
            return wire_layout(messages[i])->name;
    return NULL;
}

static void show_lines(struct talk *talk, const struct trace_event *frame, const char *role,
                       const char *text, size_t bytes)
{
    while (bytes > 0) {
        const char *end = memchr(text, '\n', bytes);
        const size_t length = end ? (size_t)(end - text) : bytes;
        report_line(&talk->report, "      #%u %s: %.*s", frame->frame.number, role, (int)length,
                    text);
        text += end ? length + 1 : length;
        bytes -= end ? length + 1 : length;
    }
}

static void hear_record(void *context, enum channel_role sender, const struct trace_event *frame,
                        const uint8_t *inner, size_t bytes)
{
    struct talk *talk = context;
    const uint8_t *data = NULL;
    const char *what = inner ? read_inner(&data, &bytes, inner) : NULL;
    const char *role = sender == CHANNEL_CLIENT ? "client" : "server";
    talk->records++;
    talk->opened += what ? 1 : 0;
    if (!what)
        return;
    if (data)
        show_lines(talk, frame, role, (const char *)data, bytes);
    else
        report_line(&talk->report, "      #%u %s: (%s)", frame->frame.number, role, what);
    char *hex = hex_string(data ? data : inner, bytes);
    json_array_append_new(talk->messages,
                          json_pack("{s:i,s:i,s:s,s:s,s:s*}", "channel", (int)frame->channel,
                                    "frame", (int)frame->frame.number, "sender", role, "message",
                                    what, "hex", hex));
    free(hex);
}

/* --- the end ----------------------------------------------------------------------------------- */

/* False without memory. */
static bool prove(struct talk *talk)
{
    const struct dlog_agreement *numbers = &talk->numbers;
    char *texts[] = {dlog_python(numbers->p), dlog_python(numbers->g),     dlog_python(numbers->A),
                     dlog_python(numbers->B), dlog_python(talk->result.x), dlog_python(talk->K)};
    const size_t p_bytes = (mpz_sizeinbase(numbers->p, 2) + 7) / 8;
    bool done = talk->key != NULL;
    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
        done = done && texts[i];
    if (done && talk->options->shared)
        report_proof(&talk->report,
                     "from hashlib import sha256; K=%s; print(sha256(K.to_bytes(%zu, "
                     "\"big\")).hexdigest()[:%zu] == \"%s\")",
                     texts[5], p_bytes, strlen(talk->key), talk->key);
    else if (done)
        report_proof(
            &talk->report,
            "from hashlib import sha256; p=%s; g=%s; A=%s; B=%s; a=%s; K=pow(B, a, p); "
            "print(pow(g, a, p) == A and sha256(K.to_bytes(%zu, \"big\")).hexdigest()[:%zu] "
            "== \"%s\")",
            texts[0], texts[1], texts[2], texts[3], texts[4], p_bytes, strlen(talk->key),
            talk->key);
    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
        free(texts[i]);
    return done;
}

static int end(struct talk *talk)
{
    struct problem problem = {0};
    report_json(&talk->report, "messages", talk->messages);
    if (talk->agreements == 0)
        return report_end(&talk->report, REPORT_NOT_APPLICABLE,
                          "the talk ended before A and B had crossed the wire");
    if (talk->result.multiplications > 0)
        dlog_show_cost(&talk->report, &talk->result);
    if (talk->result.verdict == DLOG_RESISTED)
        return report_end(&talk->report, REPORT_RESISTED, "%s", talk->result.reason);
    if (talk->result.verdict == DLOG_NOT_APPLICABLE)
        return report_end(&talk->report, REPORT_NOT_APPLICABLE, "%s", talk->result.reason);
    if (talk->result.verdict == DLOG_BROKEN && (talk->opened == 0 || !talk->key))
        return report_end(&talk->report, REPORT_NOT_APPLICABLE,
                          "under this K nothing opens of %zu records", talk->records);
    if (talk->result.verdict != DLOG_BROKEN || !prove(talk)) {
        problem_memory(&problem);
        return report_fail(&talk->report, &problem);
    }
    if (talk->options->shared)
        report_text(&talk->report, "what K gives",
                    "every message of this talk, to read and to forge; not a, not b, and no other "
                    "talk");
    return report_end(&talk->report, REPORT_BROKEN, "%zu of %zu records are open", talk->opened,
                      talk->records);
}

static void release(struct talk *talk)
{
    if (talk->agreements > 0) {
        dlog_result_close(&talk->result);
        mpz_clears(talk->K, talk->numbers.p, talk->numbers.g, talk->numbers.A, talk->numbers.B,
                   NULL);
    }
    free(talk->key);
}

static int fail(struct talk *talk)
{
    struct problem problem = {0};
    problem_memory(&problem);
    json_decref(talk->messages);
    return report_fail(&talk->report, &problem);
}

static int attack(struct talk *talk, const struct recording *recording, struct problem *problem)
{
    const struct dlog_session_sink sink = {find, hear_key, hear_record, talk};
    const char *file = talk->options->file, *suite = recording_head(recording)->suite;
    char target[PROBLEM_TEXT_BYTES];
    if (strncmp(suite, "dh", 2) != 0) {
        problem_set(problem, "%s is a talk under %s, and Diffie-Hellman modulo p is that of dh",
                    file, suite);
        return console_problem(problem, CONSOLE_FAILED);
    }
    snprintf(target, sizeof(target), _("%s, a talk under %s"), file, suite);
    if (!report_begin(&talk->report, &talk->options->report, "dlog talk", target, problem))
        return console_problem(problem, CONSOLE_FAILED);
    talk->messages = json_array();
    return dlog_session_follow(recording, &sink) ? end(talk) : fail(talk);
}

int dlog_command_talk(int argc, char **argv)
{
    struct talk_options options = {.bounds = DLOG_BOUND_OPTIONS};
    struct talk talk = {.options = &options};
    struct problem problem = {0};
    struct recording *recording = NULL;
    console_parse(&command, argc, argv, &options);
    if (!recording_load(&recording, options.file, &problem))
        return console_problem(&problem, CONSOLE_FAILED);
    int status = attack(&talk, recording, &problem);
    release(&talk);
    recording_free(recording);
    return status;
}
