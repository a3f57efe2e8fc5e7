/*
 * How a channel ends, and what comes too late: errors in the middle of work, verdicts and keys
 * after the end, goodbyes that cross.
 */
#include "engine.h"
#include "pump.h"

#include <criterion/criterion.h>
#include <string.h>

static void feed(struct channel *channel, const void *data, size_t bytes)
{
    size_t space;
    uint8_t *room = channel_input_space(channel, &space);
    cr_assert_leq(bytes, space);
    memcpy(room, data, bytes);
    channel_input_done(channel, bytes);
}

static void work(struct channel *channel)
{
    while (channel_flags(channel) & CHANNEL_HAS_WORK) {
        channel_work_begin(channel);
        channel_work_run(channel);
        channel_work_end(channel);
    }
}

/* The goodbye of the textbook suite is work, and making it goes on with the input: the frame that
 * was refused must not be looked at again. */
Test(ends, a_bad_frame_after_a_sent_record_ends_the_textbook_channel_once)
{
    static const uint8_t hello[WIRE_HEADER_BYTES] = {WIRE_FRAME_HELLO};
    struct pump pump;
    pump_open(&pump, "textbook");
    pump_run(&pump);
    cr_assert_eq(channel_send(pump.server, "x", 1), CHANNEL_OK);
    pump_run(&pump);
    feed(pump.server, hello, sizeof(hello));
    cr_assert_eq(channel_error(pump.server), CHANNEL_ERR_UNEXPECTED);
    pump_run(&pump);
    cr_assert_eq(channel_error(pump.client), CHANNEL_ERR_UNEXPECTED);
    cr_assert(channel_error_is_peers(pump.client), "the goodbye said why");
    pump_close(&pump);
}

Test(ends, a_verdict_after_the_end_changes_nothing)
{
    static const char *const suites[] = {"modern", "modern:x25519", "modern:rsa", "dh", "textbook"};
    for (size_t i = 0; i < 4; i++) {
        struct pump pump;
        size_t before, after;
        pump_open(&pump, suites[i]);
        pump_run_until(&pump, pump.server, CHANNEL_WANT_VERDICT);
        channel_input_end(pump.server);
        channel_output(pump.server, &before);
        channel_verdict(pump.server, CHANNEL_OK);
        channel_output(pump.server, &after);
        cr_assert_eq(after, before, "%s: something was said after the end", suites[i]);
        cr_assert_eq(channel_error(pump.server), CHANNEL_ERR_TRUNCATED);
        cr_assert_eq(channel_flags(pump.server) & ~(unsigned)CHANNEL_HAS_OUTPUT, CHANNEL_CLOSED);
        pump_close(&pump);
    }
}

Test(ends, an_ephemeral_key_after_the_end_comes_back)
{
    struct pump pump;
    struct rsa_key *key = pump_ephemeral(0), *back;
    size_t bytes;
    pump_open(&pump, "modern:rsa");
    channel_close(pump.client, CHANNEL_ERR_TIMEOUT, NULL);
    channel_output(pump.client, &bytes);
    channel_output_done(pump.client, bytes);
    channel_give_ephemeral(pump.client, key);
    channel_output(pump.client, &bytes);
    cr_assert_eq(bytes, 0u, "no hello after the end");
    back = channel_take_ephemeral(pump.client);
    cr_assert_eq(back, key);
    rsa_key_free(back);
    pump_close(&pump);
}

/* Only a handshake can give one back: in a re-key the peer encrypts as soon as it has seen it. */
Test(ends, an_ephemeral_key_of_a_rekey_never_comes_back)
{
    struct pump pump;
    pump_open(&pump, "modern:rsa");
    pump_run(&pump);
    cr_assert_eq(channel_rekey(pump.client), CHANNEL_OK);
    channel_give_ephemeral(pump.client, pump_ephemeral(0));
    cr_assert_null(channel_take_ephemeral(pump.client), "K1 is out");
    pump_run_until(&pump, pump.server, CHANNEL_WANT_EPHEMERAL);
    channel_give_ephemeral(pump.server, pump_ephemeral(1));
    cr_assert_null(channel_take_ephemeral(pump.server), "K2 is out");
    pump_close(&pump);
}

/* The client may send under the new keys as soon as K3 is out: that is one round trip. */
Test(ends, the_clients_generation_counts_its_sending_keys)
{
    struct pump pump;
    pump_open(&pump, "modern:rsa");
    pump_run(&pump);
    cr_assert_eq(channel_rekey(pump.client), CHANNEL_OK);
    channel_give_ephemeral(pump.client, pump_ephemeral(0));
    pump_run_until(&pump, pump.server, CHANNEL_WANT_EPHEMERAL);
    channel_give_ephemeral(pump.server, pump_ephemeral(1));
    pump_run_until(&pump, pump.client, CHANNEL_HAS_WORK);
    cr_assert_eq(channel_generation(pump.client), 0u);
    work(pump.client);
    cr_assert_eq(channel_generation(pump.client), 1u, "K3 is out");
    cr_assert_eq(channel_rekey(pump.client), CHANNEL_ERR_USE, "K4 is not in yet");
    pump_run(&pump);
    cr_assert_eq(channel_generation(pump.client), 1u);
    cr_assert_eq(channel_generation(pump.server), 1u);
    pump_expect_talk(&pump);
    pump_close(&pump);
}

/* The server names a port while the client is changing keys: both must draw the ticket's secret
 * from the same exporter. */
Test(ends, a_port_named_during_a_rekey_is_good)
{
    struct pump pump;
    pump_open(&pump, "modern:rsa");
    pump_run(&pump);
    cr_assert_eq(channel_rekey(pump.client), CHANNEL_OK);
    channel_give_ephemeral(pump.client, pump_ephemeral(0));
    pump_run_until(&pump, pump.server, CHANNEL_WANT_EPHEMERAL);
    channel_give_ephemeral(pump.server, pump_ephemeral(1));
    pump_run_until(&pump, pump.client, CHANNEL_HAS_WORK);
    work(pump.client); /* K3 is out, not in */
    cr_assert_eq(channel_send_port(pump.server, 20001), CHANNEL_OK);
    pump_run(&pump);
    pump_hand_over(&pump);
    pump_run(&pump);
    pump_expect_talk(&pump);
    pump_close(&pump);
}

Test(ends, only_suites_of_the_wire_are_taken)
{
    static const char *const ciphers[] = {"otp", "rot13", ""};
    for (size_t i = 0; i < sizeof(ciphers) / sizeof(ciphers[0]); i++) {
        struct channel_config config = {.suite = {CHANNEL_TEXTBOOK, ciphers[i]},
                                        .identity = pump_identity(0)};
        struct channel *channel;
        cr_assert_eq(channel_new(&channel, &config), CHANNEL_ERR_SUITE, "%s", ciphers[i]);
        cr_assert_null(channel);
    }
}

/* Both say goodbye at once; then the line is cut. Nobody has an error. */
Test(ends, goodbyes_may_cross)
{
    static const char *const suites[] = {"modern", "modern:x25519", "modern:rsa", "dh", "textbook"};
    for (size_t i = 0; i < 4; i++) {
        struct pump pump;
        pump_open(&pump, suites[i]);
        pump_run(&pump);
        channel_close(pump.client, CHANNEL_OK, NULL);
        channel_close(pump.server, CHANNEL_OK, NULL);
        cr_assert_eq(channel_send(pump.client, "x", 1), CHANNEL_ERR_USE);
        pump_run(&pump);
        pump_cut(&pump);
        cr_assert_eq(channel_error(pump.client), CHANNEL_OK);
        cr_assert_eq(channel_error(pump.server), CHANNEL_OK);
        pump_close(&pump);
    }
}

Test(ends, the_reason_is_told_and_made_printable)
{
    struct pump pump;
    pump_open(&pump, "modern");
    pump_run(&pump);
    channel_close(pump.server, CHANNEL_ERR_SHUTDOWN, "back \x1b[31mat\x07 nine");
    pump_run(&pump);
    cr_assert_eq(channel_error(pump.client), CHANNEL_ERR_SHUTDOWN);
    cr_assert_str_eq(channel_error_reason(pump.client), "back [31mat nine");
    pump_close(&pump);
}

/* A good end is a promise that nothing is missing. No failure may be told as one: every error has a
 * code on the wire, also those whose details are not told. */
Test(ends, every_error_is_told_as_an_error)
{
    static const char *const suites[] = {"modern", "modern:x25519", "modern:rsa", "dh", "textbook"};
    for (int error = 1; error < 4 * CHANNEL_ERRORS; error++) {
        const enum channel_error code = (enum channel_error)(error % CHANNEL_ERRORS);
        struct pump pump;
        if (code == CHANNEL_OK)
            continue;
        pump_open(&pump, suites[error / CHANNEL_ERRORS]);
        pump_run(&pump);
        channel_close(pump.server, code, NULL);
        pump_run(&pump);
        cr_assert_neq(channel_error(pump.client), CHANNEL_OK, "%s", channel_strerror(code));
        cr_assert(channel_error_is_peers(pump.client));
        cr_assert_neq(channel_error_reason(pump.client)[0], '\0');
        cr_assert_eq(channel_error(pump.client), channel_alert_error(channel_alert_code(code)));
        pump_close(&pump);
    }
}

/* Before the keys are there, no end is a good one. */
Test(ends, an_alert_has_a_code)
{
    for (int code = CHANNEL_OK; code < CHANNEL_ERRORS; code++) {
        struct pump pump;
        pump_open(&pump, "modern:rsa");
        pump_run_until(&pump, pump.server, CHANNEL_WANT_EPHEMERAL);
        channel_close(pump.server, (enum channel_error)code, NULL);
        pump_run(&pump);
        cr_assert_eq(channel_error(pump.client),
                     code == CHANNEL_OK
                         ? CHANNEL_ERR_STOPPED
                         : channel_alert_error(channel_alert_code((enum channel_error)code)));
        cr_assert(channel_error_is_peers(pump.client));
        pump_close(&pump);
    }
}

/* What has come whole before the line was cut is still given out; the cut is told after it. */
Test(ends, data_before_a_cut_is_not_lost)
{
    struct pump pump;
    size_t bytes;
    const uint8_t *output;
    pump_open(&pump, "modern");
    pump_run(&pump);
    cr_assert_eq(channel_send(pump.client, "one", 3), CHANNEL_OK);
    cr_assert_eq(channel_send(pump.client, "two", 3), CHANNEL_OK);
    channel_close(pump.client, CHANNEL_OK, NULL);
    output = channel_output(pump.client, &bytes);
    feed(pump.server, output, bytes);
    channel_input_end(pump.server); /* while the first record waits for the driver */
    cr_assert_arr_eq(channel_data(pump.server, &bytes), "one", 3);
    channel_data_done(pump.server, 3);
    cr_assert_arr_eq(channel_data(pump.server, &bytes), "two", 3);
    channel_data_done(pump.server, 3);
    cr_assert(channel_flags(pump.server) & CHANNEL_CLOSED);
    cr_assert_eq(channel_error(pump.server), CHANNEL_OK, "the goodbye had come too");
    pump_close(&pump);
}
