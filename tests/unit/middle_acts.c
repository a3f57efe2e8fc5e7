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

static void ignore(void *context, const char *line)
{
    (void)context;
    (void)line;
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
                                                            .to_client = keys.other,
                                                            .to_server = keys.other,
                                                            .first_time = true,
                                                            .acts = "s/noon/nine/"});
    cr_assert_str_eq(trial.server.heard, "meet at nine\nbring the book\n");
    check_proof(trial.proof);
    free(trial.proof);
    trial = tried(&keys, (struct trial_config){
                             .suite = "modern", .to_client = keys.other, .to_server = keys.other});
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

/* Bytes that are nothing of the protocol cross as they are, from both ends, in pieces of any size. */
Test(middle, nonsense_is_handed_on)
{
    struct middle *middle = middle_new(&(struct middle_config){.say = ignore});
    for (unsigned seed = 1; seed <= 300; seed++) {
        struct middle_link *link = middle_link_new(middle, NULL);
        const enum channel_role from = seed % 2 ? CHANNEL_CLIENT : CHANNEL_SERVER;
        const enum channel_role to = seed % 2 ? CHANNEL_SERVER : CHANNEL_CLIENT;
        uint8_t sent[300], got[sizeof(sent)];
        size_t held = 0, bytes;
        srand(seed);
        for (size_t i = 0; i < sizeof(sent); i++)
            sent[i] = (uint8_t)rand();
        sent[0] = (uint8_t)(seed % 8); /* a type, or none */
        for (size_t at = 0, piece; at < sizeof(sent); at += piece) {
            piece = 1 + (size_t)rand() % 40;
            piece = piece < sizeof(sent) - at ? piece : sizeof(sent) - at;
            middle_link_input(link, from, sent + at, piece);
        }
        middle_link_input_end(link, from);
        for (const uint8_t *out; (out = middle_link_output(link, to, &bytes));) {
            cr_assert_leq(held + bytes, sizeof(got), "seed %u", seed);
            memcpy(got + held, out, bytes);
            held += bytes;
            middle_link_output_done(link, to, bytes);
        }
        cr_expect(held == sizeof(sent) && memcmp(sent, got, held) == 0, "seed %u: %zu bytes", seed,
                  held);
        cr_expect(middle_link_output_ended(link, to), "seed %u", seed);
        middle_link_free(link);
    }
    middle_free(middle);
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
                                        "pretend x nobody",
                                        "drop 0",
                                        "wait /open"};
    struct middle *middle = middle_new(&(struct middle_config){.say = ignore});
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        struct problem problem = {0};
        cr_expect_not(middle_command(middle, wrong[i], &problem), "%s", wrong[i]);
        cr_expect(problem.message[0], "%s: without a word", wrong[i]);
    }
    middle_free(middle);
}
