/* The page of a session as HTML: its order, what is open, what a field says; in a browser it is looked
 * at by tests/browser/page.py. */
#include "page.h"

#include "field_reasons.h"
#include "html.h"
#include "recorded_scene.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *draw(const char *suite, enum scene which, bool secrets)
{
    struct recorded_scene scene;
    struct problem problem = {0};
    char *text = NULL;
    size_t bytes = 0;
    FILE *out = open_memstream(&text, &bytes);
    cr_assert_not_null(out);
    recorded_scene_open(&scene, which, suite, secrets);
    recorded_scene_play(&scene);
    cr_assert(page_write(out, scene.sides[CHANNEL_CLIENT].recording, NULL, NULL, 0, &problem), "%s",
              problem.message);
    fclose(out);
    recorded_scene_close(&scene);
    return text;
}

static size_t count_of(const char *text, const char *what)
{
    size_t count = 0;
    for (const char *at = text; (at = strstr(at, what)); at += strlen(what))
        count++;
    return count;
}

Test(page, the_conversation_comes_second_and_its_first_arrow_is_open)
{
    char *page = draw("modern", SCENE_MEETING, true);
    const char *above = strstr(page, "<div class=\"above\">");
    const char *talk = strstr(page, "<section id=\"talk\"");
    cr_assert(above && talk && above < talk);
    cr_assert_gt(strstr(page, "<section class=\"listener\">"), talk);
    cr_assert_gt(strstr(page, "<section class=\"legend\">"), talk);
    cr_assert_eq(count_of(page, "<details open>"), 1);
    const char *first = strstr(page, "<li class=\"beat frame");
    cr_assert_eq(strstr(page, "<details open>"), strstr(first, "<details"));
    free(page);
}

Test(page, its_contents_say_what_was_said)
{
    char *page = draw("modern", SCENE_MEETING, true);
    const char *contents = strstr(page, "<nav class=\"contents\"");
    *strstr(contents, "</nav>") = '\0';
    cr_assert(strstr(contents, "<q>a first word from the client</q>"), "%s", contents);
    cr_assert(strstr(contents, "<q>what the server has to say</q>"), "%s", contents);
    cr_assert_null(strstr(contents, "The talk<"), "%s", contents);
    free(page);
    page = draw("modern", SCENE_MEETING, false);
    contents = strstr(page, "<nav class=\"contents\"");
    *strstr(contents, "</nav>") = '\0';
    cr_assert(strstr(contents, "a message, 49 bytes"), "%s", contents);
    free(page);
}

/* In the sentence, where it is known; else it is "something". */
Test(page, a_sentence_quotes_what_was_said)
{
    char *page = draw("modern", SCENE_MEETING, true);
    cr_assert(
        strstr(page, "The client says <q>a first word from the client</q>, sealed: 49 bytes."));
    cr_assert_null(strstr(page, "says something"));
    free(page);
    page = draw("modern", SCENE_MEETING, false);
    cr_assert_null(strstr(page, "says <q>"));
    free(page);
}

Test(page, bytes_have_offsets_and_the_tag_a_colour)
{
    char *page = draw("modern", SCENE_MEETING, true);
    const char *first = strstr(page, "<p class=\"hex rows\">");
    cr_assert_eq(
        strncmp(first, "<p class=\"hex rows\"> <i data-at=0000></i><a class=\"run k0\"", 58), 0,
        "%.80s", first);
    cr_assert(strstr(first, "<i data-at=0010></i>") < strstr(first, "<i data-at=0020></i>"));
    const char *tag = strstr(page, "<a class=\"run kt\"");
    cr_assert(tag && strstr(tag, "-tag\" title=\"tag\">"), "%.80s", tag);
    cr_assert_eq(count_of(page, "<a class=\"run kt\""), count_of(page, "class=\"kt\"><th"));
    free(page);
}

Test(page, that_secrets_are_not_recorded_is_said_once)
{
    char *page = draw("modern", SCENE_MEETING, false);
    cr_assert_eq(count_of(page, "ot recorded"), 1);
    cr_assert_geq(count_of(page, "<span class=\"unseen\">32 secret bytes</span>"), 3);
    free(page);
}

/* The whole session of every suite: no row of a table lacks its reason. */
Test(page, every_field_says_why)
{
    static const char *const suites[] = {"modern", "modern:x25519", "modern:rsa", "dh", "textbook"};
    for (size_t i = 0; i < sizeof(suites) / sizeof(suites[0]); i++)
        for (int scene = 0; scene < SCENES; scene++) {
            char *page = draw(suites[i], (enum scene)scene, true);
            cr_expect_eq(count_of(page, "<span class=\"reason\">"),
                         count_of(page, "<th scope=\"row\">"), "%s", suites[i]);
            free(page);
        }
}

Test(page, every_field_of_the_wire_has_a_reason_and_every_type_a_meaning)
{
    for (int m = 0; m < WIRE_MESSAGES; m++) {
        const struct wire_layout *layout = wire_layout((enum wire_message)m);
        for (size_t i = 0; i < layout->count; i++) {
            const char *why = field_reason((enum wire_message)m, i);
            const size_t length = strlen(why);
            cr_expect(length > 20 && length < 160 && why[length - 1] == '.', "%s, %s: '%s'",
                      layout->name, layout->fields[i].name, why);
        }
        cr_expect_str_eq(field_reason((enum wire_message)m, layout->count), "");
    }
    for (int type = WIRE_U8; type <= WIRE_REST; type++)
        cr_expect(strlen(field_type_meaning((enum wire_type)type)) > 10);
}

Test(page, a_control_character_is_marked_with_its_name)
{
    static const struct {
        const char *text, *want;
    } rows[] = {
        {"a\nb", "<q>a<span class=\"control\" data-name=\"LF\">\xe2\x90\x8a</span>b</q>"},
        {"\033", "<q><span class=\"control\" data-name=\"ESC\">\xe2\x90\x9b</span></q>"},
        {"\x7f", "<q><span class=\"control\" data-name=\"DEL\">\xe2\x90\xa1</span></q>"},
        {"\xe2\x90\x8a", "<q><span class=\"control\" data-name=\"LF\">\xe2\x90\x8a</span></q>"},
        {"<b>\xe2\x80\xae", "<q>&lt;b&gt;</q>"},
        {"\xd0\xb4", "<q>\xd0\xb4</q>"},
        {"", "<q></q>"}};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char *text = NULL;
        size_t bytes = 0;
        FILE *out = open_memstream(&text, &bytes);
        html_quote(out, rows[i].text, strlen(rows[i].text));
        fclose(out);
        cr_expect_str_eq(text, rows[i].want, "%s", text);
        free(text);
    }
}

/* The events of a session, as channels from a number on; its scene must outlive them. */
static void append(struct recording *out, struct recorded_scene *scene, const char *suite,
                   unsigned from)
{
    recorded_scene_open(scene, SCENE_MEETING, suite, false);
    recorded_scene_play(scene);
    const struct recording *in = scene->sides[CHANNEL_CLIENT].recording;
    for (size_t i = 0; i < recording_count(in); i++) {
        struct trace_event event = *recording_event(in, i);
        event.channel += from;
        cr_assert(recording_add(out, &event));
    }
}

Test(page, talks_of_several_suites_are_told_with_each_suite)
{
    static const char *const suites[] = {"modern", "textbook", "modern"};
    const struct recording_head head = {
        .program = "chat", .version = 1, .suite = "modern", .started = "2026-01-01T00:00:00Z"};
    struct recorded_scene scenes[3];
    struct recording *recording;
    struct problem problem = {0};
    char *text = NULL;
    size_t bytes = 0;
    FILE *out = open_memstream(&text, &bytes);
    cr_assert(recording_new(&recording, &head));
    for (unsigned i = 0; i < 3; i++)
        append(recording, &scenes[i], suites[i], 10 * i);
    cr_assert(page_write(out, recording, NULL, NULL, 0, &problem), "%s", problem.message);
    fclose(out);
    cr_expect(strstr(text, "<dt>Suite</dt><dd><b>modern</b><br><b>textbook:feistel-cbc</b> "
                           "(breakable on purpose)</dd>"));
    cr_expect_eq(count_of(text, "What a listener on the wire knows now (modern)"), 1);
    cr_expect_eq(count_of(text, "What a listener on the wire knows now (textbook:feistel-cbc)"), 1);
    recording_free(recording);
    for (size_t i = 0; i < 3; i++)
        recorded_scene_close(&scenes[i]);
    free(text);
}
