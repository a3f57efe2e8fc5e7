/* A key stock for an event loop: the maker's thread wakes the loop, the loop serves the queue. */
#include "uv_stock.h"

#include <stdlib.h>

struct uv_stock {
    uv_async_t made; /* first: the handle's address is the stock's */
    struct key_stock *keys;
    struct uv_stock_wait *first, **end;
};

static void serve(struct uv_stock *stock)
{
    struct rsa_key *key;
    while (stock->first && (key = key_stock_try(stock->keys))) {
        struct uv_stock_wait *wait = stock->first;
        uv_stock_forget(stock, wait);
        wait->give(wait, key);
    }
}

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
    stock->end = &stock->first;
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

void uv_stock_ask(struct uv_stock *stock, struct uv_stock_wait *wait)
{
    wait->waiting = true;
    wait->next = NULL;
    *stock->end = wait;
    stock->end = &wait->next;
    serve(stock);
}

void uv_stock_forget(struct uv_stock *stock, struct uv_stock_wait *wait)
{
    if (!wait->waiting)
        return;
    struct uv_stock_wait **link = &stock->first;
    while (*link != wait)
        link = &(*link)->next;
    *link = wait->next;
    if (stock->end == &wait->next)
        stock->end = link;
    wait->waiting = false;
}

void uv_stock_return(struct uv_stock *stock, struct rsa_key *key)
{
    if (!key)
        return;
    key_stock_give(stock->keys, key);
    serve(stock);
}
