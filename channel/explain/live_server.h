/*
 * A live page over HTTP, for browsers on this machine alone: what a live_board holds, and what it
 * gets, while it gets it.
 *
 *     http://127.0.0.1:PORT/TOKEN/             the page, empty
 *     http://127.0.0.1:PORT/TOKEN/events       what fills it: server-sent events (live_board.h)
 *     http://127.0.0.1:PORT/TOKEN/page.html    the whole page as a file, as it is now
 *
 * Who may read: it listens at 127.0.0.1 alone. The token is drawn for each program that runs; who
 * does not have it gets 404, whatever it asks for, and it is compared in constant time. A request
 * whose Host is another name gets 403: a page of a stranger's site whose name suddenly means this
 * machine (DNS rebinding) reaches nothing. Other methods than GET get 405. No other site may read
 * answers (no CORS), and the page may load nothing from elsewhere (Content-Security-Policy).
 * What does not help: whoever can read the screen, or your files, has the token.
 *
 * libmicrohttpd runs on a thread of its own, with its own epoll. Not in a program's loop: half of the
 * programs have none, and one that computes or waits must neither hold up a browser nor be held up.
 */
#ifndef GLASSBOX_LIVE_SERVER_H
#define GLASSBOX_LIVE_SERVER_H

#include "live_board.h"
#include "problem.h"

#include <stdint.h>
#include <stdio.h>

struct live_server_config {
    uint16_t port; /* 0: one that is free */
    struct live_board *board;
    /* The page's element <main>, into which the blocks go: what they go into has the names that the
     * board gives. Markup of ours. */
    void (*body)(void *context, FILE *out);
    const char *title, *style; /* style: CSS; both must live as long as the server */
    /* More of JavaScript, before the live page's own; NULL: none. */
    const char *script;
    /* On the server's thread: the whole page as a file. False with the problem. The text is freed. */
    bool (*save)(void *context, char **text, size_t *bytes, struct problem *problem);
    /* On the server's thread: a browser begins to read. NULL: nobody wants to know. */
    void (*watched)(void *context);
    void *context;
};

struct live_server;

/* NULL with the problem, as when the port is taken. config is copied. */
struct live_server *live_server_start(const struct live_server_config *config,
                                      struct problem *problem);
#define LIVE_URL_BYTES 64
/* Secret in that who has it can read the page. Never in argv: others of the machine read that. */
const char *live_server_url(const struct live_server *server);
/* The board has changed. */
void live_server_wake(struct live_server *server);
/* Ends the board, and waits until browsers have read all of it and have the whole page in memory,
 * LIVE_END_SECONDS at most and not at all without browsers. Then nobody is served any more. NULL is
 * fine. */
#define LIVE_END_SECONDS 3
void live_server_end(struct live_server *server, struct live_board *board);

/* --- who may read: live_guard.c ------------------------------------------------------------------ */

#define LIVE_TOKEN_RANDOM_BYTES 16
#define LIVE_TOKEN_BYTES        23 /* 22 letters of base64url, and the 0 */

/* Draws one; false with the problem. */
bool live_token(char token[LIVE_TOKEN_BYTES], struct problem *problem)
    __attribute__((warn_unused_result));
/* "/TOKEN/events" gives "/events"; NULL: the token is another one. CT: the token, not how long the
 * path is. */
const char *live_path(const char *path, const char token[LIVE_TOKEN_BYTES]);
/* Whether a Host header (NULL: none) means this server. */
bool live_host(const char *host, uint16_t port);
/* A socket that listens at 127.0.0.1; *port is its number then. -1 with the problem. */
int live_listen(uint16_t *port, struct problem *problem);

#endif
