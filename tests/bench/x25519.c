/*
 * X25519 beside OpenSSL's: an agreement, and a public key, each beside one agreement of theirs. For
 * comparison the readable twin.
 */
#include "bench.h"
#include "key_agreement.h"
#include "x25519_internal.h"

#include <stdio.h>
#include <stdlib.h>

enum { ROUNDS = 9 };

static void must(bool good, const char *what)
{
    if (!good) {
        fprintf(stderr, "bench x25519: error: %s\n", what);
        exit(1);
    }
}

/* --- ours ------------------------------------------------------------------------------------- */

/* Each takes what the one before gave. */
static uint8_t key[X25519_BYTES] = {1}, u[X25519_BYTES] = {9};

static void agreement(void)
{
    must(x25519(u, key, u), "x25519");
}

static void public_key(void)
{
    x25519_public(key, key);
}

static void readable_agreement(void)
{
    uint8_t k[X25519_BYTES];
    x25519_decode_scalar(k, key);
    x25519_ladder(u, k, u);
}

static double rate(void (*operation)(void))
{
    const double start = bench_cpu();
    double seconds;
    long count = 0;
    do {
        for (int i = 0; i < 100; i++, count++)
            operation();
        seconds = bench_cpu() - start;
    } while (seconds < 0.5);
    return (double)count / seconds;
}

/* --- theirs ----------------------------------------------------------------------------------- */

static double their_rate(void)
{
    FILE *pipe = popen("openssl speed -seconds 1 ecdhx25519 2>/dev/null", "r"); // NOLINT
    char line[200];
    double agreements = 0;

    must(pipe, "openssl speed");
    while (fgets(line, sizeof(line), pipe))
        sscanf(line, " 253 bits ecdh (X25519) %*s %lf", &agreements);
    must(pclose(pipe) == 0 && agreements > 0, "openssl speed ecdhx25519");
    return agreements;
}

int main(void)
{
    struct bench agree = {.measure = "X25519, and openssl speed ecdhx25519",
                          .unit = "op/s",
                          .target = 0.9},
                 public = {.measure = "X25519 public key, and their agreement",
                           .unit = "op/s",
                           .target = 1.0},
                 readable = {.measure = "X25519 as in the RFC, and their agreement",
                             .unit = "op/s"};
    bool reached;

    for (int round = 0; round < ROUNDS; round++) {
        /* Theirs between ours: a machine that is busy for a while is so for both. */
        double ours = rate(agreement), keys = rate(public_key), slow = rate(readable_agreement),
               theirs = their_rate();
        bench_round(&agree, (ours + rate(agreement)) / 2, theirs);
        bench_round(&public, (keys + rate(public_key)) / 2, theirs);
        bench_round(&readable, slow, theirs);
    }
    bench_heading();
    reached = bench_print(&agree);
    reached = bench_print(&public) && reached;
    bench_print(&readable);
    return reached ? 0 : 1;
}
