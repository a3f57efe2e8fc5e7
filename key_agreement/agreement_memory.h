/*
 * Secrets in memory: a wipe that stays, and the door from secret to public.
 */
#ifndef GLASSBOX_AGREEMENT_MEMORY_H
#define GLASSBOX_AGREEMENT_MEMORY_H

#include <stddef.h>
#include <stdint.h>

/* Overwrites bytes with zeros in a way the optimiser may not remove. */
void agreement_wipe(void *data, size_t bytes);

/* Overwrites 8 KiB of stack below the caller: what the calls before left there. A build that is not
 * optimised, or has sanitizers, may leave more. */
void agreement_scrub_stack(void);

/* From secret to public: on what comes out one may branch. A function, and not only a comment, so
 * that tests/secrets sees each branch on a secret but those behind this door. */
uint64_t agreement_reveal(uint64_t value);

#endif
