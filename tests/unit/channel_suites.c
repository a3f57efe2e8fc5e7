/*
 * Two sides that do not speak alike: every pair of suites, lists of suites, other versions. Nobody
 * talks the other down to what it did not ask for.
 */
#include "scene.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const suites[] = {"modern",    "modern:x25519", "modern:rsa",     "dh",
                                     "dh:caesar", "textbook",      "textbook:caesar"};
#define SUITES (sizeof(suites) / sizeof(suites[0]))

static void open_pair(struct pump *pump, const char *client, const char *server)
{
    struct channel_config configs[] = {{.role = CHANNEL_CLIENT, .identity = pump_identity(0)},
                                       {.role = CHANNEL_SERVER, .identity = pump_identity(1)}};
    cr_assert_eq(channel_suite_parse(&configs[0].suite, client), CHANNEL_OK);
    cr_assert_eq(channel_suite_parse(&configs[1].suite, server), CHANNEL_OK);
    pump_open_configs(pump, &configs[0], &configs[1]);
}

/* An older release has no hint of its own. */
#define TEXT_OF(number) #number
#define TEXT(number)    TEXT_OF(number)
#define OURS            TEXT(WIRE_VERSION)
#define RELEASE(theirs)                                                                            \
    "it speaks version " OURS ", you speak version " theirs "; take the newer release on both "    \
    "sides"

static void expect_both(const struct pump *pump, enum channel_error error, const char *what)
{
    cr_assert_eq(channel_error(pump->server), error, "%s: %s", what,
                 channel_strerror(channel_error(pump->server)));
    cr_assert_eq(channel_error(pump->client), error, "%s: the client hears %s", what,
                 channel_strerror(channel_error(pump->client)));
    cr_assert_neq(channel_error_is_peers(pump->client), channel_error_is_peers(pump->server));
    const char *reason = channel_error_reason(channel_error_is_peers(pump->client) ? pump->client
                                                                                   : pump->server);
    if (error == CHANNEL_ERR_VERSION) /* another_version knows which */
        cr_assert(strstr(reason, "speaks version " OURS ", you speak version "), "%s", reason);
    else
        cr_assert_str_eq(reason, channel_strerror(error));
}

Test(suites, every_pair)
{
    for (size_t client = 0; client < SUITES; client++)
        for (size_t server = 0; server < SUITES; server++) {
            char what[80];
            struct pump pump;
            snprintf(what, sizeof(what), "%s and %s", suites[client], suites[server]);
            open_pair(&pump, suites[client], suites[server]);
            pump_run(&pump);
            if (client == server)
                pump_expect_talk(&pump);
            else
                expect_both(&pump, CHANNEL_ERR_SUITE, what);
            pump_close(&pump);
        }
}

/* The table, its names and its numbers on the wire agree: no two suites are one. */
Test(suites, names_and_numbers)
{
    struct channel_suite suite, other, parsed;
    char text[CHANNEL_SUITE_TEXT_BYTES];
    size_t count = 0;
    for (; channel_suite_at(&suite, count); count++) {
        cr_assert_eq(channel_suite_parse(&parsed, channel_suite_text(text, suite)), CHANNEL_OK);
        cr_assert_eq(parsed.kind, suite.kind, "%s", text);
        cr_assert_eq(parsed.cipher, suite.cipher, "%s", text);
        for (size_t before = 0; before < count; before++) {
            cr_assert(channel_suite_at(&other, before));
            cr_assert_neq(channel_suite_number(other), channel_suite_number(suite), "%s", text);
        }
    }
    cr_assert_eq(count, 3u + 2 * 5); /* all ciphers but otp */
}

/* --- what stands in a hello --------------------------------------------------------------------- */

/* Another hello on the way: its version and its suites. */
struct other {
    enum channel_role from;
    uint16_t version;
    const uint8_t *suites;
    size_t bytes;
};

static int change_hello(void *context, enum channel_role from, uint8_t *frame, size_t *bytes)
{
    const struct other *other = context;
    const enum wire_message message = from == CHANNEL_CLIENT ? WIRE_CLIENT_HELLO
                                                             : WIRE_SERVER_HELLO;
    struct wire_value values[HELLO_FIELDS];
    uint8_t *copy = malloc(*bytes);
    if (frame[0] == WIRE_FRAME_HELLO && from == other->from) {
        memcpy(copy, frame, *bytes);
        cr_assert_null(
            wire_decode(values, message, copy + WIRE_HEADER_BYTES, *bytes - WIRE_HEADER_BYTES));
        if (other->suites)
            values[HELLO_SUITES] = (struct wire_value){.data = other->suites,
                                                       .bytes = other->bytes};
        *bytes = WIRE_HEADER_BYTES + wire_size(message, values);
        wire_put_header(frame, WIRE_FRAME_HELLO, *bytes - WIRE_HEADER_BYTES);
        wire_encode(frame + WIRE_HEADER_BYTES, message, values);
        if (other->version)
            frame[WIRE_HEADER_BYTES + 1] = (uint8_t)other->version;
    }
    free(copy);
    return 1;
}

static void play_other(struct pump *pump, const char *suite, struct other *other)
{
    pump_open(pump, suite);
    pump->frame = change_hello;
    pump->context = other;
    pump_run(pump);
}

/* Each screen names both versions. */
static void expect_versions(const struct pump *pump, unsigned theirs, const char *what)
{
    char own[64];
    expect_both(pump, CHANNEL_ERR_VERSION, what);
    const bool is_clients = channel_error_is_peers(pump->client);
    snprintf(own, sizeof(own), "hello: version %u, ours is " OURS, theirs);
    cr_assert_str_eq(channel_error_detail(is_clients ? pump->server : pump->client), own);
    cr_assert_str_eq(channel_error_reason(is_clients ? pump->client : pump->server),
                     theirs == 1 ? RELEASE("1") : RELEASE("3"));
}

/* Both directions, all suites: told in an alert that every version can read. */
Test(suites, another_version)
{
    static const uint16_t versions[] = {1, 3};
    for (size_t i = 0; i < SUITES; i++)
        for (size_t v = 0; v < 2; v++)
            for (int from = CHANNEL_CLIENT; from <= CHANNEL_SERVER; from++) {
                struct other other = {.from = (enum channel_role)from, .version = versions[v]};
                struct pump pump;
                play_other(&pump, suites[i], &other);
                if (from == CHANNEL_SERVER && !channel_suite_is_modern(pump.client_config.suite))
                    cr_assert_eq(channel_error(pump.client), CHANNEL_ERR_VERSION, "%s", suites[i]);
                else
                    expect_versions(&pump, versions[v], suites[i]);
                pump_close(&pump);
            }
}

static void feed(struct channel *channel, const void *data, size_t bytes)
{
    size_t space;
    uint8_t *room = channel_input_space(channel, &space);
    cr_assert_leq(bytes, space);
    memcpy(room, data, bytes);
    channel_input_done(channel, bytes);
}

/* A client of version 1, whose hello ends with `eph n` and `eph e`: byte for byte what it reads. */
Test(suites, a_client_of_version_1_can_read_its_answer)
{
    static const uint8_t hello[] = {1, 0, 0, 17, 0, 1, 0, 2, 0, 1, /* version 1, modern */
                                    0, 0, 0, 1,  5, 0, 1, 3,       /* no random, id */
                                    0, 1, 7};                      /* ... */
    static const char words[] = RELEASE("1");
    struct pump pump;
    size_t bytes;
    pump_open(&pump, "modern");
    feed(pump.server, hello, sizeof(hello));
    cr_assert_eq(channel_error(pump.server), CHANNEL_ERR_VERSION);
    const uint8_t *alert = channel_output(pump.server, &bytes);
    const size_t length = strlen(words);
    cr_assert_eq(bytes, 4 + 1 + 2 + length);
    cr_assert_arr_eq(alert, ((uint8_t[]){5, 0, 0, (uint8_t)(3 + length), 4, 0, (uint8_t)length}),
                     7);
    cr_assert_arr_eq(alert + 7, words, length);
    pump_close(&pump);
}

/* And what a server of version 1 says to our hello, which it did not even parse. */
Test(suites, a_server_of_version_1_is_understood)
{
    static const uint8_t alert[] = {5, 0, 0, 6, 4, 0, 3, 'w', 'h', 'y'};
    for (size_t i = 0; i < SUITES; i++) {
        struct pump pump;
        pump_open(&pump, suites[i]);
        pump_run_until(&pump, pump.client, CHANNEL_HAS_OUTPUT);
        feed(pump.client, alert, sizeof(alert));
        cr_assert_eq(channel_error(pump.client), CHANNEL_ERR_VERSION, "%s", suites[i]);
        cr_assert(channel_error_is_peers(pump.client));
        cr_assert_str_eq(channel_error_reason(pump.client), "why");
        pump_close(&pump);
    }
}

/* A client may offer more than it talks; the server's own decides, wherever it stands. The client
 * finds a list changed on the way by the signatures. */
Test(suites, a_list_of_suites)
{
    static const struct {
        uint8_t list[32];
        size_t bytes;
        enum channel_error want;
    } rows[] = {
        {{0, 3, 0, 1, 1, 1}, 6, CHANNEL_ERR_AUTH},
        {{1, 1, 0, 2, 0, 3}, 6, CHANNEL_ERR_AUTH},
        {{0, 3, 0, 3}, 4, CHANNEL_ERR_AUTH},
        {{[30] = 0, 3}, 32, CHANNEL_ERR_AUTH},
        {{0, 2, 1, 1}, 4, CHANNEL_ERR_SUITE},
        {{0, 0, 3}, 3, CHANNEL_ERR_SUITE}, /* an odd number of bytes */
        {{2, 0}, 2, CHANNEL_ERR_SUITE},    /* dh without a cipher's place */
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct other other = {.suites = rows[i].list, .bytes = rows[i].bytes};
        struct pump pump;
        play_other(&pump, "modern", &other);
        expect_both(&pump, rows[i].want, "list");
        cr_assert(channel_error_is_peers(pump.client), "row %zu: the server saw it first", i);
        pump_close(&pump);
    }
}
