/*
 * A message without the key, from one who decrypts what he is sent and tells a little of what came
 * out: Bleichenbacher's attack on PKCS#1 v1.5 (1998), Manger's on OAEP (2001).
 *
 *     m is the encoded message, k bytes long, c = m^e mod n.
 *     c s^e mod n decrypts to m s mod n, for any s that the attacker likes; and each yes says
 *     between which bounds that lies.
 */
#ifndef GLASSBOX_RSA_ORACLE_BREAKS_H
#define GLASSBOX_RSA_ORACLE_BREAKS_H

#include "rsa_break.h"

struct rsa_oracle {
    /* Whether each number decrypts to what the attack asks for. False: the line is gone. */
    bool (*ask)(void *context, bool *yes, mpz_t *numbers, size_t count);
    void *context;
    uint64_t most; /* queries; 0: RSA_ORACLE_MOST */
};
#define RSA_ORACLE_MOST  ((uint64_t)10 * 1000 * 1000)
#define RSA_ORACLE_BATCH 64 /* asked at once, at most */

struct rsa_interval {
    mpz_t low, high; /* both may be m */
};

/* After each yes: what is known of m. */
struct rsa_oracle_round {
    mpz_srcptr s;
    const struct rsa_interval *intervals;
    size_t count;
    double bits; /* log2 of how many values are left */
    uint64_t queries;
};
struct rsa_oracle_listener {
    void (*hear)(void *context, const struct rsa_oracle_round *round); /* NULL: nobody */
    void *context;
};

/* yes: the decrypted number begins with the bytes 00 02, whatever follows. Finds m of any c, one
 * that is no such message too, if it is asked long enough: c is the message of a padded text, or
 * any number to be signed. RSA_RESISTED: the answers do not depend on what is asked, or
 * `most` queries were not enough. RSA_NOT_APPLICABLE: n has fewer than 12 bytes, c is not below n. */
void rsa_break_bleichenbacher(struct rsa_finding *finding, const mpz_t n, const mpz_t e,
                              const mpz_t c, const struct rsa_oracle *oracle,
                              const struct rsa_oracle_listener *listener);

/* yes: the decrypted number begins with the byte 00. About one query a bit of n. The message of c
 * must begin so itself. RSA_NOT_APPLICABLE also of an n whose first byte is below 03. */
void rsa_break_manger(struct rsa_finding *finding, const mpz_t n, const mpz_t e, const mpz_t c,
                      const struct rsa_oracle *oracle, const struct rsa_oracle_listener *listener);

/* --- for the two ------------------------------------------------------------------------------- */

enum rsa_asked { RSA_ASKED_YES, RSA_ASKED_NO, RSA_ASKED_OVER /* the finding says why */ };
struct rsa_questions {
    struct rsa_finding *finding;
    const struct rsa_oracle *oracle;
    mpz_srcptr n, e, c;
};
/* Asks for c s^e of `count` s in a row: *which is the first yes among them. */
enum rsa_asked rsa_ask(size_t *which, struct rsa_questions *questions, const mpz_t s, size_t count);
/* Asks for numbers that have nothing to do with c: whether some are answered otherwise than yes. */
enum rsa_asked rsa_ask_blindly(struct rsa_questions *questions);
/* m is found: the finding says so, with its proof. */
void rsa_questions_end(struct rsa_questions *questions, const mpz_t m);
double rsa_log2(const mpz_t number);

#endif
