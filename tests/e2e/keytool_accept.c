/*
 * keytool allow accept at a terminal: what it shows, which answers it takes, that each is followed
 * at once; names that keys would like; and --watch.
 */
#include "allow_list.h"
#include "fingerprint_art.h"
#include "home.h"
#include "process.h"
#include "scratch.h"
#include "small_keys.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

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
    cr_expect_eq(lines_of(HOME_ALLOWED), 3, "boris is in before the last answer");
    cr_expect_eq(lines_of(HOME_PENDING), 3, "and waits no longer");
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

Test(keytool_accept, no_answer_leaves_the_rest)
{
    struct process *keytool = accept_all();
    answer(keytool, "boris\n");
    answer(keytool, "\004"); /* Ctrl-D */
    see(keytool, "no answer: this key waits still, and so do those behind it");
    cr_expect_eq(process_wait(keytool), 1);
    process_free(keytool);
    cr_expect_eq(lines_of(HOME_ALLOWED), 3);
    cr_expect_eq(lines_of(HOME_PENDING), 3);
}

/* No and Yes with a capital are answers, and no names. A slip in a number changes nothing. */
Test(keytool_accept, answers_in_any_case)
{
    struct process *keytool = process_start(home, PROCESS_TERMINAL, "keytool", "allow", "accept",
                                            "1", "9", NULL);
    see(keytool, "no refused key '9' waits");
    cr_expect_eq(process_wait(keytool), 1);
    process_free(keytool);
    keytool = accept_all();
    answer(keytool, "No\n");
    answer(keytool, "N\n");
    answer(keytool, "YES\n");
    see(keytool, "allowed key-[0-9a-f]{10}: SHA256:");
    cr_expect_eq(process_wait(keytool), 0);
    process_free(keytool);
    cr_expect_eq(lines_of(HOME_ALLOWED), 3);
}

/* A slip of no lets nobody in; a name that begins like it is typed once more. */
Test(keytool_accept, what_begins_like_an_answer_is_asked_again)
{
    struct process *keytool = accept_all();
    answer(keytool, "nope\n");
    see(keytool, "that begins like yes or no: if it is the name, type it once more");
    answer(keytool, "no\n");
    answer(keytool, "Nora\n");
    answer(keytool, "nope\n");
    answer(keytool, "Nora\n");
    answer(keytool, "Nora\n");
    see(keytool, "allowed Nora: SHA256:");
    answer(keytool, " n \n");
    cr_expect_eq(process_wait(keytool), 0, "%s", process_said(keytool));
    process_free(keytool);
    cr_expect_eq(lines_of(HOME_ALLOWED), 3);
}

/* What is typed before the question stands there is no answer to it: a heavy thumb lets nobody in. */
Test(keytool_accept, nobody_is_let_in_by_what_was_typed_before)
{
    struct process *keytool = accept_all();
    answer(keytool, "boris\nyes\nyes\n");
    see(keytool, "allowed boris");
    answer(keytool, "no\n");
    answer(keytool, "no\n");
    cr_expect_eq(process_wait(keytool), 0);
    process_free(keytool);
    cr_expect_eq(lines_of(HOME_ALLOWED), 3);
}

/* Of an answer that is too long nothing is left over for the next question. */
Test(keytool_accept, a_long_answer_is_none)
{
    char text[1002];
    memset(text, 'a', sizeof(text) - 2);
    strcpy(text + sizeof(text) - 2, "\n");
    struct process *keytool = accept_all();
    answer(keytool, text);
    answer(keytool, "no\n");
    answer(keytool, "no\n");
    see(keytool, "nobody was let in");
    cr_expect_eq(process_wait(keytool), 0);
    process_free(keytool);
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

/* --- names that keys would like --------------------------------------------------------------- */

#define HEADING "fingerprint,number,address,times,first_seen,last_seen,wish,n,e\n"
#define ROW(number, wish)                                                                          \
    "," #number ",192.0.2." #number ",1,2026-02-03T04:05:06Z,2026-02-03T04:06:06Z," wish           \
    ",0xc0000000000000" #number "1,17\n"

/* Waits for the question with this name in it, and answers it. */
static void answer_as(struct process *keytool, const char *name, const char *text)
{
    char question[200];
    snprintf(question, sizeof(question),
             "Let it in as %s\\? \\(Enter: yes; no; or another name\\) ", name);
    see(keytool, question);
    cr_assert(process_type(keytool, text));
}

static void expect_names(const char *const names[], size_t count)
{
    struct allow_list *list;
    char *path = scratch_path(home, HOME_ALLOWED);
    cr_assert(allow_list_load(&list, path, NULL));
    for (size_t i = 0; i < count; i++)
        expect_name(list, (unsigned)i + 1, names[i]);
    allow_list_free(list);
    free(path);
}

/* Two who wish the same name, one like an allowed one, and what an editor made of a wish. */
Test(keytool_accept, enter_takes_the_wish)
{
    scratch_write(home, HOME_PENDING,
                  HEADING ROW(1, "boris") ROW(2, "boris") ROW(3, "ANNA") ROW(5, "=1+1")
                      ROW(6, "clara") ROW(7, "anna"));
    struct process *keytool = accept_all();
    see(keytool, "It would like to be called boris. Nothing vouches for that.");
    answer_as(keytool, "boris", "\n");
    see(keytool, "allowed boris: SHA256:");
    see(keytool, "another key is called boris: this one would be boris-2");
    answer_as(keytool, "boris-2", "y\n");
    see(keytool, "the name 'ANNA' looks like 'anna'");
    answer(keytool, "\n"); /* Enter alone is no */
    answer(keytool, "eve\n");
    answer_as(keytool, "clara", "no\n");
    answer_as(keytool, "anna-2", "dora\n");
    cr_expect_eq(process_wait(keytool), 0, "%s", process_said(keytool));
    process_free(keytool);
    expect_names((const char *[]){"boris", "boris-2", NULL, "anna", "eve", NULL, "dora"}, 7);
}

/* --yes asks nobody, so it takes nobody's wish. */
Test(keytool_accept, without_a_question_no_wish_is_taken)
{
    scratch_write(home, HOME_PENDING, HEADING ROW(1, "boris"));
    struct process *keytool = process_start(home, PROCESS_PIPES, "keytool", "allow", "accept",
                                            "--all", "--yes", NULL);
    cr_expect_eq(process_wait(keytool), 0);
    cr_expect_not_null(strstr(process_text(keytool, PROCESS_OUT), "allowed key-"));
    process_free(keytool);
}

/* With --wished a script takes what Enter would: numbered where another has the name, made of the key
 * where none was told or it looks like another's. */
Test(keytool_accept, a_script_takes_wishes_if_it_says_so)
{
    scratch_write(home, HOME_PENDING,
                  HEADING ROW(1, "boris") ROW(2, "boris") ROW(3, "") ROW(5, "Anna") ROW(6, "anna"));
    struct process *keytool = process_start(home, PROCESS_PIPES, "keytool", "allow", "accept",
                                            "--all", "--yes", "--wished", NULL);
    cr_expect_eq(process_wait(keytool), 0, "%s", process_said(keytool));
    const char *text = process_text(keytool, PROCESS_OUT);
    cr_expect(strstr(text, "allowed boris: "), "%s", text);
    cr_expect(strstr(text, "allowed boris-2: "), "%s", text);
    cr_expect(strstr(text, "allowed anna-2: "), "%s", text);
    cr_expect_null(strstr(text, "allowed Anna"), "%s", text);
    cr_expect_eq(lines_of(HOME_ALLOWED), 1 + 1 + 5);
    cr_expect_eq(lines_of(HOME_PENDING), 1);
    process_free(keytool);
}

/* --- what waits, on a terminal of 80 columns --------------------------------------------------- */

Test(keytool_accept, no_row_is_wider_than_the_terminal)
{
    scratch_write(home, HOME_PENDING,
                  HEADING
                  ",1,192.168.100.100,1,2026-02-03T04:05:06Z,2026-02-03T04:06:06Z,"
                  "alexander,0xc000000000000011,17\n"
                  ",2,2001:db8:1234:5678:9abc:def0:1234:5678,1,2026-02-03T04:05:06Z,"
                  "2026-02-03T04:06:06Z,maximilian.alexandropoulos,0xc000000000000021,17\n");
    struct process *keytool = process_start(home, PROCESS_TERMINAL, "keytool", "allow", "pending",
                                            NULL);
    cr_expect_eq(process_wait(keytool), 0);
    char *text = strdup(process_text(keytool, PROCESS_OUT));
    cr_expect_not_null(strstr(text, "first seen: 2026-02-03T04:05:06Z"), "%s", text);
    cr_expect_not_null(strstr(text, "last seen: 2026-02-03T04:06:06Z"), "%s", text);
    for (char *line = strtok(text, "\r\n"); line; line = strtok(NULL, "\r\n"))
        cr_expect_leq(strlen(line), line[0] == '\033' ? 80u + 8u : 80u, "%s", line);
    free(text);
    process_free(keytool);
}

/* --- as they come ----------------------------------------------------------------------------- */

static struct process *watch(void)
{
    struct process *keytool = process_start(home, PROCESS_TERMINAL, "keytool", "allow", "accept",
                                            "--watch", NULL);
    return keytool;
}

Test(keytool_accept, watch_asks_as_they_come)
{
    scratch_write(home, HOME_PENDING, HEADING ROW(1, "boris"));
    struct process *keytool = watch();
    answer_as(keytool, "boris", "\n");
    see(keytool, "allowed boris");
    see(keytool, "waiting for keys that a server refuses; Ctrl-C ends");
    scratch_write(home, HOME_PENDING, HEADING ROW(2, "clara") ROW(3, ""));
    answer_as(keytool, "clara", "no\n");
    answer(keytool, "eve\n");
    see(keytool, "waiting for keys");
    /* it was said no to this key; under another name it is asked for once more */
    scratch_write(home, HOME_PENDING, HEADING ROW(2, "clara"));
    scratch_write(home, HOME_PENDING, HEADING ROW(2, "dora"));
    answer_as(keytool, "dora", "\n");
    see(keytool, "waiting for keys");
    process_signal(keytool, SIGINT);
    see(keytool, "let in: 3; not let in: 1");
    cr_expect_eq(process_wait(keytool), 0, "%s", process_said(keytool));
    process_free(keytool);
    expect_names((const char *[]){"boris", "dora", "eve", "anna"}, 4);
}

/* Ctrl-C as it is typed, at the question: nothing is let in, and nothing is lost. */
Test(keytool_accept, watch_ends_at_a_question)
{
    struct process *keytool = watch();
    answer(keytool, "\003");
    see(keytool, "let in: 0; not let in: 0");
    cr_expect_eq(process_wait(keytool), 0, "%s", process_said(keytool));
    process_free(keytool);
    cr_expect_eq(lines_of(HOME_PENDING), 4);
}

/* Somebody has the file open in a spreadsheet: it is said once, and the watch goes on. */
Test(keytool_accept, watch_outlives_a_broken_file)
{
    scratch_write(home, HOME_PENDING, "number;address\n1;192.0.2.1\n");
    struct process *keytool = watch();
    see(keytool, "error: ");
    see(keytool, "waiting for keys");
    scratch_write(home, HOME_PENDING, HEADING ROW(1, "boris"));
    answer_as(keytool, "boris", "\n");
    see(keytool, "waiting for keys");
    cr_assert(process_type(keytool, "\003"));
    cr_expect_eq(process_wait(keytool), 0, "%s", process_said(keytool));
    process_free(keytool);
}

/* There may be no server yet, nor a home. */
Test(keytool_accept, watch_waits_for_the_home)
{
    char *later = scratch_path(home, "later");
    struct process *keytool = process_start(later, PROCESS_TERMINAL, "keytool", "allow", "accept",
                                            "--watch", NULL);
    see(keytool, "waiting for keys");
    cr_assert_eq(mkdir(later, 0700), 0);
    scratch_write(home, "later/" HOME_PENDING, HEADING ROW(1, "boris"));
    answer_as(keytool, "boris", "\n");
    see(keytool, "waiting for keys");
    process_signal(keytool, SIGTERM);
    cr_expect_eq(process_wait(keytool), 0, "%s", process_said(keytool));
    process_free(keytool);
    free(later);
}
