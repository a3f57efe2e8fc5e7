/*
 * The hand-over on an event loop: wait for a port, listen, name it to the peer, hear the callers.
 */
#include "uv_handover.h"

#include "trace.h"
#include "uv_address.h"
#include "uv_channel_internal.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SOONER_MS 2000 /* than the client gives up */

struct caller {
    struct uv_channel *channel;
    char address
        [UV_ADDRESS_BYTES]; /* taken when it comes: a cut connection cannot be asked for it */
};

struct uv_handover {
    struct uv_ports *ports;
    struct uv_channel *channel; /* the open one; NULL once the port is named */
    const struct uv_helpers *helpers;
    const struct channel_config *config;
    const struct uv_handover_handlers *handlers;
    void *owner;
    struct channel_ticket *ticket;
    struct uv_ports_wait port_wait;
    uv_tcp_t listener;
    uv_timer_t timer;
    enum channel_error error; /* it has failed, and the owner will hear so */
    char detail[200];
    uint16_t port;    /* 0: none yet */
    int open_handles; /* of libuv, which must be closed before this can be freed */
    bool listening;
    struct caller callers[UV_HANDOVER_CALLERS]; /* oldest first */
    size_t caller_count;
};

/* --- the end ---------------------------------------------------------------------------------- */
static void on_handle_closed(uv_handle_t *handle)
{
    struct uv_handover *handover = handle->data;
    if (--handover->open_handles == 0)
        free(handover);
}

/* Takes a caller off the list, and says so. */
static struct uv_channel *forget_caller(struct uv_handover *handover, size_t index,
                                        enum channel_error error)
{
    struct caller caller = handover->callers[index];
    handover->caller_count--;
    memmove(&handover->callers[index], &handover->callers[index + 1],
            (handover->caller_count - index) * sizeof(handover->callers[0]));
    handover->handlers->stranger(handover->owner, caller.address, handover->port, error);
    return caller.channel;
}

/* The one who has been silent longest. */
static void drop_oldest(struct uv_handover *handover)
{
    uv_channel_close(forget_caller(handover, 0, CHANNEL_ERR_TIMEOUT), CHANNEL_ERR_TIMEOUT, NULL);
}

/* Nobody else is heard, and the port goes back. */
static void end(struct uv_handover *handover, bool tell)
{
    if (!tell)
        while (handover->caller_count > 0)
            uv_channel_drop(handover->callers[--handover->caller_count].channel);
    while (handover->caller_count > 0)
        drop_oldest(handover);
    uv_ports_forget(handover->ports, &handover->port_wait);
    if (handover->channel)
        uv_channel_await_ticket(handover->channel, NULL, NULL);
    channel_ticket_free(handover->ticket);
    uv_close((uv_handle_t *)&handover->timer, on_handle_closed);
    if (handover->listening)
        uv_close((uv_handle_t *)&handover->listener, on_handle_closed);
    if (handover->port != 0)
        uv_ports_give_back(handover->ports, handover->port);
}

static void on_failed(uv_timer_t *timer)
{
    struct uv_handover *handover = timer->data;
    const struct uv_handover_handlers *handlers = handover->handlers;
    void *owner = handover->owner;
    end(handover, true); /* the memory is there until its handles are closed */
    handlers->failed(owner, handover->error, handover->detail);
}

/* The owner hears it from the loop. */
static void fail(struct uv_handover *handover, enum channel_error error, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static void fail(struct uv_handover *handover, enum channel_error error, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(handover->detail, sizeof(handover->detail), format, arguments);
    va_end(arguments);
    handover->error = error;
    uv_timer_start(&handover->timer, on_failed, 0, 0);
}

void uv_handover_cancel(struct uv_handover *handover)
{
    end(handover, false);
}

/* --- callers ---------------------------------------------------------------------------------- */
static size_t caller_index(const struct uv_handover *handover, const struct uv_channel *caller)
{
    size_t index = 0;
    while (handover->callers[index].channel != caller)
        index++;
    return index;
}

/* The ticket was right. */
static void on_caller_open(struct uv_channel *caller)
{
    struct uv_handover *handover = uv_channel_owner(caller);
    const struct uv_handover_handlers *handlers = handover->handlers;
    void *owner = handover->owner;
    size_t index = caller_index(handover, caller);
    handover->callers[index] = handover->callers[--handover->caller_count]; /* transferred */
    end(handover, true);
    handlers->arrived(owner, caller);
}

static void on_caller_closed(struct uv_channel *caller, enum channel_error error)
{
    struct uv_handover *handover = uv_channel_owner(caller);
    forget_caller(handover, caller_index(handover, caller), error);
}

static const struct uv_channel_handlers caller_handlers = {.open = on_caller_open,
                                                           .closed = on_caller_closed};

/* A caller with an engine that knows the ticket; NULL if there is none, or no memory. */
static struct uv_channel *new_caller(struct uv_handover *handover, uv_tcp_t *tcp)
{
    struct channel *engine = NULL;
    if (uv_accept((uv_stream_t *)&handover->listener, (uv_stream_t *)tcp) != 0 ||
        !handover->ticket || /* too early: the client has not heard of this port yet */
        channel_new_resume(&engine, handover->config, handover->ticket) != CHANNEL_OK)
        return NULL;
    struct uv_channel *caller = uv_channel_new(tcp, &caller_handlers, handover);
    if (caller)
        uv_channel_seal(caller, engine, handover->helpers);
    else
        channel_free(engine);
    return caller;
}

static void on_caller(uv_stream_t *listener, int status)
{
    struct uv_handover *handover = listener->data;
    uv_tcp_t *tcp = status == 0 ? malloc(sizeof(*tcp)) : NULL;
    if (!tcp)
        return;
    uv_tcp_init(listener->loop, tcp);
    struct uv_channel *caller = new_caller(handover, tcp);
    if (!caller) {
        uv_channel_discard(tcp);
        return;
    }
    if (handover->caller_count == UV_HANDOVER_CALLERS)
        drop_oldest(handover);
    struct caller *place = &handover->callers[handover->caller_count++];
    place->channel = caller;
    uv_address_peer(place->address, NULL, tcp);
}

/* How long the client is waited for. */
static uint64_t patience_ms(const struct uv_handover *handover)
{
    return (uint64_t)trace_seconds(handover->config->trace) * 1000;
}

/* --- the port --------------------------------------------------------------------------------- */
static void on_late(uv_timer_t *timer)
{
    struct uv_handover *handover = timer->data;
    if (handover->port == 0)
        fail(handover, CHANNEL_ERR_BUSY,
             "all ports of the pool %u-%u are taken; a wider --ports helps",
             uv_ports_low(handover->ports), uv_ports_high(handover->ports));
    else
        fail(handover, CHANNEL_ERR_TIMEOUT, "the client did not come to port %u within %u seconds",
             handover->port, trace_seconds(handover->config->trace));
}

static void on_ticket(void *context, struct channel_ticket *ticket)
{
    struct uv_handover *handover = context;
    handover->ticket = ticket; /* transferred */
    uv_channel_await_ticket(handover->channel, NULL, NULL);
    handover->channel = NULL;
    uv_timer_start(&handover->timer, on_late, patience_ms(handover), 0);
    handover->handlers->named(handover->owner, handover->port);
}

static void start_listening(struct uv_handover *handover, int listener)
{
    uv_loop_t *loop = handover->timer.loop;
    uv_tcp_init(loop, &handover->listener);
    handover->listener.data = handover;
    handover->listening = true;
    handover->open_handles++;
    uv_tcp_open(&handover->listener, listener);
    int error = uv_listen((uv_stream_t *)&handover->listener, SOMAXCONN, on_caller);
    uv_channel_await_ticket(handover->channel, on_ticket, handover);
    if (!error && channel_send_port(uv_channel_engine(handover->channel), handover->port))
        error = UV_ENOTCONN;
    if (error) {
        fail(handover, CHANNEL_ERR_SYSTEM, "%s", uv_strerror(error));
        return;
    }
    uv_channel_flush(handover->channel);
}

/* The address that the peer has already reached us at. */
static int local_address(struct sockaddr_storage *address, const struct uv_channel *channel)
{
    int bytes = sizeof(*address);
    memset(address, 0, sizeof(*address));
    return uv_tcp_getsockname(uv_channel_tcp(channel), (struct sockaddr *)address, &bytes);
}

static void take_port(struct uv_handover *handover)
{
    struct sockaddr_storage address;
    int listener = local_address(&address, handover->channel);
    if (listener == 0)
        listener = uv_ports_take(handover->ports, &handover->port, &address);
    if (listener >= 0) {
        start_listening(handover, listener);
    } else if (listener == UV_EAGAIN) {
        uv_ports_wait(handover->ports, &handover->port_wait);
    } else if (listener == UV_EADDRINUSE) {
        fail(handover, CHANNEL_ERR_BUSY,
             "other programs use all ports of the pool %u-%u; another --ports helps",
             uv_ports_low(handover->ports), uv_ports_high(handover->ports));
    } else {
        fail(handover, CHANNEL_ERR_SYSTEM, "%s", uv_strerror(listener));
    }
}

static void on_port_back(struct uv_ports_wait *wait)
{
    take_port((struct uv_handover *)((char *)wait - offsetof(struct uv_handover, port_wait)));
}

struct uv_handover *uv_handover_start(struct uv_ports *ports, struct uv_channel *channel,
                                      const struct uv_helpers *helpers,
                                      const struct channel_config *config,
                                      const struct uv_handover_handlers *handlers, void *owner)
{
    struct uv_handover *handover = calloc(1, sizeof(*handover));
    if (!handover)
        return NULL;
    handover->ports = ports;
    handover->channel = channel;
    handover->helpers = helpers;
    handover->config = config;
    handover->handlers = handlers;
    handover->owner = owner;
    handover->port_wait.ready = on_port_back;
    uv_timer_init(uv_channel_tcp(channel)->loop, &handover->timer);
    handover->timer.data = handover;
    handover->open_handles = 1;
    uv_timer_start(&handover->timer, on_late, patience_ms(handover) - SOONER_MS, 0);
    take_port(handover);
    return handover;
}
