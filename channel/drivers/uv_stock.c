/* A key stock for an event loop: the maker's thread wakes the loop, the loop serves who waits. */
#include "uv_stock.h"

#include <stdlib.h>

#define SHARE 4 /* an identity at an address holds a quarter of the stock */

struct uv_stock {
    uv_async_t made; /* first: the handle's address is the stock's */
    struct key_stock *keys;
    size_t share;
    struct uv_queue queue;
};

static void serve(struct uv_stock *stock)
{
    struct uv_asker *asker;
    while (key_stock_count(stock->keys) > 0 &&
           (asker = uv_queue_take(&stock->queue, stock->share))) {
        struct uv_stock_wait *wait = (struct uv_stock_wait *)asker; /* its first member */
        wait->give(wait, key_stock_try(stock->keys));
    }
}

/* --- life ------------------------------------------------------------------------------------- */
static void on_made(uv_async_t *made)
{
    serve((struct uv_stock *)made);
}

/* On the maker's thread. */
static void wake(void *stock)
{
    uv_async_send(&((struct uv_stock *)stock)->made);
}

static void on_closed(uv_handle_t *made)
{
    free(made);
}

struct uv_stock *uv_stock_new(uv_loop_t *loop, unsigned bits, size_t keys)
{
    struct uv_stock *stock = calloc(1, sizeof(*stock));
    if (!stock)
        return NULL;
    stock->share = (keys + SHARE - 1) / SHARE;
    if (uv_async_init(loop, &stock->made, on_made) != 0) {
        free(stock);
        return NULL;
    }
    uv_unref((uv_handle_t *)&stock->made);
    stock->keys = key_stock_new(bits, keys, wake, stock);
    if (!stock->keys) {
        uv_close((uv_handle_t *)&stock->made, on_closed);
        return NULL;
    }
    return stock;
}

void uv_stock_free(struct uv_stock *stock)
{
    if (!stock)
        return;
    key_stock_free(stock->keys); /* the thread has ended: nobody wakes a closed handle */
    uv_close((uv_handle_t *)&stock->made, on_closed);
}

/* --- asking ----------------------------------------------------------------------------------- */
void uv_stock_ask(struct uv_stock *stock, struct uv_stock_wait *wait)
{
    uv_queue_add(&stock->queue, &wait->asker);
    serve(stock);
}

void uv_stock_forget(struct uv_stock *stock, struct uv_stock_wait *wait)
{
    if (stock && uv_queue_leave(&stock->queue, &wait->asker))
        uv_async_send(&stock->made); /* its share is free; not from inside its own call */
}

void uv_stock_return(struct uv_stock *stock, struct rsa_key *key)
{
    if (!key)
        return;
    key_stock_give(stock->keys, key);
    serve(stock);
}
