/* A client's own key, and what to tell its owner when the connection fails. */
#include "identity.h"
#include "fingerprint_art.h"
#include "home_option.h"
#include "passphrase_option.h"
#include "translate.h"

#include <stdio.h>
#include <string.h>

void identity_tell(const struct stored_key *stored, bool created, const struct home_options *home)
{
    char fingerprint[FINGERPRINT_TEXT_BYTES], words[FINGERPRINT_WORDS_BYTES];
    fingerprint_text(fingerprint, stored->key);
    console_note(created ? N_("made the key %s") : N_("key %s"), stored->path);
    console_note("fingerprint %s", fingerprint);
    fingerprint_words(words, stored->key);
    console_note("in words    %s", words);
    if (passphrase_source_given(&home->access.passphrase) && stored->iterations == 0)
        console_note("no passphrase protects this key: keytool passwd %s gives it one",
                     stored->name);
}

void identity_draw(const struct rsa_key *key)
{
    char art[FINGERPRINT_ART_BYTES];
    fingerprint_art(art, key);
    fprintf(stderr, "%s\n", art);
}

const char *identity_default(enum channel_role role, struct channel_suite suite)
{
    static const char *const names[][2] = {
        [CHANNEL_CLIENT] = {[FAMILY_MODERN] = "client", [FAMILY_TEXTBOOK] = "client-textbook"},
        [CHANNEL_SERVER] = {[FAMILY_MODERN] = "server", [FAMILY_TEXTBOOK] = "server-textbook"}};
    return names[role][key_family_of(suite)];
}

/* What the other side would say to the key, said before it is asked. */
static bool fits_suite(const struct stored_key *stored, struct channel_suite suite,
                       struct problem *problem)
{
    char name[CHANNEL_SUITE_TEXT_BYTES];
    const unsigned least = channel_suite_is_modern(suite) ? CHANNEL_MODERN_BITS
                                                          : CHANNEL_TEXTBOOK_BITS;
    if (channel_judge_key(suite, stored->key) == CHANNEL_OK)
        return true;
    channel_suite_text(name, suite);
    if (rsa_key_bits(stored->key) < least)
        problem_set(problem, "%s: a key of %u bits, and the %s suite takes %u or more",
                    stored->path, rsa_key_bits(stored->key), name, least);
    else
        problem_set(problem, "%s: the %s suite takes an exponent above 2^16 and below 2^256",
                    stored->path, name);
    return problem_hint(problem, "keytool gen NAME makes one that fits, and --key NAME takes it");
}

bool identity_load(struct stored_key *stored, bool *created, const struct home *home,
                   const struct home_options *options, const char *name, struct channel_suite suite,
                   struct problem *problem)
{
    struct key_access access = options->access;
    access.family = key_family_of(suite);
    return key_store_get(stored, created, home, name, CHANNEL_MODERN_BITS, &access, problem) &&
           fits_suite(stored, suite, problem);
}

bool identity_get(struct identity *identity, const struct home_options *home, const char *name,
                  struct channel_suite suite, bool quiet, struct problem *problem)
{
    bool created;
    identity->suite = suite;
    if (!home_find(&identity->home, home->directory, problem) ||
        !identity_load(&identity->stored, &created, &identity->home, home, name, suite, problem))
        return false;
    fingerprint_text(identity->fingerprint, identity->stored.key);
    if (!quiet || created)
        identity_tell(&identity->stored, created, home);
    return true;
}

void identity_free(struct identity *identity)
{
    stored_key_free(&identity->stored);
}

/* "the key is not allowed: your key has expired": to allow it once more would not help. */
static bool has_own_reason(const char *failure, enum channel_error error)
{
    const char *told = strstr(failure, channel_strerror(error));
    return told && told[strlen(channel_strerror(error))] != '\0';
}

/* All suites but the own one; of the own one, another cipher. */
static void hint_other_suites(struct channel_suite own)
{
    static const char *const names[] = {[CHANNEL_MODERN] = "modern",
                                        [CHANNEL_MODERN_X25519] = "modern:x25519",
                                        [CHANNEL_MODERN_RSA] = "modern:rsa",
                                        [CHANNEL_DH] = "dh",
                                        [CHANNEL_TEXTBOOK] = "textbook"};
    char others[128] = "";
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        const size_t used = strlen(others);
        if (i != own.kind)
            snprintf(others + used, sizeof(others) - used, "%s%s", used > 0 ? ", " : "", names[i]);
    }
    if (channel_suite_is_modern(own))
        console_hint("the server was started with another --suite: %s; give the same one, with "
                     "its cipher if it has one",
                     others);
    else
        console_hint("the server was started with another --suite: %s; or with another cipher of "
                     "%s; give the same one",
                     others, names[own.kind]);
    if (own.kind == CHANNEL_MODERN)
        console_hint("if the server's release is older: what it calls modern is modern:x25519 "
                     "here");
}

void identity_explain(const struct identity *identity, enum channel_error error,
                      const char *failure, const char *host, unsigned port)
{
    char words[FINGERPRINT_WORDS_BYTES], said[TRANSLATE_LIBRARY_BYTES];
    console_error("%s", translate_parts(said, failure));
    switch (error) {
    case CHANNEL_ERR_NOT_ALLOWED:
        if (has_own_reason(failure, error)) {
            console_hint("ask the person at the server; your key is %s", identity->fingerprint);
            break;
        }
        fingerprint_words(words, identity->stored.key);
        console_hint("your key is %s", identity->fingerprint);
        console_hint("in words it is %s, and this is its picture:", words);
        identity_draw(identity->stored.key);
        if (identity->wish)
            console_hint("the server was told that you would like to be called %s", identity->wish);
        console_hint("ask the person at the server to run: keytool allow add %s --name %s",
                     identity->fingerprint, identity->wish ? identity->wish : _("YOURNAME"));
        console_hint("were you let in before? then your time may be over, or the key is of the "
                     "other suite: the server's screen says which");
        break;
    case CHANNEL_ERR_HOST:
        console_hint("is '%s' spelled right? an address in numbers works, too", host);
        break;
    case CHANNEL_ERR_SYSTEM:
        console_hint("is the server running, and is %u the port that its screen shows?", port);
        break;
    case CHANNEL_ERR_UNEXPECTED:
        console_hint("is %u the port that this program's server shows? chat and ftp have their own",
                     port);
        break;
    case CHANNEL_ERR_SUITE:
        hint_other_suites(identity->suite);
        break;
    case CHANNEL_ERR_VERSION:
        console_hint(
            "take the newer release on both sides: keytool --version says which one is here");
        break;
    case CHANNEL_ERR_BUSY:
    case CHANNEL_ERR_SHUTDOWN:
        console_hint("try again in a while");
        break;
    default:
        break;
    }
}

int identity_status(enum channel_error error)
{
    if (error == CHANNEL_OK)
        return CONSOLE_DONE;
    if (error == CHANNEL_ERR_NOT_ALLOWED)
        return CONSOLE_NOT_ALLOWED;
    return error == CHANNEL_ERR_KEY_CHANGED ? CONSOLE_KEY_CHANGED : CONSOLE_FAILED;
}
