/*
 * What every user of secrets needs: named errors, a wipe that stays, a constant-time comparison.
 */
#ifndef GLASSBOX_SYM_MEMORY_H
#define GLASSBOX_SYM_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum sym_error {
    SYM_OK = 0,
    SYM_ERR_KEY_BYTES, /* the key is shorter or longer than the cipher takes */
    SYM_ERR_LENGTH,    /* the input is too long, too short, or no whole number of blocks */
    SYM_ERR_SPACE,     /* the output buffer is too small */
    SYM_ERR_PADDING,   /* the padding of the last block is wrong (classic ciphers only) */
    SYM_ERR_AUTH,      /* the message is not authentic; one code, without detail */
};

/* One sentence in lower case, without a full stop. Never NULL. */
const char *sym_strerror(enum sym_error error);

/* Overwrites bytes with zeros in a way the optimiser may not remove. */
void sym_wipe(void *data, size_t bytes);

/* From secret to public: on what comes out one may branch. A function, and not only a comment, so
 * that tests/secrets sees each branch on a secret but those behind this door. */
uint64_t sym_reveal(uint64_t value);

/* True if both are equal: the answer is revealed, the bytes are not. CT: bytes. */
bool sym_equal(const void *a, const void *b, size_t bytes);

#endif
