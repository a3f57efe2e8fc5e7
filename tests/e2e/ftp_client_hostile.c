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

/* In the script `v COMMAND` is our client, in the folder `in`; above it lies nothing but `in`. */
static void check(const struct ftp_lies *lies, const char *script)
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
    ftp_liar_stop(liar);
    scratch_remove(scene.home);
    scratch_remove(scene.folder);
    free(whole);
    free(said);
}

Test(ftp_client_hostile, an_honest_answer_works)
{
    check(&(struct ftp_lies){.listing = "type=file;size=5; one\r\ntype=file; two\r\n"},
          "v 'mget *'; test \"$(cat one two)\" = hellohello; v 'get one three'; test -e three");
}

/* RFC 3659 7: a name in a list is the name of something in that folder. */
static const char *const names[] = {"../evil", "/tmp/evil", "a/b", "..", ".", "", "evil/.."};

Test(ftp_client_hostile, names_that_leave_the_folder)
{
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        char listing[200];
        snprintf(listing, sizeof(listing), "type=file;size=5; good\r\ntype=file;size=5; %s\r\n",
                 names[i]);
        check(&(struct ftp_lies){.listing = listing},
              "refused 'mget *'; refused ls; refused 'mget g*'; test -z \"$(ls -A)\"");
    }
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
    check(&(struct ftp_lies){.later = "250-Facts:\r\n "
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
