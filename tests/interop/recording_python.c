/*
 * A recording with its secrets is enough to compute everything anew: Python does, with integers,
 * hashes and HMAC alone (tests/recording_check.py).
 */
#include "recorded_scene.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Both sides' recordings; each of the words must be counted in what the script prints. */
static void expect_computed(enum scene which, const char *suite, const char *const words[])
{
    struct recorded_scene scene;
    recorded_scene_open(&scene, which, suite, true);
    recorded_scene_play(&scene);
    for (int role = 0; role < 2; role++) {
        char command[4200], said[512] = "";
        snprintf(command, sizeof(command), "python3 tests/recording_check.py %s 2>&1",
                 scene.sides[role].path);
        FILE *script = popen(command, "r");
        cr_assert_not_null(script);
        size_t bytes = fread(said, 1, sizeof(said) - 1, script);
        cr_assert_eq(pclose(script), 0, "%s: %.*s", suite, (int)bytes, said);
        for (size_t i = 0; words[i]; i++)
            cr_assert_not_null(strstr(said, words[i]), "%s: no %s: %s", suite, words[i], said);
    }
    recorded_scene_close(&scene);
}

Test(recording_python, a_modern_meeting)
{
    expect_computed(SCENE_MEETING, "modern",
                    (const char *[]){"OAEP=1", "PSS=2", "hash=2", "PRK=1", "ikm=1", "transcript=1",
                                     "key=7", "power=2", "nonce=5", "tag=5", "record=5", NULL});
}

Test(recording_python, a_modern_talk_with_a_rekey)
{
    expect_computed(SCENE_TALK, "modern",
                    (const char *[]){"MAC=2", "OAEP=1", "PRK=2", "chain=1", "ikm=1", "transcript=2",
                                     "key=14", NULL});
}

Test(recording_python, a_textbook_meeting)
{
    expect_computed(SCENE_MEETING, "textbook",
                    (const char *[]){"PRK=1", "key=1", "power=", "raw RSA=", "record=", NULL});
}
