/*
 * Breaks a repeating XOR: C[i] = P[i] xor K[i mod n].
 *
 * The length first: of each length, how like each other the bytes one key apart are (normalised
 * Hamming distance, and index of coincidence: both say that a column was XORed with one byte), and
 * what text and key would cost together. Then the key, by sym_pad_search.h: a column is a pad byte.
 *
 * What decides is the bits saved: 8 for each byte of ciphertext, less what the text costs by the
 * model, less 8 for each byte of the key. Random bytes save s bits or more once in 2^s tries, so a
 * key that saves 40 is no accident; and a key as long as the text never saves any, because all it
 * saves in the text it costs itself. That is the one-time pad, as a sum.
 */
#ifndef GLASSBOX_SYM_BREAK_XOR_H
#define GLASSBOX_SYM_BREAK_XOR_H

#include "sym_byte_model.h"
#include "sym_verdict.h"

#include <stdbool.h>

#define SYM_XOR_MAX_KEY_BYTES 256
#define SYM_XOR_LEAST_SAVED   40  /* bits, for a verdict of broken */
#define SYM_XOR_SURE_BITS     10. /* a key byte is sure if each other one costs so many bits more */

struct sym_xor_task {
    const struct sym_bytes *texts; /* ciphertexts; with each, the key begins anew */
    size_t count;
    size_t key_bytes;     /* 0: unknown, to be found */
    size_t max_key_bytes; /* 0: half of all bytes, up to SYM_XOR_MAX_KEY_BYTES */
};

/* What speaks for a length. */
struct sym_xor_length {
    double hamming;     /* bits that differ between bytes one key apart, of 8; random: 4 */
    double coincidence; /* chance that two bytes of a column are equal; random: 1/256 */
    double saved;       /* bits, by single bytes alone */
};

struct sym_xor_found {
    enum sym_verdict verdict;
    const char *why; /* not applicable: a half sentence */
    size_t key_bytes, max_key_bytes;
    uint8_t key[SYM_XOR_MAX_KEY_BYTES];
    bool is_sure[SYM_XOR_MAX_KEY_BYTES];
    size_t sure;
    double saved; /* bits; below 0 where the key costs more than it saves */
    uint64_t work;
    struct sym_xor_length lengths[SYM_XOR_MAX_KEY_BYTES + 1]; /* of 1 .. max_key_bytes */
};

/* False without memory. */
bool sym_break_xor(struct sym_xor_found *found, const struct sym_xor_task *task,
                   struct sym_byte_model *model) __attribute__((warn_unused_result));

/* XOR twice is XOR once, with a key as long as the least common multiple of the two lengths. Takes
 * such a key apart: K[i] = first[i mod *first_bytes] xor second[i mod *second_bytes], where
 * first[0] = 0, since nobody can tell a constant that is in both. False: it is no such key. */
bool sym_xor_twice(uint8_t *first, size_t *first_bytes, uint8_t *second, size_t *second_bytes,
                   const uint8_t *key, size_t key_bytes);

#endif
