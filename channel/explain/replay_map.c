/*
 * The tamper map: the replays, and what they come to. See replay_map.h.
 */
#include "replay_map.h"
#include "progress.h"
#include "translate.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define THREADS_MAX 16

/* What the threads share. */
struct work {
    struct replay_map *map;
    const struct recording *recording;
    struct replay_memory *memory;
    struct progress *progress;
    uint8_t *found;       /* an outcome for each change, by number */
    atomic_size_t next;   /* change that nobody has taken yet */
    pthread_mutex_t lock; /* of the outcomes, and of the problem */
    struct problem *problem;
    atomic_bool failed;
};

/* --- one change ------------------------------------------------------------------------------ */

static enum replay_outcome_kind kind_of(const struct replay_result *result)
{
    if (replay_is_refused(result))
        return REPLAY_REFUSES;
    if (result->waits)
        return REPLAY_WAITS;
    for (size_t i = 0; i < result->message_count; i++)
        if (!replay_is_same(&result->messages[i]))
            return REPLAY_CHANGES;
    return REPLAY_ACCEPTS;
}

static struct replay_outcome outcome_of(const struct replay_result *result)
{
    static const char *const texts[] = {
        [REPLAY_CHANGES] = N_("accepted, and something else arrives"),
        [REPLAY_ACCEPTS] = N_("accepted, and all that arrives is as it was"),
        [REPLAY_WAITS] = N_("the engine waits for what never comes"),
    };
    struct replay_outcome outcome = {.kind = kind_of(result)};
    if (outcome.kind != REPLAY_REFUSES)
        snprintf(outcome.text, sizeof(outcome.text), "%s", translate(texts[outcome.kind]));
    else if (result->check)
        snprintf(outcome.text, sizeof(outcome.text), "%s; %s", translate(result->check->name),
                 result->check->section);
    else
        snprintf(outcome.text, sizeof(outcome.text), "%s",
                 translate(result->detail[0] ? result->detail : channel_strerror(result->error)));
    return outcome;
}

/* The number of the outcome, which is kept if it is new. */
static uint8_t count_outcome(struct replay_map *map, const struct replay_outcome *outcome)
{
    size_t at = 0;
    while (at < map->outcome_count && (map->outcomes[at].kind != outcome->kind ||
                                       strcmp(map->outcomes[at].text, outcome->text) != 0))
        at++;
    if (at == REPLAY_OUTCOMES_MAX)
        at--;
    else if (at == map->outcome_count)
        map->outcomes[map->outcome_count++] = *outcome;
    map->outcomes[at].count++;
    return (uint8_t)at;
}

static bool try_change(struct work *work, size_t number)
{
    struct replay_map *map = work->map;
    const struct replay_change change = {.kind = REPLAY_FLIP,
                                         .channel = map->channel,
                                         .offset = number / map->bits,
                                         .bits = (uint8_t)(1u << number % map->bits)};
    struct replay_result result;
    struct problem problem = {0};
    bool done = replay_run_with(&result, work->recording, &change, work->memory, &problem);
    pthread_mutex_lock(&work->lock);
    if (done) {
        const struct replay_outcome outcome = outcome_of(&result);
        work->found[number] = count_outcome(map, &outcome);
    } else {
        problem_set(work->problem, "%s", problem.message);
    }
    if (number % map->bits == map->bits - 1)
        progress_add(work->progress, 1);
    pthread_mutex_unlock(&work->lock);
    if (done)
        replay_free(&result);
    return done;
}

static void *run_thread(void *context)
{
    struct work *work = context;
    size_t number;
    while (!work->failed &&
           (number = atomic_fetch_add(&work->next, 1)) < work->map->bytes * work->map->bits)
        if (!try_change(work, number))
            work->failed = true;
    return NULL;
}

static bool run_all(struct work *work)
{
    pthread_t threads[THREADS_MAX];
    const long processors = sysconf(_SC_NPROCESSORS_ONLN);
    size_t count = 0, wanted = processors > 1 ? (size_t)processors - 1 : 0;
    while (count < wanted && count < THREADS_MAX &&
           pthread_create(&threads[count], NULL, run_thread, work) == 0)
        count++;
    run_thread(work); /* this one works, too: so it is done even where there is no other */
    for (size_t i = 0; i < count; i++)
        pthread_join(threads[i], NULL);
    return !work->failed;
}

/* --- the outcomes in order ------------------------------------------------------------------- */

static int compare(const void *a, const void *b)
{
    const struct replay_outcome *x = a, *y = b;
    if (x->kind != y->kind)
        return x->kind < y->kind ? -1 : 1;
    if (x->count != y->count)
        return x->count > y->count ? -1 : 1;
    return strcmp(x->text, y->text);
}

/* Threads have found them in any order: they are sorted, and each byte gets the worst of its bits. */
static void sort_outcomes(struct replay_map *map, const uint8_t *found)
{
    struct replay_outcome before[REPLAY_OUTCOMES_MAX];
    uint8_t place[REPLAY_OUTCOMES_MAX] = {0};
    memcpy(before, map->outcomes, sizeof(before));
    qsort(map->outcomes, map->outcome_count, sizeof(*map->outcomes), compare);
    for (size_t old = 0; old < map->outcome_count; old++)
        for (size_t new = 0; new < map->outcome_count; new ++)
            if (compare(&before[old], &map->outcomes[new]) == 0)
                place[old] = (uint8_t) new;
    memset(map->worst, REPLAY_OUTCOMES_MAX, map->bytes);
    for (size_t i = 0; i < map->bytes * map->bits; i++)
        if (place[found[i]] < map->worst[i / map->bits])
            map->worst[i / map->bits] = place[found[i]];
}

static bool is_mappable(const struct replay_map *map, struct problem *problem)
{
    if (map->bytes == 0)
        return problem_set(problem, "channel %u received nothing", map->channel);
    if (map->bytes <= REPLAY_MAP_BYTES)
        return true;
    problem_set(problem, "channel %u received %zu bytes, and a map takes %zu", map->channel,
                map->bytes, REPLAY_MAP_BYTES);
    return problem_hint(problem, "record a short talk, or map another channel: --channel");
}

/* The session as it was: whose it is, and what its keys had to work out. */
static bool play_whole(struct work *work, unsigned channel)
{
    struct replay_result whole;
    const struct replay_change none = {.channel = channel};
    work->memory = replay_memory_new();
    if (!work->memory)
        return problem_memory(work->problem);
    if (!replay_run_with(&whole, work->recording, &none, work->memory, work->problem))
        return false;
    replay_memory_close(work->memory);
    work->map->role = whole.role;
    replay_free(&whole);
    work->map->suite = replay_suite(work->recording, work->map->channel);
    work->map->bytes = replay_received_bytes(work->recording, work->map->channel);
    return true;
}

static bool play_changes(struct work *work)
{
    struct replay_map *map = work->map;
    map->worst = malloc(map->bytes);
    work->found = calloc(map->bytes, map->bits);
    progress_begin(work->progress, PROGRESS_LINE, _("flipping"), map->bytes, 0);
    bool done = map->worst && work->found ? run_all(work) : problem_memory(work->problem);
    progress_end(work->progress, done, 0);
    if (done)
        sort_outcomes(map, work->found);
    else
        replay_map_free(map);
    free(work->found);
    return done;
}

bool replay_map_make(struct replay_map *map, const struct recording *recording, unsigned channel,
                     bool all_bits, struct problem *problem)
{
    struct progress progress;
    struct work work = {.map = map,
                        .recording = recording,
                        .progress = &progress,
                        .problem = problem,
                        .lock = PTHREAD_MUTEX_INITIALIZER};
    *map = (struct replay_map){.channel = channel ? channel : 1, .bits = all_bits ? 8 : 1};
    bool done = play_whole(&work, channel) && is_mappable(map, problem) && play_changes(&work);
    replay_memory_free(work.memory);
    return done;
}

void replay_map_free(struct replay_map *map)
{
    free(map->worst);
    *map = (struct replay_map){0};
}

char replay_map_letter(const struct replay_map *map, size_t outcome)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    size_t others = 0;
    switch (map->outcomes[outcome].kind) {
    case REPLAY_CHANGES:
        return '!';
    case REPLAY_ACCEPTS:
        return '=';
    case REPLAY_WAITS:
        return '~';
    default:
        break;
    }
    while (map->outcomes[others].kind != REPLAY_REFUSES)
        others++;
    return letters[outcome - others];
}
