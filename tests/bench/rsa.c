/*
 * RSA beside its neighbours: pairs beside `openssl genrsa`, `keytool gen` beside GnuTLS's certtool,
 * the private operation (blinded and checked) beside what it cannot do without: two of GMP's
 * mpz_powm_sec and a recombination. And what a program's start costs, which tests its own key.
 */
#include "bench.h"
#include "bignum_rsa.h"
#include "rsa_in_use.h"
#include "rsa_lanes.h"
#include "rsa_prime.h"
#include "scratch.h"

#include <gmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void must(bool good, const char *what)
{
    if (!good) {
        fprintf(stderr, "bench rsa: error: %s\n", what);
        exit(1);
    }
}

/* The goals are for processors with IFMA; others have their own, or none (0). */
static double goal(double with_ifma, double without)
{
    return strstr(rsa_in_use(), "IFMA") ? with_ifma : without;
}

/* --- programs --------------------------------------------------------------------------------- */

/* The processor time of a whole process, which must end with this status. */
static double run(int want, const char *const arguments[])
{
    double start = bench_cpu_children();
    pid_t child = fork();
    int status = -1;

    if (child == 0) {
        must(freopen("/dev/null", "w", stdout) && freopen("/dev/null", "w", stderr), "/dev/null");
        execvp(arguments[0], (char *const *)arguments);
        _exit(127);
    }
    must(child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) &&
             WEXITSTATUS(status) == want,
         arguments[0]);
    return bench_cpu_children() - start;
}

static char *home, keytool[4096], chat[4096];

static void open_home(void)
{
    const char *bin = getenv("BIN");

    home = scratch_new();
    snprintf(keytool, sizeof(keytool), "%s/keytool", bin ? bin : "bin");
    snprintf(chat, sizeof(chat), "%s/chat", bin ? bin : "bin");
}

/* One key takes anything from a third to three times as long as the next, so there are many, in
 * turn, and what counts is the time of all. */
static bool generators(const char *bits, const char *measure, int count, double target)
{
    char name[32];
    const char *const ours_line[] = {keytool, "gen", name, "--bits", bits, "--home", home, NULL};
    const char *const theirs_line[] = {"certtool", "--generate-privkey", "--bits", bits, NULL};
    struct bench bench = {
        .measure = measure, .unit = "ms", .goal = BENCH_AT_MOST, .target = target};
    double ours = 0, theirs = 0;

    for (int i = 0; i < count; i++) {
        snprintf(name, sizeof(name), "k%s-%d", bits, i);
        ours += run(0, ours_line);
        theirs += run(0, theirs_line);
    }
    bench_round(&bench, ours / count * 1e3, theirs / count * 1e3);
    return bench_print(&bench);
}

/* Its key of 2048 bits is read and tested, and the fingerprint told; then nobody is there. */
static bool start(void)
{
    enum { STARTS = 40 };
    const char *const line[] = {chat,     "connect", "127.0.0.1", "--port", "1",
                                "--home", home,      "--key",     "boris",  NULL};
    const char *const gen[] = {keytool, "gen", "boris", "--home", home, NULL};
    struct bench bench = {.measure = "chat connect until it knocks, CPU; 6 ms",
                          .unit = "ms",
                          .goal = BENCH_AT_MOST,
                          .target = 1};
    double ours[STARTS];

    run(0, gen);
    for (int i = 0; i < STARTS; i++)
        ours[i] = run(1, line);
    bench_round(&bench, bench_median(ours, STARTS) * 1e3, 6);
    return bench_print(&bench);
}

/* --- pairs ---------------------------------------------------------------------------------- */

/* The ratio asked for is of medians over this many: one pair takes anything from a third to three
 * times as long as the next. */
enum { MOST_PAIRS = 50 };

static double our_pair(unsigned bits)
{
    struct rsa_key *key;
    double start = bench_cpu();

    must(rsa_key_generate(&key, bits, NULL, NULL) == RSA_OK, "rsa_key_generate");
    double seconds = bench_cpu() - start;
    rsa_key_free(key);
    return seconds;
}

static bool pairs(const char *bits, int count, double target)
{
    char measure[80];
    struct bench bench = {
        .measure = measure, .unit = "ms", .goal = BENCH_AT_MOST, .target = target};
    double ours[MOST_PAIRS], theirs[MOST_PAIRS];

    snprintf(measure, sizeof(measure), "RSA-%s pair, median of %d, and openssl genrsa", bits,
             count);
    for (int i = 0; i < count; i++) {
        ours[i] = our_pair((unsigned)atoi(bits)); // NOLINT
        theirs[i] = run(0, (const char *const[]){"openssl", "genrsa", bits, NULL});
    }
    bench_round(&bench, bench_median(ours, (size_t)count) * 1e3,
                bench_median(theirs, (size_t)count) * 1e3);
    return bench_print(&bench);
}

/* --- the private operation -------------------------------------------------------------------- */

struct bare {
    mpz_t p, q, dp, dq, qinv, c, m, m1, m2;
};

static void bare_number(mpz_t out, const struct rsa_key *key, enum rsa_number number)
{
    uint8_t bytes[RSA_MAX_BYTES];
    size_t size = rsa_key_number_bytes(key, number, bytes, sizeof(bytes));

    mpz_init(out);
    mpz_import(out, size, 1, 1, 1, 0, bytes);
}

static void bare_open(struct bare *bare, const struct rsa_key *key, const uint8_t *in)
{
    bare_number(bare->p, key, RSA_P);
    bare_number(bare->q, key, RSA_Q);
    bare_number(bare->dp, key, RSA_DP);
    bare_number(bare->dq, key, RSA_DQ);
    bare_number(bare->qinv, key, RSA_QINV);
    mpz_inits(bare->c, bare->m, bare->m1, bare->m2, NULL);
    mpz_import(bare->c, rsa_key_bytes(key), 1, 1, 1, 0, in);
}

static void bare_close(struct bare *bare)
{
    mpz_clears(bare->p, bare->q, bare->dp, bare->dq, bare->qinv, bare->c, bare->m, bare->m1,
               bare->m2, NULL);
}

static void bare_private(struct bare *bare)
{
    mpz_powm_sec(bare->m1, bare->c, bare->dp, bare->p);
    mpz_powm_sec(bare->m2, bare->c, bare->dq, bare->q);
    mpz_sub(bare->m, bare->m1, bare->m2);
    mpz_mul(bare->m, bare->m, bare->qinv);
    mpz_mod(bare->m, bare->m, bare->p);
    mpz_mul(bare->m, bare->m, bare->q);
    mpz_add(bare->m, bare->m, bare->m2);
}

static bool private_operation(unsigned bits, const char *measure, int count)
{
    struct bench bench = {.measure = measure, .unit = "op/s", .target = 0.85};
    struct rsa_key *key;
    struct bare bare;
    uint8_t in[RSA_MAX_BYTES] = {0}, out[RSA_MAX_BYTES];

    must(rsa_key_generate(&key, bits, NULL, NULL) == RSA_OK, "rsa_key_generate");
    must(rsa_random_bytes(in + 1, rsa_key_bytes(key) - 1, NULL) == RSA_OK, "rsa_random_bytes");
    bare_open(&bare, key, in);
    for (int round = 0; round < 2 * BENCH_ROUNDS; round++) {
        double ours = 0, theirs = 0;
        /* One by one in turn: a machine that is busy for a while is so for both. */
        for (int i = 0; i < count; i++) {
            double start = bench_cpu();
            must(rsa_private(out, key, in, rsa_key_bytes(key), NULL) == RSA_OK, "rsa_private");
            double middle = bench_cpu();
            bare_private(&bare);
            ours += middle - start;
            theirs += bench_cpu() - middle;
        }
        bench_round(&bench, count / ours, count / theirs);
    }
    bare_close(&bare);
    rsa_key_free(key);
    return bench_print(&bench);
}

/* OpenSSL's own signatures, with its own assembly. */
static double their_sign_rate(unsigned bits)
{
    char command[80], format[60], line[200];
    double sign = 0;
    snprintf(command, sizeof(command), "openssl speed -seconds 1 rsa%u 2>/dev/null", bits);
    snprintf(format, sizeof(format), "rsa %u bits %%*s %%*s %%lf", bits);
    FILE *pipe = popen(command, "r"); // NOLINT
    must(pipe, "openssl speed");
    while (fgets(line, sizeof(line), pipe))
        sscanf(line, format, &sign); // NOLINT
    must(pclose(pipe) == 0 && sign > 0, command);
    return sign;
}

/* So many at once, as a server has them waiting; operations in a second. */
static double our_batch_rate(const struct rsa_key *key, size_t batch)
{
    static uint8_t in[RSA_MAX_BYTES] = {1}, out[4][RSA_MAX_BYTES];
    struct rsa_private_job jobs[4];
    const double start = bench_cpu();
    size_t count = 0;
    for (size_t i = 0; i < batch; i++)
        jobs[i] = (struct rsa_private_job){out[i], key, in, rsa_key_bytes(key), RSA_OK};
    for (; bench_cpu() - start < 1; count += batch) {
        rsa_private_batch(jobs, batch, NULL);
        must(jobs[batch - 1].error == RSA_OK, "rsa_private_batch");
    }
    return (double)count / (bench_cpu() - start);
}

static bool signatures(unsigned bits, size_t batch, double target)
{
    char measure[80];
    struct bench bench = {.measure = measure, .unit = "op/s"};
    struct rsa_key *key;
    snprintf(measure, sizeof(measure), "RSA-%u private, %zu at a time, by %s", bits, batch,
             rsa_in_use());
    bench.target = target;
    must(rsa_key_generate(&key, bits, NULL, NULL) == RSA_OK, "rsa_key_generate");
    for (int round = 0; round < BENCH_ROUNDS; round++)
        bench_round(&bench, our_batch_rate(key, batch), their_sign_rate(bits));
    rsa_key_free(key);
    return bench_print(&bench);
}

/* 64 rounds of Miller-Rabin on both primes of a 2048-bit key: what `keytool check` pays. */
static bool rounds(void)
{
    struct bench bench = {.measure = "64 rounds on both primes of 2048 bits; 5 ms",
                          .unit = "ms",
                          .goal = BENCH_AT_MOST,
                          .target = goal(1, 0)};
    struct rsa_key *key;
    struct bare bare;
    uint8_t in[RSA_MAX_BYTES] = {1};
    must(rsa_key_generate(&key, 2048, NULL, NULL) == RSA_OK, "rsa_key_generate");
    bare_open(&bare, key, in);
    for (int round = 0; round < BENCH_ROUNDS; round++) {
        bool p = false, q = false;
        const double start = bench_cpu();
        must(rsa_miller_rabin(&p, bare.p, 64, NULL) == RSA_OK, "rsa_miller_rabin");
        must(rsa_miller_rabin(&q, bare.q, 64, NULL) == RSA_OK && p && q, "rsa_miller_rabin");
        bench_round(&bench, (bench_cpu() - start) * 1e3, 5);
    }
    bare_close(&bare);
    rsa_key_free(key);
    return bench_print(&bench);
}

int main(void)
{
    bool reached = true;

    bench_heading();
    reached = private_operation(2048, "RSA-2048 private, and bare mpz_powm_sec by CRT", 64) &&
              reached;
    reached = private_operation(4096, "RSA-4096 private, and bare mpz_powm_sec by CRT", 16) &&
              reached;
    reached = pairs("2048", MOST_PAIRS, goal(0.045, 0.11)) && reached;
    reached = pairs("4096", MOST_PAIRS / 5, goal(0.06, 0)) && reached;
    reached = signatures(2048, 1, goal(1.0, 0.4)) && reached;
    reached = signatures(2048, 4, goal(1.5, 0.4)) && reached;
    reached = signatures(4096, 4, goal(3, 0)) && reached;
    reached = rounds() && reached;
    open_home();
    reached = generators("2048", "keytool gen, 2048 bits, certtool; 100 each", 100,
                         goal(0.2, 0.6)) &&
              reached;
    reached = generators("4096", "keytool gen, 4096 bits, certtool; 24 each", 24, 0.6) && reached;
    reached = start() && reached;
    scratch_remove(home);
    return reached ? 0 : 1;
}
