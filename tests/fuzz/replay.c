/*
 * Fuzzes the player of recordings with whole recordings of sessions, both sides, all suites, that
 * have keys of their own: pairs that are no pairs, of any size, put in the place of those that were
 * used, or used from the beginning, so that all else in the recording fits them. Any value, line
 * and frame may be changed besides, and a change on the line is asked for. An untouched recording
 * says the same bytes again.
 *
 * Parser: channel/explain/recording_replay.c channel/explain/replay_engine.c channel/explain/replay_field.c
 * Parser: channel/explain/replay_render.c
 */
#include "explain.h"
#include "fuzz.h"
#include "pump.h"
#include "recording_replay.h"
#include "replay_render.h"
#include "scratch.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINES_MAX 256
#define STOCK     8

/* --- keys ----------------------------------------------------------------------------------- */

/* Pairs whose sizes are those of an honest one, and which are none: d, dp, p and q, all of them. */
#define BAD_PAIRS 4
static struct rsa_key *bad_pair(size_t which)
{
    const char *numbers[RSA_NUMBERS] = {0};
    struct rsa_key *good = pump_ephemeral(which), *bad = NULL;
    for (int i = 0; i < RSA_NUMBERS; i++)
        numbers[i] = rsa_key_number_text(good, (enum rsa_number)i, 16);
    char *given[RSA_NUMBERS];
    memcpy(given, numbers, sizeof(given));
    if (which == 0)
        numbers[RSA_D] = "0x10001";
    if (which == 1 || which == 3)
        numbers[RSA_DP] = "0x3";
    if (which >= 2) {
        numbers[RSA_P] = "0x3";
        numbers[RSA_Q] = which == 2 ? "0x5" : numbers[RSA_D]; /* as long as n, and odd */
        numbers[RSA_DP] = numbers[RSA_DQ] = numbers[RSA_QINV] = NULL;
    }
    if (rsa_key_from_text(&bad, numbers, NULL))
        bad = pump_ephemeral(which); /* what reading refuses, nobody can give */
    for (int i = 0; i < RSA_NUMBERS; i++)
        rsa_text_free(given[i]);
    rsa_key_free(good);
    return bad;
}

/* For the places of keys in a recording. */
#define STRANGE_KEYS 8
static const struct rsa_key *strange_key(size_t which)
{
    static struct rsa_key *keys[STRANGE_KEYS];
    static const unsigned sizes[STRANGE_KEYS] = {16, 128, 512, 1024, 2047};
    if (keys[which])
        return keys[which];
    if (sizes[which] > 0)
        keys[which] = pump_make_key(sizes[which]);
    else if (which == 5 && rsa_key_from_primes(&keys[which], "3", "11", "3"))
        abort();
    else if (which > 5)
        keys[which] = bad_pair(which - 5);
    return keys[which];
}

/* --- recordings ----------------------------------------------------------------------------- */

struct sample {
    json_t *lines[LINES_MAX];
    size_t count;
    bool honest;
};

/* Suites, and which ephemeral pair is bad in what way: none of it is read before it is needed. */
#define HONEST   7
#define VARIANTS (HONEST + 2 * BAD_PAIRS)
static struct sample samples[VARIANTS][2];

static void say(struct channel *channel, const char *text)
{
    enum channel_error error = channel_send(channel, text, strlen(text)); /* if it is open */
    (void)error;
}

static void talk(struct pump *pump)
{
    say(pump->client, "good morning");
    say(pump->server, "hello");
    pump_run(pump);
}

/* Handshake, words, a port, the move, words, fresh keys, words, goodbye: as far as it comes. */
static void play(struct pump *pump)
{
    enum channel_error error;
    pump_run(pump);
    talk(pump);
    error = channel_send_port(pump->server, 20001);
    pump_run(pump);
    channel_close(pump->client, CHANNEL_OK, NULL);
    pump_run(pump);
    if (channel_flags(pump->client) & channel_flags(pump->server) & CHANNEL_HAS_PORT) {
        pump_hand_over(pump);
        pump_run(pump);
        talk(pump);
        error = channel_rekey(pump->client);
        pump_run(pump);
        talk(pump);
        channel_close(pump->client, CHANNEL_OK, NULL);
        pump_run(pump);
    }
    (void)error;
    pump_cut(pump);
}

/* Arithmetic is for people: the engines do their own. */
static void take_lines(struct sample *sample, char *text)
{
    for (char *rest, *line = strtok_r(text, "\n", &rest); line;
         line = strtok_r(NULL, "\n", &rest)) {
        json_t *object = json_loads(line, 0, NULL);
        const char *kind = json_string_value(json_object_get(object, "kind"));
        if (!kind || sample->count == LINES_MAX)
            abort();
        if (strcmp(kind, "math") == 0)
            json_decref(object);
        else
            sample->lines[sample->count++] = object;
    }
}

static void record(size_t variant)
{
    static const char *const names[] = {"client.rec", "server.rec"};
    static const char *const suites[HONEST] = {"modern:rsa",      "textbook", "textbook:caesar",
                                               "textbook:vernam", "modern",   "dh",
                                               "modern:x25519"};
    const char *suite = variant < HONEST ? suites[variant] : suites[0];
    struct channel_config configs[2];
    struct rsa_key *stock[STOCK];
    struct explain *explains[2];
    struct problem problem = {0};
    struct pump pump;
    char *folder = scratch_new(), *paths[2];
    for (size_t role = 0; role < 2; role++) {
        paths[role] = scratch_path(folder, names[role]);
        const struct recording_head head = {
            .program = "a test", .role = (enum channel_role)role, .suite = suite};
        const struct explain_options options = {.record = paths[role], .record_secrets = true};
        if (!explain_open(&explains[role], &options, &head, &problem))
            abort();
        configs[role] = (struct channel_config){.role = (enum channel_role)role,
                                                .identity = pump_identity(role),
                                                .trace = explain_trace(explains[role])};
        if (channel_suite_parse(&configs[role].suite, suite))
            abort();
    }
    /* Then one pair is bad: the client's or server's first, or one of the re-key. */
    for (size_t i = 0; i < STOCK; i++)
        stock[i] = variant >= HONEST && i == (variant - HONEST) / BAD_PAIRS * 2
                       ? bad_pair((variant - HONEST) % BAD_PAIRS)
                       : pump_ephemeral(i);
    pump_open_configs(&pump, &configs[0], &configs[1]);
    pump.stock = stock;
    play(&pump);
    for (size_t i = pump.ephemerals; i < STOCK; i++)
        rsa_key_free(stock[i]);
    pump_close(&pump);
    for (size_t role = 0; role < 2; role++) {
        char *text;
        if (!explain_close(explains[role], &problem))
            abort();
        text = scratch_read(folder, names[role]);
        samples[variant][role].honest = variant < HONEST;
        take_lines(&samples[variant][role], text);
        free(text);
        free(paths[role]);
    }
    scratch_remove(folder);
}

/* --- changes -------------------------------------------------------------------------------- */

static void set_value(json_t *value, const uint8_t *data, size_t bytes)
{
    char *hex = malloc(2 * bytes + 1);
    for (size_t i = 0; i < bytes; i++)
        sprintf(hex + 2 * i, "%02x", data[i]);
    json_object_set_new(value, "hex", json_stringn(hex, 2 * bytes));
    json_object_set_new(value, "bytes", json_integer((json_int_t)bytes));
    free(hex);
}

/* The numbers of a key step, or none of them. */
static void put_key(json_t *line, const struct rsa_key *key, unsigned which)
{
    size_t index;
    json_t *value;
    json_array_foreach(json_object_get(line, "outputs"), index, value)
    {
        const char *name = json_string_value(json_object_get(value, "name"));
        for (int i = 0; name && i < RSA_NUMBERS; i++) {
            uint8_t number[RSA_MAX_BYTES];
            if (strcmp(name, rsa_number_name((enum rsa_number)i)) == 0 && which >> i & 1)
                set_value(value, number,
                          rsa_key_number_bytes(key, (enum rsa_number)i, number, sizeof(number)));
        }
    }
}

static json_t *nth_value(json_t *line, unsigned nth)
{
    static const char *const lists[] = {"outputs", "inputs"};
    json_t *value = json_object_get(line, "frame");
    value = value ? value : json_object_get(line, "bytes");
    value = value ? value : json_object_get(line, "ticket");
    for (size_t i = 0; i < 2 && !json_is_object(value); i++) {
        json_t *list = json_object_get(line, lists[i]);
        if (json_array_size(list) > 0)
            value = json_array_get(list, nth % json_array_size(list));
    }
    return json_is_object(value) ? value : NULL;
}

/* A value becomes shorter, empty, longer, or another. */
static void change_value(json_t *value, unsigned how, unsigned at)
{
    uint8_t data[4096] = {0};
    const char *hex = json_string_value(json_object_get(value, "hex"));
    size_t bytes = hex ? strlen(hex) / 2 : 0;
    if (!hex || bytes > sizeof(data) - 8)
        return;
    for (size_t i = 0; i < bytes; i++)
        sscanf(hex + 2 * i, "%2hhx", &data[i]);
    switch (how % 5) {
    case 0:
        bytes = 0;
        break;
    case 1:
        bytes = bytes > 0 ? at % bytes : 0;
        break;
    case 2:
        bytes += 1 + at % 8;
        break;
    case 3:
        memset(data, (int)at, bytes);
        break;
    default:
        data[bytes > 0 ? at % bytes : 0] ^= (uint8_t)(1 + how / 5);
    }
    set_value(value, data, bytes);
}

static bool is_key(const json_t *line)
{
    const char *name = json_string_value(json_object_get(line, "name"));
    return name && (strcmp(name, "ephemeral key") == 0 || strcmp(name, "identity key") == 0);
}

/* By fours: how, which line, and two more. */
static void change(struct sample *copy, const uint8_t *data, size_t bytes)
{
    for (size_t i = 0; i + 4 <= bytes && copy->count > 2; i += 4) {
        size_t at = 1 + data[i + 1] % (copy->count - 1);
        json_t *value;
        switch (data[i] % 8) {
        case 0:
            json_decref(copy->lines[at]);
            memmove(copy->lines + at, copy->lines + at + 1,
                    (copy->count - at - 1) * sizeof(copy->lines[0]));
            copy->count--;
            break;
        case 1:
            json_decref(copy->lines[copy->count - 1]);
            copy->lines[copy->count - 1] = json_deep_copy(copy->lines[at]);
            break;
        case 2:
        case 3:
        case 4:
            while (at + 1 < copy->count && is_key(copy->lines[at]))
                at++;
            value = nth_value(copy->lines[at], data[i + 2] >> 4);
            if (value)
                change_value(value, data[i + 2], data[i + 3]);
            break;
        default: /* the next key from there on; all of its numbers, or some */
            while (at + 1 < copy->count && !is_key(copy->lines[at]))
                at++;
            put_key(copy->lines[at], strange_key(data[i + 2] % STRANGE_KEYS),
                    data[i + 3] < 128 ? 255 : data[i + 3]);
        }
    }
}

/* --- playing -------------------------------------------------------------------------------- */

static void check(const struct recording *recording, const struct replay_change *wish, bool honest)
{
    struct replay_result result;
    struct problem problem = {0};
    replay_render_frames(recording, 1);
    if (!replay_run(&result, recording, wish, &problem)) {
        fuzz_require(problem.message[0] != '\0', "refused without a word");
        fuzz_require(!honest || wish->kind != REPLAY_AS_IT_WAS || wish->channel > 2,
                     "an honest recording is refused");
        return;
    }
    fuzz_require(!honest || wish->kind != REPLAY_AS_IT_WAS ||
                     (result.same_bytes && result.error == result.recorded),
                 "an honest recording does not say the same bytes again");
    replay_render_text(wish, &result);
    if (!replay_render_json(wish, &result))
        abort();
    replay_free(&result);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    struct sample *sample, copy = {0};
    struct recording *recording;
    struct problem problem = {0};
    char *text = NULL;
    size_t text_bytes;
    FILE *out;
    if (bytes < 8)
        return 0;
    sample = &samples[data[0] / 2 % VARIANTS][data[0] % 2];
    if (sample->count == 0)
        record(data[0] / 2 % VARIANTS);
    const struct replay_change wish = {.kind = (enum replay_kind)(data[1] % 6),
                                       .channel = data[2] % 4,
                                       .offset = (size_t)data[3] << 8 | data[4],
                                       .bits = data[5],
                                       .bytes = data,
                                       .count = 1 + data[5] % 8,
                                       .frame = data[5] % 16,
                                       .other = data[6] % 16};
    for (copy.count = 0; copy.count < sample->count; copy.count++)
        copy.lines[copy.count] = json_deep_copy(sample->lines[copy.count]);
    change(&copy, data + 7, (bytes - 7) % 25);
    out = open_memstream(&text, &text_bytes);
    for (size_t i = 0; i < copy.count; i++) {
        json_dumpf(copy.lines[i], out, JSON_COMPACT);
        fputc('\n', out);
        json_decref(copy.lines[i]);
    }
    fclose(out);
    if (recording_read(&recording, "fuzzed", text, text_bytes, &problem)) {
        check(recording, &wish, sample->honest && (bytes - 7) % 25 < 4);
        recording_free(recording);
    }
    free(text);
    return 0;
}

FUZZ_MAIN("replay", 100);
