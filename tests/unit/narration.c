/*
 * The narration of sessions in memory: its words, its values against the recording, and what
 * strangers and long talks cannot do to it.
 */
#include "narration.h"
#include "explain_text.h"
#include "printable.h"
#include "recorded_scene.h"
#include "scratch.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A narration onto a string. */
struct told {
    struct explain_observer observer;
    FILE *out;
    char *text;
    size_t bytes;
};

static void told_open(struct told *told, struct narration_options options)
{
    struct problem problem = {0};
    *told = (struct told){0};
    options.out = told->out = open_memstream(&told->text, &told->bytes);
    options.step = -1;
    cr_assert(narration_open(&told->observer, &options, &problem));
}

static void told_event(struct told *told, const struct trace_event *event)
{
    told->observer.event(told->observer.context, event);
}

static const char *told_finish(struct told *told)
{
    cr_assert(told->observer.finish(told->observer.context, NULL));
    fclose(told->out);
    return told->text;
}

static const char *tell(struct told *told, const struct recording *recording,
                        struct narration_options options)
{
    told_open(told, options);
    for (size_t i = 0; i < recording_count(recording); i++)
        told_event(told, recording_event(recording, i));
    return told_finish(told);
}

static size_t rows_of(const char *text)
{
    size_t rows = 0;
    for (; (text = strchr(text, '\n')); text++)
        rows++;
    return rows;
}

/* --- words ------------------------------------------------------------------------------------ */

static void expect_story(const char *suite, enum channel_role role, const char *want)
{
    struct recorded_scene scene;
    struct told told;
    recorded_scene_open(&scene, SCENE_MEETING, suite, true);
    recorded_scene_play(&scene);
    tell(&told, scene.sides[role].recording,
         (struct narration_options){
             .explain = EXPLAIN_SENTENCES, .columns = 80, .numbered = role == CHANNEL_SERVER});
    cr_assert_str_eq(told.text, want, "%s", told.text);
    cr_assert_leq(rows_of(told.text), NARRATION_ROWS);
    free(told.text);
    recorded_scene_close(&scene);
}

Test(narration, the_story_of_a_modern_meeting)
{
    expect_story(
        "modern", CHANNEL_CLIENT,
        "1 Who are you, and are you allowed? A key shown, and soon proved.\n"
        "  --> The client sends its public key, two fresh keys for this session alone,\n"
        "      and 32 random bytes.\n"
        "  <-- The server has found the key in its list, and sends its own: a public key,\n"
        "      a fresh key, a secret under the client's, and 32 random bytes.\n"
        "   *  The client looks at the server's key, and takes it for the server's.\n"
        "2 Agree on a key. From both sides, and for this session alone.\n"
        "  --> The client signs all that was said.\n"
        "  <-- The server signs all that was said, too.\n"
        "   *  The client has two secrets now, that of X25519 and that of ML-KEM, and\n"
        "      puts them in a row.\n"
        "   *  The client mixes both secrets with all that was said, and draws six keys\n"
        "      from the mixture.\n"
        "3 Talk. With a number and a tag in each message: no change goes unnoticed.\n"
        "  --> The client says \"a first word from the client\", sealed: 49 bytes.\n"
        "  <-- The server says \"what the server has to say\", sealed: 47 bytes.\n"
        "4 Go on at another port. The first is free for the next client then.\n"
        "  <-- The server names, in the first sealed message, the port where the talk\n"
        "      goes on: 20001.\n"
        "5 The end. Both sides have said goodbye.\n"
        "      All that was said has arrived: a gap would have been noticed.\n");
}

Test(narration, the_story_of_a_meeting_in_modern_x25519)
{
    expect_story(
        "modern:x25519", CHANNEL_CLIENT,
        "1 Who are you, and are you allowed? A key shown, and soon proved.\n"
        "  --> The client sends its public key, a fresh key for this session alone, and\n"
        "      32 random bytes.\n"
        "  <-- The server has found the key in its list, and sends its own: a public key,\n"
        "      a fresh key for this session alone, and 32 random bytes.\n"
        "   *  The client looks at the server's key, and takes it for the server's.\n"
        "2 Agree on a key. From both sides, and for this session alone.\n"
        "  --> The client signs all that was said.\n"
        "  <-- The server signs all that was said, too.\n"
        "   *  The client computes the shared secret from its own private half and the\n"
        "      fresh key of the server, and wipes that half.\n"
        "   *  The client mixes the shared secret with all that was said, and draws six\n"
        "      keys from the mixture.\n"
        "3 Talk. With a number and a tag in each message: no change goes unnoticed.\n"
        "  --> The client says \"a first word from the client\", sealed: 49 bytes.\n"
        "  <-- The server says \"what the server has to say\", sealed: 47 bytes.\n"
        "4 Go on at another port. The first is free for the next client then.\n"
        "  <-- The server names, in the first sealed message, the port where the talk\n"
        "      goes on: 20001.\n"
        "5 The end. Both sides have said goodbye.\n"
        "      All that was said has arrived: a gap would have been noticed.\n");
}

Test(narration, the_story_of_a_meeting_in_modern_rsa)
{
    expect_story(
        "modern:rsa", CHANNEL_CLIENT,
        "1 Who are you, and are you allowed? A key shown, and soon proved.\n"
        "  --> The client sends its public key, a fresh key for this session alone, and\n"
        "      32 random bytes.\n"
        "  <-- The server has found the key in its list, and sends its own: a public key,\n"
        "      a fresh key for this session alone, and 32 random bytes.\n"
        "   *  The client looks at the server's key, and takes it for the server's.\n"
        "2 Agree on a key. From both sides, and for this session alone.\n"
        "  --> The client sends 32 secret bytes, locked with the server's fresh key, and\n"
        "      signs all that was said.\n"
        "  <-- The server sends 32 secret bytes of its own, locked with the client's\n"
        "      fresh key, and signs all that was said.\n"
        "   *  The client mixes both secrets with all that was said, and draws six keys\n"
        "      from the mixture.\n"
        "3 Talk. With a number and a tag in each message: no change goes unnoticed.\n"
        "  --> The client says \"a first word from the client\", sealed: 49 bytes.\n"
        "  <-- The server says \"what the server has to say\", sealed: 47 bytes.\n"
        "4 Go on at another port. The first is free for the next client then.\n"
        "  <-- The server names, in the first sealed message, the port where the talk\n"
        "      goes on: 20001.\n"
        "5 The end. Both sides have said goodbye.\n"
        "      All that was said has arrived: a gap would have been noticed.\n");
}

Test(narration, the_story_of_a_meeting_in_dh)
{
    expect_story(
        "dh", CHANNEL_CLIENT,
        "1 Who are you, and are you allowed? A key shown, and never proved.\n"
        "  --> The client sends its public key, a group p and g, and its half of the\n"
        "      exchange: A = g^a mod p.\n"
        "  <-- The server has found the key in its list, and sends its own public key,\n"
        "      and the other half: B = g^b mod p.\n"
        "   *  The client looks at the server's key, and takes it for the server's.\n"
        "2 Agree on a key. One for the session; nobody proves whose half is whose.\n"
        "   *  The client computes K = B^a mod p. The server gets the same from A and b.\n"
        "   *  The client hashes what was agreed on: the first bytes are the key for both\n"
        "      directions.\n"
        "3 Talk. Without a number or a tag: a changed message is taken.\n"
        "  --> The client says \"a first word from the client\", encrypted: 52 bytes.\n"
        "  <-- The server says \"what the server has to say\", encrypted: 52 bytes.\n"
        "4 Go on at another port. The first is free for the next client then.\n"
        "  <-- The server names, in the first encrypted message, the port where the talk\n"
        "      goes on: 20001.\n"
        "5 The end. Both sides have said goodbye.\n"
        "      Whether all that was said has arrived, nobody can tell here.\n");
}

Test(narration, the_story_of_a_textbook_meeting)
{
    expect_story("textbook", CHANNEL_CLIENT,
                 "1 Who are you, and are you allowed? A key shown, and never proved.\n"
                 "  --> The client sends its public key, and nothing else.\n"
                 "  <-- The server has found the key in its list, and sends its own public key.\n"
                 "   *  The client looks at the server's key, and takes it for the server's.\n"
                 "2 Agree on a key. A new one for every message, under RSA twice.\n"
                 "   *  The client draws a key K for this one message, and wraps it: with its own\n"
                 "      private key, then with the public key of the server.\n"
                 "3 Talk. Without a number or a tag: a changed message is taken.\n"
                 "  --> The client says \"a first word from the client\", encrypted: 566 bytes.\n"
                 "  <-- The server says \"what the server has to say\", encrypted: 566 bytes.\n"
                 "4 Go on at another port. The first is free for the next client then.\n"
                 "  <-- The server names, in the first encrypted message, the port where the talk\n"
                 "      goes on: 20001.\n"
                 "5 The end. Both sides have said goodbye.\n"
                 "      Whether all that was said has arrived, nobody can tell here.\n");
}

Test(narration, the_servers_rows_are_numbered)
{
    expect_story(
        "textbook", CHANNEL_SERVER,
        "#1 1 Who are you, and are you allowed? A key shown, and never proved.\n"
        "#1   --> The client sends its public key, and nothing else.\n"
        "#1    *  The server looks the client's key up in its list: it may come in.\n"
        "#1   <-- The server has found the key in its list, and sends its own public key.\n"
        "#1 2 Agree on a key. A new one for every message, under RSA twice.\n"
        "#1    *  The server draws a key K for this one message, and wraps it: with its\n"
        "#1       own private key, then with the public key of the client.\n"
        "#1 3 Talk. Without a number or a tag: a changed message is taken.\n"
        "#1   <-- The server says \"what the server has to say\", encrypted: 566 bytes.\n"
        "#1   --> The client says \"a first word from the client\", encrypted: 566 bytes.\n"
        "#1 4 Go on at another port. The first is free for the next client then.\n"
        "#1   <-- The server names, in the first encrypted message, the port where the\n"
        "#1       talk goes on: 20001.\n"
        "#1 5 The end. Both sides have said goodbye.\n"
        "#1       Whether all that was said has arrived, nobody can tell here.\n");
}

#define SUITE_KINDS (CHANNEL_TEXTBOOK + 1)

Test(narration, every_step_has_its_words)
{
    for (int at = 0; at < SUITE_KINDS * CHANNEL_STEPS; at++) {
        const int i = at / SUITE_KINDS;
        const struct explanation *explanation =
            explanation_of_step((enum channel_step)i, (enum channel_suite_kind)(at % SUITE_KINDS));
        const char *name = step_row((enum channel_step)i)->name;
        cr_assert_not_null(explanation->why, "%s", name);
        cr_assert_eq(!explanation->title, !explanation->sentence, "%s", name);
        cr_assert(!step_row((enum channel_step)i)->refuses ||
                      (explanation->title && explanation->part == EXPLAIN_END),
                  "%s", name);
        cr_assert(explanation->title || explanation->why[0] ||
                      explain_place((enum channel_step)i) == WITH_PREVIOUS,
                  "%s", name);
    }
}

Test(narration, every_message_has_its_words)
{
    for (int m = 0; m < SUITE_KINDS * WIRE_MESSAGES; m++) {
        const enum wire_message message = (enum wire_message)(m / SUITE_KINDS);
        const struct explanation *explanation =
            explanation_of_message(message, (enum channel_suite_kind)(m % SUITE_KINDS));
        if (wire_layout(message)->frame == WIRE_KEY_SHARE)
            continue; /* it is told as a field */
        cr_assert(explanation->title && explanation->sentence && explanation->why, "%s",
                  wire_layout(message)->name);
    }
}

/* What a key share or a version is refused for has words of its own, at both ends. */
Test(narration, what_an_agreement_ends_with_has_its_words)
{
    static const enum channel_error errors[] = {CHANNEL_ERR_SHARE, CHANNEL_ERR_VERSION};
    for (size_t i = 0; i < 2; i++)
        for (int suite = 0; suite < SUITE_KINDS; suite++) {
            const enum channel_suite_kind kind = (enum channel_suite_kind)suite;
            const struct explanation *found = explanation_of_end(errors[i], CHANNEL_SERVER, false,
                                                                 kind);
            cr_assert_eq(found, explanation_of_end(errors[i], CHANNEL_CLIENT, true, kind));
            cr_assert_neq(found,
                          explanation_of_end(CHANNEL_ERR_MALFORMED, CHANNEL_SERVER, false, kind));
        }
}

/* --- values ----------------------------------------------------------------------------------- */

/* Both sides' narration with all details, compared with their recordings by Python. */
static void expect_values(enum scene which, const char *suite)
{
    struct recorded_scene scene;
    recorded_scene_open(&scene, which, suite, true);
    recorded_scene_play(&scene);
    for (int at = 0; at < 4; at++) {
        const struct recorded_side *side = &scene.sides[at % 2];
        const bool secrets = at / 2;
        char command[9000], said[2048] = "";
        char *path = scratch_path(scene.folder, "told.txt");
        struct told told;
        FILE *file = fopen(path, "w");
        cr_assert_not_null(file);
        tell(&told, side->recording,
             (struct narration_options){
                 .explain = EXPLAIN_MATH, .columns = 1000, .secrets = secrets});
        fputs(told.text, file);
        fclose(file);
        snprintf(command, sizeof(command), "python3 tests/explain_check.py %s %s %s 2>&1",
                 side->path, path, secrets ? "secrets" : "");
        file = popen(command, "r");
        cr_assert_not_null(file);
        size_t bytes = fread(said, 1, sizeof(said) - 1, file);
        cr_assert_eq(pclose(file), 0, "%s: %.*s", suite, (int)bytes, said);
        unsigned values = 0, searched = 0;
        cr_assert_eq(sscanf(said, "%u values, %u secrets", &values, &searched), 2, "%s", said);
        cr_assert_geq(values, 80, "%s: %s", suite, said);
        cr_assert(secrets || searched >= 10, "%s: %s", suite, said);
        free(told.text);
        free(path);
    }
    recorded_scene_close(&scene);
}

Test(narration, every_value_is_the_recordings_modern)
{
    expect_values(SCENE_MEETING, "modern");
    expect_values(SCENE_TALK, "modern:x25519");
    expect_values(SCENE_TALK, "modern");
}

Test(narration, every_value_is_the_recordings_modern_rsa)
{
    expect_values(SCENE_MEETING, "modern:rsa");
    expect_values(SCENE_TALK, "modern:rsa");
}

Test(narration, every_value_is_the_recordings_dh)
{
    expect_values(SCENE_MEETING, "dh");
    expect_values(SCENE_TALK, "dh");
}

Test(narration, every_value_is_the_recordings_textbook)
{
    expect_values(SCENE_MEETING, "textbook");
    expect_values(SCENE_TALK, "textbook");
}

/* No row is wider than the screen, whatever is told. */
Test(narration, rows_fit_the_screen)
{
    static const size_t widths[] = {60, 80, 132};
    struct recorded_scene scene;
    recorded_scene_open(&scene, SCENE_MEETING, "modern", true);
    recorded_scene_play(&scene);
    for (size_t i = 0; i < sizeof(widths) / sizeof(widths[0]); i++) {
        struct told told;
        tell(&told, scene.sides[CHANNEL_SERVER].recording,
             (struct narration_options){
                 .explain = EXPLAIN_MATH, .columns = widths[i], .secrets = true, .numbered = true});
        for (char *row = strtok(told.text, "\n"); row; row = strtok(NULL, "\n"))
            if (!strchr("|+", row[strlen(row) - 1])) /* a table of boxes is as wide as it is */
                cr_assert_leq(printable_width(row), widths[i], "%s", row);
        free(told.text);
    }
    recorded_scene_close(&scene);
}

/* --- strangers, long talks -------------------------------------------------------------------- */

static struct trace_event open_event(unsigned channel)
{
    return (struct trace_event){
        .kind = TRACE_OPEN, .channel = channel, .open = {.role = CHANNEL_SERVER}};
}

static const struct narration_options story = {.explain = EXPLAIN_SENTENCES, .columns = 80};

Test(narration, a_peer_cannot_command_the_terminal)
{
    struct told told;
    static const char evil[] = "\033]0;owned\a\033[2J\xe2\x80\xae"
                               "txet\n1 The end\x9b";
    struct trace_event event = open_event(1);
    told_open(&told, story);
    told_event(&told, &event);
    event = (struct trace_event){
        .kind = TRACE_CLOSE,
        .channel = 1,
        .close = {.error = CHANNEL_ERR_BUSY, .is_peers = true, .reason = evil, .detail = ""}};
    told_event(&told, &event);
    told_finish(&told);
    cr_assert(strstr(told.text, "owned"), "%s", told.text);
    for (const char *at = told.text; *at; at++)
        cr_assert(*at == '\n' || (unsigned char)*at >= ' ', "%s", told.text);
    cr_assert_null(strstr(told.text, "\xe2\x80\xae"));
    cr_assert_null(strstr(told.text, "\n1 The end\n"), "%s", told.text);
    free(told.text);
}

/* Messages of the talk, the client's, with this much in each. */
static void say_something(struct told *told, unsigned channel, size_t count, bool sent)
{
    uint8_t frame[64] = {WIRE_FRAME_RECORD, 0, 0, 60}, inner[41] = {WIRE_INNER_DATA};
    for (size_t i = 0; i < count; i++) {
        struct trace_event outer = {
            .kind = TRACE_FRAME,
            .channel = channel,
            .frame = {
                .sent = sent, .number = 1, .message = WIRE_MODERN_RECORD, .bytes = {frame, 64}}};
        struct trace_event inside = {
            .kind = TRACE_INNER,
            .channel = channel,
            .inner = {.sent = sent, .record = 1, .message = WIRE_DATA, .bytes = {inner, 41}}};
        told_event(told, sent ? &inside : &outer);
        told_event(told, sent ? &outer : &inside);
    }
}

/* Each direction has a colour of its own, its words too; without colours the arrow tells it. */
Test(narration, the_two_directions_have_two_colours)
{
    struct recorded_scene scene;
    struct told told;
    struct narration_options options = story;
    recorded_scene_open(&scene, SCENE_MEETING, "modern", true);
    recorded_scene_play(&scene);
    options.columns = 200;
    options.coloured = true;
    tell(&told, scene.sides[CHANNEL_CLIENT].recording, options);
    cr_assert(strstr(told.text,
                     "\033[36m  --> \033[0m\033[36mThe client says \"a first word from the "
                     "client\", sealed: 49 bytes.\033[0m\n"),
              "%s", told.text);
    cr_assert(strstr(told.text,
                     "\033[33m  <-- \033[0m\033[33mThe server says \"what the server has to "
                     "say\", sealed: 47 bytes.\033[0m\n"),
              "%s", told.text);
    free(told.text);
    options.coloured = false;
    tell(&told, scene.sides[CHANNEL_CLIENT].recording, options);
    cr_assert_null(strchr(told.text, '\033'), "%s", told.text);
    cr_assert(strstr(told.text, "  --> The client says") &&
                  strstr(told.text, "  <-- The server says"),
              "%s", told.text);
    free(told.text);
    recorded_scene_close(&scene);
}

/* What is said is data: nothing in it moves the cursor, and of a long text the first line is enough. */
Test(narration, the_words_of_a_message_are_made_printable)
{
    static const struct {
        const char *data, *want;
    } rows[] = {{"good\tmorning\r\n", "says \"good morning\", sealed"},
                {"one\r\ntwo\n", "says \"one ...\", sealed"},
                {"\xd0\xb4\xd0\xb0", "says \"\xd0\xb4\xd0\xb0\", sealed"},
                {"\xe2\x80\xaetxet", "says \"txet\", sealed"},
                {"these words are too long for 80 columns",
                 "says \"these words are too long for 80 co...\", sealed"},
                {"\033[2J", "says something, sealed"},
                {"\xff\xfe", "says something, sealed"},
                {" \n", "says something, sealed"}};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct told told;
        char inner[41] = {WIRE_INNER_DATA};
        const size_t bytes = strlen(rows[i].data);
        uint8_t frame[64] = {WIRE_FRAME_RECORD, 0, 0, 60};
        const struct trace_event events[] = {
            open_event(1),
            {.kind = TRACE_FRAME,
             .channel = 1,
             .frame = {.number = 1, .message = WIRE_MODERN_RECORD, .bytes = {frame, 64}}},
            {.kind = TRACE_INNER,
             .channel = 1,
             .inner = {.record = 1, .message = WIRE_DATA, .bytes = {(uint8_t *)inner, 1 + bytes}}}};
        memcpy(inner + 1, rows[i].data, bytes);
        told_open(&told, story);
        for (size_t k = 0; k < sizeof(events) / sizeof(events[0]); k++)
            told_event(&told, &events[k]);
        told_finish(&told);
        cr_expect(strstr(told.text, rows[i].want), "%zu: %s", i, told.text);
        free(told.text);
    }
}

Test(narration, a_long_talk_is_summed_up)
{
    struct told told;
    struct trace_event event = open_event(1);
    told_open(&told, story);
    told_event(&told, &event);
    say_something(&told, 1, 1000, false);
    say_something(&told, 1, 1, true);
    told_finish(&told);
    cr_assert_str_eq(told.text,
                     "1 Talk. With a number and a tag in each message: no change goes unnoticed.\n"
                     "  --> The client says something, sealed: 64 bytes.\n"
                     "  --> The client says something, sealed: 64 bytes.\n"
                     "  --> The client says something, sealed: 64 bytes.\n"
                     "  --> ... and 997 more like this, 63808 bytes in all.\n"
                     "  <-- The server says something, sealed: 64 bytes.\n",
                     "%s", told.text);
    free(told.text);
}

/* Many clients at once: every row says whose it is, and no connection takes another's place. */
Test(narration, connections_have_numbers)
{
    struct told told;
    struct narration_options numbered = story;
    numbered.numbered = true;
    told_open(&told, numbered);
    for (unsigned i = 1; i <= 600; i++) {
        struct trace_event event = open_event(i);
        told_event(&told, &event);
        say_something(&told, i, 1, false);
        event = (struct trace_event){
            .kind = TRACE_CLOSE, .channel = i, .close = {.reason = "", .detail = ""}};
        if (i % 2)
            told_event(&told, &event);
    }
    told_finish(&told);
    cr_assert(strstr(told.text, "#600   --> The client says something, sealed: 64 bytes"), "%s",
              told.text + strlen(told.text) - 300);
    cr_assert(strstr(told.text, "#599 2 The end. Both sides have said goodbye.\n"));
    cr_assert_null(strstr(told.text, "#600 2 The end."));
    free(told.text);
}

/* A channel of which nothing was heard before is no reason to fall over. */
Test(narration, strays_are_left_alone)
{
    struct told told;
    told_open(&told, story);
    say_something(&told, 7, 2, true);
    told_finish(&told);
    cr_assert_str_eq(told.text, "");
    free(told.text);
}

/* Whoever comes to the new port without the ticket's secret is not the end of the connection. */
Test(narration, a_thief_at_the_new_port)
{
    static const uint8_t ticket[WIRE_TICKET_BYTES] = {7}, inner[19] = {WIRE_INNER_PORT, 1, 2, 7};
    static uint8_t frame[64] = {WIRE_FRAME_RECORD, 0, 0, 60};
    static const struct trace_bytes values[STEP_VALUES_MAX] = {
        [TICKET_ID] = {ticket, sizeof(ticket)}};
    const struct trace_bytes record = {frame, sizeof(frame)};
    const struct trace_event events[] = {
        open_event(1),
        {.kind = TRACE_ADDRESSES,
         .channel = 1,
         .addresses = {.own = {"192.0.2.1", 10101}, .peer = {"192.0.2.9", 4711}}},
        {.kind = TRACE_INNER,
         .channel = 1,
         .inner = {.sent = true, .message = WIRE_PORT, .bytes = {inner, 19}}},
        {.kind = TRACE_STEP, .channel = 1, .step = {STEP_TICKET_SECRET, values, NULL, 0}},
        {.kind = TRACE_FRAME,
         .channel = 1,
         .frame = {.sent = true, .message = WIRE_MODERN_RECORD, .bytes = record}},
        {.kind = TRACE_OPEN, .channel = 2, .open = {.role = CHANNEL_SERVER, .ticket = ticket}},
        {.kind = TRACE_STEP, .channel = 2, .step = {STEP_CLIENT_MAC_REFUSED, values, NULL, 0}},
        {.kind = TRACE_CLOSE,
         .channel = 2,
         .close = {.error = CHANNEL_ERR_TICKET, .reason = "", .detail = ""}},
        {.kind = TRACE_CLOSE, .channel = 1, .close = {.reason = "", .detail = ""}},
    };
    struct told told;
    told_open(&told, story);
    for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++)
        told_event(&told, &events[i]);
    told_finish(&told);
    cr_assert_str_eq(
        told.text,
        "192.0.2.9 port 4711 --> 192.0.2.1 port 10101, the modern suite\n"
        "1 Go on at another port. The first is free for the next client then.\n"
        "  <-- The server names, in the first sealed message, the port where the talk\n"
        "      goes on: 258.\n"
        "   !  The server compares ticket and proof with its own: they are not right.\n"
        "      Whoever came first is not the client that this port waits for, and is sent\n"
        "      away.\n"
        "   !  The ticket is not the one that this port waits for.\n"
        "      The port goes on waiting for its own client.\n",
        "%s", told.text);
    free(told.text);
}

/* --- dh by hand ------------------------------------------------------------------------------- */

static struct trace_event dh_step(enum channel_step step, const struct trace_bytes *values)
{
    return (struct trace_event){.kind = TRACE_STEP, .channel = 1, .step = {step, values, NULL, 0}};
}

static const struct trace_event dh_addresses = {
    .kind = TRACE_ADDRESSES,
    .channel = 1,
    .addresses = {.own = {"127.0.0.1", 10101}, .peer = {"127.0.0.1", 4711}}};

/* p = 23, g = 5, a = 6, B = 19: A = 8, K = 2. Without the secrets the exponent is not told. */
Test(narration, dh_on_paper)
{
    static const uint8_t numbers[] = {23, 5, 6, 8, 19, 2};
    const struct trace_bytes made[] = {
        {&numbers[0], 1}, {&numbers[1], 1}, {&numbers[2], 1}, {&numbers[3], 1}};
    const struct trace_bytes used[] = {
        {&numbers[0], 1}, {&numbers[2], 1}, {&numbers[4], 1}, {&numbers[5], 1}};
    const struct trace_event events[] = {open_event(1), dh_addresses,
                                         dh_step(STEP_DH_CLIENT_KEY, made),
                                         dh_step(STEP_DH_CLIENT_SECRET, used)};
    for (int secrets = 0; secrets < 2; secrets++) {
        struct told told;
        told_open(&told, (struct narration_options){
                             .explain = EXPLAIN_MATH, .columns = 80, .secrets = secrets});
        for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++)
            told_event(&told, &events[i]);
        told_finish(&told);
        cr_assert(strstr(told.text, "in  p               23\n"), "%s", told.text);
        cr_assert_eq(strstr(told.text, "        8 = 5^6 mod 23\n") != NULL, secrets, "%s",
                     told.text);
        cr_assert_eq(strstr(told.text, "        2 = 19^6 mod 23\n") != NULL, secrets, "%s",
                     told.text);
        free(told.text);
    }
}

Test(narration, what_is_wrong_with_a_group_is_always_told)
{
    static const char finding[] = "p is no prime";
    const struct trace_bytes value = {(const uint8_t *)finding, strlen(finding)};
    const struct trace_event events[] = {open_event(1), dh_addresses,
                                         dh_step(STEP_DH_FINDING, &value),
                                         dh_step(STEP_DH_FINDING, &value)};
    struct told told;
    told_open(&told, story);
    for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++)
        told_event(&told, &events[i]);
    told_finish(&told);
    cr_assert(
        strstr(told.text,
               "   !  The server looks at the group and at the number of the client, and finds\n"
               "      something wrong.\n"
               "      p is no prime.\n"
               "      The talk goes on all the same: this suite is for learning. But others may\n"
               "      be able to find K.\n"
               "   !  p is no prime.\n"),
        "%s", told.text);
    free(told.text);
}
