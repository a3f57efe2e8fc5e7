/* Errors by name, wiping, comparing. */
#include "sym_memory.h"

#include <criterion/criterion.h>
#include <string.h>

Test(sym_memory, every_error_has_a_sentence_of_its_own)
{
    for (int error = SYM_OK; error <= SYM_ERR_AUTH; error++) {
        const char *text = sym_strerror((enum sym_error)error);
        cr_assert_str_neq(text, sym_strerror((enum sym_error)99), "error %d", error);
        cr_assert_neq(text[strlen(text) - 1], '.', "%s", text);
        for (int other = SYM_OK; other < error; other++)
            cr_assert_str_neq(text, sym_strerror((enum sym_error)other));
    }
}

Test(sym_memory, wipe_zeroes_exactly_what_it_is_told)
{
    uint8_t data[40];
    memset(data, 0xaa, sizeof(data));
    sym_wipe(data + 1, 38);
    cr_assert_eq(data[0], 0xaa);
    cr_assert_eq(data[39], 0xaa);
    for (size_t i = 1; i < 39; i++)
        cr_assert_eq(data[i], 0, "byte %zu", i);
    sym_wipe(NULL, 0);
}

Test(sym_memory, equal_notices_every_bit)
{
    uint8_t a[33] = {7}, b[33] = {7};
    cr_assert(sym_equal(a, b, sizeof(a)));
    cr_assert(sym_equal(NULL, NULL, 0));
    for (size_t bit = 0; bit < 8 * sizeof(a); bit++) {
        b[bit / 8] ^= (uint8_t)(1 << bit % 8);
        cr_assert_not(sym_equal(a, b, sizeof(a)), "bit %zu", bit);
        cr_assert(sym_equal(a, b, bit / 8), "bit %zu lies behind", bit);
        b[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
}
