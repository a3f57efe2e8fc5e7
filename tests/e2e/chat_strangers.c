/*
 * Strangers at the door of the chat server: they take no place from others, no fresh keys, and no
 * more of the log than theirs.
 */
#include "chat_scene.h"
#include "ftp_liar.h"
#include "raw_client.h"
#include "scratch.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static struct chat_scene scene;
static struct rsa_key *key; /* boris's */
static struct channel_config config;

static void open_scene(void)
{
    scene = (struct chat_scene){0};
    chat_scene_open(&scene);
    chat_scene_person(&scene, "anna", true);
    chat_scene_person(&scene, "boris", true);
    key = chat_scene_key(&scene, "boris");
    config = (struct channel_config){.role = CHANNEL_CLIENT, .identity = key};
    chat_scene_serve(&scene, NULL);
}

static void close_scene(void)
{
    rsa_key_free(key);
    chat_scene_close(&scene);
}

TestSuite(chat_strangers, .init = open_scene, .fini = close_scene, .timeout = 120);

static void still_alive(struct process *anna)
{
    process_type(anna, "still here\n");
    expect_said(anna, PROCESS_OUT, "anna: still here$");
}

/* --- places ----------------------------------------------------------------------------------- */
static void serve_again(const char *const options[])
{
    chat_scene_stop(&scene);
    chat_scene_serve(&scene, options);
}

/* Silent strangers leave room for those who share their address, for others, and for who is in
 * already; a crowd from many addresses is refused at FULL. */
Test(chat_strangers, strangers_do_not_fill_the_places)
{
    int sockets[7];
    serve_again((const char *[]){"--max-startups", "4:100:4", NULL});
    struct process *anna = chat_scene_join(&scene, "anna", NULL);
    for (size_t i = 0; i < 3; i++)
        sockets[i] = raw_connect(chat_scene_port(&scene));
    cr_expect(raw_wait_closed(sockets[0]), "the oldest makes room");
    struct process *boris = chat_scene_join(&scene, "boris", NULL);
    process_free(boris);
    for (size_t i = 3; i < 6; i++) /* one of the first three has its place still */
        sockets[i] = raw_connect_from((uint8_t)(i + 10), chat_scene_port(&scene));
    boris = chat_scene_join(&scene, "boris", NULL);
    sockets[6] = raw_connect_from(19, chat_scene_port(&scene));
    int late = raw_connect_from(20, chat_scene_port(&scene));
    struct channel *channel;
    cr_assert_eq(channel_new(&channel, &config), CHANNEL_OK);
    cr_expect_not(raw_drive(channel, late, CHANNEL_WANT_VERDICT, NULL));
    cr_expect_eq(channel_error(channel), CHANNEL_ERR_BUSY);
    cr_expect_str_eq(channel_error_reason(channel), "too many clients that have not logged in");
    expect_said(scene.server, PROCESS_ERR, "sent-away address=127.0.0.20 reason=\"too many");
    still_alive(anna);
    channel_free(channel);
    close(late);
    for (size_t i = 0; i < 7; i++)
        close(sockets[i]);
    process_free(boris);
    process_free(anna);
}

/* Sooner than the ten seconds of a silent handshake, if that is asked for. */
Test(chat_strangers, who_does_not_come_in_is_sent_away)
{
    serve_again((const char *[]){"--login-grace", "1", NULL});
    struct process *anna = chat_scene_join(&scene, "anna", NULL);
    int socket = raw_connect(chat_scene_port(&scene));
    expect_said(scene.server, PROCESS_ERR, "ended .*reason=\"you did not log in in time\"");
    cr_expect(raw_wait_closed(socket));
    still_alive(anna);
    close(socket);
    process_free(anna);
}

/* --- the log ---------------------------------------------------------------------------------- */
static size_t count_lines(const char *text, const char *what)
{
    size_t count = 0;
    for (; (text = strstr(text, what)); text++)
        count++;
    return count;
}

/* Each connection would be a line; who is in the room is told of without a bound. */
Test(chat_strangers, a_stranger_does_not_fill_the_log)
{
    enum { KNOCKS = 300 };
    char *path = scratch_path(scene.folder, "log");
    serve_again((const char *[]){"--log", path, NULL});
    for (size_t i = 0; i < KNOCKS; i++) {
        int socket = raw_connect_from(9, chat_scene_port(&scene));
        cr_assert_eq(send(socket, "GET / HTTP/1.0\r\n\r\n", 18, 0), 18);
        cr_assert(raw_wait_closed(socket));
        close(socket);
    }
    struct process *anna = chat_scene_join(&scene, "anna", NULL);
    expect_said(scene.server, PROCESS_ERR, "joined name=anna");
    process_free(anna);
    chat_scene_stop(&scene);
    char *log = scratch_read(scene.folder, "log");
    cr_expect_eq(count_lines(log, " failed address=127.0.0.9"), 100, "%zu",
                 count_lines(log, " failed address=127.0.0.9"));
    cr_expect_eq(count_lines(log, " not-logged address=127.0.0.9 lines=200\n"), 1, "%s", log);
    free(log);
    free(path);
}

/* Where the log is silent nobody would know. */
Test(chat_strangers, a_log_that_cannot_be_written_is_said_once)
{
    serve_again((const char *[]){"--log", "/dev/full", NULL});
    struct process *anna = chat_scene_join(&scene, "anna", NULL);
    expect_said(scene.server, PROCESS_ERR, "joined name=anna");
    process_free(anna);
    expect_said(scene.server, PROCESS_ERR, "left name=anna");
    cr_expect_eq(count_lines(process_text(scene.server, PROCESS_ERR),
                             "warning: the log /dev/full cannot be written: No space left"),
                 1);
}

/* --- silent hellos ---------------------------------------------------------------------------- */
/* modern:rsa, whose fresh keys are dear. A hello that shows this public key: all that a stranger
 * needs is a copy. */
static size_t copied_hello(uint8_t hello[2048], const struct rsa_key *shown)
{
    const struct channel_config stranger = {
        .role = CHANNEL_CLIENT, .suite.kind = CHANNEL_MODERN_RSA, .identity = shown};
    struct channel *channel;
    struct rsa_key *ephemeral;
    size_t bytes;
    cr_assert_eq(channel_new(&channel, &stranger), CHANNEL_OK);
    cr_assert_eq(rsa_key_generate(&ephemeral, CHANNEL_MODERN_BITS, NULL, NULL), RSA_OK);
    channel_give_ephemeral(channel, ephemeral);
    const uint8_t *output = channel_output(channel, &bytes);
    cr_assert(bytes > 0 && bytes <= 2048);
    memcpy(hello, output, bytes);
    channel_free(channel);
    return bytes;
}

static void send_hellos(int *sockets, size_t count, const struct rsa_key *shown)
{
    uint8_t hello[2048];
    size_t bytes = copied_hello(hello, shown);
    for (size_t i = 0; i < count; i++) {
        sockets[i] = raw_connect(chat_scene_port(&scene));
        cr_assert_eq(send(sockets[i], hello, bytes, MSG_NOSIGNAL), (ssize_t)bytes);
    }
}

static size_t count_answered(const int *sockets, size_t count)
{
    size_t answered = 0;
    char byte;
    for (size_t i = 0; i < count; i++)
        answered += recv(sockets[i], &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 1;
    return answered;
}

/* 300 hellos with anna's key, from the address of all: they get a quarter of the stock of 8 while
 * boris comes in, and do not come before him. */
Test(chat_strangers, silent_hellos_hold_up_nobody)
{
    enum { SILENT = 300 };
    static int sockets[SILENT];
    struct rsa_key *copied = chat_scene_key(&scene, "anna");
    scene.suite = "modern:rsa";
    serve_again((const char *[]){"--max-startups", "2000:100:2000", "--stock", "8", NULL});
    struct process *anna = chat_scene_join(&scene, "anna", NULL);
    send_hellos(sockets, SILENT, copied);
    struct process *boris = chat_scene_join(&scene, "boris", NULL);
    size_t answered = count_answered(sockets, SILENT);
    cr_expect_leq(answered, 10, "%zu strangers were served before boris", answered);
    process_type(anna, "/rekey\n");
    expect_said(anna, PROCESS_ERR, "fresh keys are in use: generation 1");
    still_alive(anna);
    for (size_t i = 0; i < SILENT; i++)
        close(sockets[i]);
    rsa_key_free(copied);
    process_free(boris);
    process_free(anna);
}

/* The first holds the one key that its identity may have here; the others wait behind it, and give
 * up long before its ten seconds are over. */
Test(chat_strangers, who_hangs_up_in_the_queue_is_noticed)
{
    enum { WAITING = 20 };
    int first, sockets[WAITING];
    scene.suite = "modern:rsa";
    serve_again((const char *[]){"--stock", "2", NULL});
    send_hellos(&first, 1, key);
    char byte;
    cr_assert_eq(recv(first, &byte, 1, MSG_PEEK), 1);
    send_hellos(sockets, WAITING, key);
    for (size_t i = 0; i < WAITING; i++)
        close(sockets[i]);
    for (size_t i = 0; i < WAITING; i++)
        expect_said(scene.server, PROCESS_ERR, "failed name=boris .*reason=\"the line was cut");
    cr_expect_not(strstr(process_text(scene.server, PROCESS_ERR), "silent for too long"));
    close(first);
}

/* --- ports mixed up --------------------------------------------------------------------------- */
static void expect_other_port(const char *program, uint16_t port, const char *error)
{
    char number[8];
    snprintf(number, sizeof(number), "%u", port);
    struct process *client = process_start(scene.server_home, PROCESS_PIPES, program, "connect",
                                           "127.0.0.1", "--port", number, NULL);
    expect_said(client, PROCESS_ERR, error);
    expect_said(client, PROCESS_ERR, "hint: is [0-9]+ the port that .*server.* shows");
    expect_status(client, 1);
    process_free(client);
}

static void expect_greeting(const char *program, const char *greeting, const char *error)
{
    struct ftp_liar *liar = ftp_liar_start(&(struct ftp_lies){.greeting = greeting});
    expect_other_port(program, ftp_liar_port(liar), error);
    ftp_liar_stop(liar);
}

Test(chat_strangers, who_comes_to_the_port_of_another_program_hears_who_answers)
{
    expect_greeting("chat", "220 ready\r\n",
                    "does not belong here in the greeting of an FTP server");
    expect_greeting("chat", "SSH-2.0-x\r\n",
                    "does not belong here in the greeting of an SSH server");
    expect_greeting("ftp", "SSH-2.0-x\r\n", "does not speak FTP: this is the greeting of an SSH");
    expect_greeting("ftp", "HTTP/1.1 400 Bad\r\n", "FTP: this is the answer of a web server");
    expect_other_port("ftp", chat_scene_port(&scene), "error: 127.0.0.1: ");
}
