/*
 * What the letters of a text tell: how often each is there, entropy, index of coincidence, and what
 * repeats itself. Nothing here prints or allocates.
 */
#ifndef GLASSBOX_CIPHER_COUNTS_H
#define GLASSBOX_CIPHER_COUNTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define COUNTS_MOST         256 /* letters of an alphabet */
#define COUNTS_REPEATS      5
#define COUNTS_REPEAT_LEAST 3   /* letters; shorter ones mean little */
#define COUNTS_REPEAT_MOST  200 /* letters; longer ones are not measured */

/* letters: indices below COUNTS_MOST. */
void counts_take(size_t counts[COUNTS_MOST], const uint8_t *letters, size_t count);

/* Shannon's, in bits a letter. */
double counts_entropy(const size_t counts[COUNTS_MOST], size_t count);

/* The chance that two letters, drawn without putting back, are the same (Friedman 1920). 0 for
 * fewer than two. */
double counts_coincidence(const size_t counts[COUNTS_MOST], size_t count);

struct counts_repeat {
    size_t first, second; /* places, from 0 */
    size_t length;
};
/* The longest pieces that stand at two places, longest first, at most COUNTS_REPEATS; of a piece
 * that stands at several places neighbouring ones may each be named. order: room for count places.
 * Work: a sort of all places. Returns how many. */
size_t counts_repeats(struct counts_repeat repeats[COUNTS_REPEATS], const uint8_t *letters,
                      size_t count, uint32_t *order);

#endif
