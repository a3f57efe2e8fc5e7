/*
 * SHA-256 and PBKDF2: each of our implementations against `openssl speed` and `openssl kdf`.
 */
#include "bench.h"
#include "sym_implementations.h"
#include "sym_pbkdf2.h"

#include <stdio.h>
#include <stdlib.h>

#define MESSAGE 16384
#define SECONDS 0.2
#define ROUNDS  600000

/* MB/s of the command on this machine, now. */
static double openssl_rate(void)
{
    char line[200];
    double rate = 0;
    FILE *output = popen("openssl speed -evp sha256 -bytes 16384 -seconds 1 -mr 2>/dev/null", "r");
    while (output && fgets(line, sizeof(line), output))
        sscanf(line, "+F:%*[^:]:%*[^:]:%lf", &rate); /* bytes in a second */
    if (!output || pclose(output) != 0 || rate <= 0) {
        fprintf(stderr, "hash: error: no figure from openssl speed\n");
        exit(1);
    }
    return rate / 1e6;
}

static double our_rate(const struct sym_sha256_implementation *with)
{
    static uint8_t message[MESSAGE + SYM_SHA256_BLOCK_BYTES]; /* and what pads it */
    uint32_t h[8] = {1};
    double start = bench_cpu(), seconds;
    size_t messages = 0;
    do {
        for (int i = 0; i < 100; i++, messages++)
            with->absorb(h, message, MESSAGE / SYM_SHA256_BLOCK_BYTES + 1);
        seconds = bench_cpu() - start;
    } while (seconds < SECONDS);
    return (double)(messages * MESSAGE) / seconds / 1e6;
}

static bool measure_sha256(void)
{
    const struct sym_sha256_implementation *with;
    bool reached = true;
    for (size_t number = 0; (with = sym_sha256_implementation(number)); number++) {
        char name[80];
        struct bench bench = {.measure = name, .unit = "MB/s"};
        if (!with->supported())
            continue;
        snprintf(name, sizeof(name), "SHA-256 16384 B, %s", with->name);
        bench.target = number > 0 ? 0.95 : 0;
        for (int round = 0; round < BENCH_ROUNDS; round++)
            bench_round(&bench, our_rate(with), openssl_rate());
        reached = bench_print(&bench) && reached;
    }
    return reached;
}

/* The command as a process, the time it takes to start included: milliseconds against 0.3 s. */
static double openssl_pbkdf2(void)
{
    const double start = bench_cpu_children();
    if (system("openssl kdf -keylen 32 -kdfopt digest:SHA256 -kdfopt pass:secret "
               "-kdfopt hexsalt:73616c7473616c74 -kdfopt iter:600000 PBKDF2 >/dev/null") != 0) {
        fprintf(stderr, "hash: error: openssl kdf failed\n");
        exit(1);
    }
    return bench_cpu_children() - start;
}

static bool measure_pbkdf2(void)
{
    struct bench bench = {.measure = "PBKDF2, 600,000 rounds",
                          .unit = "s",
                          .goal = BENCH_AT_MOST,
                          .target = sym_sha256_best() == sym_sha256_implementation(0) ? 0 : 1.0};
    for (int round = 0; round < BENCH_ROUNDS; round++) {
        uint8_t key[32];
        const double start = bench_cpu();
        sym_pbkdf2(key, sizeof(key), "secret", 6, "saltsalt", 8, ROUNDS);
        bench_round(&bench, bench_cpu() - start, openssl_pbkdf2());
    }
    return bench_print(&bench);
}

int main(void)
{
    bench_heading();
    const bool reached = measure_sha256();
    return measure_pbkdf2() && reached ? 0 : 1;
}
