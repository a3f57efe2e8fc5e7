/*
 * A fingerprint in six words, to be read aloud: "maple-tiger-otter-lemon-lunch-radar".
 *
 * The first 66 bits of the digest, eleven a word, the first bit first. The 2,048 words are our own
 * (fingerprint_words.inc): short and common, told apart by voice, no two with the same first four
 * letters. When they are read, letters may be small or capital, and blanks, dashes or commas stand
 * between; a word may be cut down to four letters or more.
 *
 * 66 bits are for two people who compare now. They do not bind: who may make both keys finds two
 * with the same words in about 2^33 tries. docs/security.md says more.
 *
 *     struct fingerprint_given given;
 *     if (!fingerprint_given_read(&given, "SHA256:... or six words", &problem)) ...
 *     if (fingerprint_given_is(&given, digest)) ...
 */
#ifndef GLASSBOX_FINGERPRINT_WORDS_H
#define GLASSBOX_FINGERPRINT_WORDS_H

#include "fingerprint.h"
#include "problem.h"

#define FINGERPRINT_WORDS      6
#define FINGERPRINT_WORD_BITS  11
#define FINGERPRINT_WORD_COUNT 2048 /* two to the power of that */
#define FINGERPRINT_WORD_BYTES 8    /* seven letters, and the 0 at the end */
/* With a dash behind each word but the last, in whose place is the 0 at the end. */
#define FINGERPRINT_WORDS_BYTES (FINGERPRINT_WORDS * FINGERPRINT_WORD_BYTES)

void fingerprint_digest_words(char text[FINGERPRINT_WORDS_BYTES],
                              const uint8_t digest[FINGERPRINT_BYTES]);
void fingerprint_words(char text[FINGERPRINT_WORDS_BYTES], const struct rsa_key *key);

/* What a person gives for a fingerprint: all of it, or its words. */
struct fingerprint_given {
    bool words; /* the first 66 bits alone are known */
    uint8_t digest[FINGERPRINT_BYTES];
};

/* Reads either. The problem names a word that is not of the list, with one that is near, and says
 * how many words are missing. */
bool fingerprint_given_read(struct fingerprint_given *given, const char *text,
                            struct problem *problem) __attribute__((warn_unused_result));
/* Whether the text is meant for a fingerprint, where a name or a file could stand, too: it begins
 * with SHA256:, or at least three of four or more words are of the list. */
bool fingerprint_is_meant(const char *text);

bool fingerprint_given_is(const struct fingerprint_given *given,
                          const uint8_t digest[FINGERPRINT_BYTES]);
/* As it was given: "SHA256:..." or the words. */
void fingerprint_given_text(char text[FINGERPRINT_TEXT_BYTES],
                            const struct fingerprint_given *given);

#endif
