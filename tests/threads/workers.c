/*
 * The workers of a loop under ThreadSanitizer: many handshakes of one identity key on four threads,
 * in batches, while the loop feeds their engines, ends some, and takes others back.
 */
#include "scene.h"
#include "uv_workers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CLIENTS 12
#define ROUNDS  3

static struct client {
    struct pump pump;
    struct uv_job job;
    bool done;
} clients[CLIENTS];

static struct uv_workers *workers;

static void require(int holds, const char *what)
{
    if (holds)
        return;
    fprintf(stderr, "workers: %s\n", what);
    abort();
}

static void on_done(struct uv_job *job)
{
    ((struct client *)((char *)job - offsetof(struct client, job)))->done = true;
}

static void ask(size_t i, const char *suite)
{
    struct client *client = &clients[i];
    pump_open(&client->pump, suite);
    pump_run_until(&client->pump, client->pump.server, CHANNEL_HAS_WORK);
    client->done = false;
    client->job = (struct uv_job){.channel = client->pump.server, .done = on_done};
    client->job.asker.identity[0] = (uint8_t)(i % 3);
    uv_workers_ask(workers, &client->job);
}

/* What the loop may do meanwhile: every third is cut, another third closed, all are looked at. */
static void meanwhile(uv_idle_t *idle)
{
    for (size_t i = 0; i < CLIENTS; i++) {
        struct channel *server = clients[i].pump.server;
        size_t bytes;
        channel_flags(server);
        channel_output(server, &bytes);
        channel_error(server);
        channel_peer_key(server);
        if (i % 3 == 1)
            channel_input_end(server);
        if (i % 3 == 2)
            channel_close(server, CHANNEL_ERR_SHUTDOWN, NULL);
    }
    uv_close((uv_handle_t *)idle, NULL);
}

static void play(uv_loop_t *loop, const char *suite)
{
    uv_idle_t idle;
    uv_idle_init(loop, &idle);
    uv_idle_start(&idle, meanwhile);
    for (size_t i = 0; i < CLIENTS; i++)
        ask(i, suite);
    require(uv_workers_forget(workers, &clients[CLIENTS - 1].job), "it is under way already");
    uv_run(loop, UV_RUN_DEFAULT);
    for (size_t i = 0; i < CLIENTS; i++) {
        require(clients[i].done == (i < CLIENTS - 1), "not the ones that were asked for");
        pump_run(&clients[i].pump);
        if (i % 3 == 0)
            pump_expect_talk(&clients[i].pump);
        pump_close(&clients[i].pump);
    }
}

int main(void)
{
    uv_loop_t loop;
    uv_loop_init(&loop);
    for (size_t together = 1; together <= UV_WORKERS_TOGETHER; together += 3) {
        workers = uv_workers_new(&loop, together);
        require(workers != NULL, "no workers");
        for (int round = 0; round < ROUNDS; round++) {
            play(&loop, "modern");
            play(&loop, "dh"); /* the client's number, and the power of the server */
        }
        uv_workers_free(workers);
        uv_run(&loop, UV_RUN_DEFAULT);
    }
    require(uv_loop_close(&loop) == 0, "a handle is left");
    puts("workers: ok");
    return 0;
}
