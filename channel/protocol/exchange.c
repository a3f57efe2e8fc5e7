/*
 * The key exchange that the handshake (M1 to M4) and the re-key (K1 to K4) share: each side sends
 * 32 secret bytes to the other's ephemeral key; both secrets and the transcript make the keys.
 */
#include "engine.h"

#include <stdlib.h>
#include <string.h>

struct exchange *exchange_new(void)
{
    struct exchange *exchange = calloc(1, sizeof(*exchange));
    if (exchange)
        sym_sha256_init(&exchange->transcript);
    return exchange;
}

void exchange_free(struct exchange *exchange)
{
    if (!exchange)
        return;
    rsa_key_free(exchange->own_ephemeral);
    rsa_key_free(exchange->peer_ephemeral);
    buffer_free(&exchange->received); /* crossed the wire: not secret, not wiped */
    buffer_free(&exchange->answer);   /* likewise */
    sym_wipe(exchange, sizeof(*exchange));
    free(exchange);
}

enum channel_error exchange_seal_secret(uint8_t *sealed, struct channel *channel)
{
    /* The encoded message opens to the secret, as do its parts. */
    static const struct arithmetic_secrecy secrecy = {TRACE_SECRET, TRACE_SECRET, TRACE_PUBLIC};
    struct exchange *exchange = channel->exchange;
    struct arithmetic arithmetic = {0};
    enum channel_error error = channel_random(channel, exchange->own_secret,
                                              sizeof(exchange->own_secret));
    if (error)
        return error;
    error = channel_rsa_error(
        rsa_oaep_encrypt(sealed,
                         arithmetic_listen(&arithmetic, &channel->trace, TRACE_PEER_EPHEMERAL,
                                           exchange->peer_ephemeral, secrecy),
                         &channel_hash, NULL, 0, exchange->own_secret, sizeof(exchange->own_secret),
                         channel->config.random));
    if (!error)
        TRACE_ARITHMETIC(
            channel->trace, &arithmetic,
            STEP_SECRET_SEALED, [SECRET_SEALED_OWN] = {exchange->own_secret, CHANNEL_SECRET_BYTES},
            [SECRET_SEALED_OUT] = {sealed, rsa_key_bytes(exchange->peer_ephemeral)});
    arithmetic_end(&arithmetic);
    return error;
}

enum channel_error exchange_open_secret(struct channel *channel, const struct wire_value *sealed)
{
    static const struct arithmetic_secrecy secrecy = {TRACE_PUBLIC, TRACE_SECRET, TRACE_SECRET};
    struct exchange *exchange = channel->exchange;
    struct arithmetic arithmetic = {0};
    const size_t space = rsa_oaep_max_bytes(exchange->own_ephemeral, &channel_hash);
    uint8_t *message = calloc(1, space + 1);
    enum channel_error error;
    size_t bytes;
    if (!message)
        return CHANNEL_ERR_MEMORY;
    exchange->ephemeral_used = true;
    error = channel_rsa_error(rsa_oaep_decrypt(
        message, &bytes,
        arithmetic_listen(&arithmetic, &channel->trace, TRACE_OWN_EPHEMERAL,
                          exchange->own_ephemeral, secrecy),
        &channel_hash, NULL, 0, sealed->data, sealed->bytes, channel_blinding(channel)));
    if (!error && bytes != CHANNEL_SECRET_BYTES)
        error = CHANNEL_ERR_AUTH;
    if (error == CHANNEL_ERR_AUTH)
        TRACE_ARITHMETIC(channel->trace, &arithmetic,
                         STEP_SECRET_REFUSED, [SECRET_OPENED_IN] = {sealed->data, sealed->bytes});
    if (error)
        goto out;
    memcpy(exchange->peer_secret, message, CHANNEL_SECRET_BYTES);
    TRACE_ARITHMETIC(channel->trace, &arithmetic,
                     STEP_SECRET_OPENED, [SECRET_OPENED_IN] = {sealed->data, sealed->bytes},
                     [SECRET_OPENED_PEERS] = {exchange->peer_secret, CHANNEL_SECRET_BYTES});
out:
    arithmetic_end(&arithmetic);
    sym_wipe(message, space);
    free(message);
    /* Forward secrecy begins here: nobody can open this exchange again. */
    rsa_key_free(exchange->own_ephemeral);
    exchange->own_ephemeral = NULL;
    return error;
}

/* ikm = [chain ||] s_c || s_s, salt = H(transcript) */
enum channel_error exchange_derive(struct channel *channel, const uint8_t *chain_secret)
{
    struct exchange *exchange = channel->exchange;
    const bool client = channel->config.role == CHANNEL_CLIENT;
    uint8_t ikm[3 * CHANNEL_SECRET_BYTES], prk[SYM_HKDF_PRK_BYTES], salt[SYM_SHA256_BYTES];
    struct sym_sha256 transcript = exchange->transcript;
    enum channel_error error;
    size_t at = 0;
    if (chain_secret) {
        memcpy(ikm, chain_secret, CHANNEL_SECRET_BYTES);
        at = CHANNEL_SECRET_BYTES;
    }
    memcpy(ikm + at, client ? exchange->own_secret : exchange->peer_secret, CHANNEL_SECRET_BYTES);
    at += CHANNEL_SECRET_BYTES;
    memcpy(ikm + at, client ? exchange->peer_secret : exchange->own_secret, CHANNEL_SECRET_BYTES);
    at += CHANNEL_SECRET_BYTES;
    sym_sha256_final(salt, &transcript);
    sym_hkdf_extract(prk, salt, sizeof(salt), ikm, at);
    TRACE(channel->trace, chain_secret ? STEP_PRK_REKEY : STEP_PRK,
          [PRK_SALT] = {salt, sizeof(salt)}, [PRK_IKM] = {ikm, at}, [PRK_OUT] = {prk, sizeof(prk)});
    error = modern_schedule(&exchange->next_secret, prk, &channel->trace);
    sym_wipe(ikm, sizeof(ikm));
    sym_wipe(prk, sizeof(prk));
    return error;
}
