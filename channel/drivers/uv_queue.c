/* Who is next: see uv_queue.h. */
#include "uv_queue.h"

#include <stdint.h>
#include <string.h>

/* --- the policy ------------------------------------------------------------------------------- */
/* How much the asker's identity and its address hold: the smaller number, and the sum. */
static void count_held(size_t *least, size_t *sum, const struct uv_asker *asker,
                       const struct uv_asker *holding)
{
    size_t here = 0, same = 0;
    for (; holding && !asker->proven; holding = holding->next) {
        here += memcmp(&holding->network, &asker->network, sizeof(asker->network)) == 0;
        same += memcmp(holding->identity, asker->identity, sizeof(asker->identity)) == 0;
    }
    *least = here < same ? here : same;
    *sum = here + same;
}

struct uv_asker *uv_queue_choose(struct uv_asker *waiting, const struct uv_asker *holding,
                                 size_t share)
{
    struct uv_asker *best = NULL;
    size_t best_least = share, best_sum = SIZE_MAX; /* who has its share is no better than nobody */
    for (; waiting && best_sum > 0; waiting = waiting->next) {
        size_t least, sum;
        count_held(&least, &sum, waiting, holding);
        if (least < best_least || (best && least == best_least && sum < best_sum)) {
            best = waiting;
            best_least = least;
            best_sum = sum;
        }
    }
    return best;
}

/* --- lists ------------------------------------------------------------------------------------ */
static void append(struct uv_asker **list, struct uv_asker *asker)
{
    while (*list)
        list = &(*list)->next;
    asker->next = NULL;
    *list = asker;
}

static void take_out(struct uv_asker **list, const struct uv_asker *asker)
{
    while (*list != asker)
        list = &(*list)->next;
    *list = asker->next;
}

void uv_queue_add(struct uv_queue *queue, struct uv_asker *asker)
{
    asker->waiting = true;
    append(&queue->waiting, asker);
}

struct uv_asker *uv_queue_take(struct uv_queue *queue, size_t share)
{
    struct uv_asker *asker = uv_queue_choose(queue->waiting, queue->holding, share);
    if (!asker)
        return NULL;
    take_out(&queue->waiting, asker);
    asker->waiting = false;
    asker->holding = !asker->proven;
    if (asker->holding)
        append(&queue->holding, asker);
    return asker;
}

bool uv_queue_leave(struct uv_queue *queue, struct uv_asker *asker)
{
    const bool held = asker->holding;
    if (asker->waiting)
        take_out(&queue->waiting, asker);
    if (held)
        take_out(&queue->holding, asker);
    asker->waiting = asker->holding = false;
    return held;
}
