/*
 * The tamper map, of recordings made in memory: each byte says what a replay with that byte flipped
 * says, and modern refuses every change.
 */
#include "replay_map.h"
#include "recorded_scene.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#ifdef GLASSBOX_SANITIZED
#define EVERY 64
#else
#define EVERY 16
#endif

static struct recorded_scene scene;

static void make(struct replay_map *map, enum scene which, const char *suite,
                 enum channel_role role, bool bits)
{
    struct problem problem = {0};
    recorded_scene_open(&scene, which, suite, true);
    recorded_scene_play(&scene);
    cr_assert(replay_map_make(map, scene.sides[role].recording, 0, bits, &problem), "%s",
              problem.message);
}

static void done(struct replay_map *map)
{
    replay_map_free(map);
    recorded_scene_close(&scene);
}

static size_t count(const struct replay_map *map, enum replay_outcome_kind kind)
{
    size_t sum = 0;
    for (size_t i = 0; i < map->outcome_count; i++)
        sum += map->outcomes[i].kind == kind ? map->outcomes[i].count : 0;
    return sum;
}

/* The map's word for a byte is what one replay comes to. How many were replayed. */
static size_t expect_as_replayed(const struct replay_map *map, const struct recording *recording)
{
    size_t replays = 0;
    for (size_t at = 0; at < map->bytes; at += EVERY, replays++) {
        struct replay_result result;
        struct problem problem = {0};
        const struct replay_change change = {
            .kind = REPLAY_FLIP, .channel = map->channel, .offset = at};
        const struct replay_outcome *outcome = &map->outcomes[map->worst[at]];
        cr_assert(replay_run(&result, recording, &change, &problem));
        cr_assert_eq(replay_is_refused(&result), outcome->kind == REPLAY_REFUSES, "byte %zu", at);
        if (result.check && replay_is_refused(&result))
            cr_assert(strstr(outcome->text, result.check->name), "byte %zu: %s", at, outcome->text);
        replay_free(&result);
    }
    return replays;
}

Test(replay_map, modern_refuses_every_byte)
{
    for (size_t role = 0; role < 2; role++) {
        struct replay_map map;
        make(&map, SCENE_MEETING, "modern", (enum channel_role)role, false);
        cr_assert_gt(map.bytes, 500);
        cr_assert_eq(count(&map, REPLAY_REFUSES), map.bytes);
        expect_as_replayed(&map, scene.sides[role].recording);
        done(&map);
    }
}

/* What the keys had worked out in the unchanged session is looked up, and comes out the same. A
 * replay alone works out all of it again. */
Test(replay_map, a_map_of_textbook_does_no_power_twice)
{
    struct replay_map map;
    clock_t before = clock();
    make(&map, SCENE_MEETING, "textbook", CHANNEL_SERVER, false);
    const double map_time = (double)(clock() - before) / (double)map.bytes;
    cr_assert_gt(count(&map, REPLAY_CHANGES), 0);
    cr_assert_gt(count(&map, REPLAY_REFUSES), 0);
    before = clock();
    const size_t replays = expect_as_replayed(&map, scene.sides[CHANNEL_SERVER].recording);
    const double replay_time = (double)(clock() - before) / (double)replays;
    cr_assert_lt(2 * map_time, replay_time, "a change in the map takes %.2f of a replay",
                 map_time / replay_time);
    done(&map);
}

#ifndef GLASSBOX_SANITIZED /* thousands of replays */
/* A byte is as bad as the worst of its bits. */
Test(replay_map, with_all_bits_a_byte_shows_the_worst)
{
    struct replay_map map, one;
    struct problem problem = {0};
    make(&map, SCENE_MEETING, "modern", CHANNEL_CLIENT, true);
    cr_assert_eq(count(&map, REPLAY_CHANGES) + count(&map, REPLAY_ACCEPTS) +
                     count(&map, REPLAY_WAITS) + count(&map, REPLAY_REFUSES),
                 8 * map.bytes);
    cr_assert(replay_map_make(&one, scene.sides[CHANNEL_CLIENT].recording, 0, false, &problem));
    for (size_t i = 0; i < map.bytes; i++)
        cr_assert_leq(map.outcomes[map.worst[i]].kind, one.outcomes[one.worst[i]].kind, "%zu", i);
    replay_map_free(&one);
    done(&map);
}
#endif

Test(replay_map, what_cannot_be_mapped_is_said)
{
    struct replay_map map;
    struct problem problem = {0};
    recorded_scene_open(&scene, SCENE_MEETING, "modern", false);
    recorded_scene_play(&scene);
    cr_assert_not(replay_map_make(&map, scene.sides[CHANNEL_CLIENT].recording, 0, false, &problem));
    cr_assert(strstr(problem.message, "no secrets"), "%s", problem.message);
    problem = (struct problem){0};
    cr_assert_not(replay_map_make(&map, scene.sides[CHANNEL_CLIENT].recording, 9, false, &problem));
    recorded_scene_close(&scene);
}

/* Two checks with one colour could not be told apart. */
Test(replay_map, each_of_twelve_checks_has_a_colour_of_its_own)
{
    struct replay_map map;
    char *text = NULL, *fills[12], *at;
    size_t bytes = 0;
    FILE *out = open_memstream(&text, &bytes);
    make(&map, SCENE_MEETING, "modern", CHANNEL_SERVER, false);
    map.outcome_count = 12;
    for (size_t i = 0; i < 12; i++)
        map.outcomes[i].kind = REPLAY_REFUSES;
    replay_map_draw(out, &map, scene.sides[CHANNEL_SERVER].recording);
    fclose(out);
    at = strrchr(text, '\0');
    for (size_t i = 12; i > 0; i--) { /* the list of checks comes last */
        for (at--; strncmp(at, "fill=\"", 6) != 0;)
            at--;
        fills[i - 1] = at + 6;
    }
    for (size_t i = 0; i < 12; i++)
        for (size_t k = 0; k < i; k++)
            cr_expect_neq(strncmp(fills[i], fills[k], 7), 0, "%zu and %zu: %.7s", i, k, fills[i]);
    free(text);
    done(&map);
}
