/*
 * Folders as tar streams that mean harm, to our server (SITE TPUT) and to our client (SITE TGET):
 * nothing appears outside the folder, and nothing is written through a link.
 */
#include "ftp_liar.h"
#include "ftp_raw.h"
#include "ftp_scene.h"
#include "scratch.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BLOCK       512
#define ENTRIES_MAX 4

/* POSIX.1 ustar: '0' a file, '1' a link, '2' a symlink, '3' a device, '5' a folder, '6' a fifo. */
struct evil_entry {
    const char *path;
    char type;
    const char *target; /* of links; of files: the contents */
};

static const struct evil_tar {
    const char *what;
    struct evil_entry entries[ENTRIES_MAX]; /* the last is the evil one, unless it is cut */
    size_t cut;                             /* bytes that are missing at the end */
} tars[] = {
    {"an absolute path", {{"good", '0', "ok"}, {"/tmp/glassbox-escaped", '0', "x"}}, 0},
    {"a path upwards", {{"good", '0', "ok"}, {"../escaped", '0', "x"}}, 0},
    {"a path down and up",
     {{"good", '0', "ok"}, {"a", '5', NULL}, {"a/../../escaped", '0', "x"}},
     0},
    {"the folder above", {{"good", '0', "ok"}, {"..", '5', NULL}}, 0},
    {"a folder upwards", {{"good", '0', "ok"}, {"../escaped", '5', NULL}}, 0},
    {"an absolute link", {{"good", '0', "ok"}, {"link", '2', "/tmp"}}, 0},
    {"a link upwards", {{"good", '0', "ok"}, {"link", '2', "../escaped"}}, 0},
    {"a link down and up",
     {{"good", '0', "ok"}, {"a", '5', NULL}, {"a/link", '2', "b/../../../x"}},
     0},
    {"a file behind a link",
     {{"good", '0', "ok"}, {"a", '5', NULL}, {"link", '2', "a"}, {"link/escaped", '0', "x"}},
     0},
    {"a hard link", {{"good", '0', "ok"}, {"link", '1', "../secret"}}, 0},
    {"a device", {{"good", '0', "ok"}, {"device", '3', NULL}}, 0},
    {"a fifo", {{"good", '0', "ok"}, {"fifo", '6', NULL}}, 0},
    {"an end in the middle", {{"good", '0', "ok"}, {"escaped", '0', "x"}}, 2 * BLOCK + 300},
};
#define TARS (sizeof(tars) / sizeof(tars[0]))

static void write_octal(char *at, size_t digits, size_t value)
{
    for (; digits > 0; digits--, value /= 8)
        at[digits - 1] = (char)('0' + value % 8);
}

static size_t write_header(char *at, const struct evil_entry *entry)
{
    size_t bytes = entry->type == '0' ? strlen(entry->target) : 0, sum = 0;
    memset(at, 0, BLOCK);
    snprintf(at, 100, "%s", entry->path);
    write_octal(at + 100, 7, 0644);   /* mode */
    write_octal(at + 108, 7, 0);      /* user */
    write_octal(at + 116, 7, 0);      /* group */
    write_octal(at + 124, 11, bytes); /* size */
    write_octal(at + 136, 11, 0);     /* time */
    memset(at + 148, ' ', 8);         /* the sum, over itself as blanks */
    at[156] = entry->type;
    if (entry->type == '1' || entry->type == '2')
        snprintf(at + 157, 100, "%s", entry->target);
    memcpy(at + 257, "ustar\00000", 8);
    for (size_t i = 0; i < BLOCK; i++)
        sum += (unsigned char)at[i];
    write_octal(at + 148, 6, sum);
    at[154] = '\0';
    return bytes;
}

/* The stream, with its two empty blocks at the end. */
static size_t make_tar(char stream[(2 * ENTRIES_MAX + 2) * BLOCK], const struct evil_tar *tar)
{
    size_t at = 0;
    for (size_t i = 0; i < ENTRIES_MAX && tar->entries[i].path; i++) {
        size_t bytes = write_header(stream + at, &tar->entries[i]);
        at += BLOCK;
        if (bytes > 0) {
            memset(stream + at, 0, BLOCK);
            memcpy(stream + at, tar->entries[i].target, bytes);
            at += BLOCK;
        }
    }
    memset(stream + at, 0, 2 * (size_t)BLOCK);
    return at + 2 * (size_t)BLOCK - tar->cut;
}

/* Of the stream nothing is left but what came before the evil entry, in the folder. */
static void look(const char *above, const char *folder, const char *what)
{
    static const char *const outside[] = {"escaped", "link", "x", "a", "good"};
    char *good = scratch_read(folder, "good"), *secret = scratch_read(above, "secret"), *path;
    struct stat status;
    cr_expect_str_eq(good, "ok", "%s", what);
    cr_expect_str_eq(secret, "not yours", "%s", what);
    for (size_t i = 0; i < sizeof(outside) / sizeof(outside[0]); i++) {
        path = scratch_path(above, outside[i]);
        cr_expect_neq(lstat(path, &status), 0, "%s: %s", what, path);
        free(path);
    }
    cr_expect_neq(lstat("/tmp/glassbox-escaped", &status), 0, "%s", what);
    static const char *const inside[] = {"escaped", "link/escaped", "a/escaped", "device", "fifo"};
    for (size_t i = 0; i < sizeof(inside) / sizeof(inside[0]); i++) {
        path = scratch_path(folder, inside[i]);
        cr_expect_neq(stat(path, &status), 0, "%s: %s", what, path);
        free(path);
    }
    free(good);
    free(secret);
}

Test(ftp_tar, the_server_refuses_streams_that_mean_harm)
{
    char stream[(2 * ENTRIES_MAX + 2) * BLOCK], name[16];
    struct ftp_scene scene;
    ftp_scene_start(&scene, NULL);
    char *anna = ftp_scene_file(&scene, "");
    scratch_write(anna, "secret", "not yours");
    struct ftp_raw *raw = ftp_raw_login(scene.port);
    for (size_t i = 0; i < TARS; i++) {
        size_t bytes = make_tar(stream, &tars[i]);
        snprintf(name, sizeof(name), "into%zu", i);
        int code = ftp_raw_put(raw, stream, bytes, "SITE TPUT %s", name);
        cr_expect(code == 553, "%s: %d %s", tars[i].what, code, ftp_raw_text(raw));
        char *folder = scratch_path(anna, name);
        look(anna, folder, tars[i].what);
        free(folder);
    }
    cr_expect_eq(ftp_raw_put(raw, "this is no tar at all", 21, "SITE TPUT x"), 553);
    ftp_raw_free(raw);
    free(anna);
    cr_expect_eq(ftp_scene_stop(&scene), 0);
}

Test(ftp_tar, the_client_refuses_streams_that_mean_harm)
{
    for (size_t i = 0; i < TARS; i++) {
        char stream[(2 * ENTRIES_MAX + 2) * BLOCK], port[8];
        struct ftp_lies lies = {
            .tar = true, .contents = stream, .contents_bytes = make_tar(stream, &tars[i])};
        struct ftp_liar *liar = ftp_liar_start(&lies);
        char *home = scratch_new(), *here, *into;
        scratch_write(home, "secret", "not yours");
        if (asprintf(&here, "lcd %s", home) < 0)
            abort();
        snprintf(port, sizeof(port), "%u", ftp_liar_port(liar));
        struct process *client = process_start(home, PROCESS_PIPES, "ftp", "connect", "127.0.0.1",
                                               "--port", port, "--plain", "--user", "me", "-c",
                                               here, "-c", "get -r evil into", NULL);
        cr_expect_eq(process_wait(client), 1, "%s: %s", tars[i].what, process_said(client));
        into = scratch_path(home, "into");
        look(home, into, tars[i].what);
        process_free(client);
        ftp_liar_stop(liar);
        scratch_remove(home);
        free(here);
        free(into);
    }
}
