/*
 * The passphrase that a private key gets when it is written: options of gen, export and passwd.
 *
 * --passphrase-file and --passphrase-fd (home.h) open a key, these protect one; a command may do
 * both.
 */
#ifndef GLASSBOX_KEYTOOL_PROTECTION_H
#define GLASSBOX_KEYTOOL_PROTECTION_H

#include "key_access.h"
#include "option_table.h"

struct protection_options {
    bool wanted;                     /* --passphrase, or any that says where it comes from */
    struct passphrase_source source; /* --new-passphrase-file, --new-passphrase-fd */
    uint32_t iterations;             /* --iterations; 0: not given */
};

/* For a struct protection_options, {0} before. */
extern const struct option_table protection_table; /* with --passphrase: it has to be asked for */
extern const struct option_table new_passphrase_table; /* without: there is one in any case */

/* Gets the new passphrase; protection points into secret, which the caller wipes. An empty one,
 * which only a terminal can give, is for the caller to judge. */
bool protection_get(struct key_protection *protection, char secret[PASSPHRASE_BYTES],
                    const struct protection_options *options, const char *prompt,
                    struct problem *problem) __attribute__((warn_unused_result));

#endif
