/*
 * A live page over HTTP: who may read it, and what readers get who are slow, late or gone.
 */
#include "live_server.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* --- who may read ------------------------------------------------------------------------------ */

Test(live_guard, a_token_is_drawn_anew)
{
    char first[LIVE_TOKEN_BYTES], second[LIVE_TOKEN_BYTES];
    struct problem problem = {0};
    cr_assert(live_token(first, &problem) && live_token(second, &problem));
    cr_assert_eq(strlen(first), 22);
    cr_assert_eq(strspn(first, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"),
                 22);
    cr_assert_str_neq(first, second);
}

Test(live_guard, a_path_begins_with_the_token)
{
    static const char token[LIVE_TOKEN_BYTES] = "abcdefghijklmnopqrstuv";
    const char *rest = live_path("/abcdefghijklmnopqrstuv/events", token);
    static const char *const wrong[] = {"",
                                        "/",
                                        "//",
                                        "/events",
                                        "/abcdefghijklmnopqrstuv",
                                        "/abcdefghijklmnopqrstuV/",
                                        "/bbcdefghijklmnopqrstuv/",
                                        "/abcdefghijklmnopqrstu/",
                                        "/abcdefghijklmnopqrstuvw/",
                                        "//abcdefghijklmnopqrstuv/",
                                        "abcdefghijklmnopqrstuv/"};
    cr_assert(rest);
    cr_assert_str_eq(rest, "/events");
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
        cr_assert_null(live_path(wrong[i], token), "%s", wrong[i]);
}

Test(live_guard, a_host_is_this_machine_by_its_own_name)
{
    static const char *const wrong[] = {"",
                                        "127.0.0.1",
                                        "localhost",
                                        "127.0.0.1:81",
                                        "127.0.0.1:8080.evil.example",
                                        "evil.example",
                                        "evil.example:8080",
                                        "127.0.0.1.evil.example:8080",
                                        "localhost.:8080",
                                        "[::1]:8080",
                                        "0.0.0.0:8080",
                                        " 127.0.0.1:8080"};
    cr_assert(live_host("127.0.0.1:8080", 8080));
    cr_assert(live_host("LocalHost:8080", 8080));
    cr_assert(live_host("localhost", 80));
    cr_assert_not(live_host(NULL, 8080));
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
        cr_assert_not(live_host(wrong[i], 8080), "%s", wrong[i]);
}

/* --- over HTTP --------------------------------------------------------------------------------- */

static struct live_board *board;
static struct live_server *server;
static unsigned port;
static char token[LIVE_TOKEN_BYTES];

static void body(void *context, FILE *out)
{
    (void)context;
    fputs("<div id=\"in\"></div>", out);
}

static bool save(void *context, char **text, size_t *bytes, struct problem *problem)
{
    (void)problem;
    *text = strdup(context);
    *bytes = strlen(*text);
    return true;
}

static void setup(void)
{
    struct live_server_config config = {.body = body,
                                        .title = "A title & more",
                                        .style = "b { color: red }",
                                        .save = save,
                                        .context = (void *)(uintptr_t) "<p>whole</p>"};
    struct problem problem = {0};
    board = live_board_new();
    config.board = board;
    server = live_server_start(&config, &problem);
    cr_assert(server, "%s", problem.message);
    cr_assert_eq(sscanf(live_server_url(server), "http://127.0.0.1:%u/%22[^/]/", &port, token), 2,
                 "%s", live_server_url(server));
}

static void teardown(void)
{
    live_server_end(server, board);
    live_board_free(board);
}

TestSuite(live_server, .init = setup, .fini = teardown, .timeout = 60);

static int connect_to(unsigned number)
{
    const struct sockaddr_in address = {.sin_family = AF_INET,
                                        .sin_port = htons((uint16_t)number),
                                        .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    const struct timeval patience = {20, 0};
    int line = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    setsockopt(line, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    cr_assert_eq(connect(line, (const struct sockaddr *)&address, sizeof(address)), 0);
    return line;
}

static void say(int line, const char *text)
{
    cr_assert_eq(write(line, text, strlen(text)), (ssize_t)strlen(text));
}

/* The whole answer; to be freed. */
static char *ask_as(const char *method, const char *host, const char *path, const char *more)
{
    int line = connect_to(port);
    char *request, *answer = NULL;
    size_t bytes = 0;
    ssize_t got;
    cr_assert(asprintf(&request, "%s %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n%s\r\n",
                       method, path, host, more) > 0);
    say(line, request);
    free(request);
    do {
        answer = realloc(answer, bytes + 4097);
        got = read(line, answer + bytes, 4096);
        bytes += got > 0 ? (size_t)got : 0;
    } while (got > 0);
    answer[bytes] = '\0';
    close(line);
    return answer;
}

static char *path_to(const char *what)
{
    static char path[128];
    snprintf(path, sizeof(path), "/%s%s", token, what);
    return path;
}

static char *own_host(void)
{
    static char host[32];
    snprintf(host, sizeof(host), "127.0.0.1:%u", port);
    return host;
}

static unsigned status_of(const char *method, const char *host, const char *path, const char *more)
{
    char *answer = ask_as(method, host, path, more);
    unsigned status = 0;
    cr_assert_eq(sscanf(answer, "HTTP/1.1 %u", &status), 1, "%s", answer);
    /* Whatever it is: no other site may read it. */
    cr_assert_null(strcasestr(answer, "Access-Control"), "%s", answer);
    free(answer);
    return status;
}

Test(live_server, only_what_is_there_is_shown_to_who_has_the_token)
{
    char host[64];
    cr_assert_eq(status_of("GET", own_host(), path_to("/"), ""), 200);
    cr_assert_eq(status_of("GET", own_host(), path_to("/page.html"), ""), 200);
    snprintf(host, sizeof(host), "localhost:%u", port);
    cr_assert_eq(status_of("GET", host, path_to("/"), ""), 200);
    cr_assert_eq(status_of("GET", own_host(), "/", ""), 404);
    cr_assert_eq(status_of("GET", own_host(), "/events", ""), 404);
    cr_assert_eq(status_of("GET", own_host(), path_to("/other"), ""), 404);
    cr_assert_eq(status_of("GET", own_host(), path_to("/../etc/passwd"), ""), 404);
    cr_assert_eq(status_of("GET", own_host(), path_to(""), ""), 404);
    token[21] ^= 1;
    cr_assert_eq(status_of("GET", own_host(), path_to("/"), ""), 404);
    cr_assert_eq(status_of("GET", own_host(), path_to("/page.html"), ""), 404);
}

Test(live_server, another_name_of_this_machine_is_refused)
{
    cr_assert_eq(status_of("GET", "evil.example", path_to("/"), ""), 403);
    cr_assert_eq(status_of("GET", "evil.example", path_to("/page.html"), ""), 403);
    cr_assert_eq(status_of("GET", "127.0.0.1", path_to("/"), ""), 403);
    cr_assert_eq(status_of("GET", "evil.example", "/", ""), 403);
}

Test(live_server, it_can_be_read_alone)
{
    static const char *const methods[] = {"POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH"};
    for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++)
        cr_assert_eq(status_of(methods[i], own_host(), path_to("/"), "Content-Length: 0\r\n"), 405,
                     "%s", methods[i]);
    cr_assert_eq(status_of("POST", own_host(), path_to("/"), "Content-Length: 3\r\n\r\nabc"), 405);
}

Test(live_server, the_page_may_load_nothing_from_elsewhere)
{
    char *answer = ask_as("GET", own_host(), path_to("/"), "");
    cr_assert(strstr(answer, "Content-Security-Policy: default-src 'none'; "));
    cr_assert(strstr(answer, "connect-src 'self'"));
    cr_assert(strstr(answer, "frame-ancestors 'none'"));
    cr_assert_null(strstr(answer, "unsafe"));
    cr_assert(strstr(answer, "Cache-Control: no-store"));
    cr_assert(strstr(answer, "Referrer-Policy: no-referrer"));
    cr_assert(strstr(answer, "<title>A title &amp; more</title>"));
    cr_assert_null(strstr(answer, token), "the page names the token");
    free(answer);
}

/* Reads a stream until this text has come; what came before it is forgotten. */
static void read_until(int line, const char *text)
{
    static char seen[1 << 20];
    size_t bytes = 0;
    ssize_t got;
    do {
        if (bytes > sizeof(seen) / 2) {
            memmove(seen, seen + bytes - 1000, 1000);
            bytes = 1000;
        }
        got = read(line, seen + bytes, sizeof(seen) / 4);
        cr_assert(got > 0, "the stream ended before %s", text);
        bytes += (size_t)got;
        seen[bytes] = '\0';
    } while (!memmem(seen, bytes, text, strlen(text)));
}

static int open_stream(const char *more)
{
    int line = connect_to(port);
    char request[512];
    snprintf(request, sizeof(request), "GET %s HTTP/1.1\r\nHost: %s\r\n%s\r\n", path_to("/events"),
             own_host(), more);
    say(line, request);
    return line;
}

static void put(const char *name, const char *html)
{
    cr_assert(live_board_put(board, name, "in", html, strlen(html)));
    live_server_wake(server);
}

Test(live_server, events_come_as_they_happen_to_all_who_read)
{
    int lines[3];
    put("a", "<p>first</p>");
    for (int i = 0; i < 3; i++) {
        lines[i] = open_stream("");
        read_until(lines[i], "id: 1\nevent: put\ndata: a in\ndata: <p>first</p>\n\n");
    }
    for (int n = 0; n < 50; n++) {
        char html[32];
        snprintf(html, sizeof(html), "<p>%d</p>", n);
        put("b", html);
        if (n % 7 == 0)
            for (int i = 0; i < 3; i++)
                read_until(lines[i], html);
    }
    for (int i = 0; i < 3; i++)
        close(lines[i]);
}

Test(live_server, who_comes_back_gets_what_it_lacks)
{
    int line;
    put("a", "<p>first</p>");
    put("b", "<p>second</p>");
    line = open_stream("Last-Event-ID: 1\r\n");
    read_until(line, "\r\n\r\n"); /* the head of the answer */
    put("c", "<p>third</p>");
    read_until(line, "third");
    close(line);
    line = open_stream("Last-Event-ID: 18446744073709551615\r\n");
    put("d", "<p>fourth</p>");
    close(line);
}

/* Nobody waits for one who does not read, and nothing is kept for it. */
Test(live_server, a_slow_reader_holds_up_nobody)
{
    enum { BLOCK = 200 * 1024, ROUNDS = 100 };
    static char html[BLOCK + 1];
    int slow = open_stream(""), quick = open_stream("");
    memset(html, 'x', BLOCK);
    for (int n = 0; n < ROUNDS; n++) {
        snprintf(html, 32, "<p>%03d", n);
        html[7] = 'x';
        put(n % 2 ? "a" : "b", html);
        html[7] = '\0';
        read_until(quick, html);
        html[7] = 'x';
        cr_assert(live_board_bytes(board) < 3 * (size_t)BLOCK);
    }
    read_until(slow, "<p>099"); /* and it catches up */
    close(slow);
    close(quick);
}

Test(live_server, those_who_are_gone_make_room)
{
    int line = -1;
    put("a", "<p>first</p>");
    for (int i = 0; i < 100; i++) {
        line = open_stream("");
        read_until(line, "first");
        close(line);
    }
    line = open_stream("");
    read_until(line, "first");
    close(line);
}

/* A page that is open has the whole of it before the program goes. */
Test(live_server, the_end_waits_for_a_page_that_saves)
{
    int line;
    char *answer;
    put("a", "<p>first</p>");
    line = open_stream("");
    read_until(line, "first");
    live_board_end(board);
    live_server_wake(server);
    read_until(line, "event: end\n");
    answer = ask_as("GET", own_host(), path_to("/page.html"), "");
    cr_assert(strstr(answer, "<p>whole</p>"), "%s", answer);
    cr_assert(strstr(answer, "attachment"));
    free(answer);
    close(line);
}

Test(live_server, a_port_that_is_taken_is_told)
{
    struct live_server_config config = {.port = (uint16_t)port,
                                        .board = board,
                                        .body = body,
                                        .title = "",
                                        .style = "",
                                        .save = save};
    struct problem problem = {0};
    char words[64];
    cr_assert_null(live_server_start(&config, &problem));
    snprintf(words, sizeof(words), "at port %u", port);
    cr_assert(strstr(problem.message, words), "%s", problem.message);
    cr_assert(strstr(problem.hint, "another"), "%s", problem.hint);
}
