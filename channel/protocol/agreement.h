/*
 * How two sides agree on a secret: one row for each way, and nothing outside knows more of it.
 *
 *   hello, or the first two messages of a re-key    each carries a key share in its field `eph`
 *   exchange, or the next two                       each may add something, sealed to the other's
 *   then                                            both have the secret; the keys come from it
 *
 * The client's share comes first. The server's may answer it: dh takes the group from it, and hybrid
 * encapsulates to it. Another way to agree is another row, and a suite that names it in suite.c.
 */
#ifndef GLASSBOX_AGREEMENT_H
#define GLASSBOX_AGREEMENT_H

#include "channel.h"
#include "x25519.h"

#define AGREEMENT_SECRET_MAX 1024 /* bytes: DH of 8192 bits */

struct agreement {
    enum wire_message client_share, server_share; /* what `eph` holds */
    bool takes_pair; /* the own share is an RSA pair, costly to make: the driver brings it */
    bool is_slow; /* to make a share (in a handshake) and the secret is work for another thread */
    size_t state_bytes; /* of exchange->state, zero at first */

    /* Makes the own share, into exchange->own_share; the server has taken the client's before. */
    enum channel_error (*make)(struct channel *channel);
    /* Takes the peer's, of which the table of the wire approves, and judges it before any use. */
    enum channel_error (*take)(struct channel *channel, const struct wire_value *values);
    /* What an exchange adds: WIRE_MODULUS_MAX bytes at most. Both NULL: nothing. */
    enum channel_error (*seal)(uint8_t *sealed, size_t *bytes, struct channel *channel);
    enum channel_error (*open)(struct channel *channel, const struct wire_value *sealed);
    /* The secret, at most AGREEMENT_SECRET_MAX bytes. From now on nobody can find it again: what
     * was private in the own share is wiped. */
    enum channel_error (*secret)(uint8_t *out, size_t *bytes, struct channel *channel);
    void (*end)(void *state); /* frees what the state holds; NULL: nothing */
};

extern const struct agreement agreement_hybrid, agreement_x25519, agreement_rsa, agreement_dh;

struct x25519_shares { /* the state of that row, and the beginning of hybrid's */
    uint8_t private_secret[X25519_BYTES], own[X25519_BYTES], peers[X25519_BYTES];
};

#endif
