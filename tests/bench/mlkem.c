/*
 * ML-KEM-768: a key, an encapsulation and a decapsulation, each beside OpenSSL's where the machine
 * has 3.5 or newer. Where it has not there is no native peer: the rows then show X25519's agreement
 * in its place, as a measure of what the hybrid costs more, and nothing has to be reached.
 */
#include "bench.h"
#include "key_agreement.h"
#include "mlkem_in_use.h"
#include "sym_sha3.h"
#include "sym_shake_each.h"

#include <stdio.h>
#include <stdlib.h>

#define SECONDS 0.3

enum operation { KEY, ENCAPSULATION, DECAPSULATION, OPERATIONS };

static void must(bool good, const char *what)
{
    if (!good) {
        fprintf(stderr, "bench mlkem: error: %s\n", what);
        exit(1);
    }
}

/* --- ours ------------------------------------------------------------------------------------- */

static const struct mlkem_hash hash = {sym_sha3_512, sym_sha3_256, sym_shake256, sym_shake256_each,
                                       sym_shake128_each};
static uint8_t seed[MLKEM_SEED_BYTES] = {1}, ek[MLKEM_EK_BYTES], dk[MLKEM_DK_BYTES];
static uint8_t ciphertext[MLKEM_CIPHERTEXT_BYTES], secret[MLKEM_SECRET_BYTES];
static uint8_t scalar[X25519_BYTES] = {1}, u[X25519_BYTES] = {9};

static void key(void)
{
    mlkem_key(ek, dk, seed, &hash);
    seed[0]++;
}

static void encapsulation(void)
{
    must(mlkem_encapsulate(ciphertext, secret, ek, seed, &hash), "encapsulation");
}

static void decapsulation(void)
{
    mlkem_decapsulate(secret, dk, ciphertext, &hash);
}

static void agreement(void)
{
    must(x25519(u, scalar, u), "x25519");
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
    } while (seconds < SECONDS);
    return (double)count / seconds;
}

/* --- theirs ----------------------------------------------------------------------------------- */

/* The row of `openssl speed`: three times, then three rates. */
static bool their_rates(double rates[OPERATIONS])
{
    FILE *pipe = popen("openssl speed -seconds 1 ML-KEM-768 2>/dev/null", "r"); // NOLINT
    char line[200];
    bool found = false;
    must(pipe, "openssl speed");
    while (fgets(line, sizeof(line), pipe))
        found |= sscanf(line, " ML-KEM-768 %*fs %*fs %*fs %lf %lf %lf", &rates[KEY],
                        &rates[ENCAPSULATION], &rates[DECAPSULATION]) == OPERATIONS;
    return pclose(pipe) == 0 && found;
}

int main(void)
{
    static void (*const operations[])(void) = {key, encapsulation, decapsulation};
    static const char *const names[] = {"key", "encapsulation", "decapsulation"};
    struct bench benches[OPERATIONS];
    char measures[OPERATIONS][80];
    double theirs[OPERATIONS];
    const bool has_peer = their_rates(theirs);
    bool reached = true;

    for (int i = 0; i < OPERATIONS; i++) {
        snprintf(measures[i], sizeof(measures[i]), "ML-KEM-768 %s, and %s", names[i],
                 has_peer ? "openssl speed" : "our X25519: no peer");
        benches[i] = (struct bench){
            .measure = measures[i], .unit = "op/s", .target = has_peer ? 1 / 1.5 : 0};
    }
    for (int round = 0; round < BENCH_ROUNDS; round++) {
        if (has_peer)
            must(their_rates(theirs), "openssl speed ML-KEM-768");
        for (int i = 0; i < OPERATIONS; i++)
            bench_round(&benches[i], rate(operations[i]), has_peer ? theirs[i] : rate(agreement));
    }
    printf("ML-KEM by: %s\n", mlkem_in_use());
    bench_heading();
    for (int i = 0; i < OPERATIONS; i++)
        reached = bench_print(&benches[i]) && reached;
    return reached ? 0 : 1;
}
