/*
 * One spelling for each answer: what students type, and what it becomes.
 */
#include "answer_form.h"

#include <criterion/criterion.h>
#include <string.h>

static const struct {
    enum answer_form form;
    size_t size;
    const char *typed, *spelled; /* NULL: no answer of this form */
} rows[] = {
    {ANSWER_NUMBER, 0, "2753", "2753"},
    {ANSWER_NUMBER, 0, "  2753\n", "2753"},
    {ANSWER_NUMBER, 0, "0002753", "2753"},
    {ANSWER_NUMBER, 0, "0xac1", "2753"},
    {ANSWER_NUMBER, 0, "0XAC1", "2753"},
    {ANSWER_NUMBER, 0, "0x0ac1", "2753"},
    {ANSWER_NUMBER, 0, "ac1", "2753"},
    {ANSWER_NUMBER, 0, "AC1", "2753"},
    {ANSWER_NUMBER, 0, "d = 2753", "2753"},
    {ANSWER_NUMBER, 0, "d=0xac1", "2753"},
    {ANSWER_NUMBER, 0, "m_p = 2 753", "2753"},
    {ANSWER_NUMBER, 0, "2 753", "2753"},
    {ANSWER_NUMBER, 0, "2_753", "2753"},
    {ANSWER_NUMBER, 0, "2'753", "2753"},
    {ANSWER_NUMBER, 0, "2\u202f753", "2753"},
    {ANSWER_NUMBER, 0, "27\r\n53\r\n", "2753"},
    {ANSWER_NUMBER, 0, "0", "0"},
    {ANSWER_NUMBER, 0, "000", "0"},
    {ANSWER_NUMBER, 0, "123456789012345678901234567890", "123456789012345678901234567890"},
    {ANSWER_NUMBER, 0, "", NULL},
    {ANSWER_NUMBER, 0, "0x", NULL},
    {ANSWER_NUMBER, 0, "-1", NULL},
    {ANSWER_NUMBER, 0, "2.5", NULL},
    {ANSWER_NUMBER, 0, "2e", "46"}, /* hexadecimal: it has an e */
    {ANSWER_NUMBER, 0, "two", NULL},
    {ANSWER_NUMBER, 0, "0x0x1", NULL},
    {ANSWER_NUMBER, 0, "= 5", NULL},
    {ANSWER_NUMBER, 0, "5 = 5", NULL},
    {ANSWER_BYTES, 4, "0a0b0c0d", "0a0b0c0d"},
    {ANSWER_BYTES, 4, "0A0B0C0D", "0a0b0c0d"},
    {ANSWER_BYTES, 4, "0x0a0b0c0d", "0a0b0c0d"},
    {ANSWER_BYTES, 4, "0a:0b:0c:0d", "0a0b0c0d"},
    {ANSWER_BYTES, 4, "0a 0b 0c 0d\n", "0a0b0c0d"},
    {ANSWER_BYTES, 4, "a0b0c0d", "0a0b0c0d"},
    {ANSWER_BYTES, 4, "0xa0b0c0d", "0a0b0c0d"},
    {ANSWER_BYTES, 4, "00000a0b0c0d", "0a0b0c0d"},
    {ANSWER_BYTES, 4, "5", "00000005"},
    {ANSWER_BYTES, 4, "0", "00000000"},
    {ANSWER_BYTES, 4, "tag = 5", "00000005"},
    {ANSWER_BYTES, 4, "0102030405", "0102030405"}, /* too long, and wrong: it stays so */
    {ANSWER_BYTES, 4, "1a0b0c0d0", "01a0b0c0d0"},
    {ANSWER_BYTES, 4, "xy", NULL},
    {ANSWER_BYTES, 4, "", NULL},
    {ANSWER_BYTES, 0, "abc", "0abc"},
    {ANSWER_BYTES, 0, "00abcd", "00abcd"},
    {ANSWER_NUMBERS, 0, "3 -1 16", "3 -1 16"},
    {ANSWER_NUMBERS, 0, "[3, -1, 16]", "3 -1 16"},
    {ANSWER_NUMBERS, 0, " t = [03,-001,\n 16]\r\n", "3 -1 16"},
    {ANSWER_NUMBERS, 0, "(0; -0; 00)", "0 0 0"},
    {ANSWER_NUMBERS, 0, "3x + 1", NULL},
    {ANSWER_NUMBERS, 0, "0x10 1", NULL},
    {ANSWER_NUMBERS, 0, "1 - 2", NULL},
    {ANSWER_NUMBERS, 0, "1-2", NULL},
    {ANSWER_NUMBERS, 0, "2.5", NULL},
    {ANSWER_NUMBERS, 0, "[]", NULL},
    {ANSWER_NUMBERS, 0, "", NULL},
    {ANSWER_TEXT, 0, "Meet me", "meet me"},
    {ANSWER_TEXT, 0, "  meet \t me\r\n", "meet me"},
    {ANSWER_TEXT, 0, "\"Meet me\"", "meet me"},
    {ANSWER_TEXT, 0, "'meet me'", "meet me"},
    {ANSWER_TEXT, 0, "\u201cmeet me\u201d", "meet me"},
    {ANSWER_TEXT, 0, "«Встреча в ПЯТЬ»", "встреча в пять"},
    {ANSWER_TEXT, 0, "ёлка", "елка"},
    {ANSWER_TEXT, 0, "ЁЛКА", "елка"},
    {ANSWER_TEXT, 0, "don't", "don't"},
    {ANSWER_TEXT, 0, "", NULL},
    {ANSWER_TEXT, 0, " \n", NULL},
    {ANSWER_TEXT, 0, "\xff", NULL},
    {ANSWER_FINGERPRINT, 0, "SHA256:8ptC5ZLZeifXWaFgFbVVF8/g7F5qQJYl5QZQsTkguuA",
     "SHA256:8ptC5ZLZeifXWaFgFbVVF8/g7F5qQJYl5QZQsTkguuA"},
    {ANSWER_FINGERPRINT, 0, " sha256:8ptC5ZLZeifXWaFgFbVVF8/g7F5qQJYl5QZQsTkguuA=\n",
     "SHA256:8ptC5ZLZeifXWaFgFbVVF8/g7F5qQJYl5QZQsTkguuA"},
    {ANSWER_FINGERPRINT, 0, "8ptC5ZLZeifXWaFgFbVVF8/g7F5qQJYl5QZQsTkguuA",
     "SHA256:8ptC5ZLZeifXWaFgFbVVF8/g7F5qQJYl5QZQsTkguuA"},
    {ANSWER_FINGERPRINT, 0, "SHA256:8ptC5ZLZeifXWaFgFbVVF8/g7F5qQJYl5QZQsTkguu", NULL},
    {ANSWER_FINGERPRINT, 0, "SHA256:8ptC5ZLZeifXWaFgFbVVF8/g7F5qQJYl5QZQsTkguuAx", NULL},
    {ANSWER_FINGERPRINT, 0, "MD5:00", NULL},
    {ANSWER_FINGERPRINT, 0, "SHA256:", NULL},
    {ANSWER_FINGERPRINT, 0, "", NULL},
};

Test(task_answers, each_has_one_spelling)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        char out[ANSWER_BYTES_MAX];
        bool is = answer_spell(out, rows[i].form, rows[i].size, rows[i].typed);
        cr_expect_eq(is, rows[i].spelled != NULL, "row %zu: '%s' became '%s'", i, rows[i].typed,
                     out);
        cr_expect_str_eq(out, rows[i].spelled ? rows[i].spelled : "", "row %zu: '%s'", i,
                         rows[i].typed);
    }
}

/* What is longer than any answer is none, and nothing is written behind the end. */
Test(task_answers, too_long)
{
    static char typed[3 * ANSWER_BYTES_MAX];
    char out[ANSWER_BYTES_MAX];
    memset(typed, 'f', sizeof(typed) - 1);
    for (unsigned form = 0; form < ANSWER_FORMS; form++) {
        cr_expect(!answer_spell(out, (enum answer_form)form, 0, typed), "%u", form);
        cr_expect_str_eq(out, "");
    }
    typed[ANSWER_BYTES_MAX - 1] = '\0'; /* fits as bytes, but not as a decimal number */
    cr_expect(!answer_spell(out, ANSWER_NUMBER, 0, typed));
    typed[ANSWER_BYTES_MAX - 2] = '\0';
    cr_expect(answer_spell(out, ANSWER_BYTES, 0, typed));
    memset(typed, '1', sizeof(typed) - 1);
    cr_expect(!answer_spell(out, ANSWER_NUMBERS, 0, typed));
    for (size_t i = 1; i < sizeof(typed); i += 2)
        typed[i] = ' ';
    cr_expect(!answer_spell(out, ANSWER_NUMBERS, 0, typed));
    typed[ANSWER_BYTES_MAX / 2] = '\0';
    cr_expect(answer_spell(out, ANSWER_NUMBERS, 0, typed));
}

Test(task_answers, forms_have_names)
{
    for (unsigned form = 0; form < ANSWER_FORMS; form++) {
        const char *name = answer_form_name((enum answer_form)form);
        cr_expect_eq(answer_form_named(name), form, "%s", name);
        cr_expect(answer_form_hint((enum answer_form)form)[0] != '\0', "%s", name);
    }
    cr_expect_eq(answer_form_named("a guess"), ANSWER_FORMS);
}
