/*
 * LIST, NLST, STAT and MLSD in plain FTP, said by hand: patterns, flags of ls, names that look like
 * either, folders in folders.
 */
#include "ftp_expect.h"
#include "ftp_scene.h"
#include "scratch.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LS_FRONT 59 /* what stands in front of a name in LIST: facts_ls */

static struct ftp_scene scene;

/* Files by their path; a slash at the end makes a folder. */
static void make(const char *const names[])
{
    for (size_t i = 0; names[i]; i++) {
        char *path = ftp_scene_file(&scene, names[i]);
        if (path[strlen(path) - 1] == '/')
            cr_assert_eq(mkdir(path, 0700), 0, "%s", path);
        else
            fclose(fopen(path, "w"));
        free(path);
    }
}

static void start(void)
{
    ftp_scene_start(&scene, NULL);
}

static void stop(void)
{
    cr_expect_eq(ftp_scene_stop(&scene), 0);
}

TestSuite(ftp_listing, .init = start, .fini = stop);

struct row {
    const char *command;
    const char *names; /* one a line, as NLST has them; NULL: 550 */
};

/* What NLST gives; of LIST, what stands behind the times. */
static void check(struct ftp_raw *raw, const struct row *row)
{
    char names[4096] = "", *list = ftp_raw_get(raw, NULL, "%s", row->command), *rest = list;
    cr_expect_eq(list != NULL, row->names != NULL, "%s: %s", row->command, ftp_raw_text(raw));
    cr_expect_eq(ftp_raw_code(raw), row->names ? 226 : 550, "%s", row->command);
    for (char *line; row->names && list && (line = strsep(&rest, "\n"));) {
        bool is_ls = (line[0] == '-' || line[0] == 'd' || line[0] == 'l') &&
                     strlen(line) > LS_FRONT && line[10] == ' ';
        line[strcspn(line, "\r")] = '\0';
        snprintf(names + strlen(names), sizeof(names) - strlen(names), "%s%s%s", is_ls ? "*" : "",
                 is_ls ? line + LS_FRONT : line, rest ? "\n" : "");
    }
    if (row->names && list)
        cr_expect_str_eq(names, row->names, "%s: wanted\n%sgot\n%s", row->command, row->names,
                         names);
    free(list);
}

static void check_all(const struct row *rows, size_t count)
{
    struct ftp_raw *raw = ftp_raw_login(scene.port);
    for (size_t i = 0; i < count; i++)
        check(raw, &rows[i]);
    ftp_raw_free(raw);
}

#define CHECK_ALL(rows) check_all(rows, sizeof(rows) / sizeof((rows)[0]))

/* RFC 1123 4.1.2.7: what NLST gives is what RETR takes. */
Test(ftp_listing, patterns)
{
    static const char *const names[] = {"a.txt",     "b.txt",   "c.c",     ".hidden.txt",  "sub/",
                                        "sub/d.txt", "sub/e.c", "sub/in/", "sub/in/f.txt", "suf/",
                                        "suf/d.txt", "*.star",  "x.star",  "[q].txt",      "t*/",
                                        "t*/inside", NULL};
    static const struct row rows[] = {
        {"NLST *.txt", "[q].txt\na.txt\nb.txt\n"},
        {"NLST ?.txt", "a.txt\nb.txt\n"},
        {"NLST [ac].*", "a.txt\nc.c\n"},
        {"NLST .*", ".hidden.txt\n"},
        {"NLST sub/*.txt", "sub/d.txt\n"},
        {"NLST /sub/*", "/sub/d.txt\n/sub/e.c\n/sub/in\n"},
        {"NLST su?/*.txt", "sub/d.txt\nsuf/d.txt\n"},
        {"NLST */*/f*", "sub/in/f.txt\n"},
        {"NLST s*", "sub\nsuf\n"},
        {"NLST sub/../*.c", "sub/../c.c\n"},
        {"NLST su*/d.txt", "sub/d.txt\nsuf/d.txt\n"},
        {"NLST *.none", NULL},
        {"NLST none/*", NULL},
        {"NLST a.txt/*", NULL},
        /* A literal name wins. */
        {"NLST *.star", "*.star\n"},
        {"NLST \\*.star", "*.star\n"},
        {"NLST [q].txt", "[q].txt\n"},
        {"NLST t*", "t*/inside\n"},
        {"NLST sub", "sub/d.txt\nsub/e.c\nsub/in\n"},
        {"NLST sub/d.txt", "sub/d.txt\n"},
        {"LIST *.c", "*c.c\n"},
        {"LIST su?/*.c", "*sub/e.c\n"},
        {"LIST -la *.c", "*c.c\n"},
        {"LIST s*", "*sub\n*suf\n"},
        {"LIST sub", "*d.txt\n*e.c\n*in\n"},
        {"LIST sub/d.txt", "*sub/d.txt\n"},
        {"LIST *.none", NULL},
        /* RFC 3659 2.2.2: no patterns there. */
        {"MLSD s*", NULL},
        {"MLSD *", NULL},
    };
    make(names);
    CHECK_ALL(rows);
}

Test(ftp_listing, flags_and_names_that_look_like_flags)
{
    static const char *const names[] = {"-dash.txt", "-la", "-sub/", "-sub/x",
                                        "d/",        "d/y", " z",    NULL};
    static const struct row rows[] = {
        {"LIST -la", "* z\n*-dash.txt\n*-la\n*-sub\n*d\n"},
        {"LIST -a -l d", "*y\n"},
        {"LIST -dash.txt", "*-dash.txt\n"},
        {"LIST ./-la", "*./-la\n"},
        {"LIST -- -la", "*-la\n"},
        {"LIST -l  z", "* z\n"},
        {"LIST -d d", "*d\n"},
        {"LIST -ld", "*.\n"},
        {"LIST -d /", "*/\n"},
        {"LIST -d *", "* z\n*-dash.txt\n*-la\n*-sub\n*d\n"},
        {"LIST -sub", "*x\n"},
        {"LIST -none", NULL},
        {"LIST -", NULL},
        {"NLST -la", "-la\n"},
        {"NLST -l d", "*y\n"},
        {"NLST -a", " z\n-dash.txt\n-la\n-sub\nd\n"},
        {"NLST -dash.txt", "-dash.txt\n"},
        {"NLST -sub", "-sub/x\n"},
        {"NLST -- -sub", "-sub/x\n"},
        {"NLST -d*", "-dash.txt\n"},
        {"NLST -none", NULL},
    };
    make(names);
    CHECK_ALL(rows);
    struct ftp_raw *raw = ftp_raw_login(scene.port);
    expect(raw, 250, "MLST -dash.txt");
    cr_expect(strstr(ftp_raw_text(raw), " /-dash.txt\r\n"), "%s", ftp_raw_text(raw));
    expect(raw, 250, "MLST -la");
    cr_expect(strstr(ftp_raw_text(raw), " /-la\r\n"), "%s", ftp_raw_text(raw));
    expect(raw, 550, "MLST -a");
    expect(raw, 213, "AVBL -sub");
    expect(raw, 550, "AVBL -a");
    char *list = ftp_raw_get(raw, NULL, "MLSD -sub");
    cr_expect(list && strstr(list, "; x\r\n"), "%s", list);
    free(list);
    cr_expect_null(ftp_raw_get(raw, NULL, "MLSD -a"));
    cr_expect_eq(ftp_raw_code(raw), 550);
    ftp_raw_free(raw);
}

/* A short pattern can stand for more folders than there are. */
Test(ftp_listing, a_pattern_without_an_end, .timeout = 120)
{
    static const char *const names[] = {"a/", "b/", "c/", "d/", "e/", "f/", "g/", "h/", NULL};
    make(names);
    struct ftp_raw *raw = ftp_raw_login(scene.port);
    cr_expect_null(ftp_raw_get(
        raw, NULL, "NLST */../*/../*/../*/../*/../*/../*/../*/../*/../*/../*/../*/../none"));
    cr_expect_eq(ftp_raw_code(raw), 550);
    cr_expect(strstr(ftp_raw_text(raw), "too many folders"), "%s", ftp_raw_text(raw));
    char *list = ftp_raw_get(raw, NULL, "NLST [ab]/../[cd]");
    cr_expect_str_eq(list, "a/../c\r\na/../d\r\nb/../c\r\nb/../d\r\n");
    free(list);
    ftp_raw_free(raw);
}

/* POSIX, ls: with -R each folder has its path and a colon in front, and an empty line between. */
Test(ftp_listing, folders_in_folders)
{
    static const char *const names[] = {"a/",  "a/b/",   "a/b/c/", "a/b/c/deep",
                                        "a/x", "empty/", "z",      NULL};
    static const struct row rows[] = {
        {"LIST -R", ".:\n*a\n*empty\n*link -> a\n*z\n\na:\n*b\n*x\n\na/b:\n*c\n\na/b/c:\n*deep\n\n"
                    "empty:\n"},
        {"LIST -lR a/b", "a/b:\n*c\n\na/b/c:\n*deep\n"},
        {"LIST -R /a/b/", "/a/b:\n*c\n\n/a/b/c:\n*deep\n"},
        {"LIST -R empty", "empty:\n"},
        {"LIST -R z", "*z\n"},
        {"NLST -R a", "a/b\na/x\na/b/c\na/b/c/deep\n"},
    };
    make(names);
    char *link = ftp_scene_file(&scene, "link");
    cr_assert_eq(symlink("a", link), 0);
    free(link);
    CHECK_ALL(rows);
}

/* Deeper than any path can say: no recursion; what cannot be shown is told at the end, and costs
 * nothing beside it. */
Test(ftp_listing, a_tree_without_a_floor)
{
    char *path = ftp_scene_file(&scene, ""), name[251] = "";
    int folder = open(path, O_RDONLY | O_DIRECTORY), next;
    memset(name, 'd', sizeof(name) - 1);
    for (size_t depth = 0; depth < 40; depth++) { /* of which 16 make a path as long as may be */
        cr_assert_eq(mkdirat(folder, name, 0700), 0);
        next = openat(folder, name, O_RDONLY | O_DIRECTORY);
        close(folder);
        folder = next;
    }
    close(folder);
    make((const char *const[]){"east/", "tail/", "tail/x", NULL});
    struct ftp_raw *raw = ftp_raw_login(scene.port);
    char *list = ftp_raw_get(raw, NULL, "LIST -R");
    cr_expect_eq(ftp_raw_code(raw), 550, "%s", ftp_raw_text(raw));
    size_t folders = 0;
    for (char *at = list; at && (at = strstr(at, "d:\r\n")); at++)
        folders++;
    cr_expect_eq(folders, 16);
    cr_expect(list && strstr(list, "\r\n\r\neast:\r\n\r\ntail:\r\n-"));
    free(list);
    expect(raw, 200, "NOOP");
    ftp_raw_free(raw);
    free(path);
}

/* More names than a listing keeps at once: each is there, and once. */
Test(ftp_listing, a_folder_without_an_end)
{
    enum { NAMES = 20100, DIGITS = 5 };
    char *path = ftp_scene_file(&scene, ""), name[DIGITS + 1], *seen = calloc(1, NAMES);
    int folder = open(path, O_RDONLY | O_DIRECTORY);
    for (int i = 0; i < NAMES; i++) {
        snprintf(name, sizeof(name), "%0*d", DIGITS, i);
        cr_assert_eq(symlinkat("x", folder, name), 0);
    }
    struct ftp_raw *raw = ftp_raw_login(scene.port);
    size_t count = 0;
    char *list = ftp_raw_get(raw, NULL, "NLST");
    cr_expect_eq(ftp_raw_code(raw), 226, "%s", ftp_raw_text(raw));
    for (char *line, *rest = list; rest && (line = strsep(&rest, "\r\n"));) {
        long number = *line ? strtol(line, NULL, 10) : -1;
        if (number >= 0 && number < NAMES && !seen[number]++)
            count++;
    }
    cr_expect_eq(count, NAMES);
    free(list);
    free(seen);
    ftp_raw_free(raw);
    close(folder);
    free(path);
}

/* RFC 959 4.1.3: the listing on the control connection; what has no room there is told. */
Test(ftp_listing, stat)
{
    static const char *const names[] = {"a.txt", "b.txt", "d/", "d/c.txt", NULL};
    static const struct {
        const char *command;
        int code;
        const char *has, *lacks;
    } rows[] = {
        {"STAT d", 212, " c.txt\r\n", "a.txt"},     {"STAT -la d", 212, " c.txt\r\n", "a.txt"},
        {"STAT -l", 212, " a.txt\r\n", "c.txt"},    {"STAT -R", 212, "\r\n d:\r\n", "... and more"},
        {"STAT a.txt", 213, " a.txt\r\n", "b.txt"}, {"STAT [ab]*", 213, " b.txt\r\n", "c.txt"},
        {"STAT none", 550, "none", "a.txt"},        {"STAT x*", 550, "x*", "a.txt"},
    };
    make(names);
    struct ftp_raw *raw = ftp_raw_login(scene.port);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        expect(raw, rows[i].code, "%s", rows[i].command);
        cr_expect(strstr(ftp_raw_text(raw), rows[i].has), "%s: %s", rows[i].command,
                  ftp_raw_text(raw));
        cr_expect(!strstr(ftp_raw_text(raw), rows[i].lacks), "%s: %s", rows[i].command,
                  ftp_raw_text(raw));
    }
    expect(raw, 257, "MKD many");
    for (size_t i = 0; i < 1000; i++) {
        char name[64], *path;
        snprintf(name, sizeof(name), "many/%050zu", i);
        path = ftp_scene_file(&scene, name);
        fclose(fopen(path, "w"));
        free(path);
    }
    expect(raw, 212, "STAT many");
    cr_expect(strstr(ftp_raw_text(raw), "\r\n ... and more: LIST has all of it\r\n212 "), "%s",
              ftp_raw_text(raw));
    ftp_raw_free(raw);
}
