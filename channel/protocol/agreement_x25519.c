/*
 * X25519 (RFC 7748) between two fresh keys. A share is 32 bytes and costs microseconds; the exchange
 * adds nothing. The hybrid row takes the same steps, and one more: agreement_hybrid.c.
 */
#include "agreement.h"
#include "engine.h"

#include <string.h>

static enum channel_error make(struct channel *channel)
{
    struct x25519_shares *state = channel->exchange->state;
    enum channel_error error = channel_random(channel, state->private_secret, X25519_BYTES);
    if (error)
        return error;
    x25519_public(state->own, state->private_secret);
    TRACE(channel->trace, STEP_X25519_KEY, [X25519_PRIVATE] = {state->private_secret, X25519_BYTES},
          [X25519_PUBLIC] = {state->own, X25519_BYTES});
    /* The share is one field of fixed size: its bytes. */
    return buffer_append(&channel->exchange->own_share, state->own, X25519_BYTES)
               ? CHANNEL_OK
               : CHANNEL_ERR_MEMORY;
}

/* A peer that sends our own share back knows nothing of its private half. The top bit does not count
 * (RFC 7748 5). The server draws after it has seen the client's. */
static enum channel_error take(struct channel *channel, const struct wire_value *values)
{
    struct x25519_shares *state = channel->exchange->state;
    uint8_t mirrored[X25519_BYTES];
    memcpy(state->peers, values[X25519_SHARE_U].data, X25519_BYTES);
    memcpy(mirrored, state->own, X25519_BYTES);
    mirrored[X25519_BYTES - 1] |= state->peers[X25519_BYTES - 1] & 0x80;
    return channel->config.role == CHANNEL_CLIENT && sym_equal(mirrored, state->peers, X25519_BYTES)
               ? CHANNEL_ERR_SHARE
               : CHANNEL_OK;
}

/* RFC 7748 6.1: an all-zero secret comes from a point of low order, and everybody knows it. */
static enum channel_error secret(uint8_t *out, size_t *bytes, struct channel *channel)
{
    struct x25519_shares *state = channel->exchange->state;
    const bool good = x25519(out, state->private_secret, state->peers);
    *bytes = X25519_BYTES;
    if (good)
        TRACE(channel->trace,
              STEP_X25519_SECRET, [X25519_OWN] = {state->private_secret, X25519_BYTES},
              [X25519_PEERS] = {state->peers, X25519_BYTES}, [X25519_SHARED] = {out, X25519_BYTES});
    else
        TRACE(channel->trace,
              STEP_X25519_REFUSED, [X25519_OWN] = {state->private_secret, X25519_BYTES},
              [X25519_PEERS] = {state->peers, X25519_BYTES});
    sym_wipe(state->private_secret, X25519_BYTES);
    return good ? CHANNEL_OK : CHANNEL_ERR_SHARE;
}

const struct agreement agreement_x25519 = {
    .client_share = WIRE_X25519_SHARE,
    .server_share = WIRE_X25519_SHARE,
    .state_bytes = sizeof(struct x25519_shares),
    .make = make,
    .take = take,
    .secret = secret,
};
