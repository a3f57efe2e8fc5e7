/*
 * A recorded talk of the textbook suite, attacked; see rsa_recording.h.
 */
#include "rsa_recording.h"

#include "rsa_message_breaks.h"
#include "rsa_show.h"
#include "rsa_signature_breaks.h"
#include "sym_cipher.h"
#include "target.h"
#include "translate.h"
#include "wire.h"

#include <string.h>

bool rsa_is_recording(const char *argument)
{
    static const char end[] = ".rec";
    size_t length = argument ? strlen(argument) : 0;
    return length > strlen(end) && strcmp(argument + length - strlen(end), end) == 0;
}

/* --- the talk ---------------------------------------------------------------------------------- */

struct talk {
    struct target target;
    mpz_t n[2], e[2]; /* by role; from the hellos */
    size_t key_bytes; /* of the cipher */
};

static void take_hello(struct talk *talk, const struct trace_event *event)
{
    const struct trace_bytes *frame = &event->frame.bytes;
    struct wire_value values[WIRE_MAX_FIELDS];
    const int role = event->frame.message == WIRE_CLIENT_HELLO ? CHANNEL_CLIENT : CHANNEL_SERVER;
    if (!frame->data || frame->bytes < WIRE_HEADER_BYTES ||
        wire_decode(values, event->frame.message, frame->data + WIRE_HEADER_BYTES,
                    frame->bytes - WIRE_HEADER_BYTES))
        return;
    mpz_import(talk->n[role], values[HELLO_ID_N].bytes, 1, 1, 1, 0, values[HELLO_ID_N].data);
    mpz_import(talk->e[role], values[HELLO_ID_E].bytes, 1, 1, 1, 0, values[HELLO_ID_E].data);
}

static void talk_close(struct talk *talk)
{
    target_free(&talk->target);
    mpz_clears(talk->n[0], talk->n[1], talk->e[0], talk->e[1], NULL);
}

static bool has_keys(const struct talk *talk)
{
    return mpz_sgn(talk->n[0]) > 0 && mpz_sgn(talk->n[1]) > 0 && mpz_sgn(talk->e[0]) > 0 &&
           mpz_sgn(talk->e[1]) > 0;
}

static bool talk_open(struct talk *talk, const char *path, struct problem *problem)
{
    *talk = (struct talk){.key_bytes = 0};
    mpz_inits(talk->n[0], talk->n[1], talk->e[0], talk->e[1], NULL);
    if (!target_read(&talk->target, &(struct target_options){.file = path}, problem))
        return false;
    if (!talk->target.recording)
        return problem_set(problem, "%s is not a recording", path);
    for (size_t i = 0; i < recording_count(talk->target.recording); i++) {
        const struct trace_event *event = recording_event(talk->target.recording, i);
        if (event->kind == TRACE_FRAME && (event->frame.message == WIRE_CLIENT_HELLO ||
                                           event->frame.message == WIRE_SERVER_HELLO))
            take_hello(talk, event);
    }
    if (!talk->target.messages[0].key)
        return true; /* another suite: that is a verdict */
    const struct sym_cipher *cipher = sym_cipher_find(talk->target.cipher);
    talk->key_bytes = cipher ? sym_cipher_key_bytes(cipher) : 0;
    return (cipher && has_keys(talk)) ||
           problem_set(problem, "%s: the two hellos with the keys are not in it", path);
}

/* --- what is common ---------------------------------------------------------------------------- */

static bool begin(struct rsa_show *show, struct talk *talk, const char *attack, const char *path,
                  const struct report_options *options)
{
    struct problem problem = {0};
    if (talk_open(talk, path, &problem) &&
        rsa_show_begin(show, options, attack, &problem, "%s", talk->target.name))
        return true;
    talk_close(talk);
    console_problem(&problem, CONSOLE_FAILED);
    return false;
}

/* True: it is a textbook talk. */
static bool is_textbook(struct rsa_show *show, const struct talk *talk)
{
    if (talk->target.messages[0].key)
        return true;
    rsa_finding_say(&show->finding, RSA_NOT_APPLICABLE,
                    "this suite sends nothing under raw RSA; only the textbook suite does");
    return false;
}

static int end(struct rsa_show *show, struct talk *talk)
{
    int status = rsa_show_end(show);
    talk_close(talk);
    return status;
}

/* --- guess ------------------------------------------------------------------------------------- */

/* docs/protocol.md, wrap: a key is cut into blocks that are below the one n, the powers into blocks
 * below the other. How many bytes the last of these has. */
static size_t last_block(const struct talk *talk, enum channel_role sender)
{
    size_t own_bits = mpz_sizeinbase(talk->n[sender], 2);
    size_t peer_bits = mpz_sizeinbase(talk->n[!sender], 2);
    size_t own_block = (own_bits - 1) / 8, peer_block = (peer_bits - 1) / 8;
    size_t inner = (talk->key_bytes + own_block - 1) / own_block * ((own_bits + 7) / 8);
    size_t left = inner % peer_block;
    return left == 0 ? peer_block : left;
}

struct counter {
    uint64_t next, end;
};

static bool count_up(void *context, mpz_t candidate)
{
    struct counter *counter = context;
    mpz_set_ui(candidate, counter->next++);
    return counter->next <= counter->end;
}

/* The last block of one record; the finding is its own. */
static void guess_block(struct rsa_finding *finding, const struct talk *talk,
                        const struct target_message *message, size_t bytes,
                        const struct rsa_listener *listener)
{
    const int reader = !message->sender;
    size_t power = (mpz_sizeinbase(talk->n[reader], 2) + 7) / 8;
    struct counter counter = {0, (uint64_t)1 << (8 * bytes)};
    mpz_t c;
    mpz_init(c);
    if (message->key_bytes >= power)
        mpz_import(c, power, 1, 1, 1, 0, message->key + message->key_bytes - power);
    rsa_break_guess(finding, talk->n[reader], talk->e[reader], c,
                    &(struct rsa_candidates){count_up, &counter}, UINT64_MAX, listener);
    mpz_clear(c);
}

/* All records, a line each; the first makes the proof. */
static void guess_all(struct rsa_show *show, const struct talk *talk)
{
    json_t *list = json_array();
    size_t open = 0;
    uint64_t work = 0;
    for (size_t i = 0; i < talk->target.count; i++) {
        const struct target_message *message = &talk->target.messages[i];
        struct rsa_finding own;
        rsa_finding_init(&own);
        struct rsa_finding *finding = open == 0 ? &show->finding : &own;
        size_t bytes = last_block(talk, message->sender);
        if (bytes <= 2)
            guess_block(finding, talk, message, bytes, NULL);
        work += finding->work;
        if (finding->verdict == RSA_BROKEN) {
            unsigned long m = mpz_get_ui(rsa_finding_get(finding, "m"));
            open++;
            report_line(&show->report, "      channel %u, frame %u, %s: %0*lx", message->channel,
                        message->frame, message->sender == CHANNEL_CLIENT ? "C->S" : "S->C",
                        (int)(2 * bytes), m);
            json_array_append_new(list, json_pack("{s:i,s:i,s:i}", "channel", (int)message->channel,
                                                  "frame", (int)message->frame, "block", (int)m));
        }
        rsa_finding_clear(&own);
    }
    show->finding.work = work;
    report_json(&show->report, "blocks", list);
    if (open > 0)
        rsa_finding_say(
            &show->finding, RSA_BROKEN,
            "the short block of %zu records is open, the end of each K^d; the long ones, "
            "and with them K, are not",
            open);
    else
        rsa_finding_say(&show->finding, RSA_NOT_APPLICABLE,
                        "no block is short enough to be guessed with these two keys");
}

int rsa_recording_guess(const char *path, const struct report_options *options)
{
    struct rsa_show show;
    struct talk talk;
    if (!begin(&show, &talk, "rsa guess", path, options))
        return CONSOLE_FAILED;
    if (is_textbook(&show, &talk)) {
        report_step(&show.report,
                    "K^d is cut into blocks below the reader's n: the last one, a byte "
                    "or two, has few values; raise each to e, and compare");
        guess_all(&show, &talk);
        show.real = N_("a block of 255 bytes");
        show.real_log2 = 8 * 255 - 1;
    }
    return end(&show, &talk);
}

/* --- multiply ---------------------------------------------------------------------------------- */

int rsa_recording_raise(const char *path, const struct report_options *options)
{
    struct rsa_show show;
    struct talk talk;
    if (!begin(&show, &talk, "rsa multiply", path, options))
        return CONSOLE_FAILED;
    if (is_textbook(&show, &talk)) {
        const enum channel_role sender = talk.target.messages[0].sender;
        report_step(&show.report,
                    "the product of two K is no K: it does not fit into %zu bytes, and "
                    "the reader hangs up",
                    talk.key_bytes);
        report_step(&show.report,
                    "but who begins with s and raises it has K = s^e, with K^d = s: under "
                    "such a K anybody writes records for %s",
                    sender == CHANNEL_CLIENT ? _("the client") : _("the server"));
        rsa_break_raise(&show.finding, talk.n[sender], talk.e[sender],
                        (unsigned)(8 * talk.key_bytes), &show.listener);
    }
    return end(&show, &talk);
}

/* --- the others -------------------------------------------------------------------------------- */

int rsa_recording_excuse(const char *path, const char *attack, const struct report_options *options)
{
    static const struct {
        const char *attack, *why;
    } excuses[] = {
        {"rsa root", N_("a whole block goes under the power, and no e-th power of one is below n; "
                        "attack rsa guess opens the short block")},
        {"rsa broadcast", N_("every record has a K of its own: no number goes out twice")},
        {"rsa common-modulus", N_("each side has an n of its own")},
        {"rsa blind", N_("no answer with c^d crosses the line, only whether it fitted: lesson 04, "
                         "section 7")},
        {"rsa forge-e3", N_("nothing is signed with a padding in this suite")},
        {"rsa garble", N_("the inner number is cut into blocks that fit: nothing is lost")},
        {"rsa fault", N_("a wrong power is found out before it is sent")},
        {"rsa from-d", N_("d does not cross the line")},
    };
    struct rsa_show show;
    struct talk talk;
    if (!begin(&show, &talk, attack, path, options))
        return CONSOLE_FAILED;
    if (is_textbook(&show, &talk))
        for (size_t i = 0; i < sizeof(excuses) / sizeof(excuses[0]); i++)
            if (strcmp(excuses[i].attack, attack) == 0)
                rsa_finding_say(&show.finding, RSA_NOT_APPLICABLE, "%s", translate(excuses[i].why));
    return end(&show, &talk);
}
