/*
 * The textbook suite: the course's own scheme, breakable on purpose.
 *
 * Each record has a fresh session key K for the classic cipher. K goes through raw RSA twice: with
 * the sender's private key, then with the receiver's public key.
 *
 *   K --cut--> blocks < n_own  --^d mod n_own-->  S
 *   S --cut--> blocks < n_peer --^e mod n_peer--> wrapped
 *
 * The second cut is what makes it work whichever modulus is the larger: without it, an inner number
 * above n_peer comes back reduced, and a few percent of all messages are garbled. What it does not
 * do: notice a flipped bit or an old message, hide that two records carry the same K, or prove who
 * sent it to anyone who has seen (n, e) and can multiply. These are the lessons.
 */
#include "engine.h"

#include "rsa_raw.h"

#include <stdlib.h>
#include <string.h>

/* How a string of bytes is cut for a modulus: each block's value is below n, whatever its bytes. */
static size_t plain_block(const struct rsa_key *key)
{
    return (rsa_key_bits(key) - 1) / 8;
}

static size_t blocks_for(const struct rsa_key *key, size_t bytes)
{
    return (bytes + plain_block(key) - 1) / plain_block(key);
}

static size_t power_bytes(const struct rsa_key *key, size_t bytes)
{
    return blocks_for(key, bytes) * rsa_key_bytes(key);
}

/* rsa_private and rsa_public alike; blinding is the private one's source. */
typedef enum rsa_error (*power)(uint8_t *out, const struct rsa_key *key, const uint8_t *in,
                                size_t bytes, const struct rsa_random *blinding);

static enum rsa_error public_power(uint8_t *out, const struct rsa_key *key, const uint8_t *in,
                                   size_t bytes, const struct rsa_random *blinding)
{
    (void)blinding;
    return rsa_public(out, key, in, bytes);
}

/* Cuts `in` into blocks (the last may be shorter), raises each to a power: power_bytes in all. */
static enum channel_error cut_and_raise(uint8_t *out, const struct rsa_key *key, power raise,
                                        const uint8_t *in, size_t bytes,
                                        const struct rsa_random *blinding)
{
    while (bytes > 0) {
        size_t block = bytes < plain_block(key) ? bytes : plain_block(key);
        if (raise(out, key, in, block, blinding))
            return CHANNEL_ERR_MEMORY;
        out += rsa_key_bytes(key);
        in += block;
        bytes -= block;
    }
    return CHANNEL_OK;
}

/* The way back: `bytes` is the size of the string that was cut. A block too large for its place
 * cannot come from an honest peer. All blocks are worked, and the answer is one for all: whoever
 * saw at which block the work ends would know which c^d are small, and with that any c^d. */
static bool raise_and_join(uint8_t *out, size_t bytes, const struct rsa_key *key, power raise,
                           const uint8_t *in, const struct rsa_random *blinding)
{
    uint8_t number[RSA_MAX_BYTES] = {0}, too_large = 0;
    while (bytes > 0) {
        size_t block = bytes < plain_block(key) ? bytes : plain_block(key);
        size_t spare = rsa_key_bytes(key) - block;
        too_large |= raise(number, key, in, rsa_key_bytes(key), blinding) != RSA_OK;
        for (size_t i = 0; i < spare; i++)
            too_large |= number[i];
        memcpy(out, number + spare, block);
        in += rsa_key_bytes(key);
        out += block;
        bytes -= block;
    }
    sym_wipe(number, sizeof(number));
    return !too_large;
}

/* K under the own private key, then under the peer's public key. wrapped: wrapped_bytes. */
static size_t wrapped_bytes(const struct rsa_key *sender, const struct rsa_key *receiver,
                            size_t key_bytes)
{
    return power_bytes(receiver, power_bytes(sender, key_bytes));
}

/* K^d mod n is no protection: whoever has the sender's public key takes it off again. */
static const struct arithmetic_secrecy inside = {TRACE_SECRET, TRACE_SECRET, TRACE_SECRET};
static const struct arithmetic_secrecy going_out = {TRACE_SECRET, TRACE_SECRET, TRACE_PUBLIC};
static const struct arithmetic_secrecy coming_in = {TRACE_PUBLIC, TRACE_SECRET, TRACE_SECRET};

static enum channel_error wrap(uint8_t *wrapped, const struct channel *channel, size_t key_bytes)
{
    const struct rsa_key *own = channel->config.identity, *peer = channel->peer;
    size_t inner_bytes = power_bytes(own, key_bytes);
    uint8_t *inner = calloc(1, inner_bytes);
    struct arithmetic arithmetic = {0};
    enum channel_error error;
    if (!inner)
        return CHANNEL_ERR_MEMORY;
    error = cut_and_raise(
        inner, arithmetic_listen(&arithmetic, &channel->trace, TRACE_OWN_IDENTITY, own, inside),
        rsa_private, channel->session_key_secret, key_bytes, channel_blinding(channel));
    if (!error)
        error = cut_and_raise(
            wrapped,
            arithmetic_listen(&arithmetic, &channel->trace, TRACE_PEER_IDENTITY, peer, going_out),
            public_power, inner, inner_bytes, NULL);
    if (!error)
        TRACE_ARITHMETIC(
            channel->trace, &arithmetic,
            STEP_SESSION_KEY_WRAPPED, [WRAPPED_K] = {channel->session_key_secret, key_bytes},
            [WRAPPED_INNER] = {inner, inner_bytes},
            [WRAPPED_OUT] = {wrapped, wrapped_bytes(own, peer, key_bytes)});
    arithmetic_end(&arithmetic);
    sym_wipe(inner, inner_bytes);
    free(inner);
    return error;
}

static enum channel_error unwrap(struct channel *channel, size_t key_bytes,
                                 const struct wire_value *wrapped)
{
    const struct rsa_key *own = channel->config.identity, *peer = channel->peer;
    size_t inner_bytes = power_bytes(peer, key_bytes);
    struct arithmetic arithmetic = {0};
    uint8_t *inner;
    bool fits;
    if (wrapped->bytes != wrapped_bytes(peer, own, key_bytes))
        return CHANNEL_ERR_MALFORMED;
    inner = calloc(1, inner_bytes);
    if (!inner)
        return CHANNEL_ERR_MEMORY;
    fits = raise_and_join(
        inner, inner_bytes,
        arithmetic_listen(&arithmetic, &channel->trace, TRACE_OWN_IDENTITY, own, coming_in),
        rsa_private, wrapped->data, channel_blinding(channel));
    fits &= raise_and_join(
        channel->session_key_secret, key_bytes,
        arithmetic_listen(&arithmetic, &channel->trace, TRACE_PEER_IDENTITY, peer, inside),
        public_power, inner, NULL);
    if (fits)
        TRACE_ARITHMETIC(channel->trace, &arithmetic,
                         STEP_SESSION_KEY_OPENED, [UNWRAPPED_IN] = {wrapped->data, wrapped->bytes},
                         [UNWRAPPED_INNER] = {inner, inner_bytes},
                         [UNWRAPPED_K] = {channel->session_key_secret, key_bytes});
    else
        TRACE_ARITHMETIC(
            channel->trace, &arithmetic,
            STEP_SESSION_KEY_REFUSED, [UNWRAPPED_IN] = {wrapped->data, wrapped->bytes});
    arithmetic_end(&arithmetic);
    sym_wipe(inner, inner_bytes);
    free(inner);
    return fits ? CHANNEL_OK : CHANNEL_ERR_MALFORMED;
}

/* The frame, once the sizes of its two fields are known. */
static uint8_t *frame_room(struct channel *channel, size_t wrapped, size_t sealed)
{
    size_t body = 2 + wrapped + sealed;
    uint8_t *frame = buffer_room(&channel->work_out, WIRE_HEADER_BYTES + body);
    if (frame) {
        wire_put_header(frame, WIRE_FRAME_RECORD, body);
        buffer_added(&channel->work_out, WIRE_HEADER_BYTES + body);
    }
    return frame;
}

enum channel_error textbook_seal(struct channel *channel)
{
    const uint8_t *plain = buffer_front(&channel->work_in);
    size_t plain_bytes = buffer_bytes(&channel->work_in);
    size_t key_bytes = sym_cipher_key_bytes(channel->cipher);
    size_t key_wrapped = wrapped_bytes(channel->config.identity, channel->peer, key_bytes);
    size_t sealed_bytes = sym_cipher_sealed_bytes(channel->cipher, plain_bytes);
    uint8_t iv[SYM_CIPHER_MAX_IV_BYTES], *wrapped = malloc(key_wrapped);
    uint8_t *sealed = malloc(sealed_bytes), *frame = NULL;
    enum channel_error error = CHANNEL_ERR_MEMORY;
    if (!wrapped || !sealed || key_wrapped > WIRE_TEXTBOOK_KEY_MAX)
        goto out;
    error = channel_random(channel, channel->session_key_secret, key_bytes);
    if (!error)
        error = channel_random(channel, iv, sizeof(iv));
    if (!error)
        TRACE(channel->trace,
              STEP_SESSION_KEY, [BYTES_DRAWN] = {channel->session_key_secret, key_bytes});
    if (!error)
        error = wrap(wrapped, channel, key_bytes);
    if (error)
        goto out;
    error = CHANNEL_ERR_MEMORY;
    if (sym_cipher_encrypt(channel->cipher, sealed, sealed_bytes, &sealed_bytes,
                           channel->session_key_secret, key_bytes, iv, plain, plain_bytes))
        goto out;
    frame = frame_room(channel, key_wrapped, sealed_bytes);
    if (!frame)
        goto out;
    wire_encode(
        frame + WIRE_HEADER_BYTES, WIRE_TEXTBOOK_RECORD,
        (struct wire_value[]){[TEXTBOOK_RECORD_KEY] = {.data = wrapped, .bytes = key_wrapped},
                              [TEXTBOOK_RECORD_SEALED] = {.data = sealed, .bytes = sealed_bytes}});
    TRACE(channel->trace,
          STEP_TEXTBOOK_SEALED, [TEXTBOOK_K] = {channel->session_key_secret, key_bytes},
          [TEXTBOOK_IN] = {plain, plain_bytes}, [TEXTBOOK_OUT] = {sealed, sealed_bytes});
    error = CHANNEL_OK;
out:
    free(wrapped); /* ciphertext: not secret, not wiped */
    free(sealed);  /* likewise */
    return error;
}

enum channel_error textbook_open(struct channel *channel)
{
    size_t key_bytes = sym_cipher_key_bytes(channel->cipher), plain_bytes, space;
    struct wire_value values[TEXTBOOK_RECORD_FIELDS];
    enum channel_error error;
    uint8_t *plain;
    if (wire_decode(values, WIRE_TEXTBOOK_RECORD, buffer_front(&channel->work_in),
                    buffer_bytes(&channel->work_in)))
        return CHANNEL_ERR_MALFORMED;
    error = unwrap(channel, key_bytes, &values[TEXTBOOK_RECORD_KEY]);
    if (error)
        return error;
    space = sym_cipher_plain_bytes(channel->cipher, values[TEXTBOOK_RECORD_SEALED].bytes);
    plain = buffer_room(&channel->work_out, space + 1);
    if (!plain)
        return CHANNEL_ERR_MEMORY;
    /* A padding error is the only thing that can be noticed here: there is no tag. */
    if (sym_cipher_decrypt(channel->cipher, plain, space, &plain_bytes, channel->session_key_secret,
                           key_bytes, values[TEXTBOOK_RECORD_SEALED].data,
                           values[TEXTBOOK_RECORD_SEALED].bytes)) {
        TRACE(channel->trace,
              STEP_TEXTBOOK_REFUSED, [TEXTBOOK_K] = {channel->session_key_secret, key_bytes},
              [TEXTBOOK_IN] = {values[TEXTBOOK_RECORD_SEALED].data,
                               values[TEXTBOOK_RECORD_SEALED].bytes});
        return CHANNEL_ERR_MALFORMED;
    }
    buffer_added(&channel->work_out, plain_bytes);
    TRACE(
        channel->trace,
        STEP_TEXTBOOK_OPENED, [TEXTBOOK_K] = {channel->session_key_secret, key_bytes},
        [TEXTBOOK_IN] = {values[TEXTBOOK_RECORD_SEALED].data, values[TEXTBOOK_RECORD_SEALED].bytes},
        [TEXTBOOK_OUT] = {plain, plain_bytes});
    return CHANNEL_OK;
}
