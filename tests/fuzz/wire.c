/*
 * Fuzzes the parser of the wire with real messages, changed in a few places. What it accepts must
 * be within the table's bounds, and encode to the very bytes it was read from: one message, one
 * encoding.
 *
 * Parser: channel/protocol/wire.c
 */
#include "fuzz.h"
#include "scene.h"
#include "trace.h"

#include <stdlib.h>
#include <string.h>

#define BODY_MAX 4096
#define SLACK    16

static struct sample {
    enum wire_message message;
    uint8_t data[BODY_MAX];
    size_t bytes;
} samples[256];
static size_t sample_count;

static void keep(enum wire_message message, const uint8_t *data, size_t bytes)
{
    struct sample *sample = &samples[sample_count++];
    if (sample_count > sizeof(samples) / sizeof(samples[0]) || bytes > BODY_MAX)
        abort();
    sample->message = message;
    memcpy(sample->data, data, bytes);
    sample->bytes = bytes;
}

/* A share, if the message is a hello with one. */
static void keep_share(enum wire_message message, const struct wire_value *values)
{
    struct wire_value inside[WIRE_MAX_FIELDS];
    if (message != WIRE_CLIENT_HELLO && message != WIRE_SERVER_HELLO)
        return;
    for (int m = 0; m < WIRE_MESSAGES; m++)
        if (wire_layout((enum wire_message)m)->frame == WIRE_KEY_SHARE &&
            !wire_decode(inside, (enum wire_message)m, values[HELLO_EPH].data,
                         values[HELLO_EPH].bytes))
            keep((enum wire_message)m, values[HELLO_EPH].data, values[HELLO_EPH].bytes);
}

/* The messages as they are on the line: every one that reads this frame without complaint. */
static void keep_frames(enum scene scene, const char *suite)
{
    struct scene_frames frames;
    scene_record(&frames, scene, suite);
    for (size_t i = 0; i < frames.count; i++)
        for (int m = 0; m < WIRE_MESSAGES; m++) {
            const uint8_t *body = frames.frames[i].data + WIRE_HEADER_BYTES;
            size_t bytes = frames.frames[i].bytes - WIRE_HEADER_BYTES;
            struct wire_value values[WIRE_MAX_FIELDS];
            if (wire_layout((enum wire_message)m)->frame != frames.frames[i].data[0] ||
                wire_decode(values, (enum wire_message)m, body, bytes))
                continue;
            keep((enum wire_message)m, body, bytes);
            keep_share((enum wire_message)m, values);
        }
    scene_frames_free(&frames);
}

static void on_event(void *context, struct trace_event *event)
{
    (void)context;
    if (event->kind == TRACE_INNER && event->inner.sent)
        keep(event->inner.message, event->inner.bytes.data, event->inner.bytes.bytes);
}

/* The messages inside the records, and an alert. */
static void keep_inner(const char *suite)
{
    static const struct channel_trace trace = {.event = on_event};
    struct channel_config client = {.role = CHANNEL_CLIENT, .trace = &trace}, server;
    struct pump pump;
    if (channel_suite_parse(&client.suite, suite))
        abort();
    server = client;
    client.identity = pump_identity(0);
    server.identity = pump_identity(1);
    server.role = CHANNEL_SERVER;
    pump_open_configs(&pump, &client, &server);
    pump_run(&pump);
    if (channel_rekey(pump.client))
        abort();
    scene_play(&pump, SCENE_MEETING);
    pump_close(&pump);
}

static void prepare(void)
{
    static const char *const suites[] = {"modern", "modern:x25519", "modern:rsa", "dh", "textbook"};
    for (size_t i = 0; i < sizeof(suites) / sizeof(suites[0]); i++)
        keep_frames(SCENE_MEETING, suites[i]);
    keep_frames(SCENE_TALK, "modern");
    for (size_t i = 0; i < 3; i++)
        keep_inner(suites[i]);
    keep(WIRE_ALERT, (const uint8_t *)"\010\000\003why", 6);
}

/* Byte pairs of the input: where, and what is put there. The first decides on the size. */
static size_t change(uint8_t *body, size_t bytes, const uint8_t *data, size_t data_bytes)
{
    size_t changed = bytes + data[0] % (2 * SLACK) - SLACK;
    if (data[0] < 128 || changed > bytes + SLACK) /* half of them keep it */
        changed = bytes;
    if (changed > bytes)
        memset(body + bytes, 0, changed - bytes);
    for (size_t i = 1; i + 2 < data_bytes && changed > 0; i += 3) {
        size_t at = (size_t)data[i] << 8 | data[i + 1];
        /* Lengths stand near the front: half of the changes go there. */
        body[at % 2 ? at / 2 % changed : at / 2 % (changed < 16 ? changed : 16)] = data[i + 2];
    }
    return changed;
}

static void check(enum wire_message message, const uint8_t *body, size_t bytes)
{
    struct wire_value values[WIRE_MAX_FIELDS];
    uint8_t *again;
    if (wire_decode(values, message, body, bytes))
        return;
    fuzz_require(wire_size(message, values) == bytes, "another size");
    again = malloc(bytes + 1);
    wire_encode(again, message, values); /* asserts the bounds */
    fuzz_require(memcmp(again, body, bytes) == 0, "another encoding");
    free(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    const struct sample *sample;
    uint8_t *body, *exact;
    size_t size;
    if (sample_count == 0)
        prepare();
    if (bytes < 3)
        return 0;
    sample = &samples[data[0] % sample_count];
    body = malloc(sample->bytes + SLACK);
    memcpy(body, sample->data, sample->bytes);
    size = change(body, sample->bytes, data + 2, bytes - 2);
    exact = malloc(size > 0 ? size : 1); /* of its own size, so that a step too far is seen */
    memcpy(exact, body, size);
    check(data[1] % 4 ? sample->message : (enum wire_message)(data[1] / 4 % WIRE_MESSAGES), exact,
          size);
    free(exact);
    free(body);
    return 0;
}

FUZZ_MAIN("wire", 200000);
