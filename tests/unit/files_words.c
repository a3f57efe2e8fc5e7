/*
 * Fingerprints in six words: one digest, six words; how they may be typed, and what is said of those
 * that are none.
 */
#include "fingerprint_words.h"

#include <criterion/criterion.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static void words_of(char text[FINGERPRINT_WORDS_BYTES], const uint8_t *first, size_t bytes)
{
    uint8_t digest[FINGERPRINT_BYTES] = {0};
    memcpy(digest, first, bytes);
    fingerprint_digest_words(text, digest);
}

/* By hand: 000 is the first word, 7ff the last; 66 bits are eight bytes and two bits. */
Test(files_words, known_digests)
{
    char text[FINGERPRINT_WORDS_BYTES];
    words_of(text, (const uint8_t[]){0}, 1);
    cr_expect_str_eq(text, "abacus-abacus-abacus-abacus-abacus-abacus");
    words_of(text, (const uint8_t[]){0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xC0}, 9);
    cr_expect_str_eq(text, "zigzag-zigzag-zigzag-zigzag-zigzag-zigzag");
    words_of(text, (const uint8_t[]){0xFF, 0xE0, 0, 0, 0, 0, 0, 0, 0x40}, 9);
    cr_expect_str_eq(text, "zigzag-abacus-abacus-abacus-abacus-abbey");
    words_of(text, (const uint8_t[]){0, 0, 0, 0, 0, 0, 0, 0, 0x3F}, 9);
    cr_expect_str_eq(text, "abacus-abacus-abacus-abacus-abacus-abacus", "bit 67 is no word's");
}

static unsigned start_random(void)
{
    unsigned seed = getenv("SEED") ? (unsigned)atoi(getenv("SEED")) : 6602;
    srand(seed);
    return seed;
}

static void draw(uint8_t digest[FINGERPRINT_BYTES])
{
    for (size_t i = 0; i < FINGERPRINT_BYTES; i++)
        digest[i] = (uint8_t)rand();
}

Test(files_words, what_is_printed_is_read_and_each_bit_counts)
{
    const unsigned seed = start_random();
    for (int round = 0; round < 200; round++) {
        uint8_t digest[FINGERPRINT_BYTES];
        char text[FINGERPRINT_WORDS_BYTES];
        struct fingerprint_given given;
        draw(digest);
        fingerprint_digest_words(text, digest);
        cr_assert(fingerprint_given_read(&given, text, NULL), "SEED=%u %s", seed, text);
        cr_assert(given.words && fingerprint_given_is(&given, digest), "SEED=%u %s", seed, text);
        for (size_t bit = 0; bit < 8 * FINGERPRINT_BYTES; bit++) {
            digest[bit / 8] ^= (uint8_t)(0x80 >> bit % 8);
            cr_assert_eq(fingerprint_given_is(&given, digest), bit >= 66, "SEED=%u bit %zu", seed,
                         bit);
            digest[bit / 8] ^= (uint8_t)(0x80 >> bit % 8);
        }
    }
}

Test(files_words, the_whole_fingerprint_is_taken_too)
{
    uint8_t digest[FINGERPRINT_BYTES];
    char text[FINGERPRINT_TEXT_BYTES], again[FINGERPRINT_TEXT_BYTES];
    struct fingerprint_given given;
    start_random();
    draw(digest);
    fingerprint_digest_text(text, digest);
    cr_assert(fingerprint_given_read(&given, text, NULL));
    cr_expect_not(given.words);
    cr_expect(fingerprint_given_is(&given, digest));
    fingerprint_given_text(again, &given);
    cr_expect_str_eq(again, text);
    digest[FINGERPRINT_BYTES - 1] ^= 1;
    cr_expect_not(fingerprint_given_is(&given, digest), "its last bit counts, too");
}

Test(files_words, any_case_blanks_dashes_commas_and_short_words)
{
    static const char *const same[] = {
        "maple-tiger-otter-lemon-lunch-radar",       "Maple TIGER otter Lemon luNCh radar",
        "  maple,tiger, otter,lemon,\tlunch,radar",  "mapl tige otte lemo lunc rada",
        "maple - tiger - otter, lemon lunch radar ",
    };
    for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
        struct fingerprint_given given;
        char text[FINGERPRINT_TEXT_BYTES];
        cr_assert(fingerprint_given_read(&given, same[i], NULL), "%s", same[i]);
        fingerprint_given_text(text, &given);
        cr_expect_str_eq(text, same[0], "%s was read as %s", same[i], text);
        cr_expect(fingerprint_is_meant(same[i]));
    }
}

static void refused(const char *text, const char *message, const char *hint)
{
    struct problem problem = {0};
    struct fingerprint_given given;
    cr_expect_not(fingerprint_given_read(&given, text, &problem), "%.80s", text);
    cr_expect_not_null(strstr(problem.message, message), "%.80s: %s", text, problem.message);
    cr_expect_not_null(strstr(problem.hint, hint), "%.80s: %s", text, problem.hint);
}

Test(files_words, what_is_wrong_is_named)
{
    refused("maple-tigre-otter-lemon-lunch-radar", "'tigre' is no word", "did you mean 'tiger'?");
    refused("maple tigger otter lemon lunch radar", "'tigger'", "did you mean 'tiger'?");
    refused("maple tigers otter lemon lunch radar", "'tigers'", "did you mean 'tiger'?");
    refused("maple tig otter lemon lunch radar", "'tig'", "SHA256");
    refused("maple qqqqq otter lemon lunch radar", "'qqqqq'", "SHA256");
    refused("maple-tiger-otter-lemon-lunch", "has 6 words, and here are 5", "dashes");
    refused("maple-tiger-otter-lemon-lunch-radar-radar", "here are 7", "dashes");
    refused("maple", "here is 1", "dashes");
    refused("", "here are 0", "dashes");
    refused("SHA256:AAAA", "not a whole fingerprint", "");
}

Test(files_words, a_long_text_is_refused)
{
    static char text[10001];
    memset(text, 'a', sizeof(text) - 1);
    refused(text, "is no word", "");
    memset(text, '-', sizeof(text) - 1);
    refused(text, "here are 0", "");
}

/* Where a name or a file could stand, too. */
Test(files_words, names_are_not_taken_for_words)
{
    static const char *const names[] = {"anna",
                                        "anna-maria",
                                        "red-maple",
                                        "maple-tiger-otter",
                                        "class/maple-tiger-otter-lemon.pub",
                                        "a-b-c-d-e-f",
                                        ""};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        cr_expect_not(fingerprint_is_meant(names[i]), "%s", names[i]);
    cr_expect(fingerprint_is_meant("maple-tiger-otter-lemn"));
    cr_expect(fingerprint_is_meant("SHA256:none"));
}
