/*
 * X25519 and ML-KEM-768 (FIPS 203) together: the default. The secret is both secrets, one behind the
 * other: to find it, a listener has to break both. docs/protocol.md says why, and why in this order.
 *
 *   client's share    its X25519 key, an encapsulation key
 *   server's share    its X25519 key, the ciphertext: a secret encapsulated to that key
 *   the secret        X25519's || ML-KEM's
 *
 * All of it together costs about a tenth of a signature, so it is no work for another thread.
 */
#include "agreement.h"
#include "engine.h"

#include "mlkem.h"

#include <string.h>

_Static_assert(WIRE_MLKEM_EK_BYTES == MLKEM_EK_BYTES &&
                   WIRE_MLKEM_CIPHERTEXT_BYTES == MLKEM_CIPHERTEXT_BYTES,
               "what is made fits its field");

struct shares {
    struct x25519_half x25519;
    uint8_t dk_secret[MLKEM_DK_BYTES]; /* the client's */
    uint8_t ek[MLKEM_EK_BYTES];
    uint8_t ciphertext[MLKEM_CIPHERTEXT_BYTES];
    uint8_t kem_secret[MLKEM_SECRET_BYTES];
};

static bool is_client(const struct channel *channel)
{
    return channel->config.role == CHANNEL_CLIENT;
}

static enum channel_error make_key(struct shares *state, const struct channel *channel)
{
    uint8_t seed_secret[MLKEM_SEED_BYTES];
    enum channel_error error = channel_random(channel, seed_secret, sizeof(seed_secret));
    if (error)
        return error;
    mlkem_key(state->ek, state->dk_secret, seed_secret, &channel_mlkem_hash);
    TRACE(channel->trace, STEP_MLKEM_KEY, [MLKEM_KEY_SEED] = {seed_secret, sizeof(seed_secret)},
          [MLKEM_KEY_DK] = {state->dk_secret, MLKEM_DK_BYTES},
          [MLKEM_KEY_EK] = {state->ek, MLKEM_EK_BYTES});
    sym_wipe(seed_secret, sizeof(seed_secret));
    return CHANNEL_OK;
}

/* FIPS 203 7.2: what has a coefficient that is not below q is no encapsulation key. */
static enum channel_error encapsulate(struct shares *state, const struct channel *channel)
{
    uint8_t m_secret[MLKEM_SECRET_BYTES];
    enum channel_error error = channel_random(channel, m_secret, sizeof(m_secret));
    if (error)
        return error;
    const bool good = mlkem_encapsulate(state->ciphertext, state->kem_secret, state->ek, m_secret,
                                        &channel_mlkem_hash);
    TRACE(channel->trace, good ? STEP_MLKEM_EK_VERIFIED : STEP_MLKEM_EK_REFUSED,
          [MLKEM_CHECKED_EK] = {state->ek, MLKEM_EK_BYTES});
    if (good)
        TRACE(channel->trace,
              STEP_MLKEM_ENCAPSULATED, [MLKEM_ENCAPSULATED_EK] = {state->ek, MLKEM_EK_BYTES},
              [MLKEM_ENCAPSULATED_M] = {m_secret, sizeof(m_secret)},
              [MLKEM_ENCAPSULATED_OUT] = {state->ciphertext, MLKEM_CIPHERTEXT_BYTES},
              [MLKEM_ENCAPSULATED_SECRET] = {state->kem_secret, MLKEM_SECRET_BYTES});
    sym_wipe(m_secret, sizeof(m_secret));
    return good ? CHANNEL_OK : CHANNEL_ERR_SHARE;
}

static enum channel_error make(struct channel *channel)
{
    struct shares *state = channel->exchange->state;
    enum channel_error error = x25519_half_make(&state->x25519, channel);
    if (!error)
        error = is_client(channel) ? make_key(state, channel) : encapsulate(state, channel);
    if (error)
        return error;
    const struct wire_value u = {.data = state->x25519.own, .bytes = X25519_BYTES};
    return exchange_put_share(
        channel, is_client(channel)
                     ? (struct wire_value[]){[HYBRID_CLIENT_SHARE_U] = u,
                                             [HYBRID_CLIENT_SHARE_EK] = {.data = state->ek,
                                                                         .bytes = MLKEM_EK_BYTES}}
                     : (struct wire_value[]){
                           [HYBRID_SERVER_SHARE_U] = u,
                           [HYBRID_SERVER_SHARE_CIPHERTEXT] = {.data = state->ciphertext,
                                                               .bytes = MLKEM_CIPHERTEXT_BYTES}});
}

/* Every ciphertext of its length gives a secret (FIPS 203 7.3): a changed one another than the
 * server's. */
static enum channel_error take(struct channel *channel, const struct wire_value *values)
{
    struct shares *state = channel->exchange->state;
    if (is_client(channel))
        memcpy(state->ciphertext, values[HYBRID_SERVER_SHARE_CIPHERTEXT].data,
               MLKEM_CIPHERTEXT_BYTES);
    else
        memcpy(state->ek, values[HYBRID_CLIENT_SHARE_EK].data, MLKEM_EK_BYTES);
    _Static_assert((int)HYBRID_CLIENT_SHARE_U == (int)HYBRID_SERVER_SHARE_U, "u is the same field");
    return x25519_half_take(&state->x25519, channel, values[HYBRID_CLIENT_SHARE_U].data);
}

static void decapsulate(struct shares *state, const struct channel *channel)
{
    mlkem_decapsulate(state->kem_secret, state->dk_secret, state->ciphertext, &channel_mlkem_hash);
    TRACE(channel->trace,
          STEP_MLKEM_DECAPSULATED, [MLKEM_DECAPSULATED_DK] = {state->dk_secret, MLKEM_DK_BYTES},
          [MLKEM_DECAPSULATED_IN] = {state->ciphertext, MLKEM_CIPHERTEXT_BYTES},
          [MLKEM_DECAPSULATED_SECRET] = {state->kem_secret, MLKEM_SECRET_BYTES});
    sym_wipe(state->dk_secret, sizeof(state->dk_secret));
}

static enum channel_error secret(uint8_t *out, size_t *bytes, struct channel *channel)
{
    struct shares *state = channel->exchange->state;
    enum channel_error error = x25519_half_secret(out, &state->x25519, channel);
    *bytes = X25519_BYTES + MLKEM_SECRET_BYTES;
    if (error)
        return error;
    if (is_client(channel))
        decapsulate(state, channel);
    memcpy(out + X25519_BYTES, state->kem_secret, MLKEM_SECRET_BYTES);
    TRACE(channel->trace, STEP_HYBRID_SECRET, [HYBRID_X25519] = {out, X25519_BYTES},
          [HYBRID_MLKEM] = {state->kem_secret, MLKEM_SECRET_BYTES}, [HYBRID_BOTH] = {out, *bytes});
    sym_wipe(state->kem_secret, sizeof(state->kem_secret));
    return CHANNEL_OK;
}

const struct agreement agreement_hybrid = {
    .client_share = WIRE_HYBRID_CLIENT_SHARE,
    .server_share = WIRE_HYBRID_SERVER_SHARE,
    .state_bytes = sizeof(struct shares),
    .make = make,
    .take = take,
    .secret = secret,
};
