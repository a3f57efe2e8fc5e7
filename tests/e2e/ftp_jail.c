/*
 * Nobody leaves their folder: by "..", by links, by folders that change under the server's hands,
 * by tar. Everything is tried twice: with openat2(2), and without it, as on an old kernel.
 */
#include "ftp_raw.h"
#include "ftp_scene.h"
#include "scratch.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static struct ftp_scene scene;

/* From now on this process and its children live on a kernel that has never heard of openat2. */
static void forget_openat2(void)
{
    struct sock_filter rows[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_openat2, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    const struct sock_fprog program = {sizeof(rows) / sizeof(rows[0]), rows};
    cr_assert_eq(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 0);
    cr_assert_eq(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program), 0);
    cr_assert(syscall(SYS_openat2, 0, 0, 0, 0) == -1 && errno == ENOSYS);
}

static void link_in_folder(const char *target, const char *name)
{
    char *path = ftp_scene_file(&scene, name);
    cr_assert_eq(symlink(target, path), 0, "%s", path);
    free(path);
}

static bool is_there(const char *name)
{
    char *path = ftp_scene_file(&scene, name);
    struct stat status;
    bool there = lstat(path, &status) == 0;
    free(path);
    return there;
}

static void make_tree(void)
{
    char *inside = ftp_scene_file(&scene, "inside"), *folder = ftp_scene_file(&scene, "");
    cr_assert_eq(mkdir(inside, 0700), 0);
    scratch_write(folder, "file", "mine");
    scratch_write(inside, "deep", "mine, deep");
    scratch_write(scene.folder, "secret", "not yours");
    link_in_folder("../secret", "up");
    link_in_folder("/etc/passwd", "absolute");
    link_in_folder("..", "updir");
    link_in_folder("/", "rootdir");
    link_in_folder("inside/../../secret", "roundabout");
    link_in_folder("loop", "loop");
    link_in_folder("inside/../file", "good");
    link_in_folder("inside", "gooddir");
    link_in_folder("../file", "inside/goodup");
    link_in_folder("/proc/self/root/etc/passwd", "magic");
    free(inside);
    free(folder);
}

/* Names that lead out, in every command that takes one. None answers with a yes. */
static void try_to_leave(struct ftp_raw *raw)
{
    static const char *const targets[] = {"up",
                                          "absolute",
                                          "updir/secret",
                                          "rootdir/etc/passwd",
                                          "roundabout",
                                          "loop",
                                          "magic",
                                          "gooddir/../../secret/x",
                                          "updir/anna/file",
                                          "gooddir/nothing/../../../secret"};
    static const char *const commands[] = {"SIZE", "MDTM", "HASH",           "SITE CPFR",
                                           "CWD",  "MLST", "SITE CHMOD 666", "MFMT 20260101000000"};
    for (size_t i = 0; i < sizeof(targets) / sizeof(targets[0]); i++) {
        char *got = ftp_raw_get(raw, NULL, "RETR %s", targets[i]);
        cr_expect_null(got, "RETR %s: %s", targets[i], got);
        free(got);
        for (size_t j = 0; j < sizeof(commands) / sizeof(commands[0]); j++) {
            int code = ftp_raw(raw, "%s %s", commands[j], targets[i]);
            cr_expect(code >= 500, "%s %s: %s", commands[j], targets[i], ftp_raw_text(raw));
        }
    }
    static const char *const into[] = {"updir", "rootdir", "rootdir/tmp", "magic"};
    for (size_t i = 0; i < sizeof(into) / sizeof(into[0]); i++) {
        cr_expect(ftp_raw_put(raw, "x", 1, "STOR %s/escaped", into[i]) >= 500, "%s", into[i]);
        cr_expect(ftp_raw(raw, "MKD %s/escaped", into[i]) >= 500);
        cr_expect(ftp_raw(raw, "RNFR %s/secret", into[i]) >= 500);
        char *list = ftp_raw_get(raw, NULL, "NLST %s", into[i]);
        cr_expect_null(list, "NLST %s: %s", into[i], list);
        free(list);
    }
    /* ".." never climbs above one's own folder: this is /anna/secret, which is not there. */
    cr_expect_eq(ftp_raw(raw, "SIZE ../../../secret"), 550);
    cr_expect_eq(ftp_raw(raw, "CWD ../../.."), 250);
    cr_expect_eq(ftp_raw(raw, "RNFR file"), 350);
    cr_expect_eq(ftp_raw(raw, "RNTO ../moved"), 250);
    cr_expect(is_there("moved"));
    cr_expect_eq(ftp_raw(raw, "RNFR moved"), 350);
    cr_expect_eq(ftp_raw(raw, "RNTO updir/moved"), 553);
    cr_expect(is_there("moved"));
    cr_expect_eq(ftp_raw(raw, "RNFR moved"), 350);
    cr_expect_eq(ftp_raw(raw, "RNTO file"), 250);
}

/* Links that stay inside are followed. An upload replaces a link and never writes through it. */
static void try_good_links(struct ftp_raw *raw)
{
    static const char *const files[][2] = {
        {"good", "mine"}, {"gooddir/deep", "mine, deep"}, {"inside/goodup", "mine"}};
    for (size_t i = 0; i < 3; i++) {
        char *got = ftp_raw_get(raw, NULL, "RETR %s", files[i][0]);
        cr_expect(got && strcmp(got, files[i][1]) == 0, "%s: %s %s", files[i][0], got,
                  ftp_raw_text(raw));
        free(got);
    }
    cr_expect_eq(ftp_raw_put(raw, "x", 1, "STOR up"), 226, "%s", ftp_raw_text(raw));
    char *secret = scratch_read(scene.folder, "secret");
    cr_expect_str_eq(secret, "not yours");
    free(secret);
    cr_expect_eq(ftp_raw_put(raw, "x", 1, "APPE absolute"), 226);
    cr_expect_eq(ftp_raw(raw, "DELE rootdir"), 250);
}

static void check(void)
{
    ftp_scene_start(&scene, NULL);
    make_tree();
    struct ftp_raw *raw = ftp_raw_login(scene.port);
    try_to_leave(raw);
    try_good_links(raw);
    ftp_raw_free(raw);
    cr_expect_eq(ftp_scene_stop(&scene), 0);
}

Test(ftp_jail, no_name_leads_out)
{
    check();
}

Test(ftp_jail, no_name_leads_out_on_an_old_kernel)
{
    forget_openat2();
    check();
}

/* --- modes ------------------------------------------------------------------------------------ */
static unsigned mode_of(const char *name)
{
    char *path = scratch_path(scene.folder, name);
    struct stat status = {0};
    cr_expect_eq(lstat(path, &status), 0, "%s", path);
    free(path);
    return status.st_mode & 0777U;
}

/* Nobody may shut "/", by any of its names; one's own folders may be shut. */
Test(ftp_jail, the_top_folder_stays_open)
{
    static const char *const names[] = {"/", ".", "../..", "self", "self/self/", "folder/up"};
    ftp_scene_start(&scene, NULL);
    struct ftp_raw *raw = ftp_raw_login(scene.port);
    unsigned before = mode_of("anna");
    cr_expect_eq(ftp_raw(raw, "MKD folder"), 257);
    link_in_folder(".", "self");
    link_in_folder("..", "folder/up");
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        cr_expect_eq(ftp_raw(raw, "SITE CHMOD 000 %s", names[i]), 550, "%s: %s", names[i],
                     ftp_raw_text(raw));
    cr_expect_eq(mode_of("anna"), before);
    cr_expect_eq(ftp_raw(raw, "SITE CHMOD 000 folder"), 200, "%s", ftp_raw_text(raw));
    cr_expect_eq(ftp_raw(raw, "SITE CHMOD 755 folder"), 200, "and opened again");
    ftp_raw_free(raw);
    cr_expect_eq(ftp_scene_stop(&scene), 0);
}

/* Under --shared nobody shuts out the others. */
Test(ftp_jail, what_is_everybodys_stays_open_to_everybody)
{
    ftp_scene_start(&scene, "--shared", NULL);
    struct ftp_raw *raw = ftp_raw_login(scene.port);
    cr_expect_eq(ftp_raw(raw, "MKD folder"), 257);
    cr_expect_eq(ftp_raw_put(raw, "x", 1, "STOR file"), 226);
    cr_expect_eq(ftp_raw(raw, "SITE CHMOD 000 /"), 550, "%s", ftp_raw_text(raw));
    cr_expect_eq(ftp_raw(raw, "SITE CHMOD 000 folder"), 550, "%s", ftp_raw_text(raw));
    cr_expect_eq(ftp_raw(raw, "SITE CHMOD 500 folder"), 550, "%s", ftp_raw_text(raw));
    cr_expect_eq(ftp_raw(raw, "SITE CHMOD 200 file"), 550, "%s", ftp_raw_text(raw));
    cr_expect_eq(ftp_raw(raw, "SITE CHMOD 700 folder"), 200);
    cr_expect_eq(ftp_raw(raw, "SITE CHMOD 400 file"), 200);
    cr_expect_eq(mode_of("folder"), 0700);
    cr_expect_eq(mode_of("file"), 0400);
    ftp_raw_free(raw);
    cr_expect_eq(ftp_scene_stop(&scene), 0);
}

/* --- races ------------------------------------------------------------------------------------ */
#define RACE_ROUNDS 400

static atomic_bool racing;

/* `swap` is now a folder, now a link out of the jail. */
static void *swap_forever(void *context)
{
    char *swap = ftp_scene_file(&scene, "swap"), *link_path = ftp_scene_file(&scene, "link");
    (void)context;
    while (racing)
        syscall(SYS_renameat2, AT_FDCWD, swap, AT_FDCWD, link_path, 2 /* RENAME_EXCHANGE */);
    free(swap);
    free(link_path);
    return NULL;
}

static void race(void)
{
    pthread_t thread;
    ftp_scene_start(&scene, NULL);
    char *swap = ftp_scene_file(&scene, "swap");
    cr_assert_eq(mkdir(swap, 0700), 0);
    scratch_write(swap, "secret", "mine");
    scratch_write(scene.folder, "secret", "not yours");
    link_in_folder("..", "link");
    struct ftp_raw *raw = ftp_raw_login(scene.port);
    racing = true;
    cr_assert_eq(pthread_create(&thread, NULL, swap_forever, NULL), 0);
    for (size_t i = 0; i < RACE_ROUNDS; i++) {
        int code = ftp_raw(raw, "SIZE swap/secret");
        cr_expect(code == 550 || strcmp(ftp_raw_text(raw), "213 4\r\n") == 0, "%s",
                  ftp_raw_text(raw));
        ftp_raw(raw, "MKD swap/escaped");
        ftp_raw(raw, "RMD swap/escaped");
        ftp_raw(raw, "DELE swap/victim");
    }
    racing = false;
    pthread_join(thread, NULL);
    char *escaped = scratch_path(scene.folder, "escaped");
    cr_expect_neq(access(escaped, F_OK), 0);
    free(escaped);
    free(swap);
    ftp_raw_free(raw);
    cr_expect_eq(ftp_scene_stop(&scene), 0);
}

Test(ftp_jail, races_lead_nowhere)
{
    race();
}

Test(ftp_jail, races_lead_nowhere_on_an_old_kernel)
{
    forget_openat2();
    race();
}
