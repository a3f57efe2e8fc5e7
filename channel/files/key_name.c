/*
 * Which names are legal; see key_name.h.
 */
#include "key_name.h"
#include "printable.h"
#include "utf8.h"

#include <stdio.h>
#include <string.h>

/* Letters without the marks, digits and signs that lie between them in Unicode's blocks. */
static const struct utf8_range letters[] = {
    {'0', '9'},       {'A', 'Z'},       {'a', 'z'},
    {0x00C0, 0x00D6}, {0x00D8, 0x00F6}, {0x00F8, 0x024F}, /* Latin */
    {0x0386, 0x0386}, {0x0388, 0x038A}, {0x038C, 0x038C},
    {0x038E, 0x03A1}, {0x03A3, 0x03F5}, /* Greek */
    {0x0400, 0x0481}, {0x048A, 0x052F}, /* Cyrillic */
    {0x0531, 0x0556}, {0x0561, 0x0587}, /* Armenian */
    {0x10D0, 0x10FA}, {0x1C90, 0x1CBA}, /* Georgian */
    {0x3041, 0x3096}, {0x30A1, 0x30FA}, /* kana */
    {0x3400, 0x4DBF}, {0x4E00, 0x9FFF}, /* Chinese, Japanese, Korean ideographs */
    {0xAC00, 0xD7A3},                   /* Hangul */
};

static bool is_letter(uint32_t character)
{
    return utf8_among(character, letters, sizeof(letters) / sizeof(letters[0]));
}

static bool refuse(struct problem *problem, const char *name, const char *why)
{
    char shown[PRINTABLE_SPACE(KEY_NAME_BYTES)];
    size_t bytes = strnlen(name, KEY_NAME_BYTES);
    printable_text(shown, sizeof(shown), name, bytes);
    problem_set(problem, "the name '%s' %s", shown, why);
    return problem_hint(problem, "a name has 1 to %d letters and digits, with . _ - inside",
                        KEY_NAME_CHARACTERS);
}

bool key_name_check(const char *name, struct problem *problem)
{
    size_t bytes = strlen(name), characters = 0;
    if (bytes == 0)
        return refuse(problem, name, "is empty");
    for (size_t at = 0, used; at < bytes; at += used, characters++) {
        uint32_t character = utf8_decode(name + at, bytes - at, &used);
        if (character == UTF8_INVALID)
            return refuse(problem, name, "is not UTF-8");
        if (is_letter(character))
            continue;
        if (character > 0x7F || strchr("._-", (int)character) == NULL) {
            char why[64];
            snprintf(why, sizeof(why), "has a character that names may not have: U+%04X",
                     (unsigned)character);
            return refuse(problem, name, why);
        }
        if (at == 0)
            return refuse(problem, name, "does not begin with a letter or a digit");
    }
    if (characters > KEY_NAME_CHARACTERS)
        return refuse(problem, name, "is too long");
    if (bytes >= 4 && strcmp(name + bytes - 4, ".csv") == 0)
        return refuse(problem, name, "ends in .csv, as files do");
    return true;
}
