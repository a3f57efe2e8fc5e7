/* Silent peers are asked whether they are still there. */
#include "keep_alive.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

void keep_alive(int socket)
{
    const int values[][3] = {{SOL_SOCKET, SO_KEEPALIVE, 1},
                             {IPPROTO_TCP, TCP_KEEPIDLE, KEEP_ALIVE_IDLE},
                             {IPPROTO_TCP, TCP_KEEPINTVL, KEEP_ALIVE_INTERVAL},
                             {IPPROTO_TCP, TCP_KEEPCNT, KEEP_ALIVE_QUESTIONS}};
    for (int i = 0; i < (int)(sizeof(values) / sizeof(values[0])); i++)
        setsockopt(socket, values[i][0], values[i][1], &values[i][2], sizeof(values[i][2]));
}
