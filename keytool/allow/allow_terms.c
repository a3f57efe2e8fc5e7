/*
 * On which terms a key comes in; see allow_terms.h.
 */
#include "allow_terms.h"
#include "console.h"
#include "home_option.h"
#include "key_store.h"

#include <string.h>

enum { OPTION_NAME = 0x3000, OPTION_ROLE, OPTION_QUOTA, OPTION_EXPIRES, OPTION_COMMENT };

static void parse_quota(struct allow_new *values, const char *text, const struct argp_state *state)
{
    if (strcmp(text, "none") == 0)
        values->quota = ALLOW_NO_QUOTA;
    else if (!allow_quota_parse(&values->quota, text))
        console_usage(state,
                      "--quota is '%s'; it can be a size such as 500M, below 16777216T, or none",
                      text);
}

static void parse_expires(struct allow_new *values, const char *text,
                          const struct argp_state *state)
{
    time_t at;
    values->expires = strcmp(text, "never") == 0 ? "" : text;
    if (values->expires[0] != '\0' && !allow_expires_parse(&at, text))
        console_usage(state,
                      "--expires is '%s'; it can be a day such as 2026-12-31, a time such as "
                      "2026-12-31T18:00:00Z, or never",
                      text);
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct allow_terms *terms = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        *terms = (struct allow_terms){.values.quota = ALLOW_NO_QUOTA};
        return 0;
    case OPTION_NAME:
        terms->values.name = argument[0] == '\0' ? "" : key_name_option(state, "--name", argument);
        terms->fields |= ALLOW_SET_NAME;
        return 0;
    case OPTION_ROLE:
        if (!allow_role_parse(&terms->values.role, argument))
            console_usage(state, "--role is '%s'; it can be user or admin", argument);
        terms->fields |= ALLOW_SET_ROLE;
        return 0;
    case OPTION_QUOTA:
        parse_quota(&terms->values, argument, state);
        terms->fields |= ALLOW_SET_QUOTA;
        return 0;
    case OPTION_EXPIRES:
        parse_expires(&terms->values, argument, state);
        terms->fields |= ALLOW_SET_EXPIRES;
        return 0;
    case OPTION_COMMENT:
        terms->values.comment = argument;
        terms->fields |= ALLOW_SET_COMMENT;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

const struct argp allow_terms_argp = {
    .options =
        (const struct argp_option[]){
            {"name", OPTION_NAME, "NAME", 0, "The name it goes by", 0},
            {"role", OPTION_ROLE, "user|admin", 0, "What it may do on the server", 0},
            {"quota", OPTION_QUOTA, "SIZE|none", 0,
             "How much it may store: bytes, or 500M, 2G; none for no limit", 0},
            {"expires", OPTION_EXPIRES, "DATE|never", 0,
             "Until when it may come in: a day (to its end, in UTC), a time such as "
             "2026-12-31T18:00:00Z, or never",
             0},
            {"comment", OPTION_COMMENT, "TEXT", 0, "A note for people", 0},
            {0}},
    .parser = parse,
};

void allow_terms_note_bits(const char *name, unsigned bits)
{
    if (bits < KEY_LEARNING_BITS)
        console_note("%s: this key of %u bits is for learning only: the modern suite refuses it",
                     name, bits);
}

void allow_terms_note_expiry(const char *name, const char *expires)
{
    time_t at;
    if (expires != NULL && expires[0] != '\0' && allow_expires_parse(&at, expires) &&
        time(NULL) >= at)
        console_note("%s: %s is over: the key is not let in", name, expires);
}
