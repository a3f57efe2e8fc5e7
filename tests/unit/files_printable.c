/*
 * Text: UTF-8, what a terminal may be shown, which names are legal, times.
 */
#include "hexadecimal.h"
#include "key_name.h"
#include "printable.h"
#include "timestamp.h"
#include "utf8.h"

#include <criterion/criterion.h>
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

Test(files_printable, utf8_is_that_of_rfc_3629)
{
    static const struct {
        const char *bytes;
        uint32_t character;
    } cases[] = {
        {"A", 'A'},
        {"\xC2\x80", 0x80},
        {"\xD0\x90", 0x410},
        {"\xE2\x82\xAC", 0x20AC},
        {"\xED\x9F\xBF", 0xD7FF},
        {"\xEE\x80\x80", 0xE000},
        {"\xF0\x90\x80\x80", 0x10000},
        {"\xF4\x8F\xBF\xBF", 0x10FFFF},
        {"\x80", UTF8_INVALID},             /* stray */
        {"\xC0\x80", UTF8_INVALID},         /* overlong */
        {"\xC1\xBF", UTF8_INVALID},         /* overlong */
        {"\xE0\x9F\xBF", UTF8_INVALID},     /* overlong */
        {"\xF0\x8F\xBF\xBF", UTF8_INVALID}, /* overlong */
        {"\xED\xA0\x80", UTF8_INVALID},     /* surrogate */
        {"\xF4\x90\x80\x80", UTF8_INVALID}, /* beyond U+10FFFF */
        {"\xF5\x80\x80\x80", UTF8_INVALID},
        {"\xE2\x82", UTF8_INVALID}, /* cut short */
        {"\xE2\x82\x41", UTF8_INVALID},
        {"\xFF", UTF8_INVALID},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        size_t used, bytes = strlen(cases[i].bytes);
        uint32_t got = utf8_decode(cases[i].bytes, bytes, &used);
        cr_expect_eq(got, cases[i].character, "case %zu: got %" PRIx32 ", want %" PRIx32, i, got,
                     cases[i].character);
        cr_expect_eq(used, got == UTF8_INVALID ? 1 : bytes, "case %zu: used %zu", i, used);
        char again[UTF8_MAX_BYTES];
        if (got != UTF8_INVALID)
            cr_expect(utf8_encode(again, got) == bytes && !memcmp(again, cases[i].bytes, bytes),
                      "case %zu: encoded otherwise", i);
    }
}

Test(files_printable, a_terminal_is_shown_text_alone)
{
    static const struct {
        const char *in, *out;
    } cases[] = {
        {"hello", "hello"},
        {"привет, 世界 🎉", "привет, 世界 🎉"},
        {"\033[31mred\033[0m", "␛[31mred␛[0m"},
        {"\033]0;title\007", "␛]0;title␇"},
        {"one\ntwo\r\n", "one␊two␍␊"},
        {"a\tb", "a b"},
        {"\x7F", "␡"},
        {"\xC2\x9B"
         "31m",
         "\xEF\xBF\xBD"
         "31m"},                      /* CSI as one C1 character */
        {"\xC2\x85", "\xEF\xBF\xBD"}, /* NEL */
        {"abc\xE2\x80\xAE"
         "def",
         "abcdef"},                         /* right-to-left override */
        {"\xE2\x81\xA6x\xE2\x81\xA9", "x"}, /* isolates */
        {"an\xE2\x80\x8Bna", "anna"},       /* zero-width space */
        {"\xEF\xBB\xBFx", "x"},             /* byte order mark */
        {"\xE3\x85\xA4", ""},               /* Hangul filler */
        {"\xF3\xA0\x81\x81", ""},           /* a tag */
        {"\xE2\x80\xA8", ""},               /* line separator */
        {"\xFF\xC0\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},
        {"\xEF\xBF\xBF", "\xEF\xBF\xBD"}, /* a noncharacter */
        {"", ""},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char out[128];
        size_t length = printable_text(out, sizeof(out), cases[i].in, strlen(cases[i].in));
        cr_expect_str_eq(out, cases[i].out, "case %zu: got '%s', want '%s'", i, out, cases[i].out);
        cr_expect_eq(length, strlen(cases[i].out), "case %zu", i);
        cr_expect_eq(printable_is(cases[i].in, strlen(cases[i].in)),
                     strcmp(cases[i].in, cases[i].out) == 0, "case %zu", i);
    }
}

/* Random bytes: the result fits, is UTF-8, and stays as it is when treated again. */
Test(files_printable, whatever_comes_in_stays_in_bounds)
{
    unsigned seed = getenv("SEED") ? (unsigned)atoi(getenv("SEED")) : 20260203;
    srand(seed);
    for (int round = 0; round < 20000; round++) {
        char in[40], out[PRINTABLE_SPACE(sizeof(in)) + 1], again[sizeof(out)];
        size_t bytes = (size_t)rand() % sizeof(in);
        for (size_t i = 0; i < bytes; i++)
            in[i] = (char)(rand() % 4 == 0 ? rand() : "\xE2\x80\xAE\xF0\033x"[rand() % 6]);
        size_t space = 1 + (size_t)rand() % PRINTABLE_SPACE(bytes);
        memset(out, '#', sizeof(out));
        size_t length = printable_text(out, space, in, bytes);
        cr_assert(length < space && out[length] == '\0' && out[space] == '#', "SEED=%u", seed);
        cr_assert(utf8_valid(out, length) && printable_is(out, length), "SEED=%u", seed);
        cr_assert_eq(printable_text(again, sizeof(again), out, length), length, "SEED=%u", seed);
        cr_assert_str_eq(again, out, "SEED=%u", seed);
    }
}

Test(files_printable, widths)
{
    cr_expect_eq(printable_width("abc"), 3);
    cr_expect_eq(printable_width("анна"), 4);
    cr_expect_eq(printable_width("世界"), 4);
    cr_expect_eq(printable_width("e\xCC\x81"), 1); /* e and a combining accent */
}

Test(files_printable, legal_names)
{
    static const char *const legal[] = {"a",
                                        "anna",
                                        "Анна",
                                        "Ёж",
                                        "anna.2-b_c",
                                        "7",
                                        "江南",
                                        "Żółw",
                                        "12345678901234567890123456789012",
                                        "жжжжжжжжжжжжжжжжжжжжжжжжжжжжжжжж"};
    for (size_t i = 0; i < sizeof(legal) / sizeof(legal[0]); i++) {
        struct problem problem = {0};
        cr_expect(key_name_check(legal[i], &problem), "%s: %s", legal[i], problem.message);
    }
    static const char *const bad[] = {"",
                                      ".hidden",
                                      "-option",
                                      "_x",
                                      "a b",
                                      "a/b",
                                      "../x",
                                      "a\nb",
                                      "a\033[2J",
                                      "a.csv",
                                      "an\xE2\x80\x8Bna", /* zero-width space */
                                      ("a\xE2\x80\xAE"
                                       "b"),       /* override */
                                      "и\xCC\x86", /* й as two characters */
                                      "\xD7\x90",  /* Hebrew: right to left */
                                      "a\xC3\x97", /* the sign, not the letter */
                                      "\xE2\x82\xAC",
                                      "\xFF",
                                      "🎉",
                                      "123456789012345678901234567890123",
                                      "жжжжжжжжжжжжжжжжжжжжжжжжжжжжжжжжж"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct problem problem = {0};
        cr_expect_not(key_name_check(bad[i], &problem), "'%s' was taken", bad[i]);
        cr_expect(problem.message[0] != '\0' && problem.hint[0] != '\0');
        cr_expect(printable_is(problem.message, strlen(problem.message)), "case %zu", i);
    }
}

Test(files_printable, times)
{
    char text[TIMESTAMP_BYTES];
    timestamp_text(text, 1770091506);
    cr_expect_str_eq(text, "2026-02-03T04:05:06Z");
    timestamp_now(text);
    cr_expect(timestamp_valid(text), "%s", text);
    static const char *const bad[] = {"",
                                      "now",
                                      "2026-02-03",
                                      "2026-02-30T04:05:06Z",
                                      "2026-2-3T04:05:06Z",
                                      "2026-02-03T04:05:06",
                                      "2026-02-03T04:05:06Z ",
                                      "2026-13-03T04:05:06Z"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        cr_expect_not(timestamp_valid(bad[i]), "'%s' was taken", bad[i]);
}

/* --- hexadecimal.h ---------------------------------------------------------------------------- */

Test(files_printable, hexadecimal_there_and_back)
{
    for (unsigned i = 0; i < 0x10000; i++) {
        const uint8_t pair[2] = {(uint8_t)(i >> 8), (uint8_t)i};
        char digits[3] = {(char)pair[0], (char)pair[1], '\0'}, *end;
        bool valid = isxdigit(pair[0]) && isxdigit(pair[1]);
        int want = valid ? (int)strtol(digits, &end, 16) : -1;
        cr_assert_eq(hex_byte(digits), want, "%02x %02x: got %d", pair[0], pair[1],
                     hex_byte(digits));
        char text[5], *made = hex_string(pair, 2);
        snprintf(text, sizeof(text), "%04x", i);
        cr_assert_str_eq(made, text);
        free(made);
    }
}
