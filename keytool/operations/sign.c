/*
 * keytool sign and keytool verify: signatures of files of any size (RFC 8017 section 8). The file
 * is read once, in pieces; raw signs the number itself, without a hash.
 */
#include "channel_hash.h"
#include "key_labels.h"
#include "keytool.h"
#include "operation.h"
#include "option_table.h"
#include "read_full.h"
#include "rsa_raw.h"
#include "rsa_text.h"
#include "sym_sha256.h"
#include "translate.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PIECE_BYTES = 64 * 1024 };

/* SHA-256 of the whole input, in pieces; and whether it begins like a label of ours. */
static bool hash_input(uint8_t digest[SYM_SHA256_BYTES], bool *labelled, const char *path,
                       struct problem *problem)
{
    uint8_t piece[PIECE_BYTES];
    struct sym_sha256 state;
    int descriptor = data_open(path, problem);
    ssize_t got;
    bool first = true;
    *labelled = false;
    if (descriptor < 0)
        return false;
    sym_sha256_init(&state);
    while ((got = read_full(descriptor, piece, sizeof(piece))) > 0) {
        if (first)
            *labelled = key_label_begins(piece, (size_t)got);
        first = false;
        sym_sha256_update(&state, piece, (size_t)got);
    }
    sym_sha256_final(digest, &state);
    if (got < 0)
        problem_errno(problem, "cannot read %s", !path ? "standard input" : path);
    close(descriptor);
    explicit_bzero(piece, sizeof(piece));
    return got == 0;
}

/* What is signed: the hash of the message, and the same under the label of documents. */
struct digests {
    uint8_t plain[SYM_SHA256_BYTES], labelled[SYM_SHA256_BYTES];
};

/* A plain signature of a message that begins like our labels would be one of another protocol. */
static bool digest_message(struct digests *digests, const struct operation *operation,
                           struct problem *problem)
{
    bool like_a_label;
    if (!hash_input(digests->plain, &like_a_label, operation->input, problem))
        return false;
    key_label_digest(digests->labelled, KEY_LABEL_DOCUMENT, digests->plain, SYM_SHA256_BYTES);
    if (!operation->plain || !like_a_label)
        return true;
    problem_set(problem, "the message begins like what our own protocols sign");
    return problem_hint(problem, operation->kind == OPERATION_SIGN
                                     ? "a plain signature of it could open a talk, or seal a file, "
                                       "in your name; without --plain it cannot"
                                     : "such a signature is no word on a document");
}

/* --- sign ------------------------------------------------------------------------------------ */

static bool sign_raw(uint8_t *out, const struct operation *operation, const struct rsa_key *key,
                     struct problem *problem)
{
    struct data message;
    if (!operation_read_raw(&message, operation, DATA_BYTES, rsa_key_bytes(key), "the message",
                            "raw signs a number below n; pss and pkcs1v15 sign any file", problem))
        return false;
    enum rsa_error error = rsa_private(out, key, message.bytes, message.count, NULL);
    data_free(&message);
    return error == RSA_OK || operation_failed(problem, operation, error);
}

static bool sign_padded(uint8_t *out, const struct operation *operation, const struct rsa_key *key,
                        struct problem *problem)
{
    struct digests digests;
    if (!digest_message(&digests, operation, problem))
        return false;
    const uint8_t *digest = operation->plain ? digests.plain : digests.labelled;
    enum rsa_error error = operation->padding == PADDING_PSS
                               ? rsa_pss_sign(out, key, &channel_hash, digest, NULL, NULL)
                               : rsa_pkcs1_sign(out, key, &channel_hash, digest, NULL);
    return error == RSA_OK || operation_failed(problem, operation, error);
}

bool operation_sign(struct data *out, const struct operation *operation, const struct rsa_key *key,
                    struct problem *problem)
{
    *out = (struct data){calloc(1, RSA_MAX_BYTES), rsa_key_bytes(key)};
    if (!out->bytes)
        return problem_memory(problem);
    if (operation->padding == PADDING_RAW ? sign_raw(out->bytes, operation, key, problem)
                                          : sign_padded(out->bytes, operation, key, problem))
        return true;
    data_free(out);
    return false;
}

/* --- verify ---------------------------------------------------------------------------------- */

static bool read_signature(struct data *signature, const struct operation *operation,
                           const struct rsa_key *key, struct problem *problem)
{
    if (!operation->number)
        return data_read(signature, operation->signature, operation->form, rsa_key_bytes(key),
                         "the signature", NULL, problem);
    *signature = (struct data){.bytes = malloc(RSA_MAX_BYTES)};
    if (!signature->bytes)
        return problem_memory(problem);
    if (rsa_text_to_bytes(signature->bytes, &signature->count, operation->signature) == RSA_OK)
        return true;
    data_free(signature);
    return problem_memory(problem); /* that it is a number is known */
}

static const uint8_t *without_zeros(size_t *bytes, const uint8_t *number)
{
    for (; *bytes > 0 && *number == 0; number++)
        --*bytes;
    return number;
}

/* RFC 8017 5.2.2: s^e mod n is the message, as a number. */
static enum rsa_error verify_raw(const struct rsa_key *key, const struct data *signature,
                                 const struct data *message)
{
    uint8_t got[RSA_MAX_BYTES]; /* not secret, not wiped */
    enum rsa_error error = rsa_public(got, key, signature->bytes, signature->count);
    size_t got_bytes = rsa_key_bytes(key), want_bytes = message->count;
    const uint8_t *want = without_zeros(&want_bytes, message->bytes);
    const uint8_t *found = without_zeros(&got_bytes, got);
    if (error != RSA_OK)
        return error == RSA_ERR_RANGE ? RSA_ERR_VERIFY : error;
    return got_bytes == want_bytes && memcmp(found, want, want_bytes) == 0 ? RSA_OK
                                                                           : RSA_ERR_VERIFY;
}

static enum rsa_error verify_digest(const struct operation *operation, const struct rsa_key *key,
                                    const struct data *signature, const uint8_t *digest)
{
    /* Strangers make salts of other lengths than the hash's, and 9.1.2 lets them. */
    return operation->padding == PADDING_PSS
               ? rsa_pss_verify(signature->bytes, signature->count, key, &channel_hash, digest,
                                RSA_PSS_ANY_SALT)
               : rsa_pkcs1_verify(signature->bytes, signature->count, key, &channel_hash, digest);
}

/* A signature that is not of the kind asked for: of the other? Always false. */
static bool explain_other(const struct operation *operation, const struct rsa_key *key,
                          const struct data *signature, const struct digests *digests,
                          struct problem *problem)
{
    struct rsa_key *copy; /* a walk listens to the key itself */
    bool other = rsa_key_public_copy(&copy, key) == RSA_OK &&
                 verify_digest(operation, copy, signature,
                               operation->plain ? digests->labelled : digests->plain) == RSA_OK;
    rsa_key_free(copy);
    if (!other)
        return problem_set(problem, "%s", translate(rsa_strerror(RSA_ERR_VERIFY)));
    problem_set(problem, operation->plain ? "the signature is not a plain one, but keytool's own"
                                          : "the signature is a plain one, not keytool's own");
    return problem_hint(problem, operation->plain
                                     ? "it is good: check it without --plain"
                                     : "with --plain it is checked as other programs make it");
}

static bool verify_padded(const struct operation *operation, const struct rsa_key *key,
                          const struct data *signature, struct problem *problem)
{
    struct digests digests;
    if (!digest_message(&digests, operation, problem))
        return false;
    return verify_digest(operation, key, signature,
                         operation->plain ? digests.plain : digests.labelled) == RSA_OK ||
           explain_other(operation, key, signature, &digests, problem);
}

static bool verify(const struct operation *operation, const struct rsa_key *key,
                   const struct data *signature, struct problem *problem)
{
    struct data message;
    if (operation->padding != PADDING_RAW)
        return verify_padded(operation, key, signature, problem);
    if (!operation_read_raw(&message, operation, DATA_BYTES, rsa_key_bytes(key), "the message",
                            NULL, problem))
        return false;
    enum rsa_error error = verify_raw(key, signature, &message);
    data_free(&message);
    return error == RSA_OK || problem_set(problem, "%s", translate(rsa_strerror(error)));
}

bool operation_verify(const struct operation *operation, const struct rsa_key *key,
                      struct problem *problem)
{
    struct data signature;
    if (!read_signature(&signature, operation, key, problem))
        return false;
    bool good = verify(operation, key, &signature, problem);
    data_free(&signature);
    return good;
}

int keytool_sign(int argc, char **argv)
{
    return operation_command(
        OPERATION_SIGN, "NAME|FILE [MESSAGE]",
        "Signs a file, or standard input, with a private key, as a document and nothing else: "
        "the signature covers a label that says so. With --plain it is one for other programs."
        "\vExamples:\n"
        "  keytool sign anna report.pdf -o report.sig\n"
        "  tar c folder | keytool sign anna --base64\n"
        "  keytool sign anna report.pdf --plain -o report.sig   (for openssl dgst -verify)\n"
        "  keytool sign textbook --padding raw --number 65",
        argc, argv);
}

int keytool_verify(int argc, char **argv)
{
    return operation_command(
        OPERATION_VERIFY, "NAME|FILE SIGNATURE [MESSAGE]",
        "Checks the signature of a file, or of standard input, with a public key: the exit status "
        "is 0 if it is good, and 1 if not. With --plain it is one that any program could have "
        "made; with --number, SIGNATURE is a number."
        "\vExamples:\n"
        "  keytool verify anna report.sig report.pdf\n"
        "  keytool verify anna report.sig report.pdf --plain\n"
        "  keytool verify textbook 588 --padding raw --number 65",
        argc, argv);
}
