/*
 * The proofs of M3 and M4: RSASSA-PSS (RFC 8017 8.1) with the identity key over all that both sides
 * have said so far. Who signs shows that it owns its key, and that it has seen the same dialogue:
 * the same suites, the same keys, this sealed secret.
 *
 *   client: PSS(id_c, H("glassbox-v2 client exchange" || H(M1 || M2 || c_c)))
 *   server: PSS(id_s, H("glassbox-v2 server exchange" || H(M1 || M2 || M3 || c_s)))
 *
 * The labels differ, so that neither side's words can be sent back to it as the other's.
 */
#include "engine.h"
#include "key_labels.h"

#include <string.h>

static void signed_digest(uint8_t digest[SYM_SHA256_BYTES], const struct channel *channel,
                          enum channel_role signer, const struct wire_value *sealed)
{
    struct sym_sha256 state = channel->exchange->transcript;
    const enum key_label label = signer == CHANNEL_CLIENT ? KEY_LABEL_CLIENT_EXCHANGE
                                                          : KEY_LABEL_SERVER_EXCHANGE;
    const char *text = key_label_text(label);
    uint8_t inner[SYM_SHA256_BYTES];
    sym_sha256_update(&state, sealed->data, sealed->bytes);
    sym_sha256_final(inner, &state);
    key_label_digest(digest, label, inner, sizeof(inner));
    TRACE(channel->trace,
          STEP_SIGNED_DIGEST, [DIGEST_LABEL] = {(const uint8_t *)text, strlen(text)},
          [DIGEST_TRANSCRIPT] = {inner, sizeof(inner)}, [DIGEST_OUT] = {digest, SYM_SHA256_BYTES});
}

/* RFC 8017 8.1.1; a fault in the computation is caught inside: the signature never leaves. */
enum channel_error proof_begin(uint8_t *signature, struct channel *channel,
                               const struct wire_value *sealed)
{
    static const struct arithmetic_secrecy secrecy = {TRACE_LOCAL, TRACE_LOCAL, TRACE_PUBLIC};
    struct exchange *exchange = channel->exchange;
    const struct rsa_key *key = arithmetic_listen(&exchange->arithmetic, &channel->trace,
                                                  TRACE_OWN_IDENTITY, channel->config.identity,
                                                  secrecy);
    uint8_t salt[SYM_SHA256_BYTES];
    enum channel_error error = channel_random(channel, salt, sizeof(salt));
    if (error)
        return error;
    signed_digest(exchange->digest, channel, channel->config.role, sealed);
    channel->work.wanted = (struct rsa_private_job){signature, key, signature, rsa_key_bytes(key),
                                                    RSA_OK};
    return channel_rsa_error(
        rsa_pss_encode(signature, key, &channel_hash, exchange->digest, salt, NULL));
}

void proof_end(struct channel *channel)
{
    struct exchange *exchange = channel->exchange;
    TRACE_ARITHMETIC(
        channel->trace, &exchange->arithmetic,
        STEP_SIGNATURE, [SIGNATURE_DIGEST] = {exchange->digest, sizeof(exchange->digest)},
        [SIGNATURE_OUT] = {channel->work.wanted.out, channel->work.wanted.in_bytes});
    arithmetic_end(&exchange->arithmetic);
}

enum channel_error proof_verify(const struct channel *channel, const struct wire_value *sealed,
                                const struct wire_value *signature)
{
    const enum channel_role signer = channel->config.role == CHANNEL_CLIENT ? CHANNEL_SERVER
                                                                            : CHANNEL_CLIENT;
    static const struct arithmetic_secrecy secrecy = {TRACE_PUBLIC, TRACE_LOCAL, TRACE_LOCAL};
    struct arithmetic arithmetic = {0};
    uint8_t digest[SYM_SHA256_BYTES];
    enum channel_error error;
    signed_digest(digest, channel, signer, sealed);
    error = channel_rsa_error(
        rsa_pss_verify(signature->data, signature->bytes,
                       arithmetic_listen(&arithmetic, &channel->trace, TRACE_PEER_IDENTITY,
                                         channel->peer, secrecy),
                       &channel_hash, digest, channel_hash.bytes));
    if (!error || error == CHANNEL_ERR_AUTH)
        TRACE_ARITHMETIC(channel->trace, &arithmetic,
                         error ? STEP_SIGNATURE_REFUSED : STEP_SIGNATURE_VERIFIED,
                         [SIGNATURE_DIGEST] = {digest, sizeof(digest)},
                         [SIGNATURE_OUT] = {signature->data, signature->bytes});
    arithmetic_end(&arithmetic);
    return error;
}
