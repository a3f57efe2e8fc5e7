/*
 * Key shares that no honest peer sends, from a peer that does all else right: it signs what it has
 * sent. Points that give everybody's secret, our own shares, numbers that are none.
 */
#include "dh.h"
#include "engine.h"
#include "hex.h"
#include "scene.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A peer that sends another share than its engine has made, and hashes what it has sent. */
struct forger {
    struct pump *pump;
    enum channel_role role;
    const uint8_t *share; /* NULL: what came from the other side */
    size_t bytes;
    uint8_t mask; /* upon its last byte */
    bool patches; /* only the bytes from `at` on, in the share that its engine has made */
    size_t at;
    uint8_t hello[WIRE_HANDSHAKE_MAX], echo[WIRE_SHARE_MAX];
    size_t hello_bytes, echo_bytes; /* M1, and its share */
    size_t after;                   /* frames of the peer's victim behind its hello, no alert */
};

static void write_share(struct forger *forger, enum channel_role from, uint8_t *frame,
                        size_t *bytes)
{
    const enum wire_message message = from == CHANNEL_CLIENT ? WIRE_CLIENT_HELLO
                                                             : WIRE_SERVER_HELLO;
    uint8_t *share = forger->echo, copy[WIRE_HANDSHAKE_MAX];
    struct wire_value values[HELLO_FIELDS];
    memcpy(copy, frame, *bytes);
    cr_assert_null(
        wire_decode(values, message, copy + WIRE_HEADER_BYTES, *bytes - WIRE_HEADER_BYTES));
    if (forger->patches) {
        memcpy(share, values[HELLO_EPH].data, forger->echo_bytes = values[HELLO_EPH].bytes);
        memcpy(share + forger->at, forger->share, forger->bytes);
    } else if (forger->share) {
        memcpy(share, forger->share, forger->bytes);
        forger->echo_bytes = forger->bytes;
    }
    if (forger->echo_bytes > 0)
        share[forger->echo_bytes - 1] ^= forger->mask;
    values[HELLO_EPH] = (struct wire_value){.data = share, .bytes = forger->echo_bytes};
    *bytes = WIRE_HEADER_BYTES + wire_size(message, values);
    wire_put_header(frame, WIRE_FRAME_HELLO, *bytes - WIRE_HEADER_BYTES);
    wire_encode(frame + WIRE_HEADER_BYTES, message, values);
}

static int forge(void *context, enum channel_role from, uint8_t *frame, size_t *bytes)
{
    struct forger *forger = context;
    struct channel *own = forger->role == CHANNEL_CLIENT ? forger->pump->client
                                                         : forger->pump->server;
    struct wire_value values[HELLO_FIELDS];
    forger->after += from != forger->role && frame[0] != WIRE_FRAME_HELLO &&
                     frame[0] != WIRE_FRAME_ALERT;
    if (frame[0] != WIRE_FRAME_HELLO)
        return 1;
    if (from == forger->role)
        write_share(forger, from, frame, bytes);
    if (from == forger->role && own->exchange) {
        sym_sha256_init(&own->exchange->transcript);
        sym_sha256_update(&own->exchange->transcript, forger->hello, forger->hello_bytes);
        sym_sha256_update(&own->exchange->transcript, frame, *bytes);
    }
    if (from == CHANNEL_CLIENT && forger->role == CHANNEL_SERVER) {
        memcpy(forger->hello, frame, forger->hello_bytes = *bytes);
        cr_assert_null(wire_decode(values, WIRE_CLIENT_HELLO, frame + WIRE_HEADER_BYTES,
                                   *bytes - WIRE_HEADER_BYTES));
        memcpy(forger->echo, values[HELLO_EPH].data, forger->echo_bytes = values[HELLO_EPH].bytes);
    }
    return 1;
}

static struct channel *play(struct pump *pump, const char *suite, struct forger *forger)
{
    pump_open(pump, suite);
    forger->pump = pump;
    pump->frame = forge;
    pump->context = forger;
    pump_run(pump);
    return forger->role == CHANNEL_CLIENT ? pump->server : pump->client;
}

static void expect_error(const char *suite, struct forger forger, enum channel_error want,
                         const char *name)
{
    struct pump pump;
    struct channel *victim = play(&pump, suite, &forger);
    cr_assert_eq(channel_error(victim), want, "%s, %s, role %d: %s (%s)", suite, name, forger.role,
                 channel_strerror(channel_error(victim)), channel_error_detail(victim));
    cr_assert_not(channel_error_is_peers(victim));
    pump_close(&pump);
}

/* --- X25519 ----------------------------------------------------------------------------------- */

/* All that are of low order, with their other encodings below 2^255; the top bit is masked. */
static const char *const low_order[] = {
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
    "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
};
#define LOW_ORDER (sizeof(low_order) / sizeof(low_order[0]))

Test(shares, a_point_of_low_order_is_refused)
{
    for (size_t i = 0; i < 2 * LOW_ORDER; i++)
        for (int role = CHANNEL_CLIENT; role <= CHANNEL_SERVER; role++) {
            size_t bytes;
            uint8_t *point = hex_decode(low_order[i / 2], &bytes);
            struct forger forger = {.role = (enum channel_role)role,
                                    .share = point,
                                    .bytes = bytes,
                                    .mask = (uint8_t)(i % 2 << 7)};
            struct pump pump;
            struct channel *victim = play(&pump, "modern:x25519", &forger);
            cr_assert_eq(channel_error(victim), CHANNEL_ERR_SHARE, "point %zu, role %d: %s", i,
                         role, channel_strerror(channel_error(victim)));
            /* The client proves itself before it can know; the server says nothing but why. */
            cr_assert_eq(forger.after, role == CHANNEL_SERVER ? 1u : 0u);
            cr_assert_not(channel_flags(victim) & CHANNEL_OPEN);
            cr_assert(role == CHANNEL_SERVER || channel_error(pump.client) == CHANNEL_ERR_SHARE);
            pump_close(&pump);
            free(point);
        }
}

Test(shares, short_and_long_keys)
{
    static const uint8_t bytes[WIRE_SHARE_MAX] = {9};
    static const size_t sizes[] = {0, 1, 31, 33, 64, WIRE_SHARE_MAX};
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
        for (int role = CHANNEL_CLIENT; role <= CHANNEL_SERVER; role++)
            expect_error(
                "modern:x25519",
                (struct forger){.role = (enum channel_role)role, .share = bytes, .bytes = sizes[i]},
                CHANNEL_ERR_MALFORMED, "size");
}

/* RFC 7748 5: the top bit of u is masked. It is in the transcript as it was sent. */
static int set_top_bit(void *context, enum channel_role from, uint8_t *frame, size_t *bytes)
{
    struct forger *forger = context;
    struct wire_value values[HELLO_FIELDS];
    if (from == forger->role && frame[0] == WIRE_FRAME_HELLO) {
        cr_assert_null(wire_decode(values,
                                   from == CHANNEL_CLIENT ? WIRE_CLIENT_HELLO : WIRE_SERVER_HELLO,
                                   frame + WIRE_HEADER_BYTES, *bytes - WIRE_HEADER_BYTES));
        memcpy(forger->echo, values[HELLO_EPH].data, values[HELLO_EPH].bytes);
        forger->share = forger->echo;
        forger->bytes = values[HELLO_EPH].bytes;
    }
    return forge(context, from, frame, bytes);
}

Test(shares, a_top_bit_is_masked)
{
    for (int role = CHANNEL_CLIENT; role <= CHANNEL_SERVER; role++) {
        struct forger forger = {.role = (enum channel_role)role, .mask = 0x80};
        struct pump pump;
        pump_open(&pump, "modern:x25519");
        forger.pump = &pump;
        pump.frame = set_top_bit;
        pump.context = &forger;
        pump_run(&pump);
        pump_expect_talk(&pump);
        pump_close(&pump);
    }
}

/* The same bytes, and the same point in other bytes. */
Test(shares, our_own_sent_back)
{
    expect_error("modern:x25519", (struct forger){.role = CHANNEL_SERVER}, CHANNEL_ERR_SHARE,
                 "own");
    expect_error("modern:x25519", (struct forger){.role = CHANNEL_SERVER, .mask = 0x80},
                 CHANNEL_ERR_SHARE, "own, its top bit set");
    expect_error("modern:rsa", (struct forger){.role = CHANNEL_SERVER}, CHANNEL_ERR_SHARE, "own");
}

/* --- hybrid: X25519 and ML-KEM ------------------------------------------------------------------ */

static const uint8_t low_point[WIRE_X25519_BYTES] = {1};

/* Behind the whole handshake, as both ends see it. What the shares can hold: agreement_hybrid.c. */
Test(shares, of_the_hybrid)
{
    for (int role = CHANNEL_CLIENT; role <= CHANNEL_SERVER; role++)
        expect_error("modern",
                     (struct forger){.role = (enum channel_role)role,
                                     .share = low_point,
                                     .bytes = sizeof(low_point),
                                     .patches = true},
                     CHANNEL_ERR_SHARE, "low order");
    static const uint8_t above_q[] = {0xff, 0xff, 0xff};
    for (size_t at = 0; at < WIRE_MLKEM_EK_BYTES - 32; at += 3 * 37) {
        struct forger forger = {.role = CHANNEL_CLIENT,
                                .share = above_q,
                                .bytes = sizeof(above_q),
                                .patches = true,
                                .at = WIRE_X25519_BYTES + at};
        struct pump pump;
        struct channel *server = play(&pump, "modern", &forger);
        cr_assert_eq(channel_error(server), CHANNEL_ERR_SHARE, "at %zu", at);
        cr_assert_str_eq(channel_error_detail(server), "key share");
        cr_assert_eq(forger.after, 0u);
        cr_assert_eq(channel_error(pump.client), CHANNEL_ERR_SHARE);
        cr_assert(channel_error_is_peers(pump.client));
        pump_close(&pump);
    }
    expect_error("modern", (struct forger){.role = CHANNEL_CLIENT, .share = low_point, .bytes = 32},
                 CHANNEL_ERR_MALFORMED, "a share of X25519 alone");
    expect_error("modern", (struct forger){.role = CHANNEL_SERVER}, CHANNEL_ERR_MALFORMED,
                 "the client's own: an encapsulation key is no ciphertext");
}

/* A server that signs a ciphertext of which it does not have the secret: the handshake goes through,
 * and no record does. */
Test(shares, a_ciphertext_that_was_made_up)
{
    static const uint8_t made_up[] = "any bytes are a ciphertext";
    struct forger forger = {.role = CHANNEL_SERVER,
                            .share = made_up,
                            .bytes = sizeof(made_up),
                            .patches = true,
                            .at = WIRE_X25519_BYTES + 100};
    struct pump pump;
    struct channel *client = play(&pump, "modern", &forger);
    cr_assert_eq(channel_error(client), CHANNEL_OK);
    cr_assert(channel_flags(client) & CHANNEL_OPEN);
    cr_assert_eq(channel_send(pump.server, "hello", 5), CHANNEL_OK);
    pump_run(&pump);
    cr_assert_eq(channel_error(client), CHANNEL_ERR_AUTH, "the first tag refuses it");
    cr_assert_eq(pump.client_bytes, 0u);
    pump_close(&pump);
}

/* --- dh --------------------------------------------------------------------------------------- */

/* Numbers behind their lengths. */
static size_t write_numbers(uint8_t *out, const char *const *numbers, size_t count)
{
    uint8_t *at = out;
    for (size_t i = 0; i < count; i++) {
        size_t bytes;
        uint8_t *number = hex_decode(numbers[i], &bytes);
        *at++ = (uint8_t)(bytes >> 8);
        *at++ = (uint8_t)bytes;
        memcpy(at, number, bytes);
        at += bytes;
        free(number);
    }
    return (size_t)(at - out);
}

#define LONG   "0101010101010101010101010101010101010101010101010101010101010101"
#define LONGER LONG LONG LONG LONG LONG LONG LONG LONG

/* Refused is what cannot be computed with; all else is the lesson. */
Test(shares, numbers_of_dh)
{
    static const struct {
        const char *name, *numbers[3];
        enum channel_error want;
    } rows[] = {
        {"p = 23, g = 5, A = 8", {"17", "05", "08"}, CHANNEL_OK},
        {"A = 1", {"17", "05", "01"}, CHANNEL_OK},
        {"A = p - 1", {"17", "05", "16"}, CHANNEL_OK},
        {"p = 15, no prime", {"0f", "02", "04"}, CHANNEL_OK},
        {"A = p", {"17", "05", "17"}, CHANNEL_ERR_NUMBER},
        {"A > p", {"17", "05", "0100"}, CHANNEL_ERR_NUMBER},
        {"A = 0", {"17", "05", "00"}, CHANNEL_ERR_MALFORMED},
        {"A empty", {"17", "05", ""}, CHANNEL_ERR_MALFORMED},
        {"A with a leading zero", {"17", "05", "0008"}, CHANNEL_ERR_MALFORMED},
        {"g = 0", {"17", "00", "08"}, CHANNEL_ERR_MALFORMED},
        {"g empty", {"17", "", "08"}, CHANNEL_ERR_MALFORMED},
        {"g = 1", {"17", "01", "08"}, CHANNEL_ERR_NUMBER},
        {"g = p", {"17", "17", "08"}, CHANNEL_ERR_NUMBER},
        {"p even", {"18", "05", "08"}, CHANNEL_ERR_NUMBER},
        {"p = 1", {"01", "05", "08"}, CHANNEL_ERR_NUMBER},
        {"p = 3", {"03", "02", "02"}, CHANNEL_ERR_NUMBER},
        {"p empty", {"", "05", "08"}, CHANNEL_ERR_MALFORMED},
        {"p of 8200 bits", {"81" LONGER LONGER LONGER LONGER, "05", "08"}, CHANNEL_ERR_MALFORMED},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        uint8_t share[WIRE_SHARE_MAX];
        const size_t bytes = write_numbers(share, rows[i].numbers, 3);
        expect_error("dh", (struct forger){.role = CHANNEL_CLIENT, .share = share, .bytes = bytes},
                     rows[i].want, rows[i].name);
    }
}

Test(shares, the_servers_number_of_dh)
{
    static const struct {
        const char *name, *number;
        enum channel_error want;
    } rows[] = {
        {"B = 1", "01", CHANNEL_OK},
        {"B = 0", "00", CHANNEL_ERR_MALFORMED},
        {"B empty", "", CHANNEL_ERR_MALFORMED},
        {"B of p's size, above it", "ff" LONGER, CHANNEL_ERR_NUMBER},
        {"B of 8193 bits", "01" LONGER LONGER LONGER LONGER, CHANNEL_ERR_MALFORMED},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        uint8_t share[WIRE_SHARE_MAX];
        const size_t bytes = write_numbers(share, &rows[i].number, 1);
        expect_error("dh", (struct forger){.role = CHANNEL_SERVER, .share = share, .bytes = bytes},
                     rows[i].want, rows[i].name);
    }
}

Test(shares, groups_of_every_size)
{
    static const char *const groups[] = {"5,2", "23,5", "0xffffffffffffffc5,2", "modp768",
                                         "ffdhe8192"};
    for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++) {
        struct dh_group *group;
        struct channel_config client = {.role = CHANNEL_CLIENT, .identity = pump_identity(0)};
        cr_assert_eq(dh_group_parse(&group, groups[i]), DH_OK, "%s", groups[i]);
        cr_assert_eq(channel_suite_parse(&client.suite, "dh"), CHANNEL_OK);
        struct channel_config server = client;
        server.role = CHANNEL_SERVER;
        server.identity = pump_identity(1);
        client.group = group;
        struct pump pump;
        pump_open_configs(&pump, &client, &server);
        pump_run(&pump);
        pump_expect_talk(&pump);
        cr_assert_eq(channel_rekey(pump.client), CHANNEL_OK);
        pump_run(&pump);
        pump_expect_talk(&pump);
        cr_assert_eq(channel_generation(pump.server), 1u);
        pump_close(&pump);
        dh_group_free(group);
    }
}
