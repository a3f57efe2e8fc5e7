/*
 * On which terms a key comes in; see allow_terms.h.
 */
#include "allow_terms.h"
#include "home_option.h"
#include "key_store.h"
#include "option_table.h"

#include <string.h>

static void read_name(void *field, const char *what, const char *text,
                      const struct argp_state *state)
{
    *(const char **)field = "";
    if (text[0] != '\0')
        key_name_read(field, what, text, state);
}

static void read_role(void *field, const char *what, const char *text,
                      const struct argp_state *state)
{
    struct allow_terms *terms = field;
    if (!allow_role_parse(&terms->values.role, text))
        console_usage(state, "%s is '%s'; it can be user or admin", what, text);
    terms->fields |= ALLOW_SET_ROLE;
}

static void read_quota(void *field, const char *what, const char *text,
                       const struct argp_state *state)
{
    struct allow_terms *terms = field;
    if (strcmp(text, "none") == 0)
        terms->values.quota = ALLOW_NO_QUOTA;
    else if (!allow_quota_parse(&terms->values.quota, text))
        console_usage(state, "%s is '%s'; it can be a size such as 500M, below 16777216T, or none",
                      what, text);
    terms->fields |= ALLOW_SET_QUOTA;
}

static void read_expires(void *field, const char *what, const char *text,
                         const struct argp_state *state)
{
    time_t at;
    *(const char **)field = strcmp(text, "never") == 0 ? "" : text;
    if (strcmp(text, "never") != 0 && text[0] != '\0' && !allow_expires_parse(&at, text))
        console_usage(state,
                      "%s is '%s'; it can be a day such as 2026-12-31, a time such as "
                      "2026-12-31T18:00:00Z, or never",
                      what, text);
}

static void note_fields(void *field, const struct argp_state *state)
{
    struct allow_terms *terms = field;
    (void)state;
    terms->fields |= (terms->values.name ? ALLOW_SET_NAME : 0) |
                     (terms->values.expires ? ALLOW_SET_EXPIRES : 0) |
                     (terms->values.comment ? ALLOW_SET_COMMENT : 0);
}

#define S struct allow_terms
static const struct option_row rows[] = {
    READ(S, values.name, "name", 0, "NAME", "The name it goes by", read_name),
    READ_ALL("role", 0, "user|admin", "What it may do on the server", read_role),
    READ_ALL("quota", 0, "SIZE|none",
             "How much it may store: bytes, or 500M, 2G; none for no limit", read_quota),
    READ(S, values.expires, "expires", 0, "DATE|never",
         "Until when it may come in: a day (to its end, in UTC), a time such as "
         "2026-12-31T18:00:00Z, or never",
         read_expires),
    TEXT(S, values.comment, "comment", 0, "TEXT", "A note for people"),
    {0}};

const struct option_table allow_terms_table = {rows, NULL, NULL, note_fields};

void allow_terms_note_bits(const char *name, unsigned bits)
{
    if (bits < KEY_LEARNING_BITS)
        console_note("%s: this key of %u bits is for learning only: the modern suite refuses it",
                     name, bits);
}

void allow_terms_note_expiry(const char *name, const char *expires)
{
    time_t at;
    if (expires && expires[0] != '\0' && allow_expires_parse(&at, expires) && time(NULL) >= at)
        console_note("%s: %s is over: the key is not let in", name, expires);
}
