/*
 * The passphrase that a private key gets; see protection.h.
 */
#include "protection.h"
#include "console.h"
#include "passphrase_option.h"
#include "pbes2.h"

enum { OPTION_PASSPHRASE = 0x2000, OPTION_FILE, OPTION_DESCRIPTOR, OPTION_ITERATIONS };

static error_t parse_new(int key, char *argument, struct argp_state *state)
{
    struct protection_options *options = state->input;
    switch (key) {
    case OPTION_FILE:
        options->source.file = argument;
        options->wanted = true;
        return 0;
    case OPTION_DESCRIPTOR:
        options->source.descriptor = (int)console_number(state, "--new-passphrase-fd", argument, 0,
                                                         PASSPHRASE_LAST_DESCRIPTOR);
        options->source.has_descriptor = true;
        options->wanted = true;
        return 0;
    case OPTION_ITERATIONS:
        options->iterations = (uint32_t)console_number(state, "--iterations", argument,
                                                       KEY_LEAST_ITERATIONS, PBES2_MOST_ITERATIONS);
        return 0;
    case ARGP_KEY_END:
        if (options->source.file != NULL && options->source.has_descriptor)
            console_usage(state,
                          "--new-passphrase-file and --new-passphrase-fd exclude each other");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

const struct argp new_passphrase_argp = {
    .options =
        (const struct argp_option[]){
            {"new-passphrase-file", OPTION_FILE, "FILE", 0,
             "The new passphrase is the first line of FILE (else it is asked for)", 0},
            {"new-passphrase-fd", OPTION_DESCRIPTOR, "N", 0,
             "The new one is the next line of the open descriptor N", 0},
            {"iterations", OPTION_ITERATIONS, "N", 0,
             "Rounds of PBKDF2, what each guess at the new passphrase costs (default 600000)", 0},
            {0}},
    .parser = parse_new,
};

static error_t parse(int key, char *argument, struct argp_state *state)
{
    (void)argument;
    struct protection_options *options = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = options;
        return 0;
    case OPTION_PASSPHRASE:
        options->wanted = true;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

const struct argp protection_argp = {
    .options = (const struct argp_option[]){{"passphrase", OPTION_PASSPHRASE, NULL, 0,
                                             "Protect it by a passphrase, which is asked for", 0},
                                            {0}},
    .parser = parse,
    .children = (const struct argp_child[]){{&new_passphrase_argp, 0, NULL, 0}, {0}},
};

bool protection_get(struct key_protection *protection, char secret[PASSPHRASE_BYTES],
                    const struct protection_options *options, const char *prompt,
                    struct problem *problem)
{
    *protection = (struct key_protection){
        .passphrase = secret,
        .iterations = options->iterations == 0 ? KEY_ITERATIONS : options->iterations};
    return passphrase_get_new(secret, &options->source, prompt, problem);
}
