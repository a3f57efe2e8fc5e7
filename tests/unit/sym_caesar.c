/* Caesar by all letters: right at 25 letters, honest where there are too few, and better than the two
 * rules of the textbooks. */
#include "sym_caesar.h"

#include "letter_texts.h"

#include <criterion/criterion.h>
#include <string.h>

#ifdef GLASSBOX_SANITIZED
#define TEXTS 100
#else
#define TEXTS 400
#endif

struct score {
    int right, by_chi_square, by_rule, broken, wrongly_broken;
};

static struct score run(const char *language, bool words, size_t letters)
{
    struct letter_texts texts;
    struct score score = {0};
    letter_texts_open(&texts, language, words);
    for (int i = 0; i < TEXTS; i++) {
        uint32_t key;
        struct sym_caesar_result result;
        letter_texts_key(&texts, &key, 1);
        struct sym_signs signs = letter_texts_sample(&texts, letters, &key, 1);
        cr_assert(sym_caesar_break(&result, texts.model, &signs));
        const bool right = result.keys[0].key == key;
        score.right += right;
        score.by_chi_square += result.chi_key == key;
        score.by_rule += result.rule_key == key;
        score.broken += result.verdict == SYM_BROKEN;
        score.wrongly_broken += result.verdict == SYM_BROKEN && !right;
        sym_caesar_free(&result);
        sym_signs_free(&signs);
    }
    letter_texts_close(&texts);
    cr_log_info("%s, %zu letters, words %d: right %d, chi-square %d, rule %d, broken %d of %d",
                language, letters, words, score.right, score.by_chi_square, score.by_rule,
                score.broken, TEXTS);
    return score;
}

Test(sym_caesar, right_at_25_letters_in_99_of_100)
{
    static const char *const languages[] = {"en", "ru"};
    for (size_t l = 0; l < 2; l++)
        for (int words = 0; words <= 1; words++) {
            const struct score score = run(languages[l], words, 25);
            cr_expect_geq(score.right * 100, TEXTS * 99, "%s, words %d: %d of %d", languages[l],
                          words, score.right, TEXTS);
            cr_expect_geq(score.broken * 100, TEXTS * 80);
            cr_expect_leq(score.wrongly_broken * 200, TEXTS, "%d", score.wrongly_broken);
            cr_expect_leq(score.by_chi_square, score.right);
            cr_expect_lt(score.by_rule, score.by_chi_square);
        }
}

/* Five letters are too few: it may guess right, but says so seldom, and says nothing that is wrong. */
Test(sym_caesar, too_few_letters_are_called_so)
{
    const struct score score = run("en", false, 5);
    cr_expect_lt(score.broken * 4, TEXTS);
    cr_expect_leq(score.wrongly_broken * 50, TEXTS);
}

Test(sym_caesar, noise_resists)
{
    struct letter_texts texts;
    int broken = 0;
    letter_texts_open(&texts, "ru", false);
    for (int i = 0; i < TEXTS; i++) {
        struct sym_caesar_result result;
        struct sym_signs signs = letter_texts_noise(&texts, 25);
        cr_assert(sym_caesar_break(&result, texts.model, &signs));
        broken += result.verdict == SYM_BROKEN;
        sym_caesar_free(&result);
        sym_signs_free(&signs);
    }
    letter_texts_close(&texts);
    cr_expect_leq(broken, TEXTS / 100, "%d of %d", broken, TEXTS);
}

/* In bytes the space is a sign, and the rule looks for it. */
Test(sym_caesar, in_bytes_the_rule_looks_for_the_space)
{
    static const char text[] = "meet me at noon by the old bridge and bring the map with you";
    const struct sym_alphabet *bytes = sym_alphabet_find("bytes");
    struct sym_model *model = sym_model_new(sym_language_find("en"), bytes, false, SYM_MODEL_ORDER);
    struct sym_signs signs = {.alphabet = bytes};
    struct sym_caesar_result result;
    uint8_t sealed[sizeof(text)];
    for (size_t i = 0; i < sizeof(text); i++)
        sealed[i] = (uint8_t)(text[i] + 200);
    cr_assert(sym_signs_add(&signs, sealed, strlen(text)));
    cr_assert(sym_caesar_break(&result, model, &signs));
    cr_expect_eq(result.keys[0].key, 200);
    cr_expect_eq(result.verdict, SYM_BROKEN);
    cr_expect_eq(result.expected, ' ');
    cr_expect_eq(result.rule_key, 200);
    sym_caesar_free(&result);
    sym_signs_free(&signs);
    sym_model_free(model);
}

Test(sym_caesar, a_text_without_letters)
{
    struct letter_texts texts;
    struct sym_caesar_result result;
    struct sym_signs signs;
    letter_texts_open(&texts, "en", true);
    signs = (struct sym_signs){.alphabet = texts.whole.alphabet};
    cr_assert(sym_signs_add(&signs, "12, 34", 6));
    cr_assert(sym_caesar_break(&result, texts.model, &signs));
    cr_expect_eq(result.verdict, SYM_NOT_APPLICABLE);
    cr_expect_not_null(result.why);
    sym_caesar_free(&result);
    sym_signs_free(&signs);
    letter_texts_close(&texts);
}
