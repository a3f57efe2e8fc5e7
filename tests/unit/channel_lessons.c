/*
 * The lessons of textbook and dh: attacks that the modern suites refuse (channel_attacks.c,
 * channel_tampering.c) go through here. The design says so; these tests keep it true.
 */
#include "scene.h"
#include "symcipher.h"
#include "trace.h"
#include "wire.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static const char *const suites[] = {"textbook", "dh"};

/* Where the classic ciphertext of a record begins. */
static uint8_t *ciphertext(uint8_t *frame, bool is_dh)
{
    uint8_t *body = frame + WIRE_HEADER_BYTES;
    return is_dh ? body : body + 2 + ((size_t)body[0] << 8 | body[1]);
}

struct flipper {
    size_t at; /* in the classic ciphertext, the IV included */
    uint8_t mask;
    bool is_dh;
};

static int flip(void *context, enum channel_role from, uint8_t *frame, size_t *bytes)
{
    struct flipper *flipper = context;
    (void)bytes;
    if (from == CHANNEL_CLIENT && frame[0] == WIRE_FRAME_RECORD)
        ciphertext(frame, flipper->is_dh)[flipper->at] ^= flipper->mask;
    return 1;
}

/* Whoever knows where a word stands can change it without knowing the key. */
Test(lessons, a_flipped_bit_goes_through)
{
    static const char *const names[] = {"vernam", "xor-cbc", "feistel-cbc"};
    for (size_t n = 0; n < 6; n++) {
        const size_t i = n / 2;
        const struct sym_cipher *cipher = sym_cipher_find(names[i]);
        struct pump pump;
        /* Byte 5 of the plaintext: under vernam itself, in the CBC modes the IV in front of it. */
        struct flipper flipper = {.at = 5, .mask = '1' ^ '9', .is_dh = n % 2};
        char suite[40];
        cr_assert_eq(sym_cipher_iv_bytes(cipher), i == 0 ? 0u : (size_t)SYM_CBC_BLOCK_BYTES);
        snprintf(suite, sizeof(suite), "%s:%s", suites[n % 2], names[i]);
        pump_open(&pump, suite);
        pump_run(&pump);
        pump.frame = flip;
        pump.context = &flipper;
        cr_assert_eq(channel_send(pump.client, "pay 1 coin", 10), CHANNEL_OK);
        pump_run(&pump);
        cr_assert_eq(channel_error(pump.server), CHANNEL_OK);
        cr_assert_eq(pump.server_bytes, 10u);
        cr_assert_arr_eq(pump.server_data, "pay 9 coin", 10, "%s", names[i]);
        pump_close(&pump);
    }
}

static int twice(void *context, enum channel_role from, uint8_t *frame, size_t *bytes)
{
    (void)context, (void)bytes;
    return from == CHANNEL_CLIENT && frame[0] == WIRE_FRAME_RECORD ? 2 : 1;
}

Test(lessons, an_old_message_can_be_played_again)
{
    for (size_t i = 0; i < 2; i++) {
        struct pump pump;
        pump_open(&pump, suites[i]);
        pump_run(&pump);
        pump.frame = twice;
        cr_assert_eq(channel_send(pump.client, "pay 1 coin", 10), CHANNEL_OK);
        pump_run(&pump);
        cr_assert_eq(channel_error(pump.server), CHANNEL_OK, "%s", suites[i]);
        cr_assert_eq(pump.server_bytes, 20u);
        cr_assert_arr_eq(pump.server_data, "pay 1 coinpay 1 coin", 20);
        pump_close(&pump);
    }
}

struct catch
{
    uint8_t frame[2048];
    size_t bytes;
};

static int swap(void *context, enum channel_role from, uint8_t *frame, size_t *bytes)
{
    struct catch *first = context;
    if (from != CHANNEL_CLIENT || frame[0] != WIRE_FRAME_RECORD || first->bytes > 0)
        return 1;
    memcpy(first->frame, frame, *bytes);
    first->bytes = *bytes;
    return 0;
}

Test(lessons, messages_change_places_and_vanish)
{
    for (size_t i = 0; i < 2; i++) {
        struct pump pump;
        struct catch first = {.bytes = 0};
        pump_open(&pump, suites[i]);
        pump_run(&pump);
        pump.frame = swap;
        pump.context = &first;
        cr_assert_eq(channel_send(pump.client, "first", 5), CHANNEL_OK);
        cr_assert_eq(channel_send(pump.client, "second", 6), CHANNEL_OK);
        pump_run(&pump);
        cr_assert_eq(pump.server_bytes, 6u, "the first is missing, and nobody noticed");
        pump_inject(&pump, CHANNEL_CLIENT, first.frame, first.bytes);
        pump_run(&pump);
        cr_assert_eq(pump.server_bytes, 11u);
        cr_assert_arr_eq(pump.server_data, "secondfirst", 11);
        cr_assert_eq(channel_error(pump.server), CHANNEL_OK);
        pump_close(&pump);
    }
}

static int only_the_server(void *context, enum channel_role from, uint8_t *frame, size_t *bytes)
{
    (void)context, (void)frame, (void)bytes;
    return from == CHANNEL_SERVER;
}

/* Knowing the public key is enough to be let in: nothing has to be proved. And what the key's owner
 * said yesterday can be said again today. */
Test(lessons, a_copied_public_key_is_let_in)
{
    struct scene_frames old;
    struct pump pump;
    size_t record = 1;
    scene_record(&old, SCENE_MEETING, "textbook");
    pump_open(&pump, "textbook");
    pump.frame = only_the_server; /* the owner of the key is not there */
    pump_inject(&pump, CHANNEL_CLIENT, old.frames[0].data, old.frames[0].bytes);
    pump_run(&pump);
    cr_assert(channel_flags(pump.server) & CHANNEL_OPEN);
    while (old.frames[record].from != CHANNEL_CLIENT)
        record++;
    pump_inject(&pump, CHANNEL_CLIENT, old.frames[record].data, old.frames[record].bytes);
    pump_run(&pump);
    cr_assert_eq(channel_error(pump.server), CHANNEL_OK);
    cr_assert_gt(pump.server_bytes, 0u, "yesterday's message was taken for today's");
    pump_close(&pump);
    scene_frames_free(&old);
}

/* --- dh: nobody vouches for a share ------------------------------------------------------------- */

struct mirror {
    struct pump *pump;
};

static int send_back(void *context, enum channel_role from, uint8_t *frame, size_t *bytes)
{
    struct mirror *mirror = context;
    if (from == CHANNEL_CLIENT && frame[0] == WIRE_FRAME_RECORD)
        pump_inject(mirror->pump, CHANNEL_SERVER, frame, *bytes);
    return 1;
}

/* One key for both directions: what one has said comes back as the other's. In textbook the key is
 * wrapped for the other alone. */
Test(lessons, in_dh_ones_own_words_come_back)
{
    struct pump pump;
    struct mirror mirror = {&pump};
    pump_open(&pump, "dh");
    pump_run(&pump);
    pump.frame = send_back;
    pump.context = &mirror;
    cr_assert_eq(channel_send(pump.client, "pay 1 coin", 10), CHANNEL_OK);
    pump_run(&pump);
    cr_assert_eq(channel_error(pump.client), CHANNEL_OK);
    cr_assert_eq(pump.client_bytes, 10u);
    cr_assert_arr_eq(pump.client_data, "pay 1 coin", 10);
    pump_close(&pump);
}

/* Puts another's public key into the hello that this role sends. */
struct mask {
    enum channel_role role;
    const struct rsa_key *face;
};

static int put_on(void *context, enum channel_role from, uint8_t *frame, size_t *bytes)
{
    const struct mask *mask = context;
    const enum wire_message message = from == CHANNEL_CLIENT ? WIRE_CLIENT_HELLO
                                                             : WIRE_SERVER_HELLO;
    uint8_t copy[WIRE_HANDSHAKE_MAX], n[WIRE_MODULUS_MAX];
    struct wire_value values[HELLO_FIELDS];
    if (frame[0] != WIRE_FRAME_HELLO || from != mask->role)
        return 1;
    memcpy(copy, frame, *bytes);
    cr_assert_null(
        wire_decode(values, message, copy + WIRE_HEADER_BYTES, *bytes - WIRE_HEADER_BYTES));
    values[HELLO_ID_N] = (struct wire_value){
        .data = n, .bytes = rsa_key_number_bytes(mask->face, RSA_N, n, sizeof(n))};
    wire_encode(frame + WIRE_HEADER_BYTES, message, values);
    return 1;
}

/* Two sessions, one with each, behind the other's public key: both see whom they hoped for, and the
 * one in the middle reads and says what it likes. */
Test(lessons, a_person_in_the_middle_of_dh)
{
    struct mask masks[] = {{CHANNEL_SERVER, pump_identity(1)}, {CHANNEL_CLIENT, pump_identity(0)}};
    struct pump pumps[2];
    for (size_t i = 0; i < 2; i++) {
        pump_open_keys(&pumps[i], "dh", pump_identity(i == 0 ? 0 : 2),
                       pump_identity(i == 0 ? 2 : 1));
        pumps[i].frame = put_on;
        pumps[i].context = &masks[i];
        pump_run(&pumps[i]);
    }
    cr_assert(rsa_key_equal_public(channel_peer_key(pumps[0].client), pump_identity(1)));
    cr_assert(rsa_key_equal_public(channel_peer_key(pumps[1].server), pump_identity(0)));
    cr_assert_eq(channel_send(pumps[0].client, "pay 1 coin", 10), CHANNEL_OK);
    pump_run(&pumps[0]);
    cr_assert_arr_eq(pumps[0].server_data, "pay 1 coin", 10, "read in the middle");
    cr_assert_eq(channel_send(pumps[1].client, "pay 9 coin", 10), CHANNEL_OK);
    pump_run(&pumps[1]);
    cr_assert_arr_eq(pumps[1].server_data, "pay 9 coin", 10, "said in another's name");
    for (size_t i = 0; i < 2; i++) {
        cr_assert_eq(channel_error(pumps[i].client), CHANNEL_OK);
        cr_assert_eq(channel_error(pumps[i].server), CHANNEL_OK);
        pump_close(&pumps[i]);
    }
}

/* --- a flipped bit in a hello -------------------------------------------------------------------- */

struct hello_flip {
    enum channel_role from;
    size_t byte;
};

static int flip_hello(void *context, enum channel_role from, uint8_t *frame, size_t *bytes)
{
    const struct hello_flip *target = context;
    (void)bytes;
    if (frame[0] == WIRE_FRAME_HELLO && from == target->from)
        frame[target->byte] ^= 0x08;
    return 1;
}

/* Where id n and id e lie in a hello of 2048 bits without random bytes. */
#define ID_N_AT  (WIRE_HEADER_BYTES + 2 + 2 + 2 + 2 + 2)
#define ID_N_END (ID_N_AT + 256)
#define ID_E_AT  (ID_N_END + 2)
#define ID_E_END (ID_E_AT + 3)

/* Header, version, suite and lengths are noticed. An identity is not, in dh: it is only shown; in
 * textbook keys are wrapped for it, and nothing can be read. A share gives two different keys. */
Test(lessons, a_bit_of_every_byte_of_the_hellos)
{
    for (size_t i = 0; i < 2; i++) {
        struct scene_frames frames;
        scene_record(&frames, SCENE_MEETING, suites[i]);
        for (int from = CHANNEL_CLIENT; from <= CHANNEL_SERVER; from++)
            for (size_t byte = 0; byte < frames.frames[from].bytes; byte++) {
                struct hello_flip target = {(enum channel_role)from, byte};
                const bool id = (byte >= ID_N_AT && byte < ID_N_END) ||
                                (byte >= ID_E_AT && byte < ID_E_END);
                struct pump pump;
                scene_open(&pump, SCENE_MEETING, suites[i]);
                pump.frame = flip_hello;
                pump.context = &target;
                scene_play(&pump, SCENE_MEETING);
                cr_assert_eq(scene_is_complete(&pump, SCENE_MEETING), i == 1 && id,
                             "%s, role %d, byte %zu: %s, %s", suites[i], from, byte,
                             channel_strerror(channel_error(pump.client)),
                             channel_strerror(channel_error(pump.server)));
                pump_close(&pump);
            }
        scene_frames_free(&frames);
    }
}

/* --- how much the owner of a private key tells by working ------------------------------------- */

struct blocks {
    bool bad[2];     /* of the two that K is wrapped in */
    unsigned worked; /* private operations that the server did */
    unsigned reported;
};

static int spoil(void *context, enum channel_role from, uint8_t *frame, size_t *bytes)
{
    struct blocks *blocks = context;
    const size_t block = rsa_key_bytes(pump_identity(1));
    (void)bytes;
    if (from != CHANNEL_CLIENT || frame[0] != WIRE_FRAME_RECORD)
        return 1;
    cr_assert_eq((size_t)(ciphertext(frame, false) - frame), WIRE_HEADER_BYTES + 2 + 2 * block);
    for (size_t i = 0; i < 2; i++)
        if (blocks->bad[i]) /* a number whose power is as good as random: too large for its place */
            memset(frame + WIRE_HEADER_BYTES + 2 + i * block, 0x11, block);
    return 1;
}

static void count_work(void *context, struct trace_event *event)
{
    struct blocks *blocks = context;
    if (event->kind != TRACE_STEP || event->step.step != STEP_SESSION_KEY_REFUSED)
        return;
    blocks->reported++;
    for (size_t i = 0; i < event->step.arithmetic_count; i++)
        blocks->worked += event->step.arithmetic[i].key == TRACE_OWN_IDENTITY &&
                          strcmp(event->step.arithmetic[i].value.name, "x^d") == 0;
}

/* Otherwise the sender of c learns whether c^d is small, and so, bit by bit, any power. */
Test(lessons, a_bad_block_costs_the_same_work_wherever_it_stands)
{
    static const bool cases[][2] = {{true, false}, {false, true}, {true, true}};
    for (size_t i = 0; i < 3; i++) {
        struct blocks blocks = {.bad = {cases[i][0], cases[i][1]}};
        const struct channel_trace trace = {.event = count_work, .context = &blocks};
        struct channel_config client = {.role = CHANNEL_CLIENT, .identity = pump_identity(0)};
        struct channel_config server = {
            .role = CHANNEL_SERVER, .identity = pump_identity(1), .trace = &trace};
        struct pump pump;
        cr_assert_eq(channel_suite_parse(&client.suite, "textbook"), CHANNEL_OK);
        server.suite = client.suite;
        pump_open_configs(&pump, &client, &server);
        pump_run(&pump);
        pump.frame = spoil;
        pump.context = &blocks;
        cr_assert_eq(channel_send(pump.client, "pay 1 coin", 10), CHANNEL_OK);
        pump_run(&pump);
        cr_expect_eq(channel_error(pump.server), CHANNEL_ERR_NUMBER, "case %zu", i);
        cr_expect_eq(blocks.worked, 2u, "case %zu: %u of 2 blocks", i, blocks.worked);
        cr_expect_eq(blocks.reported, 1u, "case %zu", i);
        pump_close(&pump);
    }
}
