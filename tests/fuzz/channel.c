/*
 * Fuzzes the engine with real dialogues, changed on the way at any stage. The input is a script:
 *
 *     scene and suite, chunk size, then changes of 5 bytes: frame, what, where (u16), value
 *
 * Whatever happens on the line: both engines come to rest and to an end, and in the modern suites
 * nothing is received that was not sent. A script that changes nothing ends well.
 *
 * Parser: channel/protocol/handshake.c channel/protocol/record.c channel/protocol/rekey.c
 * Parser: channel/protocol/handover.c channel/protocol/textbook.c channel/protocol/exchange.c
 * Parser: channel/protocol/agreement_x25519.c channel/protocol/agreement_rsa.c
 * Parser: channel/protocol/agreement_hybrid.c
 * Parser: channel/protocol/agreement_dh.c channel/protocol/dh_record.c
 */
#include "fuzz.h"
#include "scene.h"
#include "trace.h"

#include <stdlib.h>
#include <string.h>

static const char *const suites[] = {"modern",   "modern:rsa", "dh",
                                     "textbook", "dh:vernam",  "modern:x25519"};
#define SUITES       (sizeof(suites) / sizeof(suites[0]))
#define CHANGE_BYTES 5
#define FRAMES       20 /* more than any scene has */

static struct scene_frames recorded[SCENES][SUITES];

struct script {
    const uint8_t *changes;
    size_t count, frame, made;
    struct pump *pump;
};

static void insert(uint8_t *frame, size_t *bytes, size_t at, uint8_t value)
{
    size_t count = 1 + value % 8;
    memmove(frame + at + count, frame + at, *bytes - at);
    memset(frame + at, value, count);
    *bytes += count;
}

static void cut_out(uint8_t *frame, size_t *bytes, size_t at, uint8_t value)
{
    size_t count = value < *bytes - at ? value : *bytes - at;
    memmove(frame + at, frame + at + count, *bytes - at - count);
    *bytes -= count;
}

/* A frame of another session, of either suite, in front of this one. */
static void inject_recorded(struct script *script, enum channel_role from, size_t where,
                            uint8_t value)
{
    const struct scene_frames *other = &recorded[value % SCENES][value / SCENES % SUITES];
    const struct scene_frame *frame = &other->frames[where % other->count];
    pump_inject(script->pump, from, frame->data, frame->bytes);
}

/* Makes one change; how often the frame is delivered then. */
static int change(struct script *script, const uint8_t *step, enum channel_role from,
                  uint8_t *frame, size_t *bytes)
{
    size_t where = (size_t)step[2] << 8 | step[3], at = *bytes > 0 ? where % *bytes : 0;
    uint8_t value = step[4];
    int times = 1;
    script->made++;
    switch (*bytes > 0 ? step[1] % 10 : 9) {
    case 0:
        frame[at] ^= (uint8_t)(1u << value % 8);
        break;
    case 1:
        frame[at] = value;
        break;
    case 2: /* lengths stand near the front */
        frame[at % (*bytes < 12 ? *bytes : 12)] = value;
        break;
    case 3:
        insert(frame, bytes, at, value);
        break;
    case 4:
        cut_out(frame, bytes, at, value);
        break;
    case 5: /* a length that agrees with what is there */
        if (*bytes >= WIRE_HEADER_BYTES)
            wire_put_header(frame, frame[0], *bytes - WIRE_HEADER_BYTES);
        break;
    case 6:
        times = value % 3;
        break;
    case 7:
        inject_recorded(script, from, where, value);
        break;
    case 8: /* sent back to where it came from */
        pump_inject(script->pump, from == CHANNEL_CLIENT ? CHANNEL_SERVER : CHANNEL_CLIENT, frame,
                    *bytes);
        break;
    default:
        pump_cut(script->pump);
        script->pump->stopped = true;
    }
    return times;
}

static int on_the_way(void *context, enum channel_role from, uint8_t *frame, size_t *bytes)
{
    struct script *script = context;
    size_t number = script->frame++, room = *bytes + PUMP_SLACK;
    int times = 1;
    for (size_t i = 0; i < script->count; i++) {
        const uint8_t *step = script->changes + i * CHANGE_BYTES;
        if (step[0] % FRAMES == number && *bytes + 8 <= room)
            times = change(script, step, from, frame, bytes);
    }
    return times;
}

static void expect_an_end(struct channel *channel)
{
    unsigned flags = channel_flags(channel);
    fuzz_require((flags & CHANNEL_CLOSED) != 0, "an engine does not end");
    fuzz_require(!(flags & CHANNEL_WANT_INPUT), "a closed engine wants input");
    fuzz_require(channel_error(channel) < CHANNEL_ERRORS, "no such error");
    fuzz_require(channel_send(channel, "late", 4) == CHANNEL_ERR_USE, "a closed engine sends");
    fuzz_require(channel_send_pending(channel) < (1 << 20), "a closed engine keeps what it has");
}

static void prepare(void)
{
    for (int scene = 0; scene < SCENES; scene++)
        for (size_t suite = 0; suite < SUITES; suite++)
            scene_record(&recorded[scene][suite], (enum scene)scene, suites[suite]);
}

static void hear(void *context, struct trace_event *event)
{
    (void)context;
    event->channel = 1;
}

static const struct channel_trace listener = {.event = hear};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    struct script script = {.changes = data + 2};
    enum scene scene;
    const char *suite;
    struct pump pump;
    if (recorded[0][0].count == 0)
        prepare();
    if (bytes < 2)
        return 0;
    scene = data[0] & 1 ? SCENE_TALK : SCENE_MEETING;
    suite = suites[data[0] / 2 % SUITES];
    script.count = (bytes - 2) / CHANGE_BYTES % 5; /* few: deep states are reached */
    script.pump = &pump;
    /* Every other one is heard: a listener changes nothing but what is told. */
    scene_open_traced(&pump, scene, suite,
                      (const struct channel_trace *[2]){bytes % 2 ? &listener : NULL,
                                                        bytes % 2 ? &listener : NULL});
    pump.chunk = data[1] < 200 ? 0 : data[1] - 199u;
    pump.frame = on_the_way;
    pump.context = &script;
    scene_play(&pump, scene);
    fuzz_require(!channel_suite_is_modern(pump.client_config.suite) || scene_is_honest(&pump),
                 "data was received that was not sent");
    fuzz_require(script.made > 0 || scene_is_complete(&pump, scene),
                 "an undisturbed scene went wrong");
    if (!pump.stopped) {
        expect_an_end(pump.client);
        expect_an_end(pump.server);
    }
    pump_close(&pump);
    return 0;
}

FUZZ_MAIN("channel", 400);
