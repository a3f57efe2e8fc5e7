/*
 * Folders from and to any server, by a walk: LIST alone (vsftpd), MLSD (pyftpdlib), and our own
 * where files are chosen or several move at a time.
 */
#include "ftp_liar.h"
#include "ftp_script.h"
#include "ftp_stranger.h"
#include "scratch.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void check_both(const char *script)
{
    ftp_stranger_check(&ftp_vsftpd, script);
    ftp_stranger_check(&ftp_pyftpdlib, script);
}

/* Without the rights of root, which may read everything: `user COMMAND`. */
#define USER                                                                                       \
    "user() { if test $(id -u) = 0; then setpriv --bounding-set=-dac_override,-dac_read_search "   \
    "\"$@\"; else \"$@\"; fi; }\n"

#define TREE                                                                                       \
    "mkdir -p t/empty t/deep/er 't/with blank' t/русский t/-dash 't/[br]' t/.hid\n"         \
    "head -c 300000 /dev/urandom >t/deep/er/big; echo q >'t/with blank/\"q\"'; echo 2 >'t/*'\n"    \
    ": >t/nothing; echo h >t/.hid/.den; echo x >t/-x; echo x >t/-dash/-x; echo 1 >'t/[br]/[x]'\n"

Test(ftp_client_folders, both_ways)
{
    check_both(TREE
               "$BIN/ftp put $L -r t $U; diff -r t $S/t\n"
               "$BIN/ftp get $L -r ${U}t -o u; diff -r t u\n"
               "$BIN/ftp put $L -r t/ ${U}other; diff -r t $S/other\n"
               "v -c 'cd t' -c 'get -r deep' -c 'get -r \"with blank\" w' -c 'put -r t/.hid hid' "
               "-c ls >said; diff -r t/deep deep; diff -r 't/with blank' w\n"
               "diff -r t/.hid $S/t/hid; grep -x hid said");
}

Test(ftp_client_folders, the_whole_server)
{
    check_both(
        "echo 1 >$S/a; mkdir $S/d; echo 2 >$S/d/b\n"
        "$BIN/ftp get $L -r $U; diff -r $S 127.0.0.1; $BIN/ftp get $L -r ${U%/}; diff -r $S "
        "127.0.0.1\n"
        "mkdir t; echo 3 >t/c; $BIN/ftp put $L -r t $U; diff -r t $S/t\n"
        "cd t; rm $S/t/c; $BIN/ftp put $L -r . ${U}t/; diff -r . $S/t; $BIN/ftp put $L -r . $U; "
        "cmp c $S/c");
}

Test(ftp_client_folders, several_at_a_time)
{
    check_both(
        "mkdir -p t/a t/b; for i in {1..40}; do head -c $((i * 1000)) /dev/urandom >t/$i; cp t/$i "
        "t/a; cp t/$i t/b; done\n"
        "$BIN/ftp put $L -r --parallel 3 t $U; diff -r t $S/t\n"
        "$BIN/ftp get $L -r --parallel 3 ${U}t -o u; diff -r t u");
}

/* Each on a connection of its own, with its own keys; one that is refused is not missed. */
Test(ftp_client_folders, several_at_a_time_in_the_channel)
{
    static const char script[] =
        "mkdir -p t/a; for i in {1..12}; do head -c 300000 /dev/urandom >t/a/$i; done\n"
        "U=ftp://127.0.0.1:$P/; L='--accept-new --timeout 30 --parallel 3'\n"
        "$BIN/ftp put $L -r t $U 2>said; cat said; diff -r t $S/t\n"
        "$BIN/ftp get $L -r ${U}t -o u; diff -r t u\n";
    ftp_script_check(script, NULL);
    ftp_script_check(script, "--max-clients", "2", NULL);
    ftp_script_check(
        "mkdir -p t/a; echo 1 >t/a/b; f --suite textbook --parallel 2 -c 'put -r t' -c "
        "'get -r t u'; diff -r t u",
        "--suite", "textbook", NULL);
}

/* libarchive is loaded when it is needed; where it is not there, that is said. */
Test(ftp_client_folders, a_library_that_is_missing_is_named)
{
    ftp_script_check(
        "mkdir t lib; echo 1 >t/a; : >lib/libarchive.so.13; export LD_LIBRARY_PATH=$PWD/lib\n"
        "c 'put t/a' ls; if c 'put -r t' 2>said; then exit 9; fi; cat said\n"
        "grep 'error: .*libarchive.so.13, and it cannot be loaded' said\n"
        "grep 'hint: install it' said",
        NULL);
}

#define NEWER                                                                                      \
    "mkdir -p t/d; echo 1 >t/a; echo 2 >t/d/b; touch -d '2020-01-02 03:04:05' t/a t/d/b\n"         \
    "$BIN/ftp put $L -r -n t $U 2>said; grep '^ftp: 2 files' said\n"                               \
    "$BIN/ftp put $L -r -n t $U 2>said; grep '^ftp: 0 files' said\n"                               \
    "echo 3 >t/a; touch -d '+10 minutes' t/a; echo longer >t/d/b; touch -d '2019-01-02 03:04:05' " \
    "t/d/b\n"                                                                                      \
    "$BIN/ftp put $L -r -n t $U 2>said; grep '^ftp: 2 files' said; diff -r t $S/t\n"               \
    "$BIN/ftp get $L -r -n ${U}t -o u 2>said; grep '^ftp: 2 files' said; diff -r t u\n"            \
    "test $(stat -c %Y u/a) = $(stat -c %Y $S/t/a)\n"                                              \
    "$BIN/ftp get $L -r -n ${U}t -o u 2>said; grep '^ftp: 0 files' said\n"                         \
    "echo 4 >$S/t/a; touch -d '+1 hour' $S/t/a; echo not >u/d/b\n"                                 \
    "$BIN/ftp get $L -r -n ${U}t -o u 2>said; grep '^ftp: 2 files' said; diff -r $S/t u\n"         \
    "cd u; $BIN/ftp get $L -n ${U}t/a 2>said; ! grep 'B/s' said\n"                                 \
    "echo 5 >$S/t/a; touch -d '+2 hour' $S/t/a; $BIN/ftp get $L -n ${U}t/a; test $(cat a) = 5\n"

Test(ftp_client_folders, only_what_is_newer)
{
    check_both(NEWER);
    ftp_script_check("U=ftp://127.0.0.1:$P/; L='--accept-new --timeout 30'\n" NEWER, NULL);
}

#define DELETE                                                                                     \
    "mkdir -p t/d t/e; echo 1 >t/a; echo 2 >t/d/b; $BIN/ftp put $L -r t $U\n"                      \
    "mkdir -p $S/t/old/er $S/t/d/.old; echo 3 >$S/t/old/er/x; echo 3 >$S/t/d/.old/y\n"             \
    "echo 3 >$S/t/z; echo keep >$S/keep; chmod -R a+rwX $S\n"                                      \
    "$BIN/ftp put $L -r t $U; test -e $S/t/z\n"                                                    \
    "$BIN/ftp put $L -r --delete t $U 2>said; cat said; grep '3 removed' said; diff -r t $S/t\n"   \
    "mkdir -p u/old/er t/keep; $BIN/ftp get $L -r ${U}t -o u; ln -s $PWD/t/keep u/old/link\n"      \
    "echo 4 >u/old/er/x; echo 4 >u/d/y; echo 4 >u/d/.b.ftp-part; ln -s $PWD/t/keep u/link\n"       \
    "echo 5 >t/keep/file; rmdir u/e; touch u/e.txt\n"                                              \
    "$BIN/ftp get $L -rn --delete ${U}t -o u 2>said; cat said; grep '4 removed' said\n"            \
    "test -e t/keep/file; test -e u/d/.b.ftp-part; rm u/d/.b.ftp-part; diff -r $S/t u\n"           \
    "if $BIN/ftp get $L --delete ${U}t/a; then exit 9; else test $? = 2; fi\n"                     \
    "test $(cat $S/keep) = keep\n"

Test(ftp_client_folders, what_is_not_there_is_removed_if_asked_for)
{
    check_both(DELETE);
    ftp_script_check("U=ftp://127.0.0.1:$P/; L='--accept-new --timeout 30'\n" DELETE, NULL);
}

/* It is named, the rest goes on, and the status is no success: with any server. */
Test(ftp_client_folders, what_cannot_be_sent_is_named)
{
    check_both(USER
               "mkdir -p t/shut t/z; echo 1 >t/a; echo 2 >t/no; echo 3 >t/z/b; mkfifo t/fifo\n"
               "ln -s /etc t/out; python3 -c 'import socket as s; "
               "s.socket(s.AF_UNIX).bind(\"t/sock\")'; chmod 0 t/no t/shut\n"
               "if user $BIN/ftp put $L -r t $U 2>said; then exit 9; else test $? = 1; fi\n"
               "cat said; for i in t/shut t/no t/fifo t/out t/sock; do grep \"error: $i: left "
               "out\" said; done\n"
               "grep 'error: 5 left out' said; test $(cat $S/t/a $S/t/z/b | xargs echo -n | tr "
               "-d ' ') = 13; chmod 700 t/shut");
}

Test(ftp_client_folders, what_cannot_be_fetched_is_named)
{
    ftp_stranger_check(&ftp_vsftpd,
                       "mkdir -p $S/t/z; echo 1 >$S/t/a; echo 3 >$S/t/z/b; mkfifo $S/t/fifo\n"
                       "ln -s /etc $S/t/out; ln -s z/b $S/t/in; ln -s ../.. $S/t/z/up\n"
                       "if $BIN/ftp get $L -r ${U}t 2>said; then exit 9; else test $? = 1; fi\n"
                       "cat said; for i in fifo out z/up; do grep \"error: t/$i: left out\" said; "
                       "done; grep 'error: 3 left out' said\n"
                       "test \"$(readlink t/in)\" = z/b; test $(cat t/a t/in | xargs echo -n | tr "
                       "-d ' ') = 13; test ! -L t/out -a ! -L t/z/up");
}

/* More than PATH_MAX: one name after the other. */
Test(ftp_client_folders, paths_longer_than_4096_bytes)
{
    ftp_stranger_check(&ftp_vsftpd,
                       "n=$(printf 'n%.0s' {1..250}); mkdir t; (cd t; for i in {1..20}; do mkdir "
                       "$n; cd $n; done; echo "
                       "deep >file)\n"
                       "$BIN/ftp put $L -r t $U; $BIN/ftp get $L -r ${U}t -o u\n"
                       "cd u; for i in {1..20}; do cd $n; done; test $(cat file) = deep");
}

/* A tree of lies: names that lead out, a folder that is a link here, a listing without end. */
Test(ftp_client_folders, nothing_is_written_outside)
{
    struct ftp_scene scene = {.home = scratch_new(), .folder = scratch_new()};
    static const struct ftp_lies lies[] = {
        {.listing = "type=file; ../evil\r\ntype=file; /tmp/evil\r\ntype=dir; ..\r\n"
                    "type=OS.unix=slink:../..; up\r\ntype=OS.unix=slink:/etc; etc\r\n"
                    "type=file;size=5; etc\r\ntype=file;size=5; here\r\n"},
        {.list = "-rw-r--r-- 1 a b 5 Feb 3 04:05 ../evil\r\n-rw-r--r-- 1 a b 5 Feb 3 04:05 here\r\n"
                 "lrwxrwxrwx 1 a b 5 Feb 3 04:05 up -> ../..\r\nnonsense\r\ntotal 3\r\n"},
    };
    for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
        struct ftp_liar *liar = ftp_liar_start(&lies[i]);
        char *said;
        scene.port = ftp_liar_port(liar);
        cr_expect_eq(ftp_script(&scene,
                                "mkdir in out; cd in\n"
                                "if $BIN/ftp get -r --plain --user me --timeout 5 "
                                "ftp://127.0.0.1:$P/t; then exit 9; else test $? = 1; fi\n"
                                "test \"$(ls -A ..)\" = $'in\\nout'; test \"$(cat t/here)\" = "
                                "hello\n"
                                "test ! -L t/up; test -z \"$(find . -type l)\"",
                                &said),
                     0, "%s", said);
        free(said);
        ftp_liar_stop(liar);
    }
    /* A folder without end, below a link that stands here where the server has a folder. */
    struct ftp_liar *liar =
        ftp_liar_start(&(struct ftp_lies){.listing = "type=dir; d\r\ntype=file;size=5; f\r\n"});
    char *said;
    scene.port = ftp_liar_port(liar);
    cr_expect_eq(
        ftp_script(&scene,
                   "mkdir -p out in/t; ln -s ../../out in/t/d; cd in\n"
                   "if $BIN/ftp get -r --plain --user me --timeout 5 ftp://127.0.0.1:$P/t "
                   "2>said; then exit 9; else test $? = 1; fi\n"
                   "tail -5 said; test -z \"$(ls -A ../out)\"; test \"$(cat t/f)\" = hello",
                   &said),
        0, "%s", said);
    free(said);
    cr_expect_eq(
        ftp_script(
            &scene,
            "if $BIN/ftp get -r --plain --user me --timeout 5 ftp://127.0.0.1:$P/t "
            "--no-verify 2>said; then exit 9; else test $? = 1; fi\n"
            "tail -3 said | cut -c1-200; grep 'it lies too deep' said\n"
            "$BIN/ftp get -r --plain --user me ftp://127.0.0.1:$P/t -o u -v 2>said & "
            "while ! test -e u/d/d/d; do sleep 0.05; done\n"
            "kill -INT $!; if wait $!; then exit 9; else test $? = 1; fi\n"
            "tail -3 said | cut -c1-200; grep -E 'error: .*(stopped|interrupted)' said; rm -rf t u",
            &said),
        0, "%s", said);
    free(said);
    ftp_liar_stop(liar);
    scratch_remove(scene.home);
    scratch_remove(scene.folder);
}

/* vsftpd says 226 of a folder that it may not read, and sends an empty list. */
Test(ftp_client_folders, an_empty_list_may_be_none)
{
    static const struct ftp_lies lies[] = {
        {.list = "", .done = "226 Transfer done (but failed to open directory)."},
        {.list = ""},
    };
    static const char *const options[] = {"", "--delete"};
    for (size_t i = 0; i < 2; i++) {
        struct ftp_scene scene = {.home = scratch_new(), .folder = scratch_new()};
        struct ftp_liar *liar = ftp_liar_start(&lies[i]);
        char *said, *script;
        scene.port = ftp_liar_port(liar);
        if (asprintf(&script,
                     "mkdir t; echo 1 >t/a; if $BIN/ftp get -r %s --plain --user me "
                     "ftp://127.0.0.1:$P/t 2>said; then exit 9; else test $? = 1; fi\n"
                     "cat said; grep 't.*: left out' said; test -e t/a",
                     options[i]) < 0)
            abort();
        cr_expect_eq(ftp_script(&scene, script, &said), 0, "%s", said);
        free(script);
        free(said);
        ftp_liar_stop(liar);
        scratch_remove(scene.home);
        scratch_remove(scene.folder);
    }
}
