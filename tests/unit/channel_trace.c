/*
 * The key schedule, computed a second time: every secret that the engines report is derived here
 * anew from the published formulas (docs/protocol.md) with the libraries underneath, both sides.
 */
#include "agreed.h"
#include "dh.h"
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

static struct heard heard[2];        /* by role */
static const struct dh_group *group; /* of the client in dh */
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
                                                .group = group,
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

static void expect_signature(size_t frame, const char *label, size_t identity, size_t nth)
{
    const uint8_t *body = frames.frames[frame].data + WIRE_HEADER_BYTES;
    uint8_t digest[32], signed_bytes[64];
    size_t label_bytes = strlen(label), sealed = (size_t)body[0] << 8 | body[1];
    transcript(digest, 0, frame, body + 2, sealed);
    memcpy(signed_bytes, label, label_bytes);
    memcpy(signed_bytes + label_bytes, digest, 32);
    sym_sha256(digest, signed_bytes, label_bytes + 32);
    cr_assert_eq(rsa_pss_verify(body + 2 + sealed + 2, 256, pump_identity(identity), &channel_hash,
                                digest, 32),
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

/* The secret of the nth exchange from both private keys, with the numbers of GMP. */
static size_t agree_x25519(uint8_t *ikm, size_t nth)
{
    const struct entry *private[2], *share[2];
    for (size_t role = 0; role < 2; role++) {
        private[role] = said(&heard[role], "x25519 key", "private key", nth);
        share[role] = said(&heard[role], "x25519 key", "key share", nth);
        agreed_x25519(ikm, private[role] -> data, NULL);
        expect(share[role], ikm, 32);
    }
    for (size_t role = 0; role < 2; role++) {
        agreed_x25519(ikm, private[role] -> data, share[1 - role] -> data);
        expect(said(&heard[role], "x25519 secret", "shared secret", nth), ikm, 32);
    }
    return 32;
}

/* X25519's, and behind it ML-KEM's: made anew from what both have drawn. */
static size_t agree_hybrid(uint8_t *ikm, size_t nth)
{
    uint8_t ek[MLKEM_EK_BYTES], dk[MLKEM_DK_BYTES], ciphertext[MLKEM_CIPHERTEXT_BYTES];
    const struct entry *seed = said(&heard[0], "ml-kem key", "seed", nth);
    const struct entry *m = said(&heard[1], "ml-kem secret", "m", nth);
    agree_x25519(ikm, nth);
    mlkem_key(ek, dk, seed->data, &channel_mlkem_hash);
    expect(said(&heard[0], "ml-kem key", "encapsulation key", nth), ek, sizeof(ek));
    expect(said(&heard[0], "ml-kem key", "decapsulation key", nth), dk, sizeof(dk));
    expect(said(&heard[1], "encapsulation key verified", "encapsulation key", nth), ek, sizeof(ek));
    cr_assert(mlkem_encapsulate(ciphertext, ikm + 32, ek, m->data, &channel_mlkem_hash));
    expect(said(&heard[1], "ml-kem secret", "ciphertext", nth), ciphertext, sizeof(ciphertext));
    expect(said(&heard[0], "ml-kem secret", "ciphertext", nth), ciphertext, sizeof(ciphertext));
    for (size_t role = 0; role < 2; role++) {
        expect(said(&heard[role], "ml-kem secret", "shared secret", nth), ikm + 32, 32);
        expect(said(&heard[role], "both secrets", "agreed secret", nth), ikm, 64);
    }
    return 64;
}

/* What each has sealed, opened with the test's own copy of the other's ephemeral key. */
static size_t agree_rsa(uint8_t *ikm, size_t nth)
{
    static const char *const labels[] = {"glassbox-v2 client secret", "glassbox-v2 server secret"};
    for (size_t role = 0; role < 2; role++) {
        const struct entry *sealed = said(&heard[role], "secret sealed", "sealed", nth);
        struct rsa_key *key = pump_ephemeral(2 * nth + 1 - role);
        uint8_t message[256];
        size_t bytes;
        cr_assert_eq(rsa_oaep_decrypt(message, &bytes, key, &channel_hash, labels[role],
                                      strlen(labels[role]), sealed->data, sealed->bytes, NULL),
                     RSA_OK);
        cr_assert_eq(bytes, 32u);
        memcpy(ikm + 32 * role, message, 32);
        expect(said(&heard[role], "secret sealed", "own secret", nth), message, 32);
        expect(said(&heard[1 - role], "secret opened", "peer's secret", nth), message, 32);
        rsa_key_free(key);
    }
    return 64;
}

static const struct {
    const char *suite;
    size_t (*agree)(uint8_t *ikm, size_t nth);
} modern[] = {{"modern", agree_hybrid}, {"modern:x25519", agree_x25519}, {"modern:rsa", agree_rsa}};
#define MODERN (sizeof(modern) / sizeof(modern[0]))

Test(trace, a_handshake_by_the_formulas)
{
    for (size_t i = 0; i < MODERN; i++) {
        uint8_t ikm[64], salt[32];
        struct pump pump;
        listen_to(&pump, modern[i].suite);
        pump_run(&pump);
        cr_assert_eq(frames.count, 4u);
        expect_signature(2, "glassbox-v2 client exchange", 0, 0);
        expect_signature(3, "glassbox-v2 server exchange", 1, 1);
        transcript(salt, 0, 4, NULL, 0);
        expect_schedule(salt, ikm, modern[i].agree(ikm, 0), 0);
        for (uint64_t sequence = 0; sequence < 3; sequence++) {
            cr_assert_eq(channel_send(pump.client, "up", 2), CHANNEL_OK);
            cr_assert_eq(channel_send(pump.server, "down", 4), CHANNEL_OK);
            pump_run(&pump);
            expect_sealed(4 + 2 * sequence, "c2s", 0, sequence, "\001up", 3);
            expect_sealed(5 + 2 * sequence, "s2c", 0, sequence, "\001down", 5);
        }
        stop_listening(&pump);
    }
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
    for (size_t suite = 0; suite < MODERN; suite++) {
        uint8_t ikm[32 + 64], salt[32];
        struct sym_sha256 state;
        struct pump pump;
        listen_to(&pump, modern[suite].suite);
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
        expect_schedule(salt, ikm, 32 + modern[suite].agree(ikm + 32, 1), 1);
        cr_assert_eq(channel_send(pump.client, "up", 2), CHANNEL_OK);
        cr_assert_eq(channel_send(pump.server, "down", 4), CHANNEL_OK);
        pump_run(&pump);
        expect_sealed(8, "c2s", 1, 0, "\001up", 3);
        expect_sealed(9, "s2c", 1, 0, "\001down", 5);
        stop_listening(&pump);
    }
}

/* --- dh --------------------------------------------------------------------------------------- */

/* Both halves and K of the nth exchange, and the key of feistel-cbc that comes of it. */
static void agree_dh(uint8_t key[16], size_t nth)
{
    static const char *const private[] = {"a", "b"}, *const public[] = {"A", "B"};
    const struct entry *p = said(&heard[0], "dh key", "p", nth), *share[2], *own[2];
    uint8_t number[1024], hash[32];
    for (size_t role = 0; role < 2; role++) {
        const struct entry *g = said(&heard[role], "dh key", "g", nth);
        own[role] = said(&heard[role], "dh key", private[role], nth);
        share[role] = said(&heard[role], "dh key", public[role], nth);
        agreed_power(number, g->data, g->bytes, own[role]->data, own[role]->bytes, p->data,
                     p->bytes);
        const size_t zeros = p->bytes - share[role]->bytes;
        expect(share[role], number + zeros, p->bytes - zeros);
    }
    for (size_t role = 0; role < 2; role++) {
        agreed_power(number, share[1 - role]->data, share[1 - role]->bytes, own[role]->data,
                     own[role]->bytes, p->data, p->bytes);
        expect(said(&heard[role], "dh secret", "K", nth), number, p->bytes);
    }
    sym_sha256(hash, number, p->bytes);
    memcpy(key, hash, 16);
}

static void expect_opens(size_t frame, const uint8_t key[16], const char *plain)
{
    const struct scene_frame *record = &frames.frames[frame];
    uint8_t out[64];
    size_t bytes;
    cr_assert_eq(sym_cipher_decrypt(sym_cipher_find("feistel-cbc"), out, sizeof(out), &bytes, key,
                                    16, record->data + WIRE_HEADER_BYTES,
                                    record->bytes - WIRE_HEADER_BYTES),
                 SYM_OK);
    cr_assert_eq(bytes, strlen(plain));
    cr_assert_arr_eq(out, plain, bytes);
}

static void expect_dh(struct pump *pump, const uint8_t key[16], size_t nth)
{
    for (size_t role = 0; role < 2; role++)
        expect(said(&heard[role], "session key", "key", nth), key, 16);
    cr_assert_eq(channel_send(pump->client, "up", 2), CHANNEL_OK);
    cr_assert_eq(channel_send(pump->server, "down", 4), CHANNEL_OK);
    pump_run(pump);
    expect_opens(frames.count - 2, key, "\001up");
    expect_opens(frames.count - 1, key, "\001down");
}

/* A handshake, a re-key, and the new port with the keys of the re-key. */
Test(trace, a_dh_session_by_the_formulas)
{
    static const char *const groups[] = {"23,5", "ffdhe2048", "modp1536"};
    for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++) {
        uint8_t key[16], exporter[32], secret[32], salt[32], prk[32];
        struct dh_group *chosen;
        struct pump pump;
        cr_assert_eq(dh_group_parse(&chosen, groups[i]), DH_OK);
        group = chosen;
        listen_to(&pump, "dh");
        pump_run(&pump);
        cr_assert_eq(frames.count, 2u);
        for (size_t nth = 0; nth < 2; nth++) {
            cr_assert(nth == 0 || channel_rekey(pump.client) == CHANNEL_OK);
            pump_run(&pump);
            agree_dh(key, nth);
            expect_dh(&pump, key, nth);
        }
        cr_assert_eq(channel_send_port(pump.server, 20001), CHANNEL_OK);
        pump_run(&pump);
        sym_hkdf_extract(exporter, NULL, 0, key, 16);
        const struct entry *ticket = said(&heard[0], "ticket secret", "ticket", 0);
        expand(secret, 32, exporter, "glassbox-v2 ticket", ticket->data, 16);
        expect(said(&heard[1], "ticket secret", "ticket secret", 0), secret, 32);
        pump_hand_over(&pump);
        pump_run(&pump);
        transcript(salt, frames.count - 2, frames.count, NULL, 0);
        sym_hkdf_extract(prk, salt, 32, secret, 32);
        sym_sha256(exporter, prk, 32);
        expect_dh(&pump, exporter, 2);
        stop_listening(&pump);
        group = NULL;
        dh_group_free(chosen);
    }
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

/* Every row is some step that is taken: a talk of each suite, all its ends good. */
Test(trace, every_step_of_the_table_is_taken)
{
    static const char *const suites[] = {"modern", "modern:x25519", "modern:rsa", "dh", "textbook"};
    struct dh_group *tiny; /* so that there is something to find */
    cr_assert_eq(dh_group_parse(&tiny, "23,5"), DH_OK);
    group = tiny;
    for (size_t i = 0; i < sizeof(suites) / sizeof(suites[0]); i++) {
        struct pump pump;
        listen_to(&pump, suites[i]);
        pump_run(&pump);
        pump_expect_talk(&pump);
        cr_assert_eq(channel_send_port(pump.server, 20001), CHANNEL_OK);
        pump_run(&pump);
        pump_hand_over(&pump);
        pump_run(&pump);
        cr_assert_eq(channel_rekey(pump.client), i == 4 ? CHANNEL_ERR_USE : CHANNEL_OK);
        pump_run(&pump);
        stop_listening(&pump);
    }
    group = NULL;
    dh_group_free(tiny);
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
    static const char *const suites[] = {"modern", "modern:x25519", "modern:rsa", "dh", "textbook"};
    for (size_t i = 0; i < sizeof(suites) / sizeof(suites[0]); i++) {
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
