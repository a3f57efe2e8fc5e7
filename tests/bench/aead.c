/*
 * ChaCha20-Poly1305: what each of our implementations seals in a second, against OpenSSL's EVP
 * calls in the same process. Both do the same work for a message: its own nonce, 4 bytes of
 * associated data, text in place, the tag behind it. OpenSSL has the key set up before; ours takes
 * it with each message.
 *
 * The goals are for sym_aead_seal, which takes the best implementation that the machine has.
 */
#include "bench.h"
#include "openssl_aead.h"
#include "sym_implementations.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_MESSAGE 16384
#define SECONDS     0.03
#define MAX_ROWS    8

struct size {
    size_t bytes;
    double with_avx512, with_avx2; /* to reach */
};

/* One message after the other, each under a nonce of its own. with: NULL for OpenSSL. */
static void seal_some(const struct sym_aead_implementation *with, struct openssl_aead *openssl,
                      size_t bytes, size_t messages)
{
    static uint8_t message[MAX_MESSAGE + SYM_AEAD_TAG_BYTES];
    static const uint8_t key[SYM_AEAD_KEY_BYTES] = {1}, ad[4] = {3};
    uint8_t nonce[SYM_AEAD_NONCE_BYTES] = {0};
    for (size_t i = 0; i < messages; i++) {
        memcpy(nonce, &i, sizeof(i));
        if (!with)
            openssl_aead_seal(openssl, nonce, ad, message, bytes);
        else if (sym_aead_seal_with(with, message, key, nonce, ad, sizeof(ad), message, bytes))
            exit(1);
    }
}

static double rate(const struct sym_aead_implementation *with, struct openssl_aead *openssl,
                   size_t bytes)
{
    double start = bench_cpu(), seconds;
    size_t messages = 0;
    do {
        seal_some(with, openssl, bytes, 100);
        messages += 100;
        seconds = bench_cpu() - start;
    } while (seconds < SECONDS);
    return (double)(messages * bytes) / seconds / 1e6;
}

/* The implementations in step, from the reference to the best: the tables are in the same order. If
 * one is shorter, its best goes with the rest of the other. False past the end. */
static bool implementation(size_t number, struct sym_aead_implementation *with)
{
    with->chacha20 = sym_chacha20_implementation(number);
    with->poly1305 = sym_poly1305_implementation(number);
    if (!with->poly1305 || !with->poly1305->supported())
        with->poly1305 = sym_poly1305_best();
    return with->chacha20 && with->chacha20->supported();
}

static double goal(const struct size *size, const struct sym_aead_implementation *with)
{
    if (with->chacha20 != sym_chacha20_best())
        return 0;
    return sym_has_avx512ifma() ? size->with_avx512 : sym_has_avx2() ? size->with_avx2 : 0;
}

static bool measure(struct openssl_aead *openssl, const struct size *size)
{
    struct bench rows[MAX_ROWS] = {0};
    char names[MAX_ROWS][100];
    struct sym_aead_implementation with;
    bool reached = true;
    for (int round = 0; round < 2 * BENCH_ROUNDS; round++) {
        const double theirs = rate(NULL, openssl, size->bytes);
        for (size_t i = 0; i < MAX_ROWS && implementation(i, &with); i++)
            bench_round(&rows[i], rate(&with, openssl, size->bytes), theirs);
    }
    for (size_t i = 0; i < MAX_ROWS && implementation(i, &with); i++) {
        snprintf(names[i], sizeof(names[i]), "seal %zu B, %s", size->bytes, with.chacha20->name);
        rows[i].measure = names[i];
        rows[i].unit = "MB/s";
        rows[i].target = goal(size, &with);
        reached = bench_print(&rows[i]) && reached;
    }
    return reached;
}

int main(void)
{
    static const struct size sizes[] = {
        {16, 1.5, 1.3},   {100, 1.8, 1.4}, {512, 0, 0},        {1024, 1.1, 0.8},
        {4096, 1.1, 0.8}, {8192, 0, 0},    {16384, 1.1, 0.85},
    };
    static const uint8_t key[SYM_AEAD_KEY_BYTES] = {1};
    struct openssl_aead *openssl = openssl_aead_new(key, true);
    bool reached = true;
    bench_heading();
    for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++)
        reached = measure(openssl, &sizes[i]) && reached;
    openssl_aead_free(openssl);
    return reached ? 0 : 1;
}
