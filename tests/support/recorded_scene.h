/*
 * A scene (scene.h) heard on each side: the events, and the recordings. Without
 * Criterion: what cannot be set up aborts.
 */
#ifndef GLASSBOX_TESTS_RECORDED_SCENE_H
#define GLASSBOX_TESTS_RECORDED_SCENE_H

#include "explain.h"
#include "scene.h"

struct recorded_side {
    struct explain *explain;
    char *path;   /* of the recording */
    char *keylog; /* and of the key log */
    char **texts; /* explain_text of every event, as it came */
    size_t count;
    bool secrets;                /* are in both */
    struct recording *recording; /* read back */
    struct recording *kept;      /* the same, kept in memory */
};

struct recorded_scene {
    char *folder;
    struct pump pump;
    enum scene scene;
    struct recorded_side sides[2]; /* by role */
};

/* Two engines, both heard; change scene->pump, then play. */
void recorded_scene_open(struct recorded_scene *scene, enum scene which, const char *suite,
                         bool secrets);
/* Plays to the end, frees the engines, closes the listeners, reads the recordings. */
void recorded_scene_play(struct recorded_scene *scene);
void recorded_scene_close(struct recorded_scene *scene);

/* All that an event says, as text: two events are equal if their texts are. secrets: with the bytes
 * of secret values. Free it. */
char *explain_text(const struct trace_event *event, bool secrets);

/* The nth event of this kind in a recording, NULL if there is none. */
const struct trace_event *recording_find(const struct recording *recording, enum trace_kind kind,
                                         size_t nth);
/* The nth step of this name. */
const struct trace_event *recording_find_step(const struct recording *recording, const char *name,
                                              size_t nth);

#endif
