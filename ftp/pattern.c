/* Patterns of names: one walk over the name, which goes back to the last star alone. */
#include "pattern.h"

#include "utf8.h"

#include <string.h>

bool pattern_is_one(const char *text)
{
    return strpbrk(text, "*?[\\") != NULL;
}

/* The character in front; text moves behind it. Bytes that are no UTF-8 differ from all else. */
static uint32_t take(const char **text)
{
    size_t used;
    uint32_t character = utf8_decode(*text, strnlen(*text, UTF8_MAX_BYTES), &used);
    if (character == UTF8_INVALID)
        character = 0x110000U + (unsigned char)**text;
    *text += used;
    return character;
}

static uint32_t take_escaped(const char **text)
{
    if (**text == '\\' && (*text)[1])
        ++*text;
    return take(text);
}

/* [set]: *inside says whether the character is in it. NULL: the bracket is never closed, and is a
 * character like any other. */
static const char *match_set(const char *set, uint32_t character, bool *inside)
{
    bool negated = *set == '!' || *set == '^', found = false;
    set += negated;
    for (const char *begin = set; *set && (*set != ']' || set == begin);) {
        uint32_t first = take_escaped(&set), last = first;
        if (set[0] == '-' && set[1] && set[1] != ']') {
            set++;
            last = take_escaped(&set);
        }
        found = found || (first <= character && character <= last);
    }
    *inside = found != negated;
    return *set ? set + 1 : NULL;
}

/* One character of the name against what stands in front of the pattern; both move on. */
static bool match_one(const char **pattern, const char **name)
{
    const char *behind;
    bool inside;
    uint32_t character = take(name);
    if (**pattern == '?') {
        ++*pattern;
        return true;
    }
    if (**pattern == '[' && (behind = match_set(*pattern + 1, character, &inside))) {
        *pattern = behind;
        return inside;
    }
    return take_escaped(pattern) == character;
}

bool pattern_matches(const char *pattern, const char *name)
{
    const char *star = NULL, *retry = NULL;
    if (name[0] == '.' && pattern[pattern[0] == '\\'] != '.')
        return false;
    while (*name) {
        if (*pattern == '*') {
            star = ++pattern;
            retry = name;
        } else if (!*pattern || !match_one(&pattern, &name)) {
            if (!star)
                return false;
            take(&retry); /* the star takes one more */
            name = retry;
            pattern = star;
        }
    }
    return pattern[strspn(pattern, "*")] == '\0';
}
