/*
 * Recordings as files: every way in which a line can be wrong, and what happens to the file when
 * things go wrong. Which secrets are in them: recording_secrets.c.
 */
#include "recorded_scene.h"
#include "scratch.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

/* --- broken lines ----------------------------------------------------------------------------- */

static char *read_problem(const char *text, size_t bytes)
{
    struct recording *recording;
    struct problem problem = {0};
    if (recording_read(&recording, "x.rec", text, bytes, &problem)) {
        recording_free(recording);
        return NULL;
    }
    cr_assert_not_null(strstr(problem.hint, "docs/recording.md"));
    return strdup(problem.message);
}

/* A good recording, as lines. */
struct lines {
    char *text, *lines[600];
    size_t count;
};

static void good_lines(struct lines *lines, const char *suite, enum scene which, bool secrets)
{
    struct recorded_scene scene;
    recorded_scene_open(&scene, which, suite, secrets);
    channel_tell_addresses(scene.pump.client, "127.0.0.1", 40000, "127.0.0.1", 10101);
    recorded_scene_play(&scene);
    lines->text = scratch_read(scene.folder, "client.rec");
    recorded_scene_close(&scene);
    lines->count = 0;
    for (char *line = strtok(lines->text, "\n"); line; line = strtok(NULL, "\n"))
        lines->lines[lines->count++] = line;
}

/* The recording up to line `at`, which is replaced. */
static void expect_refused(const struct lines *lines, size_t at, const char *line, const char *why)
{
    char *text, *message, place[32];
    size_t bytes;
    FILE *out = open_memstream(&text, &bytes);
    for (size_t i = 0; i < at; i++)
        fprintf(out, "%s\n", lines->lines[i]);
    fprintf(out, "%s\n", line);
    fclose(out);
    message = read_problem(text, bytes);
    snprintf(place, sizeof(place), "x.rec:%zu: ", at + 1);
    cr_assert(message, "%s was accepted:\n%.200s", why, line);
    cr_assert_eq(strncmp(message, place, strlen(place)), 0, "%s: %s", why, message);
    free(message);
    free(text);
}

static json_t *parse(const char *line)
{
    json_t *object = json_loads(line, 0, NULL);
    cr_assert_not_null(object);
    return object;
}

static void expect_object_refused(const struct lines *lines, size_t at, json_t *object,
                                  const char *why)
{
    char *line = json_dumps(object, JSON_COMPACT);
    expect_refused(lines, at, line, why);
    free(line);
}

/* Something of every other type. */
static void try_types(const struct lines *lines, size_t at, json_t *whole, json_t *object,
                      const char *name)
{
    json_t *before = json_incref(json_object_get(object, name));
    json_t *others[] = {json_string("surprise"),
                        json_integer(-1),
                        json_real(1.5),
                        json_true(),
                        json_null(),
                        json_array(),
                        json_object()};
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        bool same = json_typeof(others[i]) == json_typeof(before) ||
                    (json_is_boolean(others[i]) && json_is_boolean(before));
        bool may_be_null = json_is_null(others[i]) && strcmp(name, "message") == 0;
        json_object_set(object, name, others[i]);
        if (!same && !may_be_null && !(json_is_null(before) && json_is_integer(others[i])))
            expect_object_refused(lines, at, whole, name);
        json_decref(others[i]);
    }
    json_object_set_new(object, name, before);
}

/* Every member left out, of another type, and one too many; in every object inside too. */
static void try_object(const struct lines *lines, size_t at, json_t *whole, json_t *object)
{
    char names[16][24];
    const char *name;
    size_t count = 0;
    json_t *value;
    json_object_foreach(object, name, value) snprintf(names[count++], sizeof(names[0]), "%s", name);
    json_object_set_new(object, "surplus", json_integer(1));
    expect_object_refused(lines, at, whole, "one too many");
    json_object_del(object, "surplus");
    for (size_t i = 0; i < count; i++) {
        value = json_incref(json_object_get(object, names[i]));
        if (strcmp(names[i], "power") != 0) {
            json_object_del(object, names[i]);
            expect_object_refused(lines, at, whole, names[i]);
            json_object_set(object, names[i], value);
        }
        try_types(lines, at, whole, object, names[i]);
        json_decref(value);
        if (json_is_array(value) && json_is_object(json_array_get(value, 0)))
            value = json_array_get(value, 0);
        if (json_is_object(value))
            try_object(lines, at, whole, value);
    }
}

Test(explain_reader, refuses_every_member_missing_of_another_type_or_too_many)
{
    static const char *const kinds[] = {"recording", "open", "line",    "frame", "inner",
                                        "math",      "step", "verdict", "close"};
    struct lines lines[2];
    good_lines(&lines[0], "modern", SCENE_MEETING, true);
    good_lines(&lines[1], "modern", SCENE_TALK, true); /* its open has a ticket */
    for (size_t which = 0; which < 2; which++)
        for (size_t k = 0; k < (which ? 2 : sizeof(kinds) / sizeof(kinds[0])); k++) {
            size_t at = 0;
            char start[32];
            snprintf(start, sizeof(start), "{\"kind\":\"%s\"", kinds[k]);
            while (strncmp(lines[which].lines[at], start, strlen(start)) != 0)
                cr_assert_lt(++at, lines[which].count, "no line of kind %s", kinds[k]);
            json_t *object = parse(lines[which].lines[at]);
            try_object(&lines[which], at, object, object);
            json_decref(object);
        }
    free(lines[0].text);
    free(lines[1].text);
}

/* The line of this kind, with a text in it replaced. */
static void expect_change_refused(const struct lines *lines, const char *kind, const char *from,
                                  const char *to)
{
    for (size_t at = 0; at < lines->count; at++) {
        const char *found = strstr(lines->lines[at], from);
        char start[32], *line;
        snprintf(start, sizeof(start), "{\"kind\":\"%s\"", kind);
        if (!found || strncmp(lines->lines[at], start, strlen(start)) != 0)
            continue;
        cr_assert_gt(asprintf(&line, "%.*s%s%s", (int)(found - lines->lines[at]), lines->lines[at],
                              to, found + strlen(from)),
                     0);
        expect_refused(lines, at, line, to);
        free(line);
        return;
    }
    cr_assert_fail("no %s with %s", kind, from);
}

Test(explain_reader, refuses_what_does_not_make_sense)
{
    struct lines lines;
    good_lines(&lines, "modern", SCENE_MEETING, false);
    expect_change_refused(&lines, "recording", "\"version\":2", "\"version\":3");
    expect_change_refused(&lines, "recording", "\"version\":2", "\"version\":0");
    expect_change_refused(&lines, "recording", "\"suite\":\"modern\"", "\"suite\":\"rot13\"");
    expect_change_refused(&lines, "recording", "\"started\":\"20", "\"started\":\"x0");
    expect_change_refused(&lines, "open", "\"kind\":\"open\"", "\"kind\":\"opera\"");
    expect_change_refused(&lines, "open", "\"kind\":\"open\"", "\"kind\":\"recording\"");
    expect_change_refused(&lines, "open", "\"channel\":1", "\"channel\":2");
    expect_change_refused(&lines, "open", "\"channel\":1", "\"channel\":1,\"channel\":1");
    expect_change_refused(&lines, "open", "\"begins\":\"handshake\"", "\"begins\":\"resume\"");
    expect_change_refused(&lines, "frame", "\"channel\":1", "\"channel\":2");
    expect_change_refused(&lines, "frame", "\"channel\":1", "\"channel\":0");
    expect_change_refused(&lines, "frame", "\"number\":1", "\"number\":2");
    expect_change_refused(&lines, "frame", "client hello", "client hallo");
    expect_change_refused(&lines, "frame", "client hello", "rekey ask");
    expect_change_refused(&lines, "frame", "\"hex\":\"01", "\"hex\":\"1");
    expect_change_refused(&lines, "frame", "\"hex\":\"01", "\"hex\":\"0g");
    expect_change_refused(&lines, "frame", "\"hex\":\"01", "\"hex\":\"0A");
    expect_change_refused(&lines, "frame", "\"hex\":\"01", "\"hex\":\"0101");
    expect_change_refused(&lines, "frame", "\"hex\":\"01", "\"hex\":\"\\u000001");
    expect_change_refused(&lines, "frame", "\"secrecy\":\"public\"", "\"secrecy\":\"local\"");
    expect_change_refused(&lines, "frame", "\"secrecy\":\"public\"", "\"secrecy\":\"secret\"");
    expect_change_refused(&lines, "frame", "\"bytes\":", "\"bytes\":99999999999999999999");
    expect_change_refused(&lines, "frame", "{", "{{");
    expect_change_refused(&lines, "inner", "\"record\":", "\"record\":1");
    expect_change_refused(&lines, "inner", "\"secrecy\":\"secret\"",
                          "\"hex\":\"00\",\"secrecy\":\"secret\"");
    expect_change_refused(&lines, "math",
                          "{\"label\":\"PS\",\"bytes\":", "{\"label\":\"PS\",\"bytes\":1");
    expect_change_refused(&lines, "math", "\"key\":\"own identity\"", "\"key\":\"my identity\"");
    expect_change_refused(&lines, "step", "\"name\":\"prk\",\"f", "\"name\":\"pkr\",\"f");
    expect_change_refused(&lines, "step", "\"name\":\"salt\"", "\"name\":\"pepper\"");
    expect_change_refused(&lines, "step", "\"name\":\"ikm\",\"secrecy\":\"secret\"",
                          "\"name\":\"ikm\",\"secrecy\":\"local\"");
    expect_change_refused(&lines, "verdict", "\"verdict\":\"ok\"", "\"verdict\":\"perhaps\"");
    expect_change_refused(&lines, "close", "\"by\":\"us\"", "\"by\":\"them\"");
    expect_change_refused(&lines, "close", "\"at\":", "\"at\":-");
    free(lines.text);
}

/* As in the recording of an older program: the row of this name and these values stands for it. */
Test(explain_reader, takes_a_step_with_a_formula_of_other_days)
{
    struct recorded_scene scene;
    struct recording *recording;
    struct problem problem = {0};
    char *text, *at;
    recorded_scene_open(&scene, SCENE_MEETING, "modern", false);
    recorded_scene_play(&scene);
    text = scratch_read(scene.folder, "client.rec");
    at = strstr(text, "HKDF-Extract(H(M1");
    cr_assert_not_null(at);
    at[0] = 'h';
    cr_assert(recording_read(&recording, "old", text, strlen(text), &problem), "%s",
              problem.message);
    cr_expect_eq(recording_find_step(recording, "prk", 0)->step.step, STEP_PRK);
    recording_free(recording);
    free(text);
    recorded_scene_close(&scene);
}

Test(explain_reader, refuses_an_event_behind_the_end_and_time_that_runs_back)
{
    struct lines lines;
    good_lines(&lines, "modern", SCENE_MEETING, false);
    lines.lines[lines.count] = lines.lines[lines.count - 1];
    expect_refused(&lines, lines.count, lines.lines[lines.count], "closed twice");
    json_t *object = parse(lines.lines[lines.count - 1]);
    json_object_set_new(object, "at", json_integer(0));
    expect_object_refused(&lines, lines.count - 1, object, "time runs back");
    json_decref(object);
    free(lines.text);
}

Test(explain_reader, tolerates_a_last_line_that_was_cut)
{
    struct recorded_scene scene;
    struct recording *recording;
    struct problem problem = {0};
    char *text;
    recorded_scene_open(&scene, SCENE_MEETING, "modern", false);
    recorded_scene_play(&scene);
    text = scratch_read(scene.folder, "client.rec");
    size_t whole = strlen(text), head = (size_t)(strchr(text, '\n') - text) + 1;
    for (size_t bytes = head; bytes <= whole; bytes += bytes + 97 < whole ? 97 : 1) {
        cr_assert(recording_read(&recording, "cut", text, bytes, &problem), "%s", problem.message);
        cr_assert_eq(recording_is_cut(recording), text[bytes - 1] != '\n');
        recording_free(recording);
    }
    cr_assert_not(recording_read(&recording, "cut", text, head - 1, &problem));
    cr_assert_not(recording_read(&recording, "cut", text, 0, &problem));
    free(text);
    recorded_scene_close(&scene);
}

/* As an editor of Windows saves it. */
Test(explain_reader, takes_a_byte_order_mark_and_crlf_and_names_utf16)
{
    struct recorded_scene scene;
    struct recording *recording;
    struct problem problem = {0};
    char *path, *text, *dressed, *at;
    recorded_scene_open(&scene, SCENE_MEETING, "modern", false);
    recorded_scene_play(&scene);
    text = scratch_read(scene.folder, "client.rec");
    path = scratch_path(scene.folder, "dressed.rec");
    at = dressed = malloc(2 * strlen(text) + 4);
    at = stpcpy(at, "\xEF\xBB\xBF");
    for (const char *from = text; *from; from++) {
        if (*from == '\n')
            *at++ = '\r';
        *at++ = *from;
    }
    *at = '\0';
    scratch_write(scene.folder, "dressed.rec", dressed);
    cr_assert(recording_load(&recording, path, &problem), "%s", problem.message);
    cr_expect_gt(recording_count(recording), 0);
    cr_expect_not(recording_is_cut(recording));
    recording_free(recording);
    scratch_write(scene.folder, "dressed.rec", "\xFF\xFE{");
    cr_assert_not(recording_load(&recording, path, &problem));
    cr_expect_not_null(strstr(problem.message, "UTF-16"), "%s", problem.message);
    free(dressed);
    free(path);
    free(text);
    recorded_scene_close(&scene);
}

Test(explain_reader, says_what_cannot_be_read)
{
    char *folder = scratch_new(), *path = scratch_path(folder, "huge.rec");
    struct recording *recording;
    struct problem problem = {0};
    cr_assert_not(recording_load(&recording, path, &problem));
    cr_assert_not_null(strstr(problem.message, "No such file"));
    problem = (struct problem){0};
    int huge = open(path, O_CREAT | O_WRONLY, 0600);
    cr_assert_eq(ftruncate(huge, (off_t)RECORDING_MAX_BYTES + 1), 0);
    close(huge);
    cr_assert_not(recording_load(&recording, path, &problem));
    cr_assert_not_null(strstr(problem.message, "larger than"), "%s", problem.message);
    problem = (struct problem){0};
    cr_assert_not(recording_load(&recording, folder, &problem));
    cr_assert_null(recording);
    free(path);
    scratch_remove(folder);
}

/* --- the file --------------------------------------------------------------------------------- */

static const struct recording_head head = {
    .program = "tests", .role = CHANNEL_CLIENT, .suite = "modern"};

Test(explain_file, is_new_and_its_owners)
{
    char *folder = scratch_new(), *path = scratch_path(folder, "a.rec");
    const struct explain_options options = {.record = path};
    struct problem problem = {0};
    struct stat status;
    struct explain *explain;
    umask(0);
    cr_assert(explain_open(&explain, &options, &head, &problem));
    cr_assert_eq(stat(path, &status), 0);
    cr_assert_eq(status.st_mode & 0777, 0600);
    cr_assert(explain_close(explain, &problem));
    cr_assert_eq(stat(path, &status), -1, "a recording of nothing stays");
    scratch_write(folder, "a.rec", "precious");
    cr_assert_not(explain_open(&explain, &options, &head, &problem));
    cr_assert_null(explain);
    cr_assert_not_null(strstr(problem.message, "a.rec: it already exists"));
    cr_assert_not_null(strstr(problem.hint, "another name"));
    char *text = scratch_read(folder, "a.rec");
    cr_assert_str_eq(text, "precious");
    free(text);
    free(path);
    scratch_remove(folder);
}

Test(explain_file, cannot_be_made_is_known_at_once)
{
    static const char *const paths[] = {"/nowhere/a.rec", "/dev/full", "/", "/dev"};
    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
        const struct explain_options options = {.record = paths[i]};
        struct problem problem = {0};
        struct explain *explain;
        cr_assert_not(explain_open(&explain, &options, &head, &problem), "%s", paths[i]);
        cr_assert_not_null(strstr(problem.message, paths[i]), "%s", problem.message);
    }
}

/* The disk is full in the middle of the talk, which goes on; whole lines are left. */
Test(explain_file, ends_with_a_whole_line_when_the_disk_is_full)
{
    struct rlimit limit = {20000, RLIM_INFINITY};
    struct problem problem = {0};
    struct recording *recording;
    struct recorded_scene scene;
    recorded_scene_open(&scene, SCENE_MEETING, "modern", false);
    signal(SIGXFSZ, SIG_IGN);
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
    scene_play(&scene.pump, SCENE_MEETING);
    cr_assert(scene_is_complete(&scene.pump, SCENE_MEETING));
    pump_close(&scene.pump);
    for (int role = 0; role < 2; role++) {
        problem = (struct problem){0};
        cr_assert_not(explain_close(scene.sides[role].explain, &problem), "nobody was told");
        cr_assert_not_null(strstr(problem.message, "File too large"), "%s", problem.message);
        problem = (struct problem){0};
        cr_assert(recording_load(&recording, scene.sides[role].path, &problem), "%s",
                  problem.message);
        cr_assert_not(recording_is_cut(recording));
        cr_assert_gt(recording_count(recording), 10u);
        recording_free(recording);
    }
    recorded_scene_close(&scene);
}
