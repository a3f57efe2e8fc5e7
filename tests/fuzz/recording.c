/*
 * Fuzzes the reader of recordings with a short recording, changed in a few places. What is accepted
 * can be walked through from end to end: every pointer is there, every size is its own.
 *
 * Parser: channel/explain/recording.c channel/explain/recording_parse.c
 */
#include "fuzz.h"
#include "recorded_scene.h"
#include "scratch.h"

#include <stdlib.h>
#include <string.h>

#define SAMPLES 5

static struct {
    char *text;
    size_t bytes;
} samples[SAMPLES];

/* A line of each kind is enough, and quick to read. */
static void shorten(char *text)
{
    char *out = text, *line = text, *newline;
    size_t maths = 0, steps = 0;
    for (; (newline = strchr(line, '\n')); line = newline + 1) {
        size_t bytes = (size_t)(newline - line) + 1;
        if ((strncmp(line, "{\"kind\":\"math\"", 14) == 0 && maths++ > 12) ||
            (strncmp(line, "{\"kind\":\"step\"", 14) == 0 && steps++ > 12))
            continue;
        memmove(out, line, bytes);
        out += bytes;
    }
    *out = '\0';
}

static void prepare(void)
{
    for (size_t i = 0; i < SAMPLES; i++) {
        static const char *const suites[SAMPLES] = {"modern", "modern", "modern:rsa", "dh",
                                                    "textbook"};
        struct recorded_scene scene;
        recorded_scene_open(&scene, SCENE_MEETING, suites[i], i > 0);
        channel_tell_addresses(scene.pump.client, "127.0.0.1", 40000, "127.0.0.1", 10101);
        recorded_scene_play(&scene);
        samples[i].text = scratch_read(scene.folder, "client.rec");
        shorten(samples[i].text);
        samples[i].bytes = strlen(samples[i].text);
        recorded_scene_close(&scene);
    }
}

/* Where something of the format stands: most of a recording is hex. */
static size_t find_place(const char *text, size_t bytes, size_t at)
{
    static const char marks[] = "\"{}[]:,\n";
    while (at < bytes && !memchr(marks, text[at], sizeof(marks) - 1))
        at++;
    return at < bytes ? at : 0;
}

/* Changes by fours: how, where, what. */
static size_t change(char *text, size_t bytes, const uint8_t *data, size_t data_bytes)
{
    static const char puts[] = "\"{}[]:,\n0-9eE.\\utnx\0\xff";
    for (size_t i = 0; i + 4 <= data_bytes && bytes > 1; i += 4) {
        size_t at = ((size_t)data[i + 1] << 8 | data[i + 2]) * 7 % bytes;
        if (data[i] & 1)
            at = find_place(text, bytes, at);
        switch (data[i] >> 1 & 7) {
        case 0:
            bytes = at + 1;
            break;
        case 1:
            memmove(text + at, text + at + 1, bytes - at - 1);
            bytes--;
            break;
        case 2:
            memmove(text + at + 1, text + at, bytes - at);
            bytes++;
            break;
        default:
            text[at] = puts[data[i + 3] % (sizeof(puts) - 1)];
        }
    }
    return bytes;
}

static void walk(const struct recording *recording)
{
    for (size_t i = 0; i < recording_count(recording); i++)
        free(explain_text(recording_event(recording, i), true));
    fuzz_require(!recording_event(recording, recording_count(recording)), "one event too many");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    struct problem problem = {0};
    struct recording *recording;
    char *text, *exact;
    size_t which, size;
    if (!samples[0].text)
        prepare();
    if (bytes < 5)
        return 0;
    which = data[0] % SAMPLES;
    text = malloc(samples[which].bytes + FUZZ_INPUT_BYTES);
    memcpy(text, samples[which].text, samples[which].bytes);
    size = change(text, samples[which].bytes, data + 1, (bytes - 1) % 25);
    exact = malloc(size); /* of its own size, so that a step too far is seen */
    memcpy(exact, text, size);
    if (recording_read(&recording, "fuzzed", exact, size, &problem)) {
        walk(recording);
        recording_free(recording);
    } else {
        fuzz_require(problem.message[0] != '\0', "refused without a word");
        fuzz_require(!recording, "a recording beside a fault");
    }
    free(exact);
    free(text);
    return 0;
}

FUZZ_MAIN("recording", 3000);
