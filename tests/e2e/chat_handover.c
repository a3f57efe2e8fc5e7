/*
 * The hand-over: ports at random and from pools, strangers who come first, and ports that run out.
 */
#include "chat_scene.h"
#include "raw_client.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define RANGE_BYTES 24

static struct chat_scene scene;
static struct rsa_key *key; /* anna's */
static struct channel_config config;

static void open_scene(void)
{
    scene = (struct chat_scene){0};
    chat_scene_open(&scene);
    chat_scene_person(&scene, "anna", true);
    chat_scene_person(&scene, "boris", true);
    key = chat_scene_key(&scene, "anna");
    config = (struct channel_config){.role = CHANNEL_CLIENT, .identity = key};
}

static void close_scene(void)
{
    rsa_key_free(key);
    chat_scene_close(&scene);
}

TestSuite(chat_handover, .init = open_scene, .fini = close_scene, .timeout = 120);

/* A port on which nobody listens: it was free a moment ago, and it is not in the range from which
 * the system gives out ports by itself. */
static void free_port(char range[RANGE_BYTES])
{
    for (int port = 20000 + getpid() % 10000;; port++) {
        int taken = raw_connect((uint16_t)port);
        if (taken < 0) {
            snprintf(range, RANGE_BYTES, "%d-%d", port, port);
            return;
        }
        close(taken);
    }
}

static void serve_one_port(void)
{
    char range[RANGE_BYTES];
    free_port(range);
    chat_scene_serve(&scene, (const char *[]){"--ports", range, NULL});
}

static struct channel_ticket *knock(void)
{
    enum channel_error error;
    struct channel_ticket *ticket = raw_knock(chat_scene_port(&scene), &config, NULL, &error);
    cr_assert(ticket, "%s\n%s", channel_strerror(error), process_said(scene.server));
    return ticket;
}

static void arrive(const struct channel_ticket *ticket)
{
    int socket;
    struct channel *channel = raw_resume(&socket, &config, ticket);
    cr_assert(channel, "%s", process_said(scene.server));
    channel_free(channel);
    close(socket);
    expect_said(scene.server, PROCESS_ERR, "joined name=anna");
}

Test(chat_handover, a_pool_of_one_port_serves_everybody)
{
    serve_one_port();
    struct process *first = chat_scene_join(&scene, "anna", NULL);
    struct process *second = chat_scene_join(&scene, "boris", NULL);
    struct process *third = chat_scene_join(&scene, "anna", NULL);
    process_type(second, "all on one port\n");
    expect_said(first, PROCESS_OUT, "boris: all on one port$");
    expect_said(third, PROCESS_OUT, "boris: all on one port$");
    process_free(first);
    process_free(second);
    process_free(third);
}

Test(chat_handover, a_thief_comes_first)
{
    chat_scene_serve(&scene, NULL);
    struct channel_ticket *ticket = knock();
    uint16_t port = channel_ticket_port(ticket);
    int silent = raw_connect(port), garbage = raw_connect(port), gone = raw_connect(port);
    cr_assert(silent >= 0 && garbage >= 0 && gone >= 0);
    close(gone);
    cr_assert_eq(send(garbage, "GET / HTTP/1.0\r\n\r\n", 18, 0), 18);
    expect_said(scene.server, PROCESS_ERR,
                "stranger address=127.0.0.1 port=[0-9]+ reason=.* waiting-for=anna$");
    expect_said(scene.server, PROCESS_ERR, "stranger .* waiting-for=anna$");
    arrive(ticket);
    cr_assert(raw_wait_closed(garbage));
    cr_assert(raw_wait_closed(silent));
    close(silent);
    close(garbage);
    channel_ticket_free(ticket);
}

/* Somebody who has a ticket of another hand-over is a stranger, too. */
Test(chat_handover, another_ticket_is_no_ticket)
{
    chat_scene_serve(&scene, NULL);
    struct channel_ticket *first = knock(), *second = knock();
    int socket = raw_connect(channel_ticket_port(second));
    struct channel *channel;
    cr_assert_eq(channel_new_resume(&channel, &config, first), CHANNEL_OK);
    cr_assert_not(raw_drive(channel, socket, CHANNEL_OPEN, NULL));
    cr_assert_eq(channel_error(channel), CHANNEL_ERR_TICKET, "%s",
                 channel_strerror(channel_error(channel)));
    expect_said(scene.server, PROCESS_ERR, "stranger .*ticket");
    arrive(first);
    arrive(second);
    channel_free(channel);
    close(socket);
    channel_ticket_free(first);
    channel_ticket_free(second);
}

Test(chat_handover, many_silent_strangers_hold_up_nobody)
{
    enum { STRANGERS = 40 };
    int strangers[STRANGERS];
    chat_scene_serve(&scene, NULL);
    struct channel_ticket *ticket = knock();
    for (size_t i = 0; i < STRANGERS; i++)
        strangers[i] = raw_connect(channel_ticket_port(ticket));
    arrive(ticket);
    for (size_t i = 0; i < STRANGERS; i++) {
        cr_assert(raw_wait_closed(strangers[i]));
        close(strangers[i]);
    }
    channel_ticket_free(ticket);
}

Test(chat_handover, who_does_not_come_gives_the_port_back)
{
    serve_one_port();
    struct channel_ticket *ticket = knock();
    /* The next in the line gets the port as soon as the first has lost it, or is told in time. */
    struct process *boris = chat_scene_connect(&scene, "boris", PROCESS_PIPES, NULL);
    expect_said(boris, PROCESS_ERR, "error: .*no place free");
    expect_said(boris, PROCESS_ERR, "hint: try again");
    expect_status(boris, 1);
    expect_said(scene.server, PROCESS_ERR, "no-port name=boris .*pool [0-9-]+.*--ports");
    expect_said(scene.server, PROCESS_ERR, "not-moved name=anna .*did not come to port");
    process_free(boris);
    boris = chat_scene_join(&scene, "boris", NULL);
    process_free(boris);
    channel_ticket_free(ticket);
}

Test(chat_handover, waiting_clients_get_the_port_in_turn)
{
    serve_one_port();
    struct channel_ticket *ticket = knock();
    struct process *boris = chat_scene_connect(&scene, "boris", PROCESS_PIPES, NULL);
    expect_said(boris, PROCESS_ERR, "connected to");
    arrive(ticket);
    expect_said(boris, PROCESS_OUT, "boris joined$");
    process_free(boris);
    channel_ticket_free(ticket);
}

Test(chat_handover, an_occupied_port_is_an_error)
{
    chat_scene_serve(&scene, NULL);
    struct process *other = process_start(scene.server_home, PROCESS_PIPES, "chat", "server",
                                          "--port", scene.port, NULL);
    expect_said(other, PROCESS_ERR, "error: cannot listen on port [0-9]+: address already in use$");
    expect_said(other, PROCESS_ERR, "hint: .*--port 0");
    expect_status(other, 1);
    process_free(other);
}

Test(chat_handover, an_occupied_pool_is_an_error)
{
    char range[20];
    chat_scene_serve(&scene, NULL);
    snprintf(range, sizeof(range), "%s-%s", scene.port, scene.port);
    struct process *other = process_start(scene.server_home, PROCESS_PIPES, "chat", "server",
                                          "--port", "0", "--ports", range, NULL);
    expect_said(other, PROCESS_ERR, "error: no port of the pool [0-9]+-[0-9]+ can be used");
    expect_said(other, PROCESS_ERR, "hint: .*--ports LOW-HIGH");
    expect_status(other, 1);
    process_free(other);
}

Test(chat_handover, bad_ports_are_wrong_usage)
{
    static const char *const bad[] = {"0-5", "9-8", "20000-70000", "x", "20000-", "1-2-3", ""};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct process *server = process_start(scene.server_home, PROCESS_PIPES, "chat", "server",
                                               "--port", "0", "--ports", bad[i], NULL);
        expect_said(server, PROCESS_ERR, "error: .*--ports .*not a range");
        expect_status(server, 2);
        process_free(server);
    }
}
