/*
 * A key stock for an event loop: whoever finds it empty waits, and nobody blocks.
 *
 * A hello costs its sender nothing, and may show a copied public key; the fresh key that answers it
 * is dear. So each asker is known by the identity that it shows and by its address, and until its
 * handshake is through it holds the key that it was given. Who waits is served in this order:
 *
 *     least served first    whose identity or address, whichever holds less, holds fewest keys;
 *                           then whose sum of both is smaller; then who asked first
 *     never beyond a share  an identity at an address holds at most a quarter of the stock; more
 *                           have to wait until those are through, or gone
 *     a re-key              of an open channel holds nothing: its identity is proven
 *
 * A stranger who has copied anna's public key holds up neither anna, who comes from another
 * address, nor boris, who comes from the same one.
 */
#ifndef GLASSBOX_UV_STOCK_H
#define GLASSBOX_UV_STOCK_H

#include "key_stock.h"
#include "sym_sha256.h"
#include "uv_address.h"

#include <stdbool.h>
#include <uv.h>

struct uv_stock;

/* One who waits, and then holds; lives in the caller's own structure. */
struct uv_stock_wait {
    void (*give)(struct uv_stock_wait *wait, struct rsa_key *key); /* ownership passes */
    struct uv_network network;
    uint8_t identity[SYM_SHA256_BYTES]; /* a digest of the key as it is shown, or proven */
    bool proven;

    /* the stock's own, zeroed at first */
    struct uv_stock_wait *next;
    bool waiting, holding;
};

/* A stock of `keys` pairs (at least 1) of `bits` bits for this loop; it does not keep the loop
 * running. NULL without memory or thread. */
struct uv_stock *uv_stock_new(uv_loop_t *loop, unsigned bits, size_t keys);
/* Nobody may be waiting. Waits for the key that is being made; the rest goes when the loop has
 * closed its handle. NULL is fine. */
void uv_stock_free(struct uv_stock *stock);

/* Calls give with a key, at once or later. From then on the asker holds, unless it is proven. */
void uv_stock_ask(struct uv_stock *stock, struct uv_stock_wait *wait);
/* Takes back the question; or the handshake is through, or over: fine if neither was open. */
void uv_stock_forget(struct uv_stock *stock, struct uv_stock_wait *wait);
/* Gives back a pair to which nothing was ever encrypted. NULL is fine. */
void uv_stock_return(struct uv_stock *stock, struct rsa_key *key);

/* The policy: who of those that wait, in the order in which they came, is the next; NULL: nobody
 * may have one now. A pure function. */
struct uv_stock_wait *uv_stock_choose(struct uv_stock_wait *waiting,
                                      const struct uv_stock_wait *holding, size_t share);

#endif
