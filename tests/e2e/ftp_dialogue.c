/*
 * The dialogue of the FTP server in plain FTP, said by hand: wrong and misplaced commands, replies
 * during a transfer, telnet, passwords, limits, time-outs, logs, the end.
 */
#include "ftp_expect.h"
#include "ftp_scene.h"
#include "raw_client.h"
#include "scratch.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <signal.h>
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

Test(ftp_dialogue, wrong_commands_get_their_numbers_and_the_session_lives, .fini = stop)
{
    ftp_scene_start(&scene, NULL);
    struct ftp_raw *raw = ftp_raw_new(scene.port);
    expect(raw, 500, "XYZZY");
    expect(raw, 500, "%s", "");
    expect(raw, 500, "\x1b[31m");
    expect(raw, 530, "RETR x");
    expect(raw, 503, "PASS secret");
    expect(raw, 501, "USER");
    expect(raw, 503, "PBSZ 0");
    expect(raw, 503, "PROT P");
    expect(raw, 504, "AUTH TLS");
    expect(raw, 504, "TYPE E");
    expect(raw, 504, "MODE B");
    expect(raw, 504, "STRU R");
    expect(raw, 501, "OPTS XYZ");
    expect(raw, 500, "SITE XYZ");
    expect(raw, 530, "SITE WHO");
    expect(raw, 331, "USER anna");
    expect(raw, 230, "PASS secret");
    expect(raw, 501, "REST -1");
    expect(raw, 501, "REST 12x");
    expect(raw, 501, "NOOP please");
    expect(raw, 425, "LIST");
    expect(raw, 503, "RNTO x");
    expect(raw, 503, "SITE CPTO x");
    expect(raw, 550, "SITE KICK 1");
    expect(raw, 501, "MFMT 20261399000000 x");
    expect(raw, 501, "SITE CHMOD 999 x");
    expect(raw, 550, "CWD nowhere");
    expect(raw, 550, "DELE nothing");
    expect(raw, 550, "RMD /");
    expect(raw, 503, "AUTH GLASSBOX");
    expect(raw, 202, "ACCT x");
    expect(raw, 200, "NOOP");
    expect(raw, 211, "STAT");
    expect(raw, 214, "HELP");
    expect(raw, 214, "SITE HELP");
    expect(raw, 211, "FEAT");
    expect(raw, 215, "SYST");
    expect(raw, 220, "REIN");
    expect(raw, 530, "PWD");
    expect(raw, 221, "QUIT");
    ftp_raw_free(raw);
}

Test(ftp_dialogue, lines_that_are_too_long_or_hold_a_zero, .fini = stop)
{
    ftp_scene_start(&scene, NULL);
    struct ftp_raw *raw = ftp_raw_login(scene.port);
    char *line = malloc(300000);
    memset(line, 'x', 300000);
    memcpy(line, "CWD ", 4);
    memcpy(line + 299998, "\r\n", 2);
    ftp_raw_send(raw, line, 300000);
    cr_expect_eq(ftp_raw_reply(raw), 500);
    ftp_raw_send(raw, "CWD a\0b\r\n", 9);
    cr_expect_eq(ftp_raw_reply(raw), 501);
    expect(raw, 550, "CWD %0400d", 0);
    expect(raw, 200, "NOOP");
    free(line);
    ftp_raw_free(raw);
}

/* One byte at a time, and all at once. */
Test(ftp_dialogue, commands_in_any_pieces, .fini = stop)
{
    ftp_scene_start(&scene, NULL);
    struct ftp_raw *raw = ftp_raw_login(scene.port);
    const char all[] = "MKD a\r\nMKD b\r\nSIZE c\r\nRMD a\r\nNOOP\r\nRMD b\r\n";
    const int codes[] = {257, 257, 550, 250, 200, 250};
    for (size_t pass = 0; pass < 2; pass++) {
        for (size_t i = 0; pass == 0 && i < sizeof(all) - 1; i++)
            ftp_raw_send(raw, all + i, 1);
        if (pass == 1)
            ftp_raw_send(raw, all, sizeof(all) - 1);
        for (size_t i = 0; i < 6; i++)
            cr_expect_eq(ftp_raw_reply(raw), codes[i], "%zu: %s", i, ftp_raw_text(raw));
    }
    ftp_raw_free(raw);
}

/* RFC 2640 3.1: CR NUL; RFC 854: IAC IAC. */
Test(ftp_dialogue, names_of_any_bytes, .fini = stop)
{
    static const struct {
        const char *sent;
        size_t bytes;
        const char *name;
    } rows[] = {
        {"c\r\0d", 4, "c\rd"},
        {"e\xff\xff"
         "f",
         4,
         "e\xff"
         "f"},
        {"g\xff"
         "h",
         3,
         "g\xff"
         "h"},
        {" \"'\\*", 5, " \"'\\*"},
    };
    ftp_scene_start(&scene, NULL);
    struct ftp_raw *raw = ftp_raw_login(scene.port);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct stat status;
        char *path = ftp_scene_file(&scene, rows[i].name);
        ftp_raw_send(raw, "MKD ", 4);
        ftp_raw_send(raw, rows[i].sent, rows[i].bytes);
        ftp_raw_send(raw, "\r\n", 2);
        cr_expect_eq(ftp_raw_reply(raw), 257, "row %zu: %s", i, ftp_raw_text(raw));
        cr_expect_eq(stat(path, &status), 0, "row %zu", i);
        free(path);
    }
    size_t bytes;
    char *list = ftp_raw_get(raw, &bytes, "NLST");
    cr_assert(list);
    const char wanted[] = " \"'\\*\r\nc\r\0d\r\ne\xff"
                          "f\r\ng\xff"
                          "h\r\n";
    cr_expect(bytes == sizeof(wanted) - 1 && memcmp(list, wanted, bytes) == 0, "%zu: %s", bytes,
              list);
    free(list);
    list = ftp_raw_get(raw, &bytes, "LIST");
    cr_expect(strstr(list, " c?d\r\n"), "%s", list);
    free(list);
    ftp_raw_free(raw);
}

/* A download that nobody reads: it stands still, and the session hears everything. */
Test(ftp_dialogue, stat_noop_abor_during_a_transfer, .fini = stop)
{
    ftp_scene_start(&scene, NULL);
    char *path = ftp_scene_file(&scene, "large");
    FILE *file = fopen(path, "w");
    cr_assert(file && ftruncate(fileno(file), 1 << 28) == 0);
    fclose(file);
    struct ftp_raw *raw = ftp_raw_login(scene.port);
    int data = ftp_raw_open(raw);
    expect(raw, 200, "TYPE I");
    expect(raw, 150, "RETR large");
    expect(raw, 213, "STAT");
    cr_expect(strstr(ftp_raw_text(raw), "/large"), "%s", ftp_raw_text(raw));
    expect(raw, 200, "NOOP");
    expect(raw, 213, "STAT");
    /* RFC 959 4.1.3: the way that old clients say it. */
    ftp_raw_send(raw,
                 "\xff\xf4\xff\xf2"
                 "ABOR\r\n",
                 10);
    cr_expect_eq(ftp_raw_reply(raw), 426, "%s", ftp_raw_text(raw));
    cr_expect_eq(ftp_raw_reply(raw), 226, "%s", ftp_raw_text(raw));
    close(data);
    expect(raw, 226, "ABOR");
    expect(raw, 213, "SIZE large");
    ftp_raw_free(raw);
    free(path);
}

/* While one client does not read, another is served. */
Test(ftp_dialogue, a_slow_reader_costs_nobody_else, .fini = stop)
{
    ftp_scene_start(&scene, NULL);
    char *path = ftp_scene_file(&scene, "large");
    FILE *file = fopen(path, "w");
    cr_assert(file && ftruncate(fileno(file), 1 << 28) == 0);
    fclose(file);
    struct ftp_raw *slow = ftp_raw_login(scene.port), *quick = ftp_raw_login(scene.port);
    int data = ftp_raw_open(slow);
    expect(slow, 150, "RETR large");
    for (size_t i = 0; i < 20; i++) {
        char *list = ftp_raw_get(quick, NULL, "NLST");
        cr_expect_str_eq(list, "large\r\n");
        free(list);
    }
    ftp_raw_free(slow);
    close(data);
    ftp_raw_free(quick);
    free(path);
}

Test(ftp_dialogue, wrong_passwords_end_the_session, .fini = stop)
{
    ftp_scene_start(&scene, NULL);
    struct ftp_raw *raw = ftp_raw_new(scene.port);
    const char *names[] = {"anna", "nobody", "../anna"};
    for (size_t i = 0; i < 3; i++) {
        expect(raw, 331, "USER %s", names[i]);
        expect(raw, i < 2 ? 530 : 421, "PASS wrong");
    }
    ftp_raw_free(raw);
    char *log = ftp_scene_log(&scene);
    cr_expect(strstr(log, "login connection=1 ip=127.0.0.1 name=anna outcome=refused"), "%s", log);
    cr_expect(!strstr(log, "wrong\n") && !strstr(log, "secret"), "%s", log);
    free(log);
}

Test(ftp_dialogue, anonymous_reads_and_changes_nothing, .fini = stop)
{
    static const char *const changes[] = {
        "MKD x",           "DELE x", "RMD x", "RNFR x",
        "STOR x",          "APPE x", "STOU",  "MFMT 20260101000000 x",
        "SITE CHMOD 600 x"};
    ftp_scene_start(&scene, "--anonymous", NULL);
    struct ftp_raw *raw = ftp_raw_new(scene.port);
    expect(raw, 331, "USER anonymous");
    expect(raw, 230, "PASS me@");
    for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++)
        expect(raw, strncmp(changes[i], "STO", 3) == 0 ? 553 : 550, "%s", changes[i]);
    char *list = ftp_raw_get(raw, NULL, "NLST");
    cr_expect_str_eq(list, "");
    free(list);
    ftp_raw_free(raw);
}

/* RFC 2577: no other host, no well-known port. */
Test(ftp_dialogue, no_bounce, .fini = stop)
{
    ftp_scene_start(&scene, NULL);
    struct ftp_raw *raw = ftp_raw_login(scene.port);
    expect(raw, 504, "PORT 192,0,2,1,80,80");
    expect(raw, 504, "PORT 127,0,0,2,80,80");
    expect(raw, 504, "PORT 127,0,0,1,0,25");
    expect(raw, 504, "EPRT |1|192.0.2.1|8080|");
    expect(raw, 504, "EPRT |1|127.0.0.1|1023|");
    expect(raw, 522, "EPRT |2|::1|8080|");
    expect(raw, 501, "PORT 1,2,3,4,5");
    expect(raw, 501, "PORT 1,2,3,4,5,256");
    expect(raw, 501, "EPRT |1|127.0.0.1|0|");
    expect(raw, 501, "EPRT nonsense");
    expect(raw, 522, "EPSV 2");
    expect(raw, 425, "LIST");
    ftp_raw_free(raw);
}

/* Who comes to the port from another address is dropped, and the client is still awaited. */
Test(ftp_dialogue, a_stranger_on_the_data_port, .fini = stop)
{
    ftp_scene_start(&scene, NULL);
    struct ftp_raw *raw = ftp_raw_login(scene.port);
    unsigned port;
    expect(raw, 229, "EPSV");
    cr_assert_eq(sscanf(strchr(ftp_raw_text(raw), '('), "(|||%u|)", &port), 1);
    struct sockaddr_in from = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(0x7f000002)};
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)port),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int stranger = socket(AF_INET, SOCK_STREAM, 0), client = socket(AF_INET, SOCK_STREAM, 0);
    cr_assert_eq(bind(stranger, (struct sockaddr *)&from, sizeof(from)), 0);
    cr_assert_eq(connect(stranger, (struct sockaddr *)&to, sizeof(to)), 0);
    char byte;
    cr_expect_leq(recv(stranger, &byte, 1, 0), 0);
    cr_assert_eq(connect(client, (struct sockaddr *)&to, sizeof(to)), 0);
    expect(raw, 150, "NLST");
    free(ftp_raw_slurp(client, NULL));
    cr_expect_eq(ftp_raw_reply(raw), 226);
    close(stranger);
    ftp_raw_free(raw);
}

Test(ftp_dialogue, limits, .fini = stop)
{
    ftp_scene_start(&scene, "--max-per-ip", "3", "--public-address", "192.0.2.7", NULL);
    struct ftp_raw *raw[4];
    for (size_t i = 0; i < 4; i++) {
        raw[i] = ftp_raw_new(scene.port);
        cr_expect_eq(ftp_raw_code(raw[i]), i < 3 ? 220 : 421, "%zu", i);
    }
    ftp_raw_free(raw[0]);
    expect(raw[1], 331, "USER anna");
    expect(raw[1], 230, "PASS secret");
    expect(raw[1], 227, "PASV");
    cr_expect(strstr(ftp_raw_text(raw[1]), "(192,0,2,7,"), "%s", ftp_raw_text(raw[1]));
    for (size_t i = 1; i < 4; i++)
        ftp_raw_free(raw[i]);
}

Test(ftp_dialogue, no_more_clients_than_allowed, .fini = stop)
{
    ftp_scene_start(&scene, "--max-clients", "2", NULL);
    struct ftp_raw *raw[3];
    for (size_t i = 0; i < 3; i++) {
        raw[i] = ftp_raw_new(scene.port);
        cr_expect_eq(ftp_raw_code(raw[i]), i < 2 ? 220 : 421, "%zu", i);
    }
    expect(raw[0], 221, "QUIT");
    cr_expect_eq(ftp_raw_reply(raw[0]), 0); /* it has been let go */
    struct ftp_raw *next = ftp_raw_new(scene.port);
    cr_expect_eq(ftp_raw_code(next), 220);
    for (size_t i = 0; i < 3; i++)
        ftp_raw_free(raw[i]);
    ftp_raw_free(next);
}

/* NOOP before the login renews nothing; after it, nothing ends before --idle. */
Test(ftp_dialogue, who_does_not_log_in_is_sent_away, .fini = stop)
{
    int code = 200;
    ftp_scene_start(&scene, "--login-grace", "2", NULL);
    struct ftp_raw *anna = ftp_raw_login(scene.port), *stranger = ftp_raw_new(scene.port);
    for (int i = 0; code == 200 && i < 1000; i++) {
        code = ftp_raw(stranger, "NOOP");
        usleep(20000);
    }
    cr_expect_eq(code, 421, "%s", ftp_raw_text(stranger));
    cr_expect(ftp_scene_logged(
        &scene, "closed connection=2 ip=127.0.0.1 outcome=\"you did not log in in time\""));
    expect(anna, 200, "NOOP");
    expect(anna, 220, "REIN");
    cr_expect_eq(ftp_raw_reply(anna), 421, "%s", ftp_raw_text(anna)); /* a stranger again */
    ftp_raw_free(stranger);
    ftp_raw_free(anna);
}

/* One address has half of START, where its oldest makes room, and a login frees its place; others
 * come in all the while. */
Test(ftp_dialogue, strangers_do_not_fill_the_places, .fini = stop)
{
    char greeting[4] = "";
    struct ftp_raw *raw[3];
    ftp_scene_start(&scene, "--max-startups", "4:100:8", NULL);
    for (size_t i = 0; i < 3; i++) {
        raw[i] = ftp_raw_new(scene.port);
        cr_expect_eq(ftp_raw_code(raw[i]), 220, "%zu", i);
    }
    cr_expect_eq(ftp_raw_reply(raw[0]), 421, "%s", ftp_raw_text(raw[0]));
    cr_expect_eq(ftp_raw_reply(raw[0]), 0);
    int other = raw_connect_from(2, scene.port);
    cr_expect_eq(recv(other, greeting, 3, MSG_WAITALL), 3);
    cr_expect_str_eq(greeting, "220");
    expect(raw[1], 331, "USER anna");
    expect(raw[1], 230, "PASS secret");
    ftp_raw_free(raw[0]);
    raw[0] = ftp_raw_new(scene.port);
    expect(raw[2], 200, "NOOP");
    expect(raw[1], 200, "NOOP");
    close(other);
    for (size_t i = 0; i < 3; i++)
        ftp_raw_free(raw[i]);
}

/* A crowd from many addresses: all of the newcomers are refused at FULL. */
Test(ftp_dialogue, a_crowd_is_refused_at_full, .fini = stop)
{
    char reply[128] = "";
    int sockets[4];
    ftp_scene_start(&scene, "--max-startups", "3:100:3", NULL);
    struct ftp_raw *anna = ftp_raw_login(scene.port);
    for (size_t i = 0; i < 4; i++) {
        sockets[i] = raw_connect_from((uint8_t)(i + 10), scene.port);
        cr_expect_gt(recv(sockets[i], reply, sizeof(reply) - 1, 0), 0);
        cr_expect_eq(atoi(reply), i < 3 ? 220 : 421, "%zu: %s", i, reply);
    }
    cr_expect(raw_wait_closed(sockets[3]));
    cr_expect(ftp_scene_logged(&scene, "ip=127.0.0.13 outcome=refused detail=\"too many clients"));
    expect(anna, 200, "NOOP");
    for (size_t i = 0; i < 4; i++)
        close(sockets[i]);
    ftp_raw_free(anna);
}

Test(ftp_dialogue, a_shared_folder_is_everybodys, .fini = stop)
{
    static const char *const names[] = {"anna", "bert"};
    ftp_scene_start(&scene, "--shared", NULL);
    scratch_write(scene.folder, "ours", "all of us");
    for (size_t i = 0; i < 2; i++) {
        struct ftp_raw *raw = ftp_raw_new(scene.port);
        expect(raw, 331, "USER %s", names[i]);
        expect(raw, 230, "PASS secret");
        char *got = ftp_raw_get(raw, NULL, "RETR ours");
        cr_expect_str_eq(got, "all of us");
        free(got);
        ftp_raw_free(raw);
    }
}

Test(ftp_dialogue, silence_ends_a_session, .fini = stop)
{
    ftp_scene_start(&scene, "--idle", "1", NULL);
    struct ftp_raw *raw = ftp_raw_login(scene.port);
    cr_expect_eq(ftp_raw_reply(raw), 421, "%s", ftp_raw_text(raw));
    cr_expect_eq(ftp_raw_reply(raw), 0);
    ftp_raw_free(raw);
    /* And a transfer that stands still, with its session alive. */
    raw = ftp_raw_login(scene.port);
    int data = ftp_raw_open(raw);
    expect(raw, 150, "STOR x");
    cr_expect_eq(ftp_raw_reply(raw), 426, "%s", ftp_raw_text(raw));
    expect(raw, 200, "NOOP");
    close(data);
    ftp_raw_free(raw);
}

Test(ftp_dialogue, logs_by_kind_and_hang_up, .fini = stop)
{
    ftp_scene_prepare(&scene);
    char *logs = scratch_path(scene.home, "logs"), *moved = scratch_path(scene.home, "moved.log");
    char *files = scratch_path(logs, "files.log");
    ftp_scene_launch(&scene, NULL, (const char *[]){"--log-dir", logs, NULL});
    struct ftp_raw *raw = ftp_raw_login(scene.port);
    expect(raw, 257, "MKD one");
    cr_assert_eq(rename(files, moved), 0);
    process_signal(scene.server, SIGHUP);
    for (size_t i = 0; access(files, F_OK) != 0 && i < 30000; i++)
        usleep(1000);
    expect(raw, 257, "MKD two");
    char *before = scratch_read(scene.home, "moved.log"), *after = scratch_read(logs, "files.log");
    char *who = scratch_read(logs, "authorization.log"),
         *came = scratch_read(logs, "connections.log");
    cr_expect(strstr(before, "path=/one") && !strstr(before, "path=/two"), "%s", before);
    cr_expect(strstr(after, "path=/two") && !strstr(after, "path=/one"), "%s", after);
    cr_expect(strstr(who, " login ") && !strstr(who, "MKD"), "%s", who);
    cr_expect(strstr(came, " connected ") && !strstr(came, " login "), "%s", came);
    ftp_raw_free(raw);
    char *texts[] = {before, after, who, came, logs, moved, files};
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        free(texts[i]);
}

Test(ftp_dialogue, the_end_is_said)
{
    ftp_scene_start(&scene, NULL);
    struct ftp_raw *idle = ftp_raw_login(scene.port), *busy = ftp_raw_login(scene.port);
    int data = ftp_raw_open(busy);
    expect(busy, 150, "STOR x");
    process_signal(scene.server, SIGTERM);
    cr_expect_eq(ftp_raw_reply(idle), 421, "%s", ftp_raw_text(idle));
    cr_expect_eq(ftp_raw_reply(busy), 421, "%s", ftp_raw_text(busy));
    close(data);
    cr_expect_eq(process_wait(scene.server), 0);
    char *log = ftp_scene_log(&scene);
    cr_expect(strstr(log, " stopped\n"), "%s", log);
    free(log);
    ftp_raw_free(idle);
    ftp_raw_free(busy);
    stop();
}
