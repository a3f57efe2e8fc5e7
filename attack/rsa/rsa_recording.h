/*
 * What the attacks of this table make of a recorded talk of the textbook suite.
 *
 * There each record carries K^d1 mod n1, cut into blocks and raised to e2 modulo n2. So most attacks
 * do not apply, and say why. Two do: the block that is left over is short, and can be guessed; and a
 * number s is the private power of K = s^e, whoever raises it.
 */
#ifndef GLASSBOX_ATTACK_RSA_RECORDING_H
#define GLASSBOX_ATTACK_RSA_RECORDING_H

#include "report.h"

/* Whether the argument is one: it ends in .rec. NULL is none. */
bool rsa_is_recording(const char *argument);

/* The short block of each wrapped key. The exit status. */
int rsa_recording_guess(const char *path, const struct report_options *options);

/* The K of a record that needs no private key. */
int rsa_recording_raise(const char *path, const struct report_options *options);

/* The verdict "not applicable" of the attack of that name. */
int rsa_recording_excuse(const char *path, const char *attack,
                         const struct report_options *options);

#endif
