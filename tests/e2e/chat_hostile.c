/*
 * Peers that do not behave: each ends its own session, with one line in the log, and nobody else's.
 */
#include "chat_scene.h"
#include "raw_client.h"
#include "scratch.h"

#include <criterion/criterion.h>
#include <signal.h>
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

TestSuite(chat_hostile, .init = open_scene, .fini = close_scene, .timeout = 120);

static struct channel *join(int *socket)
{
    enum channel_error error;
    struct channel_ticket *ticket = raw_knock(chat_scene_port(&scene), &config, NULL, &error);
    cr_assert(ticket, "%s", channel_strerror(error));
    struct channel *channel = raw_resume(socket, &config, ticket);
    cr_assert(channel, "%s", process_said(scene.server));
    channel_ticket_free(ticket);
    return channel;
}

static void still_alive(struct process *anna)
{
    process_type(anna, "still here\n");
    expect_said(anna, PROCESS_OUT, "anna: still here$");
}

Test(chat_hostile, garbage_instead_of_a_hello)
{
    struct process *anna = chat_scene_join(&scene, "anna", NULL);
    int socket = raw_connect(chat_scene_port(&scene));
    cr_assert_eq(send(socket, "GET / HTTP/1.0\r\n\r\n", 18, 0), 18);
    cr_assert(raw_wait_closed(socket));
    expect_said(scene.server, PROCESS_ERR, "failed address=127.0.0.1 reason=\"a frame ");
    still_alive(anna);
    close(socket);
    process_free(anna);
}

Test(chat_hostile, half_a_hello)
{
    struct process *anna = chat_scene_join(&scene, "anna", NULL);
    int socket = raw_connect(chat_scene_port(&scene));
    cr_assert_eq(send(socket, "\1\0\1\0\0\1", 6, 0), 6);
    close(socket);
    expect_said(scene.server, PROCESS_ERR, "failed address=127.0.0.1 reason=\"the line was cut");
    still_alive(anna);
    process_free(anna);
}

Test(chat_hostile, silence_ends_after_ten_seconds)
{
    struct process *anna = chat_scene_join(&scene, "anna", NULL);
    int socket = raw_connect(chat_scene_port(&scene));
    cr_assert(raw_wait_closed(socket));
    expect_said(scene.server, PROCESS_ERR,
                "failed address=127.0.0.1 reason=\"the peer was silent for too long\"");
    still_alive(anna);
    close(socket);
    process_free(anna);
}

/* Who does not read is not cut when somebody whispers; the whisperer is told, and goes on. */
Test(chat_hostile, whispers_cut_nobody)
{
    enum { BYTES = 3900, MOST = 10000 };
    struct process *anna = chat_scene_join(&scene, "anna", NULL);
    int socket, small = 4096, sent = 0;
    struct channel *channel = join(&socket); /* and does not read */
    char *line = malloc(BYTES + 1);
    setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
    memset(line, 'x', BYTES);
    memcpy(line, "/msg boris ", 11);
    line[BYTES - 1] = '\n';
    line[BYTES] = '\0';
    expect_said(anna, PROCESS_OUT, "boris joined$");
    for (; sent < MOST && !process_has(anna, PROCESS_OUT, "! boris has not read"); sent++) {
        cr_assert(process_type(anna, line));
        if (sent % 8 == 7) { /* her own lines come back */
            process_type(anna, "/who\n");
            expect_said(anna, PROCESS_OUT, "(2 here: .*|! boris has not read .*|[01] here: .*)$");
        }
    }
    cr_expect_lt(sent, MOST);
    still_alive(anna);
    raw_drive(channel, socket, CHANNEL_HAS_DATA, NULL); /* he reads, and is there */
    cr_expect_eq(channel_error(channel), CHANNEL_OK);
    cr_expect_null(strstr(process_text(scene.server, PROCESS_ERR), "cut name=boris"));
    free(line);
    channel_free(channel);
    close(socket);
    process_free(anna);
}

Test(chat_hostile, a_flipped_bit_ends_the_session)
{
    struct process *anna = chat_scene_join(&scene, "anna", NULL);
    int socket;
    struct channel *channel = join(&socket);
    size_t bytes;
    uint8_t record[100];
    cr_assert_eq(channel_send(channel, "say\thello\n", 10), CHANNEL_OK);
    const uint8_t *output = channel_output(channel, &bytes);
    memcpy(record, output, bytes);
    record[bytes - 1] ^= 1;
    cr_assert_eq(send(socket, record, bytes, 0), (ssize_t)bytes);
    expect_said(scene.server, PROCESS_ERR, "left name=boris .*not authentic");
    cr_assert(raw_wait_closed(socket));
    still_alive(anna);
    channel_free(channel);
    close(socket);
    process_free(anna);
}

/* Lines that are wrong are answered, and the session goes on. */
Test(chat_hostile, wrong_lines_are_answered)
{
    struct process *anna = chat_scene_join(&scene, "anna", NULL);
    int socket;
    struct channel *channel = join(&socket);
    char line[10000];
    memset(line, 'x', sizeof(line));
    memcpy(line, "say\t", 4);
    line[sizeof(line) - 1] = '\n';
    cr_assert_eq(channel_send(channel, line, sizeof(line)), CHANNEL_OK);
    cr_assert_eq(channel_send(channel, "shout\tx\nsay\nsay\t\xff\nwho\tx\n", 24), CHANNEL_OK);
    cr_assert_eq(channel_send(channel, "say\tfine\033[2J\n", 13), CHANNEL_OK);
    raw_drive(channel, socket, CHANNEL_OPEN, NULL);
    expect_said(anna, PROCESS_OUT, "boris: fine␛\\[2J$");
    cr_assert_eq(channel_send(channel, "quit\n", 5), CHANNEL_OK);
    char heard[4096] = "";
    size_t bytes, length = 0;
    while (raw_drive(channel, socket, CHANNEL_HAS_DATA, NULL)) {
        const uint8_t *data = channel_data(channel, &bytes);
        cr_assert_lt(length + bytes, sizeof(heard));
        memcpy(heard + length, data, bytes);
        length += bytes;
        channel_data_done(channel, bytes);
    }
    heard[length] = '\0';
    static const char *const answers[] = {"\tthe line is too long\n",
                                          "\tunknown word at the beginning of the line\n",
                                          "\ta field of the line is empty or missing\n",
                                          "\tthe line is not UTF-8\n",
                                          "\tthe line has too many fields\n",
                                          "\tboris\tfine"};
    const char *at = heard;
    for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
        at = strstr(at, answers[i]);
        cr_assert(at, "no '%s' in its turn in '%s'", answers[i], heard);
    }
    cr_assert_eq(channel_error(channel), CHANNEL_OK);
    channel_free(channel);
    close(socket);
    process_free(anna);
}

/* More than the socket buffers and what a member may be behind. */
Test(chat_hostile, who_stops_reading_is_cut_and_nobody_else_loses_a_line)
{
    enum { ROUNDS = 400, LINES = 8, LINE_BYTES = 3900 };
    struct process *anna = chat_scene_join(&scene, "anna", NULL);
    int socket, small = 4096;
    struct channel *channel = join(&socket); /* and never reads */
    char *line = malloc(LINE_BYTES + 2), expected[40];
    setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
    memset(line, 'x', LINE_BYTES);
    line[LINE_BYTES] = '\n';
    line[LINE_BYTES + 1] = '\0';
    expect_said(anna, PROCESS_OUT, "boris joined$");
    for (int i = 0; i < ROUNDS * LINES; i++) {
        line[snprintf(line, 20, "%d", i)] = ' ';
        cr_assert(process_type(anna, line));
        snprintf(expected, sizeof(expected), "anna: %d xx", i);
        if (i % LINES == LINES - 1)
            expect_said(anna, PROCESS_OUT, expected);
    }
    expect_said(scene.server, PROCESS_ERR, "cut name=boris .*reason=\"stopped reading\"");
    still_alive(anna);
    const char *heard = process_text(anna, PROCESS_OUT);
    cr_assert(strstr(heard, "boris left: stopped reading\n"));
    for (int i = 0; i < ROUNDS * LINES; i++) {
        snprintf(expected, sizeof(expected), "anna: %d xx", i);
        cr_assert(heard = strstr(heard, expected), "'%s' was not heard in its turn", expected);
    }
    free(line);
    channel_free(channel);
    close(socket);
    process_free(anna);
}

/* Judged at the hello, taken off the list, then proven: no port is offered. */
Test(chat_hostile, a_key_removed_in_its_handshake_stays_out)
{
    struct channel *channel;
    int socket = raw_connect(chat_scene_port(&scene));
    cr_assert_eq(channel_new(&channel, &config), CHANNEL_OK);
    cr_assert(raw_drive(channel, socket, CHANNEL_WANT_VERDICT, NULL));
    scratch_write(scene.server_home, "allowed.csv", "n,e\n");
    cr_expect_not(raw_drive(channel, socket, CHANNEL_HAS_PORT, NULL));
    cr_expect_eq(channel_error(channel), CHANNEL_ERR_NOT_ALLOWED);
    cr_expect_str_eq(channel_error_reason(channel), "your key was removed from the list");
    expect_said(scene.server, PROCESS_ERR, "ended name=boris .*reason=\"your key was removed");
    channel_free(channel);
    close(socket);
}

Test(chat_hostile, a_small_key_is_refused)
{
    struct rsa_key *small;
    cr_assert_eq(rsa_key_generate(&small, 1024, NULL, NULL), RSA_OK);
    struct channel *channel;
    const struct channel_config small_config = {.role = CHANNEL_CLIENT, .identity = small};
    cr_assert_eq(channel_new(&channel, &small_config), CHANNEL_ERR_KEY_SMALL);
    rsa_key_free(small);
}
