/* Work on libuv's threads, several at once: see uv_workers.h. */
#include "uv_workers.h"

#include "rsa_raw.h"

#include <stdint.h>
#include <stdlib.h>

#define THREADS 4 /* libuv's own number, where UV_THREADPOOL_SIZE does not say */

/* What one thread does at once. */
struct batch {
    uv_work_t work; /* first: the request's address is the batch's */
    struct uv_workers *workers;
    struct uv_job *jobs[UV_WORKERS_TOGETHER];
    size_t count;
    struct batch *next;
};

struct uv_workers {
    uv_idle_t turn; /* first: the handle's address is the workers' */
    struct uv_queue queue;
    size_t together;
    struct batch *free; /* not under way */
    struct batch batches[];
};

/* --- on a thread ------------------------------------------------------------------------------ */

/* The first part of each, or the next; those that want an operation, by their place. */
static size_t next_parts(struct rsa_private_job *wanted[], struct channel *channels[], size_t count)
{
    size_t some = 0;
    for (size_t i = 0; i < count; i++) {
        wanted[some] = channel_work_part(channels[i]);
        if (wanted[some])
            channels[some++] = channels[i];
    }
    return some;
}

static void make_all(struct rsa_private_job *wanted[], size_t count)
{
    struct rsa_private_job jobs[UV_WORKERS_TOGETHER];
    for (size_t i = 0; i < count; i++)
        jobs[i] = *wanted[i];
    rsa_private_batch(jobs, count, NULL);
    for (size_t i = 0; i < count; i++)
        wanted[i]->error = jobs[i].error;
}

static void run(uv_work_t *work)
{
    const struct batch *batch = (struct batch *)work;
    struct rsa_private_job *wanted[UV_WORKERS_TOGETHER];
    struct channel *channels[UV_WORKERS_TOGETHER];
    size_t count = batch->count;
    for (size_t i = 0; i < count; i++)
        channels[i] = batch->jobs[i]->channel;
    if (count == 1) { /* also under a seed, whose channels blind from it */
        channel_work_run(channels[0]);
        return;
    }
    while ((count = next_parts(wanted, channels, count)) > 0)
        make_all(wanted, count);
}

/* --- on the loop ------------------------------------------------------------------------------ */
static void on_done(uv_work_t *work, int status);

static void start_batch(struct uv_workers *workers)
{
    struct batch *batch = workers->free;
    workers->free = batch->next;
    for (batch->count = 0; batch->count < workers->together && workers->queue.waiting;) {
        struct uv_job *job = (struct uv_job *)uv_queue_take(&workers->queue, SIZE_MAX);
        channel_work_begin(job->channel);
        batch->jobs[batch->count++] = job;
    }
    uv_queue_work(workers->turn.loop, &batch->work, run, on_done); /* cannot fail */
}

static void start_all(struct uv_workers *workers)
{
    while (workers->queue.waiting && workers->free)
        start_batch(workers);
}

static void on_turn(uv_idle_t *turn)
{
    uv_idle_stop(turn);
    start_all((struct uv_workers *)turn);
}

/* Those that wait go first: a thread may be idle. */
static void on_done(uv_work_t *work, int status)
{
    struct batch *batch = (struct batch *)work;
    struct uv_workers *workers = batch->workers;
    const struct batch done = *batch;
    (void)status; /* never cancelled */
    for (size_t i = 0; i < done.count; i++)
        uv_queue_leave(&workers->queue, &done.jobs[i]->asker);
    batch->next = workers->free;
    workers->free = batch;
    start_all(workers);
    for (size_t i = 0; i < done.count; i++) {
        channel_work_end(done.jobs[i]->channel);
        done.jobs[i]->done(done.jobs[i]); /* and it may be gone */
    }
}

void uv_workers_ask(struct uv_workers *workers, struct uv_job *job)
{
    uv_queue_add(&workers->queue, &job->asker);
    if (workers->free)
        uv_idle_start(&workers->turn, on_turn);
}

bool uv_workers_forget(struct uv_workers *workers, struct uv_job *job)
{
    if (!job->asker.waiting)
        return false;
    uv_queue_leave(&workers->queue, &job->asker);
    return true;
}

/* --- life ------------------------------------------------------------------------------------- */

/* One for each thread and one behind it, so that none stands still until the loop has time. Where
 * several share a core's vectors, more threads than cores would only cut the batches smaller. */
static size_t most_batches(size_t together)
{
    const char *size = getenv("UV_THREADPOOL_SIZE");
    const size_t threads = size && atoi(size) > 0 ? (size_t)atoi(size) : THREADS;
    const size_t cores = uv_available_parallelism();
    return 2 * (together > 1 && cores < threads ? cores : threads);
}

struct uv_workers *uv_workers_new(uv_loop_t *loop, size_t together)
{
    const size_t most = most_batches(together);
    struct uv_workers *workers = calloc(1, sizeof(*workers) + most * sizeof(workers->batches[0]));
    if (!workers)
        return NULL;
    workers->together = together;
    for (size_t i = 0; i < most; i++) {
        workers->batches[i] = (struct batch){.workers = workers, .next = workers->free};
        workers->free = &workers->batches[i];
    }
    uv_idle_init(loop, &workers->turn); /* cannot fail */
    return workers;
}

static void on_closed(uv_handle_t *turn)
{
    free(turn);
}

void uv_workers_free(struct uv_workers *workers)
{
    if (workers)
        uv_close((uv_handle_t *)&workers->turn, on_closed);
}
