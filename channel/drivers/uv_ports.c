/* Ports to listen on: which of the pool are taken, who waits for one, and the listening socket. */
#include "uv_ports.h"

#include "keep_alive.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

/* Random ports that have come back, in no order. */
struct used_ports {
    uint16_t ports[UV_PORTS_RANDOM];
    size_t count;
};

struct uv_ports {
    struct used_ports used;
    uint16_t low, high;
    uint16_t next;                 /* where the search begins: each port in turn */
    void (*passed)(uint16_t port); /* may be NULL */
    size_t taken_count;
    struct uv_ports_wait *first, **end;
    bool taken[];
};

struct uv_ports *uv_ports_new(uint16_t low, uint16_t high)
{
    struct uv_ports *ports = calloc(1, sizeof(*ports) + (size_t)(high - low) + 1);
    if (!ports)
        return NULL;
    ports->low = ports->next = low;
    ports->high = high;
    ports->end = &ports->first;
    return ports;
}

void uv_ports_free(struct uv_ports *ports)
{
    free(ports);
}

void uv_ports_begin(struct uv_ports *ports, uint16_t first, void (*passed)(uint16_t port))
{
    ports->next = first;
    ports->passed = passed;
}

uint16_t uv_ports_low(const struct uv_ports *ports)
{
    return ports->low;
}

uint16_t uv_ports_high(const struct uv_ports *ports)
{
    return ports->high;
}

/* --- sockets ---------------------------------------------------------------------------------- */
static socklen_t address_bytes(const struct sockaddr_storage *address)
{
    return address->ss_family == AF_INET6 ? sizeof(struct sockaddr_in6)
                                          : sizeof(struct sockaddr_in);
}

static int set_up(int socket, const struct sockaddr_storage *address)
{
    const int on = 1, off = 0;
    if (setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) != 0)
        return -1;
    if (address->ss_family == AF_INET6 &&
        setsockopt(socket, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off)) != 0)
        return -1;
    keep_alive(socket);
    if (bind(socket, (const struct sockaddr *)address, address_bytes(address)) != 0)
        return -1;
    return listen(socket, SOMAXCONN);
}

int uv_ports_listen(const struct sockaddr_storage *address)
{
    int listener = socket(address->ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (listener < 0)
        return uv_translate_sys_error(errno);
    if (set_up(listener, address) != 0) {
        int error = uv_translate_sys_error(errno);
        close(listener);
        return error;
    }
    return listener;
}

/* RFC 3493: the port stands at the same place in both kinds of address. */
static int listen_on(const struct sockaddr_storage *address, uint16_t port)
{
    struct sockaddr_storage here = *address;
    ((struct sockaddr_in *)&here)->sin_port = htons(port);
    return uv_ports_listen(&here);
}

/* --- random ports ----------------------------------------------------------------------------- */
static int listen_random(uint16_t *port, const struct sockaddr_storage *address)
{
    struct sockaddr_storage bound = {0};
    socklen_t bytes = sizeof(bound);
    int listener = listen_on(address, 0);
    if (listener < 0)
        return listener;
    if (getsockname(listener, (struct sockaddr *)&bound, &bytes) != 0) {
        close(listener);
        return uv_translate_sys_error(errno);
    }
    *port = ntohs(((struct sockaddr_in *)&bound)->sin_port); // NOLINT: getsockname has set it
    return listener;
}

/* With thousands of ports in use the system takes milliseconds to find another one: so when many
 * have come back, one of these is taken again, and nobody can tell which. */
static int take_random(struct used_ports *used, uint16_t *port,
                       const struct sockaddr_storage *address)
{
    uint32_t draw;
    if (used->count <= UV_PORTS_RANDOM / 2 ||
        getrandom(&draw, sizeof(draw), GRND_NONBLOCK) != sizeof(draw))
        return listen_random(port, address);
    size_t which = draw % used->count;
    *port = used->ports[which];
    used->ports[which] = used->ports[--used->count];
    int listener = listen_on(address, *port);
    return listener >= 0 ? listener : listen_random(port, address);
}

static void give_back_random(struct used_ports *used, uint16_t port)
{
    if (used->count < UV_PORTS_RANDOM)
        used->ports[used->count++] = port;
}

/* --- the pool --------------------------------------------------------------------------------- */
int uv_ports_take(struct uv_ports *ports, uint16_t *port, const struct sockaddr_storage *address)
{
    if (ports->low == 0)
        return take_random(&ports->used, port, address);
    int error = UV_EADDRINUSE;
    for (unsigned i = ports->low; i <= ports->high; i++) {
        uint16_t candidate = ports->next;
        ports->next = candidate == ports->high ? ports->low : (uint16_t)(candidate + 1);
        if (ports->taken[candidate - ports->low])
            continue;
        int listener = listen_on(address, candidate);
        if (listener >= 0) {
            ports->taken[candidate - ports->low] = true;
            ports->taken_count++;
            *port = candidate;
            return listener;
        }
        error = listener;
        if (ports->passed)
            ports->passed(candidate);
    }
    return error == UV_EADDRINUSE && ports->taken_count > 0 ? UV_EAGAIN : error;
}

void uv_ports_give_back(struct uv_ports *ports, uint16_t port)
{
    struct uv_ports_wait *wait = ports->first;
    if (ports->low == 0) {
        give_back_random(&ports->used, port);
        return;
    }
    ports->taken[port - ports->low] = false;
    ports->taken_count--;
    if (wait) {
        uv_ports_forget(ports, wait);
        wait->ready(wait);
    }
}

void uv_ports_wait(struct uv_ports *ports, struct uv_ports_wait *wait)
{
    wait->waiting = true;
    wait->next = NULL;
    *ports->end = wait;
    ports->end = &wait->next;
}

void uv_ports_forget(struct uv_ports *ports, struct uv_ports_wait *wait)
{
    if (!wait->waiting)
        return;
    struct uv_ports_wait **link = &ports->first;
    while (*link != wait)
        link = &(*link)->next;
    *link = wait->next;
    if (ports->end == &wait->next)
        ports->end = link;
    wait->waiting = false;
}
