/*
 * Strangers' clients on our server, in plain FTP: curl and lftp upload, download, continue, list,
 * rename, delete and make folders, active and passive, in text and bytes, with odd names; the
 * classic ftp of the BSDs and of GNU, which leaves patterns to the server.
 */
#include "ftp_scene.h"
#include "scratch.h"

#include <criterion/criterion.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Runs a shell script in the scratch folder `here`, with $F the server's URL and $U curl with the
 * login. Returns what it said; asserts that it was content. */
static char *run(const struct ftp_scene *scene, const char *here, const char *script)
{
    char *text;
    if (asprintf(
            &text,
            "cd %s; set -e; S=%s/anna F=ftp://127.0.0.1:%u; U='curl -sS -m 30 -u anna:secret'\n"
            "L() { lftp -u anna,secret -p %u -e \"set net:timeout 20; set net:max-retries 1; set "
            "cmd:fail-exit yes; set ftp:prefer-epsv yes; $1; exit\" 127.0.0.1; }\n"
            "exec 2>&1\n%s",
            here, scene->folder, scene->port, scene->port, script) < 0)
        abort();
    struct process *shell = process_start(scene->home, PROCESS_PIPES, "/bin/bash", "-c", text,
                                          NULL);
    int status = process_wait(shell);
    cr_expect_eq(status, 0, "%s\n%s", script, process_said(shell));
    char *said = strdup(process_said(shell));
    process_free(shell);
    free(text);
    return said;
}

static void check(const char *script)
{
    struct ftp_scene scene;
    char *here = scratch_new();
    ftp_scene_start(&scene, NULL);
    free(run(&scene, here, script));
    cr_expect_eq(ftp_scene_stop(&scene), 0);
    scratch_remove(here);
}

Test(ftp_strangers, curl_there_and_back_in_all_sizes)
{
    check("for n in 0 1 65535 65536 65537 1048575 1048576 1048577; do\n"
          "  head -c $n /dev/urandom >a; $U -T a $F/a; rm -f b; $U $F/a -o b; touch b; cmp a b\n"
          "done");
}

Test(ftp_strangers, curl_active_and_passive)
{
    check("head -c 300000 /dev/urandom >a\n"
          "for way in '--ftp-pasv --disable-epsv' '--ftp-pasv' '-P -' '-P - --disable-eprt'; do\n"
          "  $U $way -T a $F/a; $U $way $F/a -o b; cmp a b; rm b; $U $way -l $F/ | grep -qx a\r*\n"
          "done");
}

Test(ftp_strangers, curl_continues_both_ways)
{
    check("head -c 900000 /dev/urandom >a; head -c 300000 a >p\n"
          "$U -T p $F/x; $U -C - -T a $F/x; $U $F/x | cmp - a\n"
          "cp p b; $U -C - $F/x -o b; cmp a b\n"
          "$U -r 100-199 $F/x | cmp - <(tail -c +101 a | head -c 100)");
}

Test(ftp_strangers, curl_text_and_bytes)
{
    check("printf 'one\\ntwo\\n' >a; $U --crlf -B -T a $F/t\n"
          "$U $F/t | cmp - a\n"
          "printf 'one\\r\\ntwo\\r\\n' >c; $U -T c $F/c; $U $F/c | cmp - c");
}

Test(ftp_strangers, curl_names)
{
    check("echo hi >a\n"
          "for n in 'a%20b' 'c%22d%27e' '%D0%9F%D1%80%D0%B8%D0%B2%D0%B5%D1%82' 'x%FFy' '%20lead' "
          "'star%2A%5B%5D%3F' '-la'; do\n"
          "  $U -T a \"$F/$n\"; $U \"$F/$n\" | cmp - a; $U --ftp-create-dirs -T a \"$F/d-$n/$n\"\n"
          "  $U \"$F/d-$n/$n\" | cmp - a\n"
          "done\n"
          "$U -l $F/ | grep -qx 'a b.*'; $U -l $F/ | grep -aq \"$(printf 'x\\377y')\"");
}

Test(ftp_strangers, curl_renames_removes_makes)
{
    check("echo hi >a; $U -T a $F/old\n"
          "$U -Q '-RNFR old' -Q '-RNTO new' -Q '-MKD d' -Q '-RNFR new' -Q '-RNTO d/deep' -l $F/\n"
          "$U $F/d/deep | cmp - a\n"
          "if $U -Q 'RMD d' -l $F/; then exit 9; fi\n"
          "$U -Q 'DELE d/deep' -Q 'RMD d' -l $F/ >list; if grep -q d list; then exit 9; fi\n"
          "$U -I $F/ >/dev/null; $U -T a $F/f; $U -I $F/f | grep -q 'Content-Length: 3'");
}

Test(ftp_strangers, lftp_mirrors_there_and_back)
{
    check("mkdir -p t/sub/deep; for i in 1 2 3 4 5; do head -c $((i * 7000)) /dev/urandom "
          ">\"t/sub/$i \\\"q\\\"\"; done; echo hi >t/sub/deep/Привет; touch t/empty\n"
          "L 'mirror -R t up'; L 'mirror up back'; diff -r t back\n"
          "L 'set ftp:use-mlsd yes; mirror up back2'; diff -r t back2\n"
          "L 'set ftp:passive-mode no; mirror up back3'; diff -r t back3");
}

Test(ftp_strangers, lftp_continues_both_ways)
{
    check("head -c 900000 /dev/urandom >a; head -c 300000 a >b; head -c 300000 a >p\n"
          "L 'put p -o x; put -c a -o x; get -c x -o b'; cmp a b; $U $F/x | cmp - a");
}

Test(ftp_strangers, lftp_renames_removes_makes)
{
    check(
        "echo hi >a\n"
        "L 'mkdir -p d/e; put a -o d/e/f; mv d/e/f d/g; chmod 640 d/g; rm d/g; rmdir d/e; rmdir d; "
        "cls -1' >list; test ! -s list\n"
        "L 'put a; ls' | grep -q ' a$'; L 'cat a' | grep -qx hi; L 'quote SITE QUOTA' | grep -q "
        "^200");
}

/* Beyond 2 GiB, where 32 bits end; the whole of it goes through ftp_client_secure. */
Test(ftp_strangers, curl_around_3_gib)
{
    check(
        "mkdir -p $S; truncate -s 3G $S/a; printf end >>$S/a; truncate -s 3G b; printf 'end again' "
        ">>b\n"
        "$U -I $F/a | grep 'Content-Length: 3221225475'; test \"$($U -r 3221225472- $F/a)\" = end\n"
        "$U -T b -C - $F/a; test $(stat -c %s $S/a) = 3221225481; test \"$(tail -c 9 $S/a)\" = "
        "'end "
        "again'\n"
        "truncate -s 3G c; $U -C - $F/a -o c; test \"$(tail -c 9 c)\" = 'end again'");
}

Test(ftp_strangers, lftp_takes_the_byte_ff)
{
    check("echo hi >\"$(printf 'x\\377y')\"; L \"set ftp:charset ISO-8859-1; set file:charset "
          "ISO-8859-1; mput x*; mirror . back\"; diff \"$(printf 'x\\377y')\" back/x*");
}

Test(ftp_strangers, the_classic_clients_leave_patterns_to_the_server)
{
    check(
        "mkdir -p $S/sub; for f in pa.txt pb.txt c.c -dash.txt sub/d.txt; do echo $f >$S/$f; done\n"
        "for ftp in tnftp inetutils-ftp; do\n"
        "  rm -rf t; mkdir -p t/sub; cd t\n"
        "  printf '%s\\n' 'user anna secret' 'passive on' prompt 'ls *.txt here' 'nlist sub/* "
        "deep' "
        "'ls -la all' 'mget p*' 'get -dash.txt' 'mget sub/*.txt' 'mdelete none*' bye |\n"
        "    timeout 30 $ftp -v -n 127.0.0.1 ${F##*:} >out\n"
        "  test \"$(sed 's/.* //; s/\\r$//' here | xargs)\" = '-dash.txt pa.txt pb.txt'\n"
        "  test \"$(sed 's/\\r$//' deep)\" = sub/d.txt; test $(wc -l <all) = 5\n"
        "  for f in pa.txt pb.txt ./-dash.txt sub/d.txt; do cmp $f $S/$f; done; cd ..\n"
        "done");
}
