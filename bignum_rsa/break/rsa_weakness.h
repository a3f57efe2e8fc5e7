/*
 * Weak keys: what is wrong with the numbers of one RSA key, each fault with its proof.
 *
 * One table of weaknesses; each row has a name, what the fault is called, its cause and its remedy
 * (rsa_weakness_info), and one test. A test ends in a verdict (rsa_break.h). What it found is
 * told in a few words, and proved by one line for `python3 -c`, which prints True.
 *
 * The quick part is what a program runs on every key that it makes or takes in: it has no power
 * modulo n in it, and takes some 40 microseconds for 2048 bits. The deep part adds tests whose cost
 * grows with a bound. Both look at the private half as well, if they are given one.
 *
 * What they do not see: primes that two keys share (that needs all keys at once), and weak random
 * numbers that leave no trace in the key. "Resisted" means these tests alone. Not covered:
 * Boneh-Durfee's range, d from n^0.25 to n^0.292, which needs lattice reduction.
 *
 *     struct rsa_weakness_report report;
 *     rsa_weakness_quick(&report, &(struct rsa_weakness_key){.n = n, .e = e});
 *     for (int i = 0; i < RSA_WEAKNESSES; i++)
 *         if (report.findings[i].verdict == RSA_BROKEN) ...
 *     rsa_weakness_report_free(&report);
 *
 * No function here prints, reads files or a clock, or keeps state. CT: none; the private half of a
 * key that is judged leaks through time.
 */
#ifndef GLASSBOX_RSA_WEAKNESS_H
#define GLASSBOX_RSA_WEAKNESS_H

#include "rsa_break.h"

#include <gmp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct rsa_key; /* rsa_key.h */

/* In the order in which they are tried and told. */
enum rsa_weakness {
    /* of e */
    RSA_WEAK_E_ONE,
    RSA_WEAK_E_EVEN,
    /* of n: what a stranger sees */
    RSA_WEAK_EVEN,
    RSA_WEAK_SMALL_FACTOR,
    RSA_WEAK_POWER,
    RSA_WEAK_CLOSE,
    RSA_WEAK_PATTERN_PRIMES,
    RSA_WEAK_PATTERN,
    RSA_WEAK_ROCA,
    RSA_WEAK_SMALL_D,
    RSA_WEAK_E_HUGE,
    /* of n, in the deep part; the first two with RSA_WEAKNESS_PRIME, too */
    RSA_WEAK_PRIME,
    RSA_WEAK_SHORT,
    RSA_WEAK_SMOOTH,
    /* of the private half, if there is one */
    RSA_WEAK_COMPOSITE,
    RSA_WEAK_PRIVATE_CLOSE,
    RSA_WEAK_PRIVATE_PATTERN,
    RSA_WEAK_PRIVATE_SMOOTH,
    RSA_WEAK_PRIVATE_SMALL_D,
    RSA_WEAKNESSES
};

/* All of it is English text, in lower case and without a full stop. */
struct rsa_weakness_info {
    const char *name;   /* "close": for JSON and the command line */
    const char *title;  /* "primes close together" */
    const char *cause;  /* how such a key comes to be */
    const char *remedy; /* what to do */
    bool deep;          /* not in the quick part */
    bool is_private;    /* needs p, q or d */
};

const struct rsa_weakness_info *rsa_weakness_info(enum rsa_weakness weakness);

/* The key to be judged: n at least; the others NULL (d, p and q: or 0) where they are not known.
 * They may be any numbers above 0: a key that nobody would load can be judged too. Without e nothing
 * is said about it. */
struct rsa_weakness_key {
    mpz_srcptr n, e, d, p, q;
};

#define RSA_FINDING_BYTES 96

struct rsa_weakness_finding {
    enum rsa_verdict verdict;
    /* Broken: what was seen ("p - q has 12 bits"). Resisted: up to what. Else: why it does not
     * apply. */
    char detail[RSA_FINDING_BYTES];
    /* Broken: one line for `python3 -c`, which prints True. Its numbers are those of the public
     * key; of the factors if they were found. NULL without memory. Else NULL. */
    char *proof;
};

struct rsa_weakness_report {
    struct rsa_weakness_finding findings[RSA_WEAKNESSES];
    bool is_weak;  /* at least one is broken */
    mpz_t factor;  /* 1 < factor < n that divides n, where a test found one; else 0 */
    uint64_t work; /* multiplications or divisions of numbers of the size of n, about */
};

/* Judges the key. The report is the caller's, who frees it. */
void rsa_weakness_quick(struct rsa_weakness_report *report, const struct rsa_weakness_key *key);

/* The same and the deep part: whether n is prime; Pollard's rho with as many steps as the bound,
 * but at most 2^20, if n has at most 128 bits; p - 1 with primes up to the bound and a second stage
 * up to fifty times as far; Fermat with as many steps as the bound. bound: RSA_WEAKNESS_BOUND takes
 * some 0.3 s for 2048 bits. */
#define RSA_WEAKNESS_BOUND 10000
/* As a bound: the quick part; whether n is prime, which costs one power (milliseconds for 2048
 * bits) if n has no small factor and p is not known; and
 * the factors of an n below 64 bits. */
#define RSA_WEAKNESS_PRIME 1
void rsa_weakness_deep(struct rsa_weakness_report *report, const struct rsa_weakness_key *key,
                       uint64_t bound);

/* The same for a key as programs hold it, its private half too if it is there. deep_bound 0: the
 * quick part. */
void rsa_weakness_of_key(struct rsa_weakness_report *report, const struct rsa_key *key,
                         uint64_t deep_bound);

/* The first that is broken, RSA_WEAKNESSES if none is. */
enum rsa_weakness rsa_weakness_first(const struct rsa_weakness_report *report);

/* Wipes and frees what the report holds. */
void rsa_weakness_report_free(struct rsa_weakness_report *report);

#endif
