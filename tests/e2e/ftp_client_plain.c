/*
 * Our client with --plain on a stranger: vsftpd, passive and active, without MLSD, MFMT and HASH.
 */
#include "free_port.h"
#include "ftp_script.h"
#include "scratch.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define VSFTPD "/usr/sbin/vsftpd"

/* vsftpd with its own settings, as whoever runs the test. */
static struct process *start_vsftpd(struct ftp_scene *scene)
{
    uint16_t pool = free_ports(10);
    char *text, *path;
    *scene = (struct ftp_scene){.home = scratch_new(), .folder = scratch_new()};
    scene->port = pool;
    path = ftp_scene_file(scene, "");
    if (asprintf(
            &text,
            "listen=YES\nlisten_address=127.0.0.1\nlisten_port=%u\nbackground=NO\n"
            "run_as_launching_user=YES\nanonymous_enable=YES\nanon_root=%s\nwrite_enable=YES\n"
            "anon_upload_enable=YES\nanon_mkdir_write_enable=YES\nanon_umask=022\n"
            "anon_other_write_enable=YES\nallow_writeable_chroot=YES\nconnect_from_port_20=NO\n"
            "secure_chroot_dir=%s\nseccomp_sandbox=NO\npasv_min_port=%u\npasv_max_port=%u\n",
            pool, path, scene->home, pool + 1, pool + 9) < 0)
        abort();
    scratch_write(scene->home, "vsftpd.conf", text);
    scratch_write_secret(scene->home, "password", "me@example\n");
    free(text);
    free(path);
    path = scratch_path(scene->home, "vsftpd.conf");
    struct process *server = process_start(scene->home, PROCESS_PIPES, VSFTPD, path, NULL);
    free(path);
    return server;
}

/* In the script `v OPTIONS` is our client, logged in; the first one waits until vsftpd listens. */
static void check(const char *script)
{
    static const char functions[] =
        "v() { $BIN/ftp connect 127.0.0.1 --port $P --plain --user anonymous --password-file "
        "$GLASSBOX_HOME/password --timeout 30 \"$@\"; }\n"
        "for i in {1..200}; do (: </dev/tcp/127.0.0.1/$P) 2>/dev/null && break; sleep 0.05; done\n";
    struct ftp_scene scene;
    char *whole, *said;
    if (access(VSFTPD, X_OK) != 0)
        cr_skip_test("vsftpd is not installed");
    struct process *server = start_vsftpd(&scene);
    if (asprintf(&whole, "%s%s", functions, script) < 0)
        abort();
    cr_expect_eq(ftp_script(&scene, whole, &said), 0, "%s\n%s\n%s", script, said,
                 process_said(server));
    process_free(server);
    scratch_remove(scene.home);
    scratch_remove(scene.folder);
    free(whole);
    free(said);
}

Test(ftp_client_plain, files_of_all_sizes_passive_and_active)
{
    check("for way in '' --active; do o=()\n"
          "for n in 0 1 65535 65536 65537 1048575 1048576 1048577; do\n"
          "  head -c $n /dev/urandom >a$n; o+=(-c \"put a$n\" -c \"get a$n b$n\"); done\n"
          "v $way \"${o[@]}\"\n"
          "for a in a*; do cmp $a b${a#a}; cmp $a $S/$a; done; rm a* b*; done");
}

Test(ftp_client_plain, folders_lists_and_patterns)
{
    check("echo 1 >'a b'; echo 2 >кот; echo 3 >c.txt\n"
          "v -c 'mkdir d' -c 'cd d' -c 'mput *' -c ls -c 'ls -l' -c 'mv c.txt d.txt' -c 'ls *.txt' "
          ">$GLASSBOX_HOME/out\n"
          "cd $GLASSBOX_HOME; grep -x 'a b' out; grep -x кот out; grep -E '^-rw.* кот$' out; grep "
          "-x d.txt out\n"
          "mkdir got; cd got; v -c 'mget d/*'; test \"$(ls | xargs -d '\\n' echo)\" = 'a b d.txt "
          "кот'\n"
          "v -c 'cat d/d.txt' -c 'rm d/*' -c 'rmdir d' | grep -x 3; test ! -e $S/d");
}

Test(ftp_client_plain, downloads_and_uploads_are_continued)
{
    check("head -c 3000000 /dev/urandom >$S/a; head -c 1000000 $S/a >.a.ftp-part\n"
          "v -c 'reget a' 2>&1 | grep '1.9 MiB in'; cmp a $S/a; head -c 1000000 a >$S/b; mv a b\n"
          "v -c 'reput b' 2>&1 | grep '1.9 MiB in'; cmp b $S/b");
}

Test(ftp_client_plain, errors_are_the_servers_words)
{
    check(
        "if v -c 'get nothing' >out 2>&1; then exit 9; else test $? = 1; fi; grep 550 out\n"
        "test ! -e nothing -a ! -e .nothing.ftp-part\n"
        "if v -c 'get -r .' >out 2>&1; then exit 9; fi\n"
        "if $BIN/ftp connect 127.0.0.1 --port $P --home h --accept-new -c ls >out 2>&1; then exit "
        "9; fi; grep -e --plain out");
}
