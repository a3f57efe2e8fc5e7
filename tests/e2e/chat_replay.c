/*
 * chat replay, as in lesson 01: a talk is recorded, one byte of it is changed, and either a check
 * refuses it, or, in a suite for learning, other words arrive.
 */
#include "chat_scene.h"
#include "scratch.h"

#include <criterion/criterion.h>
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A talk of one line; the server's recording, a path to be freed. */
static char *record(struct chat_scene *scene, const char *suite, bool secrets)
{
    char *path;
    const char *options[] = {"--record", NULL, secrets ? "--record-secrets" : NULL, NULL};
    struct process *anna;
    *scene = (struct chat_scene){.suite = suite};
    chat_scene_open(scene);
    path = scratch_path(scene->folder, "server.rec");
    options[1] = path;
    chat_scene_person(scene, "anna", true);
    chat_scene_serve(scene, options);
    anna = chat_scene_join(scene, "anna", NULL);
    cr_assert(process_type(anna, "hello\n"));
    expect_said(anna, PROCESS_OUT, "anna: hello");
    process_end_input(anna);
    cr_assert_eq(process_wait(anna), 0);
    process_free(anna);
    chat_scene_stop(scene);
    return path;
}

static struct process *replay(const struct chat_scene *scene, const char *path,
                              const char *const change[])
{
    const char *arguments[14] = {"chat", "replay", path};
    for (size_t i = 0; i < 8 && change[i]; i++)
        arguments[3 + i] = change[i];
    return process_start_list(scene->folder, PROCESS_PIPES, arguments);
}

/* The text that it prints; to be freed. */
static char *said(const struct chat_scene *scene, const char *path, const char *const change[],
                  int status)
{
    struct process *process = replay(scene, path, change);
    char *text;
    cr_assert_eq(process_wait(process), status, "%s", process_said(process));
    text = strdup(process_text(process, status == 0 ? PROCESS_OUT : PROCESS_ERR));
    process_free(process);
    return text;
}

static void expect_text(const char *text, const char *part)
{
    cr_assert(strstr(text, part), "expected %s in\n%s", part, text);
}

/* Where the sealed part of the first record on the new port begins. */
static size_t first_sealed(const struct chat_scene *scene, const char *path)
{
    char *text = said(scene, path, (const char *const[]){"--channel", "2", NULL}, 0), *at;
    size_t offset;
    expect_text(text, "same:    every engine said the same bytes again");
    at = strstr(text, "sealed ");
    cr_assert_not_null(at, "%s", text);
    offset = strtoul(at + strlen("sealed "), NULL, 10);
    free(text);
    return offset;
}

static void expect_refused(const char *suite, const char *share)
{
    struct chat_scene scene;
    char *path = record(&scene, suite, true), *text, offset[24];
    text = said(&scene, path, (const char *const[]){NULL}, 0);
    expect_text(text, "client hello");
    expect_text(text, share);
    free(text);
    snprintf(offset, sizeof(offset), "%zu", first_sealed(&scene, path) + 5);
    text = said(&scene, path, (const char *const[]){"--channel", "2", "--flip", offset, NULL}, 0);
    expect_text(text, "modern record: sealed, byte 6 of ");
    expect_text(text, "refused: at frame ");
    expect_text(text, "a message is not authentic");
    expect_text(text, "RFC 8439 2.8");
    free(text);
    free(path);
    chat_scene_close(&scene);
}

Test(chat_replay, modern_names_the_check_that_refuses_a_byte)
{
    expect_refused("modern", "eph u ");
    expect_refused("modern:rsa", "eph n ");
}

static void expect_other_words(const char *suite)
{
    struct chat_scene scene;
    char *path = record(&scene, suite, true), *text, offset[24];
    json_t *object;
    snprintf(offset, sizeof(offset), "%zu", first_sealed(&scene, path) + 5);
    text = said(&scene, path, (const char *const[]){"--channel", "2", "--flip", offset, NULL}, 0);
    expect_text(text, "passed:  no check refuses it");
    expect_text(text, "arrived then:\n  \"say hello");
    expect_text(text, "arrives now:\n  \"say iello");
    free(text);
    text = said(&scene, path,
                (const char *const[]){"--channel", "2", "--flip", offset, "--json", NULL}, 0);
    object = json_loads(text, 0, NULL);
    cr_assert(json_is_false(json_object_get(object, "refused")), "%s", text);
    cr_assert_str_eq(json_string_value(json_object_get(
                         json_array_get(json_object_get(object, "changed_messages"), 0), "is")),
                     "017361790969656c6c6f0a"); /* inner type, say, tab, iello, newline */
    json_decref(object);
    free(text);
    free(path);
    chat_scene_close(&scene);
}

/* What a map's JSON counts of this kind. */
static json_int_t counted(const json_t *map, const char *kind)
{
    json_int_t count = 0;
    size_t i;
    json_t *outcome;
    json_array_foreach(json_object_get(map, "outcomes"), i, outcome)
    {
        if (strcmp(json_string_value(json_object_get(outcome, "kind")), kind) == 0)
            count += json_integer_value(json_object_get(outcome, "count"));
    }
    return count;
}

/* Drawn at a terminal, wiped before the map. */
Test(chat_replay, a_map_shows_how_far_it_is)
{
    struct chat_scene scene;
    char *path = record(&scene, "modern", true);
    struct process *map = process_start(scene.folder, PROCESS_TERMINAL, "chat", "replay", path,
                                        "--map", NULL);
    process_expect(map, PROCESS_OUT, "\rflipping +[0-9]+%  [0-9]+ B  ");
    cr_assert_eq(process_wait(map), 0, "%s", process_said(map));
    expect_text(process_text(map, PROCESS_OUT), "\r\033[K");
    process_free(map);
    free(path);
    chat_scene_close(&scene);
}

Test(chat_replay, a_map_counts_every_byte)
{
    struct chat_scene scene;
    char *path = record(&scene, "modern", true), *text, *svg;
    json_t *map;
    svg = scratch_path(scene.folder, "map.svg");
    text = said(&scene, path, (const char *const[]){"--map", "--json", "--svg", svg, NULL}, 0);
    map = json_loads(text, 0, NULL);
    cr_assert_not_null(map, "%s", text);
    const json_int_t bytes = (json_int_t)json_array_size(json_object_get(map, "bytes"));
    cr_assert_gt(bytes, 500);
    cr_assert_eq(counted(map, "refuses"), bytes);
    json_decref(map);
    free(text);
    text = scratch_read(scene.folder, "map.svg");
    expect_text(text, "<svg ");
    expect_text(text, "<title>byte 0: ");
    free(text);
    free(svg);
    text = said(&scene, path, (const char *const[]){"--map", "--drop", "1", NULL}, 2);
    expect_text(text, "--map makes all the flips itself");
    free(text);
    text = said(&scene, path, (const char *const[]){"--bits", NULL}, 2);
    expect_text(text, "--bits goes with --map");
    free(text);
    free(path);
    chat_scene_close(&scene);
}

Test(chat_replay, other_bytes_can_be_set)
{
    struct chat_scene scene;
    char *path = record(&scene, "dh:vernam", true), *text, change[48];
    const size_t sealed = first_sealed(&scene, path);
    snprintf(change, sizeof(change), "%zu=0x0000", sealed + 5);
    text = said(&scene, path, (const char *const[]){"--channel", "2", "--set", change, NULL}, 0);
    expect_text(text, "changed: 2 bytes of channel 2 from byte ");
    expect_text(text, "arrived then:\n  \"say hello");
    free(text);
    text = said(&scene, path, (const char *const[]){"--set", "0=nine", NULL}, 0);
    expect_text(text, "frame 1, client hello: type, byte 1 of 1");
    expect_text(text, "refused: at frame 1");
    free(text);
    text = said(&scene, path, (const char *const[]){"--set", "nine", NULL}, 2);
    expect_text(text, "as in --set 602=nine");
    free(text);
    text = said(&scene, path, (const char *const[]){"--set", "3=0xzz", NULL}, 2);
    expect_text(text, "digit 1 is not hexadecimal");
    free(text);
    free(path);
    chat_scene_close(&scene);
}

Test(chat_replay, textbook_and_dh_show_the_other_words_that_arrive)
{
    expect_other_words("textbook");
    expect_other_words("dh");
}

/* The hello of modern has more fields than a row. */
Test(chat_replay, frames_fit_eighty_columns)
{
    struct chat_scene scene;
    char *path = record(&scene, "modern", true), *text;
    text = said(&scene, path, (const char *const[]){NULL}, 0);
    expect_text(text, "type 0, length 1,");
    expect_text(text, "eph ek ");
    for (const char *row = text; *row; row += strcspn(row, "\n") + 1)
        cr_expect_leq(strcspn(row, "\n"), 80, "%.200s", row);
    free(text);
    free(path);
    chat_scene_close(&scene);
}

Test(chat_replay, without_secrets_it_says_what_to_do)
{
    struct chat_scene scene;
    char *path = record(&scene, "textbook", false), *text;
    text = said(&scene, path, (const char *const[]){"--flip", "3", NULL}, 1);
    expect_text(text, "the recording holds no secrets");
    expect_text(text, "hint: record again with --record-secrets");
    free(text);
    text = said(&scene, path, (const char *const[]){"--flip", "3", "--drop", "1", NULL}, 2);
    expect_text(text, "one change at a time");
    free(text);
    free(path);
    chat_scene_close(&scene);
}
