/*
 * s_send and s_recv over real sockets on loopback: a server thread and a client, all suites.
 */
#include "secure_socket.h"
#include "pump.h"

#include <criterion/criterion.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define EVENTS 16

struct seen {
    enum secure_event events[EVENTS];
    uint16_t ports[EVENTS];
    size_t count;
    enum channel_error verdict;
    const char *address; /* NULL: 127.0.0.1 */
};

static enum channel_error judge(void *context, const struct rsa_key *peer, const char *address)
{
    struct seen *seen = context;
    cr_assert_not_null(peer);
    cr_assert_str_eq(address, seen->address ? seen->address : "127.0.0.1");
    return seen->verdict;
}

static void note(void *context, enum secure_event event, const char *address, uint16_t port)
{
    struct seen *seen = context;
    (void)address;
    cr_assert_lt(seen->count, (size_t)EVENTS);
    seen->events[seen->count] = event;
    seen->ports[seen->count++] = port;
}

/* A server that echoes what one client says, until it says goodbye. */
struct echo {
    struct secure_listener *listener;
    struct secure_options options;
    struct seen seen;
    enum channel_error error;
    char failure[SECURE_FAILURE_BYTES], port[8];
    size_t echoed;
    pthread_t thread;
};

static void *serve(void *argument)
{
    struct echo *echo = argument;
    struct secure_socket *socket;
    char data[5000];
    ssize_t bytes;
    echo->error = channel_accept(&socket, echo->listener, &echo->options, echo->failure);
    if (echo->error)
        return NULL;
    while ((bytes = s_recv(socket, data, sizeof(data))) > 0) {
        echo->echoed += (size_t)bytes;
        if (s_send(socket, data, (size_t)bytes) != bytes)
            break;
    }
    echo->error = s_error(socket);
    s_close(socket);
    return NULL;
}

static struct secure_options options(const char *suite, size_t identity, struct seen *seen)
{
    struct secure_options options = {
        .identity = pump_identity(identity), .verdict = judge, .event = note, .context = seen};
    cr_assert_eq(channel_suite_parse(&options.suite, suite), CHANNEL_OK);
    return options;
}

/* Without the thread that serves. */
static void echo_listen(struct echo *echo, const char *suite, const char *bind, uint16_t low,
                        uint16_t high)
{
    memset(echo, 0, sizeof(*echo));
    echo->options = options(suite, 1, &echo->seen);
    cr_assert_eq(channel_listen(&echo->listener, bind, "0", low, high, echo->failure), CHANNEL_OK,
                 "%s", echo->failure);
    snprintf(echo->port, sizeof(echo->port), "%u", secure_listener_port(echo->listener));
}

static void echo_start(struct echo *echo, const char *suite, uint16_t low, uint16_t high)
{
    echo_listen(echo, suite, "127.0.0.1", low, high);
    pthread_create(&echo->thread, NULL, serve, echo);
}

static void echo_end(struct echo *echo)
{
    pthread_join(echo->thread, NULL);
    secure_listener_free(echo->listener);
}

static void expect_echo(struct secure_socket *socket, const char *text, size_t bytes)
{
    char back[70000];
    size_t got = 0;
    cr_assert_eq(s_send(socket, text, bytes), (ssize_t)bytes);
    while (got < bytes) {
        ssize_t part = s_recv(socket, back + got, sizeof(back) - got);
        cr_assert_gt(part, 0, "%s", s_failure(socket));
        got += (size_t)part;
    }
    cr_assert_arr_eq(back, text, bytes);
}

Test(secure_socket, talks_on_the_new_port_in_every_suite)
{
    static const char *const suites[] = {"modern", "modern:x25519", "modern:rsa", "dh", "textbook"};
    static char big[60000];
    memset(big, 'x', sizeof(big));
    for (size_t i = 0; i < sizeof(suites) / sizeof(suites[0]); i++) {
        struct echo echo;
        struct seen seen = {0};
        struct secure_options client = options(suites[i], 0, &seen);
        struct secure_socket *socket;
        char failure[SECURE_FAILURE_BYTES];
        echo_start(&echo, suites[i], 0, 0);
        cr_assert_eq(channel_connect(&socket, "127.0.0.1", echo.port, &client, failure), CHANNEL_OK,
                     "%s", failure);
        expect_echo(socket, "hello", 5);
        expect_echo(socket, big, sizeof(big));
        cr_assert_eq(seen.count, 3u);
        cr_assert_eq(seen.events[0], SECURE_CONNECTED);
        cr_assert_eq(seen.events[1], SECURE_MOVING);
        cr_assert_eq(seen.events[2], SECURE_MOVED);
        cr_assert_eq(seen.ports[0], secure_listener_port(echo.listener));
        cr_assert_eq(seen.ports[1], seen.ports[2]);
        cr_assert_neq(seen.ports[1], seen.ports[0], "the talk did not move");
        cr_assert_eq(s_port(socket), seen.ports[2]);
        cr_assert_eq(s_close(socket), 0);
        echo_end(&echo);
        cr_assert_eq(echo.error, CHANNEL_OK, "server: %s", channel_strerror(echo.error));
        cr_assert_eq(echo.echoed, sizeof(big) + 5);
        cr_assert_eq(echo.seen.ports[2], seen.ports[2], "both sides name the same port");
    }
}

Test(secure_socket, a_refused_client_and_a_refused_server)
{
    for (size_t i = 0; i < 2; i++) {
        struct echo echo;
        struct seen seen = {.verdict = i == 1 ? CHANNEL_ERR_KEY_CHANGED : CHANNEL_OK};
        struct secure_options client = options("modern", 0, &seen);
        struct secure_socket *socket;
        char failure[SECURE_FAILURE_BYTES];
        enum channel_error want = i == 1 ? CHANNEL_ERR_KEY_CHANGED : CHANNEL_ERR_NOT_ALLOWED;
        echo_start(&echo, "modern", 0, 0);
        echo.seen.verdict = i == 0 ? CHANNEL_ERR_NOT_ALLOWED : CHANNEL_OK;
        cr_assert_eq(channel_connect(&socket, "127.0.0.1", echo.port, &client, failure), want);
        cr_assert_null(socket);
        echo_end(&echo);
        cr_assert_eq(echo.error, want);
    }
}

/* Connects to a port of loopback; returns the socket. */
static int call(uint16_t port)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    cr_assert_eq(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    return fd;
}

/* Strangers are at the new port first: one silent, one with garbage. */
static int silent_stranger = -1;

static void call_first(void *context, enum secure_event event, const char *address, uint16_t port)
{
    note(context, event, address, port);
    if (event == SECURE_MOVING) {
        char end;
        int loud = call(port);
        silent_stranger = call(port);
        cr_assert_eq(write(loud, "GET / HTTP/1.0\r\n\r\n", 18), 18);
        while (read(loud, &end, 1) > 0)
            ; /* until it is hung up on */
        close(loud);
    }
}

Test(secure_socket, strangers_at_the_new_port_harm_nobody)
{
    struct echo echo;
    struct seen seen = {0};
    struct secure_options client = options("modern", 0, &seen);
    struct secure_socket *socket;
    char failure[SECURE_FAILURE_BYTES];
    client.event = call_first;
    echo_start(&echo, "modern", 0, 0);
    cr_assert_eq(channel_connect(&socket, "127.0.0.1", echo.port, &client, failure), CHANNEL_OK,
                 "%s", failure);
    expect_echo(socket, "still here", 10);
    s_close(socket);
    close(silent_stranger);
    echo_end(&echo);
    cr_assert_eq(echo.seen.events[2], SECURE_STRANGER);
    cr_assert_eq(echo.error, CHANNEL_OK);
}

/* A server whose line is cut in the middle of the talk. */
Test(secure_socket, a_cut_line_is_an_error)
{
    struct echo echo;
    struct seen seen = {0};
    struct secure_options client = options("modern", 0, &seen);
    struct secure_socket *socket;
    char failure[SECURE_FAILURE_BYTES];
    echo_start(&echo, "modern", 0, 0);
    cr_assert_eq(channel_connect(&socket, "127.0.0.1", echo.port, &client, failure), CHANNEL_OK,
                 "%s", failure);
    shutdown(s_fd(socket), SHUT_RDWR);
    cr_assert_eq(s_recv(socket, failure, 1), -1);
    cr_assert_eq(s_error(socket), CHANNEL_ERR_TRUNCATED);
    s_close(socket);
    echo_end(&echo);
    cr_assert_eq(echo.error, CHANNEL_ERR_TRUNCATED);
}

Test(secure_socket, a_silent_peer_is_given_up)
{
    struct seen seen = {0};
    struct secure_options client = options("textbook", 0, &seen);
    struct secure_listener *listener;
    struct secure_socket *socket;
    char failure[SECURE_FAILURE_BYTES], port[8];
    client.timeout_ms = 50;
    cr_assert_eq(channel_listen(&listener, "127.0.0.1", "0", 0, 0, failure), CHANNEL_OK);
    snprintf(port, sizeof(port), "%u", secure_listener_port(listener));
    cr_assert_eq(channel_connect(&socket, "127.0.0.1", port, &client, failure),
                 CHANNEL_ERR_TIMEOUT);
    secure_listener_free(listener);
}

Test(secure_socket, says_where_nobody_listens)
{
    struct seen seen = {0};
    struct secure_options client = options("modern", 0, &seen);
    struct secure_listener *listener;
    struct secure_socket *socket;
    char failure[SECURE_FAILURE_BYTES], port[8];
    cr_assert_eq(channel_listen(&listener, "127.0.0.1", "0", 0, 0, failure), CHANNEL_OK);
    snprintf(port, sizeof(port), "%u", secure_listener_port(listener));
    secure_listener_free(listener);
    cr_assert_eq(channel_connect(&socket, "127.0.0.1", port, &client, failure), CHANNEL_ERR_SYSTEM);
    cr_assert_not_null(strstr(failure, port));
    cr_assert_not_null(strstr(failure, "refused"));
    cr_assert_eq(channel_connect(&socket, "no-such-host.invalid", port, &client, failure),
                 CHANNEL_ERR_HOST);
    cr_assert_not_null(strstr(failure, "no-such-host.invalid"));
}

/* --- ports ------------------------------------------------------------------------------------ */

/* A free port, held by a listening socket until it is closed. */
static uint16_t free_port(int *fd)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t bytes = sizeof(address);
    *fd = socket(AF_INET, SOCK_STREAM, 0);
    cr_assert_eq(bind(*fd, (struct sockaddr *)&address, bytes), 0);
    cr_assert_eq(listen(*fd, 1), 0);
    cr_assert_eq(getsockname(*fd, (struct sockaddr *)&address, &bytes), 0);
    return ntohs(address.sin_port);
}

Test(secure_socket, a_pool_of_one_port_serves_one_after_the_other)
{
    int fd;
    uint16_t port = free_port(&fd);
    close(fd);
    for (int i = 0; i < 2; i++) {
        struct echo echo;
        struct seen seen = {0};
        struct secure_options client = options("textbook", 0, &seen);
        struct secure_socket *socket;
        char failure[SECURE_FAILURE_BYTES];
        echo_start(&echo, "textbook", port, port);
        cr_assert_eq(channel_connect(&socket, "127.0.0.1", echo.port, &client, failure), CHANNEL_OK,
                     "%s", failure);
        cr_assert_eq(s_port(socket), port);
        expect_echo(socket, "hello", 5);
        s_close(socket);
        echo_end(&echo);
    }
}

Test(secure_socket, an_exhausted_pool_is_told)
{
    int fd;
    uint16_t port = free_port(&fd);
    struct echo echo;
    struct seen seen = {0};
    struct secure_options client = options("textbook", 0, &seen);
    struct secure_socket *socket;
    char failure[SECURE_FAILURE_BYTES], number[8];
    echo_start(&echo, "textbook", port, port);
    cr_assert_eq(channel_connect(&socket, "127.0.0.1", echo.port, &client, failure),
                 CHANNEL_ERR_BUSY, "%s", failure);
    cr_assert_null(socket);
    echo_end(&echo);
    cr_assert_eq(echo.error, CHANNEL_ERR_BUSY);
    snprintf(number, sizeof(number), "%u", port);
    cr_assert_not_null(strstr(echo.failure, number), "%s", echo.failure);
    close(fd);
}

/* A client that learns its port and stays away until the server has given up. */
static struct echo *awaited;

static void wait_for_the_server(void *context, enum secure_event event, const char *address,
                                uint16_t port)
{
    note(context, event, address, port);
    if (event == SECURE_MOVING) {
        pthread_join(awaited->thread, NULL);
        secure_listener_free(awaited->listener);
    }
}

Test(secure_socket, a_client_that_does_not_come_is_given_up)
{
    struct echo echo;
    struct seen seen = {0};
    struct secure_options client = options("textbook", 0, &seen);
    struct secure_socket *socket;
    char failure[SECURE_FAILURE_BYTES];
    awaited = &echo;
    client.event = wait_for_the_server;
    echo_listen(&echo, "textbook", "127.0.0.1", 0, 0);
    echo.options.timeout_ms = 1000;
    pthread_create(&echo.thread, NULL, serve, &echo);
    cr_assert_eq(channel_connect(&socket, "127.0.0.1", echo.port, &client, failure),
                 CHANNEL_ERR_SYSTEM, "%s", failure);
    cr_assert_not_null(strstr(failure, "refused"), "%s", failure);
    cr_assert_eq(echo.error, CHANNEL_ERR_TIMEOUT);
    cr_assert_not_null(strstr(echo.failure, "did not come"), "%s", echo.failure);
}

/* More silent strangers than there are places: they make room for one who speaks. */
#define CROWD 12
static int crowd[CROWD];

static void bring_a_crowd(void *context, enum secure_event event, const char *address,
                          uint16_t port)
{
    note(context, event, address, port);
    for (int i = 0; event == SECURE_MOVING && i < CROWD; i++)
        crowd[i] = call(port);
}

Test(secure_socket, a_crowd_of_silent_strangers_blocks_nobody)
{
    struct echo echo;
    struct seen seen = {0};
    struct secure_options client = options("textbook", 0, &seen);
    struct secure_socket *socket;
    char failure[SECURE_FAILURE_BYTES];
    client.event = bring_a_crowd;
    echo_start(&echo, "textbook", 0, 0);
    cr_assert_eq(channel_connect(&socket, "127.0.0.1", echo.port, &client, failure), CHANNEL_OK,
                 "%s", failure);
    expect_echo(socket, "still here", 10);
    s_close(socket);
    for (int i = 0; i < CROWD; i++)
        close(crowd[i]);
    echo_end(&echo);
    cr_assert_eq(echo.error, CHANNEL_OK);
}

Test(secure_socket, talks_over_ipv6)
{
    struct echo echo;
    struct seen seen = {.address = "::1"};
    struct secure_options client = options("modern", 0, &seen);
    struct secure_socket *socket;
    char failure[SECURE_FAILURE_BYTES];
    echo_listen(&echo, "modern", "::1", 0, 0);
    echo.seen.address = "::1";
    pthread_create(&echo.thread, NULL, serve, &echo);
    cr_assert_eq(channel_connect(&socket, "::1", echo.port, &client, failure), CHANNEL_OK, "%s",
                 failure);
    expect_echo(socket, "hello", 5);
    s_close(socket);
    echo_end(&echo);
    cr_assert_eq(echo.error, CHANNEL_OK, "%s", echo.failure);
}
