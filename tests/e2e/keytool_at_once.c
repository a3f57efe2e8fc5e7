/*
 * Many keytools at once on one home: nobody's change is lost.
 */
#include "allow_list.h"
#include "key_store.h"
#include "process.h"
#include "scratch.h"
#include "small_keys.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PROGRAMS 20

/* A public key file, as it was mailed to the person at the server. */
static char *public_key_file(const char *folder, unsigned index)
{
    char text[256], name[32];
    struct rsa_key *key = small_key(index);
    char *n = rsa_key_number_text(key, RSA_N, 16);
    snprintf(text, sizeof(text), "field,value\ntype,rsa-public\nn,%s\ne,17\n", n);
    snprintf(name, sizeof(name), "key%u.pub.csv", index);
    scratch_write(folder, name, text);
    rsa_text_free(n);
    rsa_key_free(key);
    return scratch_path(folder, name);
}

static void start_adding(struct process *programs[PROGRAMS], const char *home)
{
    for (unsigned i = 0; i < PROGRAMS; i++) {
        char name[32], *file = public_key_file(home, i);
        snprintf(name, sizeof(name), "guest%u", i);
        programs[i] = process_start(home, PROCESS_PIPES, "keytool", "allow", "add", file, "--name",
                                    name, NULL);
        free(file);
    }
}

static struct allow_list *load(const char *home)
{
    struct allow_list *list;
    struct problem problem = {0};
    char *path = scratch_path(home, HOME_ALLOWED);
    cr_assert(allow_list_load(&list, path, &problem), "%s", problem.message);
    free(path);
    return list;
}

Test(keytool_at_once, all_that_was_added_is_there)
{
    char *home = scratch_new();
    struct process *programs[PROGRAMS];
    start_adding(programs, home);
    for (unsigned i = 0; i < PROGRAMS; i++) {
        cr_expect_eq(process_wait(programs[i]), 0, "%s", process_said(programs[i]));
        process_free(programs[i]);
    }
    struct allow_list *list = load(home);
    cr_expect_eq(allow_list_count(list), PROGRAMS, "%zu rows", allow_list_count(list));
    for (unsigned i = 0; i < PROGRAMS; i++) {
        char name[32];
        struct rsa_key *key = small_key(i);
        snprintf(name, sizeof(name), "guest%u", i);
        const struct allow_entry *entry = allow_list_find(list, key, FAMILY_MODERN);
        cr_expect(entry && strcmp(entry->name, name) == 0, "%s is lost", name);
        rsa_key_free(key);
    }
    allow_list_free(list);
    scratch_remove(home);
}

/* Some are killed, some come too late; the list is whole, and has all that said they were done. */
Test(keytool_at_once, killed_keytools_leave_a_whole_list)
{
    char *home = scratch_new();
    struct process *programs[PROGRAMS];
    bool done[PROGRAMS];
    start_adding(programs, home);
    cr_assert_eq(process_wait(programs[0]), 0, "%s", process_said(programs[0]));
    for (unsigned i = 1; i < PROGRAMS; i += 2)
        process_signal(programs[i], SIGKILL);
    for (unsigned i = 0; i < PROGRAMS; i++) {
        done[i] = i == 0 || process_wait(programs[i]) == 0;
        cr_expect(done[i] || i % 2 == 1, "%u: %s", i, process_said(programs[i]));
        process_free(programs[i]);
    }
    struct allow_list *list = load(home);
    for (unsigned i = 0; i < PROGRAMS; i++) {
        struct rsa_key *key = small_key(i);
        cr_expect(!done[i] || allow_list_find(list, key, FAMILY_MODERN), "guest%u is lost", i);
        rsa_key_free(key);
    }
    allow_list_free(list);
    scratch_remove(home);
}

Test(keytool_at_once, one_of_many_makes_the_key)
{
    char *home_path_text = scratch_new();
    struct process *programs[PROGRAMS];
    int made = 0;
    for (unsigned i = 0; i < PROGRAMS; i++)
        programs[i] = process_start(home_path_text, PROCESS_PIPES, "keytool", "gen", "anna",
                                    "--bits", "512", NULL);
    for (unsigned i = 0; i < PROGRAMS; i++) {
        made += process_wait(programs[i]) == 0;
        process_free(programs[i]);
    }
    cr_expect_eq(made, 1, "%d programs made the key", made);
    struct home home;
    struct stored_key key, public_half;
    struct problem problem = {0};
    cr_assert(home_find(&home, home_path_text, &problem));
    cr_assert(key_store_load(&key, &home, "anna", KEY_PRIVATE, NULL, &problem), "%s",
              problem.message);
    cr_assert(key_store_load(&public_half, &home, "anna", KEY_PUBLIC, NULL, &problem), "%s",
              problem.message);
    cr_expect(rsa_key_equal_public(key.key, public_half.key), "two halves of two keys");
    stored_key_free(&key);
    stored_key_free(&public_half);
    scratch_remove(home_path_text);
}
