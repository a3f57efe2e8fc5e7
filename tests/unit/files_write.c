/*
 * Whole files: after a crash or a failure at any step there is the old file or the new one.
 *
 * The steps are the system calls that change something. This program has functions of their names,
 * which the linker prefers to those of the C library; when armed, one of them dies half-way, as in
 * a power cut, or fails, as on a full disk.
 */
#undef _FORTIFY_SOURCE /* its read would be an inline function around ours */

#include "scratch.h"
#include "whole_file.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define DIED 42

static unsigned steps_left; /* 0: not armed */
static bool die;

/* True if this call is the one; it does not come back if it is to die. */
static bool strike(void)
{
    if (steps_left == 0 || --steps_left > 0)
        return false;
    if (die)
        _exit(DIED);
    errno = ENOSPC;
    return true;
}

ssize_t write(int descriptor, const void *data, size_t bytes)
{
    if (steps_left == 1) /* the half that reached the disk */
        syscall(SYS_write, descriptor, data, bytes / 2);
    return strike() ? -1 : syscall(SYS_write, descriptor, data, bytes);
}

static void (*meanwhile)(const char *folder); /* NULL, or what somebody does during the next read */
static const char *its_folder;

ssize_t read(int descriptor, void *data, size_t bytes)
{
    void (*now)(const char *folder) = meanwhile;
    meanwhile = NULL;
    if (now)
        now(its_folder);
    return syscall(SYS_read, descriptor, data, bytes);
}

int fsync(int descriptor)
{
    return strike() ? -1 : (int)syscall(SYS_fsync, descriptor);
}

int rename(const char *from, const char *to)
{
    return strike() ? -1 : (int)syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
}

int fchown(int descriptor, uid_t owner, gid_t group)
{
    return strike() ? -1 : (int)syscall(SYS_fchown, descriptor, owner, group);
}

int fchmod(int descriptor, mode_t mode)
{
    return strike() ? -1 : (int)syscall(SYS_fchmod, descriptor, mode);
}

/* --- the test -------------------------------------------------------------------------------- */

static bool replace(const char *path, const char *text, mode_t mode, struct problem *problem)
{
    struct file_lock lock;
    if (!file_lock_take(&lock, path, problem))
        return false;
    bool done = whole_file_replace(&lock, path, text, strlen(text), mode, problem);
    file_lock_release(&lock);
    return done;
}

#define DONE_ALL_THE_SAME 4 /* struck, and it did not matter: the owner can't always be kept */

/* Replaces in a child that is struck at this step. Its exit status: 0 done before the step was
 * reached, 1 failed, DONE_ALL_THE_SAME, DIED. */
static int replace_struck(const char *path, const char *text, unsigned step, bool dying)
{
    pid_t child = fork();
    if (child == 0) {
        struct file_lock lock;
        if (!file_lock_take(&lock, path, NULL))
            _exit(3);
        steps_left = step;
        die = dying;
        bool done = whole_file_replace(&lock, path, text, strlen(text), 0644, NULL);
        _exit(!done ? 1 : steps_left > 0 ? 0 : DONE_ALL_THE_SAME);
    }
    int status;
    cr_assert_eq(waitpid(child, &status, 0), child);
    cr_assert(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void strike_everywhere(const char *old, bool dying)
{
    static const char fresh[] = "the new text, longer than the old one";
    char *folder = scratch_new(), *path = scratch_path(folder, "file");
    unsigned step = 1, before = 0;
    for (int status = 1; status != 0; step++) {
        cr_assert_leq(step, 50u, "it never came through");
        if (old)
            scratch_write(folder, "file", old);
        else
            unlink(path);
        status = replace_struck(path, fresh, step, dying);
        cr_assert_neq(status, 3);
        char *text = scratch_read(folder, "file");
        bool is_old = old ? strcmp(text, old) == 0 : access(path, F_OK) != 0;
        bool is_new = strcmp(text, fresh) == 0;
        cr_expect(is_old || is_new, "step %u: half a file: '%s'", step, text);
        cr_expect((status != 0 && status != DONE_ALL_THE_SAME) || is_new,
                  "step %u: done, but the file is '%s'", step, text);
        before += is_old;
        free(text);
        /* the lock is free again and a leftover is in nobody's way */
        cr_expect(replace(path, "again", 0644, NULL), "step %u: blocked", step);
    }
    cr_assert_geq(step - 2, 4u, "only %u steps were struck", step - 2);
    cr_assert_geq(before, 3u, "the old file was seen only %u times", before);
    free(path);
    scratch_remove(folder);
}

Test(files_write, a_power_cut_at_any_step_leaves_the_old_file_or_the_new)
{
    strike_everywhere("old", true);
}

Test(files_write, a_power_cut_leaves_no_file_or_the_new_one)
{
    strike_everywhere(NULL, true);
}

Test(files_write, a_failure_at_any_step_leaves_the_old_file_or_the_new)
{
    strike_everywhere("old", false);
}

Test(files_write, a_failure_leaves_nothing_behind_and_says_so)
{
    char *folder = scratch_new(), *path = scratch_path(folder, "file");
    struct problem problem = {0};
    struct file_lock lock;
    scratch_write(folder, "file", "old");
    cr_assert(file_lock_take(&lock, path, &problem));
    steps_left = 3; /* the write: fchown and fchmod come before */
    cr_assert_not(whole_file_replace(&lock, path, "new", 3, 0644, &problem));
    steps_left = 0;
    file_lock_release(&lock);
    cr_expect_not_null(strstr(problem.message, "No space left"), "%s", problem.message);
    cr_expect_not_null(strstr(problem.hint, "as it was"), "%s", problem.hint);
    char *temporary = scratch_path(folder, ".file.tmp");
    cr_expect_neq(access(temporary, F_OK), 0, "the temporary file is still there");
    free(temporary);
    free(path);
    scratch_remove(folder);
}

static mode_t mode_of(const char *path)
{
    struct stat status;
    cr_assert_eq(stat(path, &status), 0, "%s", path);
    return status.st_mode & 07777;
}

Test(files_write, permission_bits)
{
    char *folder = scratch_new(), *path = scratch_path(folder, "file");
    umask(022);
    cr_assert(replace(path, "1", 0666, NULL));
    cr_expect_eq(mode_of(path), 0644, "a new file: mode less the umask, got %o", mode_of(path));
    chmod(path, 0664);
    cr_assert(replace(path, "2", 0644, NULL));
    cr_expect_eq(mode_of(path), 0664, "an old file keeps its bits, got %o", mode_of(path));
    cr_assert(replace(path, "3", 0600, NULL));
    cr_expect_eq(mode_of(path), 0600, "a secret never takes over bits, got %o", mode_of(path));
    free(path);
    scratch_remove(folder);
}

Test(files_write, a_secret_is_never_readable_by_others)
{
    /* dead before the rename: what is there is the temporary file */
    char *folder = scratch_new(), *path = scratch_path(folder, "file");
    pid_t child = fork();
    if (child == 0) {
        struct file_lock lock;
        umask(0);
        if (!file_lock_take(&lock, path, NULL))
            _exit(3);
        steps_left = 1, die = true;
        (void)!whole_file_replace(&lock, path, "secret", 6, 0600, NULL);
        _exit(0);
    }
    int status;
    waitpid(child, &status, 0);
    cr_assert_eq(WEXITSTATUS(status), DIED);
    char *temporary = scratch_path(folder, ".file.tmp");
    cr_expect_eq(mode_of(temporary), 0600, "got %o", mode_of(temporary));
    free(temporary);
    free(path);
    scratch_remove(folder);
}

Test(files_write, links_and_folders_are_not_written_over)
{
    char *folder = scratch_new(), *path = scratch_path(folder, "link");
    struct problem problem = {0};
    scratch_write(folder, "file", "old");
    cr_assert_eq(symlink("file", path), 0);
    cr_expect_not(replace(path, "new", 0644, &problem));
    cr_expect_not_null(strstr(problem.message, "symbolic link"), "%s", problem.message);
    char *text = scratch_read(folder, "file");
    cr_expect_str_eq(text, "old");
    problem = (struct problem){0};
    cr_expect_not(replace(folder, "new", 0644, &problem));
    cr_expect_not_null(strstr(problem.message, "not a regular file"), "%s", problem.message);
    free(text);
    free(path);
    char *lock = NULL; /* of the folder: beside it */
    cr_assert_geq(asprintf(&lock, "%.*s.%s.lock", (int)(strrchr(folder, '/') - folder + 1), folder,
                           strrchr(folder, '/') + 1),
                  0);
    unlink(lock);
    free(lock);
    scratch_remove(folder);
}

Test(files_write, stamps_see_a_change_of_the_same_size)
{
    char *folder = scratch_new(), *path = scratch_path(folder, "file");
    struct file_stamp none, first, second;
    cr_assert(file_stamp_take(&none, path));
    cr_assert(replace(path, "1", 0644, NULL));
    cr_assert(file_stamp_take(&first, path));
    cr_assert(replace(path, "2", 0644, NULL));
    cr_assert(file_stamp_take(&second, path));
    cr_expect_not(file_stamp_equal(&none, &first));
    cr_expect_not(file_stamp_equal(&first, &second));
    cr_assert(file_stamp_take(&first, path));
    cr_expect(file_stamp_equal(&first, &second));
    free(path);
    scratch_remove(folder);
}

/* --- reading --------------------------------------------------------------------------------- */

static void replace_it(const char *folder)
{
    char *path = scratch_path(folder, "file");
    cr_assert(replace(path, "the new one", 0644, NULL));
    free(path);
}

static void write_into_it(const char *folder)
{
    char *path = scratch_path(folder, "file");
    int descriptor = open(path, O_WRONLY | O_APPEND);
    cr_assert_eq(write(descriptor, " and more", 9), 9);
    close(descriptor);
    free(path);
}

/* Readers take no lock: whoever begins with the old file gets it whole. */
Test(files_write, a_reader_meets_a_writer)
{
    static const struct {
        void (*what)(const char *folder);
        bool done;
    } cases[] = {{replace_it, true}, {write_into_it, false}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char *folder = scratch_new(), *path = scratch_path(folder, "file");
        struct problem problem = {0};
        struct whole_file file;
        cr_assert(replace(path, "the old one", 0644, NULL));
        its_folder = folder;
        meanwhile = cases[i].what;
        bool done = whole_file_read(&file, path, 100, &problem);
        cr_expect_eq(done, cases[i].done, "%zu: %s", i, problem.message);
        if (done)
            cr_expect_str_eq(file.data, "the old one");
        else
            cr_expect_not_null(strstr(problem.message, "was written to while it was read"));
        whole_file_free(&file);
        free(path);
        scratch_remove(folder);
    }
}
