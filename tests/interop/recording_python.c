/*
 * A recording with its secrets is enough to compute everything anew: Python does, with integers,
 * hashes and HMAC alone (tests/recording_check.py). And without them, what crossed the wire and the
 * key log of either side are enough to open the talk (tests/keylog_check.py).
 */
#include "recorded_scene.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What the script prints of this side's files. */
static void run(char said[1024], const char *script, const char *path, const char *keylog)
{
    char command[4200];
    snprintf(command, sizeof(command), "python3 tests/%s %s %s 2>&1", script, path, keylog);
    FILE *output = popen(command, "r");
    cr_assert_not_null(output);
    said[fread(said, 1, 1023, output)] = '\0';
    cr_assert_eq(pclose(output), 0, "%s: %s", command, said);
}

/* Both sides' recordings; each of the words must be counted in what the script prints. */
static void expect_computed(enum scene which, const char *suite, const char *const words[])
{
    struct recorded_scene scene;
    recorded_scene_open(&scene, which, suite, true);
    recorded_scene_play(&scene);
    for (int role = 0; role < 2; role++) {
        char said[1024];
        run(said, "recording_check.py", scene.sides[role].path, "");
        for (size_t i = 0; words[i]; i++)
            cr_assert_not_null(strstr(said, words[i]), "%s: no %s: %s", suite, words[i], said);
    }
    recorded_scene_close(&scene);
}

Test(recording_python, a_modern_meeting)
{
    expect_computed(SCENE_MEETING, "modern",
                    (const char *[]){"X25519=2", "ML-KEM=", "both=2", "share=2", "PSS=2", "hash=2",
                                     "PRK=1", "ikm=1", "transcript=1", "key=7", "power=2",
                                     "nonce=5", "tag=5", "record=5", NULL});
}

Test(recording_python, a_meeting_in_modern_x25519)
{
    expect_computed(SCENE_MEETING, "modern:x25519",
                    (const char *[]){"X25519=2", "share=1", "PSS=2", "hash=2", "PRK=1", "ikm=1",
                                     "transcript=1", "key=7", "power=2", "nonce=5", "tag=5",
                                     "record=5", NULL});
}

Test(recording_python, a_meeting_in_modern_rsa)
{
    expect_computed(SCENE_MEETING, "modern:rsa",
                    (const char *[]){"OAEP=1", "PSS=2", "hash=2", "PRK=1", "ikm=1", "transcript=1",
                                     "key=7", "power=2", "nonce=5", "tag=5", "record=5", NULL});
}

Test(recording_python, a_modern_talk_with_a_rekey)
{
    expect_computed(SCENE_TALK, "modern",
                    (const char *[]){"MAC=2", "X25519=2", "ML-KEM=", "both=2", "share=2", "PRK=2",
                                     "chain=1", "ikm=1", "transcript=2", "key=14", NULL});
}

Test(recording_python, a_talk_with_a_rekey_in_modern_rsa)
{
    expect_computed(SCENE_TALK, "modern:rsa",
                    (const char *[]){"MAC=2", "OAEP=1", "PRK=2", "chain=1", "ikm=1", "transcript=2",
                                     "key=14", NULL});
}

Test(recording_python, dh)
{
    static const char *const suites[] = {"dh", "dh:xor-cbc", "dh:vigenere"};
    for (size_t i = 0; i < 3; i++) {
        expect_computed(
            SCENE_MEETING, suites[i],
            (const char *[]){"DH=2", "share=1", "ikm=1", "key=2", "PRK=1", "classic=5", NULL});
        expect_computed(
            SCENE_TALK, suites[i],
            (const char *[]){"MAC=2", "DH=2", "share=1", "PRK=3", "ikm=2", "classic=10", NULL});
    }
}

Test(recording_python, a_textbook_meeting)
{
    expect_computed(
        SCENE_MEETING, "textbook",
        (const char *[]){"PRK=1", "key=1", "power=", "raw RSA=", "record=", "classic=5", NULL});
}

/* --- from the key log alone ------------------------------------------------------------------- */

/* Either end's recording without secrets, by the key log of the other. */
static void expect_opened(enum scene which, const char *suite, const char *talk)
{
    struct recorded_scene scene;
    recorded_scene_open(&scene, which, suite, false);
    recorded_scene_play(&scene);
    for (int role = 0; role < 2; role++) {
        char said[1024];
        run(said, "keylog_check.py", scene.sides[role].path, scene.sides[!role].keylog);
        for (const char *line = talk; *line; line = strchr(line, '\n') + 1) {
            char wanted[80];
            snprintf(wanted, sizeof(wanted), "%.*s", (int)strcspn(line, "\n") + 1, line);
            cr_assert_not_null(strstr(said, wanted), "%s: no %s in\n%s", suite, wanted, said);
        }
    }
    recorded_scene_close(&scene);
}

Test(recording_python, a_talk_of_each_suite_opened_from_the_key_log)
{
    struct channel_suite suite;
    for (size_t i = 0; channel_suite_at(&suite, i); i++) {
        char text[CHANNEL_SUITE_TEXT_BYTES];
        channel_suite_text(text, suite);
        expect_opened(SCENE_MEETING, text,
                      "client: a first word from the client\nserver: what the server has to say\n"
                      "server: (port 20001)\n");
        expect_opened(SCENE_TALK, text,
                      "client: a first word from the client\nclient: and, later, another\n"
                      "server: what the server has to say\nserver: its last word\n");
        if (channel_suite_rekeys(suite))
            expect_opened(SCENE_TALK, text, "client: (fresh keys)\nserver: (fresh keys)\n");
    }
}
