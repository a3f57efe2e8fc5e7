/*
 * The passphrase that a private key gets; see protection.h.
 */
#include "protection.h"
#include "home_option.h"
#include "option_table.h"
#include "passphrase_option.h"
#include "pbes2.h"

static void check(void *field, const struct argp_state *state)
{
    struct protection_options *options = field;
    if (options->source.file && options->source.has_descriptor)
        console_usage(state, "--new-passphrase-file and --new-passphrase-fd exclude each other");
    options->wanted |= passphrase_source_given(&options->source);
}

#define S struct protection_options
static const struct option_row new_rows[] = {
    TEXT(S, source.file, "new-passphrase-file", 0, "FILE",
         "The new passphrase is the first line of FILE (else it is asked for)"),
    READ(S, source, "new-passphrase-fd", 0, "N",
         "The new one is the next line of the open descriptor N", passphrase_read_source),
    NUMBER(S, iterations, "iterations", 0, "N",
           "Rounds of PBKDF2, what each guess at the new passphrase costs (default 600000)",
           KEY_LEAST_ITERATIONS, PBES2_MOST_ITERATIONS),
    {0}};

const struct option_table new_passphrase_table = {new_rows, NULL, NULL, check};

static const struct option_row rows[] = {
    FLAG(S, wanted, "passphrase", 0, "Protect it by a passphrase, which is asked for"),
    {.kind = KIND_GROUP, .group = &new_passphrase_table},
    {0}};

const struct option_table protection_table = {.rows = rows};

bool protection_get(struct key_protection *protection, char secret[PASSPHRASE_BYTES],
                    const struct protection_options *options, const char *prompt,
                    struct problem *problem)
{
    *protection = (struct key_protection){
        .passphrase = secret,
        .iterations = options->iterations == 0 ? KEY_ITERATIONS : options->iterations};
    return passphrase_get_new(secret, &options->source, prompt, problem);
}
