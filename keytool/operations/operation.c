/*
 * The command line of encrypt, decrypt, sign and verify; see operation.h.
 */
#include "operation.h"
#include "home_option.h"
#include "number.h"
#include "option_table.h"
#include "rsa_text.h"
#include "translate.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const padding_names[] = {
    [PADDING_RAW] = "raw",
    [PADDING_PKCS1V15] = "pkcs1v15",
    [PADDING_OAEP] = "oaep",
    [PADDING_PSS] = "pss",
};

const char *padding_name(enum padding padding)
{
    return padding_names[padding];
}

static bool is_signature(const struct operation *operation)
{
    return operation->kind == OPERATION_SIGN || operation->kind == OPERATION_VERIFY;
}

static void read_padding(void *field, const char *what, const char *text,
                         const struct argp_state *state)
{
    struct operation *operation = field;
    enum padding other = is_signature(operation) ? PADDING_OAEP : PADDING_PSS;
    for (enum padding i = PADDING_RAW; i <= PADDING_PSS; i++) {
        if (i != other && strcmp(text, padding_names[i]) == 0) {
            operation->padding = i;
            return;
        }
    }
    console_usage(state, "%s is '%s'; it can be %s, pkcs1v15 or raw", what, text,
                  is_signature(operation) ? "pss" : "oaep");
}

static void check(void *field, const struct argp_state *state)
{
    struct operation *operation = field;
    if (operation->kind == OPERATION_VERIFY && operation->output)
        console_usage(state, "verify writes no file: there is nothing for -o");
    if (operation->padding == PADDING_DEFAULT)
        operation->padding = is_signature(operation) ? PADDING_PSS : PADDING_OAEP;
    bool has_label = operation->padding != PADDING_RAW &&
                     (is_signature(operation) || operation->padding == PADDING_OAEP);
    if (operation->plain && !has_label)
        console_usage(state, "--plain leaves out the label, and %s has none",
                      padding_name(operation->padding));
    if (!operation->number)
        return;
    number_check(state, "--number", operation->number);
    if (operation->signature)
        number_check(state, "the signature", operation->signature);
    if (operation->padding != PADDING_RAW)
        console_usage(state, "--number goes with --padding raw: other paddings take bytes");
    if (operation->input)
        console_usage(state, "--number stands in the place of '%s'", operation->input);
    if (operation->form != DATA_BYTES)
        console_usage(state, "--number is written as a number, not with --hex or --base64");
}

#define S struct operation
static const struct option_row common_rows[] = {
    FLAG(S, plain, "plain", 0,
         "As other programs do it: without the label that keeps it apart from all else that the "
         "key is used for"),
    SET(S, form, "hex", 0, "The ciphertext or the signature is hexadecimal text", DATA_HEX),
    SET(S, form, "base64", 0, "The ciphertext or the signature is base64 text", DATA_BASE64),
    TEXT(S, number, "number", 0, "N",
         "With --padding raw: this number, decimal or 0x, instead of a file; the result is one "
         "too"),
    GROUP(S, home, home_table),
    {0}};
static const struct option_table common = {.rows = common_rows};

#define COMMON_ROWS(paddings)                                                                      \
    READ_ALL("padding", 0, paddings, "The first is the default", read_padding),                    \
        {.kind = KIND_GROUP, .group = &common},                                                    \
    {                                                                                              \
        0                                                                                          \
    }
static const struct option_row cipher_rows[] = {ARGUMENT(S, key_name, "no key given"),
                                                ARGUMENT(S, input, NULL),
                                                COMMON_ROWS("oaep|pkcs1v15|raw")};
static const struct option_row sign_rows[] = {ARGUMENT(S, key_name, "no key given"),
                                              ARGUMENT(S, input, NULL),
                                              COMMON_ROWS("pss|pkcs1v15|raw")};
static const struct option_row verify_rows[] = {
    ARGUMENT(S, key_name, "no key given"), ARGUMENT(S, signature, "no signature given"),
    ARGUMENT(S, input, NULL), COMMON_ROWS("pss|pkcs1v15|raw")};

const struct option_table operation_tables[] = {
    [OPERATION_ENCRYPT] = {cipher_rows, NULL, NULL, check},
    [OPERATION_DECRYPT] = {cipher_rows, NULL, NULL, check},
    [OPERATION_SIGN] = {sign_rows, NULL, NULL, check},
    [OPERATION_VERIFY] = {verify_rows, NULL, NULL, check}};

/* A raw power under the private key is what every signature and every opened secret ends in: so
 * keys that are used for those do no raw ones, and keys for raw ones nothing else. */
static bool fits_padding(const struct stored_key *key, const struct operation *operation,
                         struct problem *problem)
{
    if (operation->padding != PADDING_RAW)
        return stored_key_check_family(key, FAMILY_MODERN, problem);
    if (!rsa_key_is_private(key->key) || key->marks.family == FAMILY_TEXTBOOK ||
        key->marks.flaw[0] != '\0' || rsa_key_bits(key->key) < KEY_LEARNING_BITS)
        return true;
    problem_set(problem,
                "%s is a key of the modern suite: raw RSA with it would sign anything in its "
                "name",
                key->path);
    return problem_hint(problem, "keytool gen NAME --suite textbook makes a key for raw RSA");
}

bool operation_load_key(struct stored_key *key, const struct operation *operation,
                        struct problem *problem)
{
    struct home home;
    struct key_access access = operation->home.access;
    bool private = operation->kind == OPERATION_DECRYPT || operation->kind == OPERATION_SIGN;
    access.any_family = access.allow_flawed = operation->padding == PADDING_RAW;
    *key = (struct stored_key){0};
    if (!home_find(&home, operation->home.directory, problem) ||
        !key_store_find(key, &home, operation->key_name, private ? KEY_PRIVATE : KEY_PUBLIC,
                        &access, problem))
        return false;
    if (!fits_padding(key, operation, problem)) {
        stored_key_free(key);
        return false;
    }
    if (operation->padding == PADDING_RAW)
        console_note("raw RSA is for learning only: the same message gives the same result, and "
                     "products of results are results");
    return true;
}

/* Whoever calls for bytes on a screen gets a broken screen. */
static bool spares_terminal(const struct operation *operation, enum data_form form,
                            struct problem *problem)
{
    if (form != DATA_BYTES || operation->kind == OPERATION_DECRYPT || operation->output ||
        !isatty(STDOUT_FILENO))
        return true;
    problem_set(problem, "the result is bytes, which a terminal cannot show");
    return problem_hint(problem, "add -o FILE, --hex or --base64");
}

/* Bytes for the output, or with --number a number, in the base in which that was given. */
static bool write_result(const struct data *data, const struct operation *operation,
                         struct problem *problem)
{
    bool decrypt = operation->kind == OPERATION_DECRYPT;
    enum data_form form = decrypt ? DATA_BYTES : operation->form;
    if (operation->number)
        form = strncasecmp(operation->number, "0x", 2) == 0 ? DATA_NUMBER : DATA_DECIMAL;
    return spares_terminal(operation, form, problem) &&
           data_write(data, operation->output, form, decrypt ? 0600 : 0666, problem);
}

static bool run(const struct operation *operation, const struct rsa_key *key,
                struct problem *problem)
{
    static bool (*const computes[])(struct data *, const struct operation *, const struct rsa_key *,
                                    struct problem *) = {operation_encrypt, operation_decrypt,
                                                         operation_sign};
    struct data out = {0};
    if (operation->kind == OPERATION_VERIFY) {
        bool good = operation_verify(operation, key, problem);
        if (good)
            puts(operation->plain ? "the plain signature is good" : "the signature is good");
        return good;
    }
    bool done = computes[operation->kind](&out, operation, key, problem) &&
                write_result(&out, operation, problem);
    data_free(&out);
    return done;
}

int operation_command(enum operation_kind kind, const char *arguments, const char *text, int argc,
                      char **argv)
{
    struct operation operation = {.kind = kind};
    struct problem problem = {0};
    struct stored_key key;
    const struct option_row rows[] = {
        TEXT(S, output, "output", 'o', "FILE", "Where the result goes (default: standard output)"),
        {.kind = KIND_GROUP, .group = &operation_tables[kind]},
        {0}};
    const struct option_table table = {.rows = rows, .arguments = arguments, .text = text};
    console_parse(&table, argc, argv, &operation);
    if (!data_check_output(operation.output, operation.input, &problem) ||
        !operation_load_key(&key, &operation, &problem))
        return console_problem(&problem, CONSOLE_FAILED);
    bool done = run(&operation, key.key, &problem);
    stored_key_free(&key);
    return done ? CONSOLE_DONE : console_problem(&problem, CONSOLE_FAILED);
}

bool operation_failed(struct problem *problem, const struct operation *operation,
                      enum rsa_error error)
{
    static const char *const verbs[] = {"encrypt", "decrypt", "sign", "verify"};
    problem_set(problem, "cannot %s with %s: %s", verbs[operation->kind], operation->key_name,
                translate(rsa_strerror(error)));
    if (error == RSA_ERR_DECRYPT)
        problem_hint(problem, "it was made for another key, with another padding, by another "
                              "program (--plain), or is damaged");
    if (error == RSA_ERR_RANGE)
        problem_hint(problem, "raw RSA takes a number below n: keytool show %s --decimal",
                     operation->key_name);
    return false;
}

bool operation_read_raw(struct data *data, const struct operation *operation, enum data_form form,
                        size_t limit, const char *what, const char *hint, struct problem *problem)
{
    if (!operation->number)
        return data_read(data, operation->input, form, limit, what, hint, problem);
    *data = (struct data){.bytes = malloc(RSA_MAX_BYTES)};
    if (!data->bytes)
        return problem_memory(problem);
    if (rsa_text_to_bytes(data->bytes, &data->count, operation->number) == RSA_OK)
        return true;
    data_free(data);
    return problem_memory(problem); /* that it is a number is known */
}
