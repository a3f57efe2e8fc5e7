/*
 * What is heard of two engines: every frame of both sides, every inner message, in order and
 * with the right numbers; refusals with the check that refused; and a recording of it, read back.
 */
#include "recorded_scene.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const suites[] = {"modern", "modern:rsa", "dh", "textbook", "textbook:vernam"};
#define SUITES (sizeof(suites) / sizeof(suites[0]))

static struct recorded_scene scene;
static struct scene_frames wire; /* what crossed the line */

static int keep_frame(void *context, enum channel_role from, uint8_t *frame, size_t *bytes)
{
    struct scene_frame *kept = &wire.frames[wire.count++];
    (void)context;
    *kept = (struct scene_frame){.from = from, .data = malloc(*bytes), .bytes = *bytes};
    memcpy(kept->data, frame, *bytes);
    return 1;
}

static void play(enum scene which, const char *suite, bool secrets)
{
    wire.count = 0;
    recorded_scene_open(&scene, which, suite, secrets);
    scene.pump.frame = keep_frame;
    recorded_scene_play(&scene);
}

static void end(void)
{
    recorded_scene_close(&scene);
    scene_frames_free(&wire);
}

static const struct recording *seen_by(enum channel_role role)
{
    return scene.sides[role].recording;
}

/* --- frames and inner messages ---------------------------------------------------------------- */

/* The nth frame that this side sent, or received. */
static const struct trace_event *nth_of(enum channel_role role, enum trace_kind kind, bool sent,
                                        size_t nth)
{
    const struct trace_event *event;
    for (size_t i = 0; (event = recording_find(seen_by(role), kind, i)); i++)
        if ((kind == TRACE_FRAME ? event->frame.sent : event->inner.sent) == sent && nth-- == 0)
            return event;
    return NULL;
}

static void expect_bytes(const struct trace_bytes *got, const void *want, size_t bytes,
                         const char *what)
{
    cr_assert_eq(got->bytes, bytes, "%s: %zu bytes, not %zu", what, got->bytes, bytes);
    cr_assert_arr_eq(got->data, want, bytes, "%s", what);
}

static void expect_frames(void)
{
    size_t seen[2] = {0};
    for (size_t i = 0; i < wire.count; i++) {
        const struct scene_frame *frame = &wire.frames[i];
        const enum channel_role to = frame->from == CHANNEL_CLIENT ? CHANNEL_SERVER
                                                                   : CHANNEL_CLIENT;
        const struct trace_event *sent = nth_of(frame->from, TRACE_FRAME, true, seen[frame->from]);
        const struct trace_event *got = nth_of(to, TRACE_FRAME, false, seen[frame->from]++);
        cr_assert(sent && got, "frame %zu of the line was not shown", i);
        expect_bytes(&sent->frame.bytes, frame->data, frame->bytes, "sent");
        expect_bytes(&got->frame.bytes, frame->data, frame->bytes, "received");
        cr_assert_eq(sent->frame.message, got->frame.message);
        cr_assert_lt(sent->frame.message, WIRE_MESSAGES);
    }
    for (int role = 0; role < 2; role++) {
        const struct trace_event *event;
        size_t count = 0;
        for (; (event = recording_find(seen_by((enum channel_role)role), TRACE_FRAME, count));
             count++)
            cr_assert_eq(event->frame.number, count + 1);
        cr_assert_eq(count, wire.count, "a frame was shown that did not cross the line");
    }
}

/* What one side sealed is what the other opened; each in the record that the number says. */
static void expect_inner(size_t least)
{
    size_t total = 0;
    for (int role = 0; role < 2; role++) {
        const enum channel_role from = (enum channel_role)role;
        const enum channel_role to = from == CHANNEL_CLIENT ? CHANNEL_SERVER : CHANNEL_CLIENT;
        const struct trace_event *sent, *got;
        for (size_t i = 0; (sent = nth_of(from, TRACE_INNER, true, i)); i++, total++) {
            got = nth_of(to, TRACE_INNER, false, i);
            cr_assert_not_null(got);
            cr_assert_eq(sent->inner.message, got->inner.message);
            expect_bytes(&got->inner.bytes, sent->inner.bytes.data, sent->inner.bytes.bytes,
                         "inner message");
            const struct trace_event *outer[2] = {
                recording_find(seen_by(from), TRACE_FRAME, sent->inner.record - 1),
                recording_find(seen_by(to), TRACE_FRAME, got->inner.record - 1)};
            cr_assert(outer[0] && outer[0]->frame.sent && outer[1] && !outer[1]->frame.sent);
            expect_bytes(&outer[1]->frame.bytes, outer[0]->frame.bytes.data,
                         outer[0]->frame.bytes.bytes, "its record");
        }
    }
    cr_assert_geq(total, least);
}

Test(explain, shows_every_frame_and_inner_message_of_both_sides)
{
    for (size_t i = 0; i < SUITES; i++)
        for (int which = 0; which < SCENES; which++) {
            play((enum scene)which, suites[i], true);
            expect_frames();
            expect_inner(4);
            end();
        }
}

Test(explain, names_the_messages)
{
    static const enum wire_message outer[] = {WIRE_CLIENT_HELLO, WIRE_SERVER_HELLO,
                                              WIRE_CLIENT_EXCHANGE, WIRE_SERVER_EXCHANGE,
                                              WIRE_MODERN_RECORD};
    static const enum wire_message inner[] = {WIRE_DATA, WIRE_REKEY_ASK, WIRE_REKEY_SECRET,
                                              WIRE_DATA, WIRE_CLOSE};
    static const enum wire_message answers[] = {WIRE_DATA, WIRE_REKEY_ANSWER, WIRE_REKEY_SWITCH,
                                                WIRE_DATA, WIRE_CLOSE};
    play(SCENE_MEETING, "modern", true);
    for (size_t i = 0; i < 5; i++)
        cr_assert_eq(recording_find(seen_by(CHANNEL_SERVER), TRACE_FRAME, i)->frame.message,
                     outer[i]);
    end();
    play(SCENE_TALK, "modern", true);
    cr_assert_eq(recording_find(seen_by(CHANNEL_CLIENT), TRACE_FRAME, 0)->frame.message,
                 WIRE_CLIENT_RESUME);
    cr_assert_eq(recording_find(seen_by(CHANNEL_CLIENT), TRACE_FRAME, 1)->frame.message,
                 WIRE_SERVER_RESUME);
    for (size_t i = 0; i < 5; i++) {
        cr_assert_eq(nth_of(CHANNEL_CLIENT, TRACE_INNER, true, i)->inner.message, inner[i]);
        cr_assert_eq(nth_of(CHANNEL_SERVER, TRACE_INNER, true, i)->inner.message, answers[i]);
    }
    end();
}

/* --- arithmetic ------------------------------------------------------------------------------- */

/* The last value of this name in the arithmetic of a step; with this key. */
static const struct rsa_step *math_of(const struct recording *recording, const char *step,
                                      enum trace_key key, const char *name)
{
    const struct trace_event *event = recording_find_step(recording, step, 0);
    for (size_t i = event->step.arithmetic_count; i-- > 0;)
        if (event->step.arithmetic[i].key == key &&
            strcmp(event->step.arithmetic[i].value.name, name) == 0)
            return &event->step.arithmetic[i].value;
    cr_assert_fail("no %s of key %d in %s", name, (int)key, step);
    return NULL;
}

static void expect_same(const struct rsa_step *got, const struct rsa_step *want, const char *what)
{
    expect_bytes(&(struct trace_bytes){got->bytes, got->count}, want->bytes, want->count, what);
}

Test(explain, shows_the_arithmetic_with_its_step)
{
    const struct rsa_step *sealed, *opened;
    play(SCENE_MEETING, "modern:rsa", true);
    sealed = math_of(seen_by(CHANNEL_CLIENT), "secret sealed", TRACE_PEER_EPHEMERAL, "DB");
    opened = math_of(seen_by(CHANNEL_SERVER), "secret opened", TRACE_OWN_EPHEMERAL, "DB");
    expect_same(opened, sealed, "DB");
    sealed = math_of(seen_by(CHANNEL_CLIENT), "secret sealed", TRACE_PEER_EPHEMERAL, "x");
    opened = math_of(seen_by(CHANNEL_SERVER), "secret opened", TRACE_OWN_EPHEMERAL, "x^d");
    expect_same(opened, sealed, "EM");
    sealed = math_of(seen_by(CHANNEL_CLIENT), "signature", TRACE_OWN_IDENTITY, "x");
    opened = math_of(seen_by(CHANNEL_SERVER), "signature verified", TRACE_PEER_IDENTITY, "x^e");
    expect_same(opened, sealed, "EM of the signature");
    math_of(seen_by(CHANNEL_CLIENT), "signature", TRACE_OWN_IDENTITY, "m_1");
    math_of(seen_by(CHANNEL_CLIENT), "secret opened", TRACE_OWN_EPHEMERAL, "m_2");
    end();
    play(SCENE_MEETING, "textbook", true);
    sealed = math_of(seen_by(CHANNEL_CLIENT), "session key wrapped", TRACE_OWN_IDENTITY, "x^d");
    opened = math_of(seen_by(CHANNEL_SERVER), "session key opened", TRACE_PEER_IDENTITY, "x");
    expect_same(opened, sealed, "K^d");
    end();
}

/* --- ends and refusals ------------------------------------------------------------------------ */

static void expect_close(enum channel_role role, enum channel_error error, bool is_peers)
{
    const struct recording *recording = seen_by(role);
    const struct trace_event *last = recording_event(recording, recording_count(recording) - 1);
    cr_assert_eq(last->kind, TRACE_CLOSE);
    cr_assert_eq(last->close.error, error, "%s", channel_strerror(last->close.error));
    cr_assert_eq(last->close.is_peers, is_peers);
    cr_assert_null(recording_find(recording, TRACE_CLOSE, 1));
}

Test(explain, tells_a_proper_end_and_who_said_it_first)
{
    play(SCENE_MEETING, "modern", false);
    expect_close(CHANNEL_CLIENT, CHANNEL_OK, false);
    expect_close(CHANNEL_SERVER, CHANNEL_OK, true);
    end();
}

Test(explain, tells_who_was_refused_and_why)
{
    const struct trace_event *verdict, *alert;
    wire.count = 0;
    recorded_scene_open(&scene, SCENE_MEETING, "modern", false);
    scene.pump.server_verdict = CHANNEL_ERR_NOT_ALLOWED;
    recorded_scene_play(&scene);
    verdict = recording_find(seen_by(CHANNEL_SERVER), TRACE_VERDICT, 0);
    cr_assert_eq(verdict->verdict.verdict, CHANNEL_ERR_NOT_ALLOWED);
    cr_assert_eq(strncmp(verdict->verdict.fingerprint, "SHA256:", 7), 0);
    alert = recording_find(seen_by(CHANNEL_CLIENT), TRACE_FRAME, 1);
    cr_assert_eq(alert->frame.message, WIRE_ALERT);
    expect_close(CHANNEL_SERVER, CHANNEL_ERR_NOT_ALLOWED, false);
    expect_close(CHANNEL_CLIENT, CHANNEL_ERR_NOT_ALLOWED, true);
    cr_assert_str_eq(recording_find(seen_by(CHANNEL_CLIENT), TRACE_CLOSE, 0)->close.reason,
                     channel_strerror(CHANNEL_ERR_NOT_ALLOWED));
    end();
}

/* One bit of the last byte of the nth frame of this type. */
static struct {
    uint8_t type;
    size_t nth;
} target;

static int flip(void *context, enum channel_role from, uint8_t *frame, size_t *bytes)
{
    (void)context, (void)from;
    if (frame[0] == target.type && target.nth-- == 0)
        frame[*bytes - 1] ^= 1;
    return 1;
}

/* The step that refused it, on the side that did. */
static void expect_refusal(enum scene which, const char *suite, uint8_t type, size_t nth,
                           enum channel_role role, const char *step)
{
    const struct trace_event *refused;
    target.type = type;
    target.nth = nth;
    recorded_scene_open(&scene, which, suite, false);
    scene.pump.frame = flip;
    recorded_scene_play(&scene);
    refused = recording_find_step(seen_by(role), step, 0);
    cr_assert_not_null(refused, "%s: nothing was told", step);
    cr_assert(step_row(refused->step.step)->refuses);
    cr_assert_null(recording_find_step(
        seen_by(role == CHANNEL_CLIENT ? CHANNEL_SERVER : CHANNEL_CLIENT), step, 0));
    end();
}

Test(explain, names_the_check_that_refused)
{
    expect_refusal(SCENE_MEETING, "modern", WIRE_FRAME_EXCHANGE, 0, CHANNEL_SERVER,
                   "signature refused");
    expect_refusal(SCENE_MEETING, "modern", WIRE_FRAME_EXCHANGE, 1, CHANNEL_CLIENT,
                   "signature refused");
    expect_refusal(SCENE_MEETING, "modern", WIRE_FRAME_RECORD, 0, CHANNEL_SERVER, "record refused");
    expect_refusal(SCENE_TALK, "modern", WIRE_FRAME_RESUME, 0, CHANNEL_SERVER,
                   "client mac refused");
    expect_refusal(SCENE_TALK, "modern", WIRE_FRAME_RESUME, 1, CHANNEL_CLIENT,
                   "server mac refused");
    expect_refusal(SCENE_TALK, "textbook", WIRE_FRAME_RECORD, 0, CHANNEL_SERVER, "record refused");
}

Test(explain, shows_a_frame_that_its_header_refuses)
{
    static const uint8_t rubbish[] = {9, 0, 0, 200, 'x', 'y'};
    const struct trace_event *frame;
    recorded_scene_open(&scene, SCENE_MEETING, "modern", false);
    pump_inject(&scene.pump, CHANNEL_CLIENT, rubbish, sizeof(rubbish));
    recorded_scene_play(&scene);
    frame = recording_find(seen_by(CHANNEL_SERVER), TRACE_FRAME, 0);
    cr_assert_eq(frame->frame.message, WIRE_MESSAGES);
    cr_assert_geq(frame->frame.bytes.bytes, sizeof(rubbish));
    cr_assert_leq(frame->frame.bytes.bytes, WIRE_HEADER_BYTES + 200u);
    cr_assert_arr_eq(frame->frame.bytes.data, rubbish, sizeof(rubbish));
    expect_close(CHANNEL_SERVER, CHANNEL_ERR_UNEXPECTED, false);
    end();
}

/* --- recordings ------------------------------------------------------------------------------- */

Test(explain, a_recording_read_back_is_what_was_shown)
{
    for (size_t i = 0; i < SUITES; i++)
        for (int which = 0; which < 2 * SCENES; which++) {
            const bool secrets = which % 2;
            play((enum scene)(which / 2), suites[i], secrets);
            for (int role = 0; role < 2; role++) {
                const struct recorded_side *side = &scene.sides[role];
                cr_assert_eq(recording_count(side->recording), side->count);
                cr_assert_eq(recording_count(side->kept), side->count);
                cr_assert_eq(recording_head(side->recording)->role, (enum channel_role)role);
                cr_assert_eq(recording_head(side->recording)->secrets, secrets);
                cr_assert_not(recording_is_cut(side->recording));
                cr_assert_eq(
                    strncmp(recording_head(side->recording)->suite, suites[i], strlen(suites[i])),
                    0);
                for (size_t e = 0; e < side->count; e++) {
                    char *text = explain_text(recording_event(side->recording, e), secrets);
                    char *kept = explain_text(recording_event(side->kept, e), true);
                    cr_assert_str_eq(text, side->texts[e]);
                    cr_assert_str_eq(kept, side->texts[e], "in memory");
                    free(text);
                    free(kept);
                }
            }
            end();
        }
}
