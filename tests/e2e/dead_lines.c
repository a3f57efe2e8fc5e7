/*
 * Lines that die: one that is cut is no goodbye, and one that dies without a word is noticed, for
 * TCP asks whether the peer is still there, on all sockets of both programs and both ends.
 */
#include "chat_scene.h"
#include "free_port.h"
#include "ftp_expect.h"
#include "ftp_scene.h"
#include "proxy.h"
#include "scratch.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define BETWEEN "127.0.0.2"
#define POOL    4

/* --- a cut line ------------------------------------------------------------------------------- */
static struct process *talk(const struct chat_scene *scene, const char *host)
{
    char *home = chat_scene_home(scene, "anna");
    struct process *anna = process_start(home, PROCESS_PIPES, "chat", "connect", host, "--port",
                                         scene->port, "--accept-new", NULL);
    expect_said(anna, PROCESS_OUT, " joined$");
    cr_assert(process_type(anna, "good morning\n"));
    expect_said(anna, PROCESS_OUT, "good morning$");
    process_end_input(anna);
    free(home);
    return anna;
}

/* Everything comes back but the last byte of the server's goodbye. */
Test(dead_lines, a_cut_is_no_goodbye, .timeout = 120)
{
    struct chat_scene scene = {0};
    char range[32];
    size_t bytes;
    uint16_t pool = free_ports(POOL);
    snprintf(range, sizeof(range), "%u-%u", pool, pool + POOL - 1);
    chat_scene_open(&scene);
    chat_scene_person(&scene, "anna", true);
    chat_scene_serve(&scene, (const char *[]){"--bind", "127.0.0.1", "--ports", range, NULL});
    struct proxy *proxy = proxy_start(BETWEEN, chat_scene_port(&scene), pool,
                                      (uint16_t)(pool + POOL - 1));
    struct process *anna = talk(&scene, BETWEEN);
    expect_said(anna, PROCESS_ERR, "chat: goodbye$");
    expect_status(anna, 0);
    process_free(anna);
    free(proxy_record(proxy, 1, PROXY_TO_CLIENT, &bytes));
    const struct mischief cut = {PROXY_CUT, 1, PROXY_TO_CLIENT, bytes - 1};
    proxy_attack(proxy, &cut);
    anna = talk(&scene, BETWEEN);
    expect_said(anna, PROCESS_ERR, "chat: error: the talk has ended: .*cut");
    expect_status(anna, 1);
    cr_expect(proxy_was_done(proxy));
    process_free(anna);
    proxy_stop(proxy);
    chat_scene_close(&scene);
}

/* --- keep-alive ------------------------------------------------------------------------------- */
/* How many established sockets at this local or remote port have a running keep-alive timer, of all
 * that there are; by the system's own list (proc(5), /proc/net/tcp: tr). */
static size_t keeping_alive(unsigned port, bool remote, size_t *all)
{
    static const char *const lists[] = {"/proc/net/tcp", "/proc/net/tcp6"};
    char line[512];
    size_t count = 0;
    *all = 0;
    for (size_t i = 0; i < 2; i++) {
        FILE *file = fopen(lists[i], "r");
        while (file && fgets(line, sizeof(line), file)) {
            unsigned own, peer, state, timer;
            if (sscanf(line, "%*s %*[^:]:%x %*[^:]:%x %x %*s %x:", &own, &peer, &state, &timer) !=
                    4 ||
                state != 1 || (remote ? peer : own) != port)
                continue;
            ++*all;
            count += timer == 2;
        }
        if (file)
            fclose(file);
    }
    return count;
}

/* A moment ago something may have been sent, and then another timer runs. */
static void expect_keep_alive(unsigned port, bool remote)
{
    size_t all = 0, count = 0;
    for (int i = 0; i < 3000 && (all == 0 || count < all); i++) {
        count = keeping_alive(port, remote, &all);
        usleep(10000);
    }
    cr_expect(all > 0 && count == all, "port %u: %zu of %zu sockets of the %s", port, count, all,
              remote ? "client" : "server");
}

Test(dead_lines, chat_asks_whether_the_other_is_there, .timeout = 120)
{
    struct chat_scene scene = {0};
    chat_scene_open(&scene);
    chat_scene_person(&scene, "anna", true);
    chat_scene_serve(&scene, NULL);
    struct process *anna = chat_scene_join(&scene, "anna", NULL);
    const char *port = process_expect(scene.server, PROCESS_ERR,
                                      "joined name=anna .*port=([0-9]+)");
    cr_assert(port, "%s", process_said(scene.server));
    unsigned number = (unsigned)atoi(port);
    expect_keep_alive(number, false);
    expect_keep_alive(number, true);
    process_free(anna);
    chat_scene_close(&scene);
}

Test(dead_lines, ftp_asks_whether_the_other_is_there, .timeout = 120)
{
    struct ftp_scene scene;
    char port[8];
    ftp_scene_start(&scene, NULL);
    snprintf(port, sizeof(port), "%u", scene.port);
    scratch_write_secret(scene.home, "password", "secret\n");
    char *password = scratch_path(scene.home, "password");
    struct process *client = process_start(scene.home, PROCESS_PIPES, "ftp", "connect", "--plain",
                                           "127.0.0.1", "--port", port, "--user", "anna",
                                           "--password-file", password, NULL);
    free(password);
    cr_expect(ftp_scene_logged(&scene, "login connection=1 "), "%s", process_said(client));
    expect_keep_alive(scene.port, false);
    expect_keep_alive(scene.port, true);
    process_free(client);
    ftp_scene_stop(&scene);
}
