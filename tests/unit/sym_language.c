/* Languages: the tables are what the texts have, the model's chances are chances, and it tells its own
 * language from the other one and from noise. */
#include "sym_language.h"
#include "sym_language_model.h"

#include "fed_random.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>

static void read_signs(struct sym_signs *signs, const struct sym_alphabet *alphabet,
                       const char *text, size_t bytes)
{
    *signs = (struct sym_signs){.alphabet = alphabet};
    cr_assert(sym_signs_add(signs, text, bytes));
}

Test(sym_language, tables_are_current)
{
    for (size_t row = 0; row < sym_language_count(); row++) {
        const struct sym_language *language = sym_language_at(row);
        const struct sym_alphabet *alphabet = sym_language_alphabet(language);
        uint32_t counted[64] = {0};
        struct sym_signs signs;
        size_t bytes;
        const char *text = sym_language_text(language, &bytes);
        read_signs(&signs, alphabet, text, bytes);
        cr_expect_geq(bytes, 16 * 1024);
        for (size_t i = 0; i < signs.count; i++)
            if (signs.signs[i] >= 0)
                counted[signs.signs[i]]++;
        for (uint32_t i = 0; i < sym_alphabet_size(alphabet); i++)
            cr_expect_float_eq(sym_language_share(language, i),
                               (double)counted[i] / (double)signs.letters, 1e-12,
                               "%s, letter %u: run symcipher/break/texts/count.py",
                               sym_language_name(language), i);
        sym_signs_free(&signs);
    }
    cr_expect_null(sym_language_find("xx"));
}

Test(sym_language, signs_and_places)
{
    static const int32_t wanted[] = {19, 7, 4, SYM_SIGN_GAP, 4, 13, 3, SYM_SIGN_GAP, SYM_SIGN_STOP,
                                     0};
    static const uint32_t places[] = {0, 1, 2, 0, 3, 4, 5, 0, 0, 0};
    struct sym_signs signs;
    read_signs(&signs, sym_alphabet_find("latin"), "The, 12 \xD0\x96\xFF END.", 16);
    cr_assert(sym_signs_add(&signs, "a", 1));
    cr_assert_eq(signs.count, sizeof(wanted) / sizeof(wanted[0]));
    for (size_t i = 0; i < signs.count; i++) {
        cr_expect_eq(signs.signs[i], wanted[i], "%zu", i);
        cr_expect_eq(signs.places[i], places[i], "%zu", i);
    }
    cr_expect_eq(signs.letters, 7);
    cr_expect_eq(signs.longest, 6);
    sym_signs_free(&signs);
}

Test(sym_language, groups_of_five_show_no_words)
{
    const struct sym_alphabet *latin = sym_alphabet_find("latin");
    struct sym_signs signs;
    read_signs(&signs, latin, "thequ ickbr ownfo xjump sover", 29);
    cr_expect_not(sym_signs_have_words(&signs));
    sym_signs_free(&signs);
    read_signs(&signs, latin, "the quick brown fox jumps over", 30);
    cr_expect(sym_signs_have_words(&signs));
    sym_signs_free(&signs);
}

/* In every state, the chances of all signs together are 1: then no key can look good by itself. */
Test(sym_language, chances_are_chances)
{
    static const char *const alphabets[] = {"latin", "bytes"};
    for (size_t a = 0; a < 2; a++) {
        const struct sym_alphabet *alphabet = sym_alphabet_find(alphabets[a]);
        struct sym_model *model = sym_model_new(sym_language_find("en"), alphabet, false, 3);
        const uint32_t size = sym_alphabet_size(alphabet);
        cr_assert_not_null(model);
        for (uint32_t from = 0; from < model->states; from++) {
            double sum = 0;
            for (uint32_t sign = 0; sign < size; sign++) {
                uint32_t state = from;
                sum += exp2((double)sym_model_step(model, &state, (int32_t)sign)) / size;
                cr_assert_lt(state, model->states);
            }
            cr_assert_float_eq(sum, 1, 1e-4, "%s: state %u: %f", alphabets[a], from, sum);
        }
        sym_model_free(model);
    }
}

static double bits_a_sign(const struct sym_model *model, const struct sym_signs *signs)
{
    uint32_t state = SYM_MODEL_START;
    double bits = 0;
    for (size_t i = 0; i < signs->count; i++)
        bits += (double)sym_model_step(model, &state, signs->signs[i]);
    return bits / (double)signs->letters;
}

Test(sym_language, tells_its_own_from_others_and_from_noise)
{
    const struct sym_alphabet *bytes = sym_alphabet_find("bytes");
    struct fed_random source;
    uint8_t noise[4096];
    fed_random_init(&source, NULL, 0, test_seed_of_figures());
    cr_assert_eq(rsa_random_bytes(noise, sizeof(noise), &source.source), 0);
    for (size_t row = 0; row < sym_language_count(); row++) {
        struct sym_model *model = sym_model_new(sym_language_at(row), bytes, false, 3);
        cr_assert_not_null(model);
        double own = 0, others = 0;
        for (size_t other = 0; other < sym_language_count(); other++) {
            struct sym_signs signs;
            size_t count;
            const char *text = sym_language_text(sym_language_at(other), &count);
            read_signs(&signs, bytes, text, count);
            *(other == row ? &own : &others) = bits_a_sign(model, &signs);
            sym_signs_free(&signs);
        }
        cr_expect_gt(own, 5, "%f", own);
        cr_expect_lt(others, 0, "%f", others);
        struct sym_signs signs;
        read_signs(&signs, bytes, (const char *)noise, sizeof(noise));
        cr_expect_lt(bits_a_sign(model, &signs), -1);
        sym_signs_free(&signs);
        sym_model_free(model);
    }
}
