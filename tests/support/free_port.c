/* Free ports: tried by binding to them, from a place that differs from process to process. */
#include "free_port.h"

#include <arpa/inet.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define LOW  12000 /* net.ipv4.ip_local_port_range begins at 32768 */
#define HIGH 32000

static bool is_free(unsigned port)
{
    struct sockaddr_in own = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    int on = 1, fd = socket(AF_INET, SOCK_STREAM, 0);
    bool bound;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    bound = bind(fd, (struct sockaddr *)&own, sizeof(own)) == 0 && listen(fd, 1) == 0;
    close(fd);
    return bound;
}

uint16_t free_ports(unsigned count)
{
    unsigned start = LOW + (unsigned)getpid() * 97 % (HIGH - LOW), found = 0;
    for (unsigned tried = 0; tried < HIGH - LOW; tried++) {
        unsigned port = LOW + (start - LOW + tried) % (HIGH - LOW);
        found = port == LOW || !is_free(port) ? 0 : found + 1;
        if (found == count)
            return (uint16_t)(port - count + 1);
    }
    fprintf(stderr, "no %u free ports\n", count);
    abort();
}
