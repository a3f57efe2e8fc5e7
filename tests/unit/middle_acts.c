/*
 * The person in the middle, in memory: a real client and a real server, and each act between them.
 */
#include "middle_trial.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* 1024 bits: dh and textbook. */
static struct trial tried(const struct trial_keys *keys, struct trial_config config)
{
    struct problem problem = {0};
    struct trial trial;
    config.keys = keys;
    cr_assert(trial_run(&trial, &config, &problem), "%s", problem.message);
    return trial;
}

static void check_proof(const char *proof)
{
    FILE *file;
    char *command = NULL, said[16] = "";
    cr_assert_not_null(proof);
    cr_assert_gt(asprintf(&command, "python3 -c '%s'", proof), 0);
    file = popen(command, "r");
    cr_assert_not_null(file);
    cr_assert_not_null(fgets(said, sizeof(said), file), "python3 says nothing: %s", command);
    cr_assert_eq(pclose(file), 0);
    cr_assert_str_eq(said, "True\n");
    free(command);
}

Test(middle, dh_is_read_and_changed_though_each_end_knows_the_key_of_the_other)
{
    struct trial_keys keys;
    cr_assert(trial_keys_make(&keys, false));
    struct trial trial = tried(&keys, (struct trial_config){.suite = "dh", .acts = "s/noon/nine/"});
    cr_assert(trial.moved);
    cr_assert_str_eq(trial.server.heard, "meet at nine\nbring the book\n");
    cr_assert_str_eq(trial.client.heard, TRIAL_TO_CLIENT);
    cr_assert(!trial.client.error && trial.server.good_end);
    cr_assert_eq(trial.result.changed, 1);
    cr_assert_eq(trial.result.read, 3);
    check_proof(trial.proof);
    free(trial.proof);
    trial_keys_free(&keys);
}

Test(middle, a_toy_group_and_one_byte_at_a_time_are_no_hindrance)
{
    static const char *const suites[] = {"dh:caesar", "dh:vernam", "dh:xor-cbc"};
    struct trial_keys keys;
    cr_assert(trial_keys_make(&keys, false));
    for (size_t i = 0; i < sizeof(suites) / sizeof(suites[0]); i++) {
        struct trial trial = tried(
            &keys, (struct trial_config){.suite = suites[i], .acts = "s/book/bill/", .chunk = 1});
        cr_assert_str_eq(trial.server.heard, "meet at noon\nbring the bill\n", "%s", suites[i]);
        cr_assert(!trial.client.error && trial.server.good_end, "%s", suites[i]);
        free(trial.proof);
    }
    trial_keys_free(&keys);
}

Test(middle, textbook_cannot_be_read_but_spoken_in_with_K_of_1)
{
    struct trial_keys keys;
    cr_assert(trial_keys_make(&keys, false));
    struct trial trial = tried(
        &keys, (struct trial_config){
                   .suite = "textbook",
                   .acts = "wait client 2; say server burn it\\n; drop; say client too late\\n"});
    cr_assert_str_eq(trial.server.heard, "burn it\nbring the book\n");
    cr_assert_str_eq(trial.client.heard, "too late\nagreed\n");
    cr_assert_eq(trial.result.read, 0);
    cr_assert_eq(trial.result.forged, 2);
    check_proof(trial.proof);
    free(trial.proof);
    trial_keys_free(&keys);
}

/* The port's record is forged, so the ticket is known, and the proof of the new port with it. */
Test(middle, textbook_moves_to_a_port_where_nobody_but_the_middle_is)
{
    struct trial_keys keys;
    cr_assert(trial_keys_make(&keys, false));
    struct trial trial = tried(
        &keys, (struct trial_config){.suite = "textbook",
                                     .acts = "port 4444; wait client 2; say client come in\\n"});
    cr_assert_str_eq(trial.client.heard, "come in\n");
    cr_assert_str_eq(trial.server.heard, "");
    cr_assert_eq(trial.result.moved, 1);
    free(trial.proof);
    trial_keys_free(&keys);
}

Test(middle, a_key_that_is_allowed_is_enough_where_the_client_has_no_pin)
{
    struct trial_keys keys;
    cr_assert(trial_keys_make(&keys, true));
    struct trial trial = tried(&keys, (struct trial_config){.suite = "modern",
                                                            .pretend = keys.other,
                                                            .first_time = true,
                                                            .acts = "s/noon/nine/"});
    cr_assert_str_eq(trial.server.heard, "meet at nine\nbring the book\n");
    check_proof(trial.proof);
    free(trial.proof);
    trial = tried(&keys, (struct trial_config){.suite = "modern", .pretend = keys.other});
    cr_assert_eq(trial.client.error, CHANNEL_ERR_KEY_CHANGED);
    cr_assert_str_eq(trial.server.heard, "");
    cr_assert_null(trial.proof);
    trial_keys_free(&keys);
}

/* docs/attack.md says what this build does: `bin/attack middle --table` prints it. */
Test(middle, the_table_on_the_page_is_what_comes_of_each_act, .timeout = 120)
{
    struct problem problem = {0};
    char *table = NULL, *page = NULL;
    size_t table_bytes, page_bytes = 0;
    FILE *out = open_memstream(&table, &table_bytes), *file = fopen("docs/attack.md", "r");
    cr_assert_not_null(file, "docs/attack.md");
    cr_assert(trial_table(out, &problem), "%s", problem.message);
    fclose(out);
    cr_assert_gt(getdelim(&page, &page_bytes, 0, file), 0);
    fclose(file);
    cr_assert_not_null(strstr(page, table), "docs/attack.md differs from\n%s", table);
    free(table);
    free(page);
}

Test(middle, what_is_typed_wrong_is_said)
{
    static const char *const wrong[] = {"no",
                                        "flip",
                                        "flip 3",
                                        "flip 3.8",
                                        "drop nobody",
                                        "s/a",
                                        "s//x/",
                                        "port",
                                        "port 0",
                                        "port 65536",
                                        "say nobody hello",
                                        "say server",
                                        "pass",
                                        "replay",
                                        "pretend",
                                        "pretend /nowhere.key.csv",
                                        "drop 0",
                                        "wait /open"};
    struct middle *middle = middle_new(&(struct middle_config){0});
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        struct problem problem = {0};
        cr_expect_not(middle_command(middle, wrong[i], &problem), "%s", wrong[i]);
        cr_expect(problem.message[0], "%s: without a word", wrong[i]);
    }
    middle_free(middle);
}
