/*
 * The textbook suite: the course's own scheme, breakable on purpose. Lesson 04 does it by hand.
 *
 * To send, draw a fresh K and encrypt the message with it. Then raise K to the own private
 * exponent, and what came out to the receiver's public one:
 *
 *   K     --cut--> blocks < n_own  --^d_own mod n_own-->    inner
 *   inner --cut--> blocks < n_peer --^e_peer mod n_peer-->  wrapped
 *
 * To receive, go back: wrapped^d_own is inner, inner^e_peer is K, and K opens the message.
 *
 * The second cut makes it work whichever modulus is the larger. Without it, an inner number above
 * n_peer comes back reduced, and a few percent of all messages are garbled (lesson 04, section 2).
 * What the scheme does not do: notice a flipped bit (section 5) or an old message (section 6), hide
 * that two records carry the same K, or prove who sent them (section 8).
 */
#include "engine.h"

#include "rsa_raw.h"

#include <stdlib.h>
#include <string.h>

/* --- powers of a string, block by block (lesson 04, section 3) --------------------------------- */

/* How many bytes are below n, whatever they hold. The power of a block is a byte longer. */
static size_t block_bytes(const struct rsa_key *key)
{
    return (rsa_key_bits(key) - 1) / 8;
}

static size_t raised_bytes(const struct rsa_key *key, size_t bytes)
{
    size_t blocks = (bytes + block_bytes(key) - 1) / block_bytes(key);
    return blocks * rsa_key_bytes(key);
}

/* At most two bytes for each one, and one block that is not full. */
#define INNER_MAX   (2 * SYM_CIPHER_MAX_KEY_BYTES + RSA_MAX_BYTES)
#define WRAPPED_MAX (2 * INNER_MAX + RSA_MAX_BYTES)
_Static_assert(WRAPPED_MAX <= WIRE_TEXTBOOK_KEY_MAX, "every wrapped key fits its field");

/* RFC 8017 5.1: x^d mod n with the own key, which is private; x^e mod n with the peer's. */
static enum rsa_error raise_block(uint8_t *out, const struct channel *channel,
                                  const struct rsa_key *key, const uint8_t *in, size_t bytes)
{
    if (rsa_key_is_private(key))
        return rsa_private(out, key, in, bytes, channel_blinding(channel));
    return rsa_public(out, key, in, bytes);
}

static enum rsa_error cut_and_raise(uint8_t *out, const struct channel *channel,
                                    const struct rsa_key *key, const uint8_t *in, size_t bytes)
{
    enum rsa_error error = RSA_OK;
    while (!error && bytes > 0) {
        size_t block = bytes < block_bytes(key) ? bytes : block_bytes(key);
        error = raise_block(out, channel, key, in, block);
        out += rsa_key_bytes(key);
        in += block;
        bytes -= block;
    }
    return error;
}

/* The way back: `bytes` is the size of the string that was cut. A power with more bytes than its
 * block cannot come from an honest peer. All blocks are worked, and the answer is one for all:
 * whoever saw at which block the work ends would know which c^d are small, and with that any c^d
 * (lesson 04, section 7). */
static enum rsa_error raise_and_join(uint8_t *out, size_t bytes, const struct channel *channel,
                                     const struct rsa_key *key, const uint8_t *in)
{
    uint8_t number[RSA_MAX_BYTES], above = 0;
    enum rsa_error error = RSA_OK;
    while (bytes > 0) {
        size_t block = bytes < block_bytes(key) ? bytes : block_bytes(key);
        size_t spare = rsa_key_bytes(key) - block;
        enum rsa_error failed = raise_block(number, channel, key, in, rsa_key_bytes(key));
        error = error ? error : failed;
        for (size_t i = 0; i < spare; i++)
            above |= number[i];
        memcpy(out, number + spare, block);
        in += rsa_key_bytes(key);
        out += block;
        bytes -= block;
    }
    sym_wipe(number, sizeof(number));
    return error || !above ? error : RSA_ERR_RANGE;
}

/* --- the key of a record ----------------------------------------------------------------------- */

/* K^d mod n is no protection: whoever has the sender's public key takes it off again. */
static const struct arithmetic_secrecy inside = {TRACE_SECRET, TRACE_SECRET, TRACE_SECRET};
static const struct arithmetic_secrecy going_out = {TRACE_SECRET, TRACE_SECRET, TRACE_PUBLIC};
static const struct arithmetic_secrecy coming_in = {TRACE_PUBLIC, TRACE_SECRET, TRACE_SECRET};

/* wrapped = (K^d_own mod n_own)^e_peer mod n_peer */
static enum channel_error wrap(struct wire_value *wrapped, uint8_t out[WRAPPED_MAX],
                               const struct channel *channel)
{
    const struct rsa_key *own = channel->config.identity, *peer = channel->peer, *key;
    const size_t key_bytes = sym_cipher_key_bytes(channel->cipher);
    const size_t inner_bytes = raised_bytes(own, key_bytes);
    uint8_t inner[INNER_MAX];
    struct arithmetic arithmetic = {0};
    enum rsa_error error;
    *wrapped = (struct wire_value){.data = out, .bytes = raised_bytes(peer, inner_bytes)};
    key = arithmetic_listen(&arithmetic, &channel->trace, TRACE_OWN_IDENTITY, own, inside);
    error = cut_and_raise(inner, channel, key, channel->session_key_secret, key_bytes);
    key = arithmetic_listen(&arithmetic, &channel->trace, TRACE_PEER_IDENTITY, peer, going_out);
    if (!error)
        error = cut_and_raise(out, channel, key, inner, inner_bytes);
    if (!error)
        TRACE_ARITHMETIC(
            channel->trace, &arithmetic,
            STEP_SESSION_KEY_WRAPPED, [WRAPPED_K] = {channel->session_key_secret, key_bytes},
            [WRAPPED_INNER] = {inner, inner_bytes}, [WRAPPED_OUT] = {out, wrapped->bytes});
    arithmetic_end(&arithmetic);
    sym_wipe(inner, sizeof(inner));
    return channel_rsa_error(error);
}

/* K = (wrapped^d_own mod n_own)^e_peer mod n_peer. Both powers are done, whatever came of one. */
static enum channel_error unwrap(struct channel *channel, const struct wire_value *wrapped)
{
    const struct rsa_key *own = channel->config.identity, *peer = channel->peer, *key;
    const size_t key_bytes = sym_cipher_key_bytes(channel->cipher);
    const size_t inner_bytes = raised_bytes(peer, key_bytes);
    uint8_t inner[INNER_MAX];
    struct arithmetic arithmetic = {0};
    enum rsa_error error, second;
    if (wrapped->bytes != raised_bytes(own, inner_bytes))
        return CHANNEL_ERR_MALFORMED;
    key = arithmetic_listen(&arithmetic, &channel->trace, TRACE_OWN_IDENTITY, own, coming_in);
    error = raise_and_join(inner, inner_bytes, channel, key, wrapped->data);
    key = arithmetic_listen(&arithmetic, &channel->trace, TRACE_PEER_IDENTITY, peer, inside);
    second = raise_and_join(channel->session_key_secret, key_bytes, channel, key, inner);
    error = error ? error : second;
    if (!error)
        TRACE_ARITHMETIC(channel->trace, &arithmetic,
                         STEP_SESSION_KEY_OPENED, [UNWRAPPED_IN] = {wrapped->data, wrapped->bytes},
                         [UNWRAPPED_INNER] = {inner, inner_bytes},
                         [UNWRAPPED_K] = {channel->session_key_secret, key_bytes});
    else if (error == RSA_ERR_RANGE)
        TRACE_ARITHMETIC(
            channel->trace, &arithmetic,
            STEP_SESSION_KEY_REFUSED, [UNWRAPPED_IN] = {wrapped->data, wrapped->bytes});
    arithmetic_end(&arithmetic);
    sym_wipe(inner, sizeof(inner));
    return channel_rsa_error(error);
}

/* --- a record ---------------------------------------------------------------------------------- */

static enum channel_error draw(struct channel *channel, uint8_t iv[SYM_CIPHER_MAX_IV_BYTES])
{
    const size_t key_bytes = sym_cipher_key_bytes(channel->cipher);
    enum channel_error error = channel_random(channel, channel->session_key_secret, key_bytes);
    if (!error)
        error = channel_random(channel, iv, SYM_CIPHER_MAX_IV_BYTES);
    if (!error)
        TRACE(channel->trace,
              STEP_SESSION_KEY, [BYTES_DRAWN] = {channel->session_key_secret, key_bytes});
    return error;
}

/* A fresh K for each record: wrapped(K), cipher(K, message). docs/protocol.md, "Textbook". */
enum channel_error textbook_seal(struct channel *channel)
{
    const uint8_t *K = channel->session_key_secret, *message = buffer_front(&channel->work_in);
    const size_t bytes = buffer_bytes(&channel->work_in);
    const size_t key_bytes = sym_cipher_key_bytes(channel->cipher);
    size_t sealed_bytes = sym_cipher_sealed_bytes(channel->cipher, bytes);
    uint8_t iv[SYM_CIPHER_MAX_IV_BYTES], wrapped[WRAPPED_MAX], *sealed = malloc(sealed_bytes);
    struct wire_value values[TEXTBOOK_RECORD_FIELDS];
    enum channel_error error = sealed ? draw(channel, iv) : CHANNEL_ERR_MEMORY;
    if (!error)
        error = wrap(&values[TEXTBOOK_RECORD_KEY], wrapped, channel);
    if (!error && sym_cipher_encrypt(channel->cipher, sealed, sealed_bytes, &sealed_bytes, K,
                                     key_bytes, iv, message, bytes))
        error = CHANNEL_ERR_USE; /* the sizes are the cipher's own: cannot happen */
    values[TEXTBOOK_RECORD_SEALED] = (struct wire_value){.data = sealed, .bytes = sealed_bytes};
    if (!error)
        error = channel_encode_frame(&channel->work_out, WIRE_TEXTBOOK_RECORD, values);
    if (!error)
        TRACE(channel->trace, STEP_TEXTBOOK_SEALED, [TEXTBOOK_K] = {K, key_bytes},
              [TEXTBOOK_IN] = {message, bytes}, [TEXTBOOK_OUT] = {sealed, sealed_bytes});
    free(sealed); /* ciphertext: not secret, not wiped */
    return error;
}

enum channel_error textbook_open(struct channel *channel)
{
    const struct wire_value *sealed = &channel->work_values[TEXTBOOK_RECORD_SEALED];
    const uint8_t *K = channel->session_key_secret;
    const size_t key_bytes = sym_cipher_key_bytes(channel->cipher);
    const size_t space = sym_cipher_plain_bytes(channel->cipher, sealed->bytes);
    uint8_t *message = buffer_room(&channel->work_out, space + 1);
    size_t bytes;
    enum channel_error error = CHANNEL_ERR_MEMORY;
    if (message)
        error = unwrap(channel, &channel->work_values[TEXTBOOK_RECORD_KEY]);
    if (error)
        return error;
    /* Bad padding is the only thing that can be noticed here: there is no tag. */
    if (sym_cipher_decrypt(channel->cipher, message, space, &bytes, K, key_bytes, sealed->data,
                           sealed->bytes)) {
        TRACE(channel->trace, STEP_TEXTBOOK_REFUSED, [TEXTBOOK_K] = {K, key_bytes},
              [TEXTBOOK_IN] = {sealed->data, sealed->bytes});
        return CHANNEL_ERR_MALFORMED;
    }
    buffer_added(&channel->work_out, bytes);
    TRACE(channel->trace, STEP_TEXTBOOK_OPENED, [TEXTBOOK_K] = {K, key_bytes},
          [TEXTBOOK_IN] = {sealed->data, sealed->bytes}, [TEXTBOOK_OUT] = {message, bytes});
    return CHANNEL_OK;
}
