/*
 * gettext, where no locale of the language needs to be installed; see translate.h.
 *
 * gettext says nothing of another language while the locale of messages is "C", but C.UTF-8, which
 * every system with glibc has, is enough for it; which catalogue is read is then LANGUAGE's to say.
 */
#include "translate.h"

#include <libintl.h>
#include <locale.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ENGLISH    "en"
#define PATH_BYTES 4096
/* The first word of a .mo file (GNU gettext manual, "The Format of GNU MO Files"). */
#define MO_MAGIC      0x950412de
#define MO_HEADER     28
#define MO_HEADER_1   48 /* of revision 1 */
#define ENTRY_PLACE   4
#define ENTRY_TEXT    8 /* a length, and a place */
#define CATALOGUE_MAX (16 << 20)

const char *translate(const char *text)
{
    return text[0] == '\0' ? text : dgettext(TRANSLATE_DOMAIN, text);
}

const char *translate_count(const char *one, const char *many, unsigned long count)
{
    return dngettext(TRANSLATE_DOMAIN, one, many, count);
}

static bool is_english(const char *language)
{
    return strcmp(language, ENGLISH) == 0;
}

static bool is_on;

bool translate_is_on(void)
{
    return is_on;
}

/* --- a catalogue that can be read ------------------------------------------------------------- */
/* gettext believes what a file says of itself, and reads where there is nothing. So it gets none that
 * is cut short, or that is no catalogue at all. */

static char *read_file(const char *path, size_t *bytes)
{
    FILE *file = fopen(path, "rbe");
    long size = file && fseek(file, 0, SEEK_END) == 0 ? ftell(file) : -1;
    char *data = size > 0 && size <= CATALOGUE_MAX ? malloc((size_t)size) : NULL;
    *bytes = (size_t)size;
    bool read = data && fseek(file, 0, SEEK_SET) == 0 && fread(data, 1, *bytes, file) == *bytes;
    if (file)
        fclose(file);
    if (!read) {
        free(data);
        return NULL;
    }
    return data;
}

/* The number at a place, in this machine's order of bytes, as msgfmt writes it. */
static uint32_t number_at(const char *data, size_t at)
{
    uint32_t number;
    memcpy(&number, data + at, sizeof(number));
    return number;
}

/* Whether a table of so many entries lies in the file, and what each of them names. */
static bool has_table(const char *data, size_t bytes, uint32_t at, uint32_t count, size_t entry)
{
    if (at > bytes || count > (bytes - at) / entry)
        return false;
    for (uint32_t i = 0; i < count; i++) {
        const size_t row = at + i * entry;
        const uint32_t length = entry == ENTRY_TEXT ? number_at(data, row) : 0;
        const uint32_t place = number_at(data, row + entry - 4);
        if (place >= bytes || length >= bytes - place ||
            (entry == ENTRY_TEXT && data[place + length] != '\0'))
            return false;
    }
    return true;
}

static bool is_catalogue(const char *data, size_t bytes)
{
    if (bytes < MO_HEADER || number_at(data, 0) != MO_MAGIC || number_at(data, 4) > 1)
        return false;
    const uint32_t count = number_at(data, 8), slots = number_at(data, 20),
                   hash = number_at(data, 24);
    if (!has_table(data, bytes, number_at(data, 12), count, ENTRY_TEXT) ||
        !has_table(data, bytes, number_at(data, 16), count, ENTRY_TEXT) || hash > bytes ||
        slots > (bytes - hash) / 4)
        return false;
    if (number_at(data, 4) == 0)
        return true;
    /* Revision 1: texts with %" PRIu64 ", which differ from machine to machine. */
    if (bytes < MO_HEADER_1)
        return false;
    const uint32_t parts = number_at(data, 36);
    return has_table(data, bytes, number_at(data, 32), 2 * number_at(data, 28), ENTRY_PLACE) &&
           has_table(data, bytes, number_at(data, 40), parts, ENTRY_PLACE) &&
           has_table(data, bytes, number_at(data, 44), parts, ENTRY_PLACE);
}

bool translate_has(const char *folder, const char *language)
{
    if (is_english(language))
        return true;
    char path[PATH_BYTES];
    if (language[0] == '.' || strpbrk(language, "/:") ||
        snprintf(path, sizeof(path), "%s/%s/LC_MESSAGES/" TRANSLATE_DOMAIN ".mo", folder,
                 language) >= PATH_BYTES)
        return false;
    size_t bytes;
    char *data = read_file(path, &bytes);
    bool good = data && is_catalogue(data, bytes);
    free(data);
    return good;
}

bool translate_to(const char *folder, const char *language)
{
    if (!translate_has(folder, language))
        return false;
    setenv("LANGUAGE", language, 1);
    is_on = !is_english(language);
    if (!is_on)
        return setlocale(LC_MESSAGES, "C") != NULL;
    return bindtextdomain(TRANSLATE_DOMAIN, folder) &&
           bind_textdomain_codeset(TRANSLATE_DOMAIN, "UTF-8") && setlocale(LC_MESSAGES, "C.UTF-8");
}
