/*
 * What was answered to a question of yes or no; see yes_no.h.
 */
#include "yes_no.h"
#include "translate.h"
#include "utf8.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <wctype.h>

#define BLANKS        " \t\r\n"
#define ALIKE_LETTERS 2 /* at the beginning of a word, to be nearly it */

/* The words for an answer, whole ones first; a catalogue has those of its language. */
static const char *const yes_words = N_("yes,y"), *const no_words = N_("no,n");

/* How many letters two texts have in common at the beginning, in any case. whole: both end there. */
static size_t common_letters(bool *whole, const char *a, size_t a_bytes, const char *b,
                             size_t b_bytes)
{
    size_t count = 0, at_a = 0, at_b = 0;
    while (at_a < a_bytes && at_b < b_bytes) {
        size_t wide_a, wide_b;
        const uint32_t one = utf8_decode(a + at_a, a_bytes - at_a, &wide_a);
        const uint32_t other = utf8_decode(b + at_b, b_bytes - at_b, &wide_b);
        if (towlower((wint_t)one) != towlower((wint_t)other))
            break;
        at_a += wide_a;
        at_b += wide_b;
        count++;
    }
    *whole = at_a == a_bytes && at_b == b_bytes;
    return count;
}

/* Whether the text is one of the words; nearly: it begins like one. */
static bool is_among(bool *nearly, const char *text, size_t bytes, const char *words)
{
    for (bool more = true; more;) {
        const size_t word = strcspn(words, ",");
        bool whole;
        if (common_letters(&whole, text, bytes, words, word) >= ALIKE_LETTERS)
            *nearly = true;
        if (whole)
            return true;
        more = words[word] == ',';
        words += word + more;
    }
    return false;
}

enum yes_no yes_no_read(const char *line)
{
    bool nearly = false;
    line += strspn(line, BLANKS);
    size_t bytes = strlen(line);
    while (bytes > 0 && strchr(BLANKS, line[bytes - 1]))
        bytes--;
    if (bytes == 0)
        return YES_NO_OTHER;
    if (is_among(&nearly, line, bytes, no_words) || is_among(&nearly, line, bytes, _(no_words)))
        return YES_NO_NO;
    if (is_among(&nearly, line, bytes, yes_words) || is_among(&nearly, line, bytes, _(yes_words)))
        return YES_NO_YES;
    return nearly ? YES_NO_NEARLY : YES_NO_OTHER;
}
