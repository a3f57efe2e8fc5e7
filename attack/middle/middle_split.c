/*
 * The middle as two ends: a server to the client, a client to the server, each a real engine. What one
 * of them opens, the other seals.
 *
 * In dh both show a copied public key: no private key is ever used there, so none is missed. A hello
 * of ours has the key in it replaced on its way out. Else both show the key of middle_pretend.
 */
#include "middle_internal.h"
#include "translate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FRESH_BITS CHANNEL_MODERN_BITS

/* --- one engine ---------------------------------------------------------------------------------- */

static void work(struct channel *engine)
{
    channel_work_begin(engine);
    channel_work_run(engine);
    channel_work_end(engine);
}

static void give_pair(struct channel *engine)
{
    struct rsa_key *pair = NULL;
    if (rsa_key_generate(&pair, FRESH_BITS, NULL, NULL))
        pair = NULL;
    channel_give_ephemeral(engine, pair);
}

/* The client gets its answer when the server has shown its key, or what the server said of the key;
 * the server gets its own when the client is in. */
static bool judge(struct middle_link *link, enum channel_role side)
{
    struct channel *client = link->sides[CHANNEL_CLIENT].engine;
    struct channel *server = link->sides[CHANNEL_SERVER].engine;
    const enum channel_error error = channel_error(server);
    if (side == CHANNEL_SERVER) {
        if (!(channel_flags(client) & CHANNEL_OPEN))
            return false;
        channel_verdict(server, CHANNEL_OK);
        return true;
    }
    if (channel_peer_key(server))
        channel_verdict(client, CHANNEL_OK);
    else if (channel_flags(server) & CHANNEL_CLOSED)
        channel_verdict(client, error ? error : CHANNEL_ERR_STOPPED);
    else
        return false;
    return true;
}

/* With the key of the end that we are to this one. */
static void put_hello(struct middle_link *link, enum channel_role to, const uint8_t *frame,
                      size_t bytes)
{
    const struct rsa_key *key = channel_peer_key(link->sides[middle_other(to)].engine);
    struct buffer copied = {0};
    if (!key || !middle_hello_identity(&copied, middle_other(to), frame, bytes, key))
        return;
    middle_link_put(link, to, buffer_front(&copied), buffer_bytes(&copied));
    buffer_free(&copied);
    link->sides[to].said_hello = true;
    link->middle->result.replaced++;
    middle_tell(link->middle, "sends", "the %s this key, copied, and a key share of its own",
                translate(middle_role_name(to)));
}

/* Nobody has to own a key that is shown in dh. */
static bool copies(const struct middle_link *link, enum channel_role to)
{
    return link->suite.kind == CHANNEL_DH && !link->middle->pretend[to];
}

static bool put_output(struct middle_link *link, enum channel_role to)
{
    struct middle_side *side = &link->sides[to];
    size_t bytes;
    const uint8_t *output = channel_output(side->engine, &bytes);
    if (bytes == 0)
        return false;
    if (!side->said_hello && output[0] == WIRE_FRAME_HELLO && copies(link, to))
        put_hello(link, to, output, bytes);
    else
        middle_link_put(link, to, output, bytes);
    channel_output_done(side->engine, bytes);
    return true;
}

/* What an engine asks of its driver, but for data, tickets and frames. */
static bool run_engine(struct middle_link *link, enum channel_role side)
{
    struct channel *engine = link->sides[side].engine;
    unsigned flags = engine ? channel_flags(engine) : 0;
    if (flags & CHANNEL_HAS_WORK)
        work(engine);
    else if (flags & CHANNEL_WANT_EPHEMERAL)
        give_pair(engine);
    else if (flags & CHANNEL_WANT_VERDICT)
        return judge(link, side);
    else if (flags & CHANNEL_HAS_OUTPUT)
        return put_output(link, side);
    else
        return false;
    return true;
}

static bool has_closed(const struct middle_side *side)
{
    return !side->engine || (channel_flags(side->engine) & CHANNEL_CLOSED) || side->in_ended;
}

/* Both talks are over: nobody is hung up on while the other end still speaks. */
static void end_sides(struct middle_link *link)
{
    struct middle_side *client = &link->sides[CHANNEL_CLIENT];
    struct middle_side *server = &link->sides[CHANNEL_SERVER];
    if (client->engine && has_closed(client) && has_closed(server) && !client->queue &&
        !server->queue)
        client->out_ended = server->out_ended = true;
}

bool middle_split_run(struct middle_link *link)
{
    bool moved = false;
    for (int side = 0; side < 2; side++)
        while (run_engine(link, (enum channel_role)side))
            moved = true;
    end_sides(link);
    return moved;
}

static bool make_engine(struct middle_link *link, enum channel_role side,
                        const struct channel_ticket *ticket)
{
    struct middle *middle = link->middle;
    const struct channel_config config = {
        .role = middle_other(side), /* a server to the client */
        .suite = link->suite,
        .identity = link->mode == MODE_ALONE ? middle->forge[CHANNEL_SERVER]
                    : copies(link, side)     ? middle_own_key(middle)
                                             : middle_shown_key(middle, side),
        .random = link->mode == MODE_ALONE ? &middle_ones : NULL,
        .group = side == CHANNEL_SERVER ? link->group : NULL,
        .trace = middle_sink(middle, side, link->suite)};
    struct channel **engine = &link->sides[side].engine;
    enum channel_error error = ticket ? channel_new_resume(engine, &config, ticket)
                                      : channel_new(engine, &config);
    if (error)
        middle_say(middle, "the middle cannot be the %s: %s",
                   translate(middle_role_name(middle_other(side))),
                   translate(channel_strerror(error)));
    return !error;
}

/* --- a frame comes in ------------------------------------------------------------------------------ */

static void feed(struct channel *engine, const uint8_t *data, size_t bytes)
{
    while (bytes > 0 && (channel_flags(engine) & CHANNEL_WANT_INPUT)) {
        size_t space, part;
        uint8_t *room = channel_input_space(engine, &space);
        if (!room)
            return;
        part = bytes < space ? bytes : space;
        memcpy(room, data, part);
        channel_input_done(engine, part);
        data += part;
        bytes -= part;
    }
}

static bool take_data(struct channel *engine, struct middle_frame *frame)
{
    size_t bytes;
    const uint8_t *data = channel_data(engine, &bytes);
    if (bytes == 0)
        return false;
    buffer_append(&frame->text, data, bytes);
    channel_data_done(engine, bytes);
    frame->content = CONTENT_DATA;
    return true;
}

static bool take_ticket(struct channel *engine, struct middle_frame *frame)
{
    if (!(channel_flags(engine) & CHANNEL_HAS_PORT))
        return false;
    channel_ticket_free(frame->ticket);
    frame->ticket = channel_take_ticket(engine);
    frame->content = CONTENT_PORT;
    return true;
}

static void take_close(struct channel *engine, struct middle_frame *frame)
{
    frame->content = CONTENT_CLOSE;
    frame->error = channel_error(engine);
    snprintf(frame->reason, sizeof(frame->reason), "%s",
             channel_error_is_peers(engine) ? channel_error_reason(engine) : "");
    if (!frame->error)
        channel_close(engine, CHANNEL_OK, NULL); /* the answer */
}

void middle_split_take(struct middle_link *link, struct middle_frame *frame)
{
    struct middle_side *side = &link->sides[frame->from];
    struct channel *engine = side->engine;
    if (link->mode == MODE_ALONE && frame->type == WIRE_FRAME_RECORD)
        return; /* for the server's key, which is not here */
    if (link->mode == MODE_SPLIT && !link->sides[CHANNEL_SERVER].engine && link->move)
        make_engine(link, CHANNEL_SERVER, link->move->tickets[CHANNEL_SERVER]);
    frame->content = CONTENT_SERVED;
    if (channel_flags(engine) & CHANNEL_CLOSED)
        return;
    feed(engine, buffer_front(&frame->bytes), buffer_bytes(&frame->bytes));
    while (run_engine(link, frame->from) || take_data(engine, frame) || take_ticket(engine, frame))
        continue;
    frame->generation = channel_generation(engine);
    if (frame->content == CONTENT_DATA)
        link->middle->result.read++;
    if (channel_flags(engine) & CHANNEL_CLOSED)
        take_close(engine, frame);
}

/* --- and goes out ---------------------------------------------------------------------------------- */

/* What the other engine has sealed of this frame. */
static void send_sealed(struct middle_link *link, struct middle_frame *frame)
{
    struct channel *engine = link->sides[middle_other(frame->from)].engine;
    size_t bytes;
    const uint8_t *output;
    uint8_t *copy;
    while (channel_flags(engine) & CHANNEL_HAS_WORK)
        work(engine);
    output = channel_output(engine, &bytes);
    copy = bytes > 0 ? malloc(bytes) : NULL;
    if (!copy)
        return;
    memcpy(copy, output, bytes);
    middle_link_send(link, frame, copy, bytes);
    free(copy); /* ciphertext: not secret, not wiped */
    channel_output_done(engine, bytes);
}

/* The course has fresh keys at each request: the server's side gets them when the client's did. */
static bool has_fresh_keys(struct middle_link *link, const struct middle_frame *frame)
{
    struct middle_side *side = &link->sides[CHANNEL_SERVER];
    if (frame->from == CHANNEL_SERVER || channel_generation(side->engine) >= frame->generation)
        return true;
    if (side->re_keyed == channel_generation(side->engine) && !channel_rekey(side->engine))
        side->re_keyed++;
    return false;
}

static void deliver_data(struct middle_link *link, struct middle_frame *frame)
{
    struct channel *engine = link->sides[middle_other(frame->from)].engine;
    if (middle_edit(link->middle, frame))
        link->middle->result.changed++;
    if (!channel_send(engine, buffer_front(&frame->text), buffer_bytes(&frame->text)))
        send_sealed(link, frame);
}

/* The talk goes on elsewhere: at a port of the middle's, and behind it at the server's. */
static void deliver_port(struct middle_link *link, struct middle_frame *frame)
{
    struct middle *middle = link->middle;
    struct middle_move *move = calloc(1, sizeof(*move));
    struct channel *client = link->sides[CHANNEL_CLIENT].engine;
    uint16_t port;
    if (!move)
        return;
    move->suite = link->suite;
    move->port = channel_ticket_port(frame->ticket);
    move->tickets[CHANNEL_SERVER] = frame->ticket; /* transferred */
    frame->ticket = NULL;
    port = middle->config.open_port(middle->config.context, middle->next_port, move);
    middle->next_port = 0;
    if (port == 0 || channel_send_port(client, port))
        return;
    middle->result.replaced++;
    middle_tell(middle, "changed", "the client is told port %u, where the middle waits", port);
    send_sealed(link, frame);
    move->tickets[CHANNEL_CLIENT] = channel_take_ticket(client);
}

static void deliver_close(struct middle_link *link, struct middle_frame *frame)
{
    struct channel *engine = link->sides[middle_other(frame->from)].engine;
    if (channel_flags(engine) & CHANNEL_WANT_VERDICT)
        channel_verdict(engine, frame->error ? frame->error : CHANNEL_ERR_STOPPED);
    else
        channel_close(engine, frame->error, frame->reason[0] ? frame->reason : NULL);
    send_sealed(link, frame);
}

bool middle_split_deliver(struct middle_link *link, struct middle_frame *frame)
{
    struct channel *engine = link->sides[middle_other(frame->from)].engine;
    unsigned flags = engine ? channel_flags(engine) : CHANNEL_CLOSED;
    if (frame->content == CONTENT_CLOSE && !(flags & CHANNEL_CLOSED))
        deliver_close(link, frame);
    if ((frame->content != CONTENT_DATA && frame->content != CONTENT_PORT) ||
        (flags & CHANNEL_CLOSED))
        return true;
    if (!(flags & CHANNEL_OPEN) || !has_fresh_keys(link, frame))
        return false;
    if (frame->content == CONTENT_DATA)
        deliver_data(link, frame);
    else
        deliver_port(link, frame);
    return true;
}

void middle_split_cut(struct middle_link *link, enum channel_role from)
{
    struct channel *engine = link->sides[from].engine;
    if (engine)
        channel_input_end(engine);
}

/* --- it begins ------------------------------------------------------------------------------------- */

bool middle_split_start(struct middle_link *link, const struct middle_frame *hello)
{
    link->group = link->suite.kind == CHANNEL_DH ? middle_hello_group(hello) : NULL;
    if (link->suite.kind == CHANNEL_DH && !link->group)
        return false;
    if (make_engine(link, CHANNEL_CLIENT, NULL) && make_engine(link, CHANNEL_SERVER, NULL))
        return true;
    for (int i = 0; i < 2; i++) {
        channel_free(link->sides[i].engine);
        link->sides[i].engine = NULL;
    }
    return false;
}

bool middle_split_resume(struct middle_link *link)
{
    const struct middle_move *move = link->move;
    link->suite = move->suite;
    link->mode = middle_move_is_alone(move) ? MODE_ALONE : MODE_SPLIT;
    /* The server's side begins when somebody has come to the client's. */
    return move->tickets[CHANNEL_CLIENT] &&
           make_engine(link, CHANNEL_CLIENT, move->tickets[CHANNEL_CLIENT]);
}
