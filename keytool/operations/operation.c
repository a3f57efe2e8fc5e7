/*
 * The command line of encrypt, decrypt, sign and verify; see operation.h.
 */
#include "operation.h"
#include "console.h"
#include "home_option.h"
#include "number.h"
#include "rsa_text.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    OPTION_PADDING = 1,
    OPTION_PLAIN,
    OPTION_HEX,
    OPTION_BASE64,
    OPTION_NUMBER,
    OPTION_OUTPUT = 'o'
};

#define OPTIONS(paddings)                                                                            \
    {                                                                                                \
        {                                                                                            \
            "output", OPTION_OUTPUT, "FILE", 0, "Where the result goes (default: standard output)",  \
            0},                                                                                      \
            {"padding", OPTION_PADDING, paddings, 0, "The first is the default", 0},                 \
            {"plain",                                                                                \
             OPTION_PLAIN,                                                                           \
             NULL,                                                                                   \
             0,                                                                                      \
             "As other programs do it: without the label that keeps it apart from all else that "    \
             "the "                                                                                  \
             "key is used for",                                                                      \
             0},                                                                                     \
            {"hex", OPTION_HEX, NULL, 0, "The ciphertext or the signature is hexadecimal text", 0},  \
            {"base64", OPTION_BASE64, NULL, 0, "The ciphertext or the signature is base64 text", 0}, \
            {"number",                                                                               \
             OPTION_NUMBER,                                                                          \
             "N",                                                                                    \
             0,                                                                                      \
             "With --padding raw: this number, decimal or 0x, instead of a file; the result is "     \
             "one "                                                                                  \
             "too",                                                                                  \
             0},                                                                                     \
        {                                                                                            \
            0                                                                                        \
        }                                                                                            \
    }
const struct argp_option operation_cipher_options[] = OPTIONS("oaep|pkcs1v15|raw");
const struct argp_option operation_signature_options[] = OPTIONS("pss|pkcs1v15|raw");

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

static void parse_padding(struct operation *operation, const char *text,
                          const struct argp_state *state)
{
    enum padding other = is_signature(operation) ? PADDING_OAEP : PADDING_PSS;
    for (enum padding i = PADDING_RAW; i <= PADDING_PSS; i++) {
        if (i != other && strcmp(text, padding_names[i]) == 0) {
            operation->padding = i;
            return;
        }
    }
    console_usage(state, "--padding is '%s'; it can be %s, pkcs1v15 or raw", text,
                  is_signature(operation) ? "pss" : "oaep");
}

/* KEY [FILE]; of verify: KEY SIGNATURE [FILE]. */
static error_t parse_argument(struct operation *operation, char *argument)
{
    bool verify = operation->kind == OPERATION_VERIFY;
    if (operation->key_name == NULL)
        operation->key_name = argument;
    else if (verify && operation->signature == NULL)
        operation->signature = argument;
    else if (operation->input == NULL)
        operation->input = argument;
    else
        return ARGP_ERR_UNKNOWN;
    return 0;
}

static void check_together(struct operation *operation, const struct argp_state *state)
{
    if (operation->key_name == NULL)
        console_usage(state, "no key given");
    if (operation->kind == OPERATION_VERIFY && operation->signature == NULL)
        console_usage(state, "no signature given");
    if (operation->kind == OPERATION_VERIFY && operation->output != NULL)
        console_usage(state, "verify writes no file: there is nothing for -o");
    if (operation->padding == PADDING_DEFAULT)
        operation->padding = is_signature(operation) ? PADDING_PSS : PADDING_OAEP;
    bool has_label = operation->padding != PADDING_RAW &&
                     (is_signature(operation) || operation->padding == PADDING_OAEP);
    if (operation->plain && !has_label)
        console_usage(state, "--plain leaves out the label, and %s has none",
                      padding_name(operation->padding));
    if (operation->number == NULL)
        return;
    number_check(state, "--number", operation->number);
    if (operation->signature != NULL)
        number_check(state, "the signature", operation->signature);
    if (operation->padding != PADDING_RAW)
        console_usage(state, "--number goes with --padding raw: other paddings take bytes");
    if (operation->input != NULL)
        console_usage(state, "--number stands in the place of '%s'", operation->input);
    if (operation->form != DATA_BYTES)
        console_usage(state, "--number is written as a number, not with --hex or --base64");
}

error_t operation_parse(int key, char *argument, struct argp_state *state)
{
    struct operation *operation = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &operation->home;
        return 0;
    case OPTION_PADDING:
        parse_padding(operation, argument, state);
        return 0;
    case OPTION_PLAIN:
        operation->plain = true;
        return 0;
    case OPTION_HEX:
        operation->form = DATA_HEX;
        return 0;
    case OPTION_BASE64:
        operation->form = DATA_BASE64;
        return 0;
    case OPTION_NUMBER:
        operation->number = argument;
        return 0;
    case OPTION_OUTPUT:
        operation->output = argument;
        return 0;
    case ARGP_KEY_ARG:
        return parse_argument(operation, argument);
    case ARGP_KEY_END:
        check_together(operation, state);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

const struct argp_child operation_children[] = {{&home_argp, 0, NULL, 0}, {0}};

/* A raw power under the private key is what every signature and every opened secret ends in: so
 * keys that are used for those do no raw ones, and keys for raw ones nothing else. */
static bool fits_padding(const struct stored_key *key, const struct operation *operation,
                         struct problem *problem)
{
    if (operation->padding != PADDING_RAW)
        return stored_key_check_family(key, FAMILY_MODERN, problem);
    if (!rsa_key_is_private(key->key) || key->family == FAMILY_TEXTBOOK ||
        rsa_key_bits(key->key) < KEY_LEARNING_BITS)
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
    access.any_family = operation->padding == PADDING_RAW;
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

int operation_command(enum operation_kind kind, const struct argp *argp,
                      bool (*run)(const struct operation *operation, const struct rsa_key *key,
                                  struct problem *problem),
                      int argc, char **argv)
{
    struct operation operation = {.kind = kind};
    struct problem problem = {0};
    struct stored_key key;
    console_parse(argp, argc, argv, &operation);
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
                rsa_strerror(error));
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
    if (operation->number == NULL)
        return data_read(data, operation->input, form, limit, what, hint, problem);
    *data = (struct data){.bytes = malloc(RSA_MAX_BYTES)};
    if (data->bytes == NULL)
        return problem_memory(problem);
    if (rsa_text_to_bytes(data->bytes, &data->count, operation->number) == RSA_OK)
        return true;
    data_free(data);
    return problem_memory(problem); /* that it is a number is known */
}

/* Whoever calls for bytes on a screen gets a broken screen. */
static bool spares_terminal(const struct operation *operation, enum data_form form,
                            struct problem *problem)
{
    if (form != DATA_BYTES || operation->kind == OPERATION_DECRYPT || operation->output != NULL ||
        !isatty(STDOUT_FILENO))
        return true;
    problem_set(problem, "the result is bytes, which a terminal cannot show");
    return problem_hint(problem, "add -o FILE, --hex or --base64");
}

bool operation_write(const struct data *data, const struct operation *operation,
                     enum data_form form, struct problem *problem)
{
    if (operation->number != NULL)
        form = strncasecmp(operation->number, "0x", 2) == 0 ? DATA_NUMBER : DATA_DECIMAL;
    return spares_terminal(operation, form, problem) &&
           data_write(data, operation->output, form,
                      operation->kind == OPERATION_DECRYPT ? 0600 : 0666, problem);
}
