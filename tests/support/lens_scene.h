/*
 * A scene (scene.h) with a lens on each side: what the lenses showed, and their recordings. Without
 * Criterion: what cannot be set up aborts.
 */
#ifndef GLASSBOX_TESTS_LENS_SCENE_H
#define GLASSBOX_TESTS_LENS_SCENE_H

#include "lens.h"
#include "scene.h"

struct lens_side {
    struct lens *lens;
    char *path;   /* of the recording */
    char **texts; /* lens_text of every event, as it came */
    size_t count;
    bool secrets;                /* are in both */
    struct recording *recording; /* read back */
};

struct lens_scene {
    char *folder;
    struct pump pump;
    enum scene scene;
    struct lens_side sides[2]; /* by role */
};

/* Two lenses and two engines; change scene->pump, then play. */
void lens_scene_open(struct lens_scene *scene, enum scene which, const char *suite, bool secrets);
/* Plays to the end, frees the engines, closes the lenses, reads the recordings. */
void lens_scene_play(struct lens_scene *scene);
void lens_scene_close(struct lens_scene *scene);

/* All that an event says, as text: two events are equal if their texts are. secrets: with the bytes
 * of secret values. Free it. */
char *lens_text(const struct lens_event *event, bool secrets);

/* The nth event of this kind in a recording, NULL if there is none. */
const struct lens_event *lens_find(const struct recording *recording, enum lens_kind kind,
                                   size_t nth);
/* The nth step of this name. */
const struct lens_event *lens_find_step(const struct recording *recording, const char *name,
                                        size_t nth);

#endif
