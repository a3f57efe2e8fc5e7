/*
 * Keys that no honest driver brings. A recording that is played again, or a program with a fault,
 * hands the engine keys of its own: of any size, without their private half, with an exponent that
 * nobody has. A key's size becomes that of a block or a buffer, so each is judged first.
 */
#include "engine.h"
#include "pump.h"

#include <criterion/criterion.h>

static struct rsa_key *make_key(unsigned bits, const char *e)
{
    struct rsa_key *key;
    cr_assert_eq(rsa_key_generate(&key, bits, e, NULL), RSA_OK);
    return key;
}

static struct rsa_key *public_half(const struct rsa_key *key)
{
    struct rsa_key *half;
    cr_assert_eq(rsa_key_public_copy(&half, key), RSA_OK);
    return half;
}

/* --- ephemeral keys ------------------------------------------------------------------------- */

/* What the modern suite does not take for its ephemeral pair. */
#define BAD_KEYS 7
static struct rsa_key *bad_key(size_t which)
{
    static const unsigned sizes[] = {16, 128, 512, 1024, 2047};
    if (which < sizeof(sizes) / sizeof(sizes[0]))
        return make_key(sizes[which], NULL);
    return which == 5 ? make_key(2048, "3") : public_half(pump_identity(2));
}

static void expect_refused(struct channel *channel, struct rsa_key *key, const char *who)
{
    size_t before, after;
    channel_output(channel, &before);
    channel_give_ephemeral(channel, key);
    channel_output(channel, &after);
    cr_assert_eq(channel_error(channel), CHANNEL_ERR_USE, "%s", who);
    cr_assert_str_eq(channel_error_detail(channel), "own ephemeral key");
    cr_assert(channel_flags(channel) & CHANNEL_CLOSED);
    cr_assert_eq(before, after, "%s: something was said with it", who);
    cr_assert_null(channel_take_ephemeral(channel), "it is nobody's fresh key");
}

Test(admission, a_handshake_takes_good_ephemeral_pairs_alone)
{
    for (size_t i = 0; i <= BAD_KEYS; i++) {
        struct pump pump;
        pump_open(&pump, "modern:rsa");
        expect_refused(pump.client, i < BAD_KEYS ? bad_key(i) : NULL, "client");
        pump_close(&pump);
        pump_open(&pump, "modern:rsa");
        pump_run_until(&pump, pump.server, CHANNEL_WANT_EPHEMERAL);
        expect_refused(pump.server, i < BAD_KEYS ? bad_key(i) : NULL, "server");
        pump_close(&pump);
    }
}

Test(admission, a_rekey_takes_good_ephemeral_pairs_alone)
{
    for (size_t i = 0; i < BAD_KEYS; i++) {
        struct pump pump;
        pump_open(&pump, "modern:rsa");
        pump_run(&pump);
        cr_assert_eq(channel_rekey(pump.client), CHANNEL_OK);
        expect_refused(pump.client, bad_key(i), "client");
        pump_close(&pump);
        pump_open(&pump, "modern:rsa");
        pump_run(&pump);
        cr_assert_eq(channel_rekey(pump.client), CHANNEL_OK);
        pump_run_until(&pump, pump.server, CHANNEL_WANT_EPHEMERAL);
        expect_refused(pump.server, bad_key(i), "server");
        pump_close(&pump);
    }
}

/* Behind the door too: 32 bytes were wiped whatever there was room for (seen by the sanitizer). */
Test(admission, a_secret_under_a_small_key_is_refused_within_its_own_room)
{
    static const uint8_t zeros[RSA_MAX_BYTES];
    struct pump pump;
    pump_open(&pump, "modern:rsa");
    for (unsigned bits = 16; bits <= 1024; bits *= 2) {
        struct exchange *exchange = pump.client->exchange;
        exchange->own_pair = make_key(bits, NULL);
        const struct wire_value sealed = {.data = zeros,
                                          .bytes = rsa_key_bytes(exchange->own_pair)};
        cr_assert_eq(exchange_open(pump.client, &sealed), CHANNEL_ERR_AUTH);
        cr_assert_null(exchange->own_pair);
    }
    pump_close(&pump);
}

/* --- identity keys and tickets -------------------------------------------------------------- */

static enum channel_error try_new(const char *suite, const struct rsa_key *identity)
{
    struct channel_config config = {.identity = identity};
    struct channel *channel;
    enum channel_error error = channel_suite_parse(&config.suite, suite);
    cr_assert_eq(error, CHANNEL_OK);
    error = channel_new(&channel, &config);
    cr_assert_eq(!channel, error != CHANNEL_OK);
    channel_free(channel);
    return error;
}

/* The judge of the peer's keys judges one's own: a key of 6 bits has no room for a byte. */
Test(admission, own_identity_keys_are_judged_like_the_peers)
{
    struct rsa_key *six, *sixteen = make_key(16, NULL), *small = make_key(1024, NULL),
                         *three = make_key(2048, "3"), *public = public_half(pump_identity(0));
    cr_assert_eq(rsa_key_from_primes(&six, "5", "11", "3"), RSA_OK);
    cr_assert_eq(try_new("textbook", six), CHANNEL_ERR_KEY_BAD);
    cr_assert_eq(try_new("textbook", public), CHANNEL_ERR_KEY_BAD);
    cr_assert_eq(try_new("textbook", NULL), CHANNEL_ERR_KEY_BAD);
    cr_assert_eq(try_new("textbook", sixteen), CHANNEL_OK);
    cr_assert_eq(try_new("textbook", three), CHANNEL_OK);
    cr_assert_eq(try_new("modern:rsa", six), CHANNEL_ERR_KEY_SMALL);
    cr_assert_eq(try_new("modern:rsa", small), CHANNEL_ERR_KEY_SMALL);
    cr_assert_eq(try_new("modern:rsa", three), CHANNEL_ERR_KEY_BAD);
    cr_assert_eq(try_new("modern:rsa", public), CHANNEL_ERR_KEY_BAD);
    cr_assert_eq(try_new("modern:rsa", NULL), CHANNEL_ERR_KEY_BAD);
    rsa_key_free(six);
    rsa_key_free(sixteen);
    rsa_key_free(small);
    rsa_key_free(three);
    rsa_key_free(public);
}

Test(admission, the_peers_key_of_a_ticket_is_judged_again)
{
    static const char *const suites[] = {"modern:rsa", "textbook"};
    struct rsa_key *peers[2] = {make_key(1024, NULL), NULL};
    cr_assert_eq(rsa_key_from_primes(&peers[1], "5", "11", "3"), RSA_OK);
    for (size_t i = 0; i < 2; i++) {
        struct channel_config config = {.identity = pump_identity(0)};
        struct channel_ticket ticket = {.port = 20001, .peer = peers[i]};
        struct channel *channel;
        cr_assert_eq(channel_suite_parse(&config.suite, suites[i]), CHANNEL_OK);
        ticket.suite = config.suite;
        cr_assert_eq(channel_new_resume(&channel, &config, &ticket),
                     i == 0 ? CHANNEL_ERR_KEY_SMALL : CHANNEL_ERR_KEY_BAD);
        cr_assert_null(channel);
        rsa_key_free(peers[i]);
    }
}
