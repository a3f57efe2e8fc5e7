/*
 * Blinding: the private operation never sees the number that a stranger chose. Internal.
 *
 * With a random r,  (c r^e)^d = c^d r  (mod n): so c is multiplied by r^e before, and the result by
 * r^-1 after. The pair (r^e, r^-1) costs more than a multiplication, so a key keeps one, squares
 * both halves at each use (the square of a pair is a pair), and draws afresh every 32 uses. Whoever
 * brings a source of random bytes gets a pair drawn from it alone: a run that is to be repeated
 * must not depend on who else used the key before.
 */
#ifndef GLASSBOX_RSA_BLINDING_H
#define GLASSBOX_RSA_BLINDING_H

#include "rsa_error.h"

#include <gmp.h>

struct rsa_blinding;
struct rsa_key;

/* An empty one, for moduli of so many limbs; NULL without memory. */
struct rsa_blinding *rsa_blinding_new(size_t limbs);
void rsa_blinding_free(struct rsa_blinding *blinding);

/* A pair that no other call gets: factor = r^e mod n, remover = r^-1 mod n. Threads may call it at
 * once. RSA_ERR_RANDOM, RSA_ERR_MEMORY. CT: the size of n, and how many draws had no inverse. */
enum rsa_error rsa_blinding_take(mp_limb_t *factor, mp_limb_t *remover, const struct rsa_key *key,
                                 const struct rsa_random *source);

#endif
