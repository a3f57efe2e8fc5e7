/*
 * What it takes to open a private key, and what protects one that is written.
 *
 * At rest a private key may lie under a passphrase: PKCS#8 in PBES2 (pbes2.h), in NAME.key.csv as
 * in the files of other programs. The library asks for the passphrase through
 * key_access.passphrase; it never looks for a terminal by itself.
 */
#ifndef GLASSBOX_KEY_ACCESS_H
#define GLASSBOX_KEY_ACCESS_H

#include "key_family.h"
#include "lesson_seed.h"
#include "passphrase_source.h"

#include <stdbool.h>
#include <stdint.h>

#define KEY_FLAW_BYTES 16

/* What the file of a key says of it beside its numbers; {0}: of the modern suite, and no more. */
struct key_marks {
    bool published; /* an example: everybody has it */
    enum key_family family;
    struct seed_number seed;   /* under which it was made */
    char flaw[KEY_FLAW_BYTES]; /* it was made weak on purpose: "close"; "": it was not */
};

/* Where a key is loaded, NULL stands for a {0}: nothing out of the ordinary is allowed. */
struct key_access {
    bool allow_published;   /* published example keys may be used; see key_store.h */
    bool allow_seeded;      /* keys made under any --seed may be looked at */
    bool allow_flawed;      /* keys that are weak on purpose may be looked at */
    bool any_family;        /* the private half is kept or looked at, not used */
    enum key_family family; /* else: that it is used for; of a key that is made, too */
    /* --seed: its keys may be used, and new keys come from it. NULL: seeded keys are refused. */
    const struct lesson_seed *seed;
    struct passphrase_source passphrase; /* {0}: protected keys are refused */
    /* Hears what is odd about a file that is read all the same; NULL: nobody does. */
    void (*note)(const char *text);
};

/* OWASP's figure for PBKDF2-HMAC-SHA-256 (Password Storage Cheat Sheet, 2023); about a third of a
 * second of one core here. */
#define KEY_ITERATIONS       600000u
#define KEY_LEAST_ITERATIONS 10000u  /* that may be asked for */
#define KEY_FEW_ITERATIONS   100000u /* below this a file from elsewhere is worth a word */

/* Where a key is written, NULL stands for none: in the clear. */
struct key_protection {
    const char *passphrase;
    uint32_t iterations;
};

#endif
