/*
 * X25519 and ML-KEM-768 (FIPS 203) together: the default. The secret is both secrets, one behind the
 * other: to find it, a listener has to break both. docs/protocol.md says why, and why in this order.
 *
 *   client's share    its X25519 key, then an encapsulation key
 *   server's share    its X25519 key, then a ciphertext: a secret that only that key's owner finds
 *
 * By AVX2 all of it costs a twelfth of a signature: no work for another thread.
 */
#include "agreement.h"
#include "engine.h"

#include "mlkem.h"

#include <string.h>

struct shares {
    struct x25519_shares x25519;       /* in front: agreement_x25519 takes the state for its own */
    uint8_t dk_secret[MLKEM_DK_BYTES]; /* the client's */
    struct mlkem_matrix a_hat;         /* the client's: what decapsulation would sample again */
    uint8_t ek[MLKEM_EK_BYTES], ciphertext[MLKEM_CIPHERTEXT_BYTES];
    uint8_t kem_secret[MLKEM_SECRET_BYTES];
};

static enum channel_error make_key(struct shares *state, const struct channel *channel,
                                   const uint8_t seed_secret[MLKEM_SEED_BYTES])
{
    mlkem_key_and_matrix(state->ek, state->dk_secret, &state->a_hat, seed_secret,
                         &channel_mlkem_hash);
    TRACE(channel->trace, STEP_MLKEM_KEY, [MLKEM_KEY_SEED] = {seed_secret, MLKEM_SEED_BYTES},
          [MLKEM_KEY_DK] = {state->dk_secret, MLKEM_DK_BYTES},
          [MLKEM_KEY_EK] = {state->ek, MLKEM_EK_BYTES});
    return CHANNEL_OK;
}

/* FIPS 203 7.2: what has a coefficient that is not below q is no encapsulation key. */
static enum channel_error encapsulate(struct shares *state, const struct channel *channel,
                                      const uint8_t m_secret[MLKEM_SECRET_BYTES])
{
    const bool good = mlkem_encapsulate(state->ciphertext, state->kem_secret, state->ek, m_secret,
                                        &channel_mlkem_hash);
    TRACE(channel->trace, good ? STEP_MLKEM_EK_VERIFIED : STEP_MLKEM_EK_REFUSED,
          [MLKEM_CHECKED_EK] = {state->ek, MLKEM_EK_BYTES});
    if (!good)
        return CHANNEL_ERR_SHARE;
    TRACE(channel->trace,
          STEP_MLKEM_ENCAPSULATED, [MLKEM_ENCAPSULATED_EK] = {state->ek, MLKEM_EK_BYTES},
          [MLKEM_ENCAPSULATED_M] = {m_secret, MLKEM_SECRET_BYTES},
          [MLKEM_ENCAPSULATED_OUT] = {state->ciphertext, MLKEM_CIPHERTEXT_BYTES},
          [MLKEM_ENCAPSULATED_SECRET] = {state->kem_secret, MLKEM_SECRET_BYTES});
    return CHANNEL_OK;
}

/* Fields of fixed size: the share is their bytes, one behind the other. */
static enum channel_error make(struct channel *channel)
{
    const bool client = channel->config.role == CHANNEL_CLIENT;
    struct shares *state = channel->exchange->state;
    uint8_t drawn_secret[MLKEM_SEED_BYTES];
    enum channel_error error = agreement_x25519.make(channel);
    if (!error)
        error = channel_random(channel, drawn_secret,
                               client ? MLKEM_SEED_BYTES : MLKEM_SECRET_BYTES);
    if (!error)
        error = (client ? make_key : encapsulate)(state, channel, drawn_secret);
    if (!error &&
        !buffer_append(&channel->exchange->own_share, client ? state->ek : state->ciphertext,
                       client ? MLKEM_EK_BYTES : MLKEM_CIPHERTEXT_BYTES))
        error = CHANNEL_ERR_MEMORY;
    sym_wipe(drawn_secret, sizeof(drawn_secret));
    return error;
}

/* Every ciphertext of its length gives a secret (FIPS 203 7.3): a changed one another than the
 * server's. */
static enum channel_error take(struct channel *channel, const struct wire_value *values)
{
    struct shares *state = channel->exchange->state;
    const bool client = channel->config.role == CHANNEL_CLIENT;
    const struct wire_value *kem =
        &values[client ? (int)HYBRID_SERVER_SHARE_CT : (int)HYBRID_CLIENT_SHARE_EK];
    memcpy(client ? state->ciphertext : state->ek, kem->data, kem->bytes);
    return agreement_x25519.take(channel, values); /* u is the first of both */
}

static enum channel_error secret(uint8_t *out, size_t *bytes, struct channel *channel)
{
    struct shares *state = channel->exchange->state;
    enum channel_error error = agreement_x25519.secret(out, bytes, channel);
    if (error)
        return error;
    if (channel->config.role == CHANNEL_CLIENT) {
        mlkem_decapsulate_by(state->kem_secret, state->dk_secret, &state->a_hat, state->ciphertext,
                             &channel_mlkem_hash);
        TRACE(channel->trace,
              STEP_MLKEM_DECAPSULATED, [MLKEM_DECAPSULATED_DK] = {state->dk_secret, MLKEM_DK_BYTES},
              [MLKEM_DECAPSULATED_IN] = {state->ciphertext, MLKEM_CIPHERTEXT_BYTES},
              [MLKEM_DECAPSULATED_SECRET] = {state->kem_secret, MLKEM_SECRET_BYTES});
    }
    memcpy(out + *bytes, state->kem_secret, MLKEM_SECRET_BYTES);
    *bytes += MLKEM_SECRET_BYTES;
    TRACE(channel->trace, STEP_HYBRID_SECRET, [HYBRID_X25519] = {out, X25519_BYTES},
          [HYBRID_MLKEM] = {state->kem_secret, MLKEM_SECRET_BYTES}, [HYBRID_BOTH] = {out, *bytes});
    sym_wipe(state->dk_secret, sizeof(state->dk_secret));
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
