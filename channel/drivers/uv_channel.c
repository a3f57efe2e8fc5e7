/*
 * What the engine of a uv_channel asks for, done until nothing is left; and what its owner wants.
 */
#include "uv_channel_internal.h"

#include "uv_address.h"

#include <stdlib.h>
#include <string.h>

static const struct uv_channel_handlers nobody = {0};
static const struct uv_helpers alone = {0}; /* of a plain connection */

static void advance(struct uv_channel *channel);

/* --- turns ------------------------------------------------------------------------------------ */
static void on_turn(uv_idle_t *turn)
{
    struct uv_channel *channel = turn->data;
    uv_idle_stop(turn);
    if (channel->resumed)
        channel->paused = channel->resumed = false;
    advance(channel);
}

/* The owner is in the middle of something: what there is to be told, it hears from the loop. */
static void take_turn_soon(struct uv_channel *channel)
{
    if (channel->state != GONE)
        uv_idle_start(&channel->turn, on_turn);
}

/* Inside a handler the pieces are collected for one write. */
static void send_now(struct uv_channel *channel)
{
    if (!channel->advancing)
        uv_channel_send_output(channel);
    take_turn_soon(channel);
}

/* --- keys and work ---------------------------------------------------------------------------- */
static void on_key(struct uv_stock_wait *wait, struct rsa_key *key)
{
    struct uv_channel *channel =
        (struct uv_channel *)((char *)wait - offsetof(struct uv_channel, key_wait));
    channel_give_ephemeral(channel->engine, key);
    take_turn_soon(channel); /* this may be the turn of another one */
}

static void name_asker(struct uv_asker *asker, const struct uv_channel *channel)
{
    const struct rsa_key *key = channel_peer_key(channel->engine); /* a server has work after M1 */
    uint8_t n[WIRE_MODULUS_MAX];                                   /* not secret, not wiped */
    sym_sha256(asker->identity, n, rsa_key_number_bytes(key, RSA_N, n, sizeof(n)));
    uv_address_network(&asker->network, channel->tcp);
}

static void ask_for_key(struct uv_channel *channel)
{
    struct uv_stock_wait *wait = &channel->key_wait;
    name_asker(&wait->asker, channel);
    wait->asker.proven = channel->was_open;
    channel->spoke_early = false;
    uv_stock_ask(channel->helpers->stock, wait);
}

static void on_work_done(struct uv_job *job)
{
    struct uv_channel *channel =
        (struct uv_channel *)((char *)job - offsetof(struct uv_channel, job));
    channel->working = false;
    if (channel->state == GONE)
        uv_channel_free_if_done(channel);
    else
        advance(channel);
}

static void start_work(struct uv_channel *channel)
{
    name_asker(&channel->job.asker, channel);
    channel->job.channel = channel->engine;
    channel->working = true;
    uv_workers_ask(channel->helpers->workers, &channel->job);
}

/* --- the heart -------------------------------------------------------------------------------- */
static bool give_data(struct uv_channel *channel)
{
    size_t bytes = buffer_bytes(&channel->in);
    const uint8_t *data = channel->engine ? channel_data(channel->engine, &bytes)
                                          : buffer_front(&channel->in);
    size_t used = channel->handlers->data ? channel->handlers->data(channel, data, bytes) : bytes;
    if (channel->engine)
        channel_data_done(channel->engine, used);
    else
        buffer_consume(&channel->in, used);
    channel->paused = used < bytes; /* who has resumed meanwhile waits for the turn */
    return used > 0;
}

static void give_ticket(struct uv_channel *channel)
{
    struct channel_ticket *ticket = channel_take_ticket(channel->engine);
    if (channel->on_ticket)
        channel->on_ticket(channel->ticket_context, ticket);
    else
        channel_ticket_free(ticket);
}

void uv_channel_await_ticket(struct uv_channel *channel,
                             void (*on_ticket)(void *context, struct channel_ticket *ticket),
                             void *context)
{
    channel->on_ticket = on_ticket;
    channel->ticket_context = context;
}

static void judge(struct uv_channel *channel)
{
    enum channel_error verdict = CHANNEL_ERR_NOT_ALLOWED;
    if (channel->handlers->verdict)
        verdict = channel->handlers->verdict(channel, channel_peer_key(channel->engine));
    channel_verdict(channel->engine, verdict);
}

static bool tell_warning(struct uv_channel *channel)
{
    const char *text = channel->engine && !channel->working
                           ? channel_warning(channel->engine, channel->warned)
                           : NULL;
    if (!text)
        return false;
    channel->warned++;
    if (channel->handlers->warning)
        channel->handlers->warning(channel, text);
    return true;
}

/* What an engine asks for, or a plain connection in its place. */
static unsigned flags_of(const struct uv_channel *channel)
{
    if (channel->engine)
        return channel_flags(channel->engine);
    bool ended = channel->broken || channel->hung_up;
    bool data = buffer_bytes(&channel->in) > 0 && !channel->broken;
    return CHANNEL_OPEN | (ended ? CHANNEL_CLOSED : 0) | (data ? CHANNEL_HAS_DATA : 0) |
           (ended || channel->paused ? 0 : CHANNEL_WANT_INPUT);
}

/* Does one of the things that the engine asks for; false if there is nothing to do. */
static bool step(struct uv_channel *channel)
{
    unsigned flags = flags_of(channel);
    if (channel->state == GONE) {
        return false;
    } else if (tell_warning(channel)) {
        return true;
    } else if (flags & CHANNEL_WANT_VERDICT) {
        judge(channel);
    } else if ((flags & CHANNEL_WANT_EPHEMERAL) && !channel->key_wait.asker.waiting) {
        ask_for_key(channel);
    } else if ((flags & CHANNEL_HAS_WORK) && !channel->working) {
        start_work(channel);
    } else if ((flags & CHANNEL_OPEN) && !channel->was_open) {
        channel->was_open = true;
        uv_stock_forget(channel->helpers->stock, &channel->key_wait);
        if (channel->handlers->open)
            channel->handlers->open(channel);
    } else if (flags & CHANNEL_HAS_PORT) {
        give_ticket(channel);
    } else if ((flags & CHANNEL_HAS_DATA) && !channel->paused) {
        return give_data(channel);
    } else {
        return false;
    }
    return true;
}

/* The owner hears that all it has sent has left, and may send more. */
static void tell_drained(struct uv_channel *channel)
{
    bool unsent = uv_channel_unsent(channel) > 0;
    bool drained = channel->full && !unsent && (channel->engine || !channel->broken);
    channel->full = unsent;
    if (drained && channel->state == LIVE && channel->handlers->drained)
        channel->handlers->drained(channel);
}

static void close_engine(struct uv_channel *channel, enum channel_error code, const char *reason)
{
    if (channel->engine)
        channel_close(channel->engine, code, reason);
}

static void tell_closed(struct uv_channel *channel)
{
    const struct uv_channel_handlers *handlers = channel->handlers;
    enum channel_error error = channel->broken ? CHANNEL_ERR_TRUNCATED : CHANNEL_OK;
    if (channel->engine)
        error = channel->error ? channel->error : channel_error(channel->engine);
    channel->handlers = &nobody;
    uv_stock_forget(channel->helpers->stock, &channel->key_wait);
    close_engine(channel, CHANNEL_OK, NULL); /* nothing new after an error */
    if (handlers->closed)
        handlers->closed(channel, error);
    send_now(channel); /* a last record may have to be sealed first */
}

static void on_time(uv_timer_t *timer)
{
    struct uv_channel *channel = timer->data;
    if (channel->state == LIVE) {
        channel->error = CHANNEL_ERR_TIMEOUT;
        channel_close(channel->engine, CHANNEL_ERR_TIMEOUT, NULL);
        advance(channel);
    } else {
        uv_channel_go(channel, false);
    }
}

/* The clock runs while the handshake waits for the peer, and not while it waits for us. */
static void set_clock(struct uv_channel *channel, unsigned flags)
{
    bool peers_turn = !channel->was_open && (flags & CHANNEL_WANT_INPUT) && !channel->working &&
                      !channel->key_wait.asker.waiting;
    if (!peers_turn)
        uv_timer_stop(&channel->timer);
    else if (!uv_is_active((uv_handle_t *)&channel->timer))
        uv_timer_start(&channel->timer, on_time, (uint64_t)channel_seconds(channel->engine) * 1000,
                       0);
}

/* Whether there is nothing more to be said. What a broken textbook channel could not seal stays. */
static bool said_all(const struct uv_channel *channel)
{
    size_t bytes;
    uv_channel_output(channel, &bytes);
    return bytes == 0 && !channel->waiting && !channel->working &&
           !(flags_of(channel) & CHANNEL_HAS_WORK);
}

static void end_if_closed(struct uv_channel *channel, unsigned flags)
{
    bool ended = (flags & CHANNEL_CLOSED) && !(flags & CHANNEL_HAS_DATA);
    if (channel->state == LIVE && (ended || channel->abandoned)) {
        channel->state = ENDING;
        uv_timer_start(&channel->timer, on_time, UV_CHANNEL_GOODBYE_SECONDS * 1000, 0);
        tell_closed(channel);
    }
    if (channel->state == ENDING && said_all(channel))
        uv_channel_linger(channel);
    if (channel->state == LINGERING && channel->hung_up)
        uv_channel_go(channel, false);
}

/* While a handshake waits for its key nothing is due, but a peer that hangs up is to be noticed. */
static bool wants_to_read(const struct uv_channel *channel, unsigned flags)
{
    bool listens = !channel->was_open && channel->key_wait.asker.waiting && !channel->spoke_early;
    return channel->state != LIVE || (flags & CHANNEL_WANT_INPUT) || listens;
}

static void advance(struct uv_channel *channel)
{
    channel->advancing = true;
    while (step(channel))
        continue;
    uv_channel_send_output(channel);
    tell_drained(channel);
    uv_channel_send_output(channel);
    channel->advancing = false;
    unsigned flags = flags_of(channel);
    if (channel->state == LIVE)
        set_clock(channel, flags);
    end_if_closed(channel, flags);
    if (channel->state != GONE)
        uv_channel_set_reading(channel, !channel->hung_up && wants_to_read(channel, flags));
}

/* --- for the owner ---------------------------------------------------------------------------- */
static void narrate_addresses(struct channel *engine, const uv_tcp_t *tcp)
{
    char own[UV_ADDRESS_BYTES], peer[UV_ADDRESS_BYTES];
    uint16_t own_port, peer_port;
    if (!channel_wants_addresses(engine))
        return;
    uv_address_own(own, &own_port, tcp);
    uv_address_peer(peer, &peer_port, tcp);
    channel_tell_addresses(engine, own, own_port, peer, peer_port);
}

struct uv_channel *uv_channel_new(uv_tcp_t *tcp, const struct uv_channel_handlers *handlers,
                                  void *owner)
{
    struct uv_channel *channel = calloc(1, sizeof(*channel));
    if (!channel)
        return NULL;
    channel->tcp = tcp;
    channel->advance = advance;
    channel->was_open = true;
    channel->helpers = &alone;
    channel->key_wait.give = on_key;
    channel->job.done = on_work_done;
    uv_timer_init(tcp->loop, &channel->timer); /* cannot fail */
    uv_idle_init(tcp->loop, &channel->turn);
    channel->timer.data = channel->turn.data = tcp->data = channel;
    channel->open_handles = 3;
    uv_tcp_nodelay(tcp, 1);
    uv_channel_handle(channel, handlers, owner);
    return channel;
}

void uv_channel_seal(struct uv_channel *channel, struct channel *engine,
                     const struct uv_helpers *helpers)
{
    size_t space, bytes = buffer_bytes(&channel->in);
    uint8_t *room = channel_input_space(engine, &space);
    bool fits = room && bytes <= space;
    if (fits && bytes > 0)
        memcpy(room, buffer_front(&channel->in), bytes);
    channel_input_done(engine, fits ? bytes : 0);
    if (!fits)
        channel_close(engine, CHANNEL_ERR_MALFORMED, NULL);
    if (channel->hung_up)
        channel_input_end(engine);
    buffer_free(&channel->in);
    channel->engine = engine;
    channel->helpers = helpers;
    channel->warned = 0;
    channel->was_open = channel->paused = channel->resumed = false;
    narrate_addresses(engine, channel->tcp);
    take_turn_soon(channel);
}

void uv_channel_start(struct uv_channel *channel)
{
    take_turn_soon(channel);
}

void uv_channel_handle(struct uv_channel *channel, const struct uv_channel_handlers *handlers,
                       void *owner)
{
    channel->handlers = handlers ? handlers : &nobody;
    channel->owner = owner;
}

void *uv_channel_owner(const struct uv_channel *channel)
{
    return channel->owner;
}

const uv_tcp_t *uv_channel_tcp(const struct uv_channel *channel)
{
    return channel->tcp;
}

struct channel *uv_channel_engine(const struct uv_channel *channel)
{
    return channel->engine;
}

const char *uv_channel_words(const struct uv_channel *channel)
{
    const struct channel *engine = channel->engine;
    if (!engine)
        return NULL;
    const char *words = channel_error_is_peers(engine) ? channel_error_reason(engine)
                                                       : channel_error_detail(engine);
    return words[0] ? words : NULL;
}

void uv_channel_flush(struct uv_channel *channel)
{
    channel->full = true;
    send_now(channel);
}

void uv_channel_resume(struct uv_channel *channel)
{
    channel->resumed = true;
    take_turn_soon(channel);
}

void uv_channel_close(struct uv_channel *channel, enum channel_error code, const char *reason)
{
    channel->handlers = &nobody;
    channel->abandoned = true;
    close_engine(channel, code, reason);
    if (!channel->engine && code != CHANNEL_OK)
        uv_channel_go(channel, true);
    else
        send_now(channel);
}

void uv_channel_drop(struct uv_channel *channel)
{
    channel->handlers = &nobody;
    uv_channel_go(channel, false);
}
