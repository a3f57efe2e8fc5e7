/*
 * The key stock under ThreadSanitizer: several threads that take, try and give back at once, while
 * the stock's own thread makes, until it is ended under their hands.
 */
#include "key_stock.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#define THREADS 6
#define ROUNDS  15
#define BITS    256

static struct key_stock *stock;

static void *use(void *argument)
{
    size_t *got = argument;
    for (int round = 0; round < ROUNDS; round++) {
        struct rsa_key *key = round % 3 == 0 ? key_stock_try(stock) : key_stock_take(stock);
        *got += key != NULL;
        if (key && rsa_key_bits(key) != BITS)
            abort();
        if (round % 4 == 0)
            key_stock_give(stock, key);
        else
            rsa_key_free(key);
        if (key_stock_count(stock) > 3)
            abort();
    }
    return NULL;
}

static void made(void *context)
{
    (void)context;
}

static void run(size_t end_after)
{
    pthread_t threads[THREADS];
    size_t got[THREADS] = {0};
    stock = key_stock_new(BITS, 3, made, NULL);
    for (size_t i = 0; i < THREADS; i++)
        pthread_create(&threads[i], NULL, use, &got[i]);
    for (size_t i = 0; i < THREADS; i++) {
        if (i == end_after)
            key_stock_end(stock);
        pthread_join(threads[i], NULL);
    }
    key_stock_free(stock);
    for (size_t i = 0; end_after == THREADS && i < THREADS; i++)
        if (got[i] == 0)
            abort();
}

int main(void)
{
    run(THREADS); /* all get what they ask for */
    run(0);       /* ended at once */
    run(2);
    puts("key_stock: ok");
    return 0;
}
