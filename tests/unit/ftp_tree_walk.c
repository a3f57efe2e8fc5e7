/* The walk over trees that strangers have made: deep, wide, unreadable, changed under its feet. */
#include "scratch.h"
#include "tree_walk.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static char *top;
static int folder;

static void make_top(void)
{
    top = scratch_new();
    folder = open(top, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static void remove_top(void)
{
    close(folder);
    scratch_remove(top);
}

TestSuite(ftp_tree_walk, .init = make_top, .fini = remove_top);

static void put(int at, const char *name)
{
    int file = openat(at, name, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    cr_assert_eq(write(file, "five!", 5), 5);
    close(file);
}

static size_t open_descriptors(void)
{
    size_t count = 0;
    DIR *all = opendir("/proc/self/fd");
    while (readdir(all))
        count++;
    closedir(all);
    return count;
}

struct seen {
    size_t files, folders, left, troubles, others, descriptors;
    int error;
    size_t longest;
};

static struct seen walk_all(void)
{
    struct seen seen = {0};
    struct tree_entry entry;
    size_t before = open_descriptors();
    struct tree_walk *walk = tree_walk_new(folder);
    cr_assert_not_null(walk);
    for (enum tree_event event; (event = tree_walk_next(walk, &entry)) != TREE_END;) {
        struct stat again;
        size_t now = event == TREE_ENTRY ? open_descriptors() - before : 0;
        seen.descriptors = now > seen.descriptors ? now : seen.descriptors;
        seen.longest = strlen(entry.path) > seen.longest ? strlen(entry.path) : seen.longest;
        if (event == TREE_TROUBLE) {
            seen.troubles++;
            seen.error = entry.error;
            continue;
        }
        cr_assert_eq(fstatat(entry.folder, entry.name, &again, AT_SYMLINK_NOFOLLOW), 0);
        cr_assert_eq(again.st_ino, entry.status.st_ino, "%s", entry.path);
        seen.left += event == TREE_LEAVE;
        if (event == TREE_ENTRY && S_ISREG(entry.status.st_mode))
            seen.files++;
        else if (event == TREE_ENTRY && S_ISDIR(entry.status.st_mode))
            seen.folders++;
        else if (event == TREE_ENTRY)
            seen.others++;
    }
    cr_expect_eq(tree_walk_next(walk, &entry), TREE_END, "the end stays the end");
    tree_walk_free(walk);
    cr_expect_eq(open_descriptors(), before);
    return seen;
}

Test(ftp_tree_walk, sees_everything_once_and_follows_nothing)
{
    cr_assert_eq(mkdirat(folder, "a", 0700), 0);
    cr_assert_eq(mkdirat(folder, "a/b", 0700), 0);
    cr_assert_eq(mkdirat(folder, "c", 0700), 0);
    put(folder, "one");
    put(folder, "a/two");
    put(folder, "a/b/three");
    cr_assert_eq(symlinkat("/", folder, "a/out"), 0);
    cr_assert_eq(symlinkat("nothing", folder, "dangling"), 0);
    cr_assert_eq(mkfifoat(folder, "fifo", 0600), 0);
    struct seen seen = walk_all();
    cr_expect_eq(seen.files, 3);
    cr_expect_eq(seen.folders, 3);
    cr_expect_eq(seen.left, 3);
    cr_expect_eq(seen.others, 3);
    cr_expect_eq(seen.troubles, 0);
}

/* Far more levels than descriptors, and a path of more than PATH_MAX; every folder has a second
 * folder and a file behind the one that is gone into, or before it. */
Test(ftp_tree_walk, deep_trees_take_few_descriptors)
{
    char name[NAME_MAX + 1];
    memset(name, 'n', sizeof(name) - 1);
    name[sizeof(name) - 1] = '\0';
    int at = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    for (size_t i = 0; i < 100; i++) {
        cr_assert_eq(mkdirat(at, name, 0700), 0);
        cr_assert_eq(mkdirat(at, i % 2 ? "aside" : "zside", 0700), 0);
        put(at, "file");
        int next = openat(at, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        close(at);
        at = next;
    }
    close(at);
    struct seen seen = walk_all();
    cr_expect_eq(seen.files, 100);
    cr_expect_eq(seen.folders, 200);
    cr_expect_eq(seen.left, 200);
    cr_expect_eq(seen.troubles, 0);
    cr_expect_leq(seen.descriptors, TREE_OPEN_MAX);
    cr_expect_gt(seen.longest, 99 * (size_t)NAME_MAX);
}

/* What made the stack end, once: recursion would need more than this one. */
Test(ftp_tree_walk, levels_without_end_are_one_trouble)
{
    const struct rlimit small = {(rlim_t)128 << 10, (rlim_t)128 << 10};
    int at = scratch_chain(folder, 4000);
    cr_assert_eq(setrlimit(RLIMIT_STACK, &small), 0);
    put(folder, "beside");
    struct seen seen = walk_all();
    cr_expect_eq(seen.troubles, 1);
    cr_expect_eq(seen.error, ENAMETOOLONG);
    cr_expect_eq(seen.folders, TREE_DEPTH_MAX);
    cr_expect_eq(seen.left, TREE_DEPTH_MAX - 1);
    cr_expect_eq(seen.files, TREE_DEPTH_MAX); /* that beside, and no one in the last */
    close(at);
}

Test(ftp_tree_walk, without_descriptors_it_is_a_trouble_and_no_end)
{
    struct tree_entry entry;
    struct rlimit few;
    close(scratch_chain(folder, 5));
    struct tree_walk *walk = tree_walk_new(folder);
    cr_assert_not_null(walk);
    getrlimit(RLIMIT_NOFILE, &few);
    few.rlim_cur = 3;
    cr_assert_eq(setrlimit(RLIMIT_NOFILE, &few), 0);
    cr_expect_null(tree_walk_new(folder));
    cr_expect_eq(errno, EMFILE);
    cr_expect_eq(tree_walk_next(walk, &entry), TREE_ENTRY);
    cr_expect_eq(tree_walk_next(walk, &entry), TREE_TROUBLE);
    cr_expect_eq(entry.error, EMFILE);
    cr_expect_str_eq(entry.path, "d");
    cr_expect_eq(tree_walk_next(walk, &entry), TREE_END);
    tree_walk_free(walk);
    few.rlim_cur = few.rlim_max;
    setrlimit(RLIMIT_NOFILE, &few);
}

/* A folder that is swapped for a link that leads out, between two steps. */
Test(ftp_tree_walk, a_swapped_link_leads_nowhere)
{
    struct tree_entry entry;
    cr_assert_eq(mkdirat(folder, "victim", 0700), 0);
    struct tree_walk *walk = tree_walk_new(folder);
    cr_expect_eq(tree_walk_next(walk, &entry), TREE_ENTRY);
    cr_assert_eq(unlinkat(folder, "victim", AT_REMOVEDIR), 0);
    cr_assert_eq(symlinkat("/etc", folder, "victim"), 0);
    cr_expect_eq(tree_walk_next(walk, &entry), TREE_TROUBLE);
    cr_expect(entry.error == ENOTDIR || entry.error == ELOOP, "%s", entry.why);
    tree_walk_free(walk);
}

/* On the way back from the deep, ".." would be another folder: the walk ends with a trouble. */
Test(ftp_tree_walk, a_folder_moved_elsewhere_leads_nowhere)
{
    struct tree_entry entry;
    enum tree_event event;
    char *elsewhere = scratch_new(), *from = scratch_path(top, "d/d"),
         *to = scratch_path(elsewhere, "d");
    int error = 0;
    close(scratch_chain(folder, TREE_OPEN_MAX + 10));
    struct tree_walk *walk = tree_walk_new(folder);
    while ((event = tree_walk_next(walk, &entry)) != TREE_LEAVE) /* the innermost is seen */
        cr_assert_neq(event, TREE_END);
    cr_assert_eq(rename(from, to), 0);
    while ((event = tree_walk_next(walk, &entry)) != TREE_END)
        error = event == TREE_TROUBLE ? entry.error : error;
    cr_expect_eq(error, ESTALE);
    tree_walk_free(walk);
    cr_expect_eq(rename(to, from), 0);
    scratch_remove(elsewhere);
    free(from);
    free(to);
}

/* Removal, the other use of it; and skipping. */
Test(ftp_tree_walk, takes_a_tree_away_and_leaves_out_what_it_is_told)
{
    struct tree_entry entry;
    close(scratch_chain(folder, 300));
    cr_assert_eq(mkdirat(folder, "kept", 0700), 0);
    put(folder, "kept/file");
    struct tree_walk *walk = tree_walk_new(folder);
    for (enum tree_event event; (event = tree_walk_next(walk, &entry)) != TREE_END;) {
        cr_assert_neq(event, TREE_TROUBLE, "%s", entry.why);
        if (event == TREE_ENTRY && strcmp(entry.path, "kept") == 0)
            tree_walk_skip(walk);
        else if (event == TREE_LEAVE || !S_ISDIR(entry.status.st_mode))
            cr_assert_eq(unlinkat(entry.folder, entry.name, event == TREE_LEAVE ? AT_REMOVEDIR : 0),
                         0, "%s", entry.path);
    }
    tree_walk_free(walk);
    struct seen seen = walk_all();
    cr_expect_eq(seen.folders, 1);
    cr_expect_eq(seen.files, 1);
}

Test(ftp_tree_walk, a_folder_that_cannot_be_read_is_named)
{
    struct tree_entry entry;
    bool told = false;
    cr_assert_eq(mkdirat(folder, "shut", 0700), 0);
    put(folder, "shut/file");
    cr_assert_eq(mkdirat(folder, "open", 0700), 0);
    put(folder, "open/file");
    cr_assert_eq(fchmodat(folder, "shut", 0, 0), 0);
    if (geteuid() == 0) /* root reads everything */
        cr_assert_eq(fchmod(folder, 0755) + seteuid(65534), 0);
    struct tree_walk *walk = tree_walk_new(folder);
    cr_assert_not_null(walk);
    for (enum tree_event event; (event = tree_walk_next(walk, &entry)) != TREE_END;)
        if (event == TREE_TROUBLE && strcmp(entry.path, "shut") == 0)
            told = entry.error == EACCES;
    cr_expect(told);
    tree_walk_free(walk);
    cr_expect(geteuid() != 65534 || seteuid(0) == 0);
}
