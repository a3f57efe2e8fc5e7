/*
 * What encrypt, decrypt, sign and verify have in common: a key, a padding, something in, something
 * out, and the options that say so.
 */
#ifndef GLASSBOX_KEYTOOL_OPERATION_H
#define GLASSBOX_KEYTOOL_OPERATION_H

#include "data.h"
#include "home.h"
#include "home_option.h"
#include "key_store.h"
#include "option_table.h"

enum padding { PADDING_DEFAULT, PADDING_RAW, PADDING_PKCS1V15, PADDING_OAEP, PADDING_PSS };

enum operation_kind { OPERATION_ENCRYPT, OPERATION_DECRYPT, OPERATION_SIGN, OPERATION_VERIFY };

struct operation {
    enum operation_kind kind; /* set before parsing */
    struct home_options home;
    const char *key_name, *signature, *input, *output;
    enum padding padding;
    bool plain;          /* as other programs do it: without a label (key_labels.h) */
    enum data_form form; /* of the ciphertext or the signature */
    const char *number;  /* raw: in the place of the input; NULL: not given */
};

/* NULL if it is PADDING_DEFAULT. */
const char *padding_name(enum padding padding);

/* What the options of all four are made of, but for --output; for a struct operation. */
extern const struct option_table operation_tables[]; /* by kind */

/* The whole command: parses, loads the key (the private half for decrypt and sign), runs, says what
 * went wrong. Returns the exit status. */
int operation_command(enum operation_kind kind, const char *arguments, const char *text, int argc,
                      char **argv);

/* What the four do, but for the writing: reads the input, computes; out->bytes is new. verify says
 * in the problem if the signature is not good. */
bool operation_encrypt(struct data *out, const struct operation *operation,
                       const struct rsa_key *key, struct problem *problem)
    __attribute__((warn_unused_result));
bool operation_decrypt(struct data *out, const struct operation *operation,
                       const struct rsa_key *key, struct problem *problem)
    __attribute__((warn_unused_result));
bool operation_sign(struct data *out, const struct operation *operation, const struct rsa_key *key,
                    struct problem *problem) __attribute__((warn_unused_result));
bool operation_verify(const struct operation *operation, const struct rsa_key *key,
                      struct problem *problem) __attribute__((warn_unused_result));

/* Loads the key as this kind needs it; says so if the padding is raw. */
bool operation_load_key(struct stored_key *key, const struct operation *operation,
                        struct problem *problem) __attribute__((warn_unused_result));

/* The sentence for an error of bignum_rsa. Always false. */
bool operation_failed(struct problem *problem, const struct operation *operation,
                      enum rsa_error error);

/* What raw RSA takes: --number, or the bytes of the input in this form. */
bool operation_read_raw(struct data *data, const struct operation *operation, enum data_form form,
                        size_t limit, const char *what, const char *hint, struct problem *problem)
    __attribute__((warn_unused_result));

#endif
