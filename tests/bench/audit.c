/*
 * keytool audit: shared primes among 10,080 moduli of 1024 bits, and 30 keys of 2048 bits beyond
 * reading them.
 *
 * AUDIT_KEYS=200000 AUDIT_MEMORY=1638 build/tests/bench/audit
 *     measures one large run instead, in so many MiB: how long, and how much memory at its peak.
 *
 * Moduli are made fast: products of primes of 41 bits that all differ, so that no two have anything in
 * common; then some get a large prime together. All of these must be found, and nothing else.
 */
#include "bench.h"
#include "rsa_batch_gcd.h"
#include "rsa_product_tree.h"
#include "scratch.h"

#include <gmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static void must(bool good, const char *what)
{
    if (!good) {
        fprintf(stderr, "bench audit: error: %s\n", what);
        exit(1);
    }
}

/* --- primes above 2^40, one after the other: a sieve, window by window ------------------------ */

enum { WINDOW = 1 << 20, SMALL = 1 << 21 };

struct primes {
    unsigned char composite[WINDOW];
    uint64_t base;
    size_t at;
    uint32_t *small;
    size_t small_count;
};

static struct primes *primes_new(void)
{
    struct primes *primes = calloc(1, sizeof(*primes));
    unsigned char *composite = calloc(SMALL, 1);
    must(primes && composite && (primes->small = calloc(SMALL / 8, sizeof(uint32_t))), "memory");
    for (uint32_t p = 2; p < SMALL; p++) {
        if (composite[p])
            continue;
        primes->small[primes->small_count++] = p;
        for (uint64_t m = (uint64_t)p * p; m < SMALL; m += p)
            composite[m] = 1;
    }
    free(composite);
    primes->base = (1ull << 40) - WINDOW;
    primes->at = WINDOW;
    return primes;
}

static uint64_t primes_next(struct primes *primes)
{
    for (;;) {
        while (primes->at < WINDOW && primes->composite[primes->at])
            primes->at++;
        if (primes->at < WINDOW)
            return primes->base + primes->at++;
        primes->base += WINDOW;
        primes->at = 0;
        memset(primes->composite, 0, WINDOW);
        for (size_t i = 0; i < primes->small_count; i++) {
            uint64_t p = primes->small[i], start = (p - primes->base % p) % p;
            for (; start < WINDOW; start += p)
                primes->composite[start] = 1;
        }
    }
}

static void primes_free(struct primes *primes)
{
    free(primes->small);
    free(primes);
}

/* --- moduli ----------------------------------------------------------------------------------- */

struct moduli {
    struct primes *primes;
    gmp_randstate_t random;
    mpz_t shared; /* 0: none */
    unsigned bits;
    size_t count, every; /* pairs i, i + 1 share, for each i that every divides */
};

static void moduli_open(struct moduli *moduli, size_t count, unsigned bits, size_t pairs)
{
    *moduli = (struct moduli){
        .primes = primes_new(), .bits = bits, .count = count, .every = count / pairs};
    gmp_randinit_default(moduli->random);
    mpz_init(moduli->shared);
}

static void moduli_close(struct moduli *moduli)
{
    primes_free(moduli->primes);
    gmp_randclear(moduli->random);
    mpz_clear(moduli->shared);
}

/* Number i, in order. */
static void moduli_next(mpz_t n, struct moduli *moduli, size_t i)
{
    bool first = i % moduli->every == 0 && i + 1 < moduli->count;
    if (first) {
        mpz_urandomb(moduli->shared, moduli->random, moduli->bits / 2);
        mpz_setbit(moduli->shared, moduli->bits / 2 - 1);
        mpz_nextprime(moduli->shared, moduli->shared);
    }
    mpz_set_ui(n, 1);
    if (first || (i > 0 && (i - 1) % moduli->every == 0))
        mpz_set(n, moduli->shared);
    while (mpz_sizeinbase(n, 2) + 40 < moduli->bits)
        mpz_mul_ui(n, n, primes_next(moduli->primes));
}

static bool is_planted(const struct moduli *moduli, size_t i)
{
    return (i % moduli->every == 0 && i + 1 < moduli->count) ||
           (i > 0 && (i - 1) % moduli->every == 0);
}

/* --- 10,080 of 1024 bits ---------------------------------------------------------------------- */

static bool read_number(void *context, size_t index, mpz_t number)
{
    mpz_set(number, ((mpz_t *)context)[index]);
    return true;
}

static bool ten_thousand(void)
{
    enum { COUNT = 10080, PAIRS = 12 };
    struct bench bench = {.measure = "shared primes of 10,080 moduli of 1024 bits; 1.8 s",
                          .unit = "s",
                          .goal = BENCH_AT_MOST,
                          .target = 1};
    struct moduli moduli;
    mpz_t *n = rsa_numbers_new(COUNT);
    moduli_open(&moduli, COUNT, 1024, PAIRS);
    for (size_t i = 0; i < COUNT; i++)
        moduli_next(n[i], &moduli, i);
    const struct rsa_batch_source source = {COUNT, read_number, n};
    for (int round = 0; round < BENCH_ROUNDS; round++) {
        struct rsa_batch batch;
        double start = bench_cpu();
        must(rsa_batch_gcd(&batch, &source, NULL) == RSA_BATCH_DONE, "rsa_batch_gcd");
        bench_round(&bench, bench_cpu() - start, 1.8);
        must(batch.hit_count == 2 * PAIRS, "not all were found, or more than all");
        for (size_t i = 0; i < batch.hit_count; i++)
            must(is_planted(&moduli, batch.hits[i].index), "a hit is none");
        rsa_batch_free(&batch);
    }
    moduli_close(&moduli);
    rsa_numbers_free(n, COUNT);
    return bench_print(&bench);
}

/* --- programs --------------------------------------------------------------------------------- */

static double run(int want, const char *const arguments[], const char *out)
{
    double start = bench_cpu_children();
    pid_t child = fork();
    int status = -1;
    if (child == 0) {
        must(freopen(out, "w", stdout) && freopen("/dev/null", "w", stderr), out);
        execvp(arguments[0], (char *const *)arguments);
        _exit(127);
    }
    must(child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) &&
             WEXITSTATUS(status) == want,
         arguments[1]);
    return bench_cpu_children() - start;
}

static const char *keytool(void)
{
    static char path[4096];
    const char *bin = getenv("BIN");
    snprintf(path, sizeof(path), "%s/keytool", bin ? bin : "bin");
    return path;
}

static bool thirty(void)
{
    struct bench bench = {.measure = "audit of 30 keys of 2048 bits, beyond keytool list; 50 ms",
                          .unit = "ms",
                          .goal = BENCH_AT_MOST,
                          .target = 1};
    char *home = scratch_new(), folder[4096], name[16];
    snprintf(folder, sizeof(folder), "%s/keys", home);
    for (int i = 0; i < 30; i++) {
        snprintf(name, sizeof(name), "k%d", i);
        run(0, (const char *const[]){keytool(), "gen", name, "--home", home, NULL}, "/dev/null");
    }
    for (int round = 0; round < BENCH_ROUNDS; round++) {
        double list = run(0, (const char *const[]){keytool(), "list", folder, NULL}, "/dev/null");
        double audit = run(0, (const char *const[]){keytool(), "audit", folder, NULL}, "/dev/null");
        bench_round(&bench, (audit - list) * 1e3, 50);
    }
    scratch_remove(home);
    return bench_print(&bench);
}

/* --- one large run ---------------------------------------------------------------------------- */

static void write_moduli(const char *path, struct moduli *moduli)
{
    FILE *file = fopen(path, "we");
    mpz_t n;
    must(file, path);
    mpz_init(n);
    for (size_t i = 0; i < moduli->count; i++) {
        moduli_next(n, moduli, i);
        char *digits = mpz_get_str(NULL, 16, n);
        fprintf(file, "0x%s\n", digits);
        free(digits);
    }
    mpz_clear(n);
    must(fclose(file) == 0, path);
}

/* "line N" of each key that is broken must be a planted one, and as many as were planted. */
static void check_hits(const char *path, const struct moduli *moduli)
{
    FILE *file = fopen(path, "re");
    char line[1024], found[64];
    size_t number, hits = 0, want = 0;
    must(file, path);
    while (fgets(line, sizeof(line), file))
        if (sscanf(line, "line %zu: broken, %63s", &number, found) == 2) {
            must(is_planted(moduli, number - 1), "a hit is none");
            hits++;
        }
    fclose(file);
    for (size_t i = 0; i < moduli->count; i++)
        want += is_planted(moduli, i);
    must(hits == want, "not all were found");
    printf("%zu of %zu planted keys were found, and no other\n", hits, want);
}

static bool large(size_t count, const char *memory)
{
    char *folder = scratch_new(), numbers[4096], out[4096];
    struct moduli moduli;
    struct rusage usage;
    snprintf(numbers, sizeof(numbers), "%s/moduli", folder);
    snprintf(out, sizeof(out), "%s/out", folder);
    moduli_open(&moduli, count, 2048, 40);
    write_moduli(numbers, &moduli);
    double wall = bench_now();
    double cpu = run(1,
                     (const char *const[]){keytool(), "audit", "--moduli", numbers, "--shared-only",
                                           "--memory", memory, "--scratch", folder, NULL},
                     out);
    must(getrusage(RUSAGE_CHILDREN, &usage) == 0, "getrusage");
    printf("%zu moduli of 2048 bits, --memory %s: %.0f s of processor time (%.0f s), %.0f MiB at "
           "the peak\n",
           count, memory, cpu, bench_now() - wall, (double)usage.ru_maxrss / 1024);
    check_hits(out, &moduli);
    moduli_close(&moduli);
    scratch_remove(folder);
    return true;
}

int main(void)
{
    const char *keys = getenv("AUDIT_KEYS"), *memory = getenv("AUDIT_MEMORY");
    if (keys)
        return large(strtoul(keys, NULL, 10), memory ? memory : "1024") ? 0 : 1;
    bench_heading();
    bool reached = ten_thousand();
    return thirty() && reached ? 0 : 1;
}
