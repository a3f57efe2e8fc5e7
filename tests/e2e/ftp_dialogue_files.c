/*
 * Files in plain FTP, said by hand: facts and times, copies, what was cut and is continued, text.
 */
#include "ftp_expect.h"
#include "ftp_scene.h"
#include "scratch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static struct ftp_scene scene;

static void stop(void)
{
    cr_expect_eq(ftp_scene_stop(&scene), 0);
}

Test(ftp_dialogue_files, facts_and_times, .fini = stop)
{
    ftp_scene_start(&scene, NULL);
    struct ftp_raw *raw = ftp_raw_login(scene.port);
    cr_expect_eq(ftp_raw_put(raw, "hello", 5, "STOR f"), 226);
    expect(raw, 213, "MFMT 20200229123456 f");
    expect(raw, 213, "MDTM f");
    cr_expect_str_eq(ftp_raw_text(raw), "213 20200229123456\r\n");
    expect(raw, 250, "MLST f");
    cr_expect(strstr(ftp_raw_text(raw), "\r\n type=file;size=5;modify=20200229123456;"), "%s",
              ftp_raw_text(raw));
    expect(raw, 200, "SITE CHMOD 600 f");
    char *list = ftp_raw_get(raw, NULL, "MLSD");
    cr_expect(strstr(list, "UNIX.mode=0600;"), "%s", list);
    free(list);
    expect(raw, 213, "HASH f");
    cr_expect_str_eq(ftp_raw_text(raw),
                     "213 SHA-256 0-4 2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7"
                     "425e73043362938b9824 /f\r\n");
    expect(raw, 350, "SITE CPFR f");
    expect(raw, 250, "SITE CPTO g");
    list = ftp_raw_get(raw, NULL, "RETR g");
    cr_expect_str_eq(list, "hello");
    free(list);
    list = ftp_raw_get(raw, NULL, "LIST -la");
    cr_expect(strstr(list, "-rw------- ") && strstr(list, " Feb 29  2020 f\r\n"), "%s", list);
    free(list);
    list = ftp_raw_get(raw, NULL, "LIST f");
    cr_expect(list && strstr(list, " f\r\n"), "%s", list);
    free(list);
    cr_expect_null(ftp_raw_get(raw, NULL, "MLSD f"));
    cr_expect_eq(ftp_raw_code(raw), 501);
    expect(raw, 213, "STAT f");
    ftp_raw_free(raw);
}

/* A copy of a file with holes: the same bytes, and no more room on the disk. */
Test(ftp_dialogue_files, holes_are_copied_as_holes, .fini = stop)
{
    static const off_t places[] = {0, 100000, 50000000, 79999999};
    struct stat status;
    ftp_scene_start(&scene, NULL);
    char *from = ftp_scene_file(&scene, "from"), *to = ftp_scene_file(&scene, "to"), here[2] = "";
    FILE *file = fopen(from, "w");
    cr_assert(file && ftruncate(fileno(file), 90000000) == 0);
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
        cr_assert_eq(pwrite(fileno(file), "x", 1, places[i]), 1);
    fclose(file);
    struct ftp_raw *raw = ftp_raw_login(scene.port);
    expect(raw, 350, "SITE CPFR from");
    expect(raw, 250, "SITE CPTO to");
    expect(raw, 213, "HASH from");
    char *hash = strdup(ftp_raw_text(raw));
    expect(raw, 213, "HASH to");
    cr_expect_eq(strncmp(hash, ftp_raw_text(raw), strlen("213 SHA-256 0-89999999 ") + 64), 0);
    cr_expect(stat(to, &status) == 0 && status.st_size == 90000000);
    cr_expect_lt(status.st_blocks * 512, 1000000);
    file = fopen(to, "r");
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
        cr_expect(pread(fileno(file), here, 1, places[i]) == 1 && here[0] == 'x');
    fclose(file);
    ftp_raw_free(raw);
    free(hash);
    free(from);
    free(to);
}

/* docs/ftp.md 5: what is cut can be continued, and is under its name only when it is complete. */
Test(ftp_dialogue_files, a_cut_upload_is_continued, .fini = stop)
{
    ftp_scene_start(&scene, NULL);
    struct ftp_raw *raw = ftp_raw_login(scene.port);
    int data = ftp_raw_open(raw);
    expect(raw, 150, "STOR f");
    cr_assert_eq(send(data, "hello", 5, 0), 5);
    struct ftp_raw *other = ftp_raw_login(scene.port);
    int other_data = ftp_raw_open(other);
    expect(other, 450, "STOR f");
    close(other_data);
    do /* the five bytes are on their way */
        expect(raw, 213, "STAT");
    while (!strstr(ftp_raw_text(raw), " 5 bytes"));
    expect(other, 550, "RETR f");
    const struct linger cut = {.l_onoff = 1};
    setsockopt(data, SOL_SOCKET, SO_LINGER, &cut, sizeof(cut));
    close(data); /* a reset */
    cr_expect_eq(ftp_raw_reply(raw), 426, "%s", ftp_raw_text(raw));
    char *list = ftp_raw_get(raw, NULL, "MLSD");
    cr_expect_str_eq(list, "");
    free(list);
    expect(raw, 200, "TYPE I");
    expect(raw, 213, "SIZE f");
    cr_expect_str_eq(ftp_raw_text(raw), "213 5\r\n");
    expect(raw, 350, "REST 9");
    cr_expect_eq(ftp_raw_put(raw, "", 0, "STOR f"), 554);
    expect(raw, 350, "REST 4");
    cr_expect_eq(ftp_raw_put(raw, "O, world", 8, "STOR f"), 226);
    list = ftp_raw_get(raw, NULL, "RETR f");
    cr_expect_str_eq(list, "hellO, world");
    free(list);
    cr_expect_eq(ftp_raw_put(raw, "!", 1, "APPE f"), 226);
    list = ftp_raw_get(raw, NULL, "RETR f");
    cr_expect_str_eq(list, "hellO, world!");
    free(list);
    cr_expect_eq(ftp_raw_put(raw, "new", 3, "STOU"), 226);
    expect(raw, 550, "SIZE .glassbox-part-x");
    ftp_raw_free(raw);
    ftp_raw_free(other);
}

/* New versions of curl hang up when they have as many bytes as SIZE has promised. */
Test(ftp_dialogue_files, who_hangs_up_has_all_of_an_empty_file_alone, .fini = stop)
{
    static char much[8 << 20];
    ftp_scene_start(&scene, NULL);
    struct ftp_raw *raw = ftp_raw_login(scene.port);
    cr_expect_eq(ftp_raw_put(raw, "", 0, "STOR empty"), 226);
    cr_expect_eq(ftp_raw_put(raw, much, sizeof(much), "STOR much"), 226);
    close(ftp_raw_open(raw));
    expect(raw, 150, "RETR empty");
    cr_expect_eq(ftp_raw_reply(raw), 226, "%s", ftp_raw_text(raw));
    close(ftp_raw_open(raw));
    expect(raw, 150, "RETR much");
    cr_expect_eq(ftp_raw_reply(raw), 426, "%s", ftp_raw_text(raw));
    ftp_raw_free(raw);
}

/* RFC 959 3.1.1.1: on the way lines end in CR LF, here in LF; and a CR alone is nothing special. */
Test(ftp_dialogue_files, text_and_bytes, .fini = stop)
{
    static const char wire[] = "one\r\n\r\nt\rwo\r\nthree\r", here[] = "one\n\nt\rwo\nthree\r";
    size_t bytes;
    ftp_scene_start(&scene, NULL);
    struct ftp_raw *raw = ftp_raw_login(scene.port);
    expect(raw, 200, "TYPE A");
    cr_expect_eq(ftp_raw_put(raw, wire, strlen(wire), "STOR t"), 226);
    char *got = ftp_raw_get(raw, &bytes, "RETR t");
    cr_expect(bytes == strlen(wire) && memcmp(got, wire, bytes) == 0, "text: %zu: %s", bytes, got);
    free(got);
    expect(raw, 550, "SIZE t");
    expect(raw, 350, "REST 1");
    cr_expect_null(ftp_raw_get(raw, NULL, "RETR t"));
    cr_expect_eq(ftp_raw_code(raw), 554);
    expect(raw, 200, "TYPE I");
    got = ftp_raw_get(raw, &bytes, "RETR t");
    cr_expect(bytes == strlen(here) && memcmp(got, here, bytes) == 0, "bytes: %zu: %s", bytes, got);
    free(got);
    /* More than one chunk of nothing but line ends. */
    char *lines = malloc(300000);
    memset(lines, '\n', 300000);
    cr_expect_eq(ftp_raw_put(raw, lines, 300000, "STOR l"), 226);
    expect(raw, 200, "TYPE A");
    got = ftp_raw_get(raw, &bytes, "RETR l");
    cr_expect_eq(bytes, 600000);
    for (size_t i = 0; i + 1 < bytes; i += 2)
        cr_assert(got[i] == '\r' && got[i + 1] == '\n', "at %zu", i);
    free(got);
    free(lines);
    ftp_raw_free(raw);
}
