/*
 * Secrets are in a recording and in a key log where they were asked for, and in none else.
 */
#include "hex.h"
#include "recorded_scene.h"
#include "scratch.h"

#include "rsa_key.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct needle {
    uint8_t bytes[16];
    size_t count;
    char name[32];
} needles[4096];
static size_t needle_count;

/* The end of the value: padding begins with known bytes. */
static void look_for(const char *name, const uint8_t *data, size_t bytes)
{
    struct needle *needle = &needles[needle_count++];
    size_t at = bytes > sizeof(needle->bytes) ? bytes - sizeof(needle->bytes) : 0;
    cr_assert_lt(needle_count, sizeof(needles) / sizeof(needles[0]));
    needle->count = bytes - at;
    memcpy(needle->bytes, data + at, needle->count);
    snprintf(needle->name, sizeof(needle->name), "%s", name);
}

static void look_for_value(const struct step_value *about, const uint8_t *data, size_t bytes)
{
    /* The textbook suite's steps have it among their values; on_event() looks at those itself. */
    if (strcmp(about->name, "inner message") != 0 && about->secrecy == TRACE_SECRET && bytes >= 8)
        look_for(about->name, data, bytes);
}

static void on_event(void *context, const struct trace_event *event)
{
    const struct step_row *row = event->kind == TRACE_STEP ? step_row(event->step.step) : NULL;
    (void)context;
    /* The others are made of what crosses the line openly elsewhere: tickets, public keys. */
    if (event->kind == TRACE_INNER && event->inner.message == WIRE_DATA)
        look_for("inner message", event->inner.bytes.data, event->inner.bytes.bytes);
    /* What is drawn becomes a secret, which is looked for under its name, or crosses the line. */
    if (!row || event->step.step == STEP_RANDOM_BYTES)
        return;
    for (size_t i = 0; i < event->step.arithmetic_count; i++) {
        const struct trace_arithmetic *arithmetic = &event->step.arithmetic[i];
        look_for_value(&(struct step_value){arithmetic->value.name, arithmetic->secrecy, false},
                       arithmetic->value.bytes, arithmetic->value.count);
    }
    for (size_t i = 0; i < (size_t)row->inputs + row->outputs; i++)
        look_for_value(&row->values[i], event->step.values[i].data, event->step.values[i].bytes);
}

static void look_for_key(const struct rsa_key *key)
{
    static uint8_t bytes[RSA_MAX_BYTES];
    for (int number = RSA_D; number < RSA_NUMBERS; number++)
        look_for(rsa_number_name((enum rsa_number)number), bytes,
                 rsa_key_number_bytes(key, (enum rsa_number)number, bytes, sizeof(bytes)));
}

static void look_for_text(const char *text)
{
    look_for(text, (const uint8_t *)text, strlen(text));
}

/* The sessions' words are those of scene.c. */
static void prepare_needles(void)
{
    needle_count = 0;
    for (size_t i = 0; i < 2; i++)
        look_for_key(pump_identity(i));
    for (size_t i = 0; i < 4; i++) {
        struct rsa_key *key = pump_ephemeral(i);
        look_for_key(key);
        rsa_key_free(key);
    }
    look_for_text("a first word from the client");
    look_for_text("what the server has to say");
}

/* The computed MAC of the hand-over is secret until it is compared; the sent one is not. */
static bool is_known_otherwise(const struct needle *needle)
{
    return strcmp(needle->name, "mac") == 0;
}

static bool is_in(const char *text, const struct needle *needle)
{
    char *hex = hex_encode(needle->bytes, needle->count);
    bool found = strstr(text, hex) || memmem(text, strlen(text), needle->bytes, needle->count);
    free(hex);
    return found;
}

static size_t count_found(const char *file, const struct recorded_scene *scene, bool complain)
{
    char *text = scratch_read(scene->folder, file);
    size_t found = 0;
    for (size_t i = 0; i < needle_count; i++)
        if (is_in(text, &needles[i]) && !is_known_otherwise(&needles[i])) {
            found++;
            cr_assert_not(complain, "%s: %s (%.*s) is in it", file, needles[i].name,
                          (int)needles[i].count, (const char *)needles[i].bytes);
        }
    free(text);
    return found;
}

static void play_looking(struct recorded_scene *scene, enum scene which, const char *suite,
                         bool secrets)
{
    struct problem problem = {0};
    prepare_needles();
    recorded_scene_open(scene, which, suite, secrets);
    for (int role = 0; role < 2; role++)
        cr_assert(explain_add(&scene->sides[role].explain,
                              &(struct explain_observer){.event = on_event}, &problem));
    recorded_scene_play(scene);
    cr_assert_gt(needle_count, 60u, "nothing was looked for");
}

Test(explain_secrets, are_in_no_recording_that_was_not_asked_for_them)
{
    static const char *const suites[] = {"modern", "textbook", "textbook:vernam"};
    for (size_t i = 0; i < sizeof(suites) / sizeof(suites[0]); i++)
        for (int which = 0; which < SCENES; which++) {
            struct recorded_scene scene;
            play_looking(&scene, (enum scene)which, suites[i], false);
            count_found("client.rec", &scene, true);
            count_found("server.rec", &scene, true);
            recorded_scene_close(&scene);
        }
}

/* The same search finds secrets where they are. */
Test(explain_secrets, are_found_where_they_were_asked_for)
{
    struct recorded_scene scene;
    play_looking(&scene, SCENE_MEETING, "modern", true);
    cr_assert_gt(count_found("client.rec", &scene, false), 60u);
    recorded_scene_close(&scene);
}
