/*
 * The stock of ephemeral keys: each key once, sleeping when full, waking those who wait, and an end
 * at any moment.
 */
#include "key_stock.h"

#include "pump.h"

#include <criterion/criterion.h>
#include <pthread.h>
#include <semaphore.h>
#include <string.h>

#define BITS 512 /* small: the stock is under test, not the primes */

static void wake(void *context)
{
    sem_post(context);
}

Test(key_stock, fills_up_and_sleeps)
{
    struct key_stock *stock;
    struct rsa_key *key;
    sem_t made;
    int more;
    sem_init(&made, 0, 0);
    stock = key_stock_new(BITS, 3, wake, &made);
    for (int i = 0; i < 3; i++)
        sem_wait(&made);
    cr_assert_eq(key_stock_count(stock), 3u);
    sem_getvalue(&made, &more);
    cr_assert_eq(more, 0);
    key = key_stock_try(stock);
    cr_assert_not_null(key);
    cr_assert_eq(rsa_key_bits(key), (unsigned)BITS);
    cr_assert_eq(rsa_key_check(key, NULL), RSA_OK);
    rsa_key_free(key);
    sem_wait(&made); /* one was taken: another is made */
    cr_assert_eq(key_stock_count(stock), 3u);
    key_stock_free(stock);
    sem_destroy(&made);
}

Test(key_stock, gives_each_key_once)
{
    enum { KEYS = 24 };
    struct key_stock *stock = key_stock_new(BITS, 4, NULL, NULL);
    struct rsa_key *keys[KEYS];
    for (int i = 0; i < KEYS; i++) {
        cr_assert_not_null(keys[i] = key_stock_take(stock)); /* waits where it must */
        for (int j = 0; j < i; j++)
            cr_assert_not(rsa_key_equal_public(keys[i], keys[j]), "keys %d and %d", i, j);
    }
    for (int i = 0; i < KEYS; i++)
        rsa_key_free(keys[i]);
    key_stock_free(stock);
}

Test(key_stock, try_does_not_wait)
{
    struct key_stock *stock = key_stock_new(4096, 1, NULL, NULL); /* takes its time */
    struct rsa_key *key = key_stock_try(stock);
    cr_assert(!key || rsa_key_bits(key) == 4096);
    rsa_key_free(key);
    key_stock_free(stock);
}

Test(key_stock, takes_back_what_there_is_room_for)
{
    struct key_stock *stock;
    struct rsa_key *first, *second, *again[2];
    sem_t made;
    sem_init(&made, 0, 0);
    stock = key_stock_new(BITS, 1, wake, &made);
    sem_wait(&made);
    first = key_stock_take(stock);
    sem_wait(&made);
    second = key_stock_take(stock);
    sem_wait(&made);
    key_stock_give(stock, first); /* full: freed */
    key_stock_give(stock, NULL);
    cr_assert_eq(key_stock_count(stock), 1u);
    again[0] = key_stock_take(stock);
    cr_assert_not(rsa_key_equal_public(again[0], second));
    sem_wait(&made);
    rsa_key_free(second);
    rsa_key_free(again[0]);
    key_stock_free(stock);
    sem_destroy(&made);
}

/* --- the end ---------------------------------------------------------------------------------- */

struct taker {
    struct key_stock *stock;
    pthread_t thread;
    struct rsa_key *key;
    sem_t *ready;
};

static void *take_one(void *argument)
{
    struct taker *taker = argument;
    sem_post(taker->ready);
    taker->key = key_stock_take(taker->stock);
    return NULL;
}

Test(key_stock, wakes_all_who_wait)
{
    enum { TAKERS = 8 };
    struct taker takers[TAKERS];
    struct key_stock *stock = key_stock_new(BITS, 2, NULL, NULL);
    sem_t ready;
    sem_init(&ready, 0, 0);
    for (int i = 0; i < TAKERS; i++) {
        takers[i] = (struct taker){.stock = stock, .ready = &ready};
        pthread_create(&takers[i].thread, NULL, take_one, &takers[i]);
    }
    for (int i = 0; i < TAKERS; i++) {
        pthread_join(takers[i].thread, NULL);
        cr_assert_not_null(takers[i].key);
        for (int j = 0; j < i; j++)
            cr_assert_not(rsa_key_equal_public(takers[i].key, takers[j].key));
    }
    for (int i = 0; i < TAKERS; i++)
        rsa_key_free(takers[i].key);
    key_stock_free(stock);
    sem_destroy(&ready);
}

/* Freed at every stage: while a key is made, while it is full, and while others wait for one. */
Test(key_stock, may_end_at_any_moment)
{
    for (int i = 0; i < 50; i++) {
        struct key_stock *stock = key_stock_new(BITS, (size_t)(i % 3) + 1, NULL, NULL);
        if (i % 5 == 0)
            rsa_key_free(key_stock_take(stock));
        key_stock_free(stock);
    }
    for (int i = 0; i < 10; i++) {
        struct key_stock *stock = key_stock_new(3072, 1, NULL, NULL);
        struct taker takers[4];
        sem_t ready;
        sem_init(&ready, 0, 0);
        for (int t = 0; t < 4; t++) {
            takers[t] = (struct taker){.stock = stock, .ready = &ready};
            pthread_create(&takers[t].thread, NULL, take_one, &takers[t]);
        }
        for (int t = 0; t < 4; t++)
            sem_wait(&ready);
        key_stock_end(stock);
        for (int t = 0; t < 4; t++) {
            pthread_join(takers[t].thread, NULL);
            rsa_key_free(takers[t].key);
        }
        rsa_key_free(key_stock_try(stock)); /* what was left */
        key_stock_give(stock, pump_make_key(BITS));
        cr_assert_null(key_stock_take(stock), "nothing more after the end");
        key_stock_free(stock);
        sem_destroy(&ready);
    }
    key_stock_free(NULL);
}

Test(key_stock, says_when_keys_cannot_be_made)
{
    sem_t made;
    struct key_stock *stock;
    sem_init(&made, 0, 0);
    stock = key_stock_new(3, 2, wake, &made); /* no RSA modulus is that small */
    cr_assert_null(key_stock_take(stock));
    cr_assert_null(key_stock_try(stock));
    sem_wait(&made); /* an event loop is woken to see it */
    key_stock_free(stock);
    sem_destroy(&made);
}
