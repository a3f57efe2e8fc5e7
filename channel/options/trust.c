/* Is this the server that we meant? Trust on first use, or by a fingerprint given. */
#include "trust.h"
#include "fingerprint_art.h"
#include "home_option.h"
#include "translate.h"
#include "yes_no.h"

#include <stdio.h>
#include <string.h>

static void read_fingerprint(void *options, const char *what, const char *text,
                             const struct argp_state *state)
{
    struct trust_options *trust = options;
    struct problem problem = {0};
    trust->has_server_key = true;
    if (!fingerprint_given_read(&trust->server_key, text, &problem))
        option_refuse(state, what, &problem);
}

static const struct option_row rows[] = {
    FLAG(struct trust_options, accept_new, "accept-new", 0,
         "Trust a server that is seen for the first time"),
    READ_ALL(
        "server-key", 0, "FINGERPRINT",
        "Talk only to the server with this key, as its screen shows it: SHA256:..., or its six "
        "words",
        read_fingerprint),
    {0}};

const struct option_table trust_table = {.rows = rows};

void trust_init(struct trust *trust, const struct trust_options *options, const struct home *home,
                const struct known_server *server, bool can_ask)
{
    memset(trust, 0, sizeof(*trust));
    trust->options = options;
    trust->server = *server;
    trust->can_ask = can_ask;
    home_path(trust->path, home, HOME_KNOWN_SERVERS);
}

static enum channel_error judge(struct trust *trust, const struct rsa_key *server)
{
    const struct trust_options *options = trust->options;
    uint8_t digest[FINGERPRINT_BYTES];
    fingerprint_digest(digest, server);
    fingerprint_digest_text(trust->fingerprint, digest);
    fingerprint_digest_words(trust->words, digest);
    if (!known_server_check(&trust->known, &trust->record, trust->path, &trust->server, server,
                            &trust->problem)) {
        if (trust->problem.hint[0] == '\0')
            problem_hint(&trust->problem, "correct that line, or delete it: its server counts as "
                                          "seen for the first time then");
        return CHANNEL_ERR_NOT_ALLOWED;
    }
    if (trust->known == KNOWN_OTHER_FAMILY)
        return CHANNEL_ERR_NOT_ALLOWED;
    if (options->has_server_key) /* what the person says now counts more than the file */
        return fingerprint_given_is(&options->server_key, digest) ? CHANNEL_OK
                                                                  : CHANNEL_ERR_KEY_CHANGED;
    if (trust->known == KNOWN_CHANGED)
        return CHANNEL_ERR_KEY_CHANGED;
    if (trust->known == KNOWN_NEW && !options->accept_new && !trust->can_ask)
        return CHANNEL_ERR_NOT_ALLOWED;
    return CHANNEL_OK;
}

enum channel_error trust_verdict(struct trust *trust, const struct rsa_key *server)
{
    enum channel_error verdict = judge(trust, server);
    trust->refused = verdict != CHANNEL_OK;
    return verdict;
}

static bool ask(const struct trust *trust, const struct rsa_key *server)
{
    char answer[64] = "", art[FINGERPRINT_ART_BYTES];
    fingerprint_art(art, server);
    fprintf(stderr,
            _("The server %s, port %u, is seen for the first time. Its key has the fingerprint\n"
              "    %s\n"
              "    %s\n"
              "%s\n"
              "Compare it with the one on the server's screen. Talk to it? (yes/no) "),
            trust->server.host, trust->server.port, trust->fingerprint, trust->words, art);
    if (!fgets(answer, sizeof(answer), stdin))
        fputc('\n', stderr);
    return yes_no_read(answer) == YES_NO_YES;
}

bool trust_settle(struct trust *trust, const struct rsa_key *server)
{
    const struct trust_options *options = trust->options;
    bool vouched = options->accept_new || options->has_server_key;
    if (trust->known == KNOWN_NEW && !vouched && !ask(trust, server)) {
        console_error("the server's key was not accepted");
        return false;
    }
    if (trust->known == KNOWN_NEW)
        console_note("server %s port %u is now known by its key %s", trust->server.host,
                     trust->server.port, trust->fingerprint);
    if (known_server_pin(trust->path, &trust->server, server, options->has_server_key,
                         &trust->problem))
        return true;
    console_problem(&trust->problem, CONSOLE_FAILED);
    return false;
}

static void explain_change(const struct trust *trust)
{
    const struct trust_options *options = trust->options;
    char wanted[FINGERPRINT_TEXT_BYTES];
    if (options->has_server_key)
        fingerprint_given_text(wanted, &options->server_key);
    else
        strcpy(wanted, trust->record.fingerprint);
    console_error("THE KEY OF THE SERVER %s PORT %u IS NOT THE ONE %s", trust->server.host,
                  trust->server.port, options->has_server_key ? "GIVEN" : "KNOWN BEFORE");
    console_note("expected %s", wanted);
    console_note("shown    %s", trust->fingerprint);
    console_note("in words %s", trust->words);
    console_hint("somebody may be between you and the server; ask the person at the server for the "
                 "fingerprint");
    if (!options->has_server_key)
        console_hint("if the key was really changed: --server-key %s once, or remove the row of "
                     "%s from %s",
                     trust->fingerprint, trust->server.host, trust->path);
}

int trust_explain(const struct trust *trust)
{
    const struct trust_options *options = trust->options;
    if (trust->problem.message[0])
        return console_problem(&trust->problem, CONSOLE_FAILED);
    if (trust->known == KNOWN_OTHER_FAMILY) {
        console_error("the server %s port %u shows a key that is known for the other suite: %s",
                      trust->server.host, trust->server.port, trust->fingerprint);
        console_hint("a key serves one purpose: the person at the server makes another, or "
                     "somebody has copied this one; its row stands in %s",
                     trust->path);
    } else if (trust->known == KNOWN_CHANGED || options->has_server_key) {
        explain_change(trust);
        return CONSOLE_KEY_CHANGED;
    } else {
        console_error("the server %s port %u is unknown: its key is %s", trust->server.host,
                      trust->server.port, trust->fingerprint);
        console_note("in words %s", trust->words);
        console_hint("if that is what the server's screen shows: --server-key %s; or --accept-new "
                     "trusts whoever answers first",
                     trust->fingerprint);
    }
    return CONSOLE_NOT_ALLOWED;
}
