/* The alphabets: each index and its letter are each other's way back, in the order that schools
 * teach, and what is no letter is none. */
#include "sym_alphabet.h"

#include <criterion/criterion.h>

static const struct sym_alphabet *named(const char *name)
{
    const struct sym_alphabet *alphabet = sym_alphabet_find(name);
    cr_assert(alphabet, "%s", name);
    return alphabet;
}

Test(sym_alphabet, sizes)
{
    static const struct {
        const char *name;
        uint32_t size;
    } all[] = {{"latin", 26},  {"russian", 33},        {"russian32", 32},
               {"bytes", 256}, {"code-points", 65536}, {"unicode", 1114112}};
    cr_assert_eq(sym_alphabet_count(), sizeof(all) / sizeof(all[0]));
    for (size_t i = 0; i < sym_alphabet_count(); i++) {
        cr_expect_eq(sym_alphabet_at(i), named(all[i].name), "%s", all[i].name);
        cr_expect_eq(sym_alphabet_size(sym_alphabet_at(i)), all[i].size, "%s", all[i].name);
        cr_expect_eq(sym_alphabet_is_of_bytes(sym_alphabet_at(i)), all[i].size == 256);
    }
    cr_expect(!sym_alphabet_at(sym_alphabet_count()));
    cr_expect(!sym_alphabet_find("greek"));
}

Test(sym_alphabet, an_index_and_its_letter)
{
    for (size_t row = 0; row < sym_alphabet_count(); row++) {
        const struct sym_alphabet *alphabet = sym_alphabet_at(row);
        for (uint32_t i = 0; i < sym_alphabet_size(alphabet); i++) {
            bool upper = true;
            uint32_t small = sym_alphabet_letter(alphabet, i, false);
            uint32_t large = sym_alphabet_letter(alphabet, i, true);
            cr_assert_eq(sym_alphabet_index(alphabet, small, &upper), (int32_t)i, "U+%04X", small);
            cr_assert(!upper, "U+%04X", small);
            cr_assert_eq(sym_alphabet_index(alphabet, large, &upper), (int32_t)i, "U+%04X", large);
            cr_assert_eq(upper, small != large, "U+%04X", large);
            cr_assert_eq(sym_alphabet_index(alphabet, large, NULL), (int32_t)i);
        }
    }
}

/* Unicode has yo apart from the others, and the small letters 32 behind the large ones. */
Test(sym_alphabet, the_order_of_russian)
{
    const struct sym_alphabet *with = named("russian"), *without = named("russian32");
    for (uint32_t i = 0; i < 32; i++) {
        cr_expect_eq(sym_alphabet_letter(without, i, true), 0x410 + i);
        cr_expect_eq(sym_alphabet_letter(without, i, false), 0x430 + i);
        cr_expect_eq(sym_alphabet_letter(with, i < 6 ? i : i + 1, true), 0x410 + i);
        cr_expect_eq(sym_alphabet_letter(with, i < 6 ? i : i + 1, false), 0x430 + i);
    }
    cr_expect_eq(sym_alphabet_letter(with, 6, true), 0x401);
    cr_expect_eq(sym_alphabet_letter(with, 6, false), 0x451);
    for (uint32_t i = 0; i < 26; i++) {
        cr_expect_eq(sym_alphabet_letter(named("latin"), i, true), 'A' + i);
        cr_expect_eq(sym_alphabet_letter(named("latin"), i, false), 'a' + i);
    }
}

Test(sym_alphabet, what_is_no_letter)
{
    static const struct {
        const char *name;
        uint32_t code_point;
    } none[] = {{"latin", '@'},        {"latin", '['},       {"latin", '`'},
                {"latin", '{'},        {"latin", 0x430},     {"russian", 'a'},
                {"russian", 0x40F},    {"russian", 0x450},   {"russian32", 0x451},
                {"russian32", 0x401},  {"bytes", 256},       {"code-points", 65536},
                {"unicode", 0x110000}, {"latin", UINT32_MAX}};
    for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
        bool upper = true;
        cr_expect_eq(sym_alphabet_index(named(none[i].name), none[i].code_point, &upper),
                     SYM_ALPHABET_NO_LETTER, "%s U+%04X", none[i].name, none[i].code_point);
        cr_expect(!upper);
    }
}
