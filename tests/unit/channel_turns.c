/*
 * Frames out of turn: every type of frame in every state, and frames longer than their type may be.
 * Both are refused by the header alone, before anything of the body is kept.
 */
#include "engine.h"
#include "pump.h"

#include <criterion/criterion.h>
#include <string.h>

/* What may come in each state that waits for the peer. */
static const struct turn {
    const char *name, *suite;
    bool resume;
    size_t frames; /* that reach their receiver before the state is entered */
    enum channel_role role;
    enum state state;
    unsigned allowed; /* bits, by frame type */
} turns[] = {
#define MAY(type) (1u << (type))
    {"server, before the hello", "modern", false, 0, CHANNEL_SERVER, STATE_WAIT_CLIENT_HELLO,
     MAY(WIRE_FRAME_HELLO)},
    {"client, before the hello", "modern", false, 0, CHANNEL_CLIENT, STATE_WAIT_SERVER_HELLO,
     MAY(WIRE_FRAME_HELLO) | MAY(WIRE_FRAME_ALERT)},
    {"server, before the exchange", "modern", false, 1, CHANNEL_SERVER, STATE_WAIT_CLIENT_EXCHANGE,
     MAY(WIRE_FRAME_EXCHANGE) | MAY(WIRE_FRAME_ALERT)},
    {"client, before the exchange", "modern", false, 2, CHANNEL_CLIENT, STATE_WAIT_SERVER_EXCHANGE,
     MAY(WIRE_FRAME_EXCHANGE) | MAY(WIRE_FRAME_ALERT)},
    {"server, open", "modern", false, 9, CHANNEL_SERVER, STATE_OPEN, MAY(WIRE_FRAME_RECORD)},
    {"client, open", "modern", false, 9, CHANNEL_CLIENT, STATE_OPEN, MAY(WIRE_FRAME_RECORD)},
    {"textbook server, before the hello", "textbook", false, 0, CHANNEL_SERVER,
     STATE_WAIT_CLIENT_HELLO, MAY(WIRE_FRAME_HELLO)},
    {"textbook server, open", "textbook", false, 9, CHANNEL_SERVER, STATE_OPEN,
     MAY(WIRE_FRAME_RECORD) | MAY(WIRE_FRAME_ALERT)},
    {"textbook client, open", "textbook", false, 9, CHANNEL_CLIENT, STATE_OPEN,
     MAY(WIRE_FRAME_RECORD) | MAY(WIRE_FRAME_ALERT)},
    {"server, new port", "modern", true, 0, CHANNEL_SERVER, STATE_WAIT_CLIENT_RESUME,
     MAY(WIRE_FRAME_RESUME)},
    {"client, new port", "modern", true, 0, CHANNEL_CLIENT, STATE_WAIT_SERVER_RESUME,
     MAY(WIRE_FRAME_RESUME) | MAY(WIRE_FRAME_ALERT)},
};
#define TURNS (sizeof(turns) / sizeof(turns[0]))

static int let_through(void *context, enum channel_role from, uint8_t *frame, size_t *bytes)
{
    size_t *left = context;
    (void)from, (void)frame, (void)bytes;
    return *left > 0 && (*left)--;
}

/* Brings a pair of engines to a state; returns the one that waits there. */
static struct channel *reach(struct pump *pump, const struct turn *turn)
{
    size_t left = turn->resume ? 99 : turn->frames;
    struct channel *channel;
    pump_open(pump, turn->suite);
    pump->frame = let_through;
    pump->context = &left;
    pump_run(pump);
    if (turn->resume) {
        cr_assert_eq(channel_send_port(pump->server, 20001), CHANNEL_OK);
        pump_run(pump);
        left = turn->frames;
        pump_hand_over(pump);
        pump_run(pump);
    }
    channel = turn->role == CHANNEL_CLIENT ? pump->client : pump->server;
    cr_assert_eq(channel->state, turn->state, "%s: in state %d", turn->name, channel->state);
    return channel;
}

static void feed_header(struct channel *channel, uint8_t type, size_t bytes)
{
    size_t space;
    uint8_t *room = channel_input_space(channel, &space);
    wire_put_header(room, type, bytes);
    channel_input_done(channel, WIRE_HEADER_BYTES);
}

Test(turns, every_type_of_frame_in_every_state)
{
    static const uint8_t types[] = {0, 1, 2, 3, 4, 5, 6, 7, 0x80, 0xff};
    for (size_t i = 0; i < TURNS; i++)
        for (size_t t = 0; t < sizeof(types); t++) {
            bool allowed = types[t] < 8 && turns[i].allowed & MAY(types[t]);
            struct pump pump;
            struct channel *channel = reach(&pump, &turns[i]);
            feed_header(channel, types[t], 100);
            cr_assert_eq(channel_error(channel), allowed ? CHANNEL_OK : CHANNEL_ERR_UNEXPECTED,
                         "%s: type %u: %s", turns[i].name, types[t],
                         channel_strerror(channel_error(channel)));
            pump_close(&pump);
        }
}

static size_t largest(const struct turn *turn, uint8_t type)
{
    if (type != WIRE_FRAME_RECORD)
        return WIRE_HANDSHAKE_MAX;
    return strcmp(turn->suite, "modern") == 0 ? WIRE_PLAINTEXT_MAX + SYM_AEAD_TAG_BYTES
                                              : WIRE_RECORD_MAX;
}

Test(turns, too_long_is_known_from_the_header)
{
    for (size_t i = 0; i < TURNS; i++)
        for (uint8_t type = WIRE_FRAME_HELLO; type <= WIRE_FRAME_ALERT; type++) {
            struct pump pump;
            struct channel *channel;
            if (!(turns[i].allowed & MAY(type)))
                continue;
            channel = reach(&pump, &turns[i]);
            feed_header(channel, type, largest(&turns[i], type) + 1);
            cr_assert_eq(channel_error(channel), CHANNEL_ERR_OVERSIZED, "%s: type %u",
                         turns[i].name, type);
            cr_assert_leq(channel->in.space, 4096u, "%s: %zu bytes kept", turns[i].name,
                          channel->in.space);
            pump_close(&pump);
            channel = reach(&pump, &turns[i]);
            feed_header(channel, type, largest(&turns[i], type));
            cr_assert_eq(channel_error(channel), CHANNEL_OK, "%s: type %u may be that long",
                         turns[i].name, type);
            cr_assert(channel_flags(channel) & CHANNEL_WANT_INPUT);
            cr_assert_leq(channel->in.space, 4096u, "nothing is set aside for what has not come");
            pump_close(&pump);
        }
}

/* In every state, an end of the line is an error of its own. */
Test(turns, the_line_may_be_cut_in_every_state)
{
    for (size_t i = 0; i < TURNS; i++) {
        struct pump pump;
        struct channel *channel = reach(&pump, &turns[i]);
        feed_header(channel, turns[i].allowed & MAY(WIRE_FRAME_ALERT) ? WIRE_FRAME_ALERT : 1, 50);
        channel_input_end(channel);
        cr_assert(channel_error(channel), "%s", turns[i].name);
        cr_assert(channel_flags(channel) & CHANNEL_CLOSED, "%s", turns[i].name);
        pump_close(&pump);
        channel = reach(&pump, &turns[i]);
        channel_input_end(channel);
        cr_assert_eq(channel_error(channel), CHANNEL_ERR_TRUNCATED, "%s", turns[i].name);
        pump_close(&pump);
    }
}

/* Calls that need an open channel, in every state. */
Test(turns, only_an_open_channel_sends)
{
    for (size_t i = 0; i < TURNS; i++) {
        struct pump pump;
        struct channel *channel = reach(&pump, &turns[i]);
        bool open = turns[i].state == STATE_OPEN, server = turns[i].role == CHANNEL_SERVER;
        bool modern = strcmp(turns[i].suite, "modern") == 0;
        cr_assert_eq(channel_rekey(channel),
                     open && !server && modern ? CHANNEL_OK : CHANNEL_ERR_USE, "%s", turns[i].name);
        cr_assert_eq(channel_send(channel, "x", 1), open ? CHANNEL_OK : CHANNEL_ERR_USE, "%s",
                     turns[i].name);
        cr_assert_eq(channel_send_port(channel, 20001),
                     open && server ? CHANNEL_OK : CHANNEL_ERR_USE, "%s", turns[i].name);
        cr_assert_eq(channel_send_port(channel, 0), CHANNEL_ERR_USE, "port 0");
        pump_close(&pump);
    }
}

/* Inner messages that are not for this side, or not at this time. */
Test(turns, inner_messages_out_of_turn)
{
    static const struct {
        const char *name;
        bool from_client;
        uint8_t plain[40];
        size_t bytes;
        enum channel_error want;
    } rows[] = {
        {"a port from the client", true, {WIRE_INNER_PORT, 1, 2}, 19, CHANNEL_ERR_UNEXPECTED},
        {"port 0", false, {WIRE_INNER_PORT, 0, 0}, 19, CHANNEL_ERR_MALFORMED},
        {"half a port", false, {WIRE_INNER_PORT, 1, 2}, 18, CHANNEL_ERR_MALFORMED},
        {"type 0", true, {0}, 5, CHANNEL_ERR_UNEXPECTED},
        {"type 5", false, {5}, 5, CHANNEL_ERR_UNEXPECTED},
        {"re-key without a step", true, {WIRE_INNER_REKEY}, 1, CHANNEL_ERR_MALFORMED},
        {"re-key, step 0", true, {WIRE_INNER_REKEY, 0}, 2, CHANNEL_ERR_MALFORMED},
        {"re-key, step 5", true, {WIRE_INNER_REKEY, 5}, 2, CHANNEL_ERR_MALFORMED},
        {"K1 from the server", false, {WIRE_INNER_REKEY, 1, 0, 32, 9}, 36, CHANNEL_ERR_UNEXPECTED},
        {"K1 without a share", true, {WIRE_INNER_REKEY, 1, 0, 0}, 4, CHANNEL_ERR_MALFORMED},
        {"K1, a short share", true, {WIRE_INNER_REKEY, 1, 0, 31, 9}, 35, CHANNEL_ERR_MALFORMED},
        {"K1, a long share", true, {WIRE_INNER_REKEY, 1, 0, 33, 9}, 37, CHANNEL_ERR_MALFORMED},
        {"K1, a share cut short", true, {WIRE_INNER_REKEY, 1, 0, 32, 9}, 35, CHANNEL_ERR_MALFORMED},
        {"K1 with more", true, {WIRE_INNER_REKEY, 1, 0, 32, 9}, 37, CHANNEL_ERR_MALFORMED},
        {"K2 not asked for",
         false,
         {WIRE_INNER_REKEY, 2, 0, 32, [36] = 0, 0},
         38,
         CHANNEL_ERR_UNEXPECTED},
        {"K3 not asked for", true, {WIRE_INNER_REKEY, 3, 0, 0}, 4, CHANNEL_ERR_UNEXPECTED},
        {"K4 not asked for", false, {WIRE_INNER_REKEY, 4}, 2, CHANNEL_ERR_UNEXPECTED},
        {"K4 with more", false, {WIRE_INNER_REKEY, 4, 0}, 3, CHANNEL_ERR_MALFORMED},
        {"a goodbye cut short", true, {WIRE_INNER_CLOSE, 0, 0}, 3, CHANNEL_ERR_MALFORMED},
        {"data without data", true, {WIRE_INNER_DATA}, 1, CHANNEL_OK},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct pump pump;
        struct channel *from, *to;
        uint8_t *room;
        pump_open(&pump, "modern");
        pump_run(&pump);
        from = rows[i].from_client ? pump.client : pump.server;
        to = rows[i].from_client ? pump.server : pump.client;
        room = record_begin(from, rows[i].bytes);
        memcpy(room, rows[i].plain, rows[i].bytes);
        cr_assert_eq(record_end(from, rows[i].bytes), CHANNEL_OK);
        pump_run(&pump);
        cr_assert_eq(channel_error(to), rows[i].want, "%s: %s", rows[i].name,
                     channel_strerror(channel_error(to)));
        cr_assert_eq(channel_error(from), rows[i].want, "%s: the sender hears %s", rows[i].name,
                     channel_strerror(channel_error(from)));
        pump_close(&pump);
    }
}
