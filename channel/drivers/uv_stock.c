/* A key stock for an event loop: the maker's thread wakes the loop, the loop serves who waits. */
#include "uv_stock.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define SHARE 4 /* an identity at an address holds a quarter of the stock */

struct uv_stock {
    uv_async_t made; /* first: the handle's address is the stock's */
    struct key_stock *keys;
    size_t share;
    struct uv_stock_wait *waiting, *holding; /* in the order in which they came */
};

/* --- the policy ------------------------------------------------------------------------------- */
/* How many keys the asker's identity and its address hold: the smaller number, and the sum. */
static void count_held(size_t *least, size_t *sum, const struct uv_stock_wait *wait,
                       const struct uv_stock_wait *holding)
{
    size_t here = 0, same = 0;
    for (; holding && !wait->proven; holding = holding->next) {
        here += memcmp(&holding->network, &wait->network, sizeof(wait->network)) == 0;
        same += memcmp(holding->identity, wait->identity, sizeof(wait->identity)) == 0;
    }
    *least = here < same ? here : same;
    *sum = here + same;
}

struct uv_stock_wait *uv_stock_choose(struct uv_stock_wait *waiting,
                                      const struct uv_stock_wait *holding, size_t share)
{
    struct uv_stock_wait *best = NULL;
    size_t best_least = share, best_sum = SIZE_MAX; /* who has its share is no better than nobody */
    for (; waiting; waiting = waiting->next) {
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
static void append(struct uv_stock_wait **list, struct uv_stock_wait *wait)
{
    while (*list)
        list = &(*list)->next;
    wait->next = NULL;
    *list = wait;
}

static void take_out(struct uv_stock_wait **list, const struct uv_stock_wait *wait)
{
    while (*list != wait)
        list = &(*list)->next;
    *list = wait->next;
}

static void serve(struct uv_stock *stock)
{
    struct uv_stock_wait *wait;
    while (stock->waiting && key_stock_count(stock->keys) > 0 &&
           (wait = uv_stock_choose(stock->waiting, stock->holding, stock->share))) {
        struct rsa_key *key = key_stock_try(stock->keys);
        if (!key)
            return;
        take_out(&stock->waiting, wait);
        wait->waiting = false;
        wait->holding = !wait->proven;
        if (wait->holding)
            append(&stock->holding, wait);
        wait->give(wait, key);
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
    wait->waiting = true;
    append(&stock->waiting, wait);
    serve(stock);
}

void uv_stock_forget(struct uv_stock *stock, struct uv_stock_wait *wait)
{
    if (wait->waiting)
        take_out(&stock->waiting, wait);
    if (wait->holding) {
        take_out(&stock->holding, wait);
        uv_async_send(&stock->made); /* its share is free; not from inside its own call */
    }
    wait->waiting = wait->holding = false;
}

void uv_stock_return(struct uv_stock *stock, struct rsa_key *key)
{
    if (!key)
        return;
    key_stock_give(stock->keys, key);
    serve(stock);
}
