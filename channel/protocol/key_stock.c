/*
 * The stock of ephemeral RSA pairs: one thread makes, anyone takes.
 */
#include "key_stock.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

struct key_stock {
    unsigned bits;
    void (*made)(void *context);
    void *context;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t changed; /* a key was made or taken, or the end has come */
    bool ending;            /* no more keys are made or taken back */
    size_t space, count;
    struct rsa_key *keys[];
};

/* Waits until there is room. False when it is time to end. */
static bool room_for_one(struct key_stock *stock)
{
    bool go_on;
    pthread_mutex_lock(&stock->lock);
    while (!stock->ending && stock->count >= stock->space)
        pthread_cond_wait(&stock->changed, &stock->lock);
    go_on = !stock->ending;
    pthread_mutex_unlock(&stock->lock);
    return go_on;
}

static void *make_keys(void *argument)
{
    struct key_stock *stock = argument;
    while (room_for_one(stock)) {
        struct rsa_key *key;
        if (rsa_key_generate(&key, stock->bits, NULL, NULL) == RSA_OK)
            key_stock_give(stock, key);
        else
            key_stock_end(stock);
        if (stock->made)
            stock->made(stock->context);
    }
    return NULL;
}

struct key_stock *key_stock_new(unsigned bits, size_t keys, void (*made)(void *context),
                                void *context)
{
    struct key_stock *stock = calloc(1, sizeof(*stock) + keys * sizeof(stock->keys[0]));
    if (!stock)
        return NULL;
    stock->bits = bits;
    stock->made = made;
    stock->context = context;
    stock->space = keys;
    pthread_mutex_init(&stock->lock, NULL);
    pthread_cond_init(&stock->changed, NULL);
    if (pthread_create(&stock->thread, NULL, make_keys, stock) != 0) {
        pthread_cond_destroy(&stock->changed);
        pthread_mutex_destroy(&stock->lock);
        free(stock);
        return NULL;
    }
    return stock;
}

void key_stock_end(struct key_stock *stock)
{
    pthread_mutex_lock(&stock->lock);
    stock->ending = true;
    pthread_cond_broadcast(&stock->changed);
    pthread_mutex_unlock(&stock->lock);
}

void key_stock_free(struct key_stock *stock)
{
    if (!stock)
        return;
    key_stock_end(stock);
    pthread_join(stock->thread, NULL);
    for (size_t i = 0; i < stock->count; i++)
        rsa_key_free(stock->keys[i]);
    pthread_cond_destroy(&stock->changed);
    pthread_mutex_destroy(&stock->lock);
    free(stock);
}

/* With the lock held. */
static struct rsa_key *take_last(struct key_stock *stock)
{
    struct rsa_key *key = NULL;
    if (stock->count > 0) {
        key = stock->keys[--stock->count];
        stock->keys[stock->count] = NULL;
        pthread_cond_broadcast(&stock->changed);
    }
    return key;
}

struct rsa_key *key_stock_try(struct key_stock *stock)
{
    struct rsa_key *key;
    pthread_mutex_lock(&stock->lock);
    key = take_last(stock);
    pthread_mutex_unlock(&stock->lock);
    return key;
}

struct rsa_key *key_stock_take(struct key_stock *stock)
{
    struct rsa_key *key;
    pthread_mutex_lock(&stock->lock);
    while (!(key = take_last(stock)) && !stock->ending)
        pthread_cond_wait(&stock->changed, &stock->lock);
    pthread_mutex_unlock(&stock->lock);
    return key;
}

void key_stock_give(struct key_stock *stock, struct rsa_key *key)
{
    bool kept = false;
    pthread_mutex_lock(&stock->lock);
    if (key && !stock->ending && stock->count < stock->space) {
        stock->keys[stock->count++] = key;
        kept = true;
        pthread_cond_broadcast(&stock->changed);
    }
    pthread_mutex_unlock(&stock->lock);
    if (!kept)
        rsa_key_free(key);
}

size_t key_stock_count(struct key_stock *stock)
{
    size_t count;
    pthread_mutex_lock(&stock->lock);
    count = stock->count;
    pthread_mutex_unlock(&stock->lock);
    return count;
}
