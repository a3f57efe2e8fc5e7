/*
 * Keys and nonces of a command line: --key, --key-text, --key-file, --nonce.
 *
 * What --key and --key-text say can be read by everybody on the machine while the program runs, and
 * stays in the shell's history: fine for a lesson. --key-file is for the rest.
 */
#ifndef GLASSBOX_CIPHER_KEY_OPTION_H
#define GLASSBOX_CIPHER_KEY_OPTION_H

#include "cipher_table.h"
#include "option_table.h"

#define KEY_FILE_LIMIT ((size_t)64 * 1024 * 1024) /* a one-time pad is as long as the text */

struct key_options {
    const char *key, *text, *file, *nonce;
};
extern const struct option_table key_table;

struct cipher_key {
    uint8_t *bytes; /* wiped when freed */
    size_t count;
    uint32_t *letters; /* CIPHER_LETTERS: indices in the alphabet, instead of bytes */
    bool has_nonce;
    uint8_t nonce[CIPHER_MAX_NONCE_BYTES];
};

/* A key that fits the cipher. *status: CONSOLE_USAGE if the command line is to blame. Free it. */
bool key_read(struct cipher_key *key, enum console_status *status, const struct cipher *cipher,
              const struct key_options *options, struct problem *problem)
    __attribute__((warn_unused_result));
void key_free(struct cipher_key *key); /* fine on a {0} */

/* Hexadecimal digits to bytes; false if they are none, or not `least` to `most` bytes. */
bool key_hex(uint8_t *out, size_t *bytes, const char *digits, size_t length, size_t most);

#endif
