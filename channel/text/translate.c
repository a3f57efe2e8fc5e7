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
#define MO_MAGIC 0x950412de

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

bool translate_has(const char *folder, const char *language)
{
    if (is_english(language))
        return true;
    char path[PATH_BYTES];
    if (language[0] == '.' || strpbrk(language, "/:") ||
        snprintf(path, sizeof(path), "%s/%s/LC_MESSAGES/" TRANSLATE_DOMAIN ".mo", folder,
                 language) >= PATH_BYTES)
        return false;
    FILE *file = fopen(path, "rbe");
    uint32_t magic = 0;
    bool read = file && fread(&magic, sizeof(magic), 1, file) == 1;
    if (file)
        fclose(file);
    return read && (magic == MO_MAGIC || __builtin_bswap32(magic) == MO_MAGIC);
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
