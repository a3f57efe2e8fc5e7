/*
 * Fingerprints in six words; see fingerprint_words.h.
 */
#include "fingerprint_words.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#define SHORTEST 4 /* letters that tell a word from all others */
#define SEPARATE " \t-,"

static const char words[FINGERPRINT_WORD_COUNT][FINGERPRINT_WORD_BYTES] = {
#include "fingerprint_words.inc"
};
_Static_assert(FINGERPRINT_WORD_COUNT == 1 << FINGERPRINT_WORD_BITS, "each number has a word");
_Static_assert(FINGERPRINT_TEXT_BYTES >= FINGERPRINT_WORDS_BYTES, "room for either");

/* --- written ---------------------------------------------------------------------------------- */

static unsigned number_at(const uint8_t digest[FINGERPRINT_BYTES], size_t word)
{
    unsigned number = 0;
    for (size_t i = 0; i < FINGERPRINT_WORD_BITS; i++) {
        size_t bit = word * FINGERPRINT_WORD_BITS + i;
        number = number << 1 | (digest[bit / 8] >> (7 - bit % 8) & 1);
    }
    return number;
}

void fingerprint_digest_words(char text[FINGERPRINT_WORDS_BYTES],
                              const uint8_t digest[FINGERPRINT_BYTES])
{
    size_t length = 0;
    for (size_t i = 0; i < FINGERPRINT_WORDS; i++)
        length += (size_t)snprintf(text + length, FINGERPRINT_WORDS_BYTES - length, "%s%s",
                                   i == 0 ? "" : "-", words[number_at(digest, i)]);
}

void fingerprint_words(char text[FINGERPRINT_WORDS_BYTES], const struct rsa_key *key)
{
    uint8_t digest[FINGERPRINT_BYTES];
    fingerprint_digest(digest, key);
    fingerprint_digest_words(text, digest);
}

/* --- read ------------------------------------------------------------------------------------- */

/* The next word of *at, at most `space - 1` bytes of it; false at the end. */
static bool next_word(char *word, size_t space, const char **at)
{
    *at += strspn(*at, SEPARATE);
    size_t length = strcspn(*at, SEPARATE);
    snprintf(word, space, "%.*s", (int)(length < space ? length : space), *at);
    *at += length;
    return length > 0;
}

/* The number of a word; FINGERPRINT_WORD_COUNT if it is none. The list is short enough. */
static unsigned find_word(const char *word)
{
    size_t length = strlen(word);
    for (unsigned i = 0; i < FINGERPRINT_WORD_COUNT; i++)
        if (strcasecmp(words[i], word) == 0 ||
            (length >= SHORTEST && strncasecmp(words[i], word, length) == 0))
            return i;
    return FINGERPRINT_WORD_COUNT;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* How many letters must be put in, taken out or changed: one row of the table at a time. */
static size_t distance(const char *typed, const char *word)
{
    size_t row[FINGERPRINT_WORD_BYTES], length = strlen(word);
    for (size_t i = 0; i <= length; i++)
        row[i] = i;
    for (; *typed != '\0'; typed++) {
        size_t before = row[0]++;
        for (size_t i = 1; i <= length; i++) {
            size_t changed = before + ((*typed | 0x20) != word[i - 1]);
            before = row[i];
            row[i] = least(changed, least(row[i], row[i - 1]) + 1);
        }
    }
    return row[length];
}

/* The word of the list that is nearest; NULL if none is near. First letters are seldom wrong. */
static const char *near_miss(const char *typed)
{
    const char *found = NULL;
    size_t best = strlen(typed) <= SHORTEST ? 4 : 6; /* two for each letter that is wrong */
    for (size_t i = 0; i < FINGERPRINT_WORD_COUNT; i++) {
        size_t away = 2 * distance(typed, words[i]) + ((typed[0] | 0x20) != words[i][0]);
        if (away < best) {
            best = away;
            found = words[i];
        }
    }
    return found;
}

static bool refuse_word(struct problem *problem, const char *word)
{
    const char *near = near_miss(word);
    problem_set(problem, "'%s' is no word of fingerprints", word);
    if (near)
        return problem_hint(problem, "did you mean '%s'?", near);
    return problem_hint(problem, "a fingerprint is SHA256: and 43 characters, or six words of the "
                                 "list, as the other screen shows them");
}

static void put_number(uint8_t digest[FINGERPRINT_BYTES], size_t word, unsigned number)
{
    for (size_t i = 0; i < FINGERPRINT_WORD_BITS; i++) {
        size_t bit = word * FINGERPRINT_WORD_BITS + i;
        unsigned one = number >> (FINGERPRINT_WORD_BITS - 1 - i) & 1;
        digest[bit / 8] |= (uint8_t)(one << (7 - bit % 8));
    }
}

/* A word longer than any of the list is cut, and is found to be none all the same. */
static bool read_words(struct fingerprint_given *given, const char *text, struct problem *problem)
{
    char word[2 * FINGERPRINT_WORD_BYTES];
    size_t count = 0;
    for (const char *at = text; next_word(word, sizeof(word), &at); count++) {
        unsigned number = find_word(word);
        if (number == FINGERPRINT_WORD_COUNT)
            return refuse_word(problem, word);
        if (count < FINGERPRINT_WORDS)
            put_number(given->digest, count, number);
    }
    if (count == FINGERPRINT_WORDS)
        return true;
    problem_set(problem, "a fingerprint has %d words, and here %s %zu", FINGERPRINT_WORDS,
                count == 1 ? "is" : "are", count);
    return problem_hint(problem, "join them by dashes: word-word-word-word-word-word");
}

bool fingerprint_given_read(struct fingerprint_given *given, const char *text,
                            struct problem *problem)
{
    *given = (struct fingerprint_given){0};
    if (fingerprint_parse(given->digest, text))
        return true;
    if (strncmp(text, "SHA256:", 7) == 0) {
        problem_set(problem, "'%.60s' is not a whole fingerprint: SHA256: and 43 characters", text);
        return problem_hint(problem, "copy all of it, or give its six words");
    }
    given->words = true;
    return read_words(given, text, problem);
}

bool fingerprint_is_meant(const char *text)
{
    char word[2 * FINGERPRINT_WORD_BYTES];
    size_t count = 0, known = 0;
    if (strncmp(text, "SHA256:", 7) == 0)
        return true;
    for (const char *at = text; next_word(word, sizeof(word), &at); count++)
        known += find_word(word) != FINGERPRINT_WORD_COUNT;
    return count >= 4 && known >= 3;
}

/* --- compared --------------------------------------------------------------------------------- */

/* Fingerprints are public: no constant time. */
bool fingerprint_given_is(const struct fingerprint_given *given,
                          const uint8_t digest[FINGERPRINT_BYTES])
{
    if (!given->words)
        return memcmp(given->digest, digest, FINGERPRINT_BYTES) == 0;
    for (size_t i = 0; i < FINGERPRINT_WORDS; i++)
        if (number_at(given->digest, i) != number_at(digest, i))
            return false;
    return true;
}

void fingerprint_given_text(char text[FINGERPRINT_TEXT_BYTES],
                            const struct fingerprint_given *given)
{
    if (given->words)
        fingerprint_digest_words(text, given->digest);
    else
        fingerprint_digest_text(text, given->digest);
}
