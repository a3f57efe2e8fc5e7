/*
 * A recorded talk under dh, followed by who has the wire alone, and can find K: from the frames to
 * the keys and to what was said.
 *
 *     hello, hello                p, g, A and B: K is asked for; the key is H(K) || H(H(K)) || ...
 *     records                     opened under it
 *     port, and another channel   its ticket, and the two numbers r: the next key
 *     re-key inside records       p, g, A and B again
 *
 * docs/protocol.md is all it goes by: nothing of a recording but its frames is looked at.
 */
#ifndef GLASSBOX_ATTACK_DLOG_SESSION_H
#define GLASSBOX_ATTACK_DLOG_SESSION_H

#include "dh.h"
#include "recording.h"

#include <gmp.h>

/* The numbers of one agreement, as they crossed the wire. */
struct dlog_agreement {
    unsigned channel, frame; /* of B */
    mpz_t p, g, A, B;
};

struct dlog_session_sink {
    /* K of an agreement. False: it cannot be found, and what is under it stays closed. */
    bool (*find)(void *context, mpz_t K, const struct dlog_agreement *agreement);
    /* A key that follows; of: "K", or "the ticket". */
    void (*key)(void *context, const char *of, const uint8_t *key, size_t bytes);
    /* A record: what it holds, or NULL if it does not open. */
    void (*record)(void *context, enum channel_role sender, const struct trace_event *frame,
                   const uint8_t *inner, size_t bytes);
    void *context;
};

/* False without memory. */
bool dlog_session_follow(const struct recording *recording, const struct dlog_session_sink *sink)
    __attribute__((warn_unused_result));

#endif
