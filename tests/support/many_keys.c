/* Pairs in a file: a line each, its numbers in the order of enum rsa_number. See many_keys.h. */
#include "many_keys.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define THREADS 2

struct share {
    pthread_t thread;
    struct rsa_key **keys;
    size_t count;
};

static struct rsa_key *read_key(char *line)
{
    char *numbers[RSA_NUMBERS], *rest = line;
    struct rsa_key *key;
    for (size_t i = 0; i < RSA_NUMBERS; i++)
        numbers[i] = strsep(&rest, " \n");
    if (!numbers[RSA_NUMBERS - 1] || rsa_key_from_text(&key, (const char *const *)numbers, NULL))
        return NULL;
    return key;
}

static size_t read_keys(struct rsa_key **keys, size_t count, const char *path)
{
    FILE *file = fopen(path, "r");
    size_t read = 0, space = 0;
    char *line = NULL;
    while (file && read < count && getline(&line, &space, file) > 0 &&
           (keys[read] = read_key(line)))
        read++;
    free(line);
    if (file)
        fclose(file);
    return read;
}

static void write_keys(struct rsa_key *const *keys, size_t count, const char *path)
{
    FILE *file = fopen(path, "w");
    if (!file)
        abort();
    for (size_t i = 0; i < count; i++)
        for (int number = 0; number < RSA_NUMBERS; number++) {
            char *text = rsa_key_number_text(keys[i], (enum rsa_number)number, 16);
            fprintf(file, "%s%c", text, number + 1 < RSA_NUMBERS ? ' ' : '\n');
            rsa_text_free(text);
        }
    if (fclose(file) != 0)
        abort();
}

static void *make_keys(void *context)
{
    struct share *share = context;
    for (size_t i = 0; i < share->count; i++)
        if (rsa_key_generate(&share->keys[i], 2048, NULL, NULL))
            abort();
    return NULL;
}

struct rsa_key **many_keys(const char *path, size_t count)
{
    struct rsa_key **keys = calloc(count, sizeof(struct rsa_key *));
    struct share shares[THREADS];
    if (!keys)
        abort();
    size_t made = read_keys(keys, count, path), missing = count - made;
    if (missing == 0)
        return keys;
    fprintf(stderr, "bench: making %zu RSA-2048 pairs, once; they are kept in %s\n", missing, path);
    for (size_t i = 0; i < THREADS; i++) {
        size_t first = made + missing * i / THREADS, end = made + missing * (i + 1) / THREADS;
        shares[i] = (struct share){.keys = keys + first, .count = end - first};
        if (pthread_create(&shares[i].thread, NULL, make_keys, &shares[i]))
            abort();
    }
    for (size_t i = 0; i < THREADS; i++)
        pthread_join(shares[i].thread, NULL);
    write_keys(keys, count, path);
    return keys;
}
