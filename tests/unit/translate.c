/* Texts in another language: catalogues that are whole, and such as are not; columns. */
#include "translate.h"
#include "printable.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The catalogue that `make` has built, beside this test's folder. */
static const char *folder(void)
{
    static char path[2048];
    snprintf(path, sizeof(path), "%s/locale", getenv("GLASSBOX_BUILD"));
    return path;
}

Test(translate, nothing_changes_without_a_language)
{
    cr_expect_str_eq(translate("no memory"), "no memory");
    cr_expect_str_eq(translate(""), "");
    cr_expect_str_eq(translate_count("%u key", "%u keys", 1), "%u key");
    cr_expect_str_eq(translate_count("%u key", "%u keys", 0), "%u keys");
    cr_expect_not(translate_is_on());
}

Test(translate, russian_has_three_forms)
{
    cr_assert(translate_to(folder(), "ru"));
    cr_expect(translate_is_on());
    cr_expect_str_eq(translate("no memory"), "не хватает памяти");
    cr_expect_str_eq(translate_count(" (%zu byte)", " (%zu bytes)", 1), " (%zu байт)");
    cr_expect_str_eq(translate_count(" (%zu byte)", " (%zu bytes)", 3), " (%zu байта)");
    cr_expect_str_eq(translate_count(" (%zu byte)", " (%zu bytes)", 11), " (%zu байт)");
    cr_expect_str_eq(translate(""), "");
    cr_assert(translate_to(folder(), "en"));
    cr_expect_str_eq(translate("no memory"), "no memory");
}

/* What a library has filled in itself is known by its shape. */
Test(translate, sentences_of_libraries)
{
    char out[TRANSLATE_LIBRARY_BYTES];
    cr_assert(translate_to(folder(), "ru"));
    const char *text = translate_library(out,
                                         "p has 24 bits, fewer than 2048: exponents can be found");
    cr_expect(strstr(text, "24") && strstr(text, "2048") && !strstr(text, "fewer"), "%s", text);
    cr_expect(strstr(text, "показатели можно найти"), "%s", text);
    cr_expect_str_eq(translate_library(out, "  port N   name it"), "  port N   name it");
    cr_expect_str_eq(translate_library(out, "nobody says this: 24"), "nobody says this: 24");
    cr_expect_str_eq(translate_parts(out, "host port 7: the peer says: the key is not allowed"),
                     "host, порт 7: другая сторона говорит: ключ не допущен");
    cr_expect_str_eq(translate_parts(out, ""), "");
}

/* Every beginning of a catalogue, and every bit of its head turned over: none is read that gettext
 * could stumble over. */
Test(translate, no_broken_catalogue_is_taken)
{
    char work[] = "/tmp/glassbox-translate-XXXXXX", path[4096], broken[4096];
    cr_assert(mkdtemp(work));
    snprintf(path, sizeof(path), "%s/ru/LC_MESSAGES/glassbox.mo", folder());
    snprintf(broken, sizeof(broken), "%s/xx", work);
    cr_assert_eq(mkdir(broken, 0700), 0);
    strcat(broken, "/LC_MESSAGES");
    cr_assert_eq(mkdir(broken, 0700), 0);
    strcat(broken, "/glassbox.mo");
    FILE *file = fopen(path, "rb");
    cr_assert(file);
    static char data[4 << 20];
    const size_t bytes = fread(data, 1, sizeof(data), file);
    fclose(file);
    for (size_t cut = 0; cut < bytes; cut += cut < 64 ? 1 : bytes / 40) {
        file = fopen(broken, "wb");
        cr_assert(file && fwrite(data, 1, cut, file) == cut && fclose(file) == 0);
        cr_expect_not(translate_has(work, "xx"), "%zu of %zu bytes", cut, bytes);
    }
    cr_expect_not(translate_has(work, "../xx"));
    cr_expect_not(translate_has(work, "none"));
    cr_expect(translate_has(work, "en"));
    for (unsigned bit = 0; bit < 8 * 28; bit++) { /* taken or not, it can be looked into */
        data[bit / 8] ^= (char)(1 << bit % 8);
        file = fopen(broken, "wb");
        cr_assert(file && fwrite(data, 1, bytes, file) == bytes && fclose(file) == 0);
        if (translate_has(work, "xx") && translate_to(work, "xx"))
            cr_expect(translate("no memory") != NULL);
        data[bit / 8] ^= (char)(1 << bit % 8);
        if (bit % 8 == 0)
            bit += 6; /* two bits of each byte are enough */
    }
    unlink(broken);
}

Test(translate, blanks_fill_columns_and_not_bytes)
{
    cr_expect_eq(printable_pad("ключ", 6), 2);
    cr_expect_eq(printable_pad("key", 6), 3);
    cr_expect_eq(printable_pad("длинное слово", 6), 0);
}
