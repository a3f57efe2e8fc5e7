/* Plain FTP's data connections: a listener for one client, or a connection to it. */
#include "data_port.h"

#include "uv_address.h"
#include "uv_channel.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_FREE_PORT 1024 /* RFC 2577 3: never to well-known ports */

struct data_port {
    struct uv_ports *ports;
    uv_tcp_t listener;
    uv_timer_t timer;
    uv_connect_t connect;
    uint16_t number;                /* that is listened on, 0: none */
    struct sockaddr_storage target; /* to connect to */
    char peer[UV_ADDRESS_BYTES];    /* who alone may come */
    uv_tcp_t *tcp;                  /* arrived, or being connected */
    bool arrived;                   /* tcp is of use */
    data_port_ready *ready;         /* NULL: not asked for yet */
    void *owner;
    int error;
    int open_handles; /* of libuv, and a connect under way: then this can't be freed */
    bool ended;
};

static void free_if_done(struct data_port *port)
{
    if (port->open_handles == 0)
        free(port);
}

static void on_handle_closed(uv_handle_t *handle)
{
    struct data_port *port = handle->data;
    port->open_handles--;
    free_if_done(port);
}

static void end(struct data_port *port)
{
    port->ended = true;
    if (port->tcp)
        uv_channel_discard(port->tcp);
    if (port->number != 0) {
        uv_close((uv_handle_t *)&port->listener, on_handle_closed);
        uv_ports_give_back(port->ports, port->number);
    }
    uv_close((uv_handle_t *)&port->timer, on_handle_closed);
}

void data_port_free(struct data_port *port)
{
    if (port)
        end(port);
}

/* Tells the waiting caller, if there is something to tell. */
static void tell(struct data_port *port, int error)
{
    data_port_ready *ready = port->ready;
    void *owner = port->owner;
    uv_tcp_t *tcp = error ? NULL : port->tcp;
    if (!ready || port->ended)
        return;
    if (!error)
        port->tcp = NULL; /* transferred */
    end(port);
    ready(owner, tcp, error);
}

static void on_late(uv_timer_t *timer)
{
    struct data_port *port = timer->data;
    tell(port, port->arrived ? 0 : port->error ? port->error : UV_ETIMEDOUT);
}

static struct data_port *new_port(const uv_tcp_t *control)
{
    struct data_port *port = calloc(1, sizeof(*port));
    if (!port)
        return NULL;
    uv_timer_init(control->loop, &port->timer);
    port->timer.data = port;
    port->open_handles = 1;
    uv_address_peer(port->peer, NULL, control);
    return port;
}

/* --- PASV, EPSV ------------------------------------------------------------------------------- */
/* A stranger is dropped, and the port goes on waiting for its client. */
static void on_caller(uv_stream_t *listener, int status)
{
    struct data_port *port = listener->data;
    char address[UV_ADDRESS_BYTES];
    uv_tcp_t *tcp = status == 0 ? malloc(sizeof(*tcp)) : NULL;
    if (!tcp)
        return;
    uv_tcp_init(listener->loop, tcp);
    bool known = uv_accept(listener, (uv_stream_t *)tcp) == 0 &&
                 uv_address_peer(address, NULL, tcp); /* two unknown ones are not the same */
    if (!known || port->arrived || strcmp(address, port->peer) != 0) {
        uv_channel_discard(tcp);
        return;
    }
    port->tcp = tcp;
    port->arrived = true;
    tell(port, 0);
}

int data_port_listen(struct data_port **made, struct uv_ports *ports, const uv_tcp_t *control)
{
    struct sockaddr_storage address = {0};
    int bytes = sizeof(address);
    int error = uv_tcp_getsockname(control, (struct sockaddr *)&address, &bytes);
    struct data_port *port = error ? NULL : new_port(control);
    *made = NULL;
    if (!port)
        return error ? error : UV_ENOMEM;
    int listener = uv_ports_take(ports, &port->number, &address);
    if (listener < 0) {
        port->number = 0;
        end(port);
        return listener;
    }
    port->ports = ports;
    uv_tcp_init(control->loop, &port->listener);
    port->listener.data = port;
    port->open_handles++;
    uv_tcp_open(&port->listener, listener);
    error = uv_listen((uv_stream_t *)&port->listener, 8, on_caller);
    if (error)
        end(port);
    else
        *made = port;
    return error;
}

uint16_t data_port_number(const struct data_port *port)
{
    return port->number;
}

/* --- PORT, EPRT ------------------------------------------------------------------------------- */
static void on_connected(uv_connect_t *request, int status)
{
    struct data_port *port = request->data;
    port->open_handles--;
    if (port->ended) { /* `end` has closed the connection */
        free_if_done(port);
        return;
    }
    port->arrived = status == 0;
    tell(port, status);
}

int data_port_aim(struct data_port **made, const uv_tcp_t *control,
                  const struct sockaddr_storage *target)
{
    char address[UV_ADDRESS_BYTES];
    uint16_t number;
    struct data_port *port = new_port(control);
    *made = NULL;
    if (!port)
        return UV_ENOMEM;
    uv_address_text(address, &number, target);
    if (strcmp(address, port->peer) != 0 || number < FIRST_FREE_PORT) {
        end(port);
        return UV_EPERM;
    }
    port->target = *target;
    *made = port;
    return 0;
}

static int connect_out(struct data_port *port)
{
    port->tcp = malloc(sizeof(*port->tcp));
    if (!port->tcp)
        return UV_ENOMEM;
    uv_tcp_init(port->timer.loop, port->tcp);
    port->connect.data = port;
    int error = uv_tcp_connect(&port->connect, port->tcp, (const struct sockaddr *)&port->target,
                               on_connected);
    port->open_handles += error == 0;
    return error;
}

void data_port_open(struct data_port *port, data_port_ready *ready, void *owner)
{
    port->ready = ready;
    port->owner = owner;
    if (port->number == 0)
        port->error = connect_out(port);
    /* What is known already is told by the loop, too. */
    uv_timer_start(&port->timer, on_late, port->error || port->arrived ? 0 : CHANNEL_SECONDS * 1000,
                   0);
}
