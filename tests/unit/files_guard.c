/*
 * Who else may write what this program trusts: then it is refused, with the chmod to type.
 */
#include "allow_edit.h"
#include "file_guard.h"
#include "key_store.h"
#include "known_peers.h"
#include "scratch.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static struct home home;
static char *folder;
static struct rsa_key *pair;

static void set_up(void)
{
    folder = scratch_new();
    cr_assert(home_find(&home, folder, NULL) && home_make(&home, HOME_KEYS, NULL));
    cr_assert_eq(rsa_key_from_primes(&pair, "61", "53", "17"), RSA_OK);
    cr_assert(key_store_save(&home, "anna", pair, NULL, NULL, NULL));
    scratch_write(folder, HOME_ALLOWED, "name,n,e\nanna,0xca1,0x11\n");
    scratch_write(folder, HOME_KNOWN_SERVERS, "");
    scratch_write(folder, HOME_PENDING, "");
}

static void tear_down(void)
{
    rsa_key_free(pair);
    scratch_remove(folder);
}

TestSuite(files_guard, .init = set_up, .fini = tear_down);

/* --- all that reads what it trusts ------------------------------------------------------------ */

static bool read_list(const char *path, struct problem *problem)
{
    struct allow_list *list;
    bool done = allow_list_load(&list, path, problem);
    allow_list_free(list);
    return done;
}

static bool edit_list(const char *path, struct problem *problem)
{
    struct allow_edit *edit;
    bool done = allow_edit_begin(&edit, path, problem);
    allow_edit_end(edit);
    return done;
}

static bool check_server(const char *path, struct problem *problem)
{
    enum known_peer answer;
    struct known_record record;
    return known_server_check(&answer, &record, path,
                              &(struct known_server){"host", 1, FAMILY_MODERN}, pair, problem);
}

static bool read_pending(const char *path, struct problem *problem)
{
    struct pending_key *rows;
    size_t count;
    bool done = pending_rows_read(&rows, &count, path, problem);
    pending_rows_free(rows, count);
    return done;
}

static bool open_clients(const char *path, struct problem *problem)
{
    struct known_clients *clients;
    bool done = known_clients_open(&clients, path, problem);
    known_clients_free(clients);
    return done;
}

static bool load_key(const char *path, struct problem *problem)
{
    struct stored_key key;
    bool private = strstr(path, ".key.csv") != NULL;
    bool done = key_store_load(&key, &home, "anna", private ? KEY_PRIVATE : KEY_PUBLIC, NULL,
                               problem);
    stored_key_free(&key);
    return done;
}

static const struct {
    const char *name;
    bool (*read)(const char *path, struct problem *problem);
} readers[] = {
    {HOME_ALLOWED, read_list},          {HOME_ALLOWED, edit_list},
    {HOME_KNOWN_SERVERS, check_server}, {HOME_PENDING, read_pending},
    {HOME_KNOWN_CLIENTS, open_clients}, {HOME_KEYS "/anna.pub.csv", load_key},
};
#define READERS (sizeof(readers) / sizeof(readers[0]))

static void expect_refused(size_t reader, const char *path, mode_t mode, const char *what)
{
    struct problem problem = {0};
    char want[256], *file = scratch_path(folder, readers[reader].name);
    snprintf(want, sizeof(want), "%s: others can write to this %s (mode %04o)", path, what,
             (unsigned)mode);
    cr_expect_not(readers[reader].read(file, &problem), "%s with %s", readers[reader].name, want);
    cr_expect_str_eq(problem.message, want, "%s: %s", readers[reader].name, problem.message);
    snprintf(want, sizeof(want), "chmod go-w %s", path);
    cr_expect_neq(strstr(problem.hint, want), NULL, "%s", problem.hint);
    free(file);
}

static void expect_taken(size_t reader)
{
    static const char *const empty[] = {
        [2] = "host,port,fingerprint,n,e,first_seen\n",
        [3] = "fingerprint,number,address,times,first_seen,last_seen,n,e\n"};
    struct problem problem = {0};
    char *file = scratch_path(folder, readers[reader].name);
    if (reader < 4 && empty[reader])
        scratch_write(folder, readers[reader].name, empty[reader]);
    cr_expect(readers[reader].read(file, &problem), "%s: %s", file, problem.message);
    free(file);
}

Test(files_guard, what_others_can_write_is_refused)
{
    static const mode_t bits[] = {0020, 0002, 0022};
    for (size_t i = 0; i < READERS; i++) {
        char *file = scratch_path(folder, readers[i].name);
        expect_taken(i);
        for (size_t j = 0; j < 3; j++) {
            bool there = access(file, F_OK) == 0;
            if (there) {
                cr_assert_eq(chmod(file, 0644 | bits[j]), 0);
                expect_refused(i, file, 0644 | bits[j], "file");
                cr_assert_eq(chmod(file, 0644), 0);
            }
            cr_assert_eq(chmod(folder, 0755 | bits[j]), 0);
            expect_refused(i, folder, 0755 | bits[j], "folder");
            cr_assert_eq(chmod(folder, 0700), 0);
        }
        expect_taken(i);
        free(file);
    }
}

Test(files_guard, the_folder_of_the_keys)
{
    char *keys = scratch_path(folder, HOME_KEYS);
    for (int private = 0; private < 2; private ++) {
        struct stored_key key;
        struct problem problem = {0};
        cr_assert_eq(chmod(keys, 0770), 0);
        cr_expect_not(key_store_load(&key, &home, "anna", private ? KEY_PRIVATE : KEY_PUBLIC, NULL,
                                     &problem));
        cr_expect_neq(strstr(problem.hint, "chmod go-w "), NULL, "%s", problem.message);
    }
    free(keys);
}

/* In a sticky folder nobody replaces what is not his; a link is as safe as where it leads. */
Test(files_guard, sticky_folders_and_links)
{
    char *open_folder = scratch_path(folder, "open"), *link = scratch_path(folder, "link.csv");
    cr_assert_eq(mkdir(open_folder, 0755), 0);
    cr_assert_eq(symlink("open/list.csv", link), 0);
    scratch_write(folder, "open/list.csv", "name,n,e\n");
    cr_assert_eq(chmod(open_folder, 01777), 0);
    cr_expect(file_guard(link, NULL), "sticky");
    cr_assert_eq(chmod(open_folder, 0777), 0);
    cr_expect_not(file_guard(link, NULL), "not sticky");
    free(open_folder);
    free(link);
}

/* --- owners ----------------------------------------------------------------------------------- */

/* As another user, who can read it all. */
static bool guarded_as(uid_t user, const char *path)
{
    pid_t child = fork();
    if (child == 0)
        _exit(setuid(user) == 0 && file_guard(path, NULL) ? 0 : 1);
    int status;
    cr_assert_eq(waitpid(child, &status, 0), child);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

Test(files_guard, a_file_of_another_user_is_refused_and_one_of_root_is_not)
{
    if (geteuid() != 0)
        cr_skip_test("only root can give files to others");
    char *list = scratch_path(folder, HOME_ALLOWED);
    cr_assert_eq(chmod(folder, 0755), 0);
    cr_expect(guarded_as(12345, list), "root's file in root's folder");
    cr_assert_eq(chown(list, 12345, (gid_t)-1), 0);
    cr_expect(guarded_as(12345, list), "one's own");
    cr_expect_not(guarded_as(12346, list), "another's");
    cr_expect(guarded_as(0, list), "root may use it");
    cr_assert_eq(chown(folder, 12345, (gid_t)-1), 0);
    cr_assert_eq(chown(list, 0, (gid_t)-1), 0);
    cr_expect_not(guarded_as(12346, list), "another's folder");
    free(list);
}
