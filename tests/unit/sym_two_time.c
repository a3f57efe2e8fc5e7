/* A pad used twice or more falls, one that was used once does not; cribs by hand. */
#include "sym_two_time.h"

#include "sym_byte_texts.h"
#include "sym_crib.h"
#include "text_samples.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BYTES 160
#define MOST  6
#ifdef GLASSBOX_SANITIZED
#define TALKS 2
#else
#define TALKS 5
#endif

static struct fed_random dice;
static struct sym_byte_model *model;

static void setup(void)
{
    fed_random_init(&dice, NULL, 0, test_seed_of_figures());
    model = sym_byte_model_of_texts(NULL, 0, 1);
    cr_assert(model);
}

static void teardown(void)
{
    sym_byte_model_free(model);
}

TestSuite(sym_two_time, .init = setup, .fini = teardown);

/* Messages under one pad, or each under its own. */
struct talk {
    const uint8_t *plain[MOST];
    uint8_t pad[BYTES], sealed[MOST][BYTES];
    struct sym_bytes texts[MOST];
    size_t count;
};

static void make_talk(struct talk *talk, const struct text_sample *sample, size_t count, bool once)
{
    talk->count = count;
    text_sample_key(talk->pad, BYTES, &dice);
    for (size_t t = 0; t < count; t++) {
        talk->plain[t] = text_sample_piece(sample, BYTES, &dice);
        if (once)
            text_sample_key(talk->pad, BYTES, &dice);
        for (size_t i = 0; i < BYTES; i++)
            talk->sealed[t][i] = talk->plain[t][i] ^ talk->pad[i];
        talk->texts[t] = (struct sym_bytes){talk->sealed[t], BYTES};
    }
}

/* Bytes found right; of two messages also where they have changed places. */
static size_t right_bytes(const struct talk *talk, const uint8_t *pad)
{
    size_t right = 0;
    for (size_t i = 0; i < BYTES; i++)
        right += pad[i] == talk->pad[i] ||
                 (talk->count == 2 && (talk->sealed[0][i] ^ pad[i]) == talk->plain[1][i]);
    return right;
}

/* The share found right, in percent, over several talks; all of them must fall. */
static size_t broken_percent(const struct text_sample *sample, size_t count)
{
    size_t right = 0;
    for (unsigned i = 0; i < TALKS; i++) {
        struct talk talk;
        struct sym_two_time_found found;
        uint8_t pad[BYTES];
        make_talk(&talk, sample, count, false);
        cr_assert(
            sym_break_two_time(&found, pad, talk.texts, count, NULL, count < 3 ? 600 : 200, model));
        cr_expect_eq(found.verdict, SYM_BROKEN, "%s, %zu messages: %.0f bits saved",
                     sample->language, count, found.saved);
        right += right_bytes(&talk, pad);
    }
    return 100 * right / (TALKS * BYTES);
}

Test(sym_two_time, pads_used_again_fall)
{
    static const struct {
        size_t count, percent;
    } rows[] = {{2, 60}, {3, 90}, {6, 97}};
    for (size_t which = 0; which < TEXT_SAMPLES; which++) {
        struct text_sample sample = text_sample_read(which);
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
            size_t percent = broken_percent(&sample, rows[i].count);
            fprintf(stderr, "%s, %zu messages: %zu %% right\n", sample.language, rows[i].count,
                    percent);
            cr_expect_geq(percent, rows[i].percent, "%s, %zu messages: %zu %%", sample.language,
                          rows[i].count, percent);
        }
        free(sample.text);
    }
}

Test(sym_two_time, pads_used_once_resist)
{
    for (size_t which = 0; which < TEXT_SAMPLES; which++) {
        struct text_sample sample = text_sample_read(which);
        for (size_t count = 2; count <= 3; count++) {
            struct talk talk;
            struct sym_two_time_found found;
            uint8_t pad[BYTES];
            make_talk(&talk, &sample, count, true);
            cr_assert(sym_break_two_time(&found, pad, talk.texts, count, NULL, 100, model));
            cr_expect_eq(found.verdict, SYM_RESISTED, "%s: %.0f bits saved", sample.language,
                         found.saved);
            cr_expect_lt(found.saved, 0);
        }
        free(sample.text);
    }
}

Test(sym_two_time, a_crib_that_is_fixed_stays)
{
    struct text_sample sample = text_sample_read(0);
    struct talk talk;
    struct sym_two_time_found found;
    uint8_t pad[BYTES] = {0};
    bool is_fixed[BYTES] = {false};
    make_talk(&talk, &sample, 2, false);
    for (size_t i = 20; i < 60; i++) {
        pad[i] = talk.pad[i];
        is_fixed[i] = true;
    }
    cr_assert(sym_break_two_time(&found, pad, talk.texts, 2, is_fixed, 100, model));
    cr_expect_eq(memcmp(pad + 20, talk.pad + 20, 40), 0);
    free(sample.text);
}

Test(sym_two_time, what_is_missing)
{
    static const uint8_t bytes[] = "some bytes";
    const struct sym_bytes texts[] = {{bytes, 10}, {bytes, 8}, {bytes, 0}};
    struct sym_two_time_found found;
    uint8_t pad[10];
    cr_assert(sym_break_two_time(&found, pad, texts, 1, NULL, 0, model));
    cr_expect(found.why && strstr(found.why, "alone"));
    cr_assert(sym_break_two_time(&found, pad, texts, 2, NULL, 0, model));
    cr_expect(found.why && strstr(found.why, "the same"));
    cr_assert(sym_break_two_time(&found, pad, texts + 1, 2, NULL, 0, model));
    cr_expect(found.why && strstr(found.why, "only one"));
    cr_expect_eq(found.verdict, SYM_NOT_APPLICABLE);
    cr_expect_eq(sym_two_time_pad_bytes(texts, 3), 8);
}

Test(sym_two_time, guesses_by_hand)
{
    static const char *const plain[] = {"meet me at noon in the park", "the money is gone"};
    struct sym_bytes texts[2];
    uint8_t sealed[2][32], pad[32];
    struct sym_crib_board board;
    text_sample_key(pad, sizeof(pad), &dice);
    for (size_t t = 0; t < 2; t++) {
        for (size_t i = 0; i < strlen(plain[t]); i++)
            sealed[t][i] = (uint8_t)plain[t][i] ^ pad[i];
        texts[t] = (struct sym_bytes){sealed[t], strlen(plain[t])};
    }
    cr_assert(sym_crib_open(&board, texts, 2));
    cr_expect_eq(sym_crib_text(&board, 0, 0), -1);
    cr_assert(sym_crib_guess(&board, 1, 4, (const uint8_t *)"money", 5));
    for (size_t i = 4; i < 9; i++)
        cr_expect_eq(sym_crib_text(&board, 0, i), plain[0][i], "byte %zu", i);
    cr_expect_eq(sym_crib_text(&board, 0, 9), -1);
    cr_assert(sym_crib_guess(&board, 1, 4, (const uint8_t *)"wrong guess at the end", 22));
    cr_expect_neq(sym_crib_text(&board, 0, 4), plain[0][4]);
    cr_expect_eq(sym_crib_text(&board, 1, 17), -1, "behind its end");
    cr_expect(sym_crib_undo(&board));
    cr_expect_eq(sym_crib_text(&board, 0, 4), plain[0][4]);
    cr_expect(sym_crib_undo(&board));
    cr_expect_eq(sym_crib_text(&board, 0, 4), -1);
    cr_expect_not(sym_crib_undo(&board));
    size_t best = 0;
    for (size_t at = 0; at + 9 <= texts[1].count; at++)
        if (sym_crib_fit(&board, 1, at, (const uint8_t *)" money is", 9, model) <
            sym_crib_fit(&board, 1, best, (const uint8_t *)" money is", 9, model))
            best = at;
    cr_expect_eq(best, 3, "the crib fits best at %zu", best);
    cr_expect_eq(sym_crib_fit(&board, 0, 20, (const uint8_t *)"the", 3, model), SYM_CRIB_NO_FIT);
    sym_crib_close(&board);
}

/* The XOR of the two comes again and again, and so would the text of any pad. */
Test(sym_two_time, differences_that_repeat_say_nothing)
{
    struct sym_two_time_found found;
    uint8_t pad[BYTES], sealed[2][BYTES];
    const struct sym_bytes texts[2] = {{sealed[0], BYTES}, {sealed[1], BYTES}};
    text_sample_key(sealed[0], BYTES, &dice);
    for (size_t i = 0; i < BYTES; i++)
        sealed[1][i] = sealed[0][i] ^ (uint8_t)(i % 5);
    cr_assert(sym_break_two_time(&found, pad, texts, 2, NULL, 100, model));
    cr_expect_eq(found.verdict, SYM_NOT_APPLICABLE, "verdict %d, %.0f bits saved", found.verdict,
                 found.saved);
}
