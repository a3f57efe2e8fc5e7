/* Answers to questions of yes or no: in English, and in a language beside it. */
#include "yes_no.h"
#include "scratch.h"
#include "translate.h"

#include <criterion/criterion.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static void expect(const char *const lines[], enum yes_no wanted)
{
    for (size_t i = 0; lines[i]; i++)
        cr_expect_eq(yes_no_read(lines[i]), wanted, "'%s'", lines[i]);
}

/* A catalogue of these two texts, made as `make` makes ours. */
static void speak_russian(const char *folder)
{
    char command[4096];
    scratch_write(folder, "words.po",
                  "msgid \"\"\nmsgstr \"Content-Type: text/plain; charset=UTF-8\\n\"\n\n"
                  "msgid \"yes,y\"\nmsgstr \"да,д\"\n\nmsgid \"no,n\"\nmsgstr \"нет,н\"\n");
    snprintf(command, sizeof(command),
             "cd '%s' && mkdir -p ru/LC_MESSAGES && "
             "msgfmt -o ru/LC_MESSAGES/" TRANSLATE_DOMAIN ".mo words.po",
             folder);
    cr_assert_eq(system(command), 0);
    cr_assert(translate_to(folder, "ru"));
}

Test(yes_no, english)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    expect((const char *[]){"yes", "y", "YES", "Yes\n", " y \r\n", NULL}, YES_NO_YES);
    expect((const char *[]){"no", "n", "NO", "No\n", "\tN\n", NULL}, YES_NO_NO);
    expect((const char *[]){"nope", "Nora", "yesterday", "yep", "no,", "no n", NULL},
           YES_NO_NEARLY);
    expect((const char *[]){"", "\n", "anna", "nina", "да", "нет", "\xff", ",", NULL},
           YES_NO_OTHER);
}

Test(yes_no, another_language_beside_english)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    char *folder = scratch_new();
    speak_russian(folder);
    expect((const char *[]){"да", "Да", "ДА\n", "д", "Д", "yes", "Y", NULL}, YES_NO_YES);
    expect((const char *[]){"нет", "Нет", "НЕТ\n", "н", "Н", "no", "N", NULL}, YES_NO_NO);
    expect((const char *[]){"неа", "Нету", "даша", "nope", "yep", NULL}, YES_NO_NEARLY);
    expect((const char *[]){"", "анна", "наташа", "дима", NULL}, YES_NO_OTHER);
    scratch_remove(folder);
}
