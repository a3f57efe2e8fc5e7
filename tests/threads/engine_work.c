/*
 * The promise of channel.h, under ThreadSanitizer: channel_work_run may be on another thread while
 * this one goes on feeding the engine, looking at it, and sending. Two servers of one identity key
 * do so at once.
 */
#include "scene.h"

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

static void *run(void *channel)
{
    channel_work_run(channel);
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

static void play(const char *suite)
{
    struct pump pump;
    meanwhile = MEANWHILE;
    pump_open(&pump, suite);
    run_both(&pump);
    require(channel_flags(pump.client) & channel_flags(pump.server) & CHANNEL_OPEN, "not open");
    require(!channel_send(pump.client, "first", 5), "cannot send");
    if (!channel_suite_is_textbook(pump.client_config.suite))
        require(!channel_rekey(pump.client), "no re-key");
    run_both(&pump);
    require(meanwhile < MEANWHILE, "nothing was sent meanwhile");
    require(!channel_error(pump.client) && !channel_error(pump.server), "an error");
    pump_close(&pump);
}

static void *play_both(void *argument)
{
    (void)argument;
    for (int i = 0; i < 3; i++) {
        play("modern");
        play("textbook");
    }
    return NULL;
}

int main(void)
{
    pthread_t threads[2];
    pump_identity(0); /* made once, before the threads */
    for (size_t i = 0; i < 4; i++)
        rsa_key_free(pump_ephemeral(i));
    for (int i = 0; i < 2; i++)
        pthread_create(&threads[i], NULL, play_both, NULL);
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    puts("engine_work: ok");
    return 0;
}
