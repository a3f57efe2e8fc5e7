/*
 * bignum_rsa/break: what breaks RSA keys and raw RSA, as pure functions.
 *
 * The library itself never includes this room. Nothing here prints, reads files or asks the clock.
 * Every attack fills a struct rsa_finding: one verdict of three, the numbers of a proof with the
 * expression that checks them in one line of Python, and a count of the work done. The work of each
 * has a bound that its header states; so each ends.
 *
 *     rsa_message_breaks.h    a message without the key: root, broadcast, common modulus, guess
 *     rsa_signature_breaks.h  a signature without the key: multiply, blind, forge; the lax verifier
 *     rsa_key_breaks.h        the key itself: from a fault in one CRT half, from d
 *     rsa_garble.h            "private then public", where the inner number is the larger
 *
 * Example:
 *
 *     struct rsa_finding finding;
 *     rsa_finding_init(&finding);
 *     rsa_break_root(&finding, n, e, c, &(struct rsa_root_room){.slack_bits = 8}, NULL);
 *     if (finding.verdict == RSA_BROKEN) use(rsa_finding_get(&finding, "m"));
 *     rsa_finding_clear(&finding);
 *
 * A listener (rsa_listener.h) hears each step; NULL: nobody. It is not told numbers of more than
 * 2 RSA_MAX_BITS bits. Nothing here is constant time, and nothing is wiped: an attacker has no
 * secrets of his own.
 */
#ifndef GLASSBOX_RSA_BREAK_H
#define GLASSBOX_RSA_BREAK_H

#include "rsa_listener.h"

#include <gmp.h>
#include <stdbool.h>
#include <stdint.h>

enum rsa_verdict {
    RSA_BROKEN,         /* the proof shows it */
    RSA_RESISTED,       /* up to the bound that the text states */
    RSA_NOT_APPLICABLE, /* because of what the text says */
};

#define RSA_FINDING_NUMBERS 40
#define RSA_FINDING_PROOF   640
#define RSA_FINDING_TEXT    240

struct rsa_finding {
    enum rsa_verdict verdict;
    char text[RSA_FINDING_TEXT]; /* one main clause: what came out, the bound, or the reason */
    /* Names in the letters of the proof, a-z, A-Z, 0-9 and _. */
    struct {
        const char *name; /* static */
        mpz_t value;
    } number[RSA_FINDING_NUMBERS];
    size_t count;
    /* Python over those names, True; NULL where nothing is broken. It is static, or in proof_text:
     * a finding is not copied. */
    const char *proof;
    char proof_text[RSA_FINDING_PROOF];
    uint64_t work;    /* so many */
    const char *unit; /* "roots": a plural in s; static */
};

/* Verdict RSA_NOT_APPLICABLE, no text, no numbers, no work. */
void rsa_finding_init(struct rsa_finding *finding);
void rsa_finding_clear(struct rsa_finding *finding);

/* The number of that name, or NULL. */
mpz_srcptr rsa_finding_get(const struct rsa_finding *finding, const char *name);

/* "broken", "resisted", "not applicable". */
const char *rsa_verdict_name(enum rsa_verdict verdict);

/* --- for the attacks --------------------------------------------------------------------------- */

/* Adds a number, or replaces that of the name. At most RSA_FINDING_NUMBERS. */
void rsa_finding_add(struct rsa_finding *finding, const char *name, const mpz_t value);
void rsa_finding_say(struct rsa_finding *finding, enum rsa_verdict verdict, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

void rsa_finding_prove(struct rsa_finding *finding, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* A step for the listener: what the number is; section: of a standard, or NULL. */
void rsa_break_tell(const struct rsa_listener *listener, const char *name, const char *what,
                    const char *section, const mpz_t value);

/* The checks that all attacks on a public key begin with: n at least 2, e at least 1. False: the
 * finding says what is wrong. */
bool rsa_break_takes(struct rsa_finding *finding, const mpz_t n, const mpz_t e);

#endif
