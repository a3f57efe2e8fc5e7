/* What a count of a folder and those who write there at the same time make of one quota: the number
 * may be too high for a while, and is never too low. */
#include "account.h"
#include "allow_list.h"
#include "scratch.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define QUOTA 1000

static char *top;
static int folder;
static struct accounts *accounts;
static struct account *account;

static void start(void)
{
    top = scratch_new();
    folder = open(top, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    accounts = accounts_new();
    account = account_enter(accounts, "anna");
    account_set_quota(account, QUOTA);
}

static void stop(void)
{
    account_leave(account);
    accounts_free(accounts);
    close(folder);
    scratch_remove(top);
}

TestSuite(ftp_account, .init = start, .fini = stop);

static void put(const char *name, size_t bytes)
{
    int file = openat(folder, name, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    cr_assert_eq(ftruncate(file, (off_t)bytes), 0);
    close(file);
}

static enum account_counting run(struct account_count *count)
{
    struct problem problem = {0};
    enum account_counting counting;
    while ((counting = account_count_more(count, &problem)) == ACCOUNT_COUNTING)
        continue;
    return counting;
}

static void count_now(void)
{
    struct account_count *count = account_count_new(account, folder);
    cr_assert_eq(run(count), ACCOUNT_COUNTED);
    account_count_free(count);
}

Test(ftp_account, counts_files_at_all_depths)
{
    cr_assert_eq(mkdirat(folder, "a", 0700), 0);
    put("a/one", 300);
    put("two", 400);
    cr_assert_eq(symlinkat("a/one", folder, "link"), 0);
    cr_expect_not(account_is_counted(account));
    count_now();
    cr_expect(account_is_counted(account));
    cr_expect_eq(account_used(account), 700);
    cr_expect(account_grow(account, 300));
    cr_expect_not(account_grow(account, 1));
}

/* Entered before the count and written behind it; and entered while it ran. */
Test(ftp_account, what_a_count_cannot_have_seen_is_added)
{
    put("old", 100);
    cr_assert(account_grow(account, 200));
    struct account_count *count = account_count_new(account, folder);
    cr_assert(account_grow(account, 300));
    cr_expect_eq(run(count), ACCOUNT_COUNTED);
    account_count_free(count);
    put("late", 200);
    account_written(account, 200);
    put("later", 300);
    account_written(account, 300);
    cr_expect_eq(account_used(account), 600);
    /* Bytes that go while a count runs may have been seen, or not. */
    count = account_count_new(account, folder);
    cr_expect(account_unlink(account, folder, "later", 0));
    cr_expect_eq(run(count), ACCOUNT_COUNTED);
    account_count_free(count);
    cr_expect_geq(account_used(account), 300);
}

/* The first count is ready, its session uploads; then the second, which began with it, is. */
Test(ftp_account, two_counts_at_once)
{
    struct account_count *one = account_count_new(account, folder),
                         *two = account_count_new(account, folder);
    cr_expect_eq(run(one), ACCOUNT_COUNTED);
    cr_assert(account_grow(account, 900));
    cr_expect_eq(run(two), ACCOUNT_COUNTED);
    cr_expect_not(account_grow(account, 900), "twice the quota");
    account_count_free(one);
    account_count_free(two);
}

/* A file that is moved from where the count has not been to where it has been. */
Test(ftp_account, what_is_renamed_meanwhile_is_not_missed)
{
    cr_assert_eq(mkdirat(folder, "a", 0700), 0);
    put("file", 900);
    struct account_count *count = account_count_new(account, folder);
    cr_expect(account_rename(account, folder, "file", folder, "a/file"));
    cr_expect_eq(run(count), ACCOUNT_COUNTED);
    cr_expect_geq(account_used(account), 900);
    account_count_free(count);
    /* Who is refused by a number that may be too high is counted again. */
    if (account_used(account) > 900)
        cr_expect_not(account_grow(account, 100));
    if (!account_is_counted(account))
        count_now();
    cr_expect_eq(account_used(account), 900);
    cr_expect(account_grow(account, 100));
}

Test(ftp_account, folders_that_are_moved_make_it_begin_again)
{
    struct problem problem = {0};
    cr_assert_eq(mkdirat(folder, "a", 0700), 0);
    struct account_count *count = account_count_new(account, folder);
    for (size_t i = 0; i < 2; i++) {
        cr_expect(account_rename(account, folder, i % 2 ? "b" : "a", folder, i % 2 ? "a" : "b"));
        cr_expect_eq(account_count_more(count, &problem), ACCOUNT_COUNTING);
    }
    cr_expect(account_rename(account, folder, "a", folder, "b"));
    cr_expect_eq(account_count_more(count, &problem), ACCOUNT_UNCOUNTABLE);
    cr_expect_eq(errno, EBUSY);
    account_count_free(count);
    cr_expect_not(account_is_counted(account));
    count_now();
}

Test(ftp_account, what_is_replaced_or_removed_is_free)
{
    put("a", 300);
    put("b", 200);
    count_now();
    cr_expect(account_rename(account, folder, "b", folder, "a"));
    cr_expect_eq(account_used(account), 200);
    cr_expect(account_rename(account, folder, "a", folder, "a"));
    cr_expect_eq(account_used(account), 200);
    cr_expect(account_unlink(account, folder, "a", 0));
    cr_expect_eq(account_used(account), 0);
    cr_expect_not(account_unlink(account, folder, "a", 0));
    cr_expect_eq(errno, ENOENT);
}

static void *remove_all(void *unused)
{
    char name[2] = "a";
    for (; name[0] <= 'z'; name[0]++)
        account_unlink(account, folder, name, 0);
    return unused;
}

/* Of two that remove one file at the same time, one gets its bytes. */
Test(ftp_account, bytes_are_given_back_once)
{
    pthread_t threads[2];
    char name[2] = "a";
    account_set_quota(account, ALLOW_NO_QUOTA);
    for (; name[0] <= 'z'; name[0]++)
        put(name, 100);
    put("kept", 5000);
    count_now();
    for (size_t i = 0; i < 2; i++)
        pthread_create(&threads[i], NULL, remove_all, NULL);
    for (size_t i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    cr_expect_eq(account_used(account), 5000);
}

Test(ftp_account, what_cannot_be_counted_is_an_error)
{
    struct problem problem = {0};
    close(scratch_chain(folder, 2100));
    struct account_count *count = account_count_new(account, folder);
    enum account_counting counting;
    while ((counting = account_count_more(count, &problem)) == ACCOUNT_COUNTING)
        continue;
    cr_expect_eq(counting, ACCOUNT_UNCOUNTABLE);
    cr_expect(strstr(problem.message, "too many folders inside each other"), "%s", problem.message);
    cr_expect_not(account_is_counted(account));
    account_count_free(count);
}
