/*
 * A small stock of fresh RSA pairs, made ahead of time by a background thread, so that nobody waits
 * for primes when a handshake or a re-key needs an ephemeral key. Each key is given out once.
 *
 * The thread sleeps when the stock is full. All functions may be called from any thread.
 */
#ifndef GLASSBOX_KEY_STOCK_H
#define GLASSBOX_KEY_STOCK_H

#include "rsa_key.h"

#include <stddef.h>

struct key_stock;

/* A stock of `keys` pairs of `bits` bits. made (may be NULL) is called after each new key, on the
 * background thread: an event loop wakes itself there. NULL without memory or a thread. */
struct key_stock *key_stock_new(unsigned bits, size_t keys, void (*made)(void *context),
                                void *context);

/* No more keys are made or taken back, and whoever waits is woken: take gives what is left, then
 * NULL. For programs whose other threads wait here: end, join them, free. */
void key_stock_end(struct key_stock *stock);

/* Ends, waits for the thread (at most one key's making), wipes what is left. Nobody may be in any
 * other call. NULL is fine. */
void key_stock_free(struct key_stock *stock);

/* A pair that the caller owns from now on. try: NULL if the stock is empty; take: waits for the
 * next one. NULL from take means that there will be no more: the stock was ended, or keys cannot be
 * made (no memory, no random bytes). */
struct rsa_key *key_stock_try(struct key_stock *stock);
struct rsa_key *key_stock_take(struct key_stock *stock);

/* Gives back a pair to which nothing was ever encrypted; kept if there is room, else freed.
 * NULL is fine. */
void key_stock_give(struct key_stock *stock, struct rsa_key *key);

/* How many pairs are ready. */
size_t key_stock_count(struct key_stock *stock);

#endif
