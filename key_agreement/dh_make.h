/*
 * Groups made to order: a random safe prime p = 2 q + 1, and a g whose order is q.
 *
 * For learning how it is done, and how long it takes. Real use takes a named group, which many have
 * looked at and which nobody could choose.
 */
#ifndef GLASSBOX_DH_MAKE_H
#define GLASSBOX_DH_MAKE_H

#include "dh.h"

#define DH_MIN_MADE_BITS 4 /* p = 11 */

/* How far it is, now and then; on average `expected` candidates are tried, often half or twice as
 * many. */
struct dh_progress {
    void (*tried)(void *context, unsigned long tried, unsigned long expected);
    void *context;
};

/* p of exactly `bits` bits, g = 2 or 3. source and progress may be NULL. The cost grows with the
 * fifth power of the size: 1024 bits take seconds, 2048 about a minute, 4096 half an hour, 8192 most
 * of a day. DH_ERR_SIZE, DH_ERR_RANDOM, DH_ERR_MEMORY. CT: no; a group is public. */
enum dh_error dh_group_make(struct dh_group **group, unsigned bits, const struct dh_random *source,
                            const struct dh_progress *progress) __attribute__((warn_unused_result));

#endif
