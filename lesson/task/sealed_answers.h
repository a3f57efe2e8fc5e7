/*
 * The answers of a task, each in a box that only it opens.
 *
 * A task's file holds TASK_ANSWERS boxes of equal size, in an order of chance. One holds the token
 * of the receipt and opens by the right answer; some hold the name of a mistake and open by the
 * wrong answer that comes of it; the rest is chance and opens by nothing.
 *
 *     key   PBKDF2-HMAC-SHA-256(answer's spelling, salt, iterations)     RFC 8018 5.2
 *     box   ChaCha20-Poly1305(key, nonce: its place, ad: the file's digest, contents)   RFC 8439 2.8
 *
 * Somebody who has the file can try answers, at one PBKDF2 each. That is no obstacle where there
 * are few to try: see TASK_SPACE_BITS. CT: no.
 */
#ifndef GLASSBOX_LESSON_SEALED_ANSWERS_H
#define GLASSBOX_LESSON_SEALED_ANSWERS_H

#include "sym_aead.h"
#include "sym_sha256.h"
#include "task_course.h"

#define SEALED_SALT_BYTES     16
#define SEALED_ITERATIONS     20000u
#define SEALED_ITERATIONS_MAX 10000000u /* of a file that is read: seconds, not days */
#define SEALED_CONTENTS_BYTES (2 + TASK_SENTENCE_BYTES)
#define SEALED_BOX_BYTES      (SEALED_CONTENTS_BYTES + SYM_AEAD_TAG_BYTES)

struct sealed_answers {
    uint8_t salt[SEALED_SALT_BYTES];
    uint32_t iterations;
    uint8_t boxes[TASK_ANSWERS][SEALED_BOX_BYTES];
};

/* Salt and order, for this course, task and student; before the digest is made. */
bool sealed_answers_start(struct sealed_answers *sealed, struct task_random *random,
                          const struct task_course *course, const struct task *task)
    __attribute__((warn_unused_result));
/* The boxes; random as sealed_answers_start left it. */
void sealed_answers_seal(struct sealed_answers *sealed, struct task_random *random,
                         const struct task_course *course, const struct task *task,
                         const uint8_t digest[SYM_SHA256_BYTES]);

enum sealed_found { SEALED_NOTHING, SEALED_MISTAKE, SEALED_RIGHT };

struct sealed_opened {
    enum sealed_found found;
    uint8_t token[TASK_TOKEN_BYTES];   /* SEALED_RIGHT */
    char mistake[TASK_SENTENCE_BYTES]; /* SEALED_MISTAKE: English, to be translated */
};

/* What this spelling of an answer opens. */
void sealed_answers_open(struct sealed_opened *opened, const struct sealed_answers *sealed,
                         const char *spelling, const uint8_t digest[SYM_SHA256_BYTES]);

#endif
