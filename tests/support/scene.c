/* Two short sessions: see scene.h. */
#include "scene.h"

#include <stdlib.h>
#include <string.h>

static const char *const client_says[] = {"a first word from the client", "and, later, another"};
static const char *const server_says[] = {"what the server has to say", "its last word"};
#define FRAMES_MAX (sizeof(((struct scene_frames *)0)->frames) / sizeof(struct scene_frame))

/* One pair of tickets for each suite in use, made once per process. */
static struct kept {
    char suite[CHANNEL_SUITE_TEXT_BYTES];
    struct channel_ticket *client, *server;
} kept[32];

static void keep_tickets(struct kept *pair, const char *suite)
{
    struct pump pump;
    pump_open(&pump, suite);
    pump_run(&pump);
    if (channel_send_port(pump.server, 20001))
        abort();
    pump_run(&pump);
    pair->client = channel_take_ticket(pump.client);
    pair->server = channel_take_ticket(pump.server);
    strcpy(pair->suite, suite);
    pump_close(&pump);
}

static const struct kept *tickets(const char *suite)
{
    struct kept *pair = kept;
    while (pair->client && strcmp(pair->suite, suite) != 0)
        if (++pair == kept + sizeof(kept) / sizeof(kept[0]))
            abort();
    if (!pair->client)
        keep_tickets(pair, suite);
    return pair;
}

void scene_open(struct pump *pump, enum scene scene, const char *suite)
{
    scene_open_traced(pump, scene, suite, (const struct channel_trace *[2]){NULL, NULL});
}

void scene_open_traced(struct pump *pump, enum scene scene, const char *suite,
                       const struct channel_trace *const traces[2])
{
    const struct kept *pair;
    struct channel_config client = {.role = CHANNEL_CLIENT, .identity = pump_identity(0)}, server;
    if (channel_suite_parse(&client.suite, suite))
        abort();
    server = client;
    server.role = CHANNEL_SERVER;
    server.identity = pump_identity(1);
    client.trace = traces[CHANNEL_CLIENT];
    server.trace = traces[CHANNEL_SERVER];
    if (scene == SCENE_MEETING) {
        pump_open_configs(pump, &client, &server);
        return;
    }
    pair = tickets(suite);
    pump_open_tickets(pump, &client, &server, pair->client, pair->server);
}

static void say(struct channel *channel, const char *text)
{
    enum channel_error error = CHANNEL_OK;
    if (channel_flags(channel) & CHANNEL_OPEN)
        error = channel_send(channel, text, strlen(text));
    (void)error; /* an attack may have ended it meanwhile */
}

static void exchange_words(struct pump *pump, size_t which)
{
    say(pump->client, client_says[which]);
    say(pump->server, server_says[which]);
    pump_run(pump);
}

/* A port said twice (textbook) is a second ticket. */
static void drop_tickets(struct pump *pump)
{
    while ((channel_flags(pump->client) | channel_flags(pump->server)) & CHANNEL_HAS_PORT) {
        channel_ticket_free(channel_take_ticket(pump->client));
        channel_ticket_free(channel_take_ticket(pump->server));
        pump_run(pump);
    }
}

static void end(struct pump *pump)
{
    drop_tickets(pump);
    if (channel_flags(pump->client) & CHANNEL_OPEN)
        channel_close(pump->client, CHANNEL_OK, NULL);
    pump_run(pump);
    pump_cut(pump);
    pump_run(pump);
    drop_tickets(pump);
}

void scene_play(struct pump *pump, enum scene scene)
{
    enum channel_error error = CHANNEL_OK; /* of a call that an attack may have made impossible */
    pump_run(pump);
    exchange_words(pump, 0);
    if (scene == SCENE_MEETING)
        error = channel_send_port(pump->server, 20001);
    else if (channel_suite_rekeys(pump->client_config.suite))
        error = channel_rekey(pump->client);
    (void)error;
    pump_run(pump);
    if (scene == SCENE_TALK)
        exchange_words(pump, 1);
    end(pump);
}

static bool is_prefix(const uint8_t *data, size_t bytes, const char *const texts[2])
{
    char whole[128];
    strcpy(whole, texts[0]);
    strcat(whole, texts[1]);
    return bytes <= strlen(whole) && (bytes == 0 || memcmp(data, whole, bytes) == 0);
}

bool scene_is_honest(const struct pump *pump)
{
    return is_prefix(pump->server_data, pump->server_bytes, client_says) &&
           is_prefix(pump->client_data, pump->client_bytes, server_says);
}

bool scene_is_complete(const struct pump *pump, enum scene scene)
{
    size_t up = strlen(client_says[0]), down = strlen(server_says[0]);
    if (scene == SCENE_TALK) {
        up += strlen(client_says[1]);
        down += strlen(server_says[1]);
    }
    return scene_is_honest(pump) && pump->server_bytes == up && pump->client_bytes == down &&
           channel_error(pump->client) == CHANNEL_OK && channel_error(pump->server) == CHANNEL_OK;
}

static int keep_frame(void *context, enum channel_role from, uint8_t *frame, size_t *bytes)
{
    struct scene_frames *frames = context;
    struct scene_frame *kept_frame = &frames->frames[frames->count++];
    if (frames->count > FRAMES_MAX)
        abort();
    *kept_frame = (struct scene_frame){.from = from, .data = malloc(*bytes), .bytes = *bytes};
    memcpy(kept_frame->data, frame, *bytes);
    return 1;
}

void scene_record(struct scene_frames *frames, enum scene scene, const char *suite)
{
    struct pump pump;
    *frames = (struct scene_frames){0};
    scene_open(&pump, scene, suite);
    pump.frame = keep_frame;
    pump.context = frames;
    scene_play(&pump, scene);
    if (!scene_is_complete(&pump, scene))
        abort();
    pump_close(&pump);
}

void scene_frames_free(struct scene_frames *frames)
{
    for (size_t i = 0; i < frames->count; i++)
        free(frames->frames[i].data);
    *frames = (struct scene_frames){0};
}
