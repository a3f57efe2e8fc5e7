/*
 * Fingerprints as text: one digest, one text.
 */
#include "fingerprint.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

/* source: base64 -w0 of 32 bytes, without the =. */
static const struct {
    const char *text;
    uint8_t first, last; /* bytes of the digest; all others are equal to `middle` */
    uint8_t middle;
} known[] = {
    {"SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", 0, 0, 0},
    {"SHA256://////////////////////////////////////////8", 0xFF, 0xFF, 0xFF},
    {"SHA256:gAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE", 0x80, 0x01, 0},
};

Test(files_fingerprint, text_of_known_digests)
{
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        uint8_t digest[FINGERPRINT_BYTES], again[FINGERPRINT_BYTES];
        char text[FINGERPRINT_TEXT_BYTES];
        memset(digest, known[i].middle, sizeof(digest));
        digest[0] = known[i].first;
        digest[FINGERPRINT_BYTES - 1] = known[i].last;
        fingerprint_digest_text(text, digest);
        cr_expect_str_eq(text, known[i].text, "got %s, want %s", text, known[i].text);
        cr_assert(fingerprint_parse(again, text));
        cr_expect_eq(memcmp(digest, again, sizeof(digest)), 0, "%s", text);
    }
}

Test(files_fingerprint, what_is_printed_is_read)
{
    unsigned seed = getenv("SEED") ? (unsigned)atoi(getenv("SEED")) : 4716;
    srand(seed);
    for (int round = 0; round < 2000; round++) {
        uint8_t digest[FINGERPRINT_BYTES], again[FINGERPRINT_BYTES];
        char text[FINGERPRINT_TEXT_BYTES];
        for (size_t i = 0; i < sizeof(digest); i++)
            digest[i] = (uint8_t)rand();
        fingerprint_digest_text(text, digest);
        cr_assert_eq(strlen(text), FINGERPRINT_TEXT_BYTES - 1, "SEED=%u", seed);
        cr_assert(fingerprint_parse(again, text), "SEED=%u %s", seed, text);
        cr_assert_eq(memcmp(digest, again, sizeof(digest)), 0, "SEED=%u %s", seed, text);
    }
}

Test(files_fingerprint, what_is_none)
{
    static const char *const bad[] = {
        "",
        "SHA256:",
        "SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        "sha256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA_",
        "SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB", /* bits that only fill up */
        "anna",
    };
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        cr_expect_not(fingerprint_parse(NULL, bad[i]), "'%s' was taken", bad[i]);
}
