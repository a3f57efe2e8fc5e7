/*
 * Quotas and full disks: an upload that has no place ends with 552 or 452 and is not kept.
 */
#include "ftp_raw.h"
#include "ftp_scene.h"
#include "scratch.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define QUOTA 100000

static struct ftp_scene scene;
static char block[2 * QUOTA];

/* anna is also the name of a key in allowed.csv; its quota holds for the password as well. */
static void start(void)
{
    ftp_scene_prepare(&scene);
    scratch_write(scene.home, "allowed.csv", "name,quota,n,e\nanna,100000,0xc0ffee0000000001,17\n");
    ftp_scene_launch(&scene, NULL, (const char *[]){NULL});
}

static void stop(void)
{
    cr_expect_eq(ftp_scene_stop(&scene), 0);
}

static size_t files_in_folder(void)
{
    char *folder = ftp_scene_file(&scene, ""), *command, count[16] = "";
    if (asprintf(&command, "find '%s' -type f | wc -l", folder) < 0)
        abort();
    FILE *out = popen(command, "r");
    char *line = fgets(count, sizeof(count), out);
    pclose(out);
    free(command);
    free(folder);
    return line ? (size_t)atol(line) : 999;
}

#define expect_used(raw, bytes)                                                                    \
    do {                                                                                           \
        char wanted[64];                                                                           \
        snprintf(wanted, sizeof(wanted), "200 %d of %d bytes used\r\n", (int)(bytes), QUOTA);      \
        ftp_raw(raw, "SITE QUOTA");                                                                \
        cr_expect_str_eq(ftp_raw_text(raw), wanted);                                               \
    } while (0)

Test(ftp_quota, is_kept_while_writing_and_nothing_half_stays, .init = start, .fini = stop)
{
    struct ftp_raw *raw = ftp_raw_login(scene.port);
    expect_used(raw, 0);
    cr_expect_eq(ftp_raw_put(raw, block, QUOTA + 1, "STOR a"), 552, "%s", ftp_raw_text(raw));
    cr_expect_eq(files_in_folder(), 0);
    expect_used(raw, 0);
    cr_expect_eq(ftp_raw_put(raw, block, QUOTA, "STOR a"), 226, "%s", ftp_raw_text(raw));
    expect_used(raw, QUOTA);
    cr_expect_eq(ftp_raw_put(raw, block, 1, "STOR b"), 552);
    cr_expect_eq(ftp_raw_put(raw, block, 1, "APPE a"), 552);
    cr_expect_eq(ftp_raw(raw, "AVBL"), 213);
    cr_expect_str_eq(ftp_raw_text(raw), "213 0\r\n");
    cr_expect_eq(ftp_raw(raw, "SITE CPFR a"), 350);
    cr_expect_eq(ftp_raw(raw, "SITE CPTO c"), 552);
    cr_expect_eq(files_in_folder(), 1);
    cr_expect_eq(ftp_raw(raw, "DELE a"), 250);
    expect_used(raw, 0);
    cr_expect_eq(ftp_raw_put(raw, block, 60000, "STOR a"), 226);
    /* While a file is replaced, both are there: that does not fit, and the old one stays. */
    cr_expect_eq(ftp_raw_put(raw, block, 60000, "STOR a"), 552);
    expect_used(raw, 60000);
    cr_expect_eq(ftp_raw_put(raw, block, 30000, "STOR a"), 226);
    expect_used(raw, 30000);
    cr_expect_eq(ftp_raw_put(raw, block, 10000, "STOR b"), 226);
    cr_expect_eq(ftp_raw(raw, "RNFR b"), 350);
    cr_expect_eq(ftp_raw(raw, "RNTO a"), 250);
    expect_used(raw, 10000);
    ftp_raw_free(raw);
}

/* Two sessions of one name share what there is. */
Test(ftp_quota, is_shared_by_sessions, .init = start, .fini = stop)
{
    struct ftp_raw *one = ftp_raw_login(scene.port), *two = ftp_raw_login(scene.port);
    cr_expect_eq(ftp_raw_put(one, block, 70000, "STOR a"), 226);
    cr_expect_eq(ftp_raw_put(two, block, 40000, "STOR b"), 552);
    cr_expect_eq(ftp_raw_put(two, block, 30000, "STOR b"), 226);
    expect_used(one, QUOTA);
    ftp_raw_free(one);
    ftp_raw_free(two);
}

/* What was cut counts: a partial file is on the disk, too. */
Test(ftp_quota, counts_cut_uploads, .init = start, .fini = stop)
{
    struct ftp_raw *raw = ftp_raw_login(scene.port);
    int data = ftp_raw_open(raw);
    cr_expect_eq(ftp_raw(raw, "STOR a"), 150);
    cr_assert_eq(send(data, block, 50000, 0), 50000);
    do
        cr_assert_eq(ftp_raw(raw, "STAT"), 213);
    while (!strstr(ftp_raw_text(raw), " 50000 bytes"));
    const struct linger cut = {.l_onoff = 1};
    setsockopt(data, SOL_SOCKET, SO_LINGER, &cut, sizeof(cut));
    close(data);
    cr_expect_eq(ftp_raw_reply(raw), 426);
    expect_used(raw, 50000);
    cr_expect_eq(ftp_raw_put(raw, block, 50001, "STOR b"), 552);
    cr_expect_eq(ftp_raw_put(raw, block, 50000, "APPE a"), 226);
    expect_used(raw, QUOTA);
    ftp_raw_free(raw);
}

static int open_folder(void)
{
    char *path = ftp_scene_file(&scene, "");
    int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    free(path);
    return folder;
}

/* What cannot be counted is not taken for nothing. Renames make such trees; a quota counts them
 * before the first upload. */
Test(ftp_quota, a_tree_that_is_too_deep_is_told, .init = start, .fini = stop)
{
    int folder = open_folder();
    close(scratch_chain(folder, 4000));
    struct ftp_raw *raw = ftp_raw_login(scene.port);
    cr_expect_eq(ftp_raw(raw, "SITE QUOTA"), 550, "%s", ftp_raw_text(raw));
    cr_expect_eq(ftp_raw_put(raw, block, 1, "STOR a"), 553, "%s", ftp_raw_text(raw));
    cr_expect(strstr(ftp_raw_text(raw), "too many folders inside each other"), "%s",
              ftp_raw_text(raw));
    cr_expect_eq(ftp_raw(raw, "RNFR d"), 350, "all else goes on");
    ftp_raw_free(raw);
    close(folder);
}

/* The part of anna's upload, as far as it is on the disk; -1: there is none. */
static off_t part_bytes(void)
{
    int folder = open_folder();
    DIR *entries = fdopendir(folder);
    struct stat status = {.st_size = -1};
    for (struct dirent *entry; (entry = readdir(entries));)
        if (strncmp(entry->d_name, ".glassbox-part-", 15) == 0)
            fstatat(folder, entry->d_name, &status, 0);
    closedir(entries);
    return status.st_size;
}

/* APPE begins with a copy of the file. One worker does that and what another asks for meanwhile: in
 * turn, and not when all of the file is copied. */
Test(ftp_quota, a_long_copy_holds_up_nobody)
{
    const off_t large = (off_t)400 << 20;
    ftp_scene_prepare(&scene);
    ftp_scene_launch(&scene, "UV_THREADPOOL_SIZE=1 exec \"$@\"", (const char *[]){NULL});
    char *path = ftp_scene_file(&scene, "large");
    int file;
    struct ftp_raw *one = ftp_raw_login(scene.port), *two = ftp_raw_login(scene.port);
    memset(block, 'x', sizeof(block));
    file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    for (off_t at = 0; at < large; at += (off_t)sizeof(block))
        cr_assert_eq(pwrite(file, block, sizeof(block), at), (ssize_t)sizeof(block));
    close(file);
    bool between = false; /* several tries: we may be slow to look */
    for (size_t i = 0; i < 10 && !between; i++) {
        int data = ftp_raw_open(one);
        ftp_raw_send(one, "APPE large\r\n", 12);
        while (part_bytes() <= 0) /* it has begun */
            usleep(100);
        cr_expect_eq(ftp_raw(two, "SIZE large"), 213);
        between = part_bytes() < large;
        cr_expect_eq(ftp_raw_reply(one), 150);
        close(data);
        cr_expect_eq(ftp_raw_reply(one), 226);
    }
    cr_expect(between, "the answer has waited for all of the copy");
    ftp_raw_free(one);
    ftp_raw_free(two);
    free(path);
    stop();
}

/* Zeros that are sent take no place on the disk, also in an upload that was cut and in a copy. */
Test(ftp_quota, holes_stay_holes)
{
    static char zeros[3000000];
    static const char *const names[] = {"a", "copy", "b"};
    ftp_scene_start(&scene, NULL);
    struct ftp_raw *raw = ftp_raw_login(scene.port);
    zeros[1500000] = 'x';
    cr_expect_eq(ftp_raw_put(raw, zeros, sizeof(zeros), "STOR a"), 226);
    cr_expect_eq(ftp_raw(raw, "SITE CPFR a"), 350);
    cr_expect_eq(ftp_raw(raw, "SITE CPTO copy"), 250);
    cr_expect_eq(ftp_raw_put(raw, zeros, 1000, "STOR b"), 226);
    cr_expect_eq(ftp_raw_put(raw, zeros + 1000, sizeof(zeros) - 1000, "APPE b"), 226);
    for (size_t i = 0; i < 3; i++) {
        char *path = ftp_scene_file(&scene, names[i]);
        struct stat status;
        size_t bytes;
        char *back = ftp_raw_get(raw, &bytes, "RETR %s", names[i]);
        cr_expect_eq(bytes, sizeof(zeros), "%s: %zu", names[i], bytes);
        cr_expect(back && memcmp(back, zeros, sizeof(zeros)) == 0, "%s", names[i]);
        cr_assert_eq(stat(path, &status), 0);
        cr_expect_lt(status.st_blocks * 512, 300000, "%s", names[i]);
        free(back);
        free(path);
    }
    ftp_raw_free(raw);
    stop();
}

/* A file system of 256 KiB in its own name space (of a user of its own, unless we are root). */
Test(ftp_quota, a_full_disk)
{
    char *wrapper;
    ftp_scene_prepare(&scene);
    if (asprintf(&wrapper,
                 "exec unshare %s sh -c 'mount -t tmpfs -o size=256k none %s && exec \"$@\"' sh "
                 "\"$@\"",
                 geteuid() == 0 ? "-m" : "-Urm", scene.folder) < 0)
        abort();
    ftp_scene_launch(&scene, wrapper, (const char *[]){NULL});
    memset(block, 'x', sizeof(block)); /* zeros would take no place */
    struct ftp_raw *raw = ftp_raw_login(scene.port);
    cr_expect_eq(ftp_raw_put(raw, block, 100000, "STOR a"), 226);
    for (size_t i = 0; i < 3; i++) /* nothing of it stays, or the third one would have less space */
        cr_expect_eq(ftp_raw_put(raw, block, 200000, "STOR b"), 452, "%s", ftp_raw_text(raw));
    cr_expect_eq(ftp_raw(raw, "SIZE b"), 550);
    cr_expect_eq(ftp_raw_put(raw, block, 100000, "STOR c"), 226);
    cr_expect_eq(ftp_raw(raw, "SITE CPFR a"), 350);
    cr_expect_eq(ftp_raw(raw, "SITE CPTO d"), 452);
    char *list = ftp_raw_get(raw, NULL, "NLST");
    cr_expect_str_eq(list, "a\r\nc\r\n");
    free(list);
    ftp_raw_free(raw);
    free(wrapper);
    stop();
}

/* A limit on the size of files: the signal that comes with it does not end the server. */
Test(ftp_quota, files_may_grow_so_far)
{
    ftp_scene_prepare(&scene);
    ftp_scene_launch(&scene, "ulimit -f 100; exec \"$@\"", (const char *[]){NULL});
    struct ftp_raw *raw = ftp_raw_login(scene.port);
    cr_expect_eq(ftp_raw_put(raw, block, sizeof(block), "STOR a"), 552, "%s", ftp_raw_text(raw));
    cr_expect_eq(ftp_raw(raw, "SIZE a"), 550);
    cr_expect_eq(ftp_raw_put(raw, block, 1000, "STOR a"), 226);
    ftp_raw_free(raw);
    stop();
}
