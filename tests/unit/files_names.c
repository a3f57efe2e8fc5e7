/*
 * Names: which mix alphabets, and which two look alike.
 */
#include "name_skeleton.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static bool name_alike(const char *a, const char *b)
{
    char first[KEY_NAME_BYTES], second[KEY_NAME_BYTES];
    for (enum name_skeleton look = NAME_AS_TYPED; look < NAME_SKELETONS; look++) {
        name_skeleton(first, a, look);
        name_skeleton(second, b, look);
        if (strcmp(first, second) == 0)
            return true;
    }
    return false;
}

Test(files_names, a_word_keeps_to_one_alphabet)
{
    static const struct {
        const char *name, *mix; /* NULL: legal */
    } cases[] = {
        {"\xD0\xB0nna", "mixes Cyrillic and Latin letters"}, /* Cyrillic a */
        {"ann\xD0\xB0", "mixes Latin and Cyrillic letters"},
        {"\xCE\xBFlga", "mixes Greek and Latin letters"}, /* Greek o */
        {"\xD5\xBDma", "mixes Armenian and Latin letters"},
        {"\xD0\xB0\xCE\xBF", "mixes Cyrillic and Greek letters"},
        {"x-\xD0\xB0nna", "mixes Cyrillic and Latin letters"},
        {"a1\xD0\xB0", "mixes Latin and Cyrillic letters"}, /* a digit ends no word */
        {"борис-pc", NULL},
        {"борис.2", NULL},
        {"Tanaka田中", NULL},
        {"анна7", NULL},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct problem problem = {0};
        bool legal = key_name_check(cases[i].name, &problem);
        cr_expect_eq(legal, !cases[i].mix, "%s: %s", cases[i].name, problem.message);
        cr_expect(legal || strstr(problem.message, cases[i].mix), "%s", problem.message);
    }
}

Test(files_names, no_signs_and_no_two_letters_in_one)
{
    static const char *const bad[] = {"\xC7\x80", "\xC7\x83", "\xC4\xB3", "\xC5\x89", "\xC7\x86"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        cr_expect_not(key_name_check(bad[i], NULL), "%s", bad[i]);
}

Test(files_names, alike)
{
    static const char *const pairs[][2] = {
        {"anna", "Anna"},
        {"ANNA", "anna"},
        {"АННА", "анна"},
        {"соса", "coca"},
        {"ВОВА", "BOBA"},
        {"ната", "HATA"},
        {"Ivan", "lvan"},
        {"anna1", "annal"},
        {"user0", "userO"},
        {"user0", "usero"},
        {"ΑΝΝΑ", "anna"},
        {"ΝΙΚΟΣ", "νικος"},
        {"Ёж", "ёж"},
        {"ąCĘ", "ĄCę"},
        {"ოდა", "ᲝᲓᲐ"},
        {"կոյր", "ԿՈՅՐ"},
        {"ΓΑΠ", "гап"},
        {"Đorđe", "Ðor\xC3\xB0"
                  "e"},
        {"ıpek", "ipek"},
        {"工口", "エロ"},
        {"x.y", "х.у"},
        {"a", "a"},
    };
    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        cr_expect(key_name_check(pairs[i][0], NULL) && key_name_check(pairs[i][1], NULL), "%zu", i);
        cr_expect(name_alike(pairs[i][0], pairs[i][1]), "%s and %s", pairs[i][0], pairs[i][1]);
        cr_expect(name_alike(pairs[i][1], pairs[i][0]), "%s and %s", pairs[i][1], pairs[i][0]);
    }
}

Test(files_names, not_alike)
{
    static const char *const pairs[][2] = {
        {"anna", "ana"},    {"anna", "anne"},   {"Ian", "Lan"},     {"vera", "nera"},
        {"uma", "yma"},     {"Ёж", "Еж"},       {"é", "e"},         {"a.b", "a-b"},
        {"user1", "user2"}, {"борис", "boris"}, {"мария", "марья"}, {"", "a"},
    };
    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
        cr_expect_not(name_alike(pairs[i][0], pairs[i][1]), "%s and %s", pairs[i][0], pairs[i][1]);
}

Test(files_names, the_longest_name_has_its_look)
{
    char name[KEY_NAME_BYTES] = "", look[KEY_NAME_BYTES];
    for (int i = 0; i < KEY_NAME_CHARACTERS; i++)
        strcat(name, "力");
    name_skeleton(look, name, NAME_CAPITAL);
    cr_expect_eq(strlen(look), strlen(name));
}
