/*
 * attack middle between the real programs: chat and ftp on loopback.
 */
#include "chat_scene.h"
#include "free_port.h"
#include "ftp_script.h"
#include "scratch.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct stage {
    struct chat_scene chat;
    struct process *middle;
    char port[8];
};

static void open_chat(struct stage *stage, const char *suite, const char *const options[])
{
    *stage = (struct stage){.chat = {.suite = suite}};
    chat_scene_open(&stage->chat);
    chat_scene_person(&stage->chat, "anna", true);
    chat_scene_serve(&stage->chat, options);
}

/* acts: a script with ";"; ports: NULL, or the pool, and then all are at 127.0.0.2. */
static void sit_down(struct stage *stage, const char *acts, const char *ports)
{
    char to[32], listen[32];
    snprintf(to, sizeof(to), "127.0.0.1:%s", stage->chat.port);
    snprintf(listen, sizeof(listen), "127.0.0.2:%s", stage->chat.port);
    char *page = scratch_path(stage->chat.folder, "page.html");
    char *own = scratch_path(stage->chat.folder, "own");
    const char *const plain[] = {"attack", "middle", "--listen", "0",  "--to",     to,  "--do",
                                 acts,     "--once", "--page",   page, "--record", own, NULL};
    const char *const pool[] = {"attack", "middle", "--listen", listen, "--to",   to,
                                "--do",   acts,     "--ports",  ports,  "--once", NULL};
    stage->middle = process_start_list(stage->chat.folder, PROCESS_PIPES, ports ? pool : plain);
    free(page);
    free(own);
    const char *port = process_expect(stage->middle, PROCESS_ERR, "listening on port ([0-9]+)");
    cr_assert(port, "%s", process_said(stage->middle));
    snprintf(stage->port, sizeof(stage->port), "%s", port);
}

static struct process *come(struct stage *stage, const char *host)
{
    char *home = chat_scene_home(&stage->chat, "anna");
    const char *const arguments[] = {
        "chat",    "connect",         host,           "--port", stage->port,
        "--suite", stage->chat.suite, "--accept-new", NULL};
    struct process *client = process_start_list(home, PROCESS_PIPES, arguments);
    free(home);
    return client;
}

static void leave(struct stage *stage)
{
    process_free(stage->middle);
    chat_scene_close(&stage->chat);
}

/* What the middle said to each end can be drawn like any talk. */
static void check_recordings(struct stage *stage)
{
    char *client = scratch_path(stage->chat.folder, "own.client.rec");
    char *server = scratch_path(stage->chat.folder, "own.server.rec");
    char *page = scratch_path(stage->chat.folder, "both.html");
    struct process *chat = process_start(stage->chat.folder, PROCESS_PIPES, "chat", "page", client,
                                         server, "-o", page, NULL);
    expect_status(chat, 0);
    process_free(chat);
    free(client);
    free(server);
    free(page);
}

Test(attack_middle, a_sentence_of_dh_is_changed_and_both_ends_are_content, .timeout = 120)
{
    struct stage stage;
    open_chat(&stage, "dh", NULL);
    sit_down(&stage, "s/noon/nine/ client; s/nine/noon/ server", NULL);
    struct process *anna = come(&stage, "127.0.0.1");
    expect_said(anna, PROCESS_OUT, " joined$");
    process_type(anna, "meet at noon\n");
    expect_said(anna, PROCESS_OUT, "anna: meet at noon$");
    process_type(anna, "/rekey\n");
    expect_said(anna, PROCESS_ERR, "fresh keys are in use: generation 1");
    process_type(anna, "again at noon\n/quit\n");
    expect_said(anna, PROCESS_OUT, "anna: again at noon$");
    expect_status(anna, 0);
    expect_said(stage.middle, PROCESS_OUT, "^     changed  \"say again at nine");
    expect_status(stage.middle, 0);
    cr_assert(strstr(process_text(stage.middle, PROCESS_OUT), "verdict: broken: "), "%s",
              process_said(stage.middle));
    char *page = scratch_read(stage.chat.folder, "page.html");
    cr_assert(strstr(page, "gets record, 52 bytes: &quot;say meet at nine"), "%s", page);
    cr_assert(strstr(page, "nine<span class=\"control\" data-name=\"LF\">"), "%s", page);
    cr_assert(strstr(page, " messages read, 7 changed, 0 made."), "%s", page);
    free(page);
    check_recordings(&stage);
    process_free(anna);
    leave(&stage);
}

Test(attack_middle, in_modern_the_tag_refuses, .timeout = 120)
{
    struct stage stage;
    char pool[16];
    const uint16_t low = free_ports(2);
    snprintf(pool, sizeof(pool), "%u-%u", low, low + 1);
    open_chat(&stage, "modern",
              (const char *const[]){"--ports", pool, "--bind", "127.0.0.1", NULL});
    sit_down(&stage, "wait resume server; wait client; flip 9.1", pool);
    struct process *anna = come(&stage, "127.0.0.2");
    expect_said(anna, PROCESS_OUT, " joined$");
    process_type(anna, "meet at noon\n");
    expect_said(anna, PROCESS_ERR, "the peer says: a message is not authentic");
    cr_assert_neq(process_wait(anna), 0);
    expect_status(stage.middle, 1);
    cr_assert(
        strstr(process_text(stage.middle, PROCESS_OUT), "verdict: resisted: nothing could be"),
        "%s", process_said(stage.middle));
    process_free(anna);
    leave(&stage);
}

Test(attack_middle, in_textbook_a_sentence_is_forged, .timeout = 120)
{
    struct stage stage;
    char pool[16];
    const uint16_t low = free_ports(2);
    snprintf(pool, sizeof(pool), "%u-%u", low, low + 1);
    open_chat(&stage, "textbook",
              (const char *const[]){"--ports", pool, "--bind", "127.0.0.1", NULL});
    sit_down(&stage, "wait resume server; wait client; say server say\\tpay 9 euro\\n", pool);
    struct process *anna = come(&stage, "127.0.0.2");
    expect_said(anna, PROCESS_OUT, " joined$");
    process_type(anna, "pay 1 euro\n/quit\n");
    expect_said(anna, PROCESS_OUT, "anna: pay 9 euro$");
    expect_said(anna, PROCESS_OUT, "anna: pay 1 euro$");
    expect_status(anna, 0);
    expect_status(stage.middle, 0);
    process_free(anna);
    leave(&stage);
}

/* A file, its listing and its hash come the same way. */
Test(attack_middle, a_file_of_ftp_is_changed_on_its_way, .timeout = 120)
{
    struct ftp_scene scene;
    char *said;
    ftp_scene_prepare(&scene);
    ftp_script_allow_in(&scene, "dh");
    ftp_scene_launch(&scene, NULL, (const char *const[]){"--suite", "dh", NULL});
    cr_expect_eq(
        ftp_script(&scene,
                   "mkdir -p $S; echo 'meet at noon' >$S/a\n"
                   "$BIN/attack middle --listen 0 --to 127.0.0.1:$P --do s/noon/nine/ "
                   "</dev/null >middle 2>heard & m=$!\n"
                   "until q=$(sed -n 's/.*listening on port \\([0-9]*\\).*/\\1/p' heard); test "
                   "\"$q\"; do sleep 0.1; done\n"
                   "P=$q; ! f --suite dh -c 'get a' 2>refused; cat refused; grep 'not the same "
                   "file' refused\n"
                   "kill -INT $m; wait $m; grep 'changed .*meet at nine' middle\n",
                   &said),
        0, "%s", said);
    cr_expect_eq(ftp_scene_stop(&scene), 0);
    free(said);
}

static int connect_to(const char *port)
{
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)strtoul(port, NULL, 10)),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    cr_assert_eq(connect(fd, (struct sockaddr *)&to, sizeof(to)), 0);
    return fd;
}

/* Strangers who say nothing, nonsense, half a frame, who reset: those who talk do not notice. */
Test(attack_middle, bad_callers_and_an_interrupt_in_the_middle_of_it, .timeout = 120)
{
    static const char nonsense[] = "\x09\xff\xff\xffGET / HTTP/1.0\r\n\r\n",
                      half[] = "\x01\x00\x10";
    const struct linger reset = {.l_onoff = 1};
    struct stage stage;
    int fds[8];
    open_chat(&stage, "dh", NULL);
    sit_down(&stage, "s/noon/nine/", NULL);
    for (size_t i = 0; i < 8; i++) {
        fds[i] = connect_to(stage.port);
        if (i % 4 == 1)
            cr_assert_gt(write(fds[i], nonsense, sizeof(nonsense)), 0);
        if (i % 4 == 2) {
            cr_assert_gt(write(fds[i], half, sizeof(half)), 0);
            setsockopt(fds[i], SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
        }
        if (i % 4 == 3)
            shutdown(fds[i], SHUT_WR);
        if (i % 4 > 1)
            close(fds[i]);
    }
    struct process *anna = come(&stage, "127.0.0.1");
    expect_said(anna, PROCESS_OUT, " joined$");
    process_type(anna, "meet at noon\n");
    expect_said(anna, PROCESS_OUT, "anna: meet at nine$");
    process_signal(stage.middle, SIGINT);
    expect_status(stage.middle, 0);
    cr_assert_neq(process_wait(anna), 0, "%s", process_said(anna));
    for (size_t i = 0; i < 8; i++)
        if (i % 4 < 2)
            close(fds[i]);
    process_free(anna);
    leave(&stage);
}

Test(attack_middle, only_this_machine)
{
    static const char *const lines[] = {"attack middle --listen 0 --to 192.0.2.1:10101",
                                        "attack middle --listen 192.0.2.1:0 --to 127.0.0.1:10101",
                                        "attack middle --listen 0 --to 127.0.0.1",
                                        "attack middle --listen x --to 127.0.0.1:1"};
    static const char *const words[] = {"not an address of this machine alone",
                                        "not an address of this machine alone", "no port",
                                        "no port"};
    for (size_t i = 0; i < 4; i++) {
        char line[200];
        const char *arguments[16];
        size_t count = 0;
        char *folder = scratch_new(), *rest = NULL;
        snprintf(line, sizeof(line), "%s", lines[i]);
        for (char *word = strtok_r(line, " ", &rest); word; word = strtok_r(NULL, " ", &rest))
            arguments[count++] = word;
        arguments[count] = NULL;
        struct process *middle = process_start_list(folder, PROCESS_PIPES, arguments);
        expect_said(middle, PROCESS_ERR, words[i]);
        expect_status(middle, 1);
        process_free(middle);
        scratch_remove(folder);
    }
}
