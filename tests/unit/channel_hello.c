/*
 * Hellos that no honest peer sends: each is refused with the right error, before any key in it is
 * used, and the peer is told why.
 */
#include "engine.h"
#include "pump.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BIG 12500 /* 100,000 bits */

/* A hello being written: numbers that the encoder itself would refuse are welcome. */
struct hello {
    uint16_t version;
    struct wire_value fields[HELLO_FIELDS];
    uint8_t numbers[3][BIG], random[WIRE_RANDOM_BYTES], suites[40];
};

/* What is set inside `eph`: numbers of an RSA share. */
enum { EPH_N = HELLO_FIELDS, EPH_E };

static void set(struct hello *hello, int field, const void *data, size_t bytes)
{
    uint8_t *room = field == HELLO_SUITES   ? hello->suites
                    : field == HELLO_RANDOM ? hello->random
                                            : hello->numbers[field - HELLO_ID_N];
    if (bytes > 0)
        memcpy(room, data, bytes);
    hello->fields[field] = (struct wire_value){.data = room, .bytes = bytes};
}

static void set_eph(struct hello *hello, const struct wire_value values[RSA_SHARE_FIELDS])
{
    uint8_t *at = hello->numbers[HELLO_EPH - HELLO_ID_N];
    size_t bytes = 0;
    for (int i = 0; i < RSA_SHARE_FIELDS; i++) {
        uint8_t *room = at + bytes;
        room[0] = (uint8_t)(values[i].bytes >> 8);
        room[1] = (uint8_t)values[i].bytes;
        memcpy(room + 2, values[i].data, values[i].bytes);
        bytes += 2 + values[i].bytes;
    }
    hello->fields[HELLO_EPH] = (struct wire_value){.data = at, .bytes = bytes};
}

/* The share of ephemeral key 0, with another number in one place (values: -1 keeps both). */
static void set_share(struct hello *hello, int field, const void *data, size_t bytes)
{
    uint8_t n[WIRE_MODULUS_MAX], e[WIRE_MODULUS_MAX];
    struct rsa_key *key = pump_ephemeral(0);
    struct wire_value values[RSA_SHARE_FIELDS] = {
        [RSA_SHARE_N] = {.data = n, .bytes = rsa_key_number_bytes(key, RSA_N, n, sizeof(n))},
        [RSA_SHARE_E] = {.data = e, .bytes = rsa_key_number_bytes(key, RSA_E, e, sizeof(e))}};
    if (field >= EPH_N)
        values[field - EPH_N] = (struct wire_value){.data = data, .bytes = bytes};
    set_eph(hello, values);
    rsa_key_free(key);
}

/* Of the hello, or of its share. */
static void set_number(struct hello *hello, int field, const void *data, size_t bytes)
{
    if (field >= EPH_N)
        set_share(hello, field, data, bytes);
    else
        set(hello, field, data, bytes);
}

static void set_key(struct hello *hello, int field, const struct rsa_key *key)
{
    uint8_t number[WIRE_MODULUS_MAX];
    size_t bytes = rsa_key_number_bytes(key, RSA_N, number, sizeof(number));
    set(hello, field, number, bytes);
    bytes = rsa_key_number_bytes(key, RSA_E, number, sizeof(number));
    set(hello, field + 1, number, bytes);
}

static struct hello *good_hello(bool modern)
{
    static const uint8_t suites[2][2] = {{0x01, 0x05}, {0x00, 0x01}}, random[WIRE_RANDOM_BYTES];
    struct hello *hello = calloc(1, sizeof(*hello));
    hello->version = WIRE_VERSION;
    set(hello, HELLO_SUITES, suites[modern], 2);
    set_key(hello, HELLO_ID_N, pump_identity(0));
    if (modern) {
        set(hello, HELLO_RANDOM, random, sizeof(random));
        set_share(hello, -1, NULL, 0);
    }
    return hello;
}

static size_t write_hello(uint8_t *frame, const struct hello *hello, size_t extra)
{
    uint8_t *at = frame + WIRE_HEADER_BYTES;
    *at++ = (uint8_t)(hello->version >> 8);
    *at++ = (uint8_t)hello->version;
    for (int i = HELLO_SUITES; i < HELLO_FIELDS; i++) {
        *at++ = (uint8_t)(hello->fields[i].bytes >> 8);
        *at++ = (uint8_t)hello->fields[i].bytes;
        if (hello->fields[i].bytes > 0)
            memcpy(at, hello->fields[i].data, hello->fields[i].bytes);
        at += hello->fields[i].bytes;
    }
    memset(at, 0, extra);
    at += extra;
    wire_put_header(frame, WIRE_FRAME_HELLO, (size_t)(at - frame) - WIRE_HEADER_BYTES);
    return (size_t)(at - frame);
}

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

static struct channel *listener(enum channel_role role, const char *suite)
{
    struct channel_config config = {.role = role, .identity = pump_identity(1)};
    struct channel *channel;
    size_t bytes;
    cr_assert_eq(channel_suite_parse(&config.suite, suite), CHANNEL_OK);
    cr_assert_eq(channel_new(&channel, &config), CHANNEL_OK);
    if (channel_flags(channel) & CHANNEL_WANT_EPHEMERAL)
        channel_give_ephemeral(channel, pump_ephemeral(1));
    channel_output(channel, &bytes);
    channel_output_done(channel, bytes); /* the client's own hello */
    return channel;
}

/* Both roles read the same hello; want CHANNEL_OK: it comes as far as the verdict. */
static void expect_extra(const char *name, const struct hello *hello, const char *suite,
                         enum channel_error want, const char *detail, size_t extra)
{
    uint8_t *frame = malloc(sizeof(*hello) + 64);
    size_t bytes = write_hello(frame, hello, extra);
    for (int role = CHANNEL_CLIENT; role <= CHANNEL_SERVER; role++) {
        struct channel *channel = listener((enum channel_role)role, suite);
        const uint8_t *output;
        feed(channel, frame, bytes);
        cr_assert_eq(channel_error(channel), want, "%s, role %d: got \"%s\" (%s), want \"%s\"",
                     name, role, channel_strerror(channel_error(channel)),
                     channel_error_detail(channel), channel_strerror(want));
        cr_assert(strstr(channel_error_detail(channel), detail), "%s: \"%s\"", name,
                  channel_error_detail(channel));
        output = channel_output(channel, &bytes);
        if (want) {
            cr_assert_geq(bytes, 5u, "%s: the peer is not told", name);
            cr_assert_eq(output[0], WIRE_FRAME_ALERT, "%s", name);
            cr_assert_eq(output[WIRE_HEADER_BYTES], channel_alert_code(want), "%s", name);
        } else {
            cr_assert(channel_flags(channel) & CHANNEL_WANT_VERDICT, "%s", name);
        }
        bytes = write_hello(frame, hello, extra);
        channel_free(channel);
    }
    free(frame);
}

static void expect(const char *name, const struct hello *hello, const char *suite,
                   enum channel_error want, const char *detail)
{
    expect_extra(name, hello, suite, want, detail, 0);
}

Test(hello, honest_ones_come_as_far_as_the_verdict)
{
    struct hello *modern = good_hello(true), *textbook = good_hello(false);
    expect("modern", modern, "modern:rsa", CHANNEL_OK, "");
    expect("textbook", textbook, "textbook", CHANNEL_OK, "");
    free(modern);
    free(textbook);
}

Test(hello, versions_and_suites)
{
    struct hello *modern = good_hello(true), *textbook = good_hello(false);
    expect("textbook peer, modern side", textbook, "modern:rsa", CHANNEL_ERR_SUITE, "");
    expect("modern peer, textbook side", modern, "textbook", CHANNEL_ERR_SUITE, "");
    expect("another cipher", textbook, "textbook:caesar", CHANNEL_ERR_SUITE, "");
    set(modern, HELLO_SUITES, "\x7f\x77", 2);
    expect("unknown suite", modern, "modern:rsa", CHANNEL_ERR_SUITE, "");
    set(modern, HELLO_SUITES, "\x00", 1);
    expect("half a suite", modern, "modern:rsa", CHANNEL_ERR_MALFORMED, "suites");
    modern->version = 1;
    expect("version 1", modern, "modern:rsa", CHANNEL_ERR_VERSION, "version 1, ours is 2");
    modern->version = 0;
    expect("version 0", modern, "modern:rsa", CHANNEL_ERR_VERSION, "version 0, ours is 2");
    free(modern);
    free(textbook);
}

/* A client may offer several suites; a server chooses one. */
Test(hello, a_list_of_suites)
{
    static const uint8_t lists[][34] = {{0x7f, 0x77, 0x00, 0x01}, {0x00, 0x01, 0x7f}};
    struct hello *hello = good_hello(true);
    uint8_t *frame = malloc(sizeof(*hello));
    struct channel *server = listener(CHANNEL_SERVER, "modern:rsa");
    set(hello, HELLO_SUITES, lists[0], 4);
    feed(server, frame, write_hello(frame, hello, 0));
    cr_assert(channel_flags(server) & CHANNEL_WANT_VERDICT);
    channel_free(server);
    server = listener(CHANNEL_SERVER, "modern:rsa");
    set(hello, HELLO_SUITES, lists[1], 3);
    feed(server, frame, write_hello(frame, hello, 0));
    cr_assert_eq(channel_error(server), CHANNEL_ERR_SUITE, "an odd number of bytes");
    channel_free(server);
    set(hello, HELLO_SUITES, lists[0], 34);
    expect("too many suites", hello, "modern:rsa", CHANNEL_ERR_MALFORMED, "suites");
    free(hello);
    free(frame);
}

/* Every field outside its bounds, by the table of the wire. */
Test(hello, sizes_of_fields)
{
    static uint8_t big[BIG];
    static const char *const names[] = {"version", "suites", "random", "id n", "id e", "eph"};
    memset(big, 0xff, sizeof(big));
    for (int field = HELLO_ID_N; field < HELLO_FIELDS; field++) {
        const size_t sizes[] = {(field < HELLO_EPH ? WIRE_MODULUS_MAX : WIRE_SHARE_MAX) + 1, BIG};
        struct hello *hello = good_hello(true);
        for (size_t i = 0; i < 2; i++) {
            set(hello, field, big, sizes[i]);
            expect(names[field], hello, "modern:rsa", CHANNEL_ERR_MALFORMED, names[field]);
        }
        set(hello, field, "\x00\x01\x00\x01", 4);
        expect("a leading zero", hello, "modern:rsa", CHANNEL_ERR_MALFORMED,
               field < HELLO_EPH ? names[field] : "key share");
        set(hello, field, NULL, 0);
        expect("an empty number", hello, "modern:rsa", CHANNEL_ERR_MALFORMED,
               field < HELLO_EPH ? names[field] : "key share");
        free(hello);
    }
    for (size_t bytes = 0; bytes < WIRE_RANDOM_BYTES; bytes++) {
        struct hello *hello = good_hello(true);
        set(hello, HELLO_RANDOM, big, bytes);
        expect("a short random", hello, "modern:rsa", CHANNEL_ERR_MALFORMED, "");
        free(hello);
    }
    struct hello *hello = good_hello(true);
    expect_extra("trailing bytes", hello, "modern:rsa", CHANNEL_ERR_MALFORMED, "end", 1);
    free(hello);
}

struct exponent {
    const char *name;
    uint8_t bytes[38];
    size_t count;
    enum channel_error modern, textbook;
};

static const struct exponent exponents[] = {
    {"e = 1", {1}, 1, CHANNEL_ERR_KEY_BAD, CHANNEL_ERR_KEY_BAD},
    {"e = 2", {2}, 1, CHANNEL_ERR_KEY_BAD, CHANNEL_ERR_KEY_BAD},
    {"e = 3", {3}, 1, CHANNEL_ERR_KEY_BAD, CHANNEL_OK},
    {"e = 65535", {0xff, 0xff}, 2, CHANNEL_ERR_KEY_BAD, CHANNEL_OK},
    {"e = 65536", {1, 0, 0}, 3, CHANNEL_ERR_KEY_BAD, CHANNEL_ERR_KEY_BAD},
    {"e = 65537", {1, 0, 1}, 3, CHANNEL_OK, CHANNEL_OK},
    {"e of 256 bits", {[0] = 0x80, [31] = 1}, 32, CHANNEL_OK, CHANNEL_OK},
    {"e of 257 bits", {[0] = 0x01, [32] = 1}, 33, CHANNEL_ERR_KEY_BAD, CHANNEL_OK},
    {"e of 300 bits", {[0] = 0x0f, [37] = 1}, 38, CHANNEL_ERR_KEY_BAD, CHANNEL_OK},
};

Test(hello, exponents)
{
    for (size_t i = 0; i < sizeof(exponents) / sizeof(exponents[0]); i++) {
        const struct exponent *e = &exponents[i];
        struct hello *hello = good_hello(true);
        set(hello, HELLO_ID_E, e->bytes, e->count);
        expect(e->name, hello, "modern:rsa", e->modern, e->modern ? "identity key" : "");
        free(hello);
        hello = good_hello(true);
        set_share(hello, EPH_E, e->bytes, e->count);
        expect(e->name, hello, "modern:rsa", e->modern, e->modern ? "key share" : "");
        free(hello);
        hello = good_hello(false);
        set(hello, HELLO_ID_E, e->bytes, e->count);
        expect(e->name, hello, "textbook", e->textbook, "");
        free(hello);
    }
}

Test(hello, moduli)
{
    static const struct {
        size_t bytes;
        uint8_t first, last;
        enum channel_error modern, textbook;
    } moduli[] = {
        {256, 0xc0, 0x02, CHANNEL_ERR_KEY_BAD, CHANNEL_ERR_KEY_BAD}, /* even */
        {256, 0x80, 0x01, CHANNEL_OK, CHANNEL_OK},
        {256, 0x7f, 0x01, CHANNEL_ERR_KEY_SMALL, CHANNEL_OK}, /* 2047 bits */
        {128, 0x80, 0x01, CHANNEL_ERR_KEY_SMALL, CHANNEL_OK},
        {2048, 0x80, 0x01, CHANNEL_OK, CHANNEL_OK},
        {2, 0x80, 0x01, CHANNEL_ERR_KEY_BAD, CHANNEL_ERR_KEY_BAD}, /* n < e */
        {1, 0x01, 0x01, CHANNEL_ERR_KEY_BAD, CHANNEL_ERR_KEY_BAD},
    };
    for (size_t i = 0; i < sizeof(moduli) / sizeof(moduli[0]); i++)
        for (int field = HELLO_ID_N; field <= EPH_N; field += EPH_N - HELLO_ID_N) {
            uint8_t n[WIRE_MODULUS_MAX] = {0};
            struct hello *hello = good_hello(true), *textbook = good_hello(false);
            char name[40];
            n[0] = moduli[i].first;
            n[moduli[i].bytes - 1] = moduli[i].last;
            snprintf(name, sizeof(name), "modulus %zu, field %d", i, field);
            set_number(hello, field, n, moduli[i].bytes);
            expect(name, hello, "modern:rsa", moduli[i].modern, "");
            set(textbook, HELLO_ID_N, n, moduli[i].bytes);
            expect(name, textbook, "textbook", moduli[i].textbook, "");
            free(hello);
            free(textbook);
        }
}

/* A key too small for a block of one byte would be a division by zero in the first record. */
Test(hello, own_keys_pass_the_judge_of_peers_keys)
{
    static const struct {
        const char *p, *q, *e; /* NULL: 2048 bits */
        enum channel_error modern, textbook;
    } keys[] = {
        {"3", "11", "3", CHANNEL_ERR_KEY_SMALL, CHANNEL_ERR_KEY_BAD},    /* 6 bits */
        {"13", "17", "5", CHANNEL_ERR_KEY_SMALL, CHANNEL_ERR_KEY_BAD},   /* 8 bits */
        {"61", "53", "17", CHANNEL_ERR_KEY_SMALL, CHANNEL_ERR_KEY_BAD},  /* 12 bits */
        {"181", "179", "7", CHANNEL_ERR_KEY_SMALL, CHANNEL_ERR_KEY_BAD}, /* 15 bits */
        {"251", "239", "3", CHANNEL_ERR_KEY_SMALL, CHANNEL_OK},          /* 16 bits */
        {NULL, NULL, "3", CHANNEL_ERR_KEY_BAD, CHANNEL_OK},
        {NULL, NULL, "65537", CHANNEL_OK, CHANNEL_OK},
    };
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        struct channel_config config = {.role = CHANNEL_CLIENT};
        struct channel *channel;
        struct rsa_key *key;
        cr_assert_eq(keys[i].p ? rsa_key_from_primes(&key, keys[i].p, keys[i].q, keys[i].e)
                               : rsa_key_generate(&key, 2048, keys[i].e, NULL),
                     RSA_OK, "key %zu", i);
        config.identity = key;
        cr_assert_eq(channel_new(&channel, &config), keys[i].modern, "modern, key %zu", i);
        channel_free(channel);
        cr_assert_eq(channel_suite_parse(&config.suite, "textbook"), CHANNEL_OK);
        cr_assert_eq(channel_new(&channel, &config), keys[i].textbook, "textbook, key %zu", i);
        channel_free(channel);
        rsa_key_free(key);
    }
}

Test(hello, textbook_hellos_carry_nothing_of_the_exchange)
{
    struct hello *hello = good_hello(false);
    set(hello, HELLO_RANDOM, "x", 1);
    expect("random", hello, "textbook", CHANNEL_ERR_MALFORMED, "");
    set(hello, HELLO_RANDOM, NULL, 0);
    set(hello, HELLO_EPH, "\x03", 1);
    expect("ephemeral", hello, "textbook", CHANNEL_ERR_MALFORMED, "");
    free(hello);
}

Test(hello, half_a_hello_is_waited_for_and_its_end_is_a_cut_line)
{
    struct hello *hello = good_hello(true);
    uint8_t *frame = malloc(sizeof(*hello));
    size_t bytes = write_hello(frame, hello, 0);
    for (size_t part = 0; part < bytes; part++) {
        struct channel *server = listener(CHANNEL_SERVER, "modern:rsa");
        feed(server, frame, part);
        cr_assert_eq(channel_flags(server), CHANNEL_WANT_INPUT, "after %zu bytes", part);
        channel_input_end(server);
        cr_assert_eq(channel_error(server), CHANNEL_ERR_TRUNCATED, "after %zu bytes", part);
        cr_assert_eq(channel_flags(server), CHANNEL_CLOSED);
        channel_free(server);
    }
    free(hello);
    free(frame);
}
