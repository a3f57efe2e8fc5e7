/*
 * What a channel draws: from the system, or under a seed from a stream of its own (lesson_seed.h).
 */
#include "engine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What a channel has besides under a seed. */
struct seeded {
    char purpose[SEED_PURPOSE_BYTES]; /* of its stream */
    struct seed_stream stream, blinding;
    unsigned keys;        /* ephemeral ones, asked for */
    struct rsa_key *made; /* until the work is done */
};

static void name_purpose(char purpose[SEED_PURPOSE_BYTES], const struct channel *channel)
{
    const char *role = channel->config.role == CHANNEL_CLIENT ? "client" : "server";
    size_t used;
    if (!channel->resume) {
        snprintf(purpose, SEED_PURPOSE_BYTES, "%s %u", role, ++channel->config.seed->handshakes);
        return;
    }
    used = (size_t)snprintf(purpose, SEED_PURPOSE_BYTES, "%s ", role);
    for (size_t i = 0; i < WIRE_TICKET_BYTES; i++, used += 2)
        snprintf(purpose + used, 3, "%02x", channel->resume->ticket[i]);
}

enum channel_error channel_random_start(struct channel *channel)
{
    char blinding[SEED_PURPOSE_BYTES + 16];
    struct seeded *seeded;
    if (!channel->config.seed)
        return CHANNEL_OK;
    channel->seeded = seeded = calloc(1, sizeof(*seeded));
    if (!seeded)
        return CHANNEL_ERR_MEMORY;
    name_purpose(seeded->purpose, channel);
    snprintf(blinding, sizeof(blinding), "%s blinding", seeded->purpose);
    seed_stream_start(&seeded->stream, channel->config.seed, seeded->purpose);
    seed_stream_start(&seeded->blinding, channel->config.seed, blinding);
    channel->config.random = &seeded->stream.random;
    return CHANNEL_OK;
}

void channel_random_end(struct channel *channel)
{
    if (channel->seeded)
        rsa_key_free(channel->seeded->made);
    free(channel->seeded);
}

enum channel_error channel_random(const struct channel *channel, void *out, size_t bytes)
{
    return channel_rsa_error(rsa_random_bytes(out, bytes, channel->config.random));
}

const struct rsa_random *channel_blinding(const struct channel *channel)
{
    return channel->seeded ? &channel->seeded->blinding.random : NULL;
}

/* --- ephemeral keys --------------------------------------------------------------------------- */

/* Work: a stock's thread would make keys in one order, and connections might ask in another. */
static enum channel_error make_key(struct channel *channel)
{
    struct seeded *seeded = channel->seeded;
    char purpose[SEED_PURPOSE_BYTES + 16];
    struct seed_stream stream;
    snprintf(purpose, sizeof(purpose), "%s key %u", seeded->purpose, seeded->keys);
    seed_stream_start(&stream, channel->config.seed, purpose);
    return channel_rsa_error(
        rsa_key_generate(&seeded->made, CHANNEL_MODERN_BITS, NULL, &stream.random));
}

static void key_made(struct channel *channel)
{
    struct rsa_key *key = channel->seeded->made;
    channel->seeded->made = NULL; /* transferred */
    channel->want_ephemeral = true;
    channel_give_ephemeral(channel, key);
}

void channel_want_ephemeral(struct channel *channel)
{
    if (!channel->seeded) {
        channel->want_ephemeral = true;
        return;
    }
    channel->seeded->keys++;
    channel->work = (struct work){.run = make_key, .done = key_made};
}
