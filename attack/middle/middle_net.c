/*
 * Listeners, and the life of the loop. The connections are in middle_pair.c.
 */
#include "middle_net_internal.h"

#include "translate.h"
#include "uv_address.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BACKLOG 16
#define IDLE_MS 500

/* --- listeners --------------------------------------------------------------------------------------- */

static void port_closed(uv_handle_t *handle)
{
    struct middle_port *port = handle->data;
    if (--port->handles > 0)
        return;
    middle_move_free(port->move);
    free(port);
}

void middle_port_close(struct middle_port *port)
{
    struct middle_net *net = port->net;
    for (size_t i = 0; i < net->port_count; i++)
        if (net->ports[i] == port) {
            net->ports[i] = net->ports[--net->port_count];
            break;
        }
    uv_close((uv_handle_t *)&port->tcp, port_closed);
    uv_close((uv_handle_t *)&port->timer, port_closed);
}

static void came(uv_stream_t *stream, int status)
{
    struct middle_port *port = stream->data;
    if (status == 0)
        middle_pair_accept(port);
}

/* Nobody came in time. */
static void expired(uv_timer_t *timer)
{
    struct middle_port *port = timer->data;
    struct middle_net *net = port->net;
    middle_port_close(port);
    middle_net_check(net);
}

static void set_port(struct sockaddr_storage *address, uint16_t port)
{
    if (address->ss_family == AF_INET6)
        ((struct sockaddr_in6 *)address)->sin6_port = htons(port);
    else
        ((struct sockaddr_in *)address)->sin_port = htons(port);
}

/* 0, or the error of libuv. forward: at the server; kept as long as the net lives unless it moves. */
static int listen_at(struct middle_net *net, uint16_t number, uint16_t forward,
                     struct middle_port **result)
{
    struct sockaddr_storage address = net->config.listen;
    struct middle_port *port = net->port_count < MIDDLE_PORTS ? calloc(1, sizeof(*port)) : NULL;
    int error;
    if (!port)
        return UV_ENOMEM;
    set_port(&address, number);
    port->net = net;
    port->forward = forward;
    port->handles = 2;
    uv_tcp_init(&net->loop, &port->tcp);
    uv_timer_init(&net->loop, &port->timer);
    port->tcp.data = port->timer.data = port;
    net->ports[net->port_count++] = port;
    error = uv_tcp_bind(&port->tcp, (const struct sockaddr *)&address, 0);
    if (!error)
        error = uv_listen((uv_stream_t *)&port->tcp, BACKLOG, came);
    if (error) {
        middle_port_close(port);
        return error;
    }
    *result = port;
    return 0;
}

uint16_t middle_net_open_port(struct middle_net *net, uint16_t wanted, struct middle_move *move)
{
    struct middle_port *port;
    if (listen_at(net, wanted, middle_move_port(move), &port) &&
        (wanted == 0 || listen_at(net, 0, middle_move_port(move), &port))) {
        middle_move_free(move);
        return 0;
    }
    port->move = move; /* transferred */
    port->moves = true;
    uv_timer_start(&port->timer, expired, MIDDLE_SECONDS * 1000, 0);
    return uv_address_local_port(&port->tcp);
}

/* --- commands ---------------------------------------------------------------------------------------- */

static void command(struct middle_net *net, char *line)
{
    struct problem problem = {0};
    if (!line[strspn(line, " \t\r")])
        return;
    if (!middle_command(net->middle, line, &problem))
        net->config.say_problem(&problem);
    middle_pairs_flush(net);
    middle_net_check(net);
}

static void typed(uv_stream_t *stream, ssize_t bytes, const uv_buf_t *buf)
{
    struct middle_net *net = stream->data;
    char *end;
    if (bytes < 0) {
        uv_read_stop(stream);
        return;
    }
    (void)buf; /* it is at the end of the line so far */
    net->typed_bytes += (size_t)bytes;
    net->typed[net->typed_bytes] = 0;
    while ((end = memchr(net->typed, '\n', net->typed_bytes))) {
        *end++ = 0;
        command(net, net->typed);
        net->typed_bytes -= (size_t)(end - net->typed);
        memmove(net->typed, end, net->typed_bytes + 1);
    }
    if (net->typed_bytes == sizeof(net->typed) - 1)
        net->typed_bytes = 0; /* no command is that long */
}

static void give_room(uv_handle_t *handle, size_t suggested, uv_buf_t *buf)
{
    struct middle_net *net = handle->data;
    (void)suggested;
    *buf = uv_buf_init(net->typed + net->typed_bytes,
                       (unsigned)(sizeof(net->typed) - 1 - net->typed_bytes));
}

/* A terminal or a pipe; of anything else nothing is read. A pipe is set not to wait, which whoever
 * shares it would not expect later. */
static void read_input(struct middle_net *net)
{
    const uv_handle_type type = uv_guess_handle(STDIN_FILENO);
    int error = UV_EINVAL;
    net->input_flags = fcntl(STDIN_FILENO, F_GETFL);
    if (type == UV_TTY)
        error = uv_tty_init(&net->loop, &net->input.tty, STDIN_FILENO, 1);
    else if (type == UV_NAMED_PIPE) {
        uv_pipe_init(&net->loop, &net->input.pipe, 0);
        net->has_input = true;
        error = uv_pipe_open(&net->input.pipe, STDIN_FILENO);
    }
    net->has_input = net->has_input || !error;
    net->input.stream.data = net;
    if (!error)
        uv_read_start(&net->input.stream, give_room, typed);
}

/* --- life -------------------------------------------------------------------------------------------- */

static void interrupted(uv_signal_t *signal, int number)
{
    struct middle_net *net = signal->data;
    (void)number;
    uv_stop(&net->loop);
}

static void look(uv_timer_t *timer)
{
    struct middle_net *net = timer->data;
    net->config.look(net->config.context, net->middle);
}

/* A client that has moved to a port comes there at once. */
static void idle(uv_timer_t *timer)
{
    uv_stop(timer->loop);
}

void middle_net_check(struct middle_net *net)
{
    bool moving = false;
    for (size_t i = 0; i < net->port_count; i++)
        moving = moving || net->ports[i]->moves;
    if (middle_wants_to_quit(net->middle))
        uv_stop(&net->loop);
    else if (net->config.once && net->served > 0 && net->pair_count == 0 && !moving)
        uv_timer_start(&net->idle, idle, IDLE_MS, 0);
}

struct middle_net *middle_net_new(const struct middle_net_config *config, struct problem *problem)
{
    struct middle_net *net = calloc(1, sizeof(*net));
    struct middle_port *port;
    int error;
    if (!net || uv_loop_init(&net->loop)) {
        free(net);
        problem_memory(problem);
        return NULL;
    }
    net->config = *config;
    uv_timer_init(&net->loop, &net->idle);
    uv_timer_init(&net->loop, &net->looks);
    net->looks.data = net;
    const struct sockaddr_in *to = (const struct sockaddr_in *)&config->to;
    const struct sockaddr_in *own =
        (const struct sockaddr_in *)&config->listen; /* the port is alike */
    error = listen_at(net, ntohs(own->sin_port), ntohs(to->sin_port), &port);
    if (!error)
        net->port = uv_address_local_port(&port->tcp);
    for (unsigned number = config->low; !error && number > 0 && number <= config->high; number++)
        error = listen_at(net, (uint16_t)number, (uint16_t)number, &port);
    if (error) {
        problem_set(problem, "cannot listen: %s", translate(uv_strerror(error)));
        problem_hint(problem, "another port, or another address of this machine: --listen "
                              "127.0.0.2:10101");
        middle_net_free(net);
        return NULL;
    }
    return net;
}

uint16_t middle_net_port(const struct middle_net *net)
{
    return net->port;
}

void middle_net_run(struct middle_net *net, struct middle *middle)
{
    static const int numbers[] = {SIGINT, SIGTERM};
    net->middle = middle;
    if (net->config.look)
        uv_timer_start(&net->looks, look, MIDDLE_LOOK_MS, MIDDLE_LOOK_MS);
    uv_unref((uv_handle_t *)&net->looks);
    for (size_t i = 0; i < 2; i++) {
        uv_signal_init(&net->loop, &net->signals[i]);
        net->signals[i].data = net;
        uv_signal_start(&net->signals[i], interrupted, numbers[i]);
    }
    net->has_signals = true;
    signal(SIGPIPE, SIG_IGN);
    if (net->config.reads_input)
        read_input(net);
    middle_net_check(net); /* a script may have said all */
    uv_run(&net->loop, UV_RUN_DEFAULT);
}

void middle_net_free(struct middle_net *net)
{
    if (!net)
        return;
    while (net->pairs)
        middle_pair_close(net->pairs);
    while (net->port_count > 0)
        middle_port_close(net->ports[0]);
    for (size_t i = 0; net->has_signals && i < 2; i++)
        uv_close((uv_handle_t *)&net->signals[i], NULL);
    if (net->has_input && net->input_flags >= 0)
        fcntl(STDIN_FILENO, F_SETFL, net->input_flags);
    if (net->has_input)
        uv_close((uv_handle_t *)&net->input.stream, NULL);
    uv_close((uv_handle_t *)&net->idle, NULL);
    uv_close((uv_handle_t *)&net->looks, NULL);
    while (uv_run(&net->loop, UV_RUN_DEFAULT) != 0)
        ; /* what was asked to stop the loop before may stop it here, too */
    uv_loop_close(&net->loop);
    free(net);
}
