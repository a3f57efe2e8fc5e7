/*
 * The tamper map of a recording: each byte that a channel received, changed alone, and what came of
 * it. One replay (recording_replay.h) for each change, on as many threads as there are processors.
 *
 * What comes of a change is one of few outcomes: a check that refuses it, a wait for what never
 * comes, something else that arrives, or nothing at all.
 */
#ifndef GLASSBOX_REPLAY_MAP_H
#define GLASSBOX_REPLAY_MAP_H

#include "recording_replay.h"

#include <stdio.h>

enum replay_outcome_kind {                 /* the worst first */
                           REPLAY_CHANGES, /* accepted, and something else arrives */
                           REPLAY_ACCEPTS, /* accepted, and all that arrives is as it was */
                           REPLAY_WAITS,   /* for what never comes */
                           REPLAY_REFUSES,
};

struct replay_outcome {
    enum replay_outcome_kind kind;
    char text[REPLAY_TEXT_BYTES + 64]; /* refuses: the check and its section */
    size_t count;                      /* of changes that came to this */
};
#define REPLAY_OUTCOMES_MAX 40 /* the last takes all that there is no room for */

struct replay_map {
    unsigned channel;
    enum channel_role role;
    struct channel_suite suite;
    size_t bytes;   /* that the channel received */
    unsigned bits;  /* changed in each byte, one at a time: 1 (the lowest) or 8 */
    uint8_t *worst; /* of each byte: the outcome, by its number, that is the worst of its bits' */
    struct replay_outcome outcomes[REPLAY_OUTCOMES_MAX]; /* sorted: the worst kind first */
    size_t outcome_count;
};

#define REPLAY_MAP_BYTES ((size_t)64 * 1024) /* more would take minutes */

/* channel: 0 for the first. The problem is replay_run's, or that there is too much to map. */
bool replay_map_make(struct replay_map *map, const struct recording *recording, unsigned channel,
                     bool all_bits, struct problem *problem) __attribute__((warn_unused_result));
void replay_map_free(struct replay_map *map);

/* The letter of an outcome: ! changes, = accepts, ~ waits, a, b, c ... refuses. */
char replay_map_letter(const struct replay_map *map, size_t outcome);

/* For people, as rows of letters in colour; as JSON; as SVG that stands alone (or in a page). The
 * recording is the one that it was made of. */
void replay_map_print(const struct replay_map *map, const struct recording *recording);
bool replay_map_print_json(const struct replay_map *map) __attribute__((warn_unused_result));
void replay_map_draw(FILE *out, const struct replay_map *map, const struct recording *recording);

#endif
