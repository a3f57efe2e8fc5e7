/*
 * Who may read a live page; see live_server.h.
 */
#include "live_server.h"

#include "base64.h"
#include "sym_memory.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <strings.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

_Static_assert(LIVE_TOKEN_BYTES == 22 + 1 && BASE64_TEXT_BYTES(LIVE_TOKEN_RANDOM_BYTES) == 25,
               "16 bytes are 22 letters and no ==");

bool live_token(char token[LIVE_TOKEN_BYTES], struct problem *problem)
{
    uint8_t random[LIVE_TOKEN_RANDOM_BYTES];
    char text[BASE64_TEXT_BYTES(LIVE_TOKEN_RANDOM_BYTES)];
    if (getrandom(random, sizeof(random), 0) != (ssize_t)sizeof(random))
        return problem_errno(problem, "no random numbers for the address of the live page");
    base64_encode(text, random, sizeof(random), BASE64_URL);
    memcpy(token, text, LIVE_TOKEN_BYTES);
    sym_wipe(random, sizeof(random));
    sym_wipe(text, sizeof(text));
    return true;
}

const char *live_path(const char *path, const char token[LIVE_TOKEN_BYTES])
{
    const size_t length = LIVE_TOKEN_BYTES - 1;
    if (path[0] != '/' || strlen(path) < 1 + length + 1 || path[1 + length] != '/')
        return NULL;
    /* What was asked for is public to who asks: here one may branch. */
    return sym_equal(path + 1, token, length) ? path + 1 + length : NULL;
}

bool live_host(const char *host, uint16_t port)
{
    static const char *const names[] = {"127.0.0.1", "localhost"};
    char full[32];
    for (size_t i = 0; host && i < sizeof(names) / sizeof(names[0]); i++) {
        snprintf(full, sizeof(full), "%s:%u", names[i], (unsigned)port);
        if (strcasecmp(host, full) == 0)
            return true;
        if (port == 80 && strcasecmp(host, names[i]) == 0) /* RFC 9110 4.2.1: the default */
            return true;
    }
    return false;
}

static bool say_taken(uint16_t port, struct problem *problem)
{
    const int error = errno;
    problem_errno(problem, "the live page cannot be shown at port %u", (unsigned)port);
    if (error == EADDRINUSE)
        return problem_hint(problem,
                            "another program has that port: give --live another one, or none, "
                            "and it takes one that is free");
    return problem_hint(problem, "leave the number out, and a port is taken that is free");
}

int live_listen(uint16_t *port, struct problem *problem)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons(*port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t bytes = sizeof(address);
    const int yes = 1, listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (listener < 0) {
        problem_errno(problem, "no socket for the live page");
        return -1;
    }
    if (setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes)) == 0 &&
        bind(listener, (const struct sockaddr *)&address, bytes) == 0 &&
        listen(listener, SOMAXCONN) == 0 &&
        getsockname(listener, (struct sockaddr *)&address, &bytes) == 0) {
        *port = ntohs(address.sin_port);
        return listener;
    }
    say_taken(*port, problem);
    close(listener);
    return -1;
}
