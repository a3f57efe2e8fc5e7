/*
 * keytool allow accept at a terminal: what it shows, which answers it takes, and that nothing is
 * changed before the last of them.
 */
#include "allow_list.h"
#include "fingerprint_art.h"
#include "home.h"
#include "process.h"
#include "scratch.h"
#include "small_keys.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *home;

/* Three refused keys, 1 to 3, and anna, who is allowed. */
static void set_up(void)
{
    home = scratch_new();
    scratch_write(
        home, HOME_PENDING,
        "fingerprint,number,address,times,first_seen,last_seen,n,e\n"
        ",1,192.0.2.1,1,2026-02-03T04:05:06Z,2026-02-03T04:06:06Z,0xc000000000000011,17\n"
        ",2,192.0.2.2,4,2026-02-03T04:05:06Z,2026-02-03T04:06:06Z,0xc000000000000021,17\n"
        ",3,192.0.2.3,1,2026-02-03T04:05:06Z,2026-02-03T04:06:06Z,0xc000000000000031,17\n");
    scratch_write(home, HOME_ALLOWED, "name,n,e\nanna,0xc000000000000041,17\n");
}

static void tear_down(void)
{
    scratch_remove(home);
}

TestSuite(keytool_accept, .init = set_up, .fini = tear_down, .timeout = 60);

static struct process *accept_all(void)
{
    return process_start(home, PROCESS_TERMINAL, "keytool", "allow", "accept", "--all", NULL);
}

static void see(struct process *keytool, const char *pattern)
{
    cr_assert(process_expect(keytool, PROCESS_OUT, pattern), "wanted '%s': %s", pattern,
              process_said(keytool));
}

/* Waits for the question, and answers it. */
static void answer(struct process *keytool, const char *text)
{
    see(keytool, "Let it in\\? \\(yes, no, or a name for it\\) ");
    cr_assert(process_type(keytool, text));
}

static size_t lines_of(const char *name)
{
    char *text = scratch_read(home, name);
    size_t lines = 0;
    for (const char *at = text; (at = strchr(at, '\n')) != NULL; at++)
        lines++;
    free(text);
    return lines;
}

static void expect_name(const struct allow_list *list, unsigned index, const char *name)
{
    struct rsa_key *key = small_key(index);
    const struct allow_entry *entry = allow_list_find(list, key, FAMILY_MODERN);
    cr_expect(!name ? !entry : entry && strcmp(entry->name, name) == 0, "key %u is %s", index,
              !entry ? "nobody" : entry->name);
    rsa_key_free(key);
}

Test(keytool_accept, each_is_shown_and_asked_for)
{
    char art[FINGERPRINT_ART_BYTES], fingerprint[FINGERPRINT_TEXT_BYTES];
    struct rsa_key *key = small_key(2);
    struct allow_list *list;
    struct process *keytool = accept_all();
    answer(keytool, "boris\n");
    answer(keytool, "no\n");
    see(keytool, "Key 3, from 192.0.2.3, refused 1 time, last 2026-02-03T04:06:06Z");
    answer(keytool, "anna\n");
    see(keytool, "the name 'anna' is taken by another key");
    answer(keytool, "BORIS\n");
    see(keytool, "the name 'BORIS' looks like 'boris'");
    answer(keytool, "b s\n");
    see(keytool, "has a character that names may not have");
    cr_expect_eq(lines_of(HOME_ALLOWED), 2, "changed before the last answer");
    cr_expect_eq(lines_of(HOME_PENDING), 4, "changed before the last answer");
    answer(keytool, "eve\n");
    cr_expect_eq(process_wait(keytool), 0, "%s", process_said(keytool));

    /* what was shown of key 2: fingerprint and picture, its lines ended as a terminal ends them */
    fingerprint_text(fingerprint, key);
    fingerprint_art(art, key);
    const char *shown = process_text(keytool, PROCESS_OUT);
    cr_expect_not_null(strstr(shown, fingerprint));
    for (char *line = strtok(art, "\n"); line != NULL; line = strtok(NULL, "\n"))
        cr_expect_not_null(strstr(shown, line), "no '%s' in %s", line, shown);
    process_free(keytool);
    rsa_key_free(key);

    char *path = scratch_path(home, HOME_ALLOWED);
    cr_assert(allow_list_load(&list, path, NULL));
    expect_name(list, 1, "boris");
    expect_name(list, 2, NULL);
    expect_name(list, 3, "eve");
    expect_name(list, 4, "anna");
    allow_list_free(list);
    free(path);
    cr_expect_eq(lines_of(HOME_PENDING), 2, "key 2 waits still, and alone");
}

Test(keytool_accept, no_answer_changes_nothing)
{
    struct process *keytool = accept_all();
    answer(keytool, "boris\n");
    answer(keytool, "\004"); /* Ctrl-D */
    see(keytool, "no answer: nothing was changed");
    cr_expect_eq(process_wait(keytool), 1);
    process_free(keytool);
    cr_expect_eq(lines_of(HOME_ALLOWED), 2);
    cr_expect_eq(lines_of(HOME_PENDING), 4);
}

/* A crash came between the two files: it is allowed, and waits still. No question is asked. */
Test(keytool_accept, who_is_allowed_already_waits_no_longer)
{
    scratch_write(home, HOME_ALLOWED, "name,n,e\nanna,0xc000000000000011,17\n");
    struct process *keytool = process_start(home, PROCESS_TERMINAL, "keytool", "allow", "accept",
                                            "1", NULL);
    see(keytool, "key 1: allowed already");
    cr_expect_eq(process_wait(keytool), 0);
    process_free(keytool);
    cr_expect_eq(lines_of(HOME_ALLOWED), 2);
    cr_expect_eq(lines_of(HOME_PENDING), 3);
}

/* A key typed twice is asked for once. */
Test(keytool_accept, twice_is_once)
{
    struct process *keytool = process_start(home, PROCESS_TERMINAL, "keytool", "allow", "accept",
                                            "2", "2", NULL);
    answer(keytool, "yes\n");
    see(keytool, "allowed key-[0-9a-f]{10}: SHA256:");
    cr_expect_eq(process_wait(keytool), 0);
    process_free(keytool);
}
