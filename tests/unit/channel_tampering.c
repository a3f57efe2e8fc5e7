/*
 * Every frame of the modern suites, tampered with in every way that needs no key: the session must
 * end in an error on at least one side, of a handshake on both, and nothing may be received that was
 * not sent. What comes of it in dh and textbook: channel_lessons.c.
 */
#include "fed_random.h"
#include "scene.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum attack_kind {
    FLIP,   /* one bit */
    DROP,   /* never arrives */
    DOUBLE, /* arrives twice */
    SWAP,   /* arrives behind the sender's next one */
    CUT,    /* loses its last byte, the header says otherwise */
    PAD,    /* is followed by a few bytes of nothing */
    SHRINK, /* one byte shorter, the header agrees */
    GROW,   /* one byte longer, the header agrees */
    RESEND, /* is replaced by the same frame of another session */
    ATTACKS
};
static const char *const attack_names[ATTACKS] = {"flip", "drop",   "double", "swap",  "cut",
                                                  "pad",  "shrink", "grow",   "resend"};

struct attack {
    const char *suite;
    enum scene scene;
    enum attack_kind kind;
    size_t frame, byte, seen;
    uint8_t mask;
    struct pump *pump;
    struct scene_frames *other;
    enum channel_role from;
    uint8_t held[2048];
    size_t held_bytes;
};

static void set_length(uint8_t *frame, size_t bytes)
{
    wire_put_header(frame, frame[0], bytes - WIRE_HEADER_BYTES);
}

static int change(struct attack *attack, enum channel_role from, uint8_t *frame, size_t *bytes)
{
    const struct scene_frame *other;
    switch (attack->kind) {
    case FLIP:
        frame[attack->byte] ^= attack->mask;
        return 1;
    case DOUBLE:
        return 2;
    case CUT:
        *bytes -= 1;
        return 1;
    case PAD:
        memset(frame + *bytes, 0, 5);
        *bytes += 5;
        return 1;
    case SHRINK:
        set_length(frame, *bytes -= 1);
        return 1;
    case GROW:
        frame[*bytes] = 0;
        set_length(frame, *bytes += 1);
        return 1;
    case RESEND:
        other = &attack->other->frames[attack->frame];
        *bytes = other->bytes;
        memcpy(frame, other->data, other->bytes);
        return 1;
    case SWAP:
        memcpy(attack->held, frame, *bytes);
        attack->held_bytes = *bytes;
        attack->from = from;
        return 0;
    default:
        return 0;
    }
}

static int tamper(void *context, enum channel_role from, uint8_t *frame, size_t *bytes)
{
    struct attack *attack = context;
    if (attack->seen++ == attack->frame)
        return change(attack, from, frame, bytes);
    if (attack->held_bytes > 0 && attack->from == from) {
        pump_inject(attack->pump, from, frame, *bytes);
        pump_inject(attack->pump, from, attack->held, attack->held_bytes);
        attack->held_bytes = 0;
        return 0;
    }
    return 1;
}

/* A goodbye vouches for what came before it; a change of the answer, or behind a goodbye, does no
 * harm. The last two frames of a scene are the goodbyes. */
static bool is_harmless(const struct attack *attack, size_t frames)
{
    bool answer = attack->frame == frames - 1, goodbye = attack->frame >= frames - 2;
    if (attack->kind == DOUBLE || attack->kind == PAD)
        return goodbye;
    return answer && (attack->kind == DROP || attack->kind == SWAP || attack->kind == CUT);
}

/* Before both have proved themselves neither opens unharmed: both end with an error. */
static bool is_handshake(const struct attack *attack)
{
    return attack->scene == SCENE_MEETING && attack->frame < 4;
}

static void expect_refused(struct attack attack, size_t frames)
{
    char what[120];
    struct pump pump;
    snprintf(what, sizeof(what), "%s, scene %d, frame %zu, %s, byte %zu ^ %02x", attack.suite,
             attack.scene, attack.frame, attack_names[attack.kind], attack.byte, attack.mask);
    attack.pump = &pump;
    scene_open(&pump, attack.scene, attack.suite);
    pump.frame = tamper;
    pump.context = &attack;
    scene_play(&pump, attack.scene);
    const bool client = channel_error(pump.client), server = channel_error(pump.server);
    cr_assert(scene_is_honest(&pump), "%s: wrong data", what);
    cr_assert(client || server || is_harmless(&attack, frames), "%s: nobody noticed", what);
    cr_assert(!is_handshake(&attack) || (client && server), "%s: role %d noticed nothing", what,
              client);
    pump_close(&pump);
}

static const char *const suites[] = {"modern", "modern:x25519", "modern:rsa"};
#define SUITES (sizeof(suites) / sizeof(suites[0]))

static void attack_every_frame(enum scene scene)
{
    for (size_t suite = 0; suite < SUITES; suite++) {
        struct scene_frames frames, other;
        scene_record(&frames, scene, suites[suite]);
        scene_record(&other, scene, suites[suite]);
        for (size_t frame = 0; frame < frames.count; frame++)
            for (int kind = DROP; kind < ATTACKS; kind++)
                expect_refused((struct attack){.suite = suites[suite],
                                               .scene = scene,
                                               .kind = (enum attack_kind)kind,
                                               .frame = frame,
                                               .other = &other},
                               frames.count);
        scene_frames_free(&frames);
        scene_frames_free(&other);
    }
}

Test(tampering, every_message_of_a_meeting)
{
    attack_every_frame(SCENE_MEETING);
}

Test(tampering, every_message_of_a_talk)
{
    attack_every_frame(SCENE_TALK);
}

/* One bit, drawn anew on every run, of every byte of the frames from .. to - 1. */
static void flip_every_byte(enum scene scene, size_t from, size_t to)
{
    struct fed_random random;
    fed_random_init(&random, NULL, 0, test_seed());
    for (size_t suite = 0; suite < SUITES; suite++) {
        struct scene_frames frames;
        scene_record(&frames, scene, suites[suite]);
        for (size_t frame = from; frame < to && frame < frames.count; frame++)
            for (size_t byte = 0; byte < frames.frames[frame].bytes; byte++)
                expect_refused(
                    (struct attack){.suite = suites[suite],
                                    .scene = scene,
                                    .kind = FLIP,
                                    .frame = frame,
                                    .byte = byte,
                                    .mask = (uint8_t)(1u << fed_random_next(&random) % 8)},
                    frames.count);
        scene_frames_free(&frames);
    }
}

Test(tampering, a_bit_of_every_byte_of_the_hellos)
{
    flip_every_byte(SCENE_MEETING, 0, 2);
}

Test(tampering, a_bit_of_every_byte_of_the_exchanges)
{
    flip_every_byte(SCENE_MEETING, 2, 4);
}

Test(tampering, a_bit_of_every_byte_of_the_first_records)
{
    flip_every_byte(SCENE_MEETING, 4, 99);
}

Test(tampering, a_bit_of_every_byte_of_a_talk)
{
    flip_every_byte(SCENE_TALK, 0, 99);
}

/* The attacks above prove nothing if the scenes fail by themselves. */
Test(tampering, an_undisturbed_scene_is_complete)
{
    static const char *const all[] = {"modern", "modern:x25519", "modern:rsa",
                                      "dh",     "textbook",      "textbook:caesar"};
    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
        for (int which = 0; which < SCENES; which++) {
            enum scene scene = (enum scene)which;
            struct pump pump;
            scene_open(&pump, scene, all[i]);
            scene_play(&pump, scene);
            cr_assert(scene_is_complete(&pump, scene), "%s, scene %d: %s, %s", all[i], scene,
                      channel_strerror(channel_error(pump.client)),
                      channel_strerror(channel_error(pump.server)));
            pump_close(&pump);
        }
}
