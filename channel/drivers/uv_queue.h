/*
 * Who is next, where there is not enough for all at once: fresh keys (uv_stock.h), or workers
 * (uv_workers.h).
 *
 * A hello costs its sender nothing, and may show a copied public key; what answers it is dear. So
 * each asker is known by the identity that it shows and by its address. Who waits is served in this
 * order:
 *
 *     least served first    whose identity or address, whichever holds less, holds fewest; then
 *                           whose sum of both is smaller; then who asked first
 *     never beyond a share  an identity at an address holds at most so much; more have to wait
 *                           until those are through, or gone
 *     the proven            hold nothing, and so have none of it on their account
 *
 * A stranger who has copied anna's public key holds up neither anna, who comes from another
 * address, nor boris, who comes from the same one.
 */
#ifndef GLASSBOX_UV_QUEUE_H
#define GLASSBOX_UV_QUEUE_H

#include "sym_sha256.h"
#include "uv_address.h"

#include <stdbool.h>

/* One who waits, and then holds; lives in the caller's own structure. */
struct uv_asker {
    struct uv_network network;
    uint8_t identity[SYM_SHA256_BYTES]; /* a digest of the key as it is shown, or proven */
    bool proven;

    /* the queue's own, zeroed at first */
    struct uv_asker *next;
    bool waiting, holding;
};

/* In the order in which they came. Zeroed: nobody. */
struct uv_queue {
    struct uv_asker *waiting, *holding;
};

/* It waits from now on. */
void uv_queue_add(struct uv_queue *queue, struct uv_asker *asker);
/* The next of those that wait; it holds from now on, unless it is proven. NULL: nobody may be. */
struct uv_asker *uv_queue_take(struct uv_queue *queue, size_t share);
/* It neither waits nor holds any more; fine if it did not. True: it held. */
bool uv_queue_leave(struct uv_queue *queue, struct uv_asker *asker);

/* The policy: who would be taken. A pure function. */
struct uv_asker *uv_queue_choose(struct uv_asker *waiting, const struct uv_asker *holding,
                                 size_t share);

#endif
