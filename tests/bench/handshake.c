/*
 * Handshakes and re-keys: how close both sides together, on one core and in memory, come to what
 * their public-key operations alone would allow.
 *
 *     modern         against modern:x25519: what ML-KEM costs beside all the rest
 *     modern:x25519  two signatures and two checks of RSA-2048; the re-key: four of X25519
 *     modern:rsa     two signatures, two secrets opened; fresh keys are in stock, as in a server, so
 *                    making them does not count, but drawing their blinding factors does, on both
 *                    sides
 *     dh             four powers in ffdhe2048
 *
 * Then what it gains to make the private operations of several handshakes as one batch, as the
 * workers of a server do (uv_workers.h); here both sides do. And what it costs to record: the same
 * handshake with --record on both sides, to one without.
 */
#include "at_once.h"
#include "bench.h"
#include "channel_hash.h"
#include "dh.h"
#include "explain.h"
#include "rsa_in_use.h"
#include "rsa_padding.h"
#include "scene.h"
#include "scratch.h"
#include "x25519.h"

#include "rsa_raw.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define RECORDED 0.85

/* Seconds of this program's own work: the ratio is to hold on a busy machine too. */
static double cpu_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void must(bool good, const char *what)
{
    if (good)
        return;
    fprintf(stderr, "handshake: %s\n", what);
    exit(1);
}

/* Two fresh copies: what a stock hands out. */
static void take_two(struct rsa_key *pair[2])
{
    static size_t next;
    for (int i = 0; i < 2; i++)
        pair[i] = pump_ephemeral(next++);
}

/* For a suite that takes them. */
static void stock_up(struct pump *pump, struct rsa_key *pair[2])
{
    if (!channel_suite_takes_pairs(pump->client_config.suite))
        return;
    take_two(pair);
    pump->stock = pair; /* transferred */
    pump->ephemerals = 0;
}

/* --- theirs: the operations alone --------------------------------------------------------------- */

static double two_signatures(void)
{
    static const uint8_t digest[32], salt[32];
    double start = cpu_now();
    for (size_t i = 0; i < 2; i++) {
        const struct rsa_key *key = pump_identity(i);
        uint8_t signature[WIRE_MODULUS_MAX];
        must(!rsa_pss_sign(signature, key, &channel_hash, digest, salt, NULL) &&
                 !rsa_pss_verify(signature, rsa_key_bytes(key), key, &channel_hash, digest, 32),
             "no signature");
    }
    return cpu_now() - start;
}

static double private_operation(const struct rsa_key *key)
{
    uint8_t number[WIRE_MODULUS_MAX];
    double start = cpu_now();
    memset(number, 0x5a, rsa_key_bytes(key));
    must(!rsa_private(number, key, number, rsa_key_bytes(key), NULL), "no private operation");
    return cpu_now() - start;
}

static double two_opened(void)
{
    struct rsa_key *pair[2];
    double seconds = 0;
    take_two(pair);
    for (int i = 0; i < 2; i++) {
        seconds += private_operation(pair[i]);
        rsa_key_free(pair[i]);
    }
    return seconds;
}

static double two_signed_two_opened(void)
{
    return private_operation(pump_identity(0)) + private_operation(pump_identity(1)) + two_opened();
}

static double four_points(void)
{
    static const uint8_t secrets[2][X25519_BYTES] = {{1}, {2}};
    uint8_t out[2][X25519_BYTES];
    double start = cpu_now();
    for (int i = 0; i < 2; i++)
        x25519_public(out[i], secrets[i]);
    for (int i = 0; i < 2; i++)
        must(x25519(out[i], secrets[1 - i], out[i]), "no secret");
    return cpu_now() - start;
}

static double four_powers(void)
{
    static struct dh_group *group;
    struct dh_key *keys[2];
    uint8_t number[DH_MAX_BYTES], out[DH_MAX_BYTES];
    must(group || !dh_group_parse(&group, "ffdhe2048"), "no group");
    double start = cpu_now();
    for (int i = 0; i < 2; i++)
        must(!dh_key_generate(&keys[i], group, NULL, NULL), "no key");
    for (int i = 0; i < 2; i++) {
        const size_t bytes = dh_key_number(keys[1 - i], DH_PUBLIC, number, sizeof(number));
        must(!dh_agree(out, keys[i], number, bytes, NULL), "no secret");
    }
    for (int i = 0; i < 2; i++)
        dh_key_free(keys[i]);
    return cpu_now() - start;
}

/* --- ours ----------------------------------------------------------------------------------------- */

static double handshake(const char *suite, const struct channel_trace *const traces[2])
{
    struct rsa_key *pair[2];
    struct pump pump;
    double start = cpu_now();
    scene_open_traced(&pump, SCENE_MEETING, suite, traces);
    start -= cpu_now();
    stock_up(&pump, pair);
    start += cpu_now();
    pump_run(&pump);
    must(channel_flags(pump.client) & channel_flags(pump.server) & CHANNEL_OPEN, suite);
    pump_close(&pump);
    return cpu_now() - start;
}

/* With both sides writing recordings. */
static double recorded_handshake(const char *folder)
{
    const struct channel_trace *traces[2];
    struct problem problem = {0};
    struct explain *explains[2];
    for (int role = 0; role < 2; role++) {
        char *path = scratch_path(folder, role ? "server.rec" : "client.rec");
        const struct recording_head head = {
            .program = "bench", .role = (enum channel_role)role, .suite = "modern"};
        unlink(path);
        must(explain_open(&explains[role], &(struct explain_options){.record = path}, &head,
                          &problem),
             problem.message);
        traces[role] = explain_trace(explains[role]);
        free(path);
    }
    const double seconds = handshake("modern", traces);
    for (int role = 0; role < 2; role++)
        must(explain_close(explains[role], &problem), problem.message);
    return seconds;
}

/* A re-key in an open channel. */
static double rekey(struct pump *pump)
{
    struct rsa_key *pair[2];
    stock_up(pump, pair);
    const unsigned generation = channel_generation(pump->server);
    double start = cpu_now();
    must(!channel_rekey(pump->client), "no re-key");
    pump_run(pump);
    const double seconds = cpu_now() - start;
    must(channel_generation(pump->server) == generation + 1, "no new keys");
    return seconds;
}

/* What X25519 alone would take in their place. */
static double with_x25519_alone(void)
{
    static const struct channel_trace *const nobody[2];
    return handshake("modern:x25519", nobody);
}

static double rekey_with_x25519_alone(void)
{
    static struct pump open;
    if (!open.client) {
        pump_open(&open, "modern:x25519");
        pump_run(&open);
    }
    return rekey(&open);
}

/* --- several at once ------------------------------------------------------------------------------ */

static double handshakes_at_once(size_t together)
{
    const double start = cpu_now();
    at_once_handshakes("modern", together);
    return cpu_now() - start;
}

static void batch_round(struct bench *batch, struct bench *goal)
{
    static const struct channel_trace *const nobody[2];
    const size_t together = rsa_private_together(), turns = 64 / together * together;
    double at_once = 0, alone = 0;
    for (size_t turn = 0; turn < turns; turn += together) {
        at_once += handshakes_at_once(together);
        for (size_t i = 0; i < together; i++)
            alone += handshake("modern", nobody);
    }
    bench_round(batch, (double)turns / at_once, (double)turns / alone);
    bench_round(goal, (double)turns / at_once, 1000);
}

/* --- rows ----------------------------------------------------------------------------------------- */

static struct row {
    const char *suite;
    bool rekeys;
    double (*alone)(void);
    size_t turns; /* in one round */
    struct bench bench;
    struct pump open;
} rows[] = {
    {"modern",
     false,
     with_x25519_alone,
     64,
     {.measure = "modern handshakes against modern:x25519", .target = 0.85},
     {0}},
    {"modern", true, rekey_with_x25519_alone, 320, {.measure = "modern re-keys, likewise"}, {0}},
    {"modern:x25519",
     false,
     two_signatures,
     64,
     {.measure = "modern:x25519 handshakes", .target = 0.9},
     {0}},
    {"modern:x25519", true, four_points, 640, {.measure = "modern:x25519 re-keys"}, {0}},
    {"modern:rsa",
     false,
     two_signed_two_opened,
     32,
     {.measure = "modern:rsa handshakes", .target = 0.8},
     {0}},
    {"modern:rsa", true, two_opened, 32, {.measure = "modern:rsa re-keys"}, {0}},
    {"dh", false, four_powers, 64, {.measure = "dh handshakes, ffdhe2048"}, {0}},
    {"dh", true, four_powers, 64, {.measure = "dh re-keys, ffdhe2048"}, {0}},
};
#define ROWS (sizeof(rows) / sizeof(rows[0]))

/* Every 32nd use of an identity key draws blinding factors anew. A use that does not count, once in 16
 * turns of two, lets each side of a ratio have its share of them. */
static void between(size_t turn)
{
    if (turn % 16 == 15)
        two_signatures();
}

/* In turn, so that both sides of each ratio see the same machine. */
static void round_of(struct row *row)
{
    static const struct channel_trace *const nobody[2];
    double ours = 0, alone = 0;
    for (size_t turn = 0; turn < row->turns; turn++, between(turn)) {
        ours += row->rekeys ? rekey(&row->open) : handshake(row->suite, nobody);
        alone += row->alone();
    }
    bench_round(&row->bench, (double)row->turns / ours, (double)row->turns / alone);
}

static void recorded_round(struct bench *recorded, const char *folder)
{
    static const struct channel_trace *const nobody[2];
    const size_t turns = 64;
    double recording = 0, plain = 0;
    for (size_t turn = 0; turn < turns; turn++, between(turn)) {
        recording += recorded_handshake(folder);
        plain += handshake("modern", nobody);
    }
    bench_round(recorded, (double)turns / recording, (double)turns / plain);
}

int main(void)
{
    struct bench recorded = {
        .measure = "recorded handshake to one that is not", .unit = "/s", .target = RECORDED};
    char measure[80];
    struct bench batch = {.measure = measure, .unit = "/s"};
    struct bench goal = {.measure = "the same; 1,000 a second", .unit = "/s"};
    char *folder = scratch_new();
    snprintf(measure, sizeof(measure), "modern handshakes, %zu at once to one by one, by %s",
             rsa_private_together(), rsa_in_use());
    batch.target = rsa_private_together() > 1 ? 1 : 0.97; /* without lanes nothing is gained */
    goal.target = rsa_private_together() == AT_ONCE_MOST ? 1 : 0;
    bool reached = true;
    for (size_t i = 0; i < ROWS; i++) {
        rows[i].bench.unit = "/s";
        pump_open(&rows[i].open, rows[i].suite);
        pump_run(&rows[i].open);
    }
    for (int round = 0; round < BENCH_ROUNDS; round++) {
        for (size_t i = 0; i < ROWS; i++)
            round_of(&rows[i]);
        batch_round(&batch, &goal);
        recorded_round(&recorded, folder);
    }
    bench_heading();
    for (size_t i = 0; i < ROWS; i++) {
        reached = bench_print(&rows[i].bench) && reached;
        pump_close(&rows[i].open);
    }
    reached = bench_print(&batch) && reached;
    reached = bench_print(&goal) && reached;
    reached = bench_print(&recorded) && reached;
    scratch_remove(folder);
    return reached ? 0 : 1;
}
