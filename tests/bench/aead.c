/*
 * ChaCha20-Poly1305: what each of our implementations seals in a second, against `openssl speed`.
 *
 * OpenSSL's figure for small messages leaves out what ours counts: the key set up and a fresh
 * one-time key for every message. The goal is set at 16 KiB, where that weighs nothing, for the
 * implementation that sym_aead_seal picks on this machine.
 */
#include "bench.h"
#include "sym_implementations.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_MESSAGE  16384
#define OURS_SECONDS 0.2
#define TARGET       0.5

/* MB/s of the command on this machine, now. */
static double openssl_rate(size_t message_bytes)
{
    char command[200], line[200];
    double rate = 0;
    FILE *output;
    snprintf(command, sizeof(command),
             "openssl speed -evp chacha20-poly1305 -bytes %zu -seconds 1 -mr 2>/dev/null",
             message_bytes);
    output = popen(command, "r");
    while (output && fgets(line, sizeof(line), output))
        sscanf(line, "+F:%*[^:]:%*[^:]:%lf", &rate); /* bytes in a second */
    if (!output || pclose(output) != 0 || rate <= 0) {
        fprintf(stderr, "aead: error: no figure from: %s\n", command);
        exit(1);
    }
    return rate / 1e6;
}

static double our_rate(const struct sym_aead_implementation *with, size_t message_bytes)
{
    static uint8_t message[MAX_MESSAGE + SYM_AEAD_TAG_BYTES];
    uint8_t key[SYM_AEAD_KEY_BYTES] = {1}, nonce[SYM_AEAD_NONCE_BYTES] = {2}, ad[4] = {3};
    double start = bench_cpu(), seconds;
    size_t messages = 0;
    do {
        for (int i = 0; i < 100; i++, messages++)
            if (sym_aead_seal_with(with, message, key, nonce, ad, sizeof(ad), message,
                                   message_bytes))
                exit(1);
        seconds = bench_cpu() - start;
    } while (seconds < OURS_SECONDS);
    return (double)(messages * message_bytes) / seconds / 1e6;
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

static bool measure(size_t message_bytes, int rounds)
{
    struct bench rows[8] = {0};
    char names[8][100];
    struct sym_aead_implementation with;
    size_t count;
    bool reached = true;
    for (int round = 0; round < rounds; round++) {
        double theirs = openssl_rate(message_bytes);
        for (count = 0; implementation(count, &with); count++)
            bench_round(&rows[count], our_rate(&with, message_bytes), theirs);
    }
    for (size_t i = 0; implementation(i, &with); i++) {
        snprintf(names[i], sizeof(names[i]), "seal %zu B, %s", message_bytes, with.chacha20->name);
        rows[i].measure = names[i];
        rows[i].unit = "MB/s";
        if (message_bytes == MAX_MESSAGE && with.chacha20 == sym_chacha20_best())
            rows[i].target = TARGET;
        reached = bench_print(&rows[i]) && reached;
    }
    return reached;
}

int main(void)
{
    bool reached;
    bench_heading();
    reached = measure(MAX_MESSAGE, BENCH_ROUNDS);
    measure(1024, 3);
    measure(256, 3);
    measure(64, 3);
    return reached ? 0 : 1;
}
