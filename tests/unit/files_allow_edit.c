/*
 * Changes of the allow-list: one by itself, and many that are written together or not at all.
 */
#include "allow_edit.h"
#include "scratch.h"
#include "small_keys.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *folder, *path;

static void set_up(void)
{
    folder = scratch_new();
    path = scratch_path(folder, "allowed.csv");
}

static void tear_down(void)
{
    free(path);
    scratch_remove(folder);
}

TestSuite(files_allow_edit, .init = set_up, .fini = tear_down);

static bool add(unsigned index, const char *name, struct problem *problem)
{
    struct rsa_key *key = small_key(index);
    const struct allow_new entry = {.key = key, .name = name, .quota = ALLOW_NO_QUOTA};
    bool done = allow_list_add(path, &entry, NULL, problem);
    rsa_key_free(key);
    return done;
}

Test(files_allow_edit, add_and_remove)
{
    struct problem problem = {0};
    scratch_write(folder, "allowed.csv", "shoe,n,e\n41,0xc000000000000011,17\n");
    cr_assert(add(2, "boris", &problem), "%s", problem.message);
    char *text = scratch_read(folder, "allowed.csv");
    cr_expect_not_null(strstr(text, "shoe,n,e,name,role,added\n41,0xc000000000000011,17,,,\n"),
                       "%s", text);
    cr_expect_not_null(strstr(text, ",0xc000000000000021,0x11,boris,user,"), "%s", text);
    free(text);

    cr_expect_not(add(2, "eve", &problem));
    cr_expect_not_null(strstr(problem.message, "allowed already, as 'boris'"), "%s",
                       problem.message);
    problem = (struct problem){0};
    cr_expect_not(add(3, "boris", &problem));
    cr_expect_not_null(strstr(problem.message, "taken by another key"), "%s", problem.message);

    struct allow_entry removed;
    problem = (struct problem){0};
    cr_assert(small_list_remove(path, "boris", &removed, &problem), "%s", problem.message);
    cr_expect_str_eq(removed.name, "boris");
    cr_expect_not(small_list_remove(path, "boris", NULL, &problem));
    struct rsa_key *key = small_key(1);
    char fingerprint[FINGERPRINT_TEXT_BYTES];
    fingerprint_text(fingerprint, key);
    rsa_key_free(key);
    problem = (struct problem){0};
    cr_assert(small_list_remove(path, fingerprint, &removed, &problem), "%s", problem.message);
    cr_expect_eq(strncmp(removed.name, "key-", 4), 0);
    text = scratch_read(folder, "allowed.csv");
    cr_expect_str_eq(text, "shoe,n,e,name,role,added\n");
    free(text);
}

Test(files_allow_edit, a_bad_list_is_not_edited)
{
    static const char bad[] = "name,n,e\nanna,0xc000000000000011,17\nanna,0xc000000000000021,17\n";
    struct problem problem = {0};
    scratch_write(folder, "allowed.csv", bad);
    cr_expect_not(add(3, "eve", &problem));
    cr_expect_not_null(strstr(problem.message, ":3:1: name:"), "%s", problem.message);
    char *text = scratch_read(folder, "allowed.csv");
    cr_expect_str_eq(text, bad);
    free(text);
}

static struct allow_edit *begin(void)
{
    struct allow_edit *edit;
    struct problem problem = {0};
    cr_assert(allow_edit_begin(&edit, path, &problem), "%s", problem.message);
    return edit;
}

static bool edit_add(struct allow_edit *edit, unsigned index, const char *name, const char *source,
                     struct problem *problem)
{
    struct rsa_key *key = small_key(index);
    const struct allow_new entry = {
        .key = key, .name = name, .source = source, .quota = ALLOW_NO_QUOTA};
    bool done = allow_edit_add(edit, &entry, NULL, problem);
    rsa_key_free(key);
    return done;
}

/* What cannot be added leaves no trace, and what was not written never was. */
Test(files_allow_edit, an_edit_is_written_whole_or_not_at_all)
{
    static const char before[] = "name,n,e\nanna,0xc000000000000011,17\n";
    static const struct {
        unsigned index;
        const char *name, *what;
    } bad[] = {{1, "eve", "allowed already, as 'anna'"},
               {3, "anna", "the name 'anna' is taken by another key ("},
               {3, "Anna", "the name 'Anna' looks like 'anna' ("},
               {2, "eve", "the same key as the file"},
               {3, "boris", "the name 'boris' is taken by another key (the file)"},
               {3, "BORIS", "the name 'BORIS' looks like 'boris' (the file)"},
               {3, "\xD0\xB0nna", "mixes"}};
    struct problem problem = {0};
    scratch_write(folder, "allowed.csv", before);
    struct allow_edit *edit = begin();
    cr_assert(edit_add(edit, 2, "boris", "the file", &problem), "%s", problem.message);
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        problem = (struct problem){0};
        cr_expect_not(edit_add(edit, bad[i].index, bad[i].name, NULL, &problem), "%zu", i);
        cr_expect_not_null(strstr(problem.message, bad[i].what), "%zu: %s", i, problem.message);
        cr_expect_neq(problem.hint[0], '\0', "%zu", i);
    }
    allow_edit_end(edit);
    char *text = scratch_read(folder, "allowed.csv");
    cr_expect_str_eq(text, before);
    free(text);

    problem = (struct problem){0};
    edit = begin();
    cr_assert(edit_add(edit, 2, "boris", NULL, &problem), "%s", problem.message);
    cr_expect_not(edit_add(edit, 2, "eve", NULL, NULL));
    cr_assert(allow_edit_write(edit, &problem), "%s", problem.message);
    allow_edit_end(edit);
    text = scratch_read(folder, "allowed.csv");
    cr_expect_not_null(strstr(text, "0xc000000000000021"), "%s", text);
    cr_expect_null(strstr(text, "eve"), "%s", text);
    free(text);
}

Test(files_allow_edit, an_edit_sets_and_removes)
{
    struct problem problem = {0};
    scratch_write(folder, "allowed.csv",
                  "shoe,name,quota,n,e\n40,anna,1G,0xc000000000000011,17\n"
                  "41,boris,,0xc000000000000021,17\n"
                  "42,eve,,0xc000000000000031,17\n");
    struct allow_edit *edit = begin();
    const struct allow_list *list = allow_edit_before(edit);
    const struct allow_new values = {
        .name = "ANNA", .role = ALLOW_ADMIN, .quota = 5, .expires = "2030-01-01", .comment = "x"};
    cr_assert(allow_edit_set(edit, allow_list_at(list, 0), &values,
                             ALLOW_SET_NAME | ALLOW_SET_EXPIRES, &problem),
              "%s", problem.message);
    cr_expect_not(allow_edit_set(edit, allow_list_at(list, 1), &values, ALLOW_SET_NAME, NULL),
                  "two look-alikes");
    allow_edit_remove(edit, allow_list_at(list, 1));
    cr_assert(edit_add(edit, 4, "boris", NULL, &problem), "a removed row frees its name: %s",
              problem.message);
    cr_assert(allow_edit_write(edit, &problem), "%s", problem.message);
    allow_edit_end(edit);
    char *text = scratch_read(folder, "allowed.csv");
    static const char wanted[] = "shoe,name,quota,n,e,expires,role,added\n"
                                 "40,ANNA,1G,0xc000000000000011,17,2030-01-01,,\n"
                                 "42,eve,,0xc000000000000031,17,,,\n"
                                 ",boris,,0xc000000000000041,0x11,,user,";
    cr_expect_eq(strncmp(text, wanted, strlen(wanted)), 0, "%s", text);
    free(text);
}
