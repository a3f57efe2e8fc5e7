/*
 * The key exchange that the handshake (M1 to M4) and the re-key (K1 to K4) share: the own key share,
 * the peer's, what is added, and at the end the keys. How it is done stands in the suite's
 * agreement.
 */
#include "agreement.h"
#include "engine.h"

#include <stdlib.h>
#include <string.h>

bool exchange_start(struct channel *channel)
{
    const struct agreement *agreement = channel->suite->agreement;
    struct exchange *exchange = calloc(1, sizeof(*exchange));
    if (exchange && agreement)
        exchange->state = calloc(1, agreement->state_bytes);
    if (!exchange || (agreement && !exchange->state)) {
        free(exchange);
        return false;
    }
    sym_sha256_init(&exchange->transcript);
    channel->exchange = exchange;
    return true;
}

void exchange_end(struct channel *channel)
{
    const struct agreement *agreement = channel->suite->agreement;
    struct exchange *exchange = channel->exchange;
    if (!exchange)
        return;
    if (agreement && agreement->end)
        agreement->end(exchange->state);
    if (agreement)
        sym_wipe(exchange->state, agreement->state_bytes);
    free(exchange->state);
    arithmetic_end(&exchange->arithmetic);
    rsa_key_free(exchange->own_pair);
    buffer_free(&exchange->own_share); /* it crosses the wire: not secret, not wiped */
    buffer_free(&exchange->received);  /* likewise */
    buffer_free(&exchange->answer);
    sym_wipe(exchange, sizeof(*exchange));
    free(exchange);
    channel->exchange = NULL;
}

/* --- key shares ------------------------------------------------------------------------------- */

enum channel_error exchange_put_share(struct channel *channel, const struct wire_value *values)
{
    const enum wire_message share = channel_suite_share(channel->config.suite,
                                                        channel->config.role);
    struct buffer *out = &channel->exchange->own_share;
    size_t bytes = wire_size(share, values);
    uint8_t *room = buffer_room(out, bytes);
    if (!room)
        return CHANNEL_ERR_MEMORY;
    wire_encode(room, share, values);
    buffer_added(out, bytes);
    return CHANNEL_OK;
}

enum channel_error exchange_take_share(struct channel *channel, const struct wire_value *eph)
{
    const enum channel_role peer = channel->config.role == CHANNEL_CLIENT ? CHANNEL_SERVER
                                                                          : CHANNEL_CLIENT;
    struct wire_value values[WIRE_MAX_FIELDS];
    if (!channel->suite->agreement)
        return eph->bytes == 0 ? CHANNEL_OK : CHANNEL_ERR_MALFORMED;
    if (wire_decode(values, channel_suite_share(channel->config.suite, peer), eph->data,
                    eph->bytes))
        return CHANNEL_ERR_MALFORMED;
    return channel->suite->agreement->take(channel, values);
}

static void share_made(struct channel *channel)
{
    if (channel->state == STATE_OPEN)
        rekey_share_made(channel);
    else
        handshake_hello(channel);
}

static enum channel_error run_make(struct channel *channel)
{
    return channel->suite->agreement->make(channel);
}

void exchange_make_share(struct channel *channel)
{
    const struct agreement *agreement = channel->suite->agreement;
    enum channel_error error = CHANNEL_OK;
    if (agreement && agreement->takes_pair && !channel->exchange->own_pair) {
        channel_want_ephemeral(channel); /* and it is called again */
        return;
    }
    /* In an open channel on the spot: what is sent meanwhile draws, too, and each run must draw in the
     * same order. */
    if (agreement && agreement->is_slow && channel->state != STATE_OPEN) {
        channel->work = (struct work){.run = run_make, .done = share_made};
        return;
    }
    if (agreement)
        error = agreement->make(channel);
    if (error)
        channel_fail(channel, error, "key share");
    else
        share_made(channel);
}

/* --- what an exchange adds -------------------------------------------------------------------- */

enum channel_error exchange_seal(uint8_t *sealed, size_t *bytes, struct channel *channel)
{
    *bytes = 0;
    return channel->suite->agreement->seal ? channel->suite->agreement->seal(sealed, bytes, channel)
                                           : CHANNEL_OK;
}

enum channel_error exchange_open(struct channel *channel, const struct wire_value *sealed)
{
    if (channel->suite->agreement->open)
        return channel->suite->agreement->open(channel, sealed);
    return sealed->bytes == 0 ? CHANNEL_OK : CHANNEL_ERR_MALFORMED;
}

/* --- the keys --------------------------------------------------------------------------------- */

/* modern: prk = HKDF-Extract(H(transcript), [chain ||] secret) */
static enum channel_error derive_modern(struct channel *channel, const uint8_t *secret,
                                        size_t bytes, const uint8_t *chain_secret)
{
    struct sym_sha256 transcript = channel->exchange->transcript;
    uint8_t ikm[CHANNEL_SECRET_BYTES + AGREEMENT_SECRET_MAX], prk[SYM_HKDF_PRK_BYTES];
    uint8_t salt[SYM_SHA256_BYTES];
    enum channel_error error;
    size_t at = chain_secret ? CHANNEL_SECRET_BYTES : 0;
    if (chain_secret)
        memcpy(ikm, chain_secret, CHANNEL_SECRET_BYTES);
    memcpy(ikm + at, secret, bytes);
    sym_sha256_final(salt, &transcript);
    sym_hkdf_extract(prk, salt, sizeof(salt), ikm, at + bytes);
    TRACE(channel->trace,
          chain_secret ? STEP_PRK_REKEY : STEP_PRK, [PRK_SALT] = {salt, sizeof(salt)},
          [PRK_IKM] = {ikm, at + bytes}, [PRK_OUT] = {prk, sizeof(prk)});
    error = modern_schedule(&channel->exchange->next_secret, prk, &channel->trace);
    sym_wipe(ikm, sizeof(ikm));
    sym_wipe(prk, sizeof(prk));
    return error;
}

enum channel_error exchange_derive(struct channel *channel)
{
    uint8_t secret[AGREEMENT_SECRET_MAX];
    size_t bytes;
    enum channel_error error = channel->suite->agreement->secret(secret, &bytes, channel);
    if (!error && channel->cipher)
        error = dh_schedule(&channel->exchange->next_secret, channel, secret, bytes);
    else if (!error)
        error = derive_modern(channel, secret, bytes,
                              channel->state == STATE_OPEN ? channel->chain_secret : NULL);
    sym_wipe(secret, sizeof(secret));
    return error;
}
