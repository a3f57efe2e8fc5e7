/*
 * Two secrets under RSA: each side sends 32 secret bytes to the other's fresh key, by RSAES-OAEP
 * (RFC 8017 7.1). A share is a public key; the exchange adds what is encrypted to it.
 */
#include "agreement.h"
#include "engine.h"
#include "key_labels.h"

#include <stdlib.h>
#include <string.h>

struct shares {
    struct rsa_key *peers; /* public */
    uint8_t own_secret[CHANNEL_SECRET_BYTES], peer_secret[CHANNEL_SECRET_BYTES];
};

static enum channel_error make(struct channel *channel)
{
    const struct rsa_key *key = channel->exchange->own_pair;
    uint8_t n[WIRE_MODULUS_MAX], e[WIRE_MODULUS_MAX];
    return exchange_put_share(
        channel, (struct wire_value[]){[RSA_SHARE_N] = channel_key_value(n, key, RSA_N),
                                       [RSA_SHARE_E] = channel_key_value(e, key, RSA_E)});
}

static enum channel_error take(struct channel *channel, const struct wire_value *values)
{
    struct shares *state = channel->exchange->state;
    const struct rsa_key *own = channel->exchange->own_pair;
    enum channel_error error = handshake_read_key(&state->peers, channel, &values[RSA_SHARE_N],
                                                  &values[RSA_SHARE_E]);
    if (!error && own && rsa_key_equal_public(own, state->peers))
        return CHANNEL_ERR_SHARE;
    return error;
}

/* The label says whose secret it is. */
static const char *secret_label(const struct channel *channel, bool own)
{
    const bool clients = own == (channel->config.role == CHANNEL_CLIENT);
    return key_label_text(clients ? KEY_LABEL_CLIENT_SECRET : KEY_LABEL_SERVER_SECRET);
}

static enum channel_error seal(uint8_t *sealed, size_t *bytes, struct channel *channel)
{
    /* The encoded message opens to the secret, as do its parts. */
    static const struct arithmetic_secrecy secrecy = {TRACE_SECRET, TRACE_SECRET, TRACE_PUBLIC};
    struct shares *state = channel->exchange->state;
    const char *label = secret_label(channel, true);
    struct arithmetic arithmetic = {0};
    enum channel_error error = channel_random(channel, state->own_secret, CHANNEL_SECRET_BYTES);
    *bytes = rsa_key_bytes(state->peers);
    if (error)
        return error;
    error = channel_rsa_error(
        rsa_oaep_encrypt(sealed,
                         arithmetic_listen(&arithmetic, &channel->trace, TRACE_PEER_EPHEMERAL,
                                           state->peers, secrecy),
                         &channel_hash, label, strlen(label), state->own_secret,
                         CHANNEL_SECRET_BYTES, channel->config.random));
    if (!error)
        TRACE_ARITHMETIC(
            channel->trace, &arithmetic,
            STEP_SECRET_SEALED, [SECRET_SEALED_OWN] = {state->own_secret, CHANNEL_SECRET_BYTES},
            [SECRET_SEALED_OUT] = {sealed, *bytes});
    arithmetic_end(&arithmetic);
    return error;
}

static enum channel_error open(struct channel *channel, const struct wire_value *sealed)
{
    static const struct arithmetic_secrecy secrecy = {TRACE_PUBLIC, TRACE_SECRET, TRACE_SECRET};
    struct shares *state = channel->exchange->state;
    struct rsa_key **own = &channel->exchange->own_pair;
    const char *label = secret_label(channel, false);
    struct arithmetic arithmetic = {0};
    const size_t space = rsa_oaep_max_bytes(*own, &channel_hash);
    uint8_t *message = calloc(1, space + 1);
    enum channel_error error;
    size_t bytes;
    if (!message)
        return CHANNEL_ERR_MEMORY;
    channel->exchange->pair_used = true;
    error = channel_rsa_error(rsa_oaep_decrypt(
        message, &bytes,
        arithmetic_listen(&arithmetic, &channel->trace, TRACE_OWN_EPHEMERAL, *own, secrecy),
        &channel_hash, label, strlen(label), sealed->data, sealed->bytes,
        channel_blinding(channel)));
    if (!error && bytes != CHANNEL_SECRET_BYTES)
        error = CHANNEL_ERR_AUTH;
    if (error == CHANNEL_ERR_AUTH)
        TRACE_ARITHMETIC(channel->trace, &arithmetic,
                         STEP_SECRET_REFUSED, [SECRET_OPENED_IN] = {sealed->data, sealed->bytes});
    if (error)
        goto out;
    memcpy(state->peer_secret, message, CHANNEL_SECRET_BYTES);
    TRACE_ARITHMETIC(channel->trace, &arithmetic,
                     STEP_SECRET_OPENED, [SECRET_OPENED_IN] = {sealed->data, sealed->bytes},
                     [SECRET_OPENED_PEERS] = {state->peer_secret, CHANNEL_SECRET_BYTES});
out:
    arithmetic_end(&arithmetic);
    sym_wipe(message, space);
    free(message);
    /* Forward secrecy begins here: nobody can open this exchange again. */
    rsa_key_free(*own);
    *own = NULL;
    return error;
}

/* s_c || s_s */
static enum channel_error secret(uint8_t *out, size_t *bytes, struct channel *channel)
{
    const struct shares *state = channel->exchange->state;
    const bool client = channel->config.role == CHANNEL_CLIENT;
    memcpy(out, client ? state->own_secret : state->peer_secret, CHANNEL_SECRET_BYTES);
    memcpy(out + CHANNEL_SECRET_BYTES, client ? state->peer_secret : state->own_secret,
           CHANNEL_SECRET_BYTES);
    *bytes = 2 * CHANNEL_SECRET_BYTES;
    return CHANNEL_OK;
}

static void end(void *of)
{
    rsa_key_free(((struct shares *)of)->peers);
}

const struct agreement agreement_rsa = {
    .client_share = WIRE_RSA_SHARE,
    .server_share = WIRE_RSA_SHARE,
    .takes_pair = true,
    .state_bytes = sizeof(struct shares),
    .make = make,
    .take = take,
    .seal = seal,
    .open = open,
    .secret = secret,
    .end = end,
};
