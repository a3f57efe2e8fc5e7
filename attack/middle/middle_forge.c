/*
 * Records that nobody sent, in textbook: K = 1 is its own signature.
 *
 * A record carries K under the sender's private key, then under the receiver's public key. Whoever
 * has only public keys can do the second, and not the first, but for two numbers: 0^d = 0 and 1^d = 1,
 * whatever d is. So a record whose K is 1 is the sender's, for all that the receiver can see.
 *
 * An engine of the middle makes it: its own key is any pair of the sender's size, its random bytes are
 * all 0 but the last, which is 1, and what it hears is the hello that has crossed the line. Its own
 * hello goes nowhere.
 */
#include "middle_internal.h"
#include "translate.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

static int fill_one(void *context, uint8_t *out, size_t bytes)
{
    (void)context;
    memset(out, 0, bytes);
    if (bytes > 0)
        out[bytes - 1] = 1;
    return 0;
}

const struct rsa_random middle_ones = {.fill = fill_one};

/* A pair with as many bits as the key of this end: the receiver counts the blocks. */
static const struct rsa_key *pair_like(struct middle *middle, enum channel_role end)
{
    const struct buffer *hello = &middle->hellos[end];
    struct rsa_key *key = middle_hello_key(end, buffer_front(hello), buffer_bytes(hello));
    const unsigned bits = key ? rsa_key_bits(key) : 0;
    rsa_key_free(key);
    if (middle->forge[end] && rsa_key_bits(middle->forge[end]) == bits)
        return middle->forge[end];
    middle_retire(middle, middle->forge[end]);
    middle->forge[end] = NULL;
    if (bits == 0 || rsa_key_generate(&middle->forge[end], bits, NULL, NULL))
        middle->forge[end] = NULL;
    return middle->forge[end];
}

/* Does what it asks for, and lets its own words go nowhere. */
static void settle(struct channel *engine)
{
    for (;;) {
        unsigned flags = channel_flags(engine);
        size_t bytes;
        if (flags & CHANNEL_HAS_WORK) {
            channel_work_begin(engine);
            channel_work_run(engine);
            channel_work_end(engine);
        } else if (flags & CHANNEL_WANT_VERDICT)
            channel_verdict(engine, CHANNEL_OK);
        else if (flags & CHANNEL_HAS_OUTPUT && channel_output(engine, &bytes))
            channel_output_done(engine, bytes);
        else
            return;
    }
}

static void hear(struct channel *engine, const struct buffer *hello)
{
    const uint8_t *data = buffer_front(hello);
    size_t left = buffer_bytes(hello), space;
    while (left > 0 && (channel_flags(engine) & CHANNEL_WANT_INPUT)) {
        uint8_t *room = channel_input_space(engine, &space);
        size_t part = left < space ? left : space;
        if (!room)
            return;
        memcpy(room, data, part);
        channel_input_done(engine, part);
        data += part;
        left -= part;
    }
}

/* An open engine that speaks to this end in the other's name; NULL. To be freed. */
static struct channel *open_forger(struct middle_link *link, enum channel_role to)
{
    struct middle *middle = link->middle;
    const struct channel_config config = {.role = middle_other(to),
                                          .suite = middle->suite,
                                          .identity = pair_like(middle, middle_other(to)),
                                          .random = &middle_ones};
    struct channel *engine;
    if (!config.identity || channel_new(&engine, &config))
        return NULL;
    settle(engine);
    hear(engine, &middle->hellos[to]);
    settle(engine);
    if (channel_flags(engine) & CHANNEL_OPEN)
        return engine;
    channel_free(engine);
    return NULL;
}

static void put_record(struct middle_link *link, enum channel_role to, struct channel *engine)
{
    size_t bytes;
    const uint8_t *output;
    while (channel_flags(engine) & CHANNEL_HAS_WORK) {
        channel_work_begin(engine);
        channel_work_run(engine);
        channel_work_end(engine);
    }
    output = channel_output(engine, &bytes);
    if (bytes > 0)
        middle_link_put(link, to, output, bytes);
    channel_output_done(engine, bytes);
    link->middle->result.forged++;
}

/* Without keys: as many bytes as it would have, drawn by lot. */
static bool put_noise(struct middle_link *link, enum channel_role to, size_t text_bytes)
{
    uint8_t frame[WIRE_HEADER_BYTES + 1 + RULE_BYTES + 16];
    const size_t body = 1 + text_bytes + 16;
    wire_put_header(frame, WIRE_FRAME_RECORD, body);
    if (getrandom(frame + WIRE_HEADER_BYTES, body, 0) != (ssize_t)body)
        return false;
    middle_link_put(link, to, frame, WIRE_HEADER_BYTES + body);
    link->middle->result.acts++;
    middle_tell(link->middle, "made up", "%zu random bytes for the %s: no key, no tag", body,
                translate(middle_role_name(to)));
    return true;
}

bool middle_forge_say(struct middle_link *link, enum channel_role to, const char *text,
                      size_t bytes, struct problem *problem)
{
    struct channel *engine = link->sides[to].engine, *forger = NULL;
    char quote[MIDDLE_QUOTE_BYTES];
    if (!engine && channel_suite_is_modern(link->middle->suite))
        return put_noise(link, to, bytes) || problem_set(problem, "no random bytes");
    if (!engine)
        engine = forger = open_forger(link, to);
    if (!engine || channel_send(engine, text, bytes)) {
        channel_free(forger);
        return problem_set(problem, "the middle cannot speak to the %s now",
                           translate(middle_role_name(to)));
    }
    put_record(link, to, engine);
    channel_free(forger);
    middle_tell(link->middle, "forged",
                forger || link->mode == MODE_ALONE ? N_("%s, to the %s, with K = 1")
                                                   : N_("%s, to the %s"),
                middle_quote(quote, text, bytes), translate(middle_role_name(to)));
    return true;
}

bool middle_forge_port(struct middle_link *link, uint16_t wanted)
{
    struct middle *middle = link->middle;
    struct channel *forger = open_forger(link, CHANNEL_CLIENT);
    struct middle_move *move = forger ? calloc(1, sizeof(*move)) : NULL;
    uint16_t port = 0;
    if (move) {
        move->suite = middle->suite;
        port = middle->config.open_port(middle->config.context, wanted, move);
    }
    if (port > 0 && !channel_send_port(forger, port)) {
        put_record(link, CHANNEL_CLIENT, forger);
        move->tickets[CHANNEL_CLIENT] = channel_take_ticket(forger);
        middle_tell(middle, "forged", "a record with port %u takes its place, with K = 1", port);
    }
    channel_free(forger);
    return port > 0;
}
