/*
 * One spelling for each answer; see answer_form.h.
 */
#include "answer_form.h"

#include "fingerprint.h"
#include "hexadecimal.h"
#include "translate.h"
#include "utf8.h"

#include <ctype.h>
#include <gmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const struct {
    const char *name, *hint;
} forms[ANSWER_FORMS] = {
    [ANSWER_NUMBER] = {"number", N_("a whole number, decimal or hexadecimal after 0x")},
    [ANSWER_BYTES] = {"bytes", N_("bytes in hexadecimal, two digits each")},
    [ANSWER_NUMBERS] = {"numbers", N_("whole numbers as Python prints them: '[3, -1, 16]'")},
    [ANSWER_TEXT] = {"text", N_("words; capital letters and the number of blanks do not count")},
    [ANSWER_FINGERPRINT] = {"fingerprint", N_("a fingerprint: SHA256: and 43 letters")},
};

const char *answer_form_name(enum answer_form form)
{
    return forms[form].name;
}

enum answer_form answer_form_named(const char *name)
{
    unsigned form = 0;
    while (form < ANSWER_FORMS && strcmp(forms[form].name, name) != 0)
        form++;
    return (enum answer_form)form;
}

const char *answer_form_hint(enum answer_form form)
{
    return _(forms[form].hint);
}

/* What only parts digits from each other, or holds them together: blanks, _, ', :, and those of
 * Unicode that a word processor puts between thousands. */
static size_t separator(const char *at)
{
    static const char *const wide[] = {"\u00a0", "\u2009", "\u202f", "\u2019"};
    if (*at != '\0' && (isspace((unsigned char)*at) || strchr("_':", *at)))
        return 1;
    for (size_t i = 0; i < sizeof(wide) / sizeof(*wide); i++)
        if (strncmp(at, wide[i], strlen(wide[i])) == 0)
            return strlen(wide[i]);
    return 0;
}

/* Behind "d =", if the answer begins so. */
static const char *behind_name(const char *typed)
{
    const char *at = typed;
    while (isspace((unsigned char)*at))
        at++;
    const char *name = at;
    while (isalnum((unsigned char)*at) || *at == '_')
        at++;
    if (at == name || isdigit((unsigned char)*name))
        return typed;
    while (isspace((unsigned char)*at))
        at++;
    return *at == '=' ? at + 1 : typed;
}

/* The digits alone, in small letters, without 0x (then *prefixed). False if there is anything else,
 * nothing, or too much. */
static bool digits(char out[ANSWER_BYTES_MAX], bool *prefixed, const char *typed)
{
    size_t length = 0;
    const char *at = behind_name(typed);
    *prefixed = false;
    while (*at != '\0') {
        size_t skip = separator(at);
        if (!skip && length == 1 && out[0] == '0' && (*at == 'x' || *at == 'X') && !*prefixed) {
            *prefixed = true;
            length = 0;
            skip = 1;
        }
        if (!skip && (!isxdigit((unsigned char)*at) || length + 1 >= ANSWER_BYTES_MAX))
            return false;
        if (!skip)
            out[length++] = (char)tolower((unsigned char)*at);
        at += skip ? skip : 1;
    }
    out[length] = '\0';
    return length > 0;
}

/* Decimal digits of any size fit where hexadecimal ones have come from: log10(16) < 1.21. */
static bool spell_number(char out[ANSWER_BYTES_MAX], const char *typed)
{
    bool prefixed;
    if (!digits(out, &prefixed, typed))
        return false;
    int base = prefixed || strpbrk(out, "abcdef") ? 16 : 10;
    mpz_t number;
    mpz_init(number);
    bool fits = mpz_set_str(number, out, base) == 0 &&
                mpz_sizeinbase(number, 10) + 1 < ANSWER_BYTES_MAX;
    if (fits)
        mpz_get_str(out, 10, number);
    mpz_clear(number);
    return fits;
}

static bool spell_bytes(char out[ANSWER_BYTES_MAX], size_t size, const char *typed)
{
    bool prefixed;
    if (!digits(out, &prefixed, typed))
        return false;
    size_t length = strlen(out), wanted = size ? 2 * size : length + length % 2;
    size_t zeros = strspn(out, "0");
    if (length > wanted) { /* zeros that are too many in front do no harm either */
        size_t drop = length - wanted;
        if (drop > zeros)
            drop = zeros;
        memmove(out, out + drop, length - drop + 1);
        length -= drop;
        wanted = length > wanted ? length + length % 2 : wanted;
    }
    if (wanted >= ANSWER_BYTES_MAX)
        return false;
    memmove(out + (wanted - length), out, length + 1);
    memset(out, '0', wanted - length);
    return true;
}

/* A list of them, as Python prints it or as people type it. */
static bool spell_numbers(char out[ANSWER_BYTES_MAX], const char *typed)
{
    static const char between[] = " \t\r\n,;[](){}";
    size_t length = 0;
    for (const char *at = behind_name(typed); *(at += strspn(at, between)) != '\0';) {
        bool minus = *at == '-';
        at += minus;
        size_t count = strspn(at, "0123456789");
        if (count == 0 || (at[count] != '\0' && !strchr(between, at[count])))
            return false;
        size_t zeros = strspn(at, "0");
        zeros -= zeros == count; /* 0 itself is one */
        if (length + count + sizeof(" -") > ANSWER_BYTES_MAX)
            return false;
        length += (size_t)sprintf(out + length, "%s%s%.*s", length > 0 ? " " : "",
                                  minus && at[zeros] != '0' ? "-" : "", (int)(count - zeros),
                                  at + zeros);
        at += count;
    }
    return length > 0;
}

static uint32_t small_letter(uint32_t character)
{
    if (character < 0x80)
        return (uint32_t)tolower((int)character);
    if (character >= 0x410 && character <= 0x42f) /* А to Я */
        return character + 0x20;
    if (character == 0x401 || character == 0x451) /* Ё and ё are typed as е as often as not */
        return 0x435;
    return character;
}

static bool is_quote(uint32_t character)
{
    static const uint32_t quotes[] = {'"',    '\'',   '`',    0xab,   0xbb,
                                      0x2018, 0x2019, 0x201c, 0x201d, 0x201e};
    for (size_t i = 0; i < sizeof(quotes) / sizeof(*quotes); i++)
        if (character == quotes[i])
            return true;
    return false;
}

/* Whether a quote here stands at an end of the whole text: an apostrophe inside a word stays. */
static bool at_an_end(const char *typed, const char *at, size_t used)
{
    const char *before = typed + strspn(typed, " \t\r\n");
    const char *after = at + used;
    return at == before || after[strspn(after, " \t\r\n")] == '\0';
}

static bool spell_text(char out[ANSWER_BYTES_MAX], const char *typed)
{
    size_t length = 0, bytes = strlen(typed), used;
    bool blank = false;
    for (const char *at = typed; *at != '\0'; at += used) {
        uint32_t character = utf8_decode(at, bytes - (size_t)(at - typed), &used);
        if (character == UTF8_INVALID || length + UTF8_MAX_BYTES + 1 >= ANSWER_BYTES_MAX)
            return false;
        if (character == 0xa0 || (character < 0x80 && isspace((int)character))) {
            blank = true;
            continue;
        }
        if (is_quote(character) && at_an_end(typed, at, used))
            continue;
        if (blank && length > 0)
            out[length++] = ' ';
        blank = false;
        length += utf8_encode(out + length, small_letter(character));
    }
    out[length] = '\0';
    return length > 0;
}

static bool spell_fingerprint(char out[ANSWER_BYTES_MAX], const char *typed)
{
    char text[FINGERPRINT_TEXT_BYTES];
    const char *at = typed + strspn(typed, " \t\r\n");
    size_t length = strcspn(at, " \t\r\n=");
    if (strncasecmp(at, "SHA256:", 7) == 0) {
        at += 7;
        length -= 7;
    }
    if (length != FINGERPRINT_TEXT_BYTES - 8)
        return false;
    snprintf(text, sizeof(text), "SHA256:%.*s", (int)length, at);
    at += length;
    if (at[strspn(at, " \t\r\n=")] != '\0' || !fingerprint_parse(NULL, text))
        return false;
    memcpy(out, text, sizeof(text));
    return true;
}

bool answer_spell(char out[ANSWER_BYTES_MAX], enum answer_form form, size_t size, const char *typed)
{
    bool is = (form == ANSWER_NUMBER && spell_number(out, typed)) ||
              (form == ANSWER_BYTES && spell_bytes(out, size, typed)) ||
              (form == ANSWER_NUMBERS && spell_numbers(out, typed)) ||
              (form == ANSWER_TEXT && spell_text(out, typed)) ||
              (form == ANSWER_FINGERPRINT && spell_fingerprint(out, typed));
    if (!is)
        out[0] = '\0';
    return is;
}
