/*
 * The allow-list: who is found, what is refused and where, who has expired, many keys.
 */
#include "allow_list.h"
#include "scratch.h"
#include "small_keys.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

TestSuite(files_allowed, .init = set_up, .fini = tear_down);

static struct allow_list *load(const char *text)
{
    struct allow_list *list;
    struct problem problem = {0};
    scratch_write(folder, "allowed.csv", text);
    cr_assert(allow_list_load(&list, path, &problem), "%s", problem.message);
    return list;
}

Test(files_allowed, a_key_is_found_with_its_name_and_rights)
{
    struct allow_list *list = load(
        "comment,e,n,name,role,quota\nhi,17,0xc000000000000011,анна,admin,2G\n"
        "\xE2\x80\xAEx,0x11,0xc000000000000021,,,\n");
    struct rsa_key *anna = small_key(1), *other = small_key(2), *unknown = small_key(3);
    const struct allow_entry *entry = allow_list_find(list, anna, FAMILY_MODERN);
    cr_assert_not_null(entry);
    cr_expect_str_eq(entry->name, "анна");
    cr_expect_str_eq(entry->comment, "hi");
    cr_expect_eq(entry->role, ALLOW_ADMIN);
    cr_expect_eq(entry->quota, 2ull << 30);
    cr_expect_eq(entry->bits, 64);
    cr_expect_eq(entry->line, 2);
    cr_expect_eq(allow_list_find_name(list, "анна", FAMILY_MODERN), entry);
    entry = allow_list_find(list, other, FAMILY_MODERN);
    cr_assert_not_null(entry);
    char derived[32];
    snprintf(derived, sizeof(derived), "key-%02x%02x%02x%02x%02x", entry->digest[0],
             entry->digest[1], entry->digest[2], entry->digest[3], entry->digest[4]);
    cr_expect_str_eq(entry->name, derived);
    cr_expect_str_eq(entry->comment, "x", "what a terminal would obey is gone");
    cr_expect_eq(entry->role, ALLOW_USER);
    cr_expect_eq(entry->quota, ALLOW_NO_QUOTA);
    cr_expect_null(allow_list_find(list, unknown, FAMILY_MODERN));
    cr_expect_null(allow_list_find_name(list, "eve", FAMILY_MODERN));
    cr_expect_eq(allow_list_count(list), 2);
    rsa_key_free(anna);
    rsa_key_free(other);
    rsa_key_free(unknown);
    allow_list_free(list);
}

Test(files_allowed, no_file_allows_nobody)
{
    struct allow_list *list;
    struct rsa_key *key = small_key(1);
    cr_assert(allow_list_load(&list, path, NULL));
    cr_expect_eq(allow_list_count(list), 0);
    cr_expect_null(allow_list_find(list, key, FAMILY_MODERN));
    rsa_key_free(key);
    allow_list_free(list);
}

#define ROW1 "anna,user,,0xc000000000000011,17\n"

Test(files_allowed, each_bad_row_is_named_with_line_and_column)
{
    static const struct {
        const char *row, *what;
    } cases[] = {
        {"boris,king,,0xc000000000000021,17\n", ":3:7: role:"},
        {"boris,,lots,0xc000000000000021,17\n", ":3:8: quota:"},
        {"boris,,-1,0xc000000000000021,17\n", ":3:8: quota:"},
        {"boris,,99999999T,0xc000000000000021,17\n", ":3:8: quota:"},
        {"bo ris,,,0xc000000000000021,17\n", ":3:1: name:"},
        {"boris,,,hello,17\n", ":3:9: n:"},
        {"boris,,,,17\n", ":3:9: n: missing"},
        {"boris,,,0xc000000000000021,\n", ":3:28: e: missing"},
        {"boris,,,0xc000000000000020,17\n", ":3:9: n:"},
        {"boris,,,0xc000000000000021,2\n", ":3:28: e:"},
        {"boris,,,0xc000000000000021,1\n", ":3:28: e:"},
        {"boris,,,0xc000000000000021,0xc000000000000023\n", ":3:28: e:"},
        {"boris,,,-5,17\n", ":3:9: n:"},
        {"boris,,,0xc000000000000011,17\n", ":3:9: n: the same key as in line 2"},
        {"anna,,,0xc000000000000021,17\n", ":3:1: name: the same name as in line 2"},
        {"boris,,,0xc0000000\n", ":3:19: 4 cells where the header has 5"},
        {"boris,,\"\n", ":3:8: the quotation mark is never closed"},
        {"ANNA,,,0xc000000000000021,17\n", ":3:1: name: 'ANNA' looks like 'anna' in line 2"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char text[512];
        struct allow_list *list;
        struct problem problem = {0};
        snprintf(text, sizeof(text), "name,role,quota,n,e\n" ROW1 "%s", cases[i].row);
        scratch_write(folder, "allowed.csv", text);
        cr_expect_not(allow_list_load(&list, path, &problem), "taken: %s", cases[i].row);
        cr_expect_null(list);
        cr_expect(strncmp(problem.message, path, strlen(path)) == 0 &&
                      strstr(problem.message, cases[i].what),
                  "got '%s', want '%s'", problem.message, cases[i].what);
    }
    struct allow_list *list;
    struct problem problem = {0};
    scratch_write(folder, "allowed.csv", "name,n\n");
    cr_expect_not(allow_list_load(&list, path, &problem));
    cr_expect_not_null(strstr(problem.message, "no column e"), "%s", problem.message);
}

static void collect(void *context, const struct problem *problem)
{
    strcat(strcat(context, strstr(problem->message, "allowed.csv") + 11), "\n");
}

Test(files_allowed, check_reports_all_bad_rows)
{
    char reports[4096] = "";
    size_t good, bad;
    scratch_write(folder, "allowed.csv",
                  "name,role,quota,n,e\n" ROW1 "boris,king,,0xc000000000000021,17\n"
                  "eve,,,0xc000000000000031,17\n"
                  "eve,,,0xc000000000000041,17\nx,,,0xc000000000000051,4\n");
    cr_assert(allow_list_check(&good, &bad, path, collect, reports));
    cr_expect_eq(bad, 3, "%zu", bad);
    cr_expect_eq(good, 2, "%zu", good);
    cr_expect(strstr(reports, ":3:7:") && strstr(reports, ":5:1:") && strstr(reports, ":6:24:"),
              "%s", reports);
}

Test(files_allowed, refresh_takes_the_new_list_and_keeps_the_old_one_if_it_is_bad)
{
    struct allow_list *list = load("n,e\n0xc000000000000011,17\n");
    struct rsa_key *first = small_key(1), *second = small_key(2);
    struct problem problem = {0};
    cr_expect_eq(allow_list_refresh(&list, &problem), ALLOW_SAME);

    scratch_write(folder, "allowed.csv", "n,e\n0xc000000000000021,17\n");
    cr_expect_eq(allow_list_refresh(&list, &problem), ALLOW_NEWER);
    cr_expect_null(allow_list_find(list, first, FAMILY_MODERN));
    cr_expect_not_null(allow_list_find(list, second, FAMILY_MODERN));
    cr_expect_eq(allow_list_refresh(&list, &problem), ALLOW_SAME);

    scratch_write(folder, "allowed.csv", "n,e\n0xc000000000000011,1\n");
    cr_expect_eq(allow_list_refresh(&list, &problem), ALLOW_BROKEN);
    cr_expect_not_null(strstr(problem.message, "allowed.csv:2:20: e:"), "%s", problem.message);
    cr_expect_not_null(allow_list_find(list, second, FAMILY_MODERN),
                       "the old list is not in force");
    cr_expect_eq(allow_list_refresh(&list, &problem), ALLOW_SAME, "it is reported once");

    unlink(path);
    problem = (struct problem){0};
    cr_expect_eq(allow_list_refresh(&list, &problem), ALLOW_BROKEN);
    cr_expect_not_null(strstr(problem.message, "No such file"), "%s", problem.message);
    cr_expect_not_null(allow_list_find(list, second, FAMILY_MODERN),
                       "the old list is not in force");

    scratch_write(folder, "allowed.csv", "n,e\n");
    cr_expect_eq(allow_list_refresh(&list, &problem), ALLOW_NEWER);
    cr_expect_eq(allow_list_count(list), 0);
    rsa_key_free(first);
    rsa_key_free(second);
    allow_list_free(list);
}

/* --- expiry ---------------------------------------------------------------------------------- */

Test(files_allowed, expires)
{
    static const struct {
        const char *text;
        time_t at; /* `date -u -d TEXT +%s`, and a day more for a day */
    } good[] = {{"2026-12-31", 1798761600},
                {"2024-02-29", 1709251200},
                {"1999-12-31", 946684800},
                {"2026-12-31T18:00:00Z", 1798740000}};
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        time_t at;
        cr_assert(allow_expires_parse(&at, good[i].text), "%s", good[i].text);
        cr_expect_eq(at, good[i].at, "%s is %lld", good[i].text, (long long)at);
        struct allow_entry entry = {.expires_at = at};
        cr_expect_not(allow_expired(&entry, at - 1), "%s", good[i].text);
        cr_expect(allow_expired(&entry, at), "%s", good[i].text);
    }
    static const char *const bad[] = {
        "31.12.2026",           "2026-1-1",    "226-12-31",
        "2026-02-29",           "2026-13-01",  "tomorrow",
        "2026-12-31 ",          " 2026-12-31", "2026-12-31T18:00",
        "2026-12-31T24:00:01Z", "99999-01-01", "2026-12-31T18:00:00+01:00"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        char text[256];
        struct allow_list *list;
        struct problem problem = {0};
        snprintf(text, sizeof(text), "n,e,expires\n0xc000000000000011,17,\"%s\"\n", bad[i]);
        scratch_write(folder, "allowed.csv", text);
        cr_expect_not(allow_list_load(&list, path, &problem), "'%s' was taken", bad[i]);
        cr_expect_not_null(strstr(problem.message, ":2:23: expires: not a date"), "%s",
                           problem.message);
    }
}

Test(files_allowed, who_has_expired_is_not_found)
{
    struct allow_list *list = load("name,expires,n,e\n"
                                   "old,2020-01-01,0xc000000000000011,17\n"
                                   "new,2999-01-01,0xc000000000000021,17\n"
                                   "next,2998-01-01T00:00:00Z,0xc000000000000031,17\n"
                                   "ever,,0xc000000000000041,17\n");
    static const bool found[] = {false, true, true, true};
    for (unsigned i = 0; i < 4; i++) {
        struct rsa_key *key = small_key(i + 1);
        uint8_t digest[FINGERPRINT_BYTES];
        fingerprint_digest(digest, key);
        cr_expect_eq(allow_list_find(list, key, FAMILY_MODERN) != NULL, found[i], "row %u", i);
        cr_expect_eq(allow_list_find_digest(list, digest), allow_list_at(list, i), "row %u", i);
        rsa_key_free(key);
    }
    time_t old_ends = allow_list_at(list, 0)->expires_at;
    cr_expect_eq(allow_list_next_expiry(list, old_ends - 1), old_ends);
    cr_expect_eq(allow_list_next_expiry(list, old_ends), allow_list_at(list, 2)->expires_at);
    cr_expect_eq(allow_list_next_expiry(list, allow_list_at(list, 1)->expires_at), ALLOW_NEVER);
    allow_list_free(list);
}

#define MANY 5000

Test(files_allowed, thousands_of_keys)
{
    FILE *file = fopen(path, "w");
    cr_assert_not_null(file);
    fputs("name,n,e\n", file);
    for (unsigned i = 0; i < MANY; i++)
        fprintf(file, "name%u,0xc%014x1,17\n", (i * 7919) % MANY, (i * 7919) % MANY);
    fclose(file);
    struct allow_list *list;
    struct problem problem = {0};
    cr_assert(allow_list_load(&list, path, &problem), "%s", problem.message);
    cr_assert_eq(allow_list_count(list), MANY);
    for (unsigned i = 0; i < MANY; i += 7) {
        char name[16];
        struct rsa_key *key = small_key(i);
        const struct allow_entry *entry = allow_list_find(list, key, FAMILY_MODERN);
        snprintf(name, sizeof(name), "name%u", i);
        cr_assert(entry && strcmp(entry->name, name) == 0, "key %u", i);
        cr_assert_eq(allow_list_find_name(list, name, FAMILY_MODERN), entry, "key %u", i);
        rsa_key_free(key);
    }
    allow_list_free(list);
}

Test(files_allowed, sizes)
{
    static const struct {
        const char *text;
        uint64_t bytes;
    } good[] = {
        {"0", 0},           {"1", 1},          {"1024", 1024}, {"1k", 1024}, {"500M", 500ull << 20},
        {"2G", 2ull << 30}, {"3T", 3ull << 40}};
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        uint64_t got, again;
        char text[ALLOW_QUOTA_TEXT_BYTES];
        cr_assert(allow_quota_parse(&got, good[i].text), "%s", good[i].text);
        cr_expect_eq(got, good[i].bytes, "%s", good[i].text);
        allow_quota_text(text, got);
        cr_assert(allow_quota_parse(&again, text), "%s", text);
        cr_expect_eq(again, got, "%s became %s", good[i].text, text);
    }
    static const char *const bad[] = {"",
                                      "x",
                                      "-1",
                                      "1X",
                                      "1KB",
                                      " 1",
                                      "1.5G",
                                      "K",
                                      "18446744073709551615",
                                      "18446744073709551616",
                                      "99999999999999999999999",
                                      "16777216T"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        uint64_t got;
        cr_expect_not(allow_quota_parse(&got, bad[i]), "'%s' was taken", bad[i]);
    }
}
