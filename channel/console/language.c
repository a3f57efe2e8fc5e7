/* Which language a program speaks; see language.h. */
#include "language.h"

#include "translate.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PATH_BYTES 4096
#define NAME_BYTES 64
#define OPTION     "--lang"

/* --- where catalogues lie --------------------------------------------------------------------- */
/* Seen from the folder of the program: in the tree bin/ stands beside build/, or inside it; an
 * installed program is PREFIX/libexec/glassbox/NAME. */
static const char *const places[] = {"../build/locale", "../locale", "../../share/locale"};

/* The folder of them, or "" if this program's own place cannot be known. */
static void find_folder(char folder[PATH_BYTES])
{
    char program[PATH_BYTES / 2] = "";
    ssize_t bytes = readlink("/proc/self/exe", program, sizeof(program) - 1);
    char *slash = bytes > 0 ? strrchr(program, '/') : NULL;
    folder[0] = '\0';
    if (!slash)
        return;
    *slash = '\0';
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        snprintf(folder, PATH_BYTES, "%s/%s", program, places[i]);
        if (access(folder, R_OK | X_OK) == 0)
            return;
    }
}

void language_list(char *out, unsigned long space)
{
    char folder[PATH_BYTES];
    struct dirent **entries = NULL;
    find_folder(folder);
    int count = scandir(folder, &entries, NULL, alphasort);
    size_t used = (size_t)snprintf(out, space, "en");
    for (int i = 0; i < count; i++) {
        const char *name = entries[i]->d_name;
        if (strcmp(name, "en") != 0 && translate_has(folder, name) && used < space)
            used += (size_t)snprintf(out + used, space - used, ", %s", name);
        free(entries[i]);
    }
    free(entries);
}

/* --- which one -------------------------------------------------------------------------------- */
/* "ru_RU.UTF-8" is ru_RU, else ru. bytes: of the name. */
static bool speak(const char *folder, const char *name, size_t bytes)
{
    char language[NAME_BYTES];
    bytes = strnlen(name, bytes);
    if (bytes == 0 || bytes >= sizeof(language))
        return false;
    memcpy(language, name, bytes);
    language[bytes] = '\0';
    language[strcspn(language, ".@")] = '\0';
    if (strcmp(language, "C") == 0 || strcmp(language, "POSIX") == 0)
        return translate_to(folder, "en");
    if (translate_to(folder, language))
        return true;
    language[strcspn(language, "_")] = '\0';
    return translate_to(folder, language);
}

bool language_set(const char *name, struct problem *problem)
{
    char folder[PATH_BYTES], list[1024];
    find_folder(folder);
    if (speak(folder, name, strlen(name)))
        return true;
    language_list(list, sizeof(list));
    problem_set(problem, "there is no language '%s'; it can be one of: %s", name, list);
    return problem_hint(problem, "omit --lang for the language of the environment");
}

/* Of the environment. */
static void choose(void)
{
    static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
    const char *list = getenv("LANGUAGE"), *locale = NULL;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]) && (!locale || !*locale); i++)
        locale = getenv(names[i]);
    char folder[PATH_BYTES];
    find_folder(folder);
    bool plain = locale && (strcmp(locale, "C") == 0 || strcmp(locale, "POSIX") == 0);
    if (plain || !list || !*list)
        list = locale ? locale : "C";
    bool chosen = false;
    for (size_t bytes; !chosen && *list; list += bytes + (list[bytes] != '\0')) {
        bytes = strcspn(list, ":");
        chosen = speak(folder, list, bytes);
    }
    if (!chosen)
        translate_to(folder, "en");
}

bool language_start(int *argc, char **argv, struct problem *problem)
{
    size_t bytes = strlen(OPTION);
    int kept = 0;
    const char *wanted = NULL;
    bool options = true;
    choose();
    for (int i = 0; i < *argc; i++) {
        const char *word = argv[i];
        options = options && strcmp(word, "--") != 0;
        bool ours = options && i > 0 && strncmp(word, OPTION, bytes) == 0;
        if (ours && word[bytes] == '=')
            wanted = word + bytes + 1;
        else if (ours && word[bytes] == '\0' && i + 1 < *argc)
            wanted = argv[++i];
        else
            argv[kept++] = argv[i];
    }
    argv[kept] = NULL;
    *argc = kept;
    return !wanted || language_set(wanted, problem);
}
