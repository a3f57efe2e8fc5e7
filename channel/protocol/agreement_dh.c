/*
 * Diffie-Hellman as the course has it: the client sends (p, g, A), the server answers B, and both
 * have K. Nobody proves who sent what. The peer's numbers are looked at, and what is wrong with them
 * is said on both screens (channel_warning); refused is only what cannot be computed with.
 */
#include "agreement.h"
#include "engine.h"

#include "dh_look.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEFAULT_GROUP "ffdhe2048"
#define LOOK_BITS     3072 /* to look at a larger p that has no name would hold up a worker */
_Static_assert(DH_MAX_BYTES == WIRE_DH_MAX && DH_MAX_BYTES <= AGREEMENT_SECRET_MAX,
               "every number of a group fits its field");

struct shares {
    struct dh_group *group; /* the server's: what the client sent */
    struct dh_key *own;
    uint8_t peers[DH_MAX_BYTES];
    size_t peers_bytes;
};

static enum channel_error error_of(enum dh_error error)
{
    switch (error) {
    case DH_OK:
        return CHANNEL_OK;
    case DH_ERR_MEMORY:
        return CHANNEL_ERR_MEMORY;
    case DH_ERR_RANDOM:
        return CHANNEL_ERR_RANDOM;
    default:
        return CHANNEL_ERR_NUMBER;
    }
}

static bool is_client(const struct channel *channel)
{
    return channel->config.role == CHANNEL_CLIENT;
}

static int draw(void *channel, uint8_t *out, size_t bytes)
{
    return channel_random(channel, out, bytes) ? -1 : 0;
}

/* A number of the own key, as a value of the wire. */
static struct wire_value number(uint8_t out[DH_MAX_BYTES], const struct dh_key *key,
                                enum dh_number which)
{
    return (struct wire_value){.data = out, .bytes = dh_key_number(key, which, out, DH_MAX_BYTES)};
}

static void trace_key(const struct channel *channel, const struct wire_value *p,
                      const struct wire_value *g, const struct wire_value *public_key)
{
    uint8_t a[DH_MAX_BYTES];
    const struct shares *state = channel->exchange->state;
    if (!channel->trace.sink)
        return;
    size_t bytes = dh_key_number(state->own, DH_PRIVATE, a, sizeof(a));
    TRACE(channel->trace, is_client(channel) ? STEP_DH_CLIENT_KEY : STEP_DH_SERVER_KEY,
          [DH_KEY_P] = {p->data, p->bytes}, [DH_KEY_G] = {g->data, g->bytes},
          [DH_KEY_PRIVATE] = {a, bytes}, [DH_KEY_PUBLIC] = {public_key->data, public_key->bytes});
    sym_wipe(a, sizeof(a));
}

static enum channel_error make(struct channel *channel)
{
    const struct dh_random chance = {.fill = draw, .context = channel};
    struct shares *state = channel->exchange->state;
    const struct dh_group *group = is_client(channel) ? channel->config.group : state->group;
    enum dh_error error = group ? DH_OK : dh_group_parse(&state->group, DEFAULT_GROUP);
    uint8_t numbers[3][DH_MAX_BYTES];
    if (!error)
        error = dh_key_generate(&state->own, group ? group : state->group, &chance, NULL);
    if (error)
        return error_of(error);
    const struct wire_value p = number(numbers[0], state->own, DH_P);
    const struct wire_value g = number(numbers[1], state->own, DH_G);
    const struct wire_value public_key = number(numbers[2], state->own, DH_PUBLIC);
    trace_key(channel, &p, &g, &public_key);
    return exchange_put_share(
        channel, is_client(channel) ? (struct wire_value[]){[DH_CLIENT_SHARE_P] = p,
                                                            [DH_CLIENT_SHARE_G] = g,
                                                            [DH_CLIENT_SHARE_A] = public_key}
                                    : (struct wire_value[]){[DH_SERVER_SHARE_B] = public_key});
}

static enum channel_error take(struct channel *channel, const struct wire_value *values)
{
    struct shares *state = channel->exchange->state;
    const struct wire_value *peers =
        &values[is_client(channel) ? (int)DH_SERVER_SHARE_B : (int)DH_CLIENT_SHARE_A];
    enum dh_error error = DH_OK;
    memcpy(state->peers, peers->data, peers->bytes);
    state->peers_bytes = peers->bytes;
    if (!is_client(channel))
        error = dh_group_from_bytes(&state->group, values[DH_CLIENT_SHARE_P].data,
                                    values[DH_CLIENT_SHARE_P].bytes, values[DH_CLIENT_SHARE_G].data,
                                    values[DH_CLIENT_SHARE_G].bytes);
    return error_of(error);
}

static void trace_secret(const struct channel *channel, const uint8_t *K, size_t bytes)
{
    uint8_t a[DH_MAX_BYTES], p_bytes[DH_MAX_BYTES];
    const struct shares *state = channel->exchange->state;
    if (!channel->trace.sink)
        return;
    size_t a_bytes = dh_key_number(state->own, DH_PRIVATE, a, sizeof(a));
    const struct wire_value p = number(p_bytes, state->own, DH_P);
    TRACE(channel->trace, is_client(channel) ? STEP_DH_CLIENT_SECRET : STEP_DH_SERVER_SECRET,
          [DH_SECRET_P] = {p.data, p.bytes}, [DH_SECRET_PRIVATE] = {a, a_bytes},
          [DH_SECRET_PEERS] = {state->peers, state->peers_bytes}, [DH_SECRET_K] = {K, bytes});
    sym_wipe(a, sizeof(a));
}

static void warn(struct channel *channel, const char *text)
{
    TRACE(channel->trace,
          STEP_DH_FINDING, [DH_FINDING_TEXT] = {(const uint8_t *)text, strlen(text)});
    channel_warn(channel, text);
}

/* SP 800-56A 5.6.2.3: the group that was sent, or chosen, and the peer's number. */
static void look(struct channel *channel)
{
    struct dh_finding findings[DH_FINDINGS_MAX];
    const struct shares *state = channel->exchange->state;
    const struct dh_group *group = state->group ? state->group : channel->config.group;
    if (!dh_group_name(group) && dh_group_bits(group) > LOOK_BITS) {
        char text[80];
        snprintf(text, sizeof(text), "p has %u bits and no name, and was not looked at: too large",
                 dh_group_bits(group));
        warn(channel, text);
        return;
    }
    size_t count = dh_look(findings, group, state->peers, state->peers_bytes, DH_QUICK);
    for (size_t i = 0; i < count; i++)
        if (findings[i].harmful)
            warn(channel, findings[i].text);
}

/* It is said before anything is refused. */
static enum channel_error secret(uint8_t *out, size_t *bytes, struct channel *channel)
{
    look(channel);
    struct shares *state = channel->exchange->state;
    enum dh_error error = dh_agree(out, state->own, state->peers, state->peers_bytes, NULL);
    *bytes = dh_key_number(state->own, DH_P, NULL, 0);
    if (!error)
        trace_secret(channel, out, *bytes);
    dh_key_free(state->own);
    state->own = NULL;
    return error_of(error);
}

static void end(void *of)
{
    struct shares *state = of;
    dh_group_free(state->group);
    dh_key_free(state->own);
}

const struct agreement agreement_dh = {
    .client_share = WIRE_DH_CLIENT_SHARE,
    .server_share = WIRE_DH_SERVER_SHARE,
    .is_slow = true,
    .state_bytes = sizeof(struct shares),
    .make = make,
    .take = take,
    .secret = secret,
    .end = end,
};
