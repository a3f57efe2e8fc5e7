/*
 * Somebody in between: cuts, delays, flips and repeats bytes at every stage of a download and an
 * upload. Never a wrong file, never a hang, never a lost original; and what was recorded opens
 * nothing a second time. Then either side dies in the middle, and the transfer is continued.
 */
#include "free_port.h"
#include "ftp_script.h"
#include "proxy.h"
#include "scratch.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <glob.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define BETWEEN "127.0.0.2"
#define POOL    8

static struct ftp_scene scene;
static struct proxy *proxy;
static uint16_t pool;

static void launch(void)
{
    static char ports[16];
    snprintf(ports, sizeof(ports), "%u-%u", pool, pool + POOL - 1);
    ftp_scene_launch(&scene, NULL, (const char *const[]){"--ports", ports, NULL});
}

static void start(void)
{
    pool = free_ports(POOL);
    ftp_scene_prepare(&scene);
    ftp_script_allow(&scene);
    launch();
    proxy = proxy_start(BETWEEN, scene.port, pool, (uint16_t)(pool + POOL - 1));
}

static void stop(void)
{
    proxy_stop(proxy);
    cr_expect_eq(ftp_scene_stop(&scene), 0);
}

static const char *const kinds[PROXY_KINDS] = {"honest", "cut", "delay", "stall", "flip", "repeat"};

/* Plays the script under this mischief. It begins with the old files in place, and the client's
 * status in $?: 0 must mean the new file, anything else the old one. */
static void play(const struct mischief *mischief, const char *script)
{
    char *said;
    proxy_attack(proxy, mischief);
    int status = ftp_script(&scene, script, &said);
    cr_expect_eq(status, 0, "%s in connection %u to the %s at %zu:\n%s", kinds[mischief->kind],
                 mischief->connection, mischief->way == PROXY_TO_CLIENT ? "client" : "server",
                 mischief->at, said);
    free(said);
}

#define CONNECT "timeout 25 $BIN/ftp connect 127.0.0.2 --port $P --accept-new --timeout 1 "

static const char download[] =
    "mkdir -p $S; test -s $S/new || head -c 40000 /dev/urandom >$S/new; echo old >a; s=0\n" CONNECT
    "-c 'get new a' || s=$?; test $s != 124\n"
    "if test $s = 0; then cmp a $S/new; else test \"$(cat a)\" = old; fi";

static const char upload[] =
    "mkdir -p $S; head -c 40000 /dev/urandom >new; echo old >$S/a; s=0\n" CONNECT
    "-c 'put new a' || s=$?; test $s != 124\n"
    "for i in 1 2 3 4 5 6 7 8 9; do cmp -s new $S/a || test \"$(cat $S/a)\" = old; done\n"
    "if test $s = 0; then cmp new $S/a; fi";

/* How long the control connection is where nobody interferes. */
static void measure(size_t lengths[2], const char *script)
{
    play(&(struct mischief){.kind = PROXY_HONEST}, script);
    for (int way = 0; way < 2; way++) {
        uint8_t *record = proxy_record(proxy, 0, (enum proxy_way)way, &lengths[way]);
        cr_assert(record);
        free(record);
    }
}

/* Where the mischief happens, in thousandths of the control connection and in bytes of the data:
 * within the greeting, the handshake's frames, the records of the login, the request, the hand-over
 * and the file. */
static void attack_everywhere(enum proxy_kind kind, const char *script)
{
    static const size_t control[] = {0, 40, 300, 600, 750, 900};
    static const size_t data[] = {0, 30, 75, 300, 20000, 40200};
    size_t lengths[2];
    start();
    measure(lengths, script);
    for (int way = 0; way < 2; way++)
        for (size_t i = 0; i < sizeof(control) / sizeof(control[0]); i++) {
            const size_t at = lengths[way] * control[i] / 1000;
            play(&(struct mischief){kind, 0, (enum proxy_way)way, at}, script);
            cr_expect(proxy_was_done(proxy), "%s: not at %zu", kinds[kind], at);
            play(&(struct mischief){kind, 1, (enum proxy_way)way, data[i]}, script);
        }
    stop();
}

Test(ftp_client_proxy, an_honest_one_changes_nothing)
{
    start();
    play(&(struct mischief){.kind = PROXY_HONEST}, download);
    play(&(struct mischief){.kind = PROXY_HONEST}, upload);
    stop();
}

Test(ftp_client_proxy, cuts_of_a_download)
{
    attack_everywhere(PROXY_CUT, download);
}

Test(ftp_client_proxy, cuts_of_an_upload)
{
    attack_everywhere(PROXY_CUT, upload);
}

Test(ftp_client_proxy, flips_in_a_download)
{
    attack_everywhere(PROXY_FLIP, download);
}

Test(ftp_client_proxy, flips_in_an_upload)
{
    attack_everywhere(PROXY_FLIP, upload);
}

Test(ftp_client_proxy, repeats_in_a_download)
{
    attack_everywhere(PROXY_REPEAT, download);
}

Test(ftp_client_proxy, repeats_in_an_upload)
{
    attack_everywhere(PROXY_REPEAT, upload);
}

/* A delay below the client's patience is no harm at all; a stall ends with its patience. */
Test(ftp_client_proxy, delays_and_stalls)
{
    static const size_t places[] = {0, 300, 600};
    start();
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
        for (unsigned connection = 0; connection < 2; connection++) {
            play(&(struct mischief){PROXY_DELAY, connection, PROXY_TO_CLIENT, places[i]}, download);
            play(&(struct mischief){PROXY_DELAY, connection, PROXY_TO_SERVER, places[i]}, upload);
            play(&(struct mischief){PROXY_STALL, connection, PROXY_TO_CLIENT, places[i]}, download);
            play(&(struct mischief){PROXY_STALL, connection, PROXY_TO_SERVER, places[i]}, upload);
        }
    stop();
}

/* --- replay ----------------------------------------------------------------------------------- */
static int call(uint16_t port)
{
    struct sockaddr_in server = {.sin_family = AF_INET, .sin_port = htons(port)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    cr_assert_eq(connect(fd, (struct sockaddr *)&server, sizeof(server)), 0);
    return fd;
}

/* What the client of the record said, said again: the server hangs up. */
static void replay(const uint8_t *record, size_t bytes)
{
    int fd = call(scene.port);
    char answer[4096];
    ssize_t got;
    cr_assert_eq(send(fd, record, bytes, MSG_NOSIGNAL), (ssize_t)bytes);
    struct pollfd one = {.fd = fd, .events = POLLIN};
    while ((got = poll(&one, 1, 20000) > 0 ? recv(fd, answer, sizeof(answer), 0) : 1) > 0)
        cr_assert(one.revents, "the server goes on listening to a replay");
    close(fd);
}

Test(ftp_client_proxy, a_recorded_request_cannot_be_replayed)
{
    char *said, *log;
    size_t bytes;
    start();
    proxy_attack(proxy, &(struct mischief){.kind = PROXY_HONEST});
    cr_assert_eq(ftp_script(&scene, CONNECT "-c 'mkdir once'; rmdir $S/once", &said), 0, "%s",
                 said);
    uint8_t *record = proxy_record(proxy, 0, PROXY_TO_SERVER, &bytes);
    cr_assert(record && bytes > 500, "%zu bytes", bytes); /* the handshake, and more */
    replay(record, bytes);
    free(said);
    cr_expect_eq(ftp_script(&scene, "test ! -e $S/once", &said), 0, "it was done again\n%s", said);
    log = ftp_scene_log(&scene);
    cr_expect(strstr(log, "login"), "%s", log);                               /* the first time; */
    cr_expect_eq(strstr(strstr(log, "login") + 1, "login"), NULL, "%s", log); /* not the second */
    stop();
    free(record);
    free(said);
    free(log);
}

/* --- death in the middle ---------------------------------------------------------------------- */
/* The proxy stalls the data; then somebody is killed. Returns the client, still running. */
static struct process *stalled_client(enum proxy_way way, const char *command, const char *here)
{
    char port[8], *shell;
    snprintf(port, sizeof(port), "%u", scene.port);
    if (asprintf(&shell, "lcd %s", here) < 0)
        abort();
    proxy_attack(proxy, &(struct mischief){PROXY_STALL, 1, way, 1500000});
    struct process *client = process_start(scene.home, PROCESS_PIPES, "ftp", "connect", BETWEEN,
                                           "--port", port, "--accept-new", "-c", shell, "-c",
                                           command, NULL);
    while (!proxy_was_done(proxy) && process_alive(client))
        usleep(10000); /* polled for, bounded by the client's own time-out */
    cr_assert(proxy_was_done(proxy), "%s", process_said(client));
    free(shell);
    return client;
}

/* Until some of the file has been written there. */
static void await_part(const char *folder, const char *pattern, struct process *client)
{
    char *whole = scratch_path(folder, pattern);
    struct stat status = {0};
    while (status.st_size == 0 && process_alive(client)) {
        glob_t found = {0};
        if (glob(whole, GLOB_PERIOD, NULL, &found) == 0)
            stat(found.gl_pathv[0], &status);
        globfree(&found);
        usleep(10000);
    }
    free(whole);
}

static void big_file(const char *path)
{
    FILE *file = fopen(path, "w");
    cr_assert(file);
    for (uint32_t i = 0; i < 1000000; i++)
        fwrite(&i, sizeof(i), 1, file);
    fclose(file);
}

static void go_on(const char *here, const char *command)
{
    char *script, *said;
    proxy_attack(proxy, &(struct mischief){.kind = PROXY_HONEST});
    if (asprintf(&script,
                 "cd %s; %s-c '%s' 2>&1 | tee out; cmp a $S/a; grep 'MiB in' out; ! grep '3.8 MiB "
                 "in' out",
                 here, CONNECT, command) < 0)
        abort();
    cr_expect_eq(ftp_script(&scene, script, &said), 0, "%s\n%s", script, said);
    free(script);
    free(said);
}

Test(ftp_client_proxy, a_killed_client_goes_on_with_its_download)
{
    char *here = scratch_new(), *path;
    start();
    path = ftp_scene_file(&scene, "a");
    big_file(path);
    struct process *client = stalled_client(PROXY_TO_CLIENT, "get a", here);
    await_part(here, ".a.ftp-part", client);
    process_signal(client, SIGKILL);
    process_wait(client);
    process_free(client);
    go_on(here, "reget a");
    stop();
    free(path);
    scratch_remove(here);
}

Test(ftp_client_proxy, a_killed_client_goes_on_with_its_upload)
{
    char *here = scratch_new(), *path = scratch_path(here, "a");
    start();
    big_file(path);
    struct process *client = stalled_client(PROXY_TO_SERVER, "put a", here);
    await_part(scene.folder, "anna/.glassbox-part-*", client);
    process_signal(client, SIGKILL);
    process_wait(client);
    process_free(client);
    go_on(here, "reput a");
    stop();
    free(path);
    scratch_remove(here);
}

static void kill_server(void)
{
    process_signal(scene.server, SIGKILL);
    process_wait(scene.server);
    process_free(scene.server);
    proxy_stop(proxy);
    launch();
    proxy = proxy_start(BETWEEN, scene.port, pool, (uint16_t)(pool + POOL - 1));
}

Test(ftp_client_proxy, a_killed_server_goes_on_with_both)
{
    char *here = scratch_new(), *path, *own = scratch_path(here, "a");
    start();
    path = ftp_scene_file(&scene, "a");
    big_file(path);
    struct process *client = stalled_client(PROXY_TO_CLIENT, "get a", here);
    kill_server();
    cr_expect_eq(process_wait(client), 1, "%s", process_said(client));
    process_free(client);
    go_on(here, "reget a");
    unlink(path);
    client = stalled_client(PROXY_TO_SERVER, "put a", here);
    await_part(scene.folder, "anna/.glassbox-part-*", client);
    kill_server();
    cr_expect_eq(process_wait(client), 1, "%s", process_said(client));
    process_free(client);
    go_on(here, "reput a");
    stop();
    free(path);
    free(own);
    scratch_remove(here);
}
