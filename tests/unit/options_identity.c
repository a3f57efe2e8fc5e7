/* The hints to a client that is not let in fit the reason that it was told; the warning of a peer that
 * is not this machine fits the suite. */
#include "fingerprint_art.h"
#include "identity.h"
#include "small_keys.h"
#include "suite_option.h"

#include <criterion/criterion.h>
#include <criterion/redirect.h>
#include <stdio.h>
#include <string.h>

static char said[2000];

static void read_said(void)
{
    fflush(stderr);
    size_t length = fread(said, 1, sizeof(said) - 1, cr_get_redirected_stderr());
    said[length] = '\0';
}

static void explain_wish(enum channel_error error, const char *failure, const char *wish)
{
    struct rsa_key *key = small_key(1);
    const struct identity identity = {
        .fingerprint = "SHA256:mine", .stored = {.key = key}, .wish = wish};
    cr_redirect_stderr();
    identity_explain(&identity, error, failure, "there", 4242);
    read_said();
    rsa_key_free(key);
}

static void explain(enum channel_error error, const char *failure)
{
    explain_wish(error, failure, NULL);
}

Test(options_identity, a_key_that_nobody_knows_is_to_be_allowed)
{
    explain(CHANNEL_ERR_NOT_ALLOWED, "there port 4242: the peer says: the key is not allowed");
    cr_expect(strstr(said, "keytool allow add SHA256:mine --name YOURNAME"), "%s", said);
    cr_expect_not(strstr(said, "you would like"), "%s", said);
}

/* The same words and the same picture as on the screen of the person who decides. */
Test(options_identity, both_screens_show_the_same)
{
    struct rsa_key *key = small_key(1);
    char words[FINGERPRINT_WORDS_BYTES], art[FINGERPRINT_ART_BYTES];
    fingerprint_words(words, key);
    fingerprint_art(art, key);
    explain_wish(CHANNEL_ERR_NOT_ALLOWED, "the peer says: the key is not allowed", "boris");
    cr_expect(strstr(said, words), "%s", said);
    cr_expect(strstr(said, art), "%s", said);
    cr_expect(strstr(said, "you would like to be called boris"), "%s", said);
    cr_expect(strstr(said, "SHA256:mine --name boris"), "%s", said);
    rsa_key_free(key);
}

Test(options_identity, a_key_that_is_known_and_refused_is_not_allowed_once_more)
{
    explain(CHANNEL_ERR_NOT_ALLOWED,
            "there port 4242: the peer says: the key is not allowed: your key has expired");
    cr_expect(strstr(said, "hint: ask the person at the server"), "%s", said);
    cr_expect(strstr(said, "SHA256:mine"), "%s", said);
    cr_expect_not(strstr(said, "allow add"), "%s", said);
}

Test(options_identity, who_does_not_speak_the_protocol_has_another_port)
{
    explain(CHANNEL_ERR_UNEXPECTED, "there port 4242: a frame came that does not belong here");
    cr_expect(strstr(said, "hint: is 4242 the port that this program's server shows?"), "%s", said);
}

static void explain_suite(const char *text)
{
    struct identity identity = {.fingerprint = "SHA256:mine"};
    cr_assert_eq(channel_suite_parse(&identity.suite, text), CHANNEL_OK);
    cr_redirect_stderr();
    identity_explain(&identity, CHANNEL_ERR_SUITE, "the two sides use different suites", "there",
                     4242);
    read_said();
}

static void expect_suites(const char *own, const char *others)
{
    explain_suite(own);
    cr_expect(strstr(said, others), "%s", said);
}

/* The one that was just given is no advice. */
Test(options_identity, another_suite_is_one_of_the_others)
{
    expect_suites("modern", "--suite: modern:x25519, modern:rsa, dh, textbook; give the same");
    cr_expect(strstr(said, "what it calls modern is modern:x25519 here"), "%s", said);
}
Test(options_identity, another_suite_than_x25519_alone)
{
    expect_suites("modern:x25519", "--suite: modern, modern:rsa, dh, textbook; give the same one");
    cr_expect_not(strstr(said, "release"), "%s", said);
}
Test(options_identity, another_suite_may_differ_in_its_cipher)
{
    expect_suites("dh:caesar", "modern, modern:x25519, modern:rsa, textbook; or with another "
                               "cipher of dh; give the same one");
}

Test(options_identity, who_speaks_another_version_takes_the_newer_release)
{
    explain(CHANNEL_ERR_VERSION, "there port 4242: the peer says: another version");
    cr_expect(strstr(said, "hint: take the newer release on both sides"), "%s", said);
}

Test(options_identity, a_suite_for_learning_does_not_leave_the_machine_unsaid)
{
    static const char *const here[] = {"127.0.0.1", "127.9.9.9", "::1"}, *const there[] = {
                                                                             "192.0.2.7",
                                                                             "2001:db8::1",
                                                                             "12.7.0.1", "::2"};
    struct channel_suite suite;
    char expected[100];
    cr_redirect_stderr();
    for (size_t i = 0; channel_suite_at(&suite, i); i++)
        for (size_t a = 0; a < 3; a++)
            suite_warn_of_peer(suite, here[a]);
    for (size_t a = 0; a < 4; a++) {
        suite_warn_of_peer((struct channel_suite){.kind = CHANNEL_MODERN}, there[a]);
        suite_warn_of_peer((struct channel_suite){.kind = CHANNEL_MODERN_RSA}, there[a]);
        suite_warn_of_peer((struct channel_suite){CHANNEL_DH, "caesar"}, there[a]);
        suite_warn_of_peer((struct channel_suite){CHANNEL_TEXTBOOK, "caesar"}, there[a]);
    }
    read_said();
    const char *at = said;
    for (size_t a = 0; a < 4; a++)
        for (size_t kind = 0; kind < 2; kind++) {
            snprintf(expected, sizeof(expected), "warning: %s is not this machine", there[a]);
            at = strstr(at, expected);
            cr_assert(at, "%s\n%s", expected, said);
            at++;
        }
    cr_expect_not(strstr(at, "warning"), "%s", said);
    cr_expect_not(strstr(said, "modern"), "%s", said);
}
