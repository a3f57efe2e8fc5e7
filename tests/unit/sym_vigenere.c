/* Vigenere by columns: right with a key of an eighth of the text, honest beyond; repeats and
 * coincidences by hand. */
#include "sym_vigenere.h"

#include "letter_texts.h"

#include <criterion/criterion.h>
#include <string.h>

#ifdef GLASSBOX_SANITIZED
#define TEXTS 4
#else
#define TEXTS 8
#endif

struct score {
    int right, broken, wrongly_broken;
};

static struct score run(int count, const char *language, bool words, size_t letters, size_t length)
{
    static struct sym_vigenere_result result;
    struct letter_texts texts;
    struct score score = {0};
    uint32_t key[64];
    letter_texts_open(&texts, language, words);
    for (int i = 0; i < count; i++) {
        letter_texts_key(&texts, key, length);
        struct sym_signs signs = letter_texts_sample(&texts, letters, key, length);
        cr_assert(sym_vigenere_break(&result, texts.model, &signs, 0));
        const bool right = result.length == length &&
                           memcmp(result.key, key, length * sizeof(*key)) == 0;
        score.right += right;
        score.broken += result.verdict == SYM_BROKEN;
        score.wrongly_broken += result.verdict == SYM_BROKEN && result.length != length;
        sym_signs_free(&signs);
    }
    letter_texts_close(&texts);
    cr_log_info("%s, %zu letters, key %zu, words %d: right %d, broken %d of %d", language, letters,
                length, words, score.right, score.broken, count);
    return score;
}

/* The aim is 95 of 100: among so few texts some more may fail by chance. */
Test(sym_vigenere, a_key_of_an_eighth)
{
    static const char *const languages[] = {"en", "ru"};
    int right = 0;
    for (size_t l = 0; l < 2; l++)
        for (int words = 0; words <= 1; words++) {
            const struct score score = run(TEXTS, languages[l], words, 200, 25);
            right += score.right;
            cr_expect_geq(score.right, TEXTS - 3, "%s, words %d: %d of %d", languages[l], words,
                          score.right, TEXTS);
            cr_expect_eq(score.wrongly_broken, 0);
        }
    cr_expect_geq(right, 4 * TEXTS - 4, "%d of %d", right, 4 * TEXTS);
}

/* Two letters under each letter of the key are too few for anybody. */
Test(sym_vigenere, beyond_the_bound_it_says_so)
{
    const struct score score = run(3, "en", false, 48, 24);
    cr_expect_leq(score.broken, 1);
    cr_expect_leq(score.right, 1);
}

Test(sym_vigenere, noise_resists)
{
    static struct sym_vigenere_result result;
    struct letter_texts texts;
    letter_texts_open(&texts, "en", true);
    for (int i = 0; i < 2; i++) {
        struct sym_signs signs = letter_texts_noise(&texts, 120);
        cr_assert(sym_vigenere_break(&result, texts.model, &signs, 0));
        cr_expect_eq(result.verdict, SYM_RESISTED, "key of %zu, %f bits", result.length,
                     result.bits);
        sym_signs_free(&signs);
    }
    letter_texts_close(&texts);
}

/* crypto is short for cryptography: under the key abcd the two stand 16 letters apart, and so do their
 * ciphertexts (a famous example). */
Test(sym_vigenere, repeats_of_kasiski)
{
    static const char sealed[] = "CSASTPKVSIQUTGQUCSASTPIUAQJB";
    struct sym_signs signs = {.alphabet = sym_alphabet_find("latin")};
    struct sym_repeat repeats[4];
    cr_assert(sym_signs_add(&signs, sealed, strlen(sealed)));
    cr_assert_eq(sym_vigenere_repeats(&signs, repeats, 4), 1);
    cr_expect_eq(repeats[0].first, 0);
    cr_expect_eq(repeats[0].second, 16);
    cr_expect_eq(repeats[0].letters, 6);
    sym_signs_free(&signs);
}

/* Columns of "abababab": all letters of each are the same; in one row three of seven pairs are. */
Test(sym_vigenere, coincidences_by_hand)
{
    struct sym_signs signs = {.alphabet = sym_alphabet_find("latin")};
    double excess;
    cr_assert(sym_signs_add(&signs, "abab abab", 9));
    cr_expect_float_eq(sym_vigenere_coincidence(&signs, 2, &excess), 1, 1e-12);
    cr_expect_gt(excess, 10);
    cr_expect_float_eq(sym_vigenere_coincidence(&signs, 1, NULL), 12.0 / 28, 1e-12);
    cr_expect_float_eq(sym_vigenere_coincidence(&signs, 8, NULL), 0, 1e-12);
    sym_signs_free(&signs);
}

/* Several messages under one key, each from its beginning: together they are enough. */
Test(sym_vigenere, messages_under_one_key_are_one_text)
{
    static struct sym_vigenere_result result;
    static const char *const said[] = {"we meet at the station", "the train leaves before noon",
                                       "bring bread and water",  "i have the tickets",
                                       "wait under the clock",   "do not forget the map"};
    static const char key[] = "lantern";
    struct sym_signs signs = {.alphabet = sym_alphabet_find("latin")};
    struct sym_model *model = sym_model_new(sym_language_find("en"), signs.alphabet, true,
                                            SYM_MODEL_ORDER);
    for (size_t i = 0; i < sizeof(said) / sizeof(said[0]); i++) {
        char sealed[64] = "";
        for (size_t j = 0, place = 0; said[i][j]; j++)
            sealed[j] = (char)(said[i][j] == ' '
                                   ? ' '
                                   : 'a' + (said[i][j] - 'a' + key[place++ % 7] - 'a') % 26);
        cr_assert(sym_signs_add(&signs, sealed, strlen(sealed)));
    }
    cr_assert(model && sym_vigenere_break(&result, model, &signs, 0));
    cr_expect_eq(result.verdict, SYM_BROKEN);
    cr_assert_eq(result.length, 7);
    for (size_t i = 0; i < 7; i++)
        cr_expect_eq(result.key[i], (uint32_t)(key[i] - 'a'));
    sym_signs_free(&signs);
    sym_model_free(model);
}

/* A key as long as a piece makes a text of it, and of all that are like it. */
Test(sym_vigenere, a_piece_again_and_again_resists)
{
    static struct sym_vigenere_result result;
    struct letter_texts texts;
    char text[1201] = "";
    letter_texts_open(&texts, "en", false);
    for (size_t i = 0; i < sizeof(text) - 1; i++)
        text[i] = "XQZJWKVBFGYPUMHC"[i % 16];
    struct sym_signs signs = {.alphabet = sym_alphabet_find("latin")};
    cr_assert(sym_signs_add(&signs, text, sizeof(text) - 1));
    cr_assert(sym_vigenere_break(&result, texts.model, &signs, 64));
    cr_expect_eq(result.verdict, SYM_RESISTED, "a key of %zu leaves %.0f bits", result.length,
                 result.bits);
    sym_signs_free(&signs);
    letter_texts_close(&texts);
}
