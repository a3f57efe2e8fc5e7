/*
 * What no honest client does on the FTP server's control connection: several commands in one
 * packet, one byte at a time, and a reset before the reply can leave. Each command is answered in
 * its turn, and one client's end does not end others.
 */
#include "ftp_expect.h"
#include "ftp_packet.h"
#include "ftp_scene.h"
#include "key_samples.h"
#include "raw_client.h"
#include "scratch.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

/* "secret" again, by the quickest of hashes: openssl passwd has no rounds, crypt(3) does. */
#define QUICK_USERS                                                                                \
    "name,password\nanna,$5$rounds=1000$glassbox$0snT/iiaavs7fLWsUtE/tkj1ipCq2ug2aR010zLLrf7\n"

/* Every one of them is some hundred thousand of conversations, or a sample of these. */
#if defined(__SANITIZE_ADDRESS__)
#define EVERY        1
#define EVERY_SEALED 1
#else
#define EVERY        29
#define EVERY_SEALED 7
#endif

static struct ftp_scene scene;

static void stop(void)
{
    cr_expect_eq(ftp_scene_stop(&scene), 0);
}

/* Without a FIN: the next write to the other end fails. */
static void reset(int socket)
{
    const struct linger now = {.l_onoff = 1};
    setsockopt(socket, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
    close(socket);
}

static void expect_alive(void)
{
    struct ftp_raw *raw = ftp_raw_login(scene.port);
    expect(raw, 200, "NOOP");
    ftp_raw_free(raw);
}

/* All places are taken: the 421 goes to somebody who has gone. */
Test(ftp_one_packet, resets_when_the_places_are_full, .fini = stop)
{
    ftp_scene_start(&scene, "--max-clients", "1", NULL);
    struct ftp_raw *guest = ftp_raw_login(scene.port);
    for (size_t i = 0; i < 200; i++)
        reset(raw_connect(scene.port));
    expect(guest, 200, "NOOP");
    ftp_raw_free(guest);
}

/* The reply 150 must not run what came behind the LIST. */
Test(ftp_one_packet, an_abort_behind_a_request, .fini = stop)
{
    static const char packet[] = "LIST\r\nABOR\r\nNOOP\r\n";
    static const int codes[] = {150, 426, 226, 200};
    ftp_scene_start(&scene, NULL);
    for (size_t i = 0; i < 20; i++) {
        struct ftp_raw *raw = ftp_raw_login(scene.port);
        expect(raw, 229, "EPSV");
        ftp_raw_send(raw, packet, strlen(packet));
        for (size_t k = 0; k < sizeof(codes) / sizeof(codes[0]); k++)
            cr_expect_eq(ftp_raw_reply(raw), codes[k], "%zu: %s", k, ftp_raw_text(raw));
        ftp_raw_free(raw);
    }
    expect_alive();
}

/* --- all verbs -------------------------------------------------------------------------------- */
static char *folder;

static void start_quick(void)
{
    ftp_scene_prepare(&scene);
    scratch_write(scene.home, "ftp_users.csv", QUICK_USERS);
    ftp_scene_launch(&scene, NULL, (const char *const[]){"--max-startups", "1000:30:2000", NULL});
    folder = ftp_scene_file(&scene, "");
}

static void stop_quick(void)
{
    free(folder);
    stop();
}

static void tidy(int at, const char *inside, const char *kept)
{
    int inner = openat(at, inside, O_RDONLY | O_DIRECTORY);
    DIR *names = fdopendir(inner);
    cr_assert(names);
    for (struct dirent *entry; (entry = readdir(names));)
        if (entry->d_name[0] != '.' || entry->d_name[1] == 'g') {
            if (!strchr(kept, entry->d_name[0]) || entry->d_name[1])
                if (unlinkat(inner, entry->d_name, 0) != 0)
                    unlinkat(inner, entry->d_name, AT_REMOVEDIR);
        }
    closedir(names);
}

/* A file f, a folder d, an empty folder e, and nothing else. */
static void restore(void)
{
    int at = open(folder, O_RDONLY | O_DIRECTORY);
    mkdirat(at, "d", 0700); /* they may be there */
    mkdirat(at, "e", 0700);
    tidy(at, "d", "");
    tidy(at, ".", "fde");
    int file = openat(at, "f", O_WRONLY | O_CREAT | O_TRUNC, 0600);
    cr_assert_eq(write(file, "hello", 5), 5);
    close(file);
    close(at);
}

static unsigned kind(size_t row)
{
    return ftp_packet_commands[row].kind;
}

static const char *line(size_t row)
{
    return ftp_packet_commands[row].line;
}

/* A client whose session is as if it was new. */
static struct ftp_packet *ready(struct ftp_packet *packet, bool changed)
{
    if (packet && (ftp_packet_ended(packet) || (changed && !ftp_packet_again(packet)))) {
        ftp_packet_free(packet);
        packet = NULL;
    }
    if (!packet)
        packet = ftp_packet_new(scene.port);
    cr_assert(packet, "the server is gone");
    return packet;
}

/* Each verb that the server's HELP names stands in the table, so that a new one is tested, too. */
Test(ftp_one_packet, the_table_has_all_verbs, .fini = stop)
{
    static const char *const lists[] = {"HELP", "SITE HELP"};
    ftp_scene_start(&scene, NULL);
    struct ftp_raw *raw = ftp_raw_new(scene.port);
    for (size_t list = 0; list < 2; list++) {
        expect(raw, 214, "%s", lists[list]);
        char *text = strdup(ftp_raw_text(raw)), *rest = text;
        for (const char *one; (one = strsep(&rest, "\n"));) {
            char verb[16], wanted[24];
            size_t row = 0;
            if (sscanf(one, " %15[A-Z]", verb) != 1 || strcmp(verb, "SITE") == 0)
                continue;
            snprintf(wanted, sizeof(wanted), "%s%s", list ? "SITE " : "", verb);
            while (line(row) && strncmp(line(row), wanted, strlen(wanted)) != 0)
                row++;
            cr_expect(line(row), "%s is in no row", wanted);
        }
        free(text);
    }
    ftp_raw_free(raw);
}

/* One after the other, in one packet, one byte at a time: the same replies. What STAT, NOOP and
 * ABOR meet depends on how far the transfer is; each has its reply all the same. */
Test(ftp_one_packet, every_pair, .fini = stop_quick)
{
    struct ftp_packet *packet = NULL;
    size_t count = ftp_packet_count();
    start_quick();
    for (size_t i = 0; i < count * count; i++) {
        const size_t rows[] = {i / count, i % count};
        int codes[3][FTP_PACKET_COMMANDS] = {{0}};
        size_t heard[3];
        for (size_t way = 0; way < 3; way++) {
            restore();
            packet = ready(packet, true);
            heard[way] = ftp_packet_say(packet, (enum ftp_packet_way)way, rows, 2, 2, codes[way]);
            cr_expect(heard[way] == 2 || ftp_packet_ended(packet), "%s, %s: %zu replies",
                      line(rows[0]), line(rows[1]), heard[way]);
        }
        bool any_order = (kind(rows[0]) & (FTP_UPLOAD | FTP_DOWNLOAD)) &&
                         (kind(rows[1]) & FTP_ANY_TIME);
        for (size_t way = 0; way < 3 && !any_order; way++)
            cr_expect(heard[way] == heard[FTP_IN_TURN] &&
                          memcmp(codes[way], codes[FTP_IN_TURN], sizeof(codes[0])) == 0,
                      "%s, %s: wanted %d %d, got %d %d", line(rows[0]), line(rows[1]),
                      codes[FTP_IN_TURN][0], codes[FTP_IN_TURN][1], codes[way][0], codes[way][1]);
    }
    ftp_packet_free(packet);
}

/* Every command has its reply, in whatever company. */
Test(ftp_one_packet, every_triple, .fini = stop_quick)
{
    struct ftp_packet *packet = NULL;
    size_t count = ftp_packet_count();
    bool changed = false, tidied = false;
    start_quick();
    for (size_t i = 0; i < count * count * count; i += EVERY) {
        const size_t rows[] = {i / count / count, i / count % count, i % count};
        int codes[FTP_PACKET_COMMANDS];
        unsigned kinds = kind(rows[0]) | kind(rows[1]) | kind(rows[2]);
        if (kinds & FTP_ALIAS)
            continue;
        if (!tidied)
            restore();
        packet = ready(packet, changed);
        size_t heard = ftp_packet_say(packet, FTP_IN_ONE, rows, 3, 3, codes);
        cr_expect(heard == 3 || ftp_packet_ended(packet), "%s, %s, %s: %zu replies", line(rows[0]),
                  line(rows[1]), line(rows[2]), heard);
        changed = kinds & FTP_LOGIN;
        tidied = !(kinds & (FTP_UPLOAD | FTP_CHANGES));
    }
    ftp_packet_free(packet);
}

/* The client is gone before the first reply, or before the second. */
Test(ftp_one_packet, resets_at_every_reply, .fini = stop_quick)
{
    size_t count = ftp_packet_count();
    int codes[FTP_PACKET_COMMANDS];
    start_quick();
    restore();
    for (size_t i = 0; i < 2 * count * count; i++) {
        const size_t rows[] = {i / 2 / count, i / 2 % count};
        struct ftp_packet *packet = ready(NULL, false);
        ftp_packet_say(packet, FTP_IN_ONE, rows, 2, i % 2, codes);
        ftp_packet_reset(packet);
    }
    expect_alive();
}

/* --- the same in private ---------------------------------------------------------------------- */
static void start_sealed(void)
{
    ftp_scene_start_textbook(&scene, ALLOW_ADMIN);
    folder = strdup(scene.folder); /* an admin's */
}

static struct ftp_raw *ready_sealed(struct ftp_raw *raw)
{
    static const char again[] = "REIN\r\nUSER *\r\nPBSZ 0\r\nPROT P\r\n";
    static const int codes[] = {220, 232, 200, 200};
    if (!raw) {
        raw = ftp_raw_new(scene.port);
        cr_assert(ftp_raw_auth(raw, sample_pair(), "textbook"), "the server is gone");
    }
    ftp_raw_send(raw, again, strlen(again));
    for (size_t i = 0; i < 4; i++)
        cr_assert_eq(ftp_raw_reply(raw), codes[i], "%zu: %s", i, ftp_raw_text(raw));
    return raw;
}

/* Says two rows, waits for their last replies; fewer than two: the connection is at its end. */
static size_t say_sealed(struct ftp_raw *raw, const size_t rows[2])
{
    size_t heard = 0, bytes;
    char text[128];
    snprintf(text, sizeof(text), "%s\r\n%s\r\n", line(rows[0]), line(rows[1]));
    ftp_raw_send(raw, text, strlen(text));
    while (heard < 2) {
        int code = ftp_raw_reply(raw);
        if (code == 0)
            break;
        if (code == 150 && (kind(rows[heard]) & FTP_UPLOAD))
            ftp_raw_follow_and_send(raw, "", 0); /* it may have been aborted */
        else if (code == 150)
            ftp_raw_follow(raw, &bytes);
        else
            heard++;
    }
    return heard;
}

Test(ftp_one_packet, every_pair_in_private, .fini = stop_quick)
{
    struct ftp_raw *raw = NULL;
    size_t count = ftp_packet_count();
    unsigned kinds = FTP_LOGIN;
    start_sealed();
    restore();
    for (size_t i = 0; i < count * count; i += EVERY_SEALED) {
        const size_t rows[] = {i / count, i % count};
        if (kinds & FTP_LOGIN)
            raw = ready_sealed(raw);
        kinds = kind(rows[0]) | kind(rows[1]);
        bool ends = strcmp(line(rows[0]), "QUIT") == 0 || strncmp(line(rows[0]), "SITE K", 6) == 0;
        size_t heard = say_sealed(raw, rows);
        cr_expect(heard == 2 || ends, "%s, %s: %zu replies", line(rows[0]), line(rows[1]), heard);
        if (heard == 2 && !ends && !strstr(line(rows[1]), "QUIT"))
            continue;
        ftp_raw_free(raw);
        raw = NULL;
        kinds = FTP_LOGIN;
    }
    ftp_raw_free(raw);
}

Test(ftp_one_packet, resets_in_private, .fini = stop_quick)
{
    start_sealed();
    restore();
    for (size_t i = 0; line(i); i++) {
        struct ftp_raw *raw = ready_sealed(NULL);
        char text[128];
        snprintf(text, sizeof(text), "%s\r\nNOOP\r\nHELP\r\n", line(i));
        ftp_raw_send(raw, text, strlen(text));
        ftp_raw_reset(raw);
    }
    ftp_raw_free(ready_sealed(NULL));
}
