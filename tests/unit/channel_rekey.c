/*
 * Re-key, in every suite that has one: while data flows both ways, cut, closed and answered by what
 * no honest peer says; and what stolen keys open.
 */
#include "engine.h"
#include "hex.h"
#include "scene.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static const char *const suites[] = {"modern", "modern:x25519", "modern:rsa", "dh"};
#define SUITES (sizeof(suites) / sizeof(suites[0]))

/* --- data all the while ------------------------------------------------------------------------- */

/* What each says, one letter at each frame that crosses. */
struct chatter {
    struct pump *pump;
    size_t said[2];
};
#define LETTERS 60

static void say_letter(struct chatter *chatter, enum channel_role role)
{
    struct channel *channel = role == CHANNEL_CLIENT ? chatter->pump->client
                                                     : chatter->pump->server;
    const uint8_t letter = (uint8_t)('A' + chatter->said[role]);
    if (chatter->said[role] == LETTERS || channel->state != STATE_OPEN)
        return;
    chatter->said[role]++;
    cr_assert_eq(channel_send(channel, &letter, 1), CHANNEL_OK);
}

static int talk_meanwhile(void *context, enum channel_role from, uint8_t *frame, size_t *bytes)
{
    (void)frame, (void)bytes;
    say_letter(context, from);
    say_letter(context, from == CHANNEL_CLIENT ? CHANNEL_SERVER : CHANNEL_CLIENT);
    return 1;
}

static void expect_letters(const uint8_t *data, size_t bytes)
{
    cr_assert_eq(bytes, (size_t)LETTERS);
    for (size_t i = 0; i < bytes; i++)
        cr_assert_eq(data[i], 'A' + i);
}

Test(rekey, data_flows_both_ways_all_the_while)
{
    static const size_t chunks[] = {0, 1, 2, 7, 100};
    for (size_t i = 0; i < SUITES; i++)
        for (size_t c = 0; c < sizeof(chunks) / sizeof(chunks[0]); c++) {
            struct pump pump;
            struct chatter chatter = {.pump = &pump};
            pump_open(&pump, suites[i]);
            pump_run(&pump);
            pump.chunk = chunks[c];
            pump.frame = talk_meanwhile;
            pump.context = &chatter;
            for (unsigned generation = 1; generation <= 3; generation++) {
                cr_assert_eq(channel_rekey(pump.client), CHANNEL_OK, "%s", suites[i]);
                pump_run(&pump);
                cr_assert_eq(channel_generation(pump.client), generation);
                cr_assert_eq(channel_generation(pump.server), generation);
                cr_assert_null(pump.client->exchange);
                cr_assert_null(pump.server->exchange);
            }
            expect_letters(pump.server_data, pump.server_bytes);
            expect_letters(pump.client_data, pump.client_bytes);
            pump_close(&pump);
        }
}

/* --- in the middle ------------------------------------------------------------------------------ */

/* Does something when the nth frame crosses. */
struct moment {
    struct pump *pump;
    size_t left;
    void (*act)(struct pump *pump);
};

static int act_at(void *context, enum channel_role from, uint8_t *frame, size_t *bytes)
{
    struct moment *moment = context;
    (void)from, (void)frame, (void)bytes;
    if (moment->left > 0 && --moment->left == 0)
        moment->act(moment->pump);
    return 1;
}

static void name_a_port(struct pump *pump)
{
    cr_assert_eq(channel_send_port(pump->server, 20001), CHANNEL_OK);
}

/* Both draw the ticket's secret from the same exporter, whichever keys the port comes under. */
Test(rekey, a_port_at_every_moment)
{
    for (size_t i = 0; i < SUITES; i++)
        for (size_t at = 1; at <= 4; at++) {
            struct pump pump;
            struct moment moment = {.pump = &pump, .left = at, .act = name_a_port};
            pump_open(&pump, suites[i]);
            pump_run(&pump);
            pump.frame = act_at;
            pump.context = &moment;
            cr_assert_eq(channel_rekey(pump.client), CHANNEL_OK);
            pump_run(&pump);
            pump_hand_over(&pump);
            pump_run(&pump);
            pump_expect_talk(&pump);
            cr_assert_eq(channel_rekey(pump.client), CHANNEL_OK, "and again, there");
            pump_run(&pump);
            pump_expect_talk(&pump);
            pump_close(&pump);
        }
}

/* Nothing is said behind one's own goodbye. */
static bool said_close[2];

static void watch_for_words(void *context, struct trace_event *event)
{
    const size_t role = *(const size_t *)context;
    if (event->kind != TRACE_INNER || !event->inner.sent)
        return;
    cr_assert_not(said_close[role], "role %zu says something behind its goodbye", role);
    said_close[role] = event->inner.message == WIRE_CLOSE;
}

static void open_watched(struct pump *pump, const char *suite)
{
    static const size_t roles[] = {CHANNEL_CLIENT, CHANNEL_SERVER};
    static const struct channel_trace traces[] = {
        {.event = watch_for_words, .context = (void *)&roles[0]},
        {.event = watch_for_words, .context = (void *)&roles[1]}};
    said_close[0] = said_close[1] = false;
    scene_open_traced(pump, SCENE_MEETING, suite,
                      (const struct channel_trace *[2]){&traces[0], &traces[1]});
    pump_run(pump);
}

static void expect_good_end(struct pump *pump, const char *suite)
{
    struct channel *const both[] = {pump->client, pump->server};
    pump_run(pump);
    pump_cut(pump);
    for (int role = 0; role < 2; role++) {
        cr_assert_eq(channel_error(both[role]), CHANNEL_OK, "%s, role %d: %s", suite, role,
                     channel_strerror(channel_error(both[role])));
        cr_assert(channel_flags(both[role]) & CHANNEL_CLOSED);
        cr_assert_null(channel_take_ephemeral(both[role]), "%s: K1 or K2 is out", suite);
    }
}

static void close_client(struct pump *pump)
{
    channel_close(pump->client, CHANNEL_OK, NULL);
}

static void close_server(struct pump *pump)
{
    channel_close(pump->server, CHANNEL_OK, NULL);
}

Test(rekey, a_close_at_every_frame)
{
    void (*const acts[])(struct pump * pump) = {close_client, close_server};
    for (size_t i = 0; i < SUITES; i++)
        for (size_t at = 1; at <= 4; at++)
            for (size_t side = 0; side < 2; side++) {
                struct pump pump;
                struct moment moment = {.pump = &pump, .left = at, .act = acts[side]};
                open_watched(&pump, suites[i]);
                pump.frame = act_at;
                pump.context = &moment;
                cr_assert_eq(channel_rekey(pump.client), CHANNEL_OK);
                expect_good_end(&pump, suites[i]);
                pump_close(&pump);
            }
}

/* While the nth piece of work of this side is under way: there is one, of the keys. */
static bool close_at_work(struct pump *pump, struct channel *channel, size_t nth)
{
    for (;; nth--) {
        while (!(channel_flags(channel) & CHANNEL_HAS_WORK))
            if (!pump_step(pump))
                return false;
        channel_work_begin(channel);
        channel_work_run(channel);
        if (nth == 0)
            channel_close(channel, CHANNEL_OK, NULL);
        channel_work_end(channel);
        if (nth == 0)
            return true;
    }
}

Test(rekey, a_close_at_every_work)
{
    static const size_t works[] = {0, 0, 1, 1};
    for (size_t i = 0; i < SUITES; i++)
        for (size_t side = 0; side < 2; side++)
            for (size_t nth = 0; nth <= works[i]; nth++) {
                struct pump pump;
                open_watched(&pump, suites[i]);
                cr_assert_eq(channel_rekey(pump.client), CHANNEL_OK);
                cr_assert_eq(close_at_work(&pump, side ? pump.server : pump.client, nth),
                             nth < works[i], "%s, side %zu, work %zu", suites[i], side, nth);
                if (nth < works[i])
                    expect_good_end(&pump, suites[i]);
                pump_close(&pump);
            }
}

/* --- cut lines ---------------------------------------------------------------------------------- */

struct knife {
    size_t left;
};

static int cut_behind(void *context, enum channel_role from, uint8_t *frame, size_t *bytes)
{
    struct knife *knife = context;
    (void)from, (void)frame;
    if (*bytes > knife->left)
        *bytes = knife->left;
    knife->left -= *bytes;
    return *bytes > 0;
}

static void expect_cut(struct channel *channel, const char *suite, size_t at)
{
    struct rsa_key *key = channel_take_ephemeral(channel);
    cr_assert(channel_flags(channel) & CHANNEL_CLOSED, "%s, byte %zu", suite, at);
    cr_assert(!key || strcmp(suite, "modern:rsa") == 0);
    cr_assert_null(channel_take_ephemeral(channel));
    rsa_key_free(key);
}

/* At each byte that crosses in a talk with a re-key. Behind all but the last answer it is noticed. */
Test(rekey, the_line_is_cut_at_every_byte)
{
    static const size_t strides[] = {7, 1, 11, 3};
    for (size_t i = 0; i < SUITES; i++) {
        struct knife knife = {.left = 0};
        size_t at = 0, complete = 0;
        for (; knife.left == 0; at += strides[i]) {
            struct pump pump;
            knife.left = at;
            scene_open(&pump, SCENE_TALK, suites[i]);
            pump.frame = cut_behind;
            pump.context = &knife;
            scene_play(&pump, SCENE_TALK);
            cr_assert(scene_is_honest(&pump), "%s, byte %zu", suites[i], at);
            if (scene_is_complete(&pump, SCENE_TALK))
                complete++;
            else
                cr_assert(channel_error(pump.client) == CHANNEL_ERR_TRUNCATED ||
                              channel_error(pump.server) == CHANNEL_ERR_TRUNCATED,
                          "%s, byte %zu", suites[i], at);
            expect_cut(pump.client, suites[i], at);
            expect_cut(pump.server, suites[i], at);
            pump_close(&pump);
        }
        cr_assert_gt(at, 300u);
        cr_assert(complete >= 1 && complete <= 3, "%s: %zu", suites[i], complete);
    }
}

/* --- what no honest peer says --------------------------------------------------------------------- */

static int drop(void *context, enum channel_role from, uint8_t *frame, size_t *bytes)
{
    (void)frame, (void)bytes;
    return from != *(const enum channel_role *)context;
}

/* A message of a re-key, by hand: the encoder would refuse a bad one. K1, K2: behind its length a
 * share; K2, K3: what is added, nothing. */
static void say(struct channel *channel, uint8_t step, const uint8_t *share, size_t bytes)
{
    uint8_t message[2 + 2 + WIRE_SHARE_MAX + 2] = {WIRE_INNER_REKEY, step};
    size_t at = 2;
    if (step <= 2) {
        message[at++] = (uint8_t)(bytes >> 8);
        message[at++] = (uint8_t)bytes;
        memcpy(message + at, share, bytes);
        at += bytes;
    }
    at += step == 2 || step == 3 ? 2 : 0;
    uint8_t *room = record_begin(channel, at);
    memcpy(room, message, at);
    cr_assert_eq(record_end(channel, at), CHANNEL_OK);
}

static void expect_refused(struct pump *pump, struct channel *victim, enum channel_error want,
                           const char *name)
{
    pump_run(pump);
    cr_assert_eq(channel_error(victim), want, "%s: %s", name,
                 channel_strerror(channel_error(victim)));
    cr_assert_not(channel_error_is_peers(victim));
    cr_assert_eq(channel_generation(victim), 0u, "%s: new keys are in use", name);
    pump_close(pump);
}

static void expect_ask_refused(const char *suite, const uint8_t *share, size_t bytes,
                               enum channel_error want, const char *name)
{
    const enum channel_role deaf = CHANNEL_SERVER;
    struct pump pump;
    pump_open(&pump, suite);
    pump_run(&pump);
    pump.frame = drop;
    pump.context = (void *)&deaf;
    say(pump.client, 1, share, bytes);
    pump_run(&pump);
    if (!channel_error(pump.server))
        say(pump.client, 3, NULL, 0);
    expect_refused(&pump, pump.server, want, name);
}

/* share NULL: the client's own. */
static void expect_answer_refused(const char *suite, const uint8_t *share, size_t bytes,
                                  uint8_t mask, enum channel_error want, const char *name)
{
    const enum channel_role deaf = CHANNEL_CLIENT;
    uint8_t copy[WIRE_SHARE_MAX];
    struct pump pump;
    pump_open(&pump, suite);
    pump_run(&pump);
    pump.frame = drop;
    pump.context = (void *)&deaf;
    cr_assert_eq(channel_rekey(pump.client), CHANNEL_OK);
    pump_run(&pump);
    if (!share)
        bytes = buffer_bytes(&pump.client->exchange->own_share);
    memcpy(copy, share ? share : buffer_front(&pump.client->exchange->own_share), bytes);
    if (bytes > 0)
        copy[bytes - 1] ^= mask;
    say(pump.server, 2, copy, bytes);
    expect_refused(&pump, pump.client, want, name);
}

static const char *const low_order[] = {
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
    "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
};

Test(rekey, a_point_of_low_order_is_refused)
{
    for (size_t i = 0; i < sizeof(low_order) / sizeof(low_order[0]); i++) {
        size_t bytes;
        uint8_t *point = hex_decode(low_order[i], &bytes);
        expect_ask_refused("modern:x25519", point, bytes, CHANNEL_ERR_SHARE, low_order[i]);
        expect_answer_refused("modern:x25519", point, bytes, 0, CHANNEL_ERR_SHARE, low_order[i]);
        free(point);
    }
}

Test(rekey, our_own_share_sent_back)
{
    expect_answer_refused("modern:x25519", NULL, 0, 0, CHANNEL_ERR_SHARE, "own");
    expect_answer_refused("modern:x25519", NULL, 0, 0x80, CHANNEL_ERR_SHARE,
                          "own, its top bit set");
    expect_answer_refused("modern:rsa", NULL, 0, 0, CHANNEL_ERR_SHARE, "own n and e");
}

Test(rekey, shares_of_another_size_or_none)
{
    static const uint8_t share[64] = {9};
    for (size_t bytes = 0; bytes < sizeof(share); bytes++) {
        if (bytes == 32)
            continue;
        expect_ask_refused("modern:x25519", share, bytes, CHANNEL_ERR_MALFORMED, "K1");
        expect_answer_refused("modern:x25519", share, bytes, 0, CHANNEL_ERR_MALFORMED, "K2");
    }
}

Test(rekey, numbers_of_dh_and_of_rsa)
{
    static const struct {
        const char *suite, *name;
        uint8_t share[12];
        size_t bytes;
        enum channel_error want;
    } asks[] = {
        {"dh", "g = 1", {0, 1, 23, 0, 1, 1, 0, 1, 8}, 9, CHANNEL_ERR_NUMBER},
        {"dh", "p even", {0, 1, 24, 0, 1, 5, 0, 1, 8}, 9, CHANNEL_ERR_NUMBER},
        {"dh", "A = p", {0, 1, 23, 0, 1, 5, 0, 1, 23}, 9, CHANNEL_ERR_NUMBER},
        {"dh", "A empty", {0, 1, 23, 0, 1, 5, 0, 0}, 8, CHANNEL_ERR_MALFORMED},
        {"dh", "more behind it", {0, 1, 23, 0, 1, 5, 0, 1, 8, 0}, 10, CHANNEL_ERR_MALFORMED},
        {"modern:rsa", "a tiny key", {0, 1, 5, 0, 1, 3}, 6, CHANNEL_ERR_KEY_BAD},
        {"modern:rsa", "no e", {0, 1, 5, 0, 0}, 5, CHANNEL_ERR_MALFORMED},
        {"modern:rsa", "nothing", {0}, 0, CHANNEL_ERR_MALFORMED},
    };
    for (size_t i = 0; i < sizeof(asks) / sizeof(asks[0]); i++)
        expect_ask_refused(asks[i].suite, asks[i].share, asks[i].bytes, asks[i].want, asks[i].name);
    expect_answer_refused("dh", (const uint8_t *)"\0\0", 2, 0, CHANNEL_ERR_MALFORMED, "B empty");
    uint8_t above[2 + 256] = {1, 0, 0xff};
    memset(above + 2, 0xff, 256);
    expect_answer_refused("dh", above, sizeof(above), 0, CHANNEL_ERR_NUMBER, "B above p");
}

/* Each step by the wrong side or out of turn, before anything and behind K1: one that is not awaited
 * ends it, whatever it says. */
Test(rekey, steps_out_of_turn)
{
    static const uint8_t share[32] = {9};
    for (size_t i = 0; i < SUITES; i++)
        for (uint8_t step = 1; step <= 4; step++)
            for (int from = CHANNEL_CLIENT; from <= CHANNEL_SERVER; from++)
                for (int asked = 0; asked < 2; asked++) {
                    struct pump pump;
                    if (step == 1 && from == CHANNEL_CLIENT && !asked)
                        continue; /* in its turn */
                    pump_open(&pump, suites[i]);
                    pump_run(&pump);
                    struct channel *sender = from == CHANNEL_CLIENT ? pump.client : pump.server;
                    struct channel *other = from == CHANNEL_CLIENT ? pump.server : pump.client;
                    if (asked) {
                        cr_assert_eq(channel_rekey(pump.client), CHANNEL_OK);
                        while (!pump.server->exchange && pump_step(&pump))
                            continue; /* until K1 is in */
                    }
                    say(sender, step, share, sizeof(share));
                    pump_run(&pump);
                    cr_assert_neq(channel_error(other), CHANNEL_OK, "%s: K%u of role %d, asked %d",
                                  suites[i], step, from, asked);
                    pump_close(&pump);
                }
}

/* --- stolen keys -------------------------------------------------------------------------------- */

#define REQUESTS 4

/* A request as it crossed, and the keys that it went under. */
struct request {
    struct direction stolen;
    uint8_t frame[128];
    size_t bytes;
};

static int keep_frame(void *context, enum channel_role from, uint8_t *frame, size_t *bytes)
{
    struct request *request = context;
    if (from == CHANNEL_CLIENT && *bytes <= sizeof(request->frame)) {
        memcpy(request->frame, frame, *bytes);
        request->bytes = *bytes;
    }
    return 1;
}

/* With the first nonce under the stolen keys, or with the one that is right for the request. */
static bool opens(const struct request *request, const struct direction *stolen)
{
    uint8_t plain[sizeof(request->frame)];
    const uint8_t *body = request->frame + WIRE_HEADER_BYTES;
    const size_t bytes = request->bytes - WIRE_HEADER_BYTES;
    bool opened = false;
    for (size_t own = 0; own < 2; own++)
        opened |= sym_aead_open(plain, stolen->key_secret,
                                own ? stolen->iv_secret : request->stolen.iv_secret, request->frame,
                                WIRE_HEADER_BYTES, body, bytes) == SYM_OK;
    return opened;
}

/* Each request under fresh keys: those of one open it, and no other, earlier or later. */
Test(rekey, the_keys_of_a_request_open_no_other)
{
    for (size_t i = 0; i < 3; i++) { /* modern and its kin */
        struct request requests[REQUESTS];
        struct pump pump;
        pump_open(&pump, suites[i]);
        pump_run(&pump);
        pump.frame = keep_frame;
        for (size_t r = 0; r < REQUESTS; r++) {
            pump.context = &requests[r];
            if (r > 0)
                cr_assert_eq(channel_rekey(pump.client), CHANNEL_OK);
            pump_run(&pump);
            requests[r].stolen = pump.client->send;
            cr_assert_eq(channel_send(pump.client, "request", 7), CHANNEL_OK);
            pump_run(&pump);
        }
        for (size_t r = 0; r < REQUESTS; r++)
            for (size_t s = 0; s < REQUESTS; s++)
                cr_expect_eq(opens(&requests[r], &requests[s].stolen), r == s,
                             "%s: request %zu, keys of %zu", suites[i], r, s);
        pump_close(&pump);
    }
}
