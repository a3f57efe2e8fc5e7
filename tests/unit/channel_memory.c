/*
 * What a channel holds: sizes at the edges, nothing while idle, no secret in freed memory.
 */
#include "engine.h"
#include "scene.h"
#include "wire.h"

#include "rsa_raw.h"

#include <criterion/criterion.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

static const char *const suites[] = {"modern", "modern:x25519", "modern:rsa",
                                     "dh",     "textbook",      "textbook:caesar"};
#define SUITES (sizeof(suites) / sizeof(suites[0]))

Test(memory, data_of_every_size_at_the_edges)
{
    static const size_t sizes[] = {0,
                                   1,
                                   2,
                                   CHANNEL_DATA_MAX - 1,
                                   CHANNEL_DATA_MAX,
                                   CHANNEL_DATA_MAX + 1,
                                   2 * CHANNEL_DATA_MAX,
                                   2 * CHANNEL_DATA_MAX + 1};
    uint8_t *data = malloc(2 * CHANNEL_DATA_MAX + 1);
    for (size_t i = 0; i < 2 * CHANNEL_DATA_MAX + 1; i++)
        data[i] = (uint8_t)(i * 31 + i / 253);
    for (size_t suite = 0; suite < SUITES; suite++)
        for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
            struct pump pump;
            pump_open(&pump, suites[suite]);
            pump_run(&pump);
            cr_assert_eq(channel_send(pump.client, data, sizes[i]), CHANNEL_OK);
            cr_assert(sizes[i] > 0 || !(channel_flags(pump.client) & CHANNEL_HAS_OUTPUT));
            pump_run(&pump);
            cr_assert_eq(pump.server_bytes, sizes[i], "%s: %zu", suites[suite], sizes[i]);
            cr_assert(sizes[i] == 0 || memcmp(pump.server_data, data, sizes[i]) == 0);
            pump_expect_talk(&pump);
            pump_close(&pump);
        }
    free(data);
}

Test(memory, room_to_write_into)
{
    struct pump pump;
    uint8_t *room;
    pump_open(&pump, "modern");
    cr_assert_null(channel_send_space(pump.client, 1), "not open yet");
    pump_run(&pump);
    cr_assert_null(channel_send_space(pump.client, CHANNEL_DATA_MAX + 1));
    cr_assert_not_null(room = channel_send_space(pump.client, CHANNEL_DATA_MAX));
    cr_assert_eq(channel_send_done(pump.client, 0), CHANNEL_OK);
    cr_assert_not(channel_flags(pump.client) & CHANNEL_HAS_OUTPUT, "nothing was written");
    cr_assert_not_null(room = channel_send_space(pump.client, 100));
    memcpy(room, "ten of 100", 10);
    cr_assert_eq(channel_send_done(pump.client, 10), CHANNEL_OK);
    pump_run(&pump);
    cr_assert_eq(pump.server_bytes, 10u);
    cr_assert_arr_eq(pump.server_data, "ten of 100", 10);
    pump_close(&pump);
}

/* A textbook record whose plaintext is one byte longer than any may be. */
Test(memory, an_overlong_plaintext_is_refused)
{
    struct pump pump;
    pump_open(&pump, "textbook:caesar");
    pump_run(&pump);
    for (size_t bytes = WIRE_PLAINTEXT_MAX; bytes <= WIRE_PLAINTEXT_MAX + 1; bytes++) {
        uint8_t *room = record_begin(pump.client, bytes);
        memset(room, WIRE_INNER_DATA, bytes);
        cr_assert_eq(record_end(pump.client, bytes), CHANNEL_OK);
        pump_run(&pump);
        cr_assert_eq(channel_error(pump.server),
                     bytes > WIRE_PLAINTEXT_MAX ? CHANNEL_ERR_MALFORMED : CHANNEL_OK);
    }
    cr_assert_eq(pump.server_bytes, (size_t)CHANNEL_DATA_MAX);
    pump_close(&pump);
}

/* --- idle ------------------------------------------------------------------------------------- */

Test(memory, an_idle_channel_holds_no_buffer)
{
    static uint8_t big[1000000];
    for (size_t suite = 0; suite < SUITES; suite++) {
        struct pump pump;
        pump_open(&pump, suites[suite]);
        pump_run(&pump);
        cr_assert_eq(channel_send(pump.client, big, sizeof(big)), CHANNEL_OK);
        cr_assert_eq(channel_send(pump.server, big, sizeof(big)), CHANNEL_OK);
        pump_run(&pump);
        for (int side = 0; side < 2; side++) {
            const struct channel *channel = side ? pump.server : pump.client;
            const struct buffer *buffers[] = {&channel->in, &channel->out, &channel->pending,
                                              &channel->work_in, &channel->work_out};
            for (size_t i = 0; i < 5; i++)
                cr_assert_eq(buffers[i]->space, 0u, "%s: buffer %zu", suites[suite], i);
            cr_assert_null(channel->exchange);
        }
        pump_close(&pump);
    }
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)

#define IDLE_CHANNELS 64
#define IDLE_BYTES    4096 /* of one side's heap, its copy of the peer's key included */

Test(memory, an_idle_channel_is_small)
{
    for (size_t suite = 0; suite < SUITES; suite++) {
        struct pump pumps[IDLE_CHANNELS], warm;
        size_t before, each;
        pump_open(&warm, suites[suite]); /* what is made once per process */
        pump_run(&warm);
        before = mallinfo2().uordblks + mallinfo2().hblkhd;
        for (size_t i = 0; i < IDLE_CHANNELS; i++) {
            pump_open(&pumps[i], suites[suite]);
            pump_run(&pumps[i]);
        }
        each = (mallinfo2().uordblks + mallinfo2().hblkhd - before) / (2 * IDLE_CHANNELS);
        cr_log_info("%s: %zu bytes for one idle side", suites[suite], each);
        cr_assert_lt(each, (size_t)IDLE_BYTES, "%s", suites[suite]);
        for (size_t i = 0; i < IDLE_CHANNELS; i++)
            pump_close(&pumps[i]);
        pump_close(&warm);
    }
}

/* --- wiping -------------------------------------------------------------------------------------
 *
 * free() of this program looks into each block before it goes back: none may hold a secret that the
 * engines have reported. (Blocks that realloc moves are not seen; nothing here uses it on secrets.)
 */

void __libc_free(void *block);

static struct {
    uint8_t first[16];
    char name[24];
} needles[512];
static size_t needle_count;
static bool looking;
static char found[24];

void free(void *block)
{
    size_t bytes = block && looking ? malloc_usable_size(block) : 0;
    for (size_t n = 0; n < needle_count && bytes > 0; n++)
        if (memmem(block, bytes, needles[n].first, sizeof(needles[n].first)))
            memcpy(found, needles[n].name, sizeof(found));
    __libc_free(block);
}

static void remember(const char *name, const uint8_t *data, size_t bytes)
{
    if (bytes < sizeof(needles[0].first))
        return;
    cr_assert_lt(needle_count, sizeof(needles) / sizeof(needles[0]));
    memcpy(needles[needle_count].first, data, sizeof(needles[0].first));
    memccpy(needles[needle_count++].name, name, 0, sizeof(needles[0].name));
}

/* The mac that is expected is the one that then comes, openly. */
static void remember_secrets(void *context, struct trace_event *event)
{
    const struct step_row *row = event->kind == TRACE_STEP ? step_row(event->step.step) : NULL;
    (void)context;
    for (size_t i = 0; row && i < (size_t)row->inputs + row->outputs; i++)
        if (row->values[i].secrecy == TRACE_SECRET && strcmp(row->values[i].name, "mac") != 0)
            remember(row->values[i].name, event->step.values[i].data, event->step.values[i].bytes);
    for (size_t i = 0; row && i < event->step.arithmetic_count; i++) {
        const struct trace_arithmetic *arithmetic = &event->step.arithmetic[i];
        if (arithmetic->secrecy == TRACE_SECRET)
            remember(arithmetic->value.name, arithmetic->value.bytes, arithmetic->value.count);
    }
}

static const struct channel_trace rememberer = {.event = remember_secrets};

static void play_wiping(const char *suite, enum scene scene)
{
    struct pump pump, made;
    scene_open(&made, scene, suite);
    pump = made;
    pump.client->trace.sink = pump.server->trace.sink = &rememberer;
    looking = true;
    scene_play(&pump, scene);
    channel_free(pump.client);
    channel_free(pump.server);
    looking = false; /* the pump's own copies of the data are no secrets of the engine */
    pump.client = pump.server = NULL;
    pump_close(&pump);
}

Test(memory, nothing_secret_is_left_behind)
{
    for (size_t suite = 0; suite < SUITES - 1; suite++)
        for (int scene = 0; scene < SCENES; scene++) {
            needle_count = 0;
            play_wiping(suites[suite], (enum scene)scene);
            cr_assert_gt(needle_count, 5u, "nothing was looked for");
            cr_assert_str_empty(found, "%s, scene %d: \"%s\" was not wiped", suites[suite], scene,
                                found);
        }
}

/* Cut in the middle of everything, the same holds. */
static int stop_at(void *context, enum channel_role from, uint8_t *frame, size_t *bytes)
{
    size_t *left = context;
    (void)from, (void)frame, (void)bytes;
    return *left > 0 && (*left)--;
}

Test(memory, nothing_secret_is_left_behind_by_a_cut_session)
{
    for (size_t at = 0; at < (SUITES - 1) * 2 * 12; at++) {
        const size_t frames = at % 12;
        const char *suite = suites[at / 12 / 2];
        const enum scene scene = at / 12 % 2 ? SCENE_TALK : SCENE_MEETING;
        struct pump pump;
        size_t left = frames;
        needle_count = 0;
        scene_open(&pump, scene, suite);
        pump.client->trace.sink = pump.server->trace.sink = &rememberer;
        pump.frame = stop_at;
        pump.context = &left;
        looking = true;
        scene_play(&pump, scene);
        channel_free(pump.client);
        channel_free(pump.server);
        looking = false;
        pump.client = pump.server = NULL;
        pump_close(&pump);
        cr_assert_str_empty(found, "%s, scene %d, cut after %zu frames: \"%s\" was not wiped",
                            suite, scene, frames, found);
    }
}
#endif
