/*
 * Two engines pumped in memory: the dialogue as it should be, in all suites.
 */
#include "pump.h"
#include "symcipher.h"

#include <criterion/criterion.h>
#include <string.h>

#define MODERN 2 /* the first two */
static const char *const suites[] = {
    "modern",          "modern:rsa",      "dh",         "textbook",        "dh:caesar",
    "dh:vigenere",     "dh:vernam",       "dh:xor-cbc", "textbook:caesar", "textbook:vigenere",
    "textbook:vernam", "textbook:xor-cbc"};
#define SUITES (sizeof(suites) / sizeof(suites[0]))

Test(dialogue, opens_and_talks_in_every_suite)
{
    for (size_t i = 0; i < SUITES; i++) {
        struct pump pump;
        pump_open(&pump, suites[i]);
        pump_run(&pump);
        pump_expect_talk(&pump);
        cr_assert(rsa_key_equal_public(channel_peer_key(pump.client), pump_identity(1)));
        cr_assert(rsa_key_equal_public(channel_peer_key(pump.server), pump_identity(0)));
        pump_close(&pump);
    }
}

Test(dialogue, either_modulus_may_be_the_larger)
{
    for (size_t i = 0; i < SUITES; i++)
        for (size_t swap = 0; swap < 2; swap++) {
            struct pump pump;
            pump_open_keys(&pump, suites[i], pump_identity(swap ? 2 : 0),
                           pump_identity(swap ? 0 : 2));
            pump_run(&pump);
            for (int message = 0; message < 3; message++)
                pump_expect_talk(&pump);
            pump_close(&pump);
        }
}

Test(dialogue, textbook_takes_keys_of_any_size)
{
    static const unsigned sizes[][2] = {{16, 16}, {16, 64}, {61, 33}, {512, 511}, {512, 1024}};
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
        for (size_t suite = MODERN; suite < SUITES; suite++) {
            struct rsa_key *client = pump_make_key(sizes[i][0]),
                           *server = pump_make_key(sizes[i][1]);
            struct pump pump;
            pump_open_keys(&pump, suites[suite], client, server);
            pump_run(&pump);
            pump_expect_talk(&pump);
            pump_close(&pump);
            rsa_key_free(client);
            rsa_key_free(server);
        }
}

Test(dialogue, moves_to_a_new_port)
{
    for (size_t i = 0; i < SUITES; i++) {
        struct pump pump;
        pump_open(&pump, suites[i]);
        pump_run(&pump);
        cr_assert_eq(channel_send_port(pump.server, 20001), CHANNEL_OK);
        pump_run(&pump);
        cr_assert(channel_flags(pump.client) & CHANNEL_HAS_PORT);
        cr_assert(channel_flags(pump.server) & CHANNEL_HAS_PORT);
        pump_hand_over(&pump);
        pump_run(&pump);
        pump_expect_talk(&pump);
        cr_assert(rsa_key_equal_public(channel_peer_key(pump.server), pump_identity(0)));
        pump_close(&pump);
    }
}

Test(dialogue, a_byte_at_a_time_is_the_same)
{
    for (size_t i = 0; i < 4; i++) {
        struct pump pump;
        pump_open(&pump, suites[i]);
        pump.chunk = 1;
        pump_run(&pump);
        pump_expect_talk(&pump);
        cr_assert_eq(channel_send_port(pump.server, 20001), CHANNEL_OK);
        pump_run(&pump);
        pump_hand_over(&pump);
        pump_run(&pump);
        pump_expect_talk(&pump);
        pump_close(&pump);
    }
}

Test(dialogue, fresh_keys_in_the_middle_of_the_talk)
{
    for (size_t i = 0; i < SUITES; i++) {
        struct pump pump;
        pump_open(&pump, suites[i]);
        pump_run(&pump);
        if (!channel_suite_rekeys(pump.client_config.suite)) {
            cr_assert_eq(channel_rekey(pump.client), CHANNEL_ERR_USE, "%s", suites[i]);
            pump_close(&pump);
            continue;
        }
        for (unsigned generation = 1; generation <= 3; generation++) {
            cr_assert_eq(channel_rekey(pump.client), CHANNEL_OK, "%s", suites[i]);
            cr_assert_eq(channel_rekey(pump.client), CHANNEL_ERR_USE, "one at a time");
            pump_expect_talk(&pump); /* under the old keys, while the new ones are made */
            pump_run(&pump);
            cr_assert_eq(channel_generation(pump.client), generation);
            cr_assert_eq(channel_generation(pump.server), generation);
            pump_expect_talk(&pump);
        }
        cr_assert_eq(channel_rekey(pump.server), CHANNEL_ERR_USE, "the client asks");
        pump_close(&pump);
    }
}

Test(dialogue, says_goodbye)
{
    for (size_t i = 0; i < SUITES; i++) {
        struct pump pump;
        pump_open(&pump, suites[i]);
        pump_run(&pump);
        channel_close(pump.client, CHANNEL_OK, NULL);
        pump_run(&pump);
        cr_assert(channel_flags(pump.server) & CHANNEL_CLOSED);
        cr_assert(channel_flags(pump.client) & CHANNEL_CLOSED);
        cr_assert_eq(channel_error(pump.server), CHANNEL_OK);
        cr_assert_eq(channel_error(pump.client), CHANNEL_OK);
        pump_close(&pump);
    }
}

Test(dialogue, a_cut_line_is_no_goodbye)
{
    struct pump pump;
    pump_open(&pump, "modern");
    pump_run(&pump);
    channel_input_end(pump.server);
    cr_assert_eq(channel_error(pump.server), CHANNEL_ERR_TRUNCATED);
    pump_close(&pump);
}

Test(dialogue, a_refused_key_is_told_so)
{
    for (size_t i = 0; i < SUITES; i++) {
        struct pump pump;
        pump_open(&pump, suites[i]);
        pump.server_verdict = CHANNEL_ERR_NOT_ALLOWED;
        pump_run(&pump);
        cr_assert_eq(channel_error(pump.client), CHANNEL_ERR_NOT_ALLOWED);
        cr_assert(channel_error_is_peers(pump.client));
        cr_assert_eq(channel_error(pump.server), CHANNEL_ERR_NOT_ALLOWED);
        pump_close(&pump);
        pump_open(&pump, suites[i]);
        pump.client_verdict = CHANNEL_ERR_KEY_CHANGED;
        pump_run(&pump);
        cr_assert_eq(channel_error(pump.client), CHANNEL_ERR_KEY_CHANGED);
        cr_assert_eq(channel_error(pump.server), CHANNEL_ERR_KEY_CHANGED);
        cr_assert(channel_error_is_peers(pump.server));
        pump_close(&pump);
    }
}

Test(dialogue, large_data_is_cut_into_records)
{
    static uint8_t big[3 * WIRE_PLAINTEXT_MAX + 17];
    for (size_t i = 0; i < sizeof(big); i++)
        big[i] = (uint8_t)(i * 7 + i / 251);
    for (size_t i = 0; i < SUITES; i++) {
        struct pump pump;
        pump_open(&pump, suites[i]);
        pump_run(&pump);
        cr_assert_eq(channel_send(pump.server, big, sizeof(big)), CHANNEL_OK);
        pump_run(&pump);
        cr_assert_eq(pump.client_bytes, sizeof(big));
        cr_assert_arr_eq(pump.client_data, big, sizeof(big));
        pump_close(&pump);
    }
}
