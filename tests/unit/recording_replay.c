/*
 * What if: recordings of both sides, made in memory, fed to fresh engines with one change. In the
 * modern suites every field of every frame is under some check, and this is where each is named; in
 * textbook and dh flips and repeats go through.
 */
#include "recording_replay.h"

#include "dh.h"
#include "pump.h"
#include "recorder.h"
#include "replay_map.h"
#include "scratch.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *folder;
static struct recording *recordings[2]; /* by role */
static bool still;                      /* without re-key */
static struct dh_group *group;          /* the client's in dh; NULL: its usual one */

/* --- recording -------------------------------------------------------------------------------- */

static void say(struct pump *pump, struct channel *channel, const char *text)
{
    cr_assert_eq(channel_send(channel, text, strlen(text)), CHANNEL_OK);
    pump_run(pump);
}

/* Handshake, port, hand-over, words each way, re-key, words again, goodbye. */
static void play(struct pump *pump)
{
    pump_run(pump);
    cr_assert_eq(channel_send_port(pump->server, 20001), CHANNEL_OK);
    pump_run(pump);
    channel_close(pump->client, CHANNEL_OK, NULL);
    pump_run(pump);
    pump_hand_over(pump);
    pump_run(pump);
    say(pump, pump->client, "pay 100 to Boris");
    say(pump, pump->server, "paid");
    if (!still && channel_suite_rekeys(pump->client_config.suite)) {
        cr_assert_eq(channel_rekey(pump->client), CHANNEL_OK);
        pump_run(pump);
    }
    say(pump, pump->client, "and thank you");
    say(pump, pump->server, "you are welcome");
    channel_close(pump->client, CHANNEL_OK, NULL);
    pump_run(pump);
}

static void record(const char *suite, bool secrets)
{
    static const char *const names[] = {"client.rec", "server.rec"};
    struct channel_config configs[2];
    struct explain *explains[2] = {0};
    struct problem problem = {0};
    struct pump pump;
    folder = scratch_new();
    for (size_t role = 0; role < 2; role++) {
        char *path = scratch_path(folder, names[role]);
        const struct recording_head head = {
            .program = "a test", .role = (enum channel_role)role, .suite = suite};
        const struct explain_options options = {.record = path, .record_secrets = secrets};
        cr_assert(explain_open(&explains[role], &options, &head, &problem), "%s", problem.message);
        configs[role] = (struct channel_config){.role = (enum channel_role)role,
                                                .identity = pump_identity(role),
                                                .trace = explain_trace(explains[role])};
        cr_assert_eq(channel_suite_parse(&configs[role].suite, suite), CHANNEL_OK);
        free(path);
    }
    configs[CHANNEL_CLIENT].group = group;
    pump_open_configs(&pump, &configs[CHANNEL_CLIENT], &configs[CHANNEL_SERVER]);
    play(&pump);
    pump_close(&pump);
    for (size_t role = 0; role < 2; role++) {
        char *path = scratch_path(folder, names[role]);
        cr_assert(explain_close(explains[role], &problem), "%s", problem.message);
        cr_assert(recording_load(&recordings[role], path, &problem), "%s", problem.message);
        free(path);
    }
}

static void forget(void)
{
    for (size_t role = 0; role < 2; role++)
        recording_free(recordings[role]);
    scratch_remove(folder);
}

static void replay(struct replay_result *result, size_t role, struct replay_change change)
{
    struct problem problem = {0};
    cr_assert(replay_run(result, recordings[role], &change, &problem), "%s", problem.message);
}

/* The index of the next frame that this channel received, from `from` on; -1: none. */
static int next_received(size_t role, unsigned channel, int from)
{
    for (int i = from; i < (int)recording_count(recordings[role]); i++) {
        const struct trace_event *event = recording_event(recordings[role], (size_t)i);
        if (event->kind == TRACE_FRAME && event->channel == channel && !event->frame.sent)
            return i;
    }
    return -1;
}

/* --- unchanged -------------------------------------------------------------------------------- */

Test(recording_replay, an_unchanged_recording_says_the_same_bytes_again)
{
    static const struct {
        const char *suite, *group;
    } plays[] = {{"modern", NULL},          {"modern:x25519", NULL},
                 {"modern:rsa", NULL},      {"dh", NULL},
                 {"dh:vernam", NULL},       {"dh", "23,5"},
                 {"textbook:caesar", NULL}, {"textbook:vernam", NULL},
                 {"textbook", NULL}};
    for (size_t s = 0; s < sizeof(plays) / sizeof(plays[0]); s++) {
        group = NULL;
        if (plays[s].group)
            cr_assert_eq(dh_group_parse(&group, plays[s].group), DH_OK);
        record(plays[s].suite, true);
        dh_group_free(group);
        for (size_t role = 0; role < 2; role++)
            for (unsigned channel = 1; channel <= 2; channel++) {
                struct replay_result result;
                replay(&result, role, (struct replay_change){.channel = channel});
                cr_assert(result.same_bytes && !result.waits, "%s, %zu, %u", plays[s].suite, role,
                          channel);
                cr_assert_eq(result.error, result.recorded);
                cr_assert(result.message_count > 0 || channel == 1);
                for (size_t i = 0; i < result.message_count; i++) {
                    const struct trace_bytes *was = &result.messages[i].was->inner.bytes;
                    const struct trace_bytes *is = &result.messages[i].is->inner.bytes;
                    cr_assert_eq(was->bytes, is->bytes);
                    cr_assert_arr_eq(was->data, is->data, was->bytes);
                }
                replay_free(&result);
            }
        forget();
    }
}

/* --- from before there was ML-KEM ------------------------------------------------------------- */

/* What was version 1: modern was the suite that is modern:x25519 now. */
static void make_older(const char *name)
{
    char command[1024], *path = scratch_path(folder, name);
    snprintf(command, sizeof(command),
             "sed -i 's/\"version\":2/\"version\":1/; s/\"modern:x25519\"/\"modern\"/' %s", path);
    cr_assert_eq(system(command), 0);
    free(path);
}

Test(recording_replay, a_recording_of_version_1_is_replayed_as_what_it_was)
{
    static const char *const names[] = {"client.rec", "server.rec"};
    record("modern:x25519", true);
    for (size_t role = 0; role < 2; role++) {
        struct problem problem = {0};
        struct replay_result result;
        char *path = scratch_path(folder, names[role]), text[CHANNEL_SUITE_TEXT_BYTES];
        make_older(names[role]);
        recording_free(recordings[role]);
        cr_assert(recording_load(&recordings[role], path, &problem), "%s", problem.message);
        cr_assert_str_eq(recording_head(recordings[role])->suite, "modern:x25519");
        cr_assert_str_eq(channel_suite_text(text, replay_suite(recordings[role], 1)),
                         "modern:x25519");
        for (unsigned channel = 1; channel <= 2; channel++) {
            replay(&result, role, (struct replay_change){.channel = channel});
            cr_assert(result.same_bytes && !result.waits && result.error == result.recorded);
            replay_free(&result);
        }
        free(path);
    }
    forget();
}

/* --- modern: what refuses a flipped byte ------------------------------------------------------ */

/* The check that must refuse it: an error, and the step or detail that names it. */
struct verdict {
    enum wire_message message; /* of the flipped byte */
    const char *field;
    enum channel_error error;
    const char *check;
};

#define TAG   "record refused"
#define PROOF "signature refused"

static const struct verdict verdicts[] = {
    {WIRE_CLIENT_HELLO, "version", CHANNEL_ERR_VERSION, "hello: version"},
    {WIRE_SERVER_HELLO, "version", CHANNEL_ERR_VERSION, "hello: version"},
    {WIRE_CLIENT_HELLO, "suites", CHANNEL_ERR_SUITE, "hello: suites"},
    {WIRE_SERVER_HELLO, "suites", CHANNEL_ERR_SUITE, "hello: suites"},
    {WIRE_CLIENT_HELLO, "random", CHANNEL_ERR_AUTH, PROOF},
    {WIRE_SERVER_HELLO, "random", CHANNEL_ERR_AUTH, PROOF},
    {WIRE_CLIENT_HELLO, "id n", CHANNEL_ERR_NOT_ALLOWED, "verdict"},
    {WIRE_SERVER_HELLO, "id n", CHANNEL_ERR_KEY_CHANGED, "verdict"},
    {WIRE_CLIENT_HELLO, "eph u", CHANNEL_ERR_AUTH, PROOF},
    {WIRE_SERVER_HELLO, "eph u", CHANNEL_ERR_AUTH, PROOF},
    {WIRE_CLIENT_HELLO, "eph n", CHANNEL_ERR_AUTH, PROOF},
    {WIRE_SERVER_HELLO, "eph n", CHANNEL_ERR_AUTH, PROOF},
    {WIRE_CLIENT_EXCHANGE, "c_c", CHANNEL_ERR_AUTH, PROOF},
    {WIRE_CLIENT_EXCHANGE, "signature", CHANNEL_ERR_AUTH, PROOF},
    {WIRE_SERVER_EXCHANGE, "c_s", CHANNEL_ERR_AUTH, PROOF},
    {WIRE_SERVER_EXCHANGE, "signature", CHANNEL_ERR_AUTH, PROOF},
    {WIRE_MODERN_RECORD, "sealed", CHANNEL_ERR_AUTH, TAG},
    {WIRE_CLIENT_RESUME, "ticket", CHANNEL_ERR_TICKET, "client mac refused"},
    {WIRE_CLIENT_RESUME, "r", CHANNEL_ERR_TICKET, "client mac refused"},
    {WIRE_CLIENT_RESUME, "mac", CHANNEL_ERR_TICKET, "client mac refused"},
    {WIRE_SERVER_RESUME, "r'", CHANNEL_ERR_AUTH, "server mac refused"},
    {WIRE_SERVER_RESUME, "mac", CHANNEL_ERR_AUTH, "server mac refused"},
};

/* An even modulus is refused before anybody is asked. */
static const struct verdict even = {.field = "n", .error = CHANNEL_ERR_KEY_BAD, .check = "key"};

static const struct verdict *verdict_on(const struct replay_field *place)
{
    if (!place->in_length && place->at + 1 == place->bytes &&
        (strcmp(place->field, "id n") == 0 || strcmp(place->field, "eph n") == 0))
        return &even;
    for (size_t i = 0; i < sizeof(verdicts) / sizeof(verdicts[0]); i++)
        if (!place->in_length && verdicts[i].message == place->message &&
            strcmp(verdicts[i].field, place->field) == 0)
            return &verdicts[i];
    return NULL;
}

static size_t flips, named;

static void flip(size_t role, unsigned channel, size_t offset)
{
    const struct replay_change change = {.kind = REPLAY_FLIP, .channel = channel, .offset = offset};
    const struct verdict *verdict;
    struct replay_result result;
    char where[128];
    replay(&result, role, change);
    snprintf(where, sizeof(where), "role %zu, channel %u, byte %zu, frame %u, %s", role, channel,
             offset, result.place.frame, result.place.field);
    flips++;
    cr_assert_neq(result.error, CHANNEL_OK, "%s", where);
    cr_assert(result.check || result.detail[0], "%s: no check is named: %s", where,
              channel_strerror(result.error));
    verdict = verdict_on(&result.place);
    if (verdict) {
        named++;
        cr_assert_eq(result.error, verdict->error, "%s: %s", where, channel_strerror(result.error));
        cr_assert(strstr(result.check ? result.check->name : result.detail, verdict->check),
                  "%s: %s, %s", where, result.check ? result.check->name : "", result.detail);
    }
    replay_free(&result);
}

/* The first byte, one in the middle and the last of each field, lengths and the header included. */
static void flip_every_field(size_t role, unsigned channel)
{
    const struct channel_suite suite = replay_suite(recordings[role], channel);
    size_t begins = 0;
    for (int i = next_received(role, channel, 0); i >= 0; i = next_received(role, channel, i + 1)) {
        const struct trace_event *frame = recording_event(recordings[role], (size_t)i);
        const size_t bytes = frame->frame.bytes.bytes;
        for (size_t at = 0; at < bytes; at++) {
            struct replay_field place = replay_field(frame, suite, at);
            if (place.at == 0 || place.at == place.bytes / 2 || place.at + 1 == place.bytes)
                flip(role, channel, begins + at);
        }
        begins += bytes;
    }
}

static void flip_everything(const char *suite)
{
    record(suite, true);
    for (size_t role = 0; role < 2; role++)
        for (unsigned channel = 1; channel <= 2; channel++)
            flip_every_field(role, channel);
    cr_assert(flips > 100 && named > 50, "%s: %zu flips, %zu named", suite, flips, named);
    forget();
}

Test(recording_replay, modern_refuses_every_flipped_field_by_the_check_that_is_named)
{
    flip_everything("modern");
}

Test(recording_replay, modern_rsa_refuses_every_flipped_field_by_the_check_that_is_named)
{
    flip_everything("modern:rsa");
}

/* --- the map of a suite that lets changes through ---------------------------------------------- */

Test(recording_replay, a_map_of_dh_shows_what_is_let_through)
{
    struct replay_map map;
    struct problem problem = {0};
    size_t changes = 0, sum = 0;
    cr_assert_eq(dh_group_parse(&group, "23,5"), DH_OK);
    record("dh:vernam", true);
    cr_assert(replay_map_make(&map, recordings[CHANNEL_SERVER], 2, false, &problem), "%s",
              problem.message);
    cr_assert_eq(map.outcomes[0].kind, REPLAY_CHANGES, "the worst comes first");
    cr_assert_eq(replay_map_letter(&map, 0), '!');
    for (size_t i = 0; i < map.outcome_count; i++) {
        changes += map.outcomes[i].kind == REPLAY_CHANGES ? map.outcomes[i].count : 0;
        sum += map.outcomes[i].count;
    }
    cr_assert_geq(changes, strlen("pay 100 to Boris"));
    cr_assert_eq(sum, map.bytes);
    replay_map_free(&map);
    forget();
    dh_group_free(group);
}

/* --- modern: frames that are left out, repeated, exchanged ------------------------------------ */

/* Only the answer to one's own goodbye may be missing. */
static bool is_last_answer(size_t role, unsigned channel, int index)
{
    return role == CHANNEL_CLIENT && next_received(role, channel, index + 1) < 0;
}

static void expect_refused(size_t role, struct replay_change change)
{
    struct replay_result result;
    replay(&result, role, change);
    cr_assert_neq(result.error, CHANNEL_OK, "role %zu, channel %u, change %d, frames %u, %u", role,
                  change.channel, change.kind, change.frame, change.other);
    cr_assert(result.check || result.detail[0]);
    replay_free(&result);
}

static void move_every_frame(size_t role, unsigned channel)
{
    for (int i = next_received(role, channel, 0); i >= 0; i = next_received(role, channel, i + 1)) {
        const int other = next_received(role, channel, i + 1);
        struct replay_change change = {
            .channel = channel,
            .frame = recording_event(recordings[role], (size_t)i)->frame.number};
        const bool last = is_last_answer(role, channel, i);
        if (!last) {
            change.kind = REPLAY_DROP;
            expect_refused(role, change);
            change.kind = REPLAY_REPEAT;
            if (other >= 0)
                expect_refused(role, change);
        }
        if (other >= 0) {
            change.kind = REPLAY_SWAP;
            change.other = recording_event(recordings[role], (size_t)other)->frame.number;
            expect_refused(role, change);
        }
    }
}

Test(recording_replay, modern_refuses_frames_left_out_repeated_or_exchanged)
{
    record("modern", true);
    for (size_t role = 0; role < 2; role++)
        for (unsigned channel = 1; channel <= 2; channel++)
            move_every_frame(role, channel);
    forget();
}

/* --- textbook, dh: what goes through -------------------------------------------------------------- */

static bool arrived(const struct replay_result *result, size_t index, const char *text)
{
    const struct trace_event *is = index < result->message_count ? result->messages[index].is
                                                                 : NULL;
    return is && is->inner.bytes.bytes == 1 + strlen(text) &&
           memcmp(is->inner.bytes.data + 1, text, strlen(text)) == 0;
}

/* Where the first field of this name begins, counted over the channel. */
static size_t first_field(size_t role, unsigned channel, const char *name)
{
    const struct channel_suite suite = replay_suite(recordings[role], channel);
    size_t begins = 0;
    for (int i = next_received(role, channel, 0); i >= 0; i = next_received(role, channel, i + 1)) {
        const struct trace_event *frame = recording_event(recordings[role], (size_t)i);
        for (size_t at = 0; at < frame->frame.bytes.bytes; at++) {
            struct replay_field place = replay_field(frame, suite, at);
            if (strcmp(place.field, name) == 0 && !place.in_length)
                return begins + at;
        }
        begins += frame->frame.bytes.bytes;
    }
    cr_assert_fail("no %s", name);
    return 0;
}

Test(recording_replay, textbook_and_dh_let_a_flip_through)
{
    static const char *const suites[] = {"textbook:caesar", "textbook", "dh"};
    struct replay_result result;
    /* "pay 100": behind the inner type of one byte, the 1 is the sixth. Caesar changes the byte
     * itself; with feistel-cbc the same place in the IV does it, and nothing else is disturbed. */
    for (size_t s = 0; s < 3; s++) {
        struct replay_change change = {.kind = REPLAY_FLIP, .channel = 2};
        still = true;
        record(suites[s], true);
        change.offset = first_field(CHANNEL_SERVER, 2, "sealed") + 5;
        replay(&result, CHANNEL_SERVER, change);
        cr_assert_eq(result.error, CHANNEL_OK, "%s", channel_strerror(result.error));
        cr_assert(!arrived(&result, 0, "pay 100 to Boris"));
        if (s > 0)
            cr_assert(arrived(&result, 0, "pay 000 to Boris"));
        cr_assert(arrived(&result, 1, "and thank you"));
        replay_free(&result);
        forget();
    }
}

static void move_frames(const char *suite)
{
    struct replay_change change = {.channel = 2};
    struct replay_result result;
    int first, second;
    still = true;
    record(suite, true);
    first = next_received(CHANNEL_SERVER, 2, next_received(CHANNEL_SERVER, 2, 0) + 1);
    second = next_received(CHANNEL_SERVER, 2, first + 1);
    change.frame = recording_event(recordings[CHANNEL_SERVER], (size_t)first)->frame.number;
    change.other = recording_event(recordings[CHANNEL_SERVER], (size_t)second)->frame.number;

    change.kind = REPLAY_REPEAT;
    replay(&result, CHANNEL_SERVER, change);
    cr_assert_eq(result.error, CHANNEL_OK);
    cr_assert(arrived(&result, 0, "pay 100 to Boris") && arrived(&result, 1, "pay 100 to Boris") &&
              arrived(&result, 2, "and thank you"));
    replay_free(&result);

    change.kind = REPLAY_DROP;
    replay(&result, CHANNEL_SERVER, change);
    cr_assert_eq(result.error, CHANNEL_OK);
    cr_assert(arrived(&result, 0, "and thank you"));
    replay_free(&result);

    change.kind = REPLAY_SWAP;
    replay(&result, CHANNEL_SERVER, change);
    cr_assert_eq(result.error, CHANNEL_OK);
    cr_assert(arrived(&result, 0, "and thank you") && arrived(&result, 1, "pay 100 to Boris"));
    replay_free(&result);
    forget();
}

Test(recording_replay, textbook_and_dh_let_frames_be_repeated_left_out_and_exchanged)
{
    move_frames("textbook");
    move_frames("dh");
}

/* --- dh: what is refused ---------------------------------------------------------------------- */

/* An even modulus is none. Another A gives another K, and then nothing opens but by accident. */
Test(recording_replay, dh_refuses_what_cannot_be_computed_with)
{
    struct replay_change change = {.kind = REPLAY_FLIP, .channel = 1};
    struct replay_result result;
    record("dh", true);
    change.offset = first_field(CHANNEL_SERVER, 1, "eph g") - 3; /* behind p: a length of 2 bytes */
    replay(&result, CHANNEL_SERVER, change);
    cr_assert_str_eq(result.place.field, "eph p");
    cr_assert_eq(result.error, CHANNEL_ERR_NUMBER, "%s", channel_strerror(result.error));
    cr_assert_str_eq(result.detail, "key share");
    replay_free(&result);
    change.offset = first_field(CHANNEL_SERVER, 1, "eph A");
    replay(&result, CHANNEL_SERVER, change);
    cr_assert_str_eq(result.place.field, "eph A");
    cr_assert(!result.same_bytes || result.error, "another K, and the same bytes");
    replay_free(&result);
    forget();
}

/* --- what cannot be played -------------------------------------------------------------------- */

static void expect_problem(struct replay_change change, const char *says)
{
    struct problem problem = {0};
    struct replay_result result;
    cr_assert(!replay_run(&result, recordings[CHANNEL_SERVER], &change, &problem));
    cr_assert(strstr(problem.message, says), "%s", problem.message);
}

Test(recording_replay, says_what_it_lacks)
{
    record("textbook", false);
    expect_problem((struct replay_change){0}, "holds no secrets");
    forget();
    record("textbook", true);
    expect_problem((struct replay_change){.channel = 3}, "no channel 3");
    expect_problem((struct replay_change){.kind = REPLAY_FLIP, .offset = 1000000},
                   "no byte 1000000");
    expect_problem((struct replay_change){.kind = REPLAY_DROP, .frame = 2}, "no frame 2");
    expect_problem((struct replay_change){.kind = REPLAY_SWAP, .frame = 1, .other = 99},
                   "no frame 99");
    forget();
}
