/* The families of suites; see key_family.h. */
#include "key_family.h"
#include "channel.h"

#include <string.h>

static const char *const names[] = {[FAMILY_MODERN] = "modern", [FAMILY_TEXTBOOK] = "textbook"};

enum key_family key_family_of(struct channel_suite suite)
{
    return channel_suite_is_modern(suite) ? FAMILY_MODERN : FAMILY_TEXTBOOK;
}

const char *key_family_name(enum key_family family)
{
    return names[family];
}

bool key_family_parse(enum key_family *family, const char *text)
{
    *family = strcmp(text, names[FAMILY_TEXTBOOK]) == 0 ? FAMILY_TEXTBOOK : FAMILY_MODERN;
    return text[0] == '\0' || strcmp(text, names[*family]) == 0;
}

const char *key_family_mark(enum key_family family)
{
    return family == FAMILY_MODERN ? "" : names[family];
}
