/*
 * The workers of a loop: real engines, one thread, and who leaves with whom. What an engine does on
 * the thread is heard by a listener, so the order of the parts can be seen.
 */
#include "uv_workers.h"

#include "pump.h"
#include "trace.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CLIENTS 7

static struct client {
    struct pump pump;
    struct uv_job job;
    char name; /* in the log of what happened */
    bool done;
} clients[CLIENTS];

static uv_loop_t loop;
static struct uv_workers *workers;
static char parts[64]; /* a lower letter: its proof is asked for; a capital: it is signed */
static char ends[64];  /* in the order of done */

static struct client *client_of(struct uv_job *job)
{
    return (struct client *)((char *)job - offsetof(struct client, job));
}

static void note(char *text, int letter)
{
    const size_t length = strlen(text);
    text[length] = (char)letter;
}

/* On the worker's thread, of which there is one. */
static void hear(void *context, struct trace_event *event)
{
    const struct client *client = context;
    if (event->kind == TRACE_STEP && event->step.step == STEP_SIGNATURE_VERIFIED)
        note(parts, client->name);
    if (event->kind == TRACE_STEP && event->step.step == STEP_SIGNATURE)
        note(parts, client->name - 'a' + 'A');
}

static void on_done(struct uv_job *job)
{
    struct client *client = client_of(job);
    client->done = true;
    note(ends, client->name);
}

static struct channel_trace traces[CLIENTS];

static int flip(void *context, enum channel_role from, uint8_t *frame, size_t *bytes)
{
    (void)context;
    if (from == CHANNEL_CLIENT && frame[0] == WIRE_FRAME_EXCHANGE)
        frame[*bytes - 1] ^= 1;
    return 1;
}

/* Up to the work of M3; bad: its proof is wrong. */
static void prepare(size_t i, uint8_t address, bool bad)
{
    struct client *client = &clients[i];
    struct channel_config own = {.role = CHANNEL_CLIENT, .identity = pump_identity(0)};
    struct channel_config its = {
        .role = CHANNEL_SERVER, .identity = pump_identity(1), .trace = &traces[i]};
    client->name = (char)('a' + i);
    traces[i] = (struct channel_trace){.event = hear, .context = client};
    pump_open_configs(&client->pump, &own, &its);
    client->pump.frame = bad ? flip : NULL;
    pump_run_until(&client->pump, client->pump.server, CHANNEL_HAS_WORK);
    client->job = (struct uv_job){.channel = client->pump.server, .done = on_done};
    client->job.asker.network.bytes[15] = address;
    client->job.asker.identity[0] = address;
}

static void ask(size_t i)
{
    uv_workers_ask(workers, &clients[i].job);
}

static void start(size_t together)
{
    setenv("UV_THREADPOOL_SIZE", "1", 1);
    uv_loop_init(&loop);
    workers = uv_workers_new(&loop, together);
    cr_assert_not_null(workers);
}

/* Whoever was served can talk, and nothing is left behind. */
static void finish(size_t count, size_t but)
{
    for (size_t i = 0; i < count; i++) {
        struct pump *pump = &clients[i].pump;
        if (i != but) {
            cr_expect(clients[i].done, "%c is not done", clients[i].name);
            pump_run(pump);
            pump_expect_talk(pump);
        }
        pump_close(pump);
    }
    uv_workers_free(workers);
    uv_run(&loop, UV_RUN_DEFAULT);
    cr_expect_eq(uv_loop_close(&loop), 0, "a handle is left");
}

Test(uv_workers, what_waits_goes_together)
{
    start(4);
    for (size_t i = 0; i < 6; i++)
        prepare(i, (uint8_t)i, false);
    for (size_t i = 0; i < 6; i++)
        ask(i);
    cr_expect_str_eq(parts, "", "it does not wait for the turn's end");
    uv_run(&loop, UV_RUN_DEFAULT);
    cr_expect_str_eq(parts, "abcdABCDefEF");
    cr_expect_str_eq(ends, "abcdef");
    finish(6, 6);
}

Test(uv_workers, each_alone_where_nothing_is_gained)
{
    start(1);
    for (size_t i = 0; i < 3; i++)
        prepare(i, (uint8_t)i, false);
    for (size_t i = 0; i < 3; i++)
        ask(i);
    uv_run(&loop, UV_RUN_DEFAULT);
    cr_expect_str_eq(parts, "aAbBcC");
    finish(3, 3);
}

Test(uv_workers, one_bad_in_a_batch)
{
    start(4);
    for (size_t i = 0; i < 4; i++)
        prepare(i, (uint8_t)i, i == 2);
    for (size_t i = 0; i < 4; i++)
        ask(i);
    uv_run(&loop, UV_RUN_DEFAULT);
    cr_expect_str_eq(parts, "abdABD", "nothing is signed for the stranger");
    cr_expect(clients[2].done);
    cr_expect_eq(channel_error(clients[2].pump.server), CHANNEL_ERR_AUTH);
    finish(4, 2);
}

/* Two leave at once at most (two batches of one). What one address has under way is held against
 * it, however early it came. */
Test(uv_workers, many_of_one_hold_up_nobody)
{
    start(1);
    for (size_t i = 0; i < CLIENTS; i++)
        prepare(i, i == CLIENTS - 1 ? 1 : 9, false);
    for (size_t i = 0; i < CLIENTS; i++)
        ask(i);
    uv_run(&loop, UV_RUN_DEFAULT);
    cr_expect_str_eq(ends, "agbcdef");
    finish(CLIENTS, CLIENTS);
}

/* Its owner is gone while it waits; the others do not notice. */
Test(uv_workers, forgotten_in_time)
{
    start(4);
    for (size_t i = 0; i < 3; i++)
        prepare(i, (uint8_t)i, false);
    for (size_t i = 0; i < 3; i++)
        ask(i);
    cr_expect(uv_workers_forget(workers, &clients[1].job));
    cr_expect_not(uv_workers_forget(workers, &clients[1].job), "twice");
    uv_run(&loop, UV_RUN_DEFAULT);
    cr_expect_str_eq(parts, "acAC");
    cr_expect_not(clients[1].done);
    finish(3, 1);
}

/* The line is cut, or the owner hangs up, while a thread works: both hear of the end, and what was
 * computed goes nowhere. */
static void cut(uv_idle_t *idle)
{
    uv_close((uv_handle_t *)idle, NULL);
    for (size_t i = 0; i < 2; i++)
        cr_expect_not(uv_workers_forget(workers, &clients[i].job), "it is under way");
    channel_input_end(clients[0].pump.server);
    channel_close(clients[1].pump.server, CHANNEL_ERR_NOT_ALLOWED, "removed");
}

Test(uv_workers, gone_while_it_is_made)
{
    uv_idle_t idle;
    start(4);
    for (size_t i = 0; i < 3; i++)
        prepare(i, (uint8_t)i, false);
    uv_idle_init(&loop, &idle);
    uv_idle_start(&idle, cut); /* libuv calls the one that was started last first */
    for (size_t i = 0; i < 3; i++)
        ask(i);
    uv_run(&loop, UV_RUN_DEFAULT);
    cr_expect_str_eq(ends, "abc");
    cr_expect_eq(channel_error(clients[0].pump.server), CHANNEL_ERR_TRUNCATED);
    pump_run(&clients[1].pump);
    cr_expect_eq(channel_error(clients[1].pump.client), CHANNEL_ERR_NOT_ALLOWED);
    cr_expect_not(channel_flags(clients[1].pump.client) & CHANNEL_OPEN);
    pump_run(&clients[2].pump);
    pump_expect_talk(&clients[2].pump);
    for (size_t i = 0; i < 3; i++)
        pump_close(&clients[i].pump);
    finish(0, 0);
}

/* One that ends takes others with it: those that wait are forgotten, those under way end in peace. */
static void end_all(struct uv_job *job)
{
    on_done(job);
    for (size_t i = 0; i < CLIENTS; i++)
        uv_workers_forget(workers, &clients[i].job);
}

Test(uv_workers, shutdown)
{
    start(1);
    for (size_t i = 0; i < CLIENTS; i++)
        prepare(i, (uint8_t)i, false);
    clients[0].job.done = end_all;
    for (size_t i = 0; i < CLIENTS; i++)
        ask(i);
    uv_run(&loop, UV_RUN_DEFAULT);
    cr_expect_str_eq(ends, "abc", "a, the one behind it, and the one that took a's place");
    for (size_t i = 0; i < CLIENTS; i++)
        pump_close(&clients[i].pump);
    finish(0, 0);
}

/* Work begets work: a job may be asked for again from its own end. */
static void again(struct uv_job *job)
{
    on_done(job);
    job->done = on_done;
    pump_run(&clients[0].pump);
    pump_close(&clients[0].pump);
    prepare(0, 0, false);
    ask(0);
}

Test(uv_workers, asked_from_its_own_end)
{
    start(4);
    prepare(0, 0, false);
    clients[0].job.done = again;
    ask(0);
    uv_run(&loop, UV_RUN_DEFAULT);
    cr_expect_str_eq(ends, "aa");
    finish(1, 1);
}
