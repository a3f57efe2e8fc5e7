/*
 * Is this the server that we meant? Its key is pinned in known_servers.csv when it is first seen.
 *
 * The verdict falls in the middle of the handshake, before the server has proven its key, and must
 * be quick. So a person is asked afterwards, before anything is sent. Only a proven key is pinned.
 */
#ifndef GLASSBOX_TRUST_H
#define GLASSBOX_TRUST_H

#include "channel.h"
#include "fingerprint_words.h"
#include "known_peers.h"
#include "option_table.h"

/* --accept-new and --server-key, the same on every client. Set it to {0} first. */
struct trust_options {
    bool accept_new;     /* an unknown server's key is taken as it comes */
    bool has_server_key; /* or must have this fingerprint */
    struct fingerprint_given server_key;
};
extern const struct option_table trust_table;

struct trust {
    const struct trust_options *options;
    struct known_server server;
    bool can_ask; /* there is a person at a terminal */
    char path[HOME_PATH_BYTES];
    bool refused; /* the verdict was no */
    enum known_peer known;
    struct known_record record;
    char fingerprint[FINGERPRINT_TEXT_BYTES]; /* of the server, "" before it has shown its key */
    char words[FINGERPRINT_WORDS_BYTES];
    struct problem problem;
};

/* options and the host must outlive the trust. */
void trust_init(struct trust *trust, const struct trust_options *options, const struct home *home,
                const struct known_server *server, bool can_ask);

/* In the handshake. A server is known by the name that was typed, not by its address. */
enum channel_error trust_verdict(struct trust *trust, const struct rsa_key *server);

/* Once connected: asks or tells, and pins. False: the person said no, or the file cannot be
 * written; it has been said. */
bool trust_settle(struct trust *trust, const struct rsa_key *server);

/* Says why the verdict was no, and returns the exit status. */
int trust_explain(const struct trust *trust);

#endif
