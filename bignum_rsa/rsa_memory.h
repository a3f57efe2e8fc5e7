/*
 * Wiping: what a private key leaves behind in memory, and how it is taken away.
 *
 * This library wipes all that it allocates itself. GMP keeps temporaries of its own in two places,
 * and both may hold limbs of p, q and d:
 *   - on the stack: scrubbed here after every call that touched a private number;
 *   - on the heap: wiped only if the program asks for it with rsa_memory_wipe(), because GMP's
 *     memory functions belong to the whole program and not to a library.
 */
#ifndef GLASSBOX_RSA_MEMORY_H
#define GLASSBOX_RSA_MEMORY_H

#include <gmp.h>
#include <stddef.h>

/* Makes GMP wipe every block that it frees or moves. Call it first in main, before any mpz_init and
 * before any thread. GMP has no way to report a lack of memory: allocation then aborts, as it does
 * with GMP's own functions; numbers in this library are at most RSA_MAX_BITS long. */
void rsa_memory_wipe(void);

/* Wipes the limbs of x, those beyond its size too, and clears it. For private numbers in mpz_t. */
void rsa_mpz_wipe(mpz_t x);

/* Overwrites the stack below the caller: what GMP and compilers left there. bits: the size of the
 * numbers just worked with. */
void rsa_scrub_stack(size_t bits);

#endif
