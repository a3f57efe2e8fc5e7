/*
 * X25519 (RFC 7748) between two fresh keys. A share is 32 bytes and costs microseconds; the exchange
 * adds nothing. The hybrid suite takes the same steps, and one more: agreement_hybrid.c.
 */
#include "agreement.h"
#include "engine.h"

#include <string.h>

enum channel_error x25519_half_make(struct x25519_half *half, const struct channel *channel)
{
    enum channel_error error = channel_random(channel, half->private_secret, X25519_BYTES);
    if (error)
        return error;
    x25519_public(half->own, half->private_secret);
    TRACE(channel->trace, STEP_X25519_KEY, [X25519_PRIVATE] = {half->private_secret, X25519_BYTES},
          [X25519_PUBLIC] = {half->own, X25519_BYTES});
    return CHANNEL_OK;
}

/* A peer that sends our own share back knows nothing of its private half. The top bit does not count
 * (RFC 7748 5). The server draws after it has seen the client's. */
enum channel_error x25519_half_take(struct x25519_half *half, const struct channel *channel,
                                    const uint8_t peers[X25519_BYTES])
{
    uint8_t mirrored[X25519_BYTES];
    memcpy(half->peers, peers, X25519_BYTES);
    memcpy(mirrored, half->own, X25519_BYTES);
    mirrored[X25519_BYTES - 1] |= peers[X25519_BYTES - 1] & 0x80;
    return channel->config.role == CHANNEL_CLIENT && sym_equal(mirrored, peers, X25519_BYTES)
               ? CHANNEL_ERR_SHARE
               : CHANNEL_OK;
}

/* RFC 7748 6.1: an all-zero secret comes from a point of low order, and everybody knows it. */
enum channel_error x25519_half_secret(uint8_t out[X25519_BYTES], struct x25519_half *half,
                                      const struct channel *channel)
{
    const bool good = x25519(out, half->private_secret, half->peers);
    if (good)
        TRACE(channel->trace,
              STEP_X25519_SECRET, [X25519_OWN] = {half->private_secret, X25519_BYTES},
              [X25519_PEERS] = {half->peers, X25519_BYTES}, [X25519_SHARED] = {out, X25519_BYTES});
    else
        TRACE(channel->trace,
              STEP_X25519_REFUSED, [X25519_OWN] = {half->private_secret, X25519_BYTES},
              [X25519_PEERS] = {half->peers, X25519_BYTES});
    sym_wipe(half->private_secret, X25519_BYTES);
    return good ? CHANNEL_OK : CHANNEL_ERR_SHARE;
}

/* --- the row ---------------------------------------------------------------------------------- */

static enum channel_error make(struct channel *channel)
{
    struct x25519_half *half = channel->exchange->state;
    enum channel_error error = x25519_half_make(half, channel);
    return error ? error
                 : exchange_put_share(
                       channel, (struct wire_value[]){
                                    [X25519_SHARE_U] = {.data = half->own, .bytes = X25519_BYTES}});
}

static enum channel_error take(struct channel *channel, const struct wire_value *values)
{
    return x25519_half_take(channel->exchange->state, channel, values[X25519_SHARE_U].data);
}

static enum channel_error secret(uint8_t *out, size_t *bytes, struct channel *channel)
{
    *bytes = X25519_BYTES;
    return x25519_half_secret(out, channel->exchange->state, channel);
}

const struct agreement agreement_x25519 = {
    .client_share = WIRE_X25519_SHARE,
    .server_share = WIRE_X25519_SHARE,
    .state_bytes = sizeof(struct x25519_half),
    .make = make,
    .take = take,
    .secret = secret,
};
