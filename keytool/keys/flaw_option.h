/*
 * keytool gen --flaw FLAW: a key that is weak on purpose.
 */
#ifndef GLASSBOX_KEYTOOL_FLAW_OPTION_H
#define GLASSBOX_KEYTOOL_FLAW_OPTION_H

#include "key_store.h"
#include "option_table.h"
#include "rsa_flaw.h"

struct flaw_option {
    bool wanted;
    enum rsa_flaw flaw;
    const char *other; /* of shared: NAME|FILE; else NULL */
};

option_read flaw_read;

/* Wrong usage of it: with a prime or an exponent given by hand; with bits (0: not given) of a size
 * that it is not made in. */
void flaw_check(const struct flaw_option *option, bool by_hand, unsigned bits,
                const struct argp_state *state);

/* The pair, marked by the caller. The size: that of the other key, else bits. */
bool flaw_make(struct rsa_key **pair, const struct flaw_option *option, unsigned bits,
               const struct home *home, const struct key_access *access,
               const struct rsa_random *source, struct problem *problem)
    __attribute__((warn_unused_result));

#endif
