/*
 * An error keeps its kind on the way up: from bignum_rsa to the channel, to the peer, and to the
 * sentence at the end of a narration.
 */
#include "engine.h"
#include "explain_text.h"
#include "pump.h"
#include "recording_names.h"

#include <criterion/criterion.h>
#include <string.h>

static const struct {
    enum rsa_error from;
    enum channel_error to;
} kinds[] = {
    {RSA_OK, CHANNEL_OK},
    {RSA_ERR_MEMORY, CHANNEL_ERR_MEMORY},
    {RSA_ERR_RANDOM, CHANNEL_ERR_RANDOM},
    {RSA_ERR_BITS, CHANNEL_ERR_KEY_BAD},
    {RSA_ERR_EXPONENT, CHANNEL_ERR_KEY_BAD},
    {RSA_ERR_NUMBER, CHANNEL_ERR_KEY_BAD},
    {RSA_ERR_LARGE, CHANNEL_ERR_KEY_BAD},
    {RSA_ERR_NOT_PRIME, CHANNEL_ERR_KEY_BAD},
    {RSA_ERR_PRIMES_EQUAL, CHANNEL_ERR_KEY_BAD},
    {RSA_ERR_PRIMES_CLOSE, CHANNEL_ERR_KEY_BAD},
    {RSA_ERR_MODULUS, CHANNEL_ERR_KEY_BAD},
    {RSA_ERR_PRIVATE, CHANNEL_ERR_KEY_BAD},
    {RSA_ERR_CRT, CHANNEL_ERR_KEY_BAD},
    {RSA_ERR_NO_PRIVATE, CHANNEL_ERR_KEY_BAD},
    {RSA_ERR_TOO_LONG, CHANNEL_ERR_KEY_SMALL},
    {RSA_ERR_RANGE, CHANNEL_ERR_NUMBER},
    {RSA_ERR_FAULT, CHANNEL_ERR_FAULT},
    {RSA_ERR_DECRYPT, CHANNEL_ERR_AUTH},
    {RSA_ERR_VERIFY, CHANNEL_ERR_AUTH},
};
#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

Test(errors, each_rsa_error_has_its_kind)
{
    for (size_t i = 0; i < KINDS; i++) {
        enum channel_error error = channel_rsa_error(kinds[i].from);
        cr_expect_eq(kinds[i].from, (enum rsa_error)i, "row %zu", i);
        cr_expect_eq(error, kinds[i].to, "%s", rsa_strerror(kinds[i].from));
        cr_expect_eq(strcmp(channel_strerror(error), "out of memory") == 0,
                     kinds[i].from == RSA_ERR_MEMORY, "%s: %s", rsa_strerror(kinds[i].from),
                     channel_strerror(error));
    }
    cr_assert_str_eq(rsa_strerror((enum rsa_error)KINDS), "unknown error", "a row for each");
}

/* The peer, a recording and the narration know the kind by a code, a word and a title. */
Test(errors, each_kind_has_its_words)
{
    for (int a = CHANNEL_OK; a < CHANNEL_ERRORS; a++) {
        enum channel_error error = (enum channel_error)a;
        uint8_t code = channel_alert_code(error);
        cr_expect(channel_strerror(error)[0], "error %d has no sentence", a);
        cr_expect_eq(recording_number(WORDS_ERROR, recording_word(WORDS_ERROR, a)), a);
        if (code != 0 && channel_alert_error(code) != CHANNEL_ERR_STOPPED)
            cr_expect_eq(channel_alert_error(code), error, "%s", channel_strerror(error));
        for (int b = CHANNEL_OK; b < a; b++)
            cr_expect_str_neq(channel_strerror(error), channel_strerror((enum channel_error)b));
    }
}

/* --- injected --------------------------------------------------------------------------------- */

/* The server finds the error; the client is told. */
static void expect_at_both_ends(struct pump *pump, enum channel_error error, const char *suite)
{
    const enum channel_suite_kind kind = pump->client_config.suite.kind;
    const struct explanation *own = explanation_of_end(error, CHANNEL_SERVER, false, kind);
    const struct explanation *told = explanation_of_end(error, CHANNEL_CLIENT, true, kind);
    cr_expect_eq(channel_error(pump->server), error, "%s: %s", suite,
                 channel_strerror(channel_error(pump->server)));
    cr_expect_not(channel_error_is_peers(pump->server));
    cr_expect_eq(channel_error(pump->client), error, "%s: the client hears: %s", suite,
                 channel_strerror(channel_error(pump->client)));
    cr_expect(channel_error_is_peers(pump->client));
    cr_expect_str_eq(channel_error_reason(pump->client), channel_strerror(error));
    cr_expect_neq(own, explanation_of_end(CHANNEL_ERR_MALFORMED, CHANNEL_SERVER, false, kind));
    cr_expect_eq(told, own, "%s: the narration of both tells the kind", suite);
}

static void open_with(struct pump *pump, const char *suite, const struct rsa_key *key,
                      const struct rsa_random *random)
{
    struct channel_config client = {.role = CHANNEL_CLIENT, .identity = pump_identity(0)};
    struct channel_config server = {.role = CHANNEL_SERVER, .identity = key, .random = random};
    cr_assert_eq(channel_suite_parse(&client.suite, suite), CHANNEL_OK);
    server.suite = client.suite;
    pump_open_configs(pump, &client, &server);
}

static int draw_until_empty(void *context, uint8_t *out, size_t bytes)
{
    size_t *left = context;
    if (bytes > *left)
        return -1;
    *left -= bytes;
    return rsa_random_bytes(out, bytes, NULL) ? -1 : 0;
}

/* The source fails at each draw in turn: of the key share, the hello, the secret, the seed of OAEP,
 * the salt of PSS; of b and the IV; of K and the IV. */
Test(errors, a_random_source_that_fails)
{
    static const struct {
        const char *suite;
        size_t bytes;
    } cases[] = {{"modern", 0},      {"modern", 32},     {"modern", 64},     {"modern:rsa", 0},
                 {"modern:rsa", 32}, {"modern:rsa", 64}, {"modern:rsa", 96}, {"dh", 0},
                 {"dh", 32},         {"textbook", 0},    {"textbook", 16}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        size_t left = cases[i].bytes;
        const struct rsa_random source = {draw_until_empty, &left};
        struct pump pump;
        open_with(&pump, cases[i].suite, pump_identity(1), &source);
        pump_run(&pump);
        if (channel_flags(pump.server) & CHANNEL_OPEN) /* else K is never drawn */
            cr_assert_eq(channel_send(pump.server, "x", 1),
                         pump.server->work.run ? CHANNEL_OK : CHANNEL_ERR_RANDOM);
        pump_run(&pump);
        expect_at_both_ends(&pump, CHANNEL_ERR_RANDOM, cases[i].suite);
        pump_close(&pump);
    }
}

static struct rsa_key *with_wrong_half(enum rsa_number half)
{
    const char *text[RSA_NUMBERS];
    struct rsa_key *key;
    char *last;
    for (int i = 0; i < RSA_NUMBERS; i++)
        text[i] = rsa_key_number_text(pump_identity(1), (enum rsa_number)i, 16);
    last = (char *)text[half] + strlen(text[half]) - 1;
    *last = *last == '0' ? '1' : '0';
    cr_assert_eq(rsa_key_from_text(&key, text, NULL), RSA_OK);
    for (int i = 0; i < RSA_NUMBERS; i++)
        rsa_text_free((char *)text[i]);
    return key;
}

/* Caught by the check of rsa_raw.c. In the modern suite when the server signs M4, in the textbook
 * suite when it wraps the K of a record, or opens one. */
Test(errors, a_key_with_a_broken_crt_half)
{
    static const struct {
        const char *suite;
        bool client_sends;
    } cases[] = {{"modern", false}, {"textbook", false}, {"textbook", true}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct rsa_key *key = with_wrong_half(i == 0 ? RSA_DP : RSA_DQ);
        struct pump pump;
        struct channel *sender;
        open_with(&pump, cases[i].suite, key, NULL);
        pump_run(&pump);
        sender = cases[i].client_sends ? pump.client : pump.server;
        if (channel_flags(sender) & CHANNEL_OPEN)
            cr_assert_eq(channel_send(sender, "x", 1), CHANNEL_OK);
        pump_run(&pump);
        expect_at_both_ends(&pump, CHANNEL_ERR_FAULT, cases[i].suite);
        pump_close(&pump);
        rsa_key_free(key);
    }
}

/* The wrapped key begins behind the header and its own length. */
static int above_every_modulus(void *context, enum channel_role from, uint8_t *frame, size_t *bytes)
{
    (void)context, (void)bytes;
    if (from == CHANNEL_CLIENT && frame[0] == WIRE_FRAME_RECORD)
        memset(frame + WIRE_HEADER_BYTES + 2, 0xff, rsa_key_bytes(pump_identity(1)));
    return 1;
}

Test(errors, a_number_out_of_range)
{
    struct pump pump;
    pump_open(&pump, "textbook");
    pump_run(&pump);
    pump.frame = above_every_modulus;
    cr_assert_eq(channel_send(pump.client, "x", 1), CHANNEL_OK);
    pump_run(&pump);
    expect_at_both_ends(&pump, CHANNEL_ERR_NUMBER, "textbook");
    pump_close(&pump);
}
