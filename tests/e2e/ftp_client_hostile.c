/*
 * A server that means harm: our client writes nothing outside its folder, shows nothing that
 * commands a terminal, loses no file, and comes to an end.
 */
#include "ftp_liar.h"
#include "ftp_script.h"
#include "scratch.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* In the script `v COMMAND` is our client, in the folder `in`; above it lies nothing but `in`. What
 * the server must have heard is a command's beginning, or NULL. */
static void check_heard(const struct ftp_lies *lies, const char *script, const char *heard)
{
    static const char functions[] =
        "v() { $BIN/ftp connect 127.0.0.1 --port $P --plain --user me --timeout 2 $O -c \"$1\"; }\n"
        "refused() { if v \"$1\"; then exit 9; else test $? = 1; fi; }\n"
        "mkdir in; cd in\n";
    struct ftp_scene scene = {.home = scratch_new(), .folder = scratch_new()};
    struct ftp_liar *liar = ftp_liar_start(lies);
    char *whole, *said;
    scene.port = ftp_liar_port(liar);
    if (asprintf(&whole, "%s%s\ntest \"$(ls -A ..)\" = in", functions, script) < 0)
        abort();
    cr_expect_eq(ftp_script(&scene, whole, &said), 0, "%s\n%s", script, said);
    cr_expect(!heard || ftp_liar_heard(liar, heard), "%s: %s", heard, said);
    ftp_liar_stop(liar);
    scratch_remove(scene.home);
    scratch_remove(scene.folder);
    free(whole);
    free(said);
}

static void check(const struct ftp_lies *lies, const char *script)
{
    check_heard(lies, script, NULL);
}

Test(ftp_client_hostile, an_honest_answer_works)
{
    check(&(struct ftp_lies){.listing = "type=file;size=5; one\r\ntype=file; two\r\n"},
          "v 'mget *'; test \"$(cat one two)\" = hellohello; v 'get one three'; test -e three");
}

/* RFC 3659 7: a name in a list is the name of something in that folder. The others are taken. */
static const char *const names[] = {"../evil", "/tmp/evil", "a/b", "..", ".", "", "evil/.."};

Test(ftp_client_hostile, names_that_leave_the_folder)
{
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        char listing[200];
        snprintf(listing, sizeof(listing), "type=file;size=5; good\r\ntype=file;size=5; %s\r\n",
                 names[i]);
        check(&(struct ftp_lies){.listing = listing},
              "refused 'mget *' 2>said; cat said; grep -q 'leaves the folder' said; rm said\n"
              "test \"$(v ls)\" = good; test \"$(ls -A)\" = good");
    }
}

/* No name here is longer than 255 bytes, but a server may say one: it is left out, and no more. */
Test(ftp_client_hostile, a_name_longer_than_any_here)
{
    static const char *const types[] = {"type=dir;", "type=file;size=5;", "type=OS.unix=slink:x;"};
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        char listing[1000];
        snprintf(listing, sizeof(listing), "type=file;size=5; good\r\n%s %0600d\r\n", types[i], 0);
        check(&(struct ftp_lies){.listing = listing},
              "refused 'get -r t' 2>said; cat said; grep -q 'too long' said\n"
              "test \"$(ls -A t)\" = good; refused 'get -dr t'; test \"$(ls -A t)\" = good");
    }
}

Test(ftp_client_hostile, one_odd_line_of_a_list_costs_that_line_alone)
{
    check(&(struct ftp_lies){.listing = "type=file;size=5; one\r\nno facts\r\n\r\n=;;;\r\ntype\r\n"
                                        "type=file;size=5; two\r\n"},
          "test \"$(v ls | xargs)\" = 'one two'; refused 'mget *' 2>said; cat said\n"
          "grep -q \"'no facts'\" said; test \"$(cat one two)\" = hellohello");
}

/* What a listing names is no command: a server that is not ours would run what follows. */
Test(ftp_client_hostile, no_name_ends_a_command)
{
    struct ftp_lies lies = {.listing = "type=file;size=5; a\nDELE b\r\ntype=file; c\r\n"};
    struct ftp_liar *liar;
    check(&lies, "refused 'mget *' 2>said; cat said; grep -q 'line feed' said; test -e c\n"
                 "refused $'mkdir d\rx'; refused $'get \"a\nDELE b\"'");
    struct ftp_scene scene = {.home = scratch_new(), .folder = scratch_new()};
    char *said;
    liar = ftp_liar_start(&lies);
    scene.port = ftp_liar_port(liar);
    cr_expect_eq(ftp_script(&scene, "f --plain --user me -c 'mget *' || test $? = 1", &said), 0,
                 "%s", said);
    cr_expect_not(ftp_liar_heard(liar, "DELE"), "%s", said);
    ftp_liar_stop(liar);
    scratch_remove(scene.home);
    scratch_remove(scene.folder);
    free(said);
}

Test(ftp_client_hostile, a_name_that_begins_with_a_dash_is_a_path)
{
    check_heard(&(struct ftp_lies){.listing = "type=file;size=5; -x\r\n"},
                "v 'get -- -x'; test \"$(cat ./-x)\" = hello; v 'mget -*'; v 'stat -x'; v 'stat -- "
                "-x'\n"
                "refused 'get -x' 2>said; cat said; grep -q 'behind --' said",
                "RETR ./-x");
    check_heard(&(struct ftp_lies){.hash = "213 SHA-256 0-4 "
                                           "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e730433"
                                           "62938b9824 it"},
                "v 'hash -- -x'; v 'hash -x'; v 'mget -- -x y'; test -e ./-x -a -e y", "HASH ./-x");
}

Test(ftp_client_hostile, paths_that_are_asked_for_stay_too)
{
    check(&(struct ftp_lies){0},
          "refused 'get ..'; refused 'get a/..'; v 'get ../../b'; test -e b");
}

Test(ftp_client_hostile, a_file_that_ends_too_early_is_no_file)
{
    check(&(struct ftp_lies){.facts = "250-Facts:\r\n type=file;size=500; it\r\n250 End"},
          "echo old >a; refused 'get a'; test \"$(cat a)\" = old; test \"$(cat .a.ftp-part)\" = "
          "hello");
}

Test(ftp_client_hostile, a_size_below_nothing_continues_nothing)
{
    check(&(struct ftp_lies){.size = "213 -5"},
          "echo hello >a; refused 'reput a' 2>said; cat said; grep -q 'is negative' said");
}

/* Somebody went on writing while the server read: it is none of the states that the file has had.
 * A server with HASH tells by that, another by size and time. */
Test(ftp_client_hostile, a_file_that_changed_meanwhile_is_no_file)
{
    static const char take[] = "echo old >a; refused 'get a'; test \"$(cat a)\" = old; test ! -e "
                               ".a.ftp-part; O=--no-verify; v 'get a'; test \"$(cat a)\" = hello";
    check(&(struct ftp_lies){.later = "250-Facts:\r\n type=file;size=6; it\r\n250 End"}, take);
    check(
        &(struct ftp_lies){
            .facts = "250-Facts:\r\n type=file;size=5;modify=20260102030404; it\r\n250 End",
            .later = "250-Facts:\r\n "
                     "type=file;size=5;modify=20260102030405; it\r\n250 End"},
        take);
    check(&(struct ftp_lies){.hash = "213 SHA-256 0-4 "
                                     "f0e4c2f76c58916ec258f246851bea091d14d4247a2fc3e18694461b1816e"
                                     "13b it"},
          take);
    check(&(struct ftp_lies){.hash = "213 SHA-256 0-4 "
                                     "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e730433629"
                                     "38b9824 it"},
          "v 'get a'; test \"$(cat a)\" = hello");
    check(&(struct ftp_lies){.hash = "213 0-4 it"}, "refused 'get a'; test ! -e a");
}

Test(ftp_client_hostile, replies_that_are_none)
{
    check(&(struct ftp_lies){.greeting = "HTTP/1.1 400 Bad Request\r\n"}, "refused ls");
    check(&(struct ftp_lies){.greeting = "220-first\r\n"}, "refused ls");
    check(&(struct ftp_lies){.greeting = ""}, "refused ls");
    check(&(struct ftp_lies){.facts = "250 no facts"}, "refused 'get a'; test -z \"$(ls -A)\"");
    check(&(struct ftp_lies){.passive = "229 Nowhere"}, "refused ls");
    check(&(struct ftp_lies){.passive = "229 (|||99999|)"}, "refused ls");
    check(&(struct ftp_lies){.listing = "no facts\r\n"}, "refused ls");
}

/* A port that is none, one where nobody listens, no port: PASV may still work. */
Test(ftp_client_hostile, an_epsv_that_cannot_be_used_is_followed_by_pasv)
{
    static const char *const passive[] = {"229 Nowhere", "229 (|||99999|)",    "229 (|||1|)",
                                          "425 Not now", "522 No such family", "200 Yes"};
    for (size_t i = 0; i < sizeof(passive) / sizeof(passive[0]); i++)
        check(&(struct ftp_lies){.passive = passive[i],
                                 .classic = true,
                                 .listing = "type=file;size=5; one\r\n"},
              "test \"$(v ls)\" = one; v 'get one'");
}

Test(ftp_client_hostile, lines_that_end_in_lf_alone)
{
    check(&(struct ftp_lies){.bare_lf = true, .listing = "type=file;size=5; one\ntype=dir; two\n"},
          "test \"$(v ls | xargs)\" = 'one two'; v 'get one'; test \"$(cat one)\" = hello");
    check(&(struct ftp_lies){.greeting = "220-One\n 220 two\r\n220 Three\r\n"}, "v 'get one'");
}

/* Whenever the line ends, and whatever comes with the 234: the reason is said. */
Test(ftp_client_hostile, an_end_always_has_a_reason)
{
    for (unsigned replies = 1; replies < 16; replies++)
        check(&(struct ftp_lies){.replies = replies, .listing = "type=file;size=5; one\r\n"},
              "for i in 'mget *' 'put ../../f' 'ls -l' 'get one'; do\n"
              "echo hello >../../f; rm -f one; v \"$i\" 2>said && continue\n"
              "test $? = 1; cat said; grep -q 'error: .*[a-z]' said; done; rm ../../f");
    static const char *const auth[] = {"234 Go\r\nmore", "234",    "334 Go on",
                                       "500 No",         "234-Go", ""};
    for (size_t i = 0; i < sizeof(auth) / sizeof(auth[0]); i++)
        check(&(struct ftp_lies){.auth = auth[i]},
              "for i in 'connect 127.0.0.1 -p '$P' -c ls' 'get ftp://127.0.0.1:'$P'/a'; do\n"
              "if $BIN/ftp $i --accept-new --timeout 2 2>said; then exit 9; else test $? = 1; fi\n"
              "cat said; grep -q 'error: .*[a-z]' said; done");
}

Test(ftp_client_hostile, an_upload_is_as_long_as_it_was_here)
{
    check(&(struct ftp_lies){.size = "213 4"},
          "echo hello >a; refused 'put a' 2>said; cat said; grep -q '4 of 6 bytes' said");
    check(&(struct ftp_lies){.size = "213 6"}, "echo hello >a; v 'put a'");
}

/* Ctrl-C in the middle of an upload in the clear: an end would pass for the whole file. */
Test(ftp_client_hostile, an_upload_that_is_stopped_is_no_file)
{
    check_heard(
        &(struct ftp_lies){.deaf_ms = 40000},
        "truncate -s 50M big\n"
        "$BIN/ftp connect 127.0.0.1 --port $P --plain --user me -v -c 'put big' >said 2>&1 & "
        "while ! grep -q '< 150' said; do sleep 0.05; done\n"
        "kill -INT $!; if wait $!; then exit 9; else test $? = 1; fi\n"
        "cat said; grep -q 'error: big: stopped at [0-9.]* [KM]iB of 50.0 MiB$' said\n"
        "grep -q 'hint: reput big (put --continue) goes on' said; ! grep -q 'the server says' said",
        "RESET");
}

/* What was sent is a beginning: it must not end like the whole. */
Test(ftp_client_hostile, a_file_that_becomes_shorter_is_cut)
{
    check_heard(
        &(struct ftp_lies){.deaf_ms = 5000},
        "truncate -s 50M big\n"
        "$BIN/ftp connect 127.0.0.1 --port $P --plain --user me --no-verify -v -c 'put big' "
        ">said 2>&1 & while ! grep -q '< 150' said; do sleep 0.05; done\n"
        "truncate -s 0 big; if wait $!; then exit 9; else test $? = 1; fi\n"
        "cat said; grep -q 'error: big: became shorter while it was sent' said",
        "RESET");
}

Test(ftp_client_hostile, control_c_ends_a_get_and_says_how_to_go_on)
{
    char *contents = calloc(1, 300001);
    cr_assert(contents);
    memset(contents, 'x', 300000);
    check(&(struct ftp_lies){.contents = contents,
                             .facts = "250-Facts:\r\n type=file;size=600000; it\r\n250 End",
                             .stalls = true},
          "$BIN/ftp connect 127.0.0.1 --port $P --plain --user me -c 'get a' >said 2>&1 &\n"
          "while ! test \"$(stat -c %s .a.ftp-part 2>/dev/null)\" = 300000; do sleep 0.05; done\n"
          "kill -INT $!; if wait $!; then exit 9; else test $? = 1; fi; cat said\n"
          "grep -q 'error: a: stopped at 293 KiB of 586 KiB$' said\n"
          "grep -q 'hint: what came is kept: reget a (get --continue) goes on$' said");
    free(contents);
}

Test(ftp_client_hostile, a_cut_of_our_own_is_not_the_servers)
{
    char *large = malloc(300001);
    cr_assert(large);
    memset(large, 'x', 300000);
    large[300000] = '\0';
    check(&(struct ftp_lies){.contents = large, .facts = "250-Facts:\r\n type=file; it\r\n250 End"},
          "(ulimit -f 8; refused 'get a') 2>&1 | tee said; grep -q 'File too large' said\n"
          "! grep -q 'server says' said");
    free(large);
}

Test(ftp_client_hostile, what_is_no_file_is_refused)
{
    check(&(struct ftp_lies){0},
          "mkfifo fifo; refused 'put fifo' 2>said; grep -q 'no file' said; refused 'reget fifo'; "
          "test -p fifo\n"
          "refused 'put /dev/null'; refused 'put nothing'");
}

Test(ftp_client_hostile, a_reply_without_end)
{
    char *greeting = malloc(3000000);
    cr_assert(greeting);
    memset(greeting, 'x', 2999999);
    greeting[2999999] = '\0';
    memcpy(greeting, "220-", 4);
    check(&(struct ftp_lies){.greeting = greeting}, "refused ls");
    free(greeting);
}

/* On a terminal, a name with escape sequences is shown by their pictures. */
Test(ftp_client_hostile, nothing_commands_the_terminal)
{
    const struct ftp_lies lies = {.greeting = "220 \033]0;owned\007\r\n",
                                  .listing = "type=file;size=5; \033[2Jevil\r\n",
                                  .contents = "\033[31mred\nline\n"};
    struct ftp_liar *liar = ftp_liar_start(&lies);
    char *home = scratch_new(), port[8];
    snprintf(port, sizeof(port), "%u", ftp_liar_port(liar));
    struct process *client = process_start(home, PROCESS_TERMINAL, "ftp", "connect", "127.0.0.1",
                                           "--port", port, "--plain", "--user", "me", "-v", "-c",
                                           "ls", "-c", "ls -l", "-c", "cat a", NULL);
    cr_expect_eq(process_wait(client), 0, "%s", process_said(client));
    const char *said = process_said(client);
    cr_expect_null(strstr(said, "\033[2J"), "%s", said);
    cr_expect_null(strstr(said, "\033]0"), "%s", said);
    cr_expect_null(strstr(said, "\033[31m"), "%s", said);
    cr_expect(strstr(said, "evil"), "%s", said);
    cr_expect(strstr(said, "line"), "%s", said);
    process_free(client);
    ftp_liar_stop(liar);
    scratch_remove(home);
}
