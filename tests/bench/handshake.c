/*
 * The handshake: how close both sides together, on one core and in memory, come to what their four
 * private operations alone would allow (two signatures, two secrets opened). The ephemeral keys are
 * in stock, as in a server, so making them does not count; each is used once, so drawing its
 * blinding factors does, on both sides of the comparison.
 *
 * And what it costs to record: the same handshake with --record on both sides, to one without.
 */
#include "bench.h"
#include "explain.h"
#include "scene.h"
#include "scratch.h"

#include "rsa_raw.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define TURNS    60 /* in one round */
#define TARGET   0.8
#define RECORDED 0.85

/* Seconds of this program's own work: the ratio is to hold on a busy machine too. */
static double cpu_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Two fresh copies: what a stock hands out. */
static void take_two(struct rsa_key *pair[2])
{
    static size_t next;
    for (int i = 0; i < 2; i++)
        pair[i] = pump_ephemeral(next++);
}

static double private_operation(const struct rsa_key *key)
{
    uint8_t number[WIRE_MODULUS_MAX];
    double start = cpu_now();
    memset(number, 0x5a, rsa_key_bytes(key));
    if (rsa_private(number, key, number, rsa_key_bytes(key), NULL))
        exit(1);
    return cpu_now() - start;
}

static double handshake(const struct channel_trace *const traces[2])
{
    struct rsa_key *pair[2];
    struct pump pump;
    double start;
    take_two(pair);
    start = cpu_now();
    scene_open_traced(&pump, SCENE_MEETING, "modern", traces);
    pump.stock = pair; /* transferred */
    pump_run(&pump);
    if (!(channel_flags(pump.client) & channel_flags(pump.server) & CHANNEL_OPEN))
        exit(1);
    pump_close(&pump);
    return cpu_now() - start;
}

/* With both sides writing recordings. */
static double recorded_handshake(const char *folder)
{
    const struct channel_trace *traces[2];
    struct problem problem = {0};
    struct explain *explains[2];
    double seconds = 0;
    for (int role = 0; role < 2; role++) {
        char *path = scratch_path(folder, role ? "server.rec" : "client.rec");
        const struct recording_head head = {
            .program = "bench", .role = (enum channel_role)role, .suite = "modern"};
        unlink(path);
        if (!explain_open(&explains[role], &(struct explain_options){.record = path}, &head,
                          &problem))
            exit(1);
        traces[role] = explain_trace(explains[role]);
        free(path);
    }
    seconds = handshake(traces);
    for (int role = 0; role < 2; role++)
        if (!explain_close(explains[role], &problem))
            exit(1);
    return seconds;
}

/* Had they nothing to do but their private operations. */
static double of_handshake(void)
{
    struct rsa_key *pair[2];
    double seconds = private_operation(pump_identity(0)) + private_operation(pump_identity(1));
    take_two(pair);
    for (int i = 0; i < 2; i++) {
        seconds += private_operation(pair[i]);
        rsa_key_free(pair[i]);
    }
    return seconds;
}

/* A re-key in an open channel. */
static double rekey(struct pump *pump)
{
    struct rsa_key *pair[2];
    double start;
    take_two(pair);
    pump->stock = pair; /* transferred */
    pump->ephemerals = 0;
    start = cpu_now();
    if (channel_rekey(pump->client))
        exit(1);
    pump_run(pump);
    return cpu_now() - start;
}

static double of_rekey(void)
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

/* In turn, so that both sides of each ratio see the same machine. */
static void round_of(struct bench *handshakes, struct bench *rekeys, struct bench *recorded,
                     struct pump *open, const char *folder)
{
    const struct channel_trace *const nobody[2] = {NULL, NULL};
    double ours[2] = {0}, theirs[2] = {0}, recording = 0;
    for (int turn = 0; turn < TURNS; turn++) {
        ours[0] += handshake(nobody);
        theirs[0] += of_handshake();
        recording += recorded_handshake(folder);
        ours[1] += rekey(open);
        theirs[1] += of_rekey();
    }
    bench_round(handshakes, TURNS / ours[0], TURNS / theirs[0]);
    bench_round(rekeys, TURNS / ours[1], TURNS / theirs[1]);
    bench_round(recorded, TURNS / recording, TURNS / ours[0]);
}

int main(void)
{
    struct bench handshakes = {
        .measure = "handshake to its RSA-2048", .unit = "/s", .target = TARGET};
    struct bench rekeys = {.measure = "re-key to its RSA-2048", .unit = "/s"};
    struct bench recorded = {
        .measure = "recorded handshake to one that is not", .unit = "/s", .target = RECORDED};
    char *folder = scratch_new();
    struct pump open;
    bool reached;
    pump_open(&open, "modern");
    pump_run(&open);
    for (int round = 0; round < BENCH_ROUNDS; round++)
        round_of(&handshakes, &rekeys, &recorded, &open, folder);
    if (channel_generation(open.server) != BENCH_ROUNDS * TURNS)
        exit(1);
    pump_close(&open);
    bench_heading();
    reached = bench_print(&handshakes);
    bench_print(&rekeys);
    reached = bench_print(&recorded) && reached;
    scratch_remove(folder);
    return reached ? 0 : 1;
}
