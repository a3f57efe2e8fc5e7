/*
 * Patterns of names: what they match, what fnmatch(3) says of the same, and time.
 */
#include "pattern.h"

#include <criterion/criterion.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

Test(ftp_pattern, rows)
{
    static const struct {
        const char *pattern, *name;
        bool fits;
    } rows[] = {
        {"*", "a", true},
        {"*", "", true},
        {"*", ".a", false},
        {".*", ".a", true},
        {"\\.a", ".a", true},
        {"?a", ".a", false},
        {"[.]a", ".a", false},
        {"*.txt", "a.txt", true},
        {"*.txt", "a.txt.c", false},
        {"a*b*c", "aXbXbc", true},
        {"a*b*c", "aXbXb", false},
        {"**a**", "bab", true},
        {"?", "", false},
        {"?", "\xd1\x8f", true}, /* one character of two bytes */
        {"??", "\xd1\x8f", false},
        {"[\xd0\xb0-\xd1\x8f]", "\xd0\xb1", true},
        {"?", "\xff", true},
        {"\xff", "\xff", true},
        {"\xfe", "\xff", false},
        {"[a-c]", "b", true},
        {"[!a-c]", "b", false},
        {"[^a-c]", "d", true},
        {"[]]", "]", true},
        {"[!]]", "]", false},
        {"[a-]", "-", true},
        {"[\\]]", "]", true},
        {"[a", "[a", true},
        {"[a", "a", false},
        {"a\\*", "a*", true},
        {"a\\*", "ab", false},
        {"a\\", "a\\", true},
        {"", "", true},
        {"", "a", false},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        cr_expect_eq(pattern_matches(rows[i].pattern, rows[i].name), rows[i].fits, "%s and %s",
                     rows[i].pattern, rows[i].name);
}

Test(ftp_pattern, as_fnmatch_has_it)
{
    static const char in_pattern[] = "aab..*?[]!-", in_name[] = "aab.-!";
    size_t matches = 0;
    srand(959);
    for (size_t i = 0; i < 200000; i++) {
        char pattern[9] = "", name[7] = "";
        for (int n = rand() % 9; n > 0; n--)
            pattern[n - 1] = in_pattern[(size_t)rand() % (sizeof(in_pattern) - 1)];
        for (int n = rand() % 7; n > 0; n--)
            name[n - 1] = in_name[(size_t)rand() % (sizeof(in_name) - 1)];
        /* POSIX leaves these to each: a range that runs backwards, classes, a set that is open. */
        if (strchr(pattern, '['))
            continue;
        bool fits = pattern_matches(pattern, name);
        cr_assert_eq(fits, fnmatch(pattern, name, FNM_PERIOD) == 0, "%s and %s", pattern, name);
        matches += fits;
    }
    cr_expect_gt(matches, 1000);
}

/* A matcher that tries all ways would not come back from this. */
Test(ftp_pattern, time_is_bounded, .timeout = 60)
{
    char pattern[256] = "", name[256];
    for (size_t i = 0; i < 120; i++)
        strcat(pattern, "*a");
    strcat(pattern, "b");
    memset(name, 'a', 255);
    name[255] = '\0';
    cr_expect_not(pattern_matches(pattern, name));
}
