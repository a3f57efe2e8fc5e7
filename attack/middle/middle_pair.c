/*
 * A caller and the connection to the server for it: bytes from both into the link, and its bytes out.
 */
#include "middle_net_internal.h"
#include "translate.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

struct pair_line {
    struct middle_pair *pair;
    uv_tcp_t tcp;
    bool there; /* connected */
    bool reading, writing, shut, broken, gone;
    uv_write_t write;
    uv_shutdown_t shutdown;
    char *written;
};

struct middle_pair {
    struct middle_net *net;
    struct middle_pair *next;
    struct middle_link *link;
    struct pair_line lines[2]; /* by enum channel_role */
    uv_connect_t connect;
    uv_timer_t timer;
    unsigned handles;
    bool alone, closing;
};

static void flush(struct middle_pair *pair);

/* --- the end ----------------------------------------------------------------------------------------- */

static void closed(uv_handle_t *handle)
{
    struct middle_pair *pair = handle->data;
    if (--pair->handles > 0)
        return;
    for (int i = 0; i < 2; i++)
        free(pair->lines[i].written);
    free(pair);
}

void middle_pair_close(struct middle_pair *pair)
{
    struct middle_net *net = pair->net;
    struct middle_pair **at = &net->pairs;
    while (*at != pair)
        at = &(*at)->next;
    *at = pair->next;
    net->pair_count--;
    pair->closing = true;
    for (int i = 0; i < 2; i++)
        uv_close((uv_handle_t *)&pair->lines[i].tcp, closed);
    uv_close((uv_handle_t *)&pair->timer, closed);
    if (pair->link)
        middle_link_free(pair->link);
    pair->link = NULL;
    if (net->middle)
        middle_net_check(net);
}

static void too_late(uv_timer_t *timer)
{
    middle_pair_close(timer->data);
}

static bool is_over(const struct pair_line *line)
{
    return line->broken || (line->shut && line->gone);
}

/* --- reading ----------------------------------------------------------------------------------------- */

static void give_room(uv_handle_t *handle, size_t suggested, uv_buf_t *buf)
{
    struct middle_pair *pair = handle->data;
    (void)suggested;
    *buf = uv_buf_init(pair->net->reading, PAIR_READ_BYTES);
}

static enum channel_role role_of(const struct middle_pair *pair, const uv_stream_t *stream)
{
    return stream == (const uv_stream_t *)&pair->lines[CHANNEL_CLIENT].tcp ? CHANNEL_CLIENT
                                                                           : CHANNEL_SERVER;
}

static void line_ended(struct middle_pair *pair, enum channel_role role, bool broken)
{
    struct pair_line *line = &pair->lines[role];
    uv_read_stop((uv_stream_t *)&line->tcp);
    line->reading = false;
    line->gone = true;
    line->broken = line->broken || broken;
    middle_link_input_end(pair->link, role);
}

static void has_read(uv_stream_t *stream, ssize_t bytes, const uv_buf_t *buf)
{
    struct middle_pair *pair = stream->data;
    struct middle_net *net = pair->net;
    const enum channel_role role = role_of(pair, stream);
    if (bytes < 0)
        line_ended(pair, role, bytes != UV_EOF);
    else if (bytes > 0)
        middle_link_input(pair->link, role, buf->base, (size_t)bytes);
    middle_pairs_flush(net); /* a script may have let go what others wait for, or have ended it */
    middle_net_check(net);
}

static void read_more(struct middle_pair *pair, enum channel_role role)
{
    struct pair_line *line = &pair->lines[role];
    const bool wants = line->there && !line->gone && middle_link_wants(pair->link, role);
    if (wants && !line->reading)
        uv_read_start((uv_stream_t *)&line->tcp, give_room, has_read);
    else if (!wants && line->reading)
        uv_read_stop((uv_stream_t *)&line->tcp);
    line->reading = wants;
}

/* --- writing ----------------------------------------------------------------------------------------- */

static void has_written(uv_write_t *write, int status)
{
    struct pair_line *line = write->data;
    line->writing = false;
    free(line->written);
    line->written = NULL;
    if (line->pair->closing)
        return;
    if (status < 0)
        line->broken = line->gone = true;
    flush(line->pair);
}

static void has_shut(uv_shutdown_t *shutdown, int status)
{
    struct pair_line *line = shutdown->data;
    (void)status;
    if (!line->pair->closing)
        flush(line->pair);
}

static void write_more(struct middle_pair *pair, enum channel_role role)
{
    struct pair_line *line = &pair->lines[role];
    size_t bytes;
    const uint8_t *output = middle_link_output(pair->link, role, &bytes);
    if (line->broken)
        middle_link_output_done(pair->link, role, bytes);
    if (line->broken || !line->there || line->writing || line->shut)
        return;
    if (bytes == 0) {
        if (!middle_link_output_ended(pair->link, role))
            return;
        line->shut = true;
        line->shutdown.data = line;
        uv_shutdown(&line->shutdown, (uv_stream_t *)&line->tcp, has_shut);
        return;
    }
    line->written = malloc(bytes);
    if (!line->written) {
        line->broken = true;
        return;
    }
    memcpy(line->written, output, bytes);
    middle_link_output_done(pair->link, role, bytes);
    const uv_buf_t buf = uv_buf_init(line->written, (unsigned)bytes);
    line->writing = true;
    line->write.data = line;
    if (uv_write(&line->write, (uv_stream_t *)&line->tcp, &buf, 1, has_written))
        line->broken = true;
}

static void flush(struct middle_pair *pair)
{
    for (int role = 0; role < 2; role++) {
        write_more(pair, (enum channel_role)role);
        read_more(pair, (enum channel_role)role);
    }
    /* One end that is gone and has nothing to hear ends the other, when that has heard all, or says
     * no more for a while. */
    const struct pair_line *client = &pair->lines[CHANNEL_CLIENT];
    const struct pair_line *server = &pair->lines[CHANNEL_SERVER];
    if ((is_over(client) && is_over(server)) || (is_over(client) && pair->alone) ||
        (client->broken && server->shut) || (server->broken && client->shut))
        middle_pair_close(pair);
    else if ((client->gone && server->shut) || (server->gone && client->shut))
        uv_timer_start(&pair->timer, too_late, MIDDLE_SECONDS * 1000, 0);
}

void middle_pairs_flush(struct middle_net *net)
{
    for (struct middle_pair *pair = net->pairs, *next; pair; pair = next) {
        next = pair->next;
        flush(pair);
    }
}

/* --- it begins --------------------------------------------------------------------------------------- */

static void connected(uv_connect_t *connect, int status)
{
    struct middle_pair *pair = connect->data;
    struct pair_line *server = &pair->lines[CHANNEL_SERVER];
    if (pair->closing)
        return;
    uv_timer_stop(&pair->timer);
    if (status < 0) {
        struct problem problem = {0};
        problem_set(&problem, "the server of --to does not answer: %s",
                    translate(uv_strerror(status)));
        pair->net->config.say_problem(&problem);
        middle_pair_close(pair);
        return;
    }
    server->there = true;
    flush(pair);
}

static void connect_server(struct middle_pair *pair, uint16_t port)
{
    struct sockaddr_storage to = pair->net->config.to;
    if (to.ss_family == AF_INET6)
        ((struct sockaddr_in6 *)&to)->sin6_port = htons(port);
    else
        ((struct sockaddr_in *)&to)->sin_port = htons(port);
    pair->connect.data = pair;
    if (uv_tcp_connect(&pair->connect, &pair->lines[CHANNEL_SERVER].tcp,
                       (const struct sockaddr *)&to, connected))
        middle_pair_close(pair);
    else
        uv_timer_start(&pair->timer, too_late, MIDDLE_SECONDS * 1000, 0);
}

static struct middle_pair *new_pair(struct middle_net *net)
{
    struct middle_pair *pair = calloc(1, sizeof(*pair));
    if (!pair)
        return NULL;
    pair->net = net;
    pair->handles = 3;
    for (int i = 0; i < 2; i++) {
        uv_tcp_init(&net->loop, &pair->lines[i].tcp);
        pair->lines[i].tcp.data = pair;
        pair->lines[i].pair = pair;
    }
    uv_timer_init(&net->loop, &pair->timer);
    pair->timer.data = pair;
    pair->next = net->pairs;
    net->pairs = pair;
    net->pair_count++;
    return pair;
}

void middle_pair_accept(struct middle_port *port)
{
    struct middle_net *net = port->net;
    struct middle_pair *pair = new_pair(net);
    const uint16_t forward = port->forward;
    if (!pair)
        return;
    if (uv_accept((uv_stream_t *)&port->tcp, (uv_stream_t *)&pair->lines[CHANNEL_CLIENT].tcp) ||
        net->pair_count > MIDDLE_PAIRS) {
        middle_pair_close(pair);
        return;
    }
    pair->lines[CHANNEL_CLIENT].there = true;
    pair->alone = forward == 0;
    net->served++;
    uv_timer_stop(&net->idle);
    pair->link = middle_link_new(net->middle, port->move); /* transferred */
    port->move = NULL;
    if (port->moves)
        middle_port_close(port);
    if (!pair->link)
        middle_pair_close(pair);
    else if (!pair->alone)
        connect_server(pair, forward);
    else
        flush(pair);
}
