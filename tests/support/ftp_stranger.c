/* FTP servers of others. */
#include "ftp_stranger.h"

#include "free_port.h"
#include "scratch.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define VSFTPD "/usr/sbin/vsftpd"
#define PYTHON "/usr/bin/python3" /* the system's: it has the system's modules */
#define SCRIPT "tests/support/ftp_stranger.py"

static struct process *start_vsftpd(const struct ftp_scene *scene)
{
    char *text, *path = ftp_scene_file(scene, "");
    if (asprintf(&text,
                 "listen=YES\nlisten_address=127.0.0.1\nlisten_port=%u\nbackground=NO\n"
                 "run_as_launching_user=YES\nanonymous_enable=YES\nanon_root=%s\nwrite_enable=YES\n"
                 "anon_upload_enable=YES\nanon_mkdir_write_enable=YES\nanon_umask=022\n"
                 "anon_other_write_enable=YES\nanon_world_readable_only=NO\nallow_writeable_chroot="
                 "YES\nconnect_from_port_20=NO\n"
                 "secure_chroot_dir=%s\nseccomp_sandbox=NO\npasv_min_port=%u\npasv_max_port=%u\n",
                 scene->port, path, scene->home, scene->port + 1U, scene->port + 9U) < 0)
        abort();
    scratch_write(scene->home, "vsftpd.conf", text);
    free(text);
    free(path);
    path = scratch_path(scene->home, "vsftpd.conf");
    struct process *server = process_start(scene->home, PROCESS_PIPES, VSFTPD, path, NULL);
    free(path);
    return server;
}

static struct process *start_pyftpdlib(const struct ftp_scene *scene)
{
    char port[8], *path = ftp_scene_file(scene, "");
    snprintf(port, sizeof(port), "%u", scene->port);
    struct process *server = process_start(scene->home, PROCESS_PIPES, PYTHON, SCRIPT, path, port,
                                           NULL);
    free(path);
    return server;
}

static const char *const vsftpd_needs[] = {VSFTPD, NULL};
static const char *const pyftpdlib_needs[] = {
    PYTHON, SCRIPT, "/usr/lib/python3/dist-packages/pyftpdlib/__init__.py", NULL};

const struct ftp_stranger ftp_vsftpd = {"vsftpd", "anonymous", vsftpd_needs, start_vsftpd};
const struct ftp_stranger ftp_pyftpdlib = {"pyftpdlib", "anna", pyftpdlib_needs, start_pyftpdlib};

/* The first connection waits until the server listens. */
static const char functions[] =
    "L=\"--plain --user %s --password-file $GLASSBOX_HOME/password --timeout 30\"; "
    "U=ftp://127.0.0.1:$P/\n"
    "v() { $BIN/ftp connect 127.0.0.1 --port $P $L \"$@\"; }\n"
    "for i in {1..400}; do (: </dev/tcp/127.0.0.1/$P) 2>/dev/null && break; sleep 0.05; done\n"
    "%s";

void ftp_stranger_check(const struct ftp_stranger *stranger, const char *script)
{
    struct ftp_scene scene;
    char *whole, *said;
    for (const char *const *need = stranger->needs; *need; need++)
        if (access(*need, R_OK) != 0)
            cr_skip_test("%s is not installed", stranger->name);
    scene = (struct ftp_scene){.home = scratch_new(), .folder = scratch_new()};
    scene.port = free_ports(10);
    scratch_write_secret(scene.home, "password", "me@example\n");
    struct process *server = stranger->start(&scene);
    if (asprintf(&whole, functions, stranger->user, script) < 0)
        abort();
    cr_expect_eq(ftp_script(&scene, whole, &said), 0, "%s\n%s\n%s", script, said,
                 process_said(server));
    process_free(server);
    scratch_remove(scene.home);
    scratch_remove(scene.folder);
    free(whole);
    free(said);
}
