/*
 * A key from the bytes of its numbers, as all binary formats have them. The key is judged.
 */
#ifndef GLASSBOX_KEY_NUMBERS_H
#define GLASSBOX_KEY_NUMBERS_H

#include "octets.h"
#include "rsa_key.h"

/* numbers[i].data NULL: not there. n and e alone make a public key, d a pair, for which p and q are
 * needed too. The whole key is judged (rsa_key_check_quickly); the problem names the number at fault. The
 * caller frees *key. CT: sizes; not the values of private numbers that are refused. */
bool key_from_numbers(struct rsa_key **key, const struct octets numbers[RSA_NUMBERS],
                      struct problem *problem) __attribute__((warn_unused_result));

#endif
