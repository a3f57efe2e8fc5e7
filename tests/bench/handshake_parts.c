/*
 * Where the time of a handshake goes: both sides of `modern` on one core, in microseconds, and what
 * its parts cost alone. docs/performance.md has two of these figures, before and after:
 *
 *     GLASSBOX_IMPLEMENTATIONS=reference build/tests/bench/handshake_parts
 *     build/tests/bench/handshake_parts
 *
 * Each is the quickest of many turns: what another program does meanwhile can only add. Nothing has to be reached here; that is for handshake.c.
 */
#include "at_once.h"
#include "bench.h"
#include "channel.h"
#include "key_agreement.h"
#include "pump.h"
#include "rsa_in_use.h"
#include "rsa_raw.h"
#include "sym_sha3.h"
#include "sym_shake_each.h"

#include <stdio.h>
#include <stdlib.h>

#define TURNS 400
#define DOT   50 /* microseconds */

static void must(bool good, const char *what)
{
    if (good)
        return;
    fprintf(stderr, "handshake_parts: %s\n", what);
    exit(1);
}

/* --- the parts -------------------------------------------------------------------------------- */

static uint8_t number[4][RSA_MAX_BYTES] = {{1}, {1}, {1}, {1}};

static void signatures(void)
{
    const struct rsa_key *key = pump_identity(1);
    const size_t count = rsa_private_together();
    struct rsa_private_job jobs[4];
    for (size_t i = 0; i < count; i++)
        jobs[i] = (struct rsa_private_job){number[i], key, number[i], rsa_key_bytes(key), RSA_OK};
    rsa_private_batch(jobs, count, NULL);
    must(jobs[count - 1].error == RSA_OK, "no private operation");
}

static void check(void)
{
    const struct rsa_key *key = pump_identity(1);
    must(rsa_public(number[0], key, number[0], rsa_key_bytes(key)) == RSA_OK, "no check");
}

static uint8_t scalar[X25519_BYTES] = {1}, point[X25519_BYTES] = {9};

static void two_points(void)
{
    x25519_public(point, scalar);
    must(x25519(point, scalar, point), "no secret");
}

static void key_and_two_capsules(void)
{
    static const struct mlkem_hash hash = {sym_sha3_512, sym_sha3_256, sym_shake256,
                                           sym_shake256_each, sym_shake128_each};
    static uint8_t seed[MLKEM_SEED_BYTES], secret[MLKEM_SECRET_BYTES];
    static uint8_t ek[MLKEM_EK_BYTES], dk[MLKEM_DK_BYTES], ciphertext[MLKEM_CIPHERTEXT_BYTES];
    mlkem_key(ek, dk, seed, &hash);
    must(mlkem_encapsulate(ciphertext, secret, ek, seed, &hash), "no capsule");
    mlkem_decapsulate(secret, dk, ciphertext, &hash);
}

static void whole(void)
{
    at_once_handshakes("modern", rsa_private_together());
}

/* All of them in turn, so that each has its share of the quiet moments; microseconds. */
enum { SIGNATURES, CHECK, POINTS, CAPSULES, WHOLE, PARTS };
static void measure(double best[PARTS])
{
    static void (*const parts[PARTS])(void) = {signatures, check, two_points, key_and_two_capsules,
                                               whole};
    for (int turn = 0; turn < TURNS; turn++)
        for (size_t i = 0; i < PARTS; i++) {
            const double start = bench_now();
            parts[i]();
            const double took = 1e6 * (bench_now() - start);
            best[i] = turn == 0 || took < best[i] ? took : best[i];
        }
}

/* --- the figure ------------------------------------------------------------------------------- */

static void print_row(const char *name, double microseconds)
{
    printf("    %-26s %5.0f  ", name, microseconds);
    for (double at = DOT / 2.0; at < microseconds; at += DOT)
        putchar('#');
    putchar('\n');
}

/* modern is a hybrid where X25519 alone has a name of its own. */
static bool is_hybrid(void)
{
    struct channel_suite suite;
    return channel_suite_parse(&suite, "modern:x25519") == CHANNEL_OK;
}

int main(void)
{
    const double count = (double)rsa_private_together();
    double best[PARTS];
    measure(best);
    const double all = best[WHOLE] / count;
    const double parts[] = {2 * best[SIGNATURES] / count, 2 * best[CHECK], 2 * best[POINTS],
                            is_hybrid() ? best[CAPSULES] : 0};
    printf("    RSA by %s, %.0f at once: %.0f handshakes a second\n\n", rsa_in_use(), count,
           1e6 / all);
    print_row("two signatures", parts[0]);
    print_row("two checks", parts[1]);
    print_row("X25519: 2 keys, 2 secrets", parts[2]);
    print_row("ML-KEM: key, two capsules", parts[3]);
    print_row("the rest", all - parts[0] - parts[1] - parts[2] - parts[3]);
    print_row("all", all);
    return 0;
}
