/*
 * The promise of channel.h, under ThreadSanitizer: channel_work_part may be on another thread while
 * this one goes on feeding the engine, looking at it, and sending. Two servers of one identity key
 * do so at once; and all of them under one listener, whose recording must be in order at the end.
 */
#include "explain.h"
#include "rsa_raw.h"
#include "scene.h"
#include "scratch.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void require(int holds, const char *what)
{
    if (holds)
        return;
    fprintf(stderr, "engine_work: %s\n", what);
    abort();
}

/* In parts, as a driver does that makes several private operations at once. */
static void *run(void *channel)
{
    struct rsa_private_job *job;
    while ((job = channel_work_part(channel)))
        rsa_private_batch(job, 1, NULL);
    return NULL;
}

#define MEANWHILE 4 /* messages; in the textbook suite each is work, and so on */

static _Thread_local int meanwhile; /* how many more */

/* What this thread may be doing while the other works. */
static void look_and_send(struct channel *channel)
{
    size_t bytes;
    channel_flags(channel);
    channel_output(channel, &bytes);
    channel_output_done(channel, 0);
    channel_data(channel, &bytes);
    channel_send_pending(channel);
    channel_error(channel);
    channel_error_detail(channel);
    channel_generation(channel);
    channel_peer_key(channel);
    if ((channel_flags(channel) & CHANNEL_OPEN) && meanwhile-- > 0)
        require(!channel_send(channel, "meanwhile", 9), "cannot send");
}

static void work(struct channel *channel, struct channel *other)
{
    pthread_t thread;
    size_t bytes, space;
    const uint8_t *output;
    channel_work_begin(channel);
    pthread_create(&thread, NULL, run, channel);
    look_and_send(channel);
    output = channel_output(other, &bytes);
    if (bytes > 0) {
        uint8_t *room = channel_input_space(channel, &space);
        bytes = bytes < space ? bytes : space;
        memcpy(room, output, bytes);
        channel_output_done(other, bytes);
        channel_input_done(channel, bytes);
    }
    pthread_join(thread, NULL);
    channel_work_end(channel);
}

static int serve(struct channel *channel, struct channel *other, size_t *ephemerals)
{
    unsigned flags = channel_flags(channel);
    size_t bytes, space;
    const uint8_t *output = channel_output(other, &bytes);
    if (flags & CHANNEL_HAS_WORK) {
        work(channel, other);
    } else if (flags & CHANNEL_WANT_VERDICT) {
        channel_verdict(channel, CHANNEL_OK);
    } else if (flags & CHANNEL_WANT_EPHEMERAL) {
        channel_give_ephemeral(channel, pump_ephemeral((*ephemerals)++));
    } else if (flags & CHANNEL_HAS_DATA) {
        channel_data(channel, &bytes);
        channel_data_done(channel, bytes);
    } else if ((flags & CHANNEL_WANT_INPUT) && bytes > 0) {
        uint8_t *room = channel_input_space(channel, &space);
        bytes = bytes < space ? bytes : space;
        memcpy(room, output, bytes);
        channel_output_done(other, bytes);
        channel_input_done(channel, bytes);
    } else {
        return 0;
    }
    return 1;
}

static void run_both(struct pump *pump)
{
    size_t ephemerals = 0;
    while (serve(pump->client, pump->server, &ephemerals) ||
           serve(pump->server, pump->client, &ephemerals))
        ;
}

static void play(const char *suite, const struct channel_trace *trace)
{
    struct pump pump;
    meanwhile = MEANWHILE;
    scene_open_traced(&pump, SCENE_MEETING, suite, (const struct channel_trace *[2]){trace, trace});
    run_both(&pump);
    require(channel_flags(pump.client) & channel_flags(pump.server) & CHANNEL_OPEN, "not open");
    require(!channel_send(pump.client, "first", 5), "cannot send");
    if (channel_suite_rekeys(pump.client_config.suite))
        require(!channel_rekey(pump.client), "no re-key");
    run_both(&pump);
    /* modern has no work once it is open */
    require(meanwhile < MEANWHILE || pump.client_config.suite.kind == CHANNEL_MODERN,
            "nothing was sent meanwhile");
    require(!channel_error(pump.client) && !channel_error(pump.server), "an error");
    pump_close(&pump);
}

static void *play_both(void *explain)
{
    for (int i = 0; i < 3; i++) {
        play("modern", explain_trace(explain));
        play("modern:rsa", explain_trace(explain));
        play("dh", explain_trace(explain));
        play("textbook", explain_trace(explain));
    }
    return NULL;
}

static void play_on_two_threads(struct explain *explain)
{
    pthread_t threads[2];
    for (int i = 0; i < 2; i++)
        pthread_create(&threads[i], NULL, play_both, explain);
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
}

/* Arithmetic comes right in front of the step that it belongs to. */
static void expect_together(const char *folder)
{
    char *text = scratch_read(folder, "all.rec"), before[8] = "";
    unsigned channel_before = 0, maths = 0;
    for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
        char kind[16] = "";
        unsigned channel = 0;
        sscanf(line, "{\"kind\":\"%15[a-z]\",\"at\":%*u,\"channel\":%u", kind, &channel);
        const bool is_math = strcmp(kind, "math") == 0;
        require(strcmp(before, "math") != 0 ||
                    (channel == channel_before && (is_math || strcmp(kind, "step") == 0)),
                "something came between arithmetic and its step");
        snprintf(before, sizeof(before), "%.7s", kind);
        channel_before = channel;
        maths += is_math;
    }
    require(maths > 100, "no arithmetic");
    free(text);
}

/* The reader judges the order: frames by number, nothing behind an end. */
static void play_with_a_listener(void)
{
    char *folder = scratch_new(), *path = scratch_path(folder, "all.rec");
    const struct recording_head head = {
        .program = "tests", .role = CHANNEL_SERVER, .suite = "modern"};
    const struct explain_options options = {.record = path};
    struct recording *recording;
    struct problem problem = {0};
    struct explain *explain;
    require(explain_open(&explain, &options, &head, &problem), problem.message);
    play_on_two_threads(explain);
    require(explain_close(explain, &problem), problem.message);
    require(recording_load(&recording, path, &problem), problem.message);
    expect_together(folder);
    recording_free(recording);
    free(path);
    scratch_remove(folder);
}

int main(void)
{
    pump_identity(0); /* made once, before the threads */
    for (size_t i = 0; i < 4; i++)
        rsa_key_free(pump_ephemeral(i));
    play_on_two_threads(NULL);
    play_with_a_listener();
    puts("engine_work: ok");
    return 0;
}
