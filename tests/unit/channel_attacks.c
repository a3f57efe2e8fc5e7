/*
 * Attackers of the modern suite who know the protocol: a copied public key, a man in the middle,
 * one's own words sent back, old messages and old tickets.
 */
#include "engine.h"
#include "scene.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

/* Gives bytes to an engine as far as it takes them. */
static void feed(struct channel *channel, const uint8_t *data, size_t bytes)
{
    while (bytes > 0 && (channel_flags(channel) & CHANNEL_WANT_INPUT)) {
        size_t space;
        uint8_t *room = channel_input_space(channel, &space);
        space = space < bytes ? space : bytes;
        memcpy(room, data, space);
        channel_input_done(channel, space);
        data += space;
        bytes -= space;
    }
}

static void work(struct channel *channel)
{
    cr_assert(channel_flags(channel) & CHANNEL_HAS_WORK);
    channel_work_begin(channel);
    channel_work_run(channel);
    channel_work_end(channel);
}

/* Moves the output of one engine into another by hand. */
static void carry(struct channel *from, struct channel *to)
{
    size_t bytes;
    const uint8_t *output = channel_output(from, &bytes);
    feed(to, output, bytes);
    channel_output_done(from, bytes);
}

static const char *const modern_suites[] = {"modern", "modern:x25519", "modern:rsa"};
#define MODERN (sizeof(modern_suites) / sizeof(modern_suites[0]))

static void give_ephemeral(struct channel *channel)
{
    if (channel_flags(channel) & CHANNEL_WANT_EPHEMERAL)
        channel_give_ephemeral(channel, pump_ephemeral(0));
}

static void note_opened(void *context, struct trace_event *event)
{
    if (event->kind == TRACE_STEP &&
        (event->step.step == STEP_SECRET_OPENED || event->step.step == STEP_SIGNATURE))
        *(int *)context += 1;
}

/* Knowing somebody's public key, and having listened to a session, is not enough to be let in, and
 * costs the server no private-key operation. */
Test(attacks, a_copied_public_key_gets_nowhere)
{
    struct scene_frames old;
    int private_operations = 0;
    const struct channel_trace trace = {.event = note_opened, .context = &private_operations};
    struct channel_config config = {.role = CHANNEL_SERVER,
                                    .suite = {CHANNEL_MODERN_RSA, NULL},
                                    .identity = pump_identity(1),
                                    .trace = &trace};
    struct rsa_key *ephemeral = pump_ephemeral(3), *back;
    struct channel *server;
    scene_record(&old, SCENE_MEETING, "modern:rsa");
    cr_assert_eq(channel_new(&server, &config), CHANNEL_OK);
    feed(server, old.frames[0].data, old.frames[0].bytes); /* another's M1 */
    cr_assert(rsa_key_equal_public(channel_peer_key(server), pump_identity(0)));
    channel_verdict(server, CHANNEL_OK);
    channel_give_ephemeral(server, ephemeral);
    feed(server, old.frames[2].data, old.frames[2].bytes); /* another's M3 */
    work(server);
    cr_assert_eq(channel_error(server), CHANNEL_ERR_AUTH);
    cr_assert_eq(private_operations, 0, "a private key was used for a stranger");
    back = channel_take_ephemeral(server);
    cr_assert_eq(back, ephemeral, "nothing was encrypted to it");
    cr_assert_null(channel_take_ephemeral(server), "it is given back once");
    rsa_key_free(back);
    channel_free(server);
    scene_frames_free(&old);
}

/* An ephemeral key comes back from every handshake that ended before it was used, on both sides. */
Test(attacks, unused_ephemeral_keys_come_back)
{
    struct pump pump;
    struct rsa_key *key;
    pump_open(&pump, "modern:rsa");
    pump.server_verdict = CHANNEL_ERR_NOT_ALLOWED;
    pump_run(&pump);
    cr_assert_eq(channel_error(pump.client), CHANNEL_ERR_NOT_ALLOWED);
    cr_assert_not_null(key = channel_take_ephemeral(pump.client));
    rsa_key_free(key);
    cr_assert_null(channel_take_ephemeral(pump.server), "it had none yet");
    pump_close(&pump);
    pump_open(&pump, "modern:rsa");
    pump.client_verdict = CHANNEL_ERR_KEY_CHANGED;
    pump_run(&pump);
    cr_assert_not_null(key = channel_take_ephemeral(pump.client), "M3 was not sent");
    rsa_key_free(key);
    cr_assert_not_null(key = channel_take_ephemeral(pump.server));
    rsa_key_free(key);
    pump_close(&pump);
    pump_open(&pump, "modern:rsa");
    pump_run(&pump);
    cr_assert_null(channel_take_ephemeral(pump.client));
    cr_assert_null(channel_take_ephemeral(pump.server));
    pump_close(&pump);
}

/* After M3 the server may have encrypted to the client's key: it is spent. */
Test(attacks, the_clients_ephemeral_key_is_spent_with_its_exchange)
{
    struct pump pump;
    pump_open(&pump, "modern:rsa");
    channel_give_ephemeral(pump.client, pump_ephemeral(0));
    carry(pump.client, pump.server);
    channel_verdict(pump.server, CHANNEL_OK);
    channel_give_ephemeral(pump.server, pump_ephemeral(1));
    carry(pump.server, pump.client);
    channel_verdict(pump.client, CHANNEL_OK);
    work(pump.client);
    cr_assert_null(channel_take_ephemeral(pump.client));
    pump_close(&pump);
}

/* --- a man in the middle ---------------------------------------------------------------------- */

struct middle {
    enum wire_message message; /* which hello is changed */
    int field;                 /* the number that is replaced */
    const struct rsa_key *key; /* by one of this key */
    size_t seen;
    bool is_point; /* or, in a share, by some point: u is its first field, where it has one */
};

/* Of the hello itself, or inside its share (field HELLO_EPH: n). */
static void replace(struct wire_value *values, const struct middle *middle, uint8_t *room)
{
    static uint8_t share[WIRE_SHARE_MAX];
    struct wire_value inside[RSA_SHARE_FIELDS];
    const struct wire_value number = {
        .data = room, .bytes = rsa_key_number_bytes(middle->key, RSA_N, room, WIRE_MODULUS_MAX)};
    if (middle->field != HELLO_EPH) {
        values[middle->field] = number;
        return;
    }
    if (middle->is_point) {
        static const uint8_t nine[WIRE_X25519_BYTES] = {9};
        memcpy(share, values[HELLO_EPH].data, values[HELLO_EPH].bytes);
        memcpy(share, nine, sizeof(nine));
        values[HELLO_EPH].data = share;
        return;
    }
    cr_assert_null(
        wire_decode(inside, WIRE_RSA_SHARE, values[HELLO_EPH].data, values[HELLO_EPH].bytes));
    inside[RSA_SHARE_N] = number;
    wire_encode(share, WIRE_RSA_SHARE, inside);
    values[HELLO_EPH] = (struct wire_value){.data = share,
                                            .bytes = wire_size(WIRE_RSA_SHARE, inside)};
}

static int replace_number(void *context, enum channel_role from, uint8_t *frame, size_t *bytes)
{
    struct middle *middle = context;
    struct wire_value values[HELLO_FIELDS];
    uint8_t number[WIRE_MODULUS_MAX], *copy;
    (void)from;
    if (middle->seen++ != (middle->message == WIRE_CLIENT_HELLO ? 0 : 1))
        return 1;
    copy = malloc(*bytes);
    memcpy(copy, frame, *bytes);
    cr_assert_null(
        wire_decode(values, middle->message, copy + WIRE_HEADER_BYTES, *bytes - WIRE_HEADER_BYTES));
    replace(values, middle, number);
    wire_encode(frame + WIRE_HEADER_BYTES, middle->message, values);
    free(copy);
    return 1;
}

/* An identity may be one's own: who talks to himself at two desks. But who shows ours has to sign
 * with it. */
Test(attacks, a_man_in_the_middle_is_found_by_the_signatures)
{
    static const struct {
        const char *name;
        enum wire_message message;
        int field;
        size_t key;
    } rows[] = {
        {"the client's share", WIRE_CLIENT_HELLO, HELLO_EPH, 2},
        {"the client's identity key", WIRE_CLIENT_HELLO, HELLO_ID_N, 2},
        {"the client's identity key for the server's own", WIRE_CLIENT_HELLO, HELLO_ID_N, 1},
        {"the server's share", WIRE_SERVER_HELLO, HELLO_EPH, 2},
        {"the server's identity key", WIRE_SERVER_HELLO, HELLO_ID_N, 2},
        {"the server's identity key for the client's own", WIRE_SERVER_HELLO, HELLO_ID_N, 0},
    };
    for (size_t i = 0; i < MODERN * sizeof(rows) / sizeof(rows[0]); i++) {
        const size_t row = i / MODERN;
        struct middle middle = {.message = rows[row].message,
                                .field = rows[row].field,
                                .key = pump_identity(rows[row].key),
                                .is_point = i % MODERN != MODERN - 1};
        struct pump pump;
        pump_open(&pump, modern_suites[i % MODERN]);
        pump.frame = replace_number;
        pump.context = &middle;
        pump_run(&pump);
        cr_assert_eq(channel_error(pump.server), CHANNEL_ERR_AUTH, "%s", rows[row].name);
        cr_assert_eq(channel_error(pump.client), CHANNEL_ERR_AUTH, "%s", rows[row].name);
        cr_assert(channel_error_is_peers(pump.client), "the server saw it first");
        pump_close(&pump);
    }
}

/* --- reflection ------------------------------------------------------------------------------- */

/* A client that talks to a mirror, and is careless enough to accept its own key: what nobody has
 * the private half of but we is no share of a peer. */
Test(attacks, ones_own_hello_sent_back)
{
    for (size_t i = 0; i < MODERN; i++) {
        struct pump pump;
        pump_open(&pump, modern_suites[i]);
        give_ephemeral(pump.client);
        carry(pump.client, pump.client);
        /* In the hybrid a client's share has not even the form of a server's. */
        cr_assert_eq(channel_error(pump.client), i == 0 ? CHANNEL_ERR_MALFORMED : CHANNEL_ERR_SHARE,
                     "%s", modern_suites[i]);
        cr_assert_str_eq(channel_error_detail(pump.client), "key share");
        pump_close(&pump);
    }
}

/* A mirror with a share of its own, where a client's can be a server's: the labels under the two
 * signatures differ. */
Test(attacks, ones_own_exchange_sent_back)
{
    for (size_t i = 1; i < MODERN; i++) {
        struct pump pump;
        uint8_t hello[2048];
        size_t bytes;
        pump_open(&pump, modern_suites[i]);
        give_ephemeral(pump.client);
        const uint8_t *output = channel_output(pump.client, &bytes);
        cr_assert_leq(bytes, sizeof(hello));
        memcpy(hello, output, bytes);
        channel_output_done(pump.client, bytes);
        hello[4 + 2 + 4 + 34 + 258 + 5 + 2 + 8] ^= 1; /* in eph: of u, or of n */
        feed(pump.client, hello, bytes);
        cr_assert(rsa_key_equal_public(channel_peer_key(pump.client), pump_identity(0)));
        channel_verdict(pump.client, CHANNEL_OK);
        work(pump.client);
        carry(pump.client, pump.client);
        work(pump.client);
        cr_assert_eq(channel_error(pump.client), CHANNEL_ERR_AUTH, "%s", modern_suites[i]);
        pump_close(&pump);
    }
}

Test(attacks, ones_own_records_sent_back)
{
    for (int role = CHANNEL_CLIENT; role <= CHANNEL_SERVER; role++) {
        struct pump pump;
        struct channel *channel;
        pump_open(&pump, "modern");
        pump_run(&pump);
        channel = role == CHANNEL_CLIENT ? pump.client : pump.server;
        cr_assert_eq(channel_send(channel, "echo", 4), CHANNEL_OK);
        carry(channel, channel);
        cr_assert_eq(channel_error(channel), CHANNEL_ERR_AUTH);
        cr_assert_not(channel_flags(channel) & CHANNEL_HAS_DATA);
        pump_close(&pump);
    }
}

Test(attacks, ones_own_resume_sent_back)
{
    struct pump pump;
    scene_open(&pump, SCENE_TALK, "modern");
    carry(pump.client, pump.client);
    cr_assert_eq(channel_error(pump.client), CHANNEL_ERR_MALFORMED);
    pump_close(&pump);
}

/* --- records ---------------------------------------------------------------------------------- */

Test(attacks, records_replayed_reordered_or_left_out)
{
    static const struct {
        const char *name;
        int order[3];
        size_t received; /* how many messages are taken before it is noticed */
    } rows[] = {
        {"in order", {0, 1, 2}, 3},         {"the first again", {0, 0, 1}, 1},
        {"swapped", {1, 0, 2}, 0},          {"the second left out", {0, 2, 2}, 1},
        {"an old one later", {0, 1, 0}, 2},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct pump pump;
        struct {
            uint8_t data[64];
            size_t bytes;
        } records[3];
        pump_open(&pump, "modern");
        pump_run(&pump);
        for (int r = 0; r < 3; r++) {
            const uint8_t *output;
            cr_assert_eq(channel_send(pump.client, &"abc"[r], 1), CHANNEL_OK);
            output = channel_output(pump.client, &records[r].bytes);
            memcpy(records[r].data, output, records[r].bytes);
            channel_output_done(pump.client, records[r].bytes);
        }
        for (int r = 0; r < 3; r++)
            pump_inject(&pump, CHANNEL_CLIENT, records[rows[i].order[r]].data,
                        records[rows[i].order[r]].bytes);
        pump_run(&pump);
        cr_assert_eq(pump.server_bytes, rows[i].received, "%s", rows[i].name);
        cr_assert(rows[i].received == 0 || memcmp(pump.server_data, "abc", rows[i].received) == 0);
        cr_assert_eq(channel_error(pump.server),
                     rows[i].received == 3 ? CHANNEL_OK : CHANNEL_ERR_AUTH, "%s", rows[i].name);
        pump_close(&pump);
    }
}

/* --- tickets ---------------------------------------------------------------------------------- */

static struct channel_ticket *take_tickets(struct channel_ticket **servers, const char *suite)
{
    struct channel_ticket *clients;
    struct pump pump;
    pump_open(&pump, suite);
    pump_run(&pump);
    cr_assert_eq(channel_send_port(pump.server, 20001), CHANNEL_OK);
    pump_run(&pump);
    clients = channel_take_ticket(pump.client);
    *servers = channel_take_ticket(pump.server);
    pump_close(&pump);
    return clients;
}

Test(attacks, the_wrong_ticket_opens_nothing)
{
    static const char *const suites[] = {"modern", "modern:x25519", "modern:rsa", "dh", "textbook"};
    for (size_t i = 0; i < sizeof(suites) / sizeof(suites[0]); i++) {
        struct channel_ticket *servers[2], *clients[2];
        struct pump pump, configs;
        pump_open(&configs, suites[i]);
        for (size_t t = 0; t < 2; t++)
            clients[t] = take_tickets(&servers[t], suites[i]);
        pump_open_tickets(&pump, &configs.client_config, &configs.server_config, clients[0],
                          servers[1]);
        pump_run(&pump);
        cr_assert_eq(channel_error(pump.server), CHANNEL_ERR_TICKET, "%s", suites[i]);
        cr_assert_eq(channel_error(pump.client), CHANNEL_ERR_TICKET, "%s: and is told", suites[i]);
        pump_close(&pump);
        for (size_t t = 0; t < 2; t++) {
            channel_ticket_free(clients[t]);
            channel_ticket_free(servers[t]);
        }
        pump_close(&configs);
    }
}

Test(attacks, a_ticket_is_good_for_its_own_suite_alone)
{
    struct channel_ticket *server, *client = take_tickets(&server, "textbook");
    struct channel_config config = {.role = CHANNEL_SERVER, .identity = pump_identity(1)};
    struct channel *channel;
    cr_assert_eq(channel_new_resume(&channel, &config, server), CHANNEL_ERR_SUITE);
    cr_assert_null(channel);
    cr_assert_eq(channel_suite_parse(&config.suite, "textbook:caesar"), CHANNEL_OK);
    cr_assert_eq(channel_new_resume(&channel, &config, server), CHANNEL_ERR_SUITE);
    channel_ticket_free(server);
    channel_ticket_free(client);
}

/* Each byte of R1 and R2 counts: with one bit changed the port stays closed. */
static int flip_resume(void *context, enum channel_role from, uint8_t *frame, size_t *bytes)
{
    const struct {
        enum channel_role from;
        size_t byte;
    } *target = context;
    (void)bytes;
    if (from == target->from && frame[0] == WIRE_FRAME_RESUME)
        frame[WIRE_HEADER_BYTES + target->byte] ^= 0x10;
    return 1;
}

Test(attacks, a_forged_resume_opens_nothing)
{
    static const size_t sizes[] = {16 + 16 + 32, 16 + 32};
    for (int role = CHANNEL_CLIENT; role <= CHANNEL_SERVER; role++)
        for (size_t byte = 0; byte < sizes[role]; byte++) {
            struct {
                enum channel_role from;
                size_t byte;
            } target = {(enum channel_role)role, byte};
            struct pump pump;
            scene_open(&pump, SCENE_TALK, "modern");
            pump.frame = flip_resume;
            pump.context = &target;
            pump_run(&pump);
            cr_assert_not(channel_flags(pump.client) & CHANNEL_OPEN, "byte %zu", byte);
            cr_assert_eq(channel_error(pump.client),
                         role == CHANNEL_CLIENT ? CHANNEL_ERR_TICKET : CHANNEL_ERR_AUTH);
            cr_assert(role == CHANNEL_SERVER || channel_error(pump.server) == CHANNEL_ERR_TICKET,
                      "byte %zu", byte);
            pump_close(&pump);
        }
}

/* A listener who sends an old resume to a server that still waits for that ticket gets an answer,
 * but neither the keys nor the old session: the server's r' is new. */
Test(attacks, an_old_resume_replayed_cannot_talk)
{
    struct scene_frames old;
    struct pump pump;
    scene_record(&old, SCENE_TALK, "modern");
    scene_open(&pump, SCENE_TALK, "modern");
    feed(pump.server, old.frames[0].data, old.frames[0].bytes);
    cr_assert(channel_flags(pump.server) & CHANNEL_OPEN);
    feed(pump.server, old.frames[2].data, old.frames[2].bytes);
    cr_assert_eq(channel_error(pump.server), CHANNEL_ERR_AUTH);
    cr_assert_not(channel_flags(pump.server) & CHANNEL_HAS_DATA);
    pump_close(&pump);
    scene_open(&pump, SCENE_TALK, "modern");
    feed(pump.server, old.frames[0].data, old.frames[0].bytes);
    feed(pump.server, old.frames[0].data, old.frames[0].bytes);
    cr_assert_eq(channel_error(pump.server), CHANNEL_ERR_UNEXPECTED, "on one connection, once");
    pump_close(&pump);
    scene_frames_free(&old);
}
