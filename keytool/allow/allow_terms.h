/*
 * On which terms a key comes in: --name, --role, --quota, --expires and --comment, the same for
 * add, accept and set.
 */
#ifndef GLASSBOX_KEYTOOL_ALLOW_TERMS_H
#define GLASSBOX_KEYTOOL_ALLOW_TERMS_H

#include "allow_edit.h"
#include "option_table.h"

struct allow_terms {
    struct allow_new values; /* without the key */
    unsigned fields;         /* which of them were given: a sum of enum allow_field */
};
extern const struct option_table allow_terms_table; /* for a struct allow_terms; before: */
#define ALLOW_TERMS_NONE                                                                           \
    {                                                                                              \
        .values.quota = ALLOW_NO_QUOTA                                                             \
    }

/* Says so if the key is small; if its time is over already. */
void allow_terms_note_bits(const char *name, unsigned bits);
void allow_terms_note_expiry(const char *name, const char *expires);

#endif
