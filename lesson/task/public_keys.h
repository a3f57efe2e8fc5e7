/*
 * Public keys for tasks that only look at them: moduli of 2048 random bits, of which nobody has the
 * primes; and what is written of them.
 */
#ifndef GLASSBOX_LESSON_PUBLIC_KEYS_H
#define GLASSBOX_LESSON_PUBLIC_KEYS_H

#include "fingerprint.h"
#include "task.h"
#include "task_random.h"

#include <stdio.h>

#define TASK_MODULUS_BYTES 256

struct task_public_key {
    uint8_t n[TASK_MODULUS_BYTES];
    char fingerprint[FINGERPRINT_TEXT_BYTES];
};

/* e is 65537. */
void task_public_key_draw(struct task_public_key *key, struct task_random *random);
/* The fingerprint anew, of an n that was changed. */
void task_public_key_name(struct task_public_key *key);
/* The usual wrong way to make it by hand: n in front of e. */
void task_public_key_swapped(char text[FINGERPRINT_TEXT_BYTES], const struct task_public_key *key);

/* A row of allowed.csv. family: "" or "textbook"; expires: "" or a day. The header comes first. */
void task_allowed_header(FILE *out);
void task_allowed_row(FILE *out, const struct task_public_key *key, const char *name,
                      const char *family, const char *expires);

#endif
