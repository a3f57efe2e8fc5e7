/* Handshakes side by side: see at_once.h. */
#include "at_once.h"

#include "pump.h"
#include "rsa_raw.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Steps until one of the two has work; false: both have come to rest. */
static bool bring_to_work(struct pump *pump, struct channel **has_work)
{
    do {
        if (channel_flags(pump->client) & CHANNEL_HAS_WORK)
            *has_work = pump->client;
        else if (channel_flags(pump->server) & CHANNEL_HAS_WORK)
            *has_work = pump->server;
        else
            continue;
        return true;
    } while (pump_step(pump));
    return false;
}

/* Up to the operation that each wants next, these, and so on. */
static void run_parts(struct channel *const begun[], size_t count)
{
    struct channel *channels[AT_ONCE_MOST];
    memcpy(channels, begun, count * sizeof(channels[0]));
    while (count > 0) {
        struct rsa_private_job jobs[AT_ONCE_MOST], *wanted[AT_ONCE_MOST];
        size_t some = 0;
        for (size_t i = 0; i < count; i++) {
            wanted[some] = channel_work_part(channels[i]);
            if (!wanted[some])
                continue;
            jobs[some] = *wanted[some];
            channels[some++] = channels[i];
        }
        rsa_private_batch(jobs, some, NULL);
        for (size_t i = 0; i < some; i++)
            wanted[i]->error = jobs[i].error;
        count = some;
    }
}

static bool work_together(struct pump *pumps, size_t count)
{
    struct channel *channels[AT_ONCE_MOST];
    size_t some = 0;
    for (size_t i = 0; i < count; i++)
        some += bring_to_work(&pumps[i], &channels[some]);
    for (size_t i = 0; i < some; i++)
        channel_work_begin(channels[i]);
    run_parts(channels, some);
    for (size_t i = 0; i < some; i++)
        channel_work_end(channels[i]);
    return some > 0;
}

void at_once_handshakes(const char *suite, size_t count)
{
    struct pump pumps[AT_ONCE_MOST];
    for (size_t i = 0; i < count; i++)
        pump_open(&pumps[i], suite);
    while (work_together(pumps, count))
        continue;
    for (size_t i = 0; i < count; i++) {
        if (!(channel_flags(pumps[i].client) & channel_flags(pumps[i].server) & CHANNEL_OPEN)) {
            fprintf(stderr, "at_once: %s: a channel is not open\n", suite);
            abort();
        }
        pump_close(&pumps[i]);
    }
}
