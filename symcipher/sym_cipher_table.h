/*
 * A row of the table of sym_cipher.h. Inside the library.
 */
#ifndef GLASSBOX_SYM_CIPHER_TABLE_H
#define GLASSBOX_SYM_CIPHER_TABLE_H

#include "sym_cipher.h"

/* out = in with one key byte for each byte; position: bytes that went before, since the key starts
 * again when it is used up. bytes and key_bytes are at least 1. In place is fine. */
typedef void sym_bytewise(uint8_t *out, const uint8_t *in, size_t bytes, const uint8_t *key,
                          size_t key_bytes, uint64_t position);

struct sym_cipher {
    const char *name, *summary;
    size_t key_bytes; /* what to draw; 0: as long as the text */
    size_t min_key_bytes, max_key_bytes;
    sym_bytewise *encrypt, *decrypt;       /* either both of these, */
    const struct sym_block_cipher *blocks; /* or this one, in CBC mode */
};

#endif
