/*
 * A client's own key: found by name in the home and made on first use, and what to tell its owner
 * when a connection fails.
 *
 *     struct identity own;
 *     if (!identity_get(&own, &options.home, options.key, suite, false, &problem)) ...
 *     ... channel_connect(..., &(struct secure_options){.identity = own.stored.key, ...}, failure)
 *     identity_explain(&own, error, failure, host, port);
 *     identity_free(&own);
 *
 * Prints with console.h: for programs.
 */
#ifndef GLASSBOX_IDENTITY_H
#define GLASSBOX_IDENTITY_H

#include "channel.h"
#include "console.h"
#include "fingerprint_words.h"
#include "home_option.h"
#include "key_store.h"
#include "translate.h"

struct identity {
    struct home home;
    struct stored_key stored;
    char fingerprint[FINGERPRINT_TEXT_BYTES];
    struct channel_suite suite; /* which was asked for: a server that refuses it has another */
    const char *wish; /* the name that was asked for with --name, or NULL: the program's to set */
};

/* What --name of a client is for. */
#define WISH_TEXT                                                                                  \
    N_("What you would like to be called, if the server does not know your key: the person there " \
       "sees it, and may take it")

/* The name of the key where --key is not given: a suite family has its own. */
const char *identity_default(enum channel_role role, struct channel_suite suite);
/* Loads the pair of that name, or makes it (*created), and judges it for the suite: it must be of
 * its family, and such as the other side takes. For servers too. The caller always frees stored. */
bool identity_load(struct stored_key *stored, bool *created, const struct home *home,
                   const struct home_options *options, const char *name, struct channel_suite suite,
                   struct problem *problem) __attribute__((warn_unused_result));
/* Finds the home, loads the pair of that name, and says which they are (in stderr). With `quiet`
 * only a pair that was made just now is told of. */
bool identity_get(struct identity *identity, const struct home_options *home, const char *name,
                  struct channel_suite suite, bool quiet, struct problem *problem)
    __attribute__((warn_unused_result));
/* Says which key it is, for servers too, and if a passphrase was given for one that has none. */
void identity_tell(const struct stored_key *stored, bool created, const struct home_options *home);
/* The key's picture (in stderr), where two people are to compare it. */
void identity_draw(const struct rsa_key *key);
/* Wipes. Fine on a {0}. */
void identity_free(struct identity *identity);

/* Says why a connection failed, and the way out. */
void identity_explain(const struct identity *identity, enum channel_error error,
                      const char *failure, const char *host, unsigned port);
/* What that means for the exit status. */
int identity_status(enum channel_error error);

#endif
