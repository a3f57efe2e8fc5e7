/*
 * --seed: the streams against another implementation of their formula, engines that repeat
 * themselves byte for byte, and which addresses are this machine alone.
 */
#include "lesson_seed.h"

#include "engine.h"
#include "hex.h"
#include "pump.h"
#include "seed_option.h"

#include <criterion/criterion.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>

static void draw(uint8_t *out, size_t bytes, uint32_t number, const char *party,
                 const char *purpose)
{
    struct lesson_seed seed;
    struct seed_stream stream;
    lesson_seed_start(&seed, number, party);
    seed_stream_start(&stream, &seed, purpose);
    cr_assert_eq(rsa_random_bytes(out, bytes, &stream.random), RSA_OK);
}

/* Computed with Python's hmac (PRK, key) and `openssl enc -chacha20` over zeros. */
Test(lesson_seed, streams_follow_the_formula)
{
    static const struct {
        uint32_t number;
        const char *party, *purpose, *hex;
    } rows[] = {
        {7, "anna", "identity key",
         "64eecde14557c61698ef7b1df63fd49bca503492d98809d30074107e0ded16d41bda48235ea4ea4d86990c65"
         "876b58b8fc5d7e13a58f554398385bbaf2c6c9235b9b74cd7323878053ae83b52e0d555a31b0be5d83f9d0ac"
         "8360b5505e1261e420d648d88f1cbde26ef876168a0c47d359e1d805037633667a01c27e42e9bebd0707722f"
         "7dd01bc79b3fb32b13df2ca5304a3a48fc0a89a0ebea6c33d786f61861379e10044f41018170fd603f00fcf7"
         "4f8cac608d3ffac3b569fa6985e3894aa22005c2251bfcfc"},
        {7, "anna", "client 1", "75cb2fe8a4b19ef2082e77b93c18b72b6f13883f40ce39e3309485912e718aa4"},
        {SEED_MAX, "Анна", "ports", "e649"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        size_t bytes;
        uint8_t *want = hex_decode(rows[i].hex, &bytes), got[200];
        draw(got, bytes, rows[i].number, rows[i].party, rows[i].purpose);
        cr_expect_arr_eq(got, want, bytes, "%u %s, %s", rows[i].number, rows[i].party,
                         rows[i].purpose);
        free(want);
    }
}

Test(lesson_seed, in_pieces_it_is_the_same_stream)
{
    struct lesson_seed seed;
    struct seed_stream stream;
    uint8_t whole[400], pieces[400];
    draw(whole, sizeof(whole), 1, "a", "b");
    for (size_t piece = 1; piece <= 130; piece++) {
        lesson_seed_start(&seed, 1, "a");
        seed_stream_start(&stream, &seed, "b");
        for (size_t at = 0; at < sizeof(pieces); at += piece) {
            size_t bytes = sizeof(pieces) - at < piece ? sizeof(pieces) - at : piece;
            cr_assert_eq(rsa_random_bytes(pieces + at, bytes, &stream.random), RSA_OK);
        }
        cr_assert_arr_eq(pieces, whole, sizeof(whole), "in pieces of %zu", piece);
    }
}

Test(lesson_seed, number_party_and_purpose_all_count)
{
    uint8_t first[32], other[32];
    draw(first, sizeof(first), 1, "2 a", "client 1");
    static const struct {
        uint32_t number;
        const char *party, *purpose;
    } others[] = {{2, "2 a", "client 1"},
                  {12, "a", "client 1"},
                  {1, "2 b", "client 1"},
                  {1, "2 a", "client 2"},
                  {1, "2 a", "server 1"}};
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        draw(other, sizeof(other), others[i].number, others[i].party, others[i].purpose);
        cr_expect(memcmp(first, other, sizeof(first)) != 0, "row %zu", i);
    }
}

/* --- engines ---------------------------------------------------------------------------------- */

/* Everything that crossed the line, in order. */
struct log {
    struct buffer bytes;
};

static int keep(void *context, enum channel_role from, uint8_t *frame, size_t *bytes)
{
    struct log *log = context;
    const uint8_t who = (uint8_t)from;
    cr_assert(buffer_append(&log->bytes, &who, 1) && buffer_append(&log->bytes, frame, *bytes));
    return 1;
}

/* A session with every kind of message. */
static void play(struct log *log, const char *suite, uint32_t client, uint32_t server)
{
    struct lesson_seed seeds[2];
    struct channel_suite parsed;
    struct pump pump;
    cr_assert_eq(channel_suite_parse(&parsed, suite), CHANNEL_OK);
    lesson_seed_start(&seeds[0], client, "anna");
    lesson_seed_start(&seeds[1], server, "server");
    const struct channel_config configs[] = {
        {.role = CHANNEL_CLIENT, .suite = parsed, .identity = pump_identity(0), .seed = &seeds[0]},
        {.role = CHANNEL_SERVER, .suite = parsed, .identity = pump_identity(1), .seed = &seeds[1]}};
    *log = (struct log){.bytes = {.secret = false}};
    pump_open_configs(&pump, &configs[0], &configs[1]);
    pump.frame = keep;
    pump.context = log;
    pump_run(&pump);
    cr_assert_eq(channel_send_port(pump.server, 61000), CHANNEL_OK);
    pump_run(&pump);
    pump_hand_over(&pump);
    pump_run(&pump);
    cr_assert_eq(channel_send(pump.client, "hello", 5), CHANNEL_OK);
    pump_run(&pump);
    if (channel_suite_rekeys(parsed)) {
        cr_assert_eq(channel_rekey(pump.client), CHANNEL_OK);
        pump_run(&pump);
        cr_assert_eq(channel_generation(pump.client), 1);
    }
    cr_assert_eq(channel_send(pump.server, "hello", 5), CHANNEL_OK);
    pump_run(&pump);
    cr_assert_eq(pump.server_bytes + pump.client_bytes, 10);
    cr_expect_eq(pump.ephemerals, 0, "a seeded channel makes its keys itself");
    pump_close(&pump);
}

static void expect_repeats(const char *suite)
{
    struct log first, again, other;
    play(&first, suite, 7, 7);
    play(&again, suite, 7, 7);
    cr_assert_eq(buffer_bytes(&first.bytes), buffer_bytes(&again.bytes));
    cr_expect_arr_eq(buffer_front(&first.bytes), buffer_front(&again.bytes),
                     buffer_bytes(&first.bytes));
    for (uint32_t i = 0; i < 2; i++) {
        play(&other, suite, 7 + i, 8 - i);
        cr_expect(buffer_bytes(&first.bytes) != buffer_bytes(&other.bytes) ||
                      memcmp(buffer_front(&first.bytes), buffer_front(&other.bytes),
                             buffer_bytes(&first.bytes)) != 0,
                  "another seed, the same bytes");
        buffer_free(&other.bytes);
    }
    buffer_free(&first.bytes);
    buffer_free(&again.bytes);
}

Test(lesson_seed, engines_repeat_in_every_suite)
{
    expect_repeats("modern");
    expect_repeats("modern:rsa");
    expect_repeats("dh");
    expect_repeats("textbook");
}

/* --- work on another thread ---------------------------------------------------------------------- */

/* Both sides say a word while each piece of work is under way: before it is run, or after. */
static void work_and_talk(struct pump *pump, struct channel *channel, bool talk_first)
{
    channel_work_begin(channel);
    for (int turn = 0; turn < 2; turn++)
        if ((turn == 0) == talk_first)
            cr_assert_eq(channel_send(channel, "meanwhile", 9), CHANNEL_OK);
        else
            channel_work_run(channel);
    channel_work_end(channel);
    pump_step(pump);
}

static void play_meanwhile(struct log *log, const char *suite, bool talk_first)
{
    struct lesson_seed seeds[2];
    struct channel_suite parsed;
    struct pump pump;
    cr_assert_eq(channel_suite_parse(&parsed, suite), CHANNEL_OK);
    lesson_seed_start(&seeds[0], 7, "anna");
    lesson_seed_start(&seeds[1], 7, "server");
    const struct channel_config configs[] = {
        {.role = CHANNEL_CLIENT, .suite = parsed, .identity = pump_identity(0), .seed = &seeds[0]},
        {.role = CHANNEL_SERVER, .suite = parsed, .identity = pump_identity(1), .seed = &seeds[1]}};
    *log = (struct log){.bytes = {.secret = false}};
    pump_open_configs(&pump, &configs[0], &configs[1]);
    pump_run(&pump);
    pump.frame = keep;
    pump.context = log;
    cr_assert_eq(channel_rekey(pump.client), CHANNEL_OK);
    do {
        if (channel_flags(pump.client) & CHANNEL_HAS_WORK)
            work_and_talk(&pump, pump.client, talk_first);
        else if (channel_flags(pump.server) & CHANNEL_HAS_WORK)
            work_and_talk(&pump, pump.server, talk_first);
    } while (pump_step(&pump));
    cr_assert_eq(channel_generation(pump.server), 1u, "%s", suite);
    cr_assert_geq(pump.client_bytes + pump.server_bytes, 18u, "%s: nothing was said", suite);
    pump_close(&pump);
}

/* Threads run as they like: neither may draw what would have been the other's. */
Test(lesson_seed, what_is_sent_beside_work_repeats_too)
{
    static const char *const suites[] = {"modern:rsa", "dh"};
    for (size_t i = 0; i < 2; i++) {
        struct log logs[2];
        for (int run = 0; run < 2; run++)
            play_meanwhile(&logs[run], suites[i], run == 0);
        cr_assert_eq(buffer_bytes(&logs[0].bytes), buffer_bytes(&logs[1].bytes), "%s", suites[i]);
        cr_expect_arr_eq(buffer_front(&logs[0].bytes), buffer_front(&logs[1].bytes),
                         buffer_bytes(&logs[0].bytes), "%s", suites[i]);
        for (int run = 0; run < 2; run++)
            buffer_free(&logs[run].bytes);
    }
}

/* A channel may go at any moment of the making of its key. */
Test(lesson_seed, a_key_that_nobody_waits_for_is_freed)
{
    for (int runs = 0; runs < 3; runs++) {
        struct lesson_seed seed;
        struct channel *channel;
        lesson_seed_start(&seed, 7, "anna");
        const struct channel_config config = {.role = CHANNEL_CLIENT,
                                              .suite = {CHANNEL_MODERN_RSA, NULL},
                                              .identity = pump_identity(0),
                                              .seed = &seed};
        cr_assert_eq(channel_new(&channel, &config), CHANNEL_OK);
        cr_expect_eq(channel_flags(channel), CHANNEL_HAS_WORK);
        if (runs > 0) {
            channel_work_begin(channel);
            channel_work_run(channel);
            channel_close(channel, CHANNEL_ERR_TIMEOUT, NULL);
        }
        if (runs > 1)
            channel_work_end(channel);
        cr_expect_null(channel_take_ephemeral(channel), "no stock takes what a seed has made");
        channel_free(channel);
    }
}

/* --- addresses -------------------------------------------------------------------------------- */
static bool is_loopback(const char *text)
{
    const struct addrinfo hints = {.ai_flags = AI_NUMERICHOST, .ai_socktype = SOCK_STREAM};
    struct addrinfo *found;
    cr_assert_eq(getaddrinfo(text, NULL, &hints, &found), 0, "%s", text);
    bool loops = seed_is_loopback(found->ai_addr);
    freeaddrinfo(found);
    return loops;
}

Test(lesson_seed, loopback_is_this_machine_alone)
{
    static const char *const yes[] = {"127.0.0.1", "127.255.255.254", "::1", "::ffff:127.0.0.2"};
    static const char *const no[] = {"0.0.0.0",    "128.0.0.1",  "126.255.255.255",
                                     "10.0.0.127", "::",         "::ffff:10.0.0.127",
                                     "fe80::1",    "::127.0.0.1"};
    struct lesson_seed seed;
    struct problem problem = {0};
    lesson_seed_start(&seed, 7, "anna");
    for (size_t i = 0; i < sizeof(yes) / sizeof(yes[0]); i++) {
        cr_expect(is_loopback(yes[i]), "%s", yes[i]);
        cr_expect(seed_check_host(&seed, yes[i], &problem), "%s", yes[i]);
    }
    for (size_t i = 0; i < sizeof(no) / sizeof(no[0]); i++) {
        cr_expect_not(is_loopback(no[i]), "%s", no[i]);
        problem = (struct problem){0};
        cr_expect_not(seed_check_host(&seed, no[i], &problem), "%s", no[i]);
        cr_expect_not_null(strstr(problem.message, no[i]));
        cr_expect(seed_check_host(NULL, no[i], &problem), "without a seed any host is fine");
    }
}
