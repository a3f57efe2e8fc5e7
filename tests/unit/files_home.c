/*
 * The home: where it is, and whose.
 */
#include "home.h"
#include "scratch.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static char *folder;

static void set_up(void)
{
    folder = scratch_new();
}

static void tear_down(void)
{
    scratch_remove(folder);
}

TestSuite(files_home, .init = set_up, .fini = tear_down);

static mode_t mode_of(const char *name)
{
    char *path = scratch_path(folder, name);
    struct stat status;
    cr_assert_eq(stat(path, &status), 0, "%s", path);
    free(path);
    return status.st_mode & 0777;
}

static void expect_home(const char *option, const char *want)
{
    struct home found;
    struct problem problem = {0};
    cr_assert(home_find(&found, option, &problem), "%s", problem.message);
    cr_expect_str_eq(found.directory, want, "got %s, want %s", found.directory, want);
}

Test(files_home, where_the_home_is)
{
    setenv("HOME", "/h", 1);
    unsetenv("XDG_CONFIG_HOME");
    unsetenv("GLASSBOX_HOME");
    expect_home(NULL, "/h/.config/glassbox");
    setenv("XDG_CONFIG_HOME", "/x", 1);
    expect_home(NULL, "/x/glassbox");
    setenv("XDG_CONFIG_HOME", "relative", 1);
    expect_home(NULL, "/h/.config/glassbox");
    setenv("GLASSBOX_HOME", "/g", 1);
    expect_home(NULL, "/g");
    expect_home("/o", "/o");
    unsetenv("GLASSBOX_HOME");
    unsetenv("XDG_CONFIG_HOME");
    unsetenv("HOME");
    struct home found;
    struct problem problem = {0};
    cr_expect_not(home_find(&found, NULL, &problem));
    cr_expect_not_null(strstr(problem.hint, "--home"));
}

Test(files_home, a_home_is_made_for_its_owner_alone)
{
    struct home deep;
    char *path = scratch_path(folder, "a/b");
    umask(0);
    cr_assert(home_find(&deep, path, NULL));
    cr_assert(home_make(&deep, HOME_KEYS, NULL));
    cr_expect_eq(mode_of("a"), 0700);
    cr_expect_eq(mode_of("a/b"), 0700);
    cr_expect_eq(mode_of("a/b/keys"), 0700);
    scratch_write(folder, "file", "");
    char *under = scratch_path(folder, "file/home");
    struct problem problem = {0};
    cr_assert(home_find(&deep, under, NULL));
    cr_expect_not(home_make(&deep, NULL, &problem));
    cr_expect(problem.message[0] != '\0');
    free(under);
    free(path);
}
