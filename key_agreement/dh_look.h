/*
 * What is wrong with a group, or with the number that a peer has sent: findings, each with a proof
 * that python3 checks.
 *
 *     struct dh_finding findings[DH_FINDINGS_MAX];
 *     size_t count = dh_look(findings, group, peer, peer_bytes, DH_QUICK);
 *     for (size_t i = 0; i < count; i++) ... findings[i].text ...
 *
 * Tests of primality are GMP's (Baillie-PSW, which no number is known to fool). "Composite" comes
 * with a proof; "prime" has none, and is said by silence.
 */
#ifndef GLASSBOX_DH_LOOK_H
#define GLASSBOX_DH_LOOK_H

#include "dh.h"

enum dh_finding_kind {                       /* the worst first, and so they come */
                       DH_FOUND_P_COMPOSITE, /* nothing is known of such a group, and little else is looked at */
                       DH_FOUND_PUBLIC_OUTSIDE,     /* 0, or p and above */
                       DH_FOUND_PUBLIC_ONE,         /* K is 1 */
                       DH_FOUND_PUBLIC_MINUS_ONE,   /* K is 1 or p-1 */
                       DH_FOUND_PUBLIC_SMALL_ORDER, /* K is one of a few */
                       DH_FOUND_PUBLIC_STRANGER,    /* no power of g */
                       DH_FOUND_SMALL_ORDER,        /* of g, or one that falls into small primes */
                       DH_FOUND_SHORT,              /* p has less than DH_GOOD_BITS */
                       DH_FOUND_NOT_SAFE,           /* (p-1)/2 is composite */
                       DH_FOUND_ORDER,  /* what is known of the order of g, if it is not small */
                       DH_FOUND_PARITY, /* everybody sees whether the peer's exponent is even */
                       DH_FOUND_NAMED,  /* a named group; then it is not tested, but known */
};
#define DH_FINDINGS_MAX 8
#define DH_GOOD_BITS    2048 /* SP 800-56A rev. 3, 5.5.1: 112 bits of strength */

struct dh_finding {
    enum dh_finding_kind kind;
    bool harmful;   /* false: good to know */
    char text[200]; /* "p is not prime: 3 divides it" */
    /* An expression in p, g and A that is true, in python3 after `from math import factorial`:
     * "p % 3 == 0". */
    char proof[DH_MAX_BITS / 4 + 256];
};

enum dh_effort {
    DH_QUICK,    /* while a peer waits: a dozen powers modulo p; a named group costs none */
    DH_THOROUGH, /* more rounds, and p-1 is taken apart as far as small factors go: seconds, and at
                  * 8192 bits minutes. Below 64 bits all is done always. */
};

/* How many findings. number: the peer's, NULL: the group alone. CT: no; all of this is public. */
size_t dh_look(struct dh_finding findings[DH_FINDINGS_MAX], const struct dh_group *group,
               const uint8_t *number, size_t bytes, enum dh_effort effort);

/* "p-composite", for programs that read. */
const char *dh_finding_name(enum dh_finding_kind kind);

#endif
