/*
 * Wiping: see rsa_memory.h. GMP manual, sections "Custom Allocation" and "Integer Internals".
 */
#include "rsa_memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *allocate(size_t bytes)
{
    void *block = malloc(bytes);
    if (!block)
        abort(); /* GMP cannot go on without, and cannot be told */
    return block;
}

static void release(void *block, size_t bytes)
{
    if (block) {
        explicit_bzero(block, bytes);
        free(block);
    }
}

/* realloc(3) would leave the old limbs behind wherever it moves. */
static void *move(void *block, size_t old_bytes, size_t new_bytes)
{
    void *moved = allocate(new_bytes);
    memcpy(moved, block, old_bytes < new_bytes ? old_bytes : new_bytes);
    release(block, old_bytes);
    return moved;
}

void rsa_memory_wipe(void)
{
    mp_set_memory_functions(allocate, move, release);
}

void rsa_mpz_wipe(mpz_t x)
{
    if (x->_mp_alloc > 0)
        explicit_bzero(x->_mp_d, (size_t)x->_mp_alloc * sizeof(mp_limb_t));
    mpz_clear(x);
}

enum { FRAME_BYTES = 4096 };

/* One frame of zeros, and the next one below it. Not a tail call: the frame is still needed. */
static __attribute__((noinline)) void scrub(size_t bytes)
{
    unsigned char frame[FRAME_BYTES];
    explicit_bzero(frame, sizeof(frame));
    if (bytes > FRAME_BYTES)
        scrub(bytes - FRAME_BYTES);
    __asm__ volatile("" : : "r"(frame) : "memory");
}

/* GMP takes temporaries below 64 KiB from the stack (its manual: "Build Options",
 * alloca=reentrant), several of them at once, each a few times as long as its operands. Measured by
 * tests/unit/rsa_memory.c. */
void rsa_scrub_stack(size_t bits)
{
    scrub((size_t)16 * 1024 + bits * 16);
}
