/*
 * Our client and our server, encrypted: files of all sizes, folders, patterns, resuming, verifying,
 * exit statuses, and keys that no two requests share.
 */
#include "ftp_script.h"
#include "scratch.h"

#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

Test(ftp_client_secure, files_of_all_sizes)
{
    ftp_script_check("o=()\n"
                     "for n in 0 1 65535 65536 65537 1048575 1048576 1048577; do\n"
                     "  head -c $n /dev/urandom >a$n; o+=(\"put a$n\" \"get a$n b$n\"); done\n"
                     "c \"${o[@]}\"\n"
                     "for a in a*; do cmp $a b${a#a}; cmp $a $S/$a; done",
                     NULL);
}

/* On a memory disk where there is one; 3 GiB that hold nothing must cost no room here. */
Test(ftp_client_secure, a_sparse_file_of_3_gib)
{
    struct stat status;
    struct ftp_scene scene;
    char *said;
    if (getenv("SAN") && strcmp(getenv("SAN"), "thread") == 0)
        cr_skip_test("minutes under ThreadSanitizer");
    if (stat("/dev/shm", &status) == 0)
        setenv("TMPDIR", "/dev/shm", 1);
    ftp_scene_prepare(&scene);
    ftp_script_allow(&scene);
    ftp_scene_launch(&scene, NULL, (const char *const[]){NULL});
    cr_expect_eq(ftp_script_patient(&scene,
                                    "mkdir -p $S; truncate -s 3G $S/a\n"
                                    "printf end | dd of=$S/a bs=1 seek=3221225469 conv=notrunc "
                                    "status=none\n"
                                    "c 'get a'; test $(stat -c %s a) = 3221225472\n"
                                    "test \"$(tail -c 3 a)\" = end; test $(du -k a | cut -f1) -lt "
                                    "4096; rm $S/a\n"
                                    "c 'put a'; test $(stat -c %s $S/a) = 3221225472; test "
                                    "\"$(tail -c 3 $S/a)\" = end",
                                    20, &said),
                 0, "%s", said);
    cr_expect_eq(ftp_scene_stop(&scene), 0);
    free(said);
}

Test(ftp_client_secure, a_folder_with_odd_names)
{
    ftp_script_check(
        "mkdir -p t/empty t/deep/er \"t/with blank\" t/русский; printf x >\"t/new\n"
        "line\"; printf y >$'t/byte\\xff'; echo q >\"t/with blank/\\\"quoted\\\"\"; "
        "echo 2 >'t/*'; head -c 3000000 /dev/urandom >t/deep/er/big; : >t/nothing\n"
        "ln -s ../русский t/deep/link; ln -s deep/er/big t/inside; chmod 750 t/deep; chmod 640 "
        "t/nothing; touch -d '2001-02-03 04:05:06' t/nothing t/deep\n"
        "c 'put -r t' 'get -r -p t u'\n"

        "diff -r --no-dereference t u; test $(find u -printf x | wc -c) = 14\n"
        "test \"$(stat -c '%a %Y' u/nothing)\" = \"640 $(date -d '2001-02-03 04:05:06' +%s)\"\n"
        "test \"$(stat -c '%a' u/deep)\" = 750",
        NULL);
}

Test(ftp_client_secure, links_that_leave_the_folder_do_not_travel)
{
    ftp_script_check(
        "mkdir t; ln -s /etc t/a; ln -s .. t/b; ln -s ../t/x t/c; echo 1 >t/d; ln -s d "
        "t/e\n"
        "mkfifo t/f; ! c 'put -r t' 2>said; grep '4 left out' said; grep 't/f: left out: neither' "
        "said\n"
        "test \"$(ls $S/t | xargs)\" = 'd e'\n"
        "mkdir $S/v; ln -s /etc $S/v/a; echo 1 >$S/v/d\n"
        "! c 'get -r v' 2>said; grep '1 left out; a: a link that leaves' said\n"
        "test \"$(ls v)\" = d",
        NULL);
}

Test(ftp_client_secure, patterns_and_quotes)
{
    ftp_script_check("touch 'a b' 'a*b' ab 'q\"q' кот .hidden c.txt d.txt\n"
                     "c 'mput *'; test \"$(ls $S | wc -l)\" = 7\n"
                     "mkdir got; cd got; c 'mget a*' 'get \"q\\\"q\"' 'get кот'\n"
                     "test \"$(ls | wc -l)\" = 5; c 'rm a\\*b' 'rm \"a b\"' 'rm *.txt'\n"
                     "test \"$(ls $S | xargs -d '\\n' echo)\" = 'ab q\"q кот'\n"
                     "! c 'rm nothing*'",
                     NULL);
}

Test(ftp_client_secure, everyday_commands)
{
    ftp_script_check(
        "echo hello >a\n"
        "c 'put a' 'mkdir d' 'cp a d/b' 'mv d/b d/c' 'chmod 600 d/c' 'cd d' 'pwd' 'cat "
        "c' 'ls -l' 'cd ..' 'rm d/c' 'rmdir d' 'stat a' 'quota' 'hash a' 'lcd /' "
        "'lpwd' 'site QUOTA' 'quote NOOP' 'lcd /etc' 'lls passwd' >out 2>&1\n"
        "grep '6 bytes used, no quota' out; grep 'Here I am' out; grep -x passwd out\n"
        "grep -x /d out; grep -x hello out; grep -E '^-rw------- +6 .* c$' out; grep -E "
        "'^-rw-r.* +6 .* a$' out\n"
        "grep \"$(sha256sum a)\" out; grep '6 bytes used' out; grep -x / out; test ! -e "
        "$S/d",
        NULL);
}

Test(ftp_client_secure, times_and_modes_are_kept)
{
    ftp_script_check("echo 1 >a; chmod 640 a; touch -d '2001-02-03 04:05:06' a\n"
                     "c 'put -p a' 'get -p a b'\n"
                     "for x in $S/a b; do test \"$(stat -c '%a %Y' $x)\" = \"$(stat -c '%a %Y' "
                     "a)\"; done",
                     NULL);
}

/* The part is continued, and compared as a whole; one of another file is thrown away. */
Test(ftp_client_secure, an_interrupted_download_is_continued)
{
    ftp_script_check("mkdir -p $S; head -c 5000000 /dev/urandom >$S/a; echo old >a\n"
                     "head -c 1234567 $S/a >.a.ftp-part; c 'reget a' 2>&1 | tee out; cmp a $S/a\n"
                     "grep -q '3.6 MiB in' out; test ! -e .a.ftp-part\n"
                     "echo old >a; head -c 1234567 /dev/urandom >.a.ftp-part\n"
                     "if c 'reget a' >out 2>&1; then exit 9; fi; grep SHA-256 out; test \"$(cat "
                     "a)\" = old; test ! -e "
                     ".a.ftp-part\n"
                     "head -c 100 $S/a >b; c 'reget a b'; cmp b $S/a",
                     NULL);
}

/* Large files are not hashed unless that is asked for. */
Test(ftp_client_secure, verifying_compares_both_sides)
{
    ftp_script_check("v() { f -v \"$@\" -c 'put a' -c 'get a b' >out 2>&1; cmp a b; grep -c '> "
                     "HASH' out; }\n"
                     "head -c 100000 /dev/urandom >a; test $(v) = 2; test $(v --verify) = 2\n"
                     "test $(v --no-verify || :) = 0; truncate -s 17M a\n"
                     "test $(v || :) = 0; test $(v --verify) = 2",
                     NULL);
}

Test(ftp_client_secure, scripts_end_at_the_first_error)
{
    ftp_script_check(
        "printf 'mkdir a\\ncd nowhere\\nmkdir b\\n' >script\n"
        "if f <script; then exit 9; else test $? = 1; fi; test -d $S/a -a ! -e $S/b\n"
        "if c 'mkdir c' 'no such command' 'mkdir d'; then exit 9; else test $? = 1; fi\n"
        "test -d $S/c -a ! -e $S/d\n"
        "printf '# nothing\\n\\nmkdir e\\nbye\\nmkdir f' | f; test -d $S/e -a ! -e $S/f",
        NULL);
}

Test(ftp_client_secure, one_shot_urls)
{
    ftp_script_check(
        "u=ftp://127.0.0.1:$P; n='--accept-new --timeout 30'; echo 1 >a; echo 2 >b; "
        "mkdir t; echo 3 >t/c\n"
        "$BIN/ftp put $n a b $u/; $BIN/ftp put $n a $u/new%20name; $BIN/ftp put $n -r t "
        "$u/\n"
        "(cd t; $BIN/ftp put $n -r . $u/t2/); diff -r t $S/t2; $BIN/ftp get $n -r $u/t2/; diff -r "
        "t t2\n"
        "if $BIN/ftp put $n -r .. $u/; then exit 9; else test $? = 1; fi\n"
        "mkdir got; cd got; $BIN/ftp get $n $u/a $u/b $u/new%20name; $BIN/ftp get $n -r "
        "$u/t -o v\n"
        "cmp a ../a; cmp b ../b; cmp 'new name' ../a; cmp v/c ../t/c; rm b\n"
        "if $BIN/ftp get $n $u/a $u/nothing $u/b >out 2>&1; then exit 9; else test $? = 1; fi\n"
        "grep -q '/*nothing: .*550' out; cmp b ../b\n"
        "if $BIN/ftp get $n ftp://anna:secret@127.0.0.1:$P/a; then exit 9; else test $? "
        "= 2; fi",
        NULL);
}

Test(ftp_client_secure, exit_statuses_tell_who_was_refused)
{
    ftp_script_check("if f --home other -c pwd; then exit 9; else test $? = 3; fi\n"
                     "k=SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n"
                     "if f --server-key $k -c pwd; then exit 9; else test $? = 4; fi\n"
                     "if $BIN/ftp connect 127.0.0.1 --port $P -c pwd </dev/null; then exit 9; else "
                     "test $? = 3; fi",
                     NULL);
}

ParameterizedTestParameters(ftp_client_secure, other_suites_do_the_same)
{
    static char suites[][32] = {"modern:x25519", "modern:rsa", "dh", "dh:caesar", "textbook"};
    return cr_make_param_array(char[32], suites, sizeof(suites) / sizeof(suites[0]));
}

/* Where nothing vouches for the bytes, the client asks for a hash. */
ParameterizedTest(char suite[32], ftp_client_secure, other_suites_do_the_same, .timeout = 120)
{
    char script[1024];
    snprintf(script, sizeof(script),
             "s() { f --suite %s \"$@\"; }; head -c 20000 /dev/urandom >a\n"
             "mkdir -p t/deep; echo 1 >t/deep/c; cp a t\n"
             "s -v -c 'put a' -c 'get a b' -c 'ls -l' -c 'put -r t' -c 'get -r t u' -c 'mv a d' "
             "-c 'rm d' >out 2>&1 || { cat out; exit 9; }\n"
             "cmp a b; diff -r t u; test ! -e $S/a; %s grep '> HASH' out\n"
             "head -c 9000 $S/t/a >.e.ftp-part; s -c 'reget t/a e'; cmp a e",
             suite, strncmp(suite, "modern", 6) == 0 ? "!" : "");
    ftp_script_check(script, "--suite", suite, NULL);
}

/* Whoever has the wrong suite hears which side to look at, and so does the server's person. */
Test(ftp_client_secure, suites_that_do_not_match)
{
    struct ftp_scene scene;
    char *said;
    ftp_scene_prepare(&scene);
    ftp_script_allow_in(&scene, "modern");
    ftp_script_allow_in(&scene, "dh");
    ftp_scene_launch(&scene, NULL, (const char *const[]){"--suite", "dh", NULL});
    cr_expect_eq(ftp_script(&scene,
                            "for s in modern modern:rsa textbook dh:vernam; do\n"
                            "  if f --suite $s -c ls 2>said; then exit 9; else test $? = 1; fi\n"
                            "  grep 'error: .*the two sides use different suites' said\n"
                            "  grep 'hint: the server was started with another --suite' said\n"
                            "done",
                            &said),
                 0, "%s", said);
    cr_expect(ftp_scene_logged(&scene, "the two sides use different suites"));
    cr_expect_eq(ftp_scene_stop(&scene), 0);
    free(said);
}

/* A toy of a group works, and both screens say what it is. */
Test(ftp_client_secure, a_group_is_looked_at)
{
    struct ftp_scene scene;
    char *said;
    ftp_scene_prepare(&scene);
    ftp_script_allow_in(&scene, "dh");
    ftp_scene_launch(&scene, NULL, (const char *const[]){"--suite", "dh", NULL});
    cr_expect_eq(ftp_script(&scene,
                            "date >a; f --suite dh --group 23,5 -c 'put a' -c 'get a b' -c ls "
                            "2>said; cmp a b\n"
                            "grep 'warning: p has 5 bits, fewer than 2048' said",
                            &said),
                 0, "%s", said);
    cr_expect(ftp_scene_logged(&scene, "warning name=anna address=127.0.0.1 text=\"p has 5 bits"));
    cr_expect(
        process_expect(scene.server, PROCESS_ERR, "warning: anna at 127.0.0.1: p has 5 bits"));
    cr_expect_eq(ftp_scene_stop(&scene), 0);
    free(said);
}

/* "this request goes under keys 0123456789abcdef": one each, no two alike. */
ParameterizedTestParameters(ftp_client_secure, no_two_requests_share_keys)
{
    static char suites[][32] = {"modern", "modern:x25519", "modern:rsa", "dh"};
    return cr_make_param_array(char[32], suites, sizeof(suites) / sizeof(suites[0]));
}

ParameterizedTest(char suite[32], ftp_client_secure, no_two_requests_share_keys, .timeout = 120)
{
    struct ftp_scene scene;
    char *said, marks[16][17], *log, script[200];
    const char *at;
    size_t count = 0;
    ftp_scene_prepare(&scene);
    ftp_script_allow_in(&scene, suite);
    ftp_scene_launch(&scene, NULL, (const char *const[]){"--suite", suite, NULL});
    snprintf(script, sizeof(script),
             "touch a b; f --suite %s -v -c 'mput a b' -c ls -c pwd -c 'get a' -c 'get a' -c "
             "'mkdir d'",
             suite);
    cr_assert_eq(ftp_script(&scene, script, &said), 0, "%s", said);
    for (at = said; (at = strstr(at, "goes under keys ")) && count < 16; count++) {
        at += strlen("goes under keys ");
        memcpy(marks[count], at, 16);
        marks[count][16] = '\0';
        cr_expect_eq(strspn(marks[count], "0123456789abcdef"), 16, "%s", said);
        for (size_t i = 0; i < count; i++)
            cr_expect_str_neq(marks[i], marks[count], "%s", said);
    }
    /* mput is two transfers, the others one request each. */
    cr_expect_eq(count, 7, "%zu\n%s", count, said);
    log = ftp_scene_log(&scene); /* and the server saw the same */
    cr_expect(strstr(log, marks[0]), "%s is not in\n%s", marks[0], log);
    cr_expect_eq(ftp_scene_stop(&scene), 0);
    free(log);
    free(said);
}

/* A script from elsewhere: line ends of Windows, a byte order mark, and what is no text. */
Test(ftp_client_secure, commands_from_a_file_of_windows)
{
    ftp_script_check("mkdir -p $S; echo hello >$S/a.txt\n"
                     "printf '\\357\\273\\277pwd\\r\\nls\\r\\nget a.txt b.txt\\r\\nbye\\r\\n' | f\n"
                     "cmp $S/a.txt b.txt\n"
                     "if printf 'pwd\\nget a.txt c\\0.txt\\npwd\\n' | f 2>said; then exit 8; fi\n"
                     "grep 'error: line 2 of stdin has a zero byte in it, and was not taken' said\n"
                     "test ! -e c",
                     NULL);
}
