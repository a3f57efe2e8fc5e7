/*
 * keytool encrypt and keytool decrypt: one block of RSA (RFC 8017 section 7).
 */
#include "channel_hash.h"
#include "key_labels.h"
#include "keytool.h"
#include "operation.h"
#include "option_table.h"
#include "rsa_raw.h"

#include <stdlib.h>
#include <string.h>

/* The longest message that fits. */
static size_t message_limit(const struct operation *operation, const struct rsa_key *key)
{
    switch (operation->padding) {
    case PADDING_OAEP:
        return rsa_oaep_max_bytes(key, &channel_hash);
    case PADDING_PKCS1V15:
        return rsa_pkcs1_max_bytes(key);
    default:
        return rsa_key_bytes(key);
    }
}

/* The label of OAEP; "" of other programs. */
static const char *label_of(const struct operation *operation)
{
    return operation->plain ? "" : key_label_text(KEY_LABEL_MESSAGE);
}

static enum rsa_error encrypt(uint8_t *out, const struct operation *operation,
                              const struct rsa_key *key, const struct data *message)
{
    const char *label = label_of(operation);
    switch (operation->padding) {
    case PADDING_OAEP:
        return rsa_oaep_encrypt(out, key, &channel_hash, label, strlen(label), message->bytes,
                                message->count, NULL);
    case PADDING_PKCS1V15:
        return rsa_pkcs1_encrypt(out, key, message->bytes, message->count, NULL);
    default:
        return rsa_public(out, key, message->bytes, message->count);
    }
}

static enum rsa_error decrypt(struct data *out, const struct operation *operation,
                              const struct rsa_key *key, const struct data *sealed)
{
    const char *label = label_of(operation);
    switch (operation->padding) {
    case PADDING_OAEP:
        return rsa_oaep_decrypt(out->bytes, &out->count, key, &channel_hash, label, strlen(label),
                                sealed->bytes, sealed->count, NULL);
    case PADDING_PKCS1V15:
        return rsa_pkcs1_decrypt(out->bytes, &out->count, key, sealed->bytes, sealed->count, NULL);
    default:
        out->count = rsa_key_bytes(key);
        return rsa_private(out->bytes, key, sealed->bytes, sealed->count, NULL);
    }
}

bool operation_encrypt(struct data *out, const struct operation *operation,
                       const struct rsa_key *key, struct problem *problem)
{
    struct data message;
    char hint[128];
    snprintf(hint, sizeof(hint),
             "%s under this key of %u bits takes at most %zu bytes; keytool seal takes any file",
             padding_name(operation->padding), rsa_key_bits(key), message_limit(operation, key));
    if (!operation_read_raw(&message, operation, DATA_BYTES, message_limit(operation, key),
                            "the message", hint, problem))
        return false;
    *out = (struct data){calloc(1, RSA_MAX_BYTES), rsa_key_bytes(key)};
    enum rsa_error error = !out->bytes ? RSA_ERR_MEMORY
                                       : encrypt(out->bytes, operation, key, &message);
    data_free(&message);
    if (error == RSA_OK)
        return true;
    data_free(out);
    return operation_failed(problem, operation, error);
}

bool operation_decrypt(struct data *out, const struct operation *operation,
                       const struct rsa_key *key, struct problem *problem)
{
    struct data sealed;
    if (!operation_read_raw(&sealed, operation, operation->form, rsa_key_bytes(key),
                            "the ciphertext", NULL, problem))
        return false;
    *out = (struct data){calloc(1, RSA_MAX_BYTES), 0};
    enum rsa_error error = !out->bytes ? RSA_ERR_MEMORY : decrypt(out, operation, key, &sealed);
    data_free(&sealed);
    if (error == RSA_OK)
        return true;
    data_free(out); /* the operation has zeroed what it did not release */
    return operation_failed(problem, operation, error);
}

int keytool_encrypt(int argc, char **argv)
{
    return operation_command(
        OPERATION_ENCRYPT, "NAME|FILE [MESSAGE]",
        "Encrypts a short message to a public key, from a file or standard input."
        "\vExamples:\n"
        "  keytool encrypt boris letter.txt -o letter.rsa\n"
        "  echo hello | keytool encrypt ./boris.pub.csv --base64\n"
        "  keytool encrypt textbook --padding raw --number 65",
        argc, argv);
}

int keytool_decrypt(int argc, char **argv)
{
    return operation_command(OPERATION_DECRYPT, "NAME|FILE [CIPHERTEXT]",
                             "Decrypts with a private key, from a file or standard input."
                             "\vExamples:\n"
                             "  keytool decrypt boris letter.rsa -o letter.txt\n"
                             "  keytool decrypt boris --base64 < letter.b64\n"
                             "  keytool decrypt textbook --padding raw --number 2790",
                             argc, argv);
}
