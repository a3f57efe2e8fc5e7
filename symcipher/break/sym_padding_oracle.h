/*
 * A message under CBC without the key, from one who decrypts what he is sent and tells whether the
 * padding was right (Vaudenay 2002).
 *
 *     the last byte of D(C) xor X is 01 for one X in 256: then the last byte of D(C) is X xor 01;
 *     and so on to the left, with 02 02, 03 03 03, ... No key, whatever the block cipher.
 */
#ifndef GLASSBOX_SYM_PADDING_ORACLE_H
#define GLASSBOX_SYM_PADDING_ORACLE_H

#include "sym_cbc.h"
#include "sym_verdict.h"

#define SYM_PADDING_GUESSES     256
#define SYM_PADDING_QUERY_BYTES (2 * SYM_CBC_BLOCK_BYTES)

/* A block of the attacker's in front of one of the message's. */
struct sym_padding_query {
    uint8_t bytes[SYM_PADDING_QUERY_BYTES];
};

struct sym_padding_oracle {
    /* Whether the padding of each decrypts right. False: the line is gone. */
    bool (*ask)(void *context, bool *right, const struct sym_padding_query *queries, size_t count);
    void *context;
};

/* One byte found, or one query that was tried on the way to it. */
struct sym_padding_step {
    size_t at;            /* of the byte, in the padded plaintext */
    const uint8_t *query; /* SYM_PADDING_QUERY_BYTES */
    uint8_t guess;        /* the byte of the query in front of it */
    uint8_t pad;          /* that the plaintext of the query is to end in */
    bool right;           /* what was answered */
    bool found;           /* the byte is known now: */
    uint8_t plain;
    uint64_t queries; /* so far */
};
struct sym_padding_listener {
    void (*hear)(void *context, const struct sym_padding_step *step); /* NULL: nobody */
    void *context;
};

struct sym_padding_result {
    enum sym_verdict verdict;
    const char *why; /* of resisted and not applicable; "" */
    uint64_t queries;
    size_t known; /* bytes at the end of the padded plaintext */
};

/* sealed: the IV, then whole blocks; out: room for bytes - 16, the padded plaintext, of which the
 * last `known` bytes are right. wanted: how many bytes to find, from the end; 0: all. At most 257
 * queries a byte. */
void sym_break_padding(struct sym_padding_result *result, uint8_t *out, const uint8_t *sealed,
                       size_t bytes, size_t wanted, const struct sym_padding_oracle *oracle,
                       const struct sym_padding_listener *listener);

#endif
