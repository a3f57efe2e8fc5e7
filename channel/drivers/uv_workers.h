/*
 * The workers of an event loop: what its channels have to compute, on libuv's threads.
 *
 * Who has work waits until a worker is free. Then as many leave together as the machine computes at
 * once (rsa_private_together): four or two where it has vectors for RSA, else each alone.
 *
 *     waiting    e f g h i j ...
 *     a worker   | a b c d |   what each does before its private operation (channel_work_part)
 *                | a b c d |   the operations of all, side by side (rsa_private_batch)
 *                | a b c d |   the rest of each
 *
 * Nobody waits for company: what a turn of the loop has brought leaves behind it if a worker is free,
 * and companions gather while none is. What fails, fails alone. Who is next: uv_queue.h, where
 * work under way is what an asker holds, whether it is proven or not; there is no share, for a free
 * worker has nothing better to do.
 */
#ifndef GLASSBOX_UV_WORKERS_H
#define GLASSBOX_UV_WORKERS_H

#include "channel.h"
#include "uv_queue.h"

#include <uv.h>

struct uv_workers;

/* One piece of work; lives in the caller's own structure, which stays until done is called, or
 * uv_workers_forget was in time. */
struct uv_job {
    struct uv_asker asker; /* proven: false */
    struct channel *channel;
    void (*done)(struct uv_job *job); /* by the loop, when channel_work_end has returned */
};

/* together: the most that leave at once, 1 to UV_WORKERS_TOGETHER; 1 for suites whose work has
 * nothing in common, and under a seed. NULL without memory. */
#define UV_WORKERS_TOGETHER 4
struct uv_workers *uv_workers_new(uv_loop_t *loop, size_t together);
/* Nothing may be waiting or under way; the rest goes when the loop has closed its handle. NULL is
 * fine. */
void uv_workers_free(struct uv_workers *workers);

/* The channel has work: it is begun, run and ended. */
void uv_workers_ask(struct uv_workers *workers, struct uv_job *job);
/* True: it was not begun, and never will be. False: it is under way, or was never asked for. */
bool uv_workers_forget(struct uv_workers *workers, struct uv_job *job);

#endif
