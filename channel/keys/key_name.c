/*
 * Which names are legal; see key_name.h.
 */
#include "key_name.h"
#include "printable.h"
#include "translate.h"
#include "utf8.h"

#include <stdio.h>
#include <string.h>

enum script { NO_SCRIPT, LATIN, GREEK, CYRILLIC, ARMENIAN, GEORGIAN, EASTERN };
static const char *const script_names[] = {
    [LATIN] = N_("Latin"),       [GREEK] = N_("Greek"),       [CYRILLIC] = N_("Cyrillic"),
    [ARMENIAN] = N_("Armenian"), [GEORGIAN] = N_("Georgian"),
};

/* Letters without the marks, digits and signs that lie between them in Unicode's blocks; nor those
 * that look like two letters or like a sign (U+0132, U+0149, U+017F, U+01C0 to U+01CC, U+01F1). */
static const struct {
    struct utf8_range range;
    enum script script;
} letters[] = {
    {{'0', '9'}, NO_SCRIPT},      {{'A', 'Z'}, LATIN},          {{'a', 'z'}, LATIN},
    {{0x00C0, 0x00D6}, LATIN},    {{0x00D8, 0x00F6}, LATIN},    {{0x00F8, 0x0131}, LATIN},
    {{0x0134, 0x0148}, LATIN},    {{0x014A, 0x017E}, LATIN},    {{0x0180, 0x01BF}, LATIN},
    {{0x01CD, 0x01F0}, LATIN},    {{0x01F4, 0x024F}, LATIN},    {{0x0386, 0x0386}, GREEK},
    {{0x0388, 0x038A}, GREEK},    {{0x038C, 0x038C}, GREEK},    {{0x038E, 0x03A1}, GREEK},
    {{0x03A3, 0x03F5}, GREEK},    {{0x0400, 0x0481}, CYRILLIC}, {{0x048A, 0x052F}, CYRILLIC},
    {{0x0531, 0x0556}, ARMENIAN}, {{0x0561, 0x0587}, ARMENIAN}, {{0x10D0, 0x10FA}, GEORGIAN},
    {{0x1C90, 0x1CBA}, GEORGIAN}, {{0x3041, 0x3096}, EASTERN}, /* 3041, 30A1: kana */
    {{0x30A1, 0x30FA}, EASTERN},  {{0x3400, 0x4DBF}, EASTERN}, /* 3400, 4E00: Chinese */
    {{0x4E00, 0x9FFF}, EASTERN},  {{0xAC00, 0xD7A3}, EASTERN}, /* AC00: Hangul */
};

static bool is_letter(enum script *script, uint32_t character)
{
    for (size_t i = 0; i < sizeof(letters) / sizeof(letters[0]); i++) {
        if (utf8_among(character, &letters[i].range, 1)) {
            *script = letters[i].script;
            return true;
        }
    }
    return false;
}

static bool refuse_why(struct problem *problem, const char *name, const char *why)
{
    char shown[PRINTABLE_SPACE(KEY_NAME_BYTES)];
    size_t bytes = strnlen(name, KEY_NAME_BYTES);
    printable_text(shown, sizeof(shown), name, bytes);
    return problem_set(problem, "the name '%s' %s", shown, translate(why));
}

static bool refuse(struct problem *problem, const char *name, const char *why)
{
    refuse_why(problem, name, why);
    return problem_hint(problem, "a name has 1 to %d letters and digits, with . _ - inside",
                        KEY_NAME_CHARACTERS);
}

static bool refuse_character(struct problem *problem, const char *name, uint32_t character)
{
    char why[160];
    snprintf(why, sizeof(why), _("has a character that names may not have: U+%04X"),
             (unsigned)character);
    return refuse(problem, name, why);
}

/* Words keep to one alphabet: nobody sees that the first letter is of another than the rest. */
static bool refuse_mix(struct problem *problem, const char *name, enum script one,
                       enum script other)
{
    char why[160];
    snprintf(why, sizeof(why), _("mixes %s and %s letters in one word"),
             translate(script_names[one]), translate(script_names[other]));
    refuse_why(problem, name, why);
    return problem_hint(problem, "type the whole word in one alphabet: some of their letters look "
                                 "the same");
}

bool key_name_check(const char *name, struct problem *problem)
{
    size_t bytes = strlen(name), characters = 0;
    enum script word = NO_SCRIPT, script;
    if (bytes == 0)
        return refuse(problem, name, N_("is empty"));
    for (size_t at = 0, used; at < bytes; at += used, characters++) {
        uint32_t character = utf8_decode(name + at, bytes - at, &used);
        if (character == UTF8_INVALID)
            return refuse(problem, name, N_("is not UTF-8"));
        if (is_letter(&script, character)) {
            if (script == NO_SCRIPT || script == EASTERN)
                continue;
            if (word != NO_SCRIPT && word != script)
                return refuse_mix(problem, name, word, script);
            word = script;
            continue;
        }
        if (character > 0x7F || !strchr("._-", (int)character))
            return refuse_character(problem, name, character);
        if (at == 0)
            return refuse(problem, name, N_("does not begin with a letter or a digit"));
        word = NO_SCRIPT;
    }
    if (characters > KEY_NAME_CHARACTERS)
        return refuse(problem, name, N_("is too long"));
    if (bytes >= 4 && strcmp(name + bytes - 4, ".csv") == 0)
        return refuse(problem, name, N_("ends in .csv, as files do"));
    return true;
}
