/*
 * Keys in a hello: read, and replaced. Who replaces one must only write the table of the wire: in dh
 * and textbook nothing in a hello is signed.
 */
#include "middle_internal.h"

#include "channel_hash.h"
#include "x25519.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#define FRESH_BITS CHANNEL_MODERN_BITS

static enum wire_message hello_of(enum channel_role from)
{
    return from == CHANNEL_CLIENT ? WIRE_CLIENT_HELLO : WIRE_SERVER_HELLO;
}

static bool decode(struct wire_value values[HELLO_FIELDS], enum channel_role from,
                   const uint8_t *frame, size_t bytes)
{
    return bytes > WIRE_HEADER_BYTES && frame[0] == WIRE_FRAME_HELLO &&
           !wire_decode(values, hello_of(from), frame + WIRE_HEADER_BYTES,
                        bytes - WIRE_HEADER_BYTES);
}

static bool encode(struct buffer *out, enum channel_role from, const struct wire_value *values)
{
    const size_t body = wire_size(hello_of(from), values);
    uint8_t *room = buffer_room(out, WIRE_HEADER_BYTES + body);
    if (!room)
        return false;
    wire_put_header(room, WIRE_FRAME_HELLO, body);
    wire_encode(room + WIRE_HEADER_BYTES, hello_of(from), values);
    buffer_added(out, WIRE_HEADER_BYTES + body);
    return true;
}

static struct wire_value number(uint8_t out[WIRE_MODULUS_MAX], const struct rsa_key *key,
                                enum rsa_number which)
{
    return (struct wire_value){.data = out,
                               .bytes = rsa_key_number_bytes(key, which, out, WIRE_MODULUS_MAX)};
}

/* --- reading --------------------------------------------------------------------------------------- */

bool middle_hello_suite(struct channel_suite *suite, const struct middle_frame *hello)
{
    struct wire_value values[HELLO_FIELDS];
    if (!decode(values, hello->from, buffer_front(&hello->bytes), buffer_bytes(&hello->bytes)) ||
        values[HELLO_SUITES].bytes < 2)
        return false;
    const uint8_t *first = values[HELLO_SUITES].data;
    for (size_t i = 0; channel_suite_at(suite, i); i++)
        if (channel_suite_number(*suite) == (first[0] << 8 | first[1]))
            return true;
    return false;
}

struct rsa_key *middle_hello_key(enum channel_role from, const uint8_t *frame, size_t bytes)
{
    struct wire_value values[HELLO_FIELDS];
    struct rsa_key *key;
    if (!decode(values, from, frame, bytes))
        return NULL;
    const struct wire_value *n = &values[HELLO_ID_N], *e = &values[HELLO_ID_E];
    return rsa_key_from_public_bytes(&key, n->data, n->bytes, e->data, e->bytes) ? NULL : key;
}

struct dh_group *middle_hello_group(const struct middle_frame *hello)
{
    struct wire_value values[HELLO_FIELDS], share[DH_CLIENT_SHARE_FIELDS];
    struct dh_group *group;
    if (!decode(values, hello->from, buffer_front(&hello->bytes), buffer_bytes(&hello->bytes)) ||
        wire_decode(share, WIRE_DH_CLIENT_SHARE, values[HELLO_EPH].data, values[HELLO_EPH].bytes))
        return NULL;
    const struct wire_value *p = &share[DH_CLIENT_SHARE_P], *g = &share[DH_CLIENT_SHARE_G];
    return dh_group_from_bytes(&group, p->data, p->bytes, g->data, g->bytes) ? NULL : group;
}

/* --- writing --------------------------------------------------------------------------------------- */

bool middle_hello_identity(struct buffer *out, enum channel_role from, const uint8_t *frame,
                           size_t bytes, const struct rsa_key *key)
{
    struct wire_value values[HELLO_FIELDS];
    uint8_t n[WIRE_MODULUS_MAX], e[WIRE_MODULUS_MAX];
    if (!decode(values, from, frame, bytes))
        return false;
    values[HELLO_ID_N] = number(n, key, RSA_N);
    values[HELLO_ID_E] = number(e, key, RSA_E);
    return encode(out, from, values);
}

/* A share of the middle's own, as large as the other one. Of what it is the share is forgotten at
 * once: the ends do not get so far that it would be used. */
static bool own_curve(struct wire_value *eph, uint8_t out[WIRE_SHARE_MAX], enum wire_message share)
{
    uint8_t drawn[MLKEM_CIPHERTEXT_BYTES], dk[MLKEM_DK_BYTES];
    if (getrandom(drawn, sizeof(drawn), 0) != (ssize_t)sizeof(drawn))
        return false;
    x25519_public(out, drawn);
    eph->bytes = X25519_BYTES;
    if (share == WIRE_HYBRID_CLIENT_SHARE) {
        mlkem_key(out + X25519_BYTES, dk, drawn + X25519_BYTES, &channel_mlkem_hash);
        eph->bytes += MLKEM_EK_BYTES;
    } else if (share == WIRE_HYBRID_SERVER_SHARE) { /* any bytes are a ciphertext */
        memcpy(out + X25519_BYTES, drawn, MLKEM_CIPHERTEXT_BYTES);
        eph->bytes += MLKEM_CIPHERTEXT_BYTES;
    }
    eph->data = out;
    return true;
}

static bool own_share(struct wire_value *eph, uint8_t out[WIRE_SHARE_MAX], enum wire_message share)
{
    uint8_t n[WIRE_MODULUS_MAX], e[WIRE_MODULUS_MAX];
    struct rsa_key *pair;
    if (share == WIRE_X25519_SHARE || share == WIRE_HYBRID_CLIENT_SHARE ||
        share == WIRE_HYBRID_SERVER_SHARE)
        return own_curve(eph, out, share);
    if (share != WIRE_RSA_SHARE || rsa_key_generate(&pair, FRESH_BITS, NULL, NULL))
        return false;
    const struct wire_value values[RSA_SHARE_FIELDS] = {
        [RSA_SHARE_N] = number(n, pair, RSA_N), [RSA_SHARE_E] = number(e, pair, RSA_E)};
    wire_encode(out, WIRE_RSA_SHARE, values);
    *eph = (struct wire_value){.data = out, .bytes = wire_size(WIRE_RSA_SHARE, values)};
    rsa_key_free(pair);
    return true;
}

bool middle_hello_swap(struct middle_link *link, struct middle_frame *hello)
{
    const uint8_t *frame = buffer_front(&hello->bytes);
    const enum wire_message share = channel_suite_share(link->suite, hello->from);
    struct wire_value values[HELLO_FIELDS];
    uint8_t out[WIRE_SHARE_MAX];
    struct buffer swapped = {0};
    bool done;
    if (!decode(values, hello->from, frame, buffer_bytes(&hello->bytes)))
        return false;
    if (share == WIRE_MESSAGES) {
        struct rsa_key *pair;
        if (rsa_key_generate(&pair, FRESH_BITS, NULL, NULL))
            return false;
        done = middle_hello_identity(&swapped, hello->from, frame, buffer_bytes(&hello->bytes),
                                     pair);
        rsa_key_free(pair);
    } else
        done = own_share(&values[HELLO_EPH], out, share) && encode(&swapped, hello->from, values);
    if (done) {
        buffer_free(&hello->bytes);
        hello->bytes = swapped; /* transferred */
    }
    return done;
}
