/* The barest room: see bare_room.h. */
#include "bare_room.h"

#include "raw_client.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

static int listen_anywhere(uint16_t *port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t length = sizeof(address);
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(listener, (struct sockaddr *)&address, length) != 0 || listen(listener, 16) != 0 ||
        getsockname(listener, (struct sockaddr *)&address, &length) != 0)
        abort();
    *port = ntohs(address.sin_port);
    return listener;
}

/* Both ends of a new connection. */
static void connect_pair(int *member, int *server, int listener, uint16_t port)
{
    const int on = 1;
    *member = raw_connect(port);
    *server = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    if (*member < 0 || *server < 0 ||
        setsockopt(*server, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)) != 0)
        abort();
}

/* Until the first member is gone; the others may have left a moment before it. */
static void pass_on(const int *servers, size_t count)
{
    static char heard[64 * 1024];
    ssize_t bytes;
    while ((bytes = recv(servers[0], heard, sizeof(heard), 0)) > 0)
        for (size_t i = 0; i < count; i++)
            if (send(servers[i], heard, (size_t)bytes, MSG_NOSIGNAL) != bytes)
                return;
}

pid_t bare_room_start(int *sockets, size_t count)
{
    uint16_t port;
    int listener = listen_anywhere(&port), *servers = calloc(count, sizeof(*servers));
    if (!servers)
        abort();
    for (size_t i = 0; i < count; i++)
        connect_pair(&sockets[i], &servers[i], listener, port);
    close(listener);
    pid_t child = fork();
    if (child < 0)
        abort();
    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        for (size_t i = 0; i < count; i++)
            close(sockets[i]);
        pass_on(servers, count);
        _exit(0);
    }
    for (size_t i = 0; i < count; i++)
        close(servers[i]);
    free(servers);
    return child;
}
