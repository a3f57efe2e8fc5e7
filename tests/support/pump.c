/* Two engines in memory: see pump.h. */
#include "pump.h"

#include "buffer.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define IDENTITIES 3
#define MANY_STEPS                                                                                 \
    1000000 /* more than any test needs: a pump that does not come to rest is a bug */

struct buffer_pair {
    struct buffer to_client, to_server;         /* delivered so far, not yet taken */
    struct buffer client_frames, server_frames; /* being cut into frames for the hook */
};

__attribute__((format(printf, 2, 3))) static void require(bool holds, const char *format, ...)
{
    va_list arguments;
    if (holds)
        return;
    va_start(arguments, format);
    fputs("pump: ", stderr);
    vfprintf(stderr, format, arguments);
    fputs("\n", stderr);
    va_end(arguments);
    abort();
}

static struct rsa_key *identities[IDENTITIES], *ephemerals[4];

struct rsa_key *pump_make_key(unsigned bits)
{
    struct rsa_key *key;
    require(rsa_key_generate(&key, bits, NULL, NULL) == RSA_OK, "no key of %u bits", bits);
    return key;
}

static int by_modulus(const void *a, const void *b)
{
    uint8_t n[2][WIRE_MODULUS_MAX];
    size_t bytes = rsa_key_number_bytes(*(struct rsa_key *const *)a, RSA_N, n[0], sizeof(n[0]));
    rsa_key_number_bytes(*(struct rsa_key *const *)b, RSA_N, n[1], sizeof(n[1]));
    return memcmp(n[0], n[1], bytes);
}

const struct rsa_key *pump_identity(size_t which)
{
    if (!identities[0]) {
        for (size_t i = 0; i < IDENTITIES; i++)
            identities[i] = pump_make_key(2048);
        qsort(identities, IDENTITIES, sizeof(identities[0]), by_modulus);
    }
    return identities[which];
}

/* Programs take a fresh pair per exchange; tests of the dialogue may take turns with a few. */
struct rsa_key *pump_ephemeral(size_t which)
{
    const char *numbers[RSA_NUMBERS] = {0};
    struct rsa_key **kept = &ephemerals[which % (sizeof(ephemerals) / sizeof(ephemerals[0]))], *key;
    if (!*kept)
        *kept = pump_make_key(2048);
    for (int i = 0; i < RSA_NUMBERS; i++)
        numbers[i] = rsa_key_number_text(*kept, (enum rsa_number)i, 16);
    require(rsa_key_from_text(&key, numbers, NULL) == RSA_OK, "a key cannot be copied");
    for (int i = 0; i < RSA_NUMBERS; i++)
        rsa_text_free((char *)numbers[i]);
    return key;
}

static void prepare(struct pump *pump, const struct channel_config *client,
                    const struct channel_config *server)
{
    *pump = (struct pump){.client_config = *client, .server_config = *server};
    pump->lines = calloc(1, sizeof(*pump->lines));
}

void pump_open_configs(struct pump *pump, const struct channel_config *client,
                       const struct channel_config *server)
{
    prepare(pump, client, server);
    require(channel_new(&pump->client, &pump->client_config) == CHANNEL_OK, "no client");
    require(channel_new(&pump->server, &pump->server_config) == CHANNEL_OK, "no server");
}

static void resume_both(struct pump *pump, const struct channel_ticket *client,
                        const struct channel_ticket *server)
{
    require(channel_new_resume(&pump->client, &pump->client_config, client) == CHANNEL_OK,
            "the client does not take its ticket");
    require(channel_new_resume(&pump->server, &pump->server_config, server) == CHANNEL_OK,
            "the server does not take its ticket");
}

void pump_open_tickets(struct pump *pump, const struct channel_config *client,
                       const struct channel_config *server,
                       const struct channel_ticket *client_ticket,
                       const struct channel_ticket *server_ticket)
{
    prepare(pump, client, server);
    resume_both(pump, client_ticket, server_ticket);
}

void pump_open_keys(struct pump *pump, const char *suite, const struct rsa_key *client,
                    const struct rsa_key *server)
{
    struct channel_config config = {.role = CHANNEL_CLIENT, .identity = client}, other;
    require(channel_suite_parse(&config.suite, suite) == CHANNEL_OK, "no suite %s", suite);
    other = config;
    other.role = CHANNEL_SERVER;
    other.identity = server;
    pump_open_configs(pump, &config, &other);
}

void pump_open(struct pump *pump, const char *suite)
{
    pump_open_keys(pump, suite, pump_identity(0), pump_identity(1));
}

static void reset_lines(struct pump *pump)
{
    buffer_free(&pump->lines->to_client);
    buffer_free(&pump->lines->to_server);
    buffer_free(&pump->lines->client_frames);
    buffer_free(&pump->lines->server_frames);
}

void pump_hand_over(struct pump *pump)
{
    struct channel_ticket *client = channel_take_ticket(pump->client);
    struct channel_ticket *server = channel_take_ticket(pump->server);
    require(client && server, "a side has no ticket");
    require(channel_ticket_port(client) == channel_ticket_port(server), "two ports");
    channel_free(pump->client);
    channel_free(pump->server);
    reset_lines(pump);
    resume_both(pump, client, server);
    channel_ticket_free(client);
    channel_ticket_free(server);
}

void pump_close(struct pump *pump)
{
    channel_free(pump->client);
    channel_free(pump->server);
    reset_lines(pump);
    free(pump->lines);
    free(pump->client_data);
    free(pump->server_data);
}

/* Cuts what has left an engine into frames, shows them to the hook, and puts them on the line. */
static void through_hook(struct pump *pump, enum channel_role from, struct buffer *frames,
                         struct buffer *line)
{
    while (buffer_bytes(frames) >= WIRE_HEADER_BYTES) {
        uint8_t type, *copy;
        size_t bytes, carried;
        int times;
        wire_get_header(&type, &bytes, buffer_front(frames));
        bytes += WIRE_HEADER_BYTES;
        if (buffer_bytes(frames) < bytes)
            return;
        copy = malloc(bytes + PUMP_SLACK);
        memcpy(copy, buffer_front(frames), bytes);
        carried = bytes;
        times = pump->frame ? pump->frame(pump->context, from, copy, &carried) : 1;
        while (times-- > 0)
            buffer_append(line, copy, carried);
        free(copy);
        buffer_consume(frames, bytes);
    }
}

static bool take_output(struct pump *pump, struct channel *from, enum channel_role role)
{
    struct buffer *frames = role == CHANNEL_CLIENT ? &pump->lines->client_frames
                                                   : &pump->lines->server_frames;
    struct buffer *line = role == CHANNEL_CLIENT ? &pump->lines->to_server
                                                 : &pump->lines->to_client;
    size_t bytes;
    const uint8_t *output = channel_output(from, &bytes);
    if (bytes == 0)
        return false;
    buffer_append(frames, output, bytes);
    channel_output_done(from, bytes);
    through_hook(pump, role, frames, line);
    return true;
}

static bool give_input(struct pump *pump, struct channel *to, struct buffer *line)
{
    size_t space, bytes = buffer_bytes(line);
    uint8_t *room;
    if (bytes == 0 || !(channel_flags(to) & CHANNEL_WANT_INPUT))
        return false;
    room = channel_input_space(to, &space);
    bytes = bytes < space ? bytes : space;
    if (pump->chunk != 0 && bytes > pump->chunk)
        bytes = pump->chunk;
    memcpy(room, buffer_front(line), bytes);
    buffer_consume(line, bytes);
    channel_input_done(to, bytes);
    return true;
}

static bool take_data(struct channel *from, uint8_t **data, size_t *held)
{
    size_t bytes;
    const uint8_t *fresh = channel_data(from, &bytes);
    if (bytes == 0)
        return false;
    *data = realloc(*data, *held + bytes);
    memcpy(*data + *held, fresh, bytes);
    *held += bytes;
    channel_data_done(from, bytes);
    return true;
}

/* Everything one engine asks of its driver. */
static bool serve(struct pump *pump, struct channel *channel, enum channel_role role)
{
    unsigned flags = channel_flags(channel);
    bool client = role == CHANNEL_CLIENT;
    if (flags & CHANNEL_HAS_OUTPUT)
        return take_output(pump, channel, role);
    if (flags & CHANNEL_HAS_WORK) {
        channel_work_begin(channel);
        channel_work_run(channel);
        channel_work_end(channel);
        return true;
    }
    if (flags & CHANNEL_WANT_VERDICT) {
        channel_verdict(channel, client ? pump->client_verdict : pump->server_verdict);
        return true;
    }
    if (flags & CHANNEL_WANT_EPHEMERAL) {
        channel_give_ephemeral(channel, pump->stock ? pump->stock[pump->ephemerals]
                                                    : pump_ephemeral(pump->ephemerals));
        pump->ephemerals++;
        return true;
    }
    if (flags & CHANNEL_HAS_DATA)
        return take_data(channel, client ? &pump->client_data : &pump->server_data,
                         client ? &pump->client_bytes : &pump->server_bytes);
    return give_input(pump, channel, client ? &pump->lines->to_client : &pump->lines->to_server);
}

bool pump_step(struct pump *pump)
{
    return !pump->stopped &&
           (serve(pump, pump->client, CHANNEL_CLIENT) || serve(pump, pump->server, CHANNEL_SERVER));
}

void pump_run(struct pump *pump)
{
    size_t steps = 0;
    while (pump_step(pump))
        require(steps++ < MANY_STEPS, "it does not come to rest");
}

void pump_run_until(struct pump *pump, const struct channel *channel, unsigned flags)
{
    while (!(channel_flags(channel) & flags))
        require(pump_step(pump), "it comes to rest before the flags %x", flags);
}

void pump_inject(struct pump *pump, enum channel_role from, const void *data, size_t bytes)
{
    buffer_append(from == CHANNEL_CLIENT ? &pump->lines->to_server : &pump->lines->to_client, data,
                  bytes);
}

void pump_cut(struct pump *pump)
{
    channel_input_end(pump->client);
    channel_input_end(pump->server);
}

static void require_open(const struct channel *channel, const char *who)
{
    require(channel_flags(channel) & CHANNEL_OPEN, "%s is not open: %s (%s)", who,
            channel_strerror(channel_error(channel)), channel_error_detail(channel));
}

static void require_data(const uint8_t *data, size_t bytes, size_t before, const char *want)
{
    require(bytes == before + strlen(want) && memcmp(data + before, want, strlen(want)) == 0,
            "the message \"%s\" did not arrive", want);
}

void pump_expect_talk(struct pump *pump)
{
    static const char up[] = "to the server", down[] = "to the client";
    size_t client = pump->client_bytes, server = pump->server_bytes;
    require_open(pump->client, "the client");
    require_open(pump->server, "the server");
    require(channel_send(pump->client, up, strlen(up)) == CHANNEL_OK, "the client cannot send");
    require(channel_send(pump->server, down, strlen(down)) == CHANNEL_OK, "the server cannot send");
    pump_run(pump);
    require_data(pump->client_data, pump->client_bytes, client, down);
    require_data(pump->server_data, pump->server_bytes, server, up);
}
