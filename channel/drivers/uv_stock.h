/*
 * A key stock for an event loop: whoever finds it empty waits, and nobody blocks.
 *
 * Until its handshake is through, an asker holds the key that it was given; an identity at an
 * address holds at most a quarter of the stock. A re-key of an open channel holds nothing: its
 * identity is proven. Who of those that wait is the next: uv_queue.h.
 */
#ifndef GLASSBOX_UV_STOCK_H
#define GLASSBOX_UV_STOCK_H

#include "key_stock.h"
#include "uv_queue.h"

#include <uv.h>

struct uv_stock;

/* One who waits, and then holds; lives in the caller's own structure. */
struct uv_stock_wait {
    struct uv_asker asker;
    void (*give)(struct uv_stock_wait *wait, struct rsa_key *key); /* ownership passes */
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

#endif
