/*
 * Numbers of any size on the command line: --number, --p, --q, --exponent.
 */
#ifndef GLASSBOX_KEYTOOL_NUMBER_H
#define GLASSBOX_KEYTOOL_NUMBER_H

#include "option_table.h"
#include "rsa_error.h"

/* Wrong usage if text is no number, or a too large one. what: "--p". */
void number_check(const struct argp_state *state, const char *what, const char *text);

/* The same as the value of an option; the field is a const char *. */
option_read number_read;

/* The exit status of a key that cannot be made of the numbers given. */
int number_status(enum rsa_error error);

#endif
