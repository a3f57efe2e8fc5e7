/*
 * What strangers may cost the FTP server before they have logged in: commands by the packet whose
 * replies nobody reads, and passwords, which take time on purpose.
 */
#include "ftp_expect.h"
#include "ftp_scene.h"
#include "process_usage.h"
#include "raw_client.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define FLOODS         20
#define FLOOD_COMMANDS 8000
#define GUESSES        6

static struct ftp_scene scene;

static void start(void)
{
    ftp_scene_start(&scene, NULL);
}

static void stop(void)
{
    cr_expect_eq(ftp_scene_stop(&scene), 0);
}

static void say(int socket, const char *text)
{
    cr_assert_eq(send(socket, text, strlen(text), MSG_NOSIGNAL), (ssize_t)strlen(text));
}

/* Reads until `count` lines have come that begin with this code and a blank. */
static void hear(int socket, const char *code, size_t count)
{
    char piece[65536], head[4];
    for (size_t column = 0; count > 0;) {
        ssize_t got = recv(socket, piece, sizeof(piece), 0);
        cr_assert_gt(got, 0, "%zu replies %s have not come", count, code);
        for (ssize_t i = 0; i < got; i++) {
            if (column < sizeof(head))
                head[column++] = piece[i];
            if (piece[i] != '\n')
                continue;
            count -= count > 0 && memcmp(head, code, sizeof(head)) == 0;
            column = 0;
        }
    }
}

static bool has_heard(int socket)
{
    char byte;
    return recv(socket, &byte, 1, MSG_PEEK | MSG_DONTWAIT) > 0;
}

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* --- replies that nobody reads ---------------------------------------------------------------- */
/* 48 KB of HELP are 30 MB of replies. They are made as they are read: the server holds one for each
 * connection, others are served meanwhile, and in the end none is missing. */
Test(ftp_floods, replies_are_made_as_they_are_read, .init = start, .fini = stop)
{
    static char flood[FLOOD_COMMANDS * 6 + 1];
    int sockets[FLOODS];
    for (size_t i = 0; i < FLOOD_COMMANDS; i++)
        memcpy(flood + 6 * i, "HELP\r\n", 7);
    struct ftp_raw *honest = ftp_raw_login(scene.port);
    double before = process_resident_kib(process_id(scene.server));
    for (size_t i = 0; i < FLOODS; i++) {
        sockets[i] = raw_connect(scene.port);
        say(sockets[i], flood);
        expect(honest, 200, "NOOP");
    }
    process_await_calm(process_id(scene.server));
    double grown = process_resident_kib(process_id(scene.server)) - before;
    if (!getenv("SAN") || !*getenv("SAN")) /* sanitizers keep what is freed */
        cr_expect_lt(grown, FLOODS * 1024, "%.0f KiB", grown);
    hear(sockets[0], "214 ", FLOOD_COMMANDS);
    for (size_t i = 0; i < FLOODS; i++)
        close(sockets[i]);
    expect(honest, 200, "NOOP");
    ftp_raw_free(honest);
}

/* --- passwords -------------------------------------------------------------------------------- */
/* Somebody at 127.0.0.LAST, who has said USER. */
static int guest(uint8_t last)
{
    int socket = raw_connect_from(last, scene.port);
    hear(socket, "220 ", 1);
    say(socket, "USER anna\r\n");
    hear(socket, "331 ", 1);
    return socket;
}

Test(ftp_floods, passwords_of_one_address_wait_for_each_other, .init = start, .fini = stop)
{
    int wrong = guest(1), right = guest(1);
    say(wrong, "PASS wrong\r\n");
    cr_assert(ftp_scene_logged(&scene, "outcome=refused"));
    say(right, "PASS secret\r\n");
    hear(right, "230 ", 1);
    cr_expect(has_heard(wrong), "the right one was looked at during the pause of the wrong one");
    close(wrong);
    close(right);
}

Test(ftp_floods, hanging_up_shortens_no_pause, .init = start, .fini = stop)
{
    int wrong = guest(1), right = guest(1);
    double begin = seconds();
    say(wrong, "PASS wrong\r\n");
    cr_assert(ftp_scene_logged(&scene, "outcome=refused"));
    close(wrong);
    cr_assert(ftp_scene_logged(&scene, "closed"));
    say(right, "PASS secret\r\n");
    hear(right, "230 ", 1);
    cr_expect_gt(seconds() - begin, 0.9);
    close(right);
}

Test(ftp_floods, guesses_hold_up_nobody_at_another_address, .init = start, .fini = stop)
{
    int guesses[GUESSES], right = guest(2);
    for (size_t i = 0; i < GUESSES; i++) {
        guesses[i] = guest(1);
        say(guesses[i], "PASS wrong\r\n");
    }
    say(right, "PASS secret\r\n");
    hear(right, "230 ", 1);
    cr_expect_not(has_heard(guesses[GUESSES - 1]));
    for (size_t i = 0; i < GUESSES; i++) {
        hear(guesses[i], "530 ", 1);
        close(guesses[i]);
    }
    close(right);
}
