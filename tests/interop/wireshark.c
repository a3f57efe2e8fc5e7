/*
 * Wireshark reads our sessions with docs/wireshark/glassbox.lua: every field of the table, with the
 * value that our own decoder finds; and what is in the records, with the key log alone.
 *
 * The sessions are two engines in memory, in every suite, with hand-over and re-key; the capture is
 * written from what crosses (tests/support/pcap.h), so no right to capture is needed.
 */
#include "fed_random.h"
#include "keylog.h"
#include "pcap.h"
#include "pump.h"
#include "scene.h"
#include "scratch.h"
#include "tshark.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const suites[] = {"modern",           "modern:x25519",       "modern:rsa",
                                     "dh:caesar",        "dh:vernam",           "dh:feistel-cbc",
                                     "textbook:caesar",  "textbook:vigenere",   "textbook:vernam",
                                     "textbook:xor-cbc", "textbook:feistel-cbc"};
#define SUITES (sizeof(suites) / sizeof(suites[0]))

enum packing { ONE_BY_ONE, IN_PIECES, TOGETHER, PACKINGS };

/* --- what our own decoder says, as lines: glassbox.MESSAGE.FIELD HEX -------------------------- */

struct play {
    struct pcap *pcap;
    unsigned line, sessions;
    struct channel_suite suite;
    enum packing packing;
    bool with_keys;
    FILE *expected;
    char *text;
    size_t text_bytes;
    struct explain *explains[2]; /* by role; the client's writes the key log, too */
    struct said {
        uint8_t *plain[64]; /* sealed, and not yet on the line */
        size_t bytes[64], from, to;
    } said[2];
    uint8_t held[70000]; /* TOGETHER: not written yet */
    size_t held_bytes;
    enum channel_role held_from;
    size_t damage; /* the record that is damaged, counted from 1; 0: none */
    size_t records;
};

static void print_field(FILE *out, enum wire_message message, size_t field, const uint8_t *bytes,
                        size_t count)
{
    char path[64];
    tshark_field(path, message, field);
    fprintf(out, "%s ", path);
    for (size_t i = 0; i < count; i++)
        fprintf(out, "%02x", bytes[i]);
    fputc('\n', out);
}

/* A field without bytes is not shown; behind `eph` come the fields of the share that it holds. */
static void print_message(FILE *out, struct channel_suite suite, enum wire_message message,
                          const uint8_t *body, size_t bytes)
{
    const bool clients = message == WIRE_CLIENT_HELLO || message == WIRE_REKEY_ASK;
    const enum wire_message share = channel_suite_share(suite,
                                                        clients ? CHANNEL_CLIENT : CHANNEL_SERVER);
    const struct wire_layout *layout = wire_layout(message);
    struct wire_value values[WIRE_MAX_FIELDS];
    cr_assert_null(wire_decode(values, message, body, bytes), "%s", layout->name);
    for (size_t i = 0; i < layout->count; i++) {
        uint8_t number[2] = {(uint8_t)(values[i].number >> 8), (uint8_t)values[i].number};
        size_t width = wire_prefix_bytes(&layout->fields[i]);
        if (wire_is_number(&layout->fields[i]))
            print_field(out, message, i, number + sizeof(number) - width, width);
        else if (values[i].bytes > 0)
            print_field(out, message, i, values[i].data, values[i].bytes);
        if (values[i].bytes > 0 && strcmp(layout->fields[i].name, "eph") == 0)
            print_message(out, suite, share, values[i].data, values[i].bytes);
    }
}

static enum wire_message inner_message(const uint8_t *plain)
{
    static const enum wire_message messages[] = {WIRE_DATA, WIRE_DATA, WIRE_PORT, WIRE_DATA,
                                                 WIRE_CLOSE};
    return plain[0] == WIRE_INNER_REKEY ? (enum wire_message)(WIRE_REKEY_ASK + plain[1] - 1)
                                        : messages[plain[0]];
}

static enum wire_message outer_message(enum channel_role from, uint8_t type,
                                       struct channel_suite suite)
{
    const bool server = from == CHANNEL_SERVER;
    switch (type) {
    case WIRE_FRAME_HELLO:
        return server ? WIRE_SERVER_HELLO : WIRE_CLIENT_HELLO;
    case WIRE_FRAME_EXCHANGE:
        return server ? WIRE_SERVER_EXCHANGE : WIRE_CLIENT_EXCHANGE;
    case WIRE_FRAME_RESUME:
        return server ? WIRE_SERVER_RESUME : WIRE_CLIENT_RESUME;
    case WIRE_FRAME_RECORD:
        return suite.kind == CHANNEL_TEXTBOOK ? WIRE_TEXTBOOK_RECORD
               : suite.kind == CHANNEL_DH     ? WIRE_DH_RECORD
                                              : WIRE_MODERN_RECORD;
    default:
        return WIRE_ALERT;
    }
}

/* --- what is heard of the engines ------------------------------------------------------------- */

static void hear(void *context, const struct trace_event *event)
{
    struct said *said = context;
    const struct trace_bytes *bytes = &event->inner.bytes;
    if (event->kind != TRACE_INNER || !event->inner.sent)
        return;
    cr_assert_lt(said->to, 64u);
    said->plain[said->to] = malloc(bytes->bytes);
    memcpy(said->plain[said->to], bytes->data, bytes->bytes);
    said->bytes[said->to++] = bytes->bytes;
}

static void flush(struct play *play)
{
    enum pcap_side side = play->held_from == CHANNEL_CLIENT ? PCAP_CLIENT : PCAP_SERVER;
    if (play->held_bytes > 0)
        pcap_send(play->pcap, play->line, side, play->held, play->held_bytes);
    play->held_bytes = 0;
}

static void capture(struct play *play, enum channel_role from, const uint8_t *frame, size_t bytes)
{
    if (play->packing != TOGETHER || play->held_from != from)
        flush(play);
    cr_assert_leq(play->held_bytes + bytes, sizeof(play->held));
    memcpy(play->held + play->held_bytes, frame, bytes);
    play->held_bytes += bytes;
    play->held_from = from;
}

static int see(void *context, enum channel_role from, uint8_t *frame, size_t *bytes)
{
    struct play *play = context;
    struct said *said = &play->said[from];
    enum wire_message message = outer_message(from, frame[0], play->suite);
    if (message == WIRE_MODERN_RECORD && ++play->records == play->damage) {
        uint8_t copy[4096];
        memcpy(copy, frame, *bytes);
        copy[*bytes / 2] ^= 4;
        capture(play, from, copy, *bytes);
        print_message(play->expected, play->suite, message, copy + WIRE_HEADER_BYTES,
                      *bytes - WIRE_HEADER_BYTES);
        said->from++;
        return 1;
    }
    capture(play, from, frame, *bytes);
    print_message(play->expected, play->suite, message, frame + WIRE_HEADER_BYTES,
                  *bytes - WIRE_HEADER_BYTES);
    if (frame[0] != WIRE_FRAME_RECORD)
        return 1;
    cr_assert_lt(said->from, said->to);
    if (play->with_keys)
        print_message(play->expected, play->suite, inner_message(said->plain[said->from]),
                      said->plain[said->from], said->bytes[said->from]);
    said->from++;
    return 1;
}

/* --- a session -------------------------------------------------------------------------------- */

static void say(struct pump *pump, struct channel *channel, const char *text)
{
    cr_assert_eq(channel_send(channel, text, strlen(text)), CHANNEL_OK);
    pump_run(pump);
}

/* The new port is one that no handshake was seen on, so only the first frame tells what it is. */
static void change_ports(struct play *play, struct pump *pump, uint16_t port)
{
    cr_assert_eq(channel_send_port(pump->server, port), CHANNEL_OK);
    pump_run(pump);
    flush(play);
    pcap_finish(play->pcap, play->line);
    play->line = pcap_connect(play->pcap, (uint16_t)(port + 20000), port);
    pump_hand_over(pump);
    pump_run(pump);
}

/* What is played: all suites on the chat's port, or modern alone; ftp: behind AUTH GLASSBOX. */
struct plan {
    enum packing packing;
    bool without_keys, modern_alone;
    uint16_t ftp_port; /* 0: no FTP */
    size_t damage;
};

static void send_text(struct play *play, enum pcap_side from, const char *text)
{
    pcap_send(play->pcap, play->line, from, text, strlen(text));
}

static void begin_line(struct play *play, const struct plan *plan)
{
    const uint16_t client = (uint16_t)(40000 + play->sessions);
    play->line = pcap_connect(play->pcap, client, plan->ftp_port ? plan->ftp_port : CHANNEL_PORT);
    if (plan->ftp_port == 0)
        return;
    send_text(play, PCAP_SERVER, "220 Glassbox FTP\r\n");
    send_text(play, PCAP_CLIENT, "AUTH GLASSBOX\r\n");
    send_text(play, PCAP_SERVER, "234 Go on with the handshake\r\n");
}

static void open_pump(struct play *play, struct pump *pump, const char *suite)
{
    struct channel_config configs[2];
    for (size_t role = 0; role < 2; role++) {
        configs[role] = (struct channel_config){.role = (enum channel_role)role,
                                                .identity = pump_identity(role),
                                                .trace = explain_trace(play->explains[role])};
        cr_assert_eq(channel_suite_parse(&configs[role].suite, suite), CHANNEL_OK);
        play->suite = configs[role].suite;
    }
    pump_open_configs(pump, &configs[CHANNEL_CLIENT], &configs[CHANNEL_SERVER]);
    pump->frame = see;
    pump->context = play;
    pump_run(pump);
}

static void play_session(struct play *play, const struct plan *plan, const char *suite)
{
    struct pump pump;
    begin_line(play, plan);
    open_pump(play, &pump, suite);
    say(&pump, pump.client, "NOOP\r\n");
    change_ports(play, &pump, (uint16_t)(23456 + play->sessions));
    say(&pump, pump.client, "hello from the other side");
    say(&pump, pump.server, "and \xd0\xbf\xd1\x80\xd0\xb8\xd0\xb2\xd0\xb5\xd1\x82 to you");
    if (channel_suite_rekeys(play->suite)) {
        cr_assert_eq(channel_rekey(pump.client), CHANNEL_OK);
        pump_run(&pump);
        say(&pump, pump.client, "under fresh keys");
        say(&pump, pump.server, "here too");
    }
    channel_close(pump.client, CHANNEL_OK, NULL);
    pump_run(&pump);
    flush(play);
    pcap_finish(play->pcap, play->line);
    pump_close(&pump);
    play->sessions++;
}

struct capture {
    char *folder, *pcap, *keys;
};

static void new_capture(struct capture *capture)
{
    capture->folder = scratch_new();
    capture->pcap = scratch_path(capture->folder, "talk.pcap");
    capture->keys = scratch_path(capture->folder, "keys.log");
}

static void remove_capture(struct capture *capture)
{
    free(capture->pcap);
    free(capture->keys);
    scratch_remove(capture->folder);
}

static void begin_play(struct play *play, struct capture *capture, const struct plan *plan)
{
    struct problem problem = {0};
    struct explain_observer keylog;
    new_capture(capture);
    play->pcap = pcap_create(capture->pcap);
    play->packing = plan->packing;
    play->with_keys = !plan->without_keys;
    play->damage = plan->damage;
    pcap_segments(play->pcap, plan->packing == IN_PIECES ? 31 : 0);
    play->expected = open_memstream(&play->text, &play->text_bytes);
    for (size_t role = 0; role < 2; role++) {
        const struct explain_observer observer = {.event = hear, .context = &play->said[role]};
        cr_assert(explain_add(&play->explains[role], &observer, &problem));
    }
    cr_assert(keylog_open(&keylog, capture->keys, &problem), "%s", problem.message);
    cr_assert(explain_add(&play->explains[CHANNEL_CLIENT], &keylog, &problem));
}

/* The expected lines are the caller's to free. */
static char *play_all(struct capture *capture, const struct plan *plan)
{
    struct problem problem = {0};
    struct play *play = calloc(1, sizeof(*play));
    char *text;
    begin_play(play, capture, plan);
    for (size_t i = 0; i < (plan->modern_alone ? 1 : SUITES); i++)
        play_session(play, plan, suites[i]);
    pcap_close(play->pcap);
    fclose(play->expected);
    for (size_t role = 0; role < 2; role++) {
        cr_assert(explain_close(play->explains[role], &problem), "%s", problem.message);
        for (size_t i = 0; i < play->said[role].to; i++)
            free(play->said[role].plain[i]);
    }
    text = play->text;
    free(play);
    cr_assert_gt(strlen(text), 5000u);
    return text;
}

static void expect_same(const char *want, const char *got)
{
    size_t at = 0, line = 0;
    if (strcmp(want, got) == 0)
        return;
    for (; want[at] && want[at] == got[at]; at++)
        if (want[at] == '\n')
            line = at + 1;
    cr_assert_fail("at byte %zu: want\n%.200s\n--- got\n%.200s", at, want + line, got + line);
}

static void expect_fields(const struct plan *plan)
{
    struct capture capture;
    char *want = play_all(&capture, plan);
    char *got = tshark_fields(capture.pcap, plan->without_keys ? NULL : capture.keys);
    expect_same(want, got);
    free(want);
    free(got);
    remove_capture(&capture);
}

/* What tshark prints of one field, packet by packet, where the filter holds. */
static void expect_values(const struct capture *capture, const char *filter, const char *field,
                          const char *want)
{
    const char *const arguments[] = {"-Y", filter, "-T", "fields", "-e", field, NULL};
    char *got = tshark_run(capture->pcap, capture->keys, arguments);
    cr_assert_str_eq(got, want, "%s, %s: %s", filter, field, got);
    free(got);
}

/* --- the tests -------------------------------------------------------------------------------- */

/* One frame in each segment, small segments, and many frames in one. */
Test(wireshark, shows_every_field_with_the_value_of_our_decoder)
{
    for (int packing = ONE_BY_ONE; packing < PACKINGS; packing++)
        expect_fields(&(struct plan){.packing = (enum packing)packing});
}

Test(wireshark, shows_what_is_open_without_a_key_log)
{
    expect_fields(&(struct plan){.without_keys = true});
}

Test(wireshark, tells_a_wrong_tag_and_goes_on)
{
    const struct plan plan = {.modern_alone = true, .damage = 3};
    struct capture capture;
    char *want = play_all(&capture, &plan), *got = tshark_fields(capture.pcap, capture.keys);
    expect_same(want, got);
    expect_values(&capture, "glassbox.not_authentic", "glassbox.sender", "client\n");
    expect_values(&capture, "glassbox.no_key", "glassbox.sender", "");
    expect_values(&capture, "glassbox.generation == 1 and glassbox.text", "glassbox.text",
                  "under fresh keys\nhere too\n");
    free(want);
    free(got);
    remove_capture(&capture);
}

static void expect_ftp(uint16_t port, const char *greeting)
{
    const struct plan plan = {.modern_alone = true, .ftp_port = port};
    struct capture capture;
    char *want = play_all(&capture, &plan), *got = tshark_fields(capture.pcap, capture.keys);
    expect_same(want, got);
    expect_values(&capture, "ftp.response.code == 220", "ftp.response.arg", greeting);
    expect_values(&capture, "glassbox.ftp", "glassbox.ftp",
                  "AUTH GLASSBOX..\n234 Go on with the handshake..\n");
    expect_values(&capture, "ftp.request.command == NOOP", "glassbox.sender", "client\n");
    free(want);
    free(got);
    remove_capture(&capture);
}

Test(wireshark, follows_ftp_into_the_channel)
{
    expect_ftp(2121, "Glassbox FTP\n");
    expect_ftp(3333, ""); /* a port that nobody told it: from AUTH on */
}

Test(wireshark, links_the_new_port_to_the_message_that_named_it)
{
    const struct plan plan = {.modern_alone = true};
    struct capture capture;
    char *want = play_all(&capture, &plan), *number;
    const char *const arguments[] = {
        "-Y", "glassbox.port.port == 23456", "-T", "fields", "-e", "frame.number", NULL};
    number = tshark_run(capture.pcap, capture.keys, arguments);
    cr_assert_neq(atoi(number), 0, "%s", number);
    expect_values(&capture, "glassbox.client_resume.ticket", "glassbox.handover", number);
    free(number);
    free(want);
    remove_capture(&capture);
}

Test(wireshark, has_a_filter_for_every_field)
{
    const struct plan plan = {.modern_alone = true};
    struct capture capture;
    char *want = play_all(&capture, &plan), *got, filter[8192] = "frame.number == 1", path[64];
    const char *const arguments[] = {"-Y", filter, "-T", "fields", "-e", "frame.number", NULL};
    for (int m = 0; m < WIRE_MESSAGES; m++)
        for (size_t f = 0; f < wire_layout((enum wire_message)m)->count; f++) {
            strcat(filter, " or (");
            strcat(filter, tshark_field(path, (enum wire_message)m, f));
            strcat(filter, " and frame.number == 0)");
        }
    got = tshark_run(capture.pcap, NULL, arguments);
    cr_assert_str_eq(got, "1\n", "%s", got);
    free(want);
    free(got);
    remove_capture(&capture);
}

/* --- what no Glassbox sends ------------------------------------------------------------------- */

#define HELLO_HEAD "\x01\x00\x00"

Test(wireshark, says_what_is_wrong_with_a_message)
{
    static const struct {
        const char *bytes;
        size_t count;
        const char *says;
    } rows[] = {
        {HELLO_HEAD "\x06\x00\x01\x00\x02\x00\x01", 10, "client hello: version is 1, not 2 to 2"},
        {HELLO_HEAD "\x06\x00\x02\x00\x03\x00\x01", 10, "client hello: suites is cut short"},
        {HELLO_HEAD "\x0b\x00\x02\x00\x02\x00\x01\x00\x00\x00\x01\x00", 15,
         "client hello: id n has leading zeros"},
        {HELLO_HEAD "\x08\x00\x02\x00\x02\x00\x01\x00\x00", 12, "client hello: id n is not there"},
        {HELLO_HEAD "\x12\x00\x02\x00\x02\x00\x02\x00\x00\x00\x01\x0f\x00\x01\x03\x00\x02\x07\x07",
         22, "x25519 share: u is cut short"},
        {"\x01\x00\x40\x01\x00", 5, "hello of 16385 bytes, more than 16384"},
        {"\x05\x00\x00\x04\x08\x00\x00\x09", 8, "alert: has bytes behind its end"},
        {"\x05\x00\x00\x03\x08\x00\x00\x09\x09\x09\x09", 11,
         "the key is not allowed,no frame of Glassbox"},
    };
    struct capture capture;
    char want[1024] = "";
    struct pcap *pcap;
    new_capture(&capture);
    pcap = pcap_create(capture.pcap);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        pcap_send(pcap, pcap_connect(pcap, (uint16_t)(50000 + i), CHANNEL_PORT), PCAP_CLIENT,
                  rows[i].bytes, rows[i].count);
        strcat(strcat(want, rows[i].says), "\n");
    }
    pcap_close(pcap);
    expect_values(&capture, "glassbox", "_ws.expert.message", want);
    remove_capture(&capture);
}

/* One frame of an honest session, made worse. */
static size_t spoil(uint8_t *frame, size_t bytes, struct fed_random *random)
{
    const uint64_t chosen = fed_random_next(random);
    switch (chosen % 5) {
    case 0:
        frame[fed_random_next(random) % bytes] ^= (uint8_t)(1 << chosen % 8);
        return bytes;
    case 1:
        frame[fed_random_next(random) % (bytes < 12 ? bytes : 12)] = (uint8_t)(chosen >> 8);
        return bytes;
    case 2:
        return 1 + fed_random_next(random) % bytes;
    case 3:
        for (size_t i = WIRE_HEADER_BYTES; i < bytes; i++)
            frame[i] = (uint8_t)fed_random_next(random);
        return bytes;
    default:
        return bytes;
    }
}

Test(wireshark, is_not_upset_by_malformed_captures)
{
    const char *const arguments[] = {"-V", "-Y", "glassbox.malformed or glassbox.oversized", NULL};
    static const char *const spoilt[] = {"modern", "modern:x25519", "modern:rsa", "dh", "textbook"};
    struct scene_frames frames[4];
    struct fed_random random;
    struct capture capture;
    struct pcap *pcap;
    char *got;
    fed_random_init(&random, NULL, 0, test_seed());
    for (size_t s = 0; s < 4; s++)
        scene_record(&frames[s], SCENE_MEETING, spoilt[s]);
    new_capture(&capture);
    pcap = pcap_create(capture.pcap);
    for (unsigned i = 0; i < 120; i++) {
        unsigned line = pcap_connect(pcap, (uint16_t)(30000 + i), CHANNEL_PORT);
        for (size_t f = 0; f < frames[i % 4].count; f++) {
            const struct scene_frame *frame = &frames[i % 4].frames[f];
            uint8_t *copy = malloc(frame->bytes);
            memcpy(copy, frame->data, frame->bytes);
            pcap_send(pcap, line, frame->from == CHANNEL_CLIENT ? PCAP_CLIENT : PCAP_SERVER, copy,
                      spoil(copy, frame->bytes, &random));
            free(copy);
        }
    }
    pcap_close(pcap);
    got = tshark_run(capture.pcap, NULL, arguments);
    cr_assert_gt(strlen(got), 10000u);
    free(got);
    for (size_t s = 0; s < 4; s++)
        scene_frames_free(&frames[s]);
    remove_capture(&capture);
}
