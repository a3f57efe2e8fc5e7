/*
 * The key schedule, computed a second time: every secret that the engines report is derived here
 * anew from the published formulas (docs/protocol.md) with the libraries underneath, both sides.
 */
#include "engine.h"
#include "fed_random.h"
#include "rsa_padding.h"
#include "scene.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STEPS 1000

/* Everything heard of one side: each output, and the inputs that a test asks for. */
struct heard {
    struct entry {
        char step[32], name[24];
        uint8_t data[4200];
        size_t bytes;
    } * entries;
    size_t count;
    struct channel_trace trace;
};

static bool taken[CHANNEL_STEPS]; /* by either side */

static void keep_value(struct heard *heard, const char *step, const char *name, const uint8_t *data,
                       size_t bytes)
{
    struct entry *entry = &heard->entries[heard->count++];
    cr_assert_lt(heard->count, (size_t)STEPS);
    cr_assert_leq(bytes, sizeof(entry->data));
    snprintf(entry->step, sizeof(entry->step), "%s", step);
    snprintf(entry->name, sizeof(entry->name), "%s", name);
    entry->bytes = bytes;
    if (bytes > 0)
        memcpy(entry->data, data, bytes);
}

static void on_event(void *context, struct trace_event *event)
{
    const struct trace_bytes *bytes = &event->inner.bytes;
    const struct step_row *row;
    if (event->kind == TRACE_INNER)
        keep_value(context, event->inner.sent ? "inner sent" : "inner received", "bytes",
                   bytes->data, bytes->bytes);
    if (event->kind != TRACE_STEP)
        return;
    row = step_row(event->step.step);
    taken[event->step.step] = true;
    for (size_t i = 0; i < (size_t)row->inputs + row->outputs; i++)
        keep_value(context, row->name, row->values[i].name, event->step.values[i].data,
                   event->step.values[i].bytes);
}

/* The nth value of this name in steps of this name. */
static const struct entry *said(const struct heard *heard, const char *step, const char *name,
                                size_t nth)
{
    for (size_t i = 0; i < heard->count; i++)
        if (strcmp(heard->entries[i].step, step) == 0 &&
            strcmp(heard->entries[i].name, name) == 0 && nth-- == 0)
            return &heard->entries[i];
    cr_assert_fail("no step %s with a value %s", step, name);
    return NULL;
}

static void expect(const struct entry *entry, const void *want, size_t bytes)
{
    cr_assert_eq(entry->bytes, bytes, "%s, %s: %zu bytes", entry->step, entry->name, entry->bytes);
    cr_assert_arr_eq(entry->data, want, bytes, "%s, %s", entry->step, entry->name);
}

static struct heard heard[2]; /* by role */
static struct scene_frames frames;

static int keep(void *context, enum channel_role from, uint8_t *frame, size_t *bytes)
{
    struct scene_frame *kept = &frames.frames[frames.count++];
    (void)context;
    *kept = (struct scene_frame){.from = from, .data = malloc(*bytes), .bytes = *bytes};
    memcpy(kept->data, frame, *bytes);
    return 1;
}

static void listen_to(struct pump *pump, const char *suite)
{
    struct channel_config configs[2];
    for (int role = 0; role < 2; role++) {
        heard[role].entries = calloc(STEPS, sizeof(struct entry));
        heard[role].count = 0;
        heard[role].trace = (struct channel_trace){.event = on_event, .context = &heard[role]};
        configs[role] = (struct channel_config){.role = (enum channel_role)role,
                                                .identity = pump_identity((size_t)role),
                                                .trace = &heard[role].trace};
        cr_assert_eq(channel_suite_parse(&configs[role].suite, suite), CHANNEL_OK);
    }
    frames.count = 0;
    pump_open_configs(pump, &configs[0], &configs[1]);
    pump->frame = keep;
}

static void stop_listening(struct pump *pump)
{
    pump_close(pump);
    free(heard[0].entries);
    free(heard[1].entries);
    scene_frames_free(&frames);
}

/* H(the frames from .. to - 1 || rest). */
static void transcript(uint8_t digest[SYM_SHA256_BYTES], size_t from, size_t to, const void *rest,
                       size_t rest_bytes)
{
    struct sym_sha256 state;
    sym_sha256_init(&state);
    for (size_t i = from; i < to; i++)
        sym_sha256_update(&state, frames.frames[i].data, frames.frames[i].bytes);
    sym_sha256_update(&state, rest, rest_bytes);
    sym_sha256_final(digest, &state);
}

static void expand(uint8_t *out, size_t bytes, const uint8_t *secret, const char *label,
                   const void *context, size_t context_bytes)
{
    uint8_t info[64];
    memcpy(info, label, strlen(label));
    if (context_bytes > 0)
        memcpy(info + strlen(label), context, context_bytes);
    cr_assert_eq(sym_hkdf_expand(out, bytes, secret, 32, info, strlen(label) + context_bytes), 0);
}

static const struct {
    const char *label;
    size_t bytes;
} schedule[] = {{"glassbox-v2 c2s key", 32},  {"glassbox-v2 c2s iv", 12},
                {"glassbox-v2 s2c key", 32},  {"glassbox-v2 s2c iv", 12},
                {"glassbox-v2 exporter", 32}, {"glassbox-v2 chain", 32}};
#define OUTPUTS (sizeof(schedule) / sizeof(schedule[0]))

/* Both sides' nth PRK and all that is drawn from it. */
static void expect_schedule(const uint8_t salt[32], const void *ikm, size_t ikm_bytes, size_t nth)
{
    uint8_t prk[32], okm[32];
    sym_hkdf_extract(prk, salt, 32, ikm, ikm_bytes);
    for (int role = 0; role < 2; role++) {
        expect(said(&heard[role], "prk", "prk", nth), prk, 32);
        for (size_t i = 0; i < OUTPUTS; i++) {
            expand(okm, schedule[i].bytes, prk, schedule[i].label, NULL, 0);
            expect(said(&heard[role], schedule[i].label, "okm", nth), okm, schedule[i].bytes);
        }
    }
}

/* The secret in a frame's c_c or c_s, opened with the test's own copy of the ephemeral key. */
static void open_secret(uint8_t secret[32], size_t frame, size_t ephemeral)
{
    struct rsa_key *key = pump_ephemeral(ephemeral);
    const uint8_t *body = frames.frames[frame].data + WIRE_HEADER_BYTES;
    uint8_t message[256];
    size_t bytes;
    cr_assert_eq(
        rsa_oaep_decrypt(message, &bytes, key, &channel_hash, NULL, 0, body + 2, 256, NULL),
        RSA_OK);
    cr_assert_eq(bytes, 32u);
    memcpy(secret, message, 32);
    rsa_key_free(key);
}

static void expect_signature(size_t frame, const char *label, size_t identity, size_t nth)
{
    const uint8_t *body = frames.frames[frame].data + WIRE_HEADER_BYTES;
    uint8_t digest[32], signed_bytes[64];
    size_t label_bytes = strlen(label);
    transcript(digest, 0, frame, body + 2, 256);
    memcpy(signed_bytes, label, label_bytes);
    memcpy(signed_bytes + label_bytes, digest, 32);
    sym_sha256(digest, signed_bytes, label_bytes + 32);
    cr_assert_eq(
        rsa_pss_verify(body + 2 + 256 + 2, 256, pump_identity(identity), &channel_hash, digest, 32),
        RSA_OK, "%s", label);
    expect(said(&heard[0], "signed digest", "digest", nth), digest, 32);
    expect(said(&heard[1], "signed digest", "digest", nth), digest, 32);
}

/* A record seen on the wire, sealed anew. */
static void expect_sealed(size_t frame, const char *label, size_t nth, uint64_t sequence,
                          const char *plain, size_t bytes)
{
    const struct scene_frame *record = &frames.frames[frame];
    uint8_t nonce[12], sealed[128];
    char key_label[32], iv_label[32];
    snprintf(key_label, sizeof(key_label), "glassbox-v2 %s key", label);
    snprintf(iv_label, sizeof(iv_label), "glassbox-v2 %s iv", label);
    memcpy(nonce, said(&heard[0], iv_label, "okm", nth)->data, 12);
    nonce[11] ^= (uint8_t)sequence;
    cr_assert_eq(sym_aead_seal(sealed, said(&heard[0], key_label, "okm", nth)->data, nonce,
                               record->data, WIRE_HEADER_BYTES, plain, bytes),
                 0);
    cr_assert_eq(record->bytes, WIRE_HEADER_BYTES + bytes + 16);
    cr_assert_arr_eq(record->data + WIRE_HEADER_BYTES, sealed, bytes + 16);
}

Test(trace, a_handshake_by_the_formulas)
{
    uint8_t ikm[64], salt[32];
    struct pump pump;
    listen_to(&pump, "modern");
    pump_run(&pump);
    cr_assert_eq(frames.count, 4u);
    expect_signature(2, "glassbox-v2 client exchange", 0, 0);
    expect_signature(3, "glassbox-v2 server exchange", 1, 1);
    open_secret(ikm, 2, 1);
    open_secret(ikm + 32, 3, 0);
    expect(said(&heard[0], "secret sealed", "own secret", 0), ikm, 32);
    expect(said(&heard[1], "secret opened", "peer's secret", 0), ikm, 32);
    expect(said(&heard[1], "secret sealed", "own secret", 0), ikm + 32, 32);
    expect(said(&heard[0], "secret opened", "peer's secret", 0), ikm + 32, 32);
    transcript(salt, 0, 4, NULL, 0);
    expect_schedule(salt, ikm, 64, 0);
    for (uint64_t sequence = 0; sequence < 3; sequence++) {
        cr_assert_eq(channel_send(pump.client, "up", 2), CHANNEL_OK);
        cr_assert_eq(channel_send(pump.server, "down", 4), CHANNEL_OK);
        pump_run(&pump);
        expect_sealed(4 + 2 * sequence, "c2s", 0, sequence, "\001up", 3);
        expect_sealed(5 + 2 * sequence, "s2c", 0, sequence, "\001down", 5);
    }
    stop_listening(&pump);
}

Test(trace, a_hand_over_by_the_formulas)
{
    uint8_t secret[32], key[32], mac[32], salt[32], message[64];
    const struct entry *port;
    struct pump pump;
    listen_to(&pump, "modern");
    pump_run(&pump);
    cr_assert_eq(channel_send_port(pump.server, 20001), CHANNEL_OK);
    pump_run(&pump);
    port = said(&heard[1], "inner sent", "bytes", 0);
    cr_assert_eq(port->bytes, 19u);
    cr_assert_arr_eq(port->data, "\002\x4e\x21", 3);
    expand(secret, 32, said(&heard[0], "glassbox-v2 exporter", "okm", 0)->data,
           "glassbox-v2 ticket", port->data + 3, 16);
    expect(said(&heard[0], "ticket secret", "ticket secret", 0), secret, 32);
    expect(said(&heard[1], "ticket secret", "ticket secret", 0), secret, 32);
    pump_hand_over(&pump);
    pump_run(&pump);
    cr_assert_eq(frames.count, 7u);
    cr_assert_arr_eq(frames.frames[5].data + 4, port->data + 3, 16, "R1 names the ticket");
    memcpy(message, "client", 6);
    memcpy(message + 6, frames.frames[5].data + 4, 32);
    expand(key, 32, secret, "glassbox-v2 resume client", NULL, 0);
    sym_hmac(mac, key, 32, message, 38);
    cr_assert_arr_eq(frames.frames[5].data + 36, mac, 32);
    memcpy(message, "server", 6);
    memcpy(message + 38, frames.frames[6].data + 4, 16);
    expand(key, 32, secret, "glassbox-v2 resume server", NULL, 0);
    sym_hmac(mac, key, 32, message, 54);
    cr_assert_arr_eq(frames.frames[6].data + 20, mac, 32);
    transcript(salt, 5, 7, NULL, 0);
    expect_schedule(salt, secret, 32, 1);
    stop_listening(&pump);
}

Test(trace, a_rekey_by_the_formulas)
{
    uint8_t ikm[96], salt[32];
    struct sym_sha256 state;
    struct pump pump;
    listen_to(&pump, "modern");
    pump_run(&pump);
    cr_assert_eq(channel_rekey(pump.client), CHANNEL_OK);
    pump_run(&pump);
    sym_sha256_init(&state);
    for (size_t i = 0; i < 3; i++) { /* K1 and K3 are the client's, K2 the server's */
        const struct entry *plain = said(&heard[i % 2], "inner sent", "bytes", i / 2);
        cr_assert_eq(plain->data[0], WIRE_INNER_REKEY);
        cr_assert_eq(plain->data[1], i + 1);
        sym_sha256_update(&state, plain->data, plain->bytes);
    }
    sym_sha256_final(salt, &state);
    memcpy(ikm, said(&heard[0], "glassbox-v2 chain", "okm", 0)->data, 32);
    memcpy(ikm + 32, said(&heard[0], "secret sealed", "own secret", 1)->data, 32);
    memcpy(ikm + 64, said(&heard[1], "secret sealed", "own secret", 1)->data, 32);
    expect_schedule(salt, ikm, 96, 1);
    cr_assert_eq(channel_send(pump.client, "up", 2), CHANNEL_OK);
    cr_assert_eq(channel_send(pump.server, "down", 4), CHANNEL_OK);
    pump_run(&pump);
    expect_sealed(8, "c2s", 1, 0, "\001up", 3);
    expect_sealed(9, "s2c", 1, 0, "\001down", 5);
    stop_listening(&pump);
}

/* Two handshakes between the same two, each with a hand-over and two re-keys. */
Test(trace, no_two_keys_are_ever_the_same)
{
    static uint8_t seen[2 * 4 * 4][12]; /* the first bytes of keys and IVs */
    size_t count = 0;
    for (int handshake = 0; handshake < 2; handshake++) {
        struct pump pump;
        listen_to(&pump, "modern");
        pump_run(&pump);
        cr_assert_eq(channel_send_port(pump.server, 20001), CHANNEL_OK);
        pump_run(&pump);
        pump_hand_over(&pump);
        pump_run(&pump);
        for (int rekey = 0; rekey < 2; rekey++) {
            cr_assert_eq(channel_rekey(pump.client), CHANNEL_OK);
            pump_run(&pump);
        }
        for (size_t nth = 0; nth < 4; nth++)
            for (size_t i = 0; i < 4; i++) {
                const struct entry *okm = said(&heard[0], schedule[i].label, "okm", nth);
                expect(said(&heard[1], schedule[i].label, "okm", nth), okm->data, okm->bytes);
                memcpy(seen[count++], okm->data, 12);
            }
        stop_listening(&pump);
    }
    for (size_t a = 0; a < count; a++)
        for (size_t b = 0; b < a; b++)
            cr_assert_neq(memcmp(seen[a], seen[b], 12), 0, "keys %zu and %zu", a, b);
}

Test(trace, each_textbook_record_has_a_key_of_its_own)
{
    struct pump pump;
    listen_to(&pump, "textbook");
    pump_run(&pump);
    for (int i = 0; i < 4; i++)
        pump_expect_talk(&pump);
    for (size_t a = 0; a < 8; a++) {
        const struct entry *key = said(&heard[a % 2], "session key wrapped", "K", a / 2);
        expect(said(&heard[1 - a % 2], "session key opened", "K", a / 2), key->data, key->bytes);
        for (size_t b = 0; b < a; b++)
            cr_assert_neq(memcmp(key->data,
                                 said(&heard[b % 2], "session key wrapped", "K", b / 2)->data,
                                 key->bytes),
                          0);
    }
    stop_listening(&pump);
}

Test(trace, the_table_of_steps_is_whole)
{
    static const char refused[] = " refused";
    for (int i = 0; i < CHANNEL_STEPS; i++) {
        const struct step_row *row = step_row((enum channel_step)i);
        cr_assert(row->name && row->formula && row->section && row->whose, "step %d", i);
        const size_t length = strlen(row->name), values = (size_t)row->inputs + row->outputs;
        cr_assert(values > 0 && values <= STEP_VALUES_MAX, "%s", row->name);
        for (size_t v = 0; v < STEP_VALUES_MAX; v++)
            cr_assert_eq(row->values[v].name != NULL, v < values, "%s, value %zu", row->name, v);
        cr_assert_eq(row->refuses, length > strlen(refused) &&
                                       strcmp(row->name + length - strlen(refused), refused) == 0);
        cr_assert(!row->refuses || row->outputs == 0, "%s", row->name);
    }
}

/* Every row is some step that is taken: a talk of either suite, all its ends good. */
Test(trace, every_step_of_the_table_is_taken)
{
    static const char *const suites[] = {"modern", "textbook"};
    for (size_t i = 0; i < 2; i++) {
        struct pump pump;
        listen_to(&pump, suites[i]);
        pump_run(&pump);
        pump_expect_talk(&pump);
        cr_assert_eq(channel_send_port(pump.server, 20001), CHANNEL_OK);
        pump_run(&pump);
        pump_hand_over(&pump);
        pump_run(&pump);
        cr_assert(i == 1 || channel_rekey(pump.client) == CHANNEL_OK);
        pump_run(&pump);
        stop_listening(&pump);
    }
    for (int i = 0; i < CHANNEL_STEPS; i++)
        cr_assert(taken[i] || i == STEP_SEEDED_BYTES || step_row((enum channel_step)i)->refuses,
                  "%s is never taken", step_row((enum channel_step)i)->name);
}

static size_t evaluated;

static size_t evaluate(void)
{
    return ++evaluated;
}

Test(trace, costs_nothing_when_nobody_listens)
{
    static const struct trace nobody = {0};
    TRACE(nobody, STEP_EXPORTER, {NULL, evaluate()}, {NULL, evaluate()});
    cr_assert_eq(evaluated, 0u);
}

/* With fed random bytes and given ephemeral keys a session can be told again, byte for byte. */
Test(trace, a_fed_run_repeats_itself)
{
    static const char *const suites[] = {"modern", "textbook"};
    for (size_t i = 0; i < 2; i++) {
        struct scene_frames first = {.count = 0};
        for (int run = 0; run < 2; run++) {
            struct fed_random random[2];
            struct pump pump;
            fed_random_init(&random[0], NULL, 0, 11);
            fed_random_init(&random[1], NULL, 0, 12);
            listen_to(&pump, suites[i]);
            channel_free(pump.client);
            channel_free(pump.server);
            pump.client_config.random = &random[0].source;
            pump.server_config.random = &random[1].source;
            cr_assert_eq(channel_new(&pump.client, &pump.client_config), CHANNEL_OK);
            cr_assert_eq(channel_new(&pump.server, &pump.server_config), CHANNEL_OK);
            scene_play(&pump, SCENE_MEETING);
            if (run == 0) {
                first = frames;
                frames.count = 0;
            } else {
                cr_assert_eq(frames.count, first.count);
                for (size_t f = 0; f < frames.count; f++) {
                    cr_assert_eq(frames.frames[f].bytes, first.frames[f].bytes);
                    cr_assert_arr_eq(frames.frames[f].data, first.frames[f].data,
                                     first.frames[f].bytes, "%s: frame %zu", suites[i], f);
                }
            }
            stop_listening(&pump);
        }
        scene_frames_free(&first);
    }
}
