/*
 * Boxes that answers open; see sealed_answers.h.
 */
#include "sealed_answers.h"

#include "sym_pbkdf2.h"
#include "sym_pbkdf2_each.h"
#include "task_random_internal.h"

#include <string.h>

bool sealed_answers_start(struct sealed_answers *sealed, struct task_random *random,
                          const struct task_course *course, const struct task *task)
{
    *sealed = (struct sealed_answers){.iterations = SEALED_ITERATIONS};
    if (!task_random_start(random, "seal", task->kind, task->student, course->secret))
        return false;
    task_draw_bytes(random, sealed->salt, sizeof(sealed->salt));
    return true;
}

static void make_key(uint8_t key[SYM_AEAD_KEY_BYTES], const struct sealed_answers *sealed,
                     const char *spelling)
{
    sym_pbkdf2(key, SYM_AEAD_KEY_BYTES, spelling, strlen(spelling), sealed->salt,
               sizeof(sealed->salt), sealed->iterations);
}

static void make_nonce(uint8_t nonce[SYM_AEAD_NONCE_BYTES], size_t place)
{
    memset(nonce, 0, SYM_AEAD_NONCE_BYTES);
    nonce[0] = (uint8_t)place;
}

/* All keys of a task at once. */
static void make_keys(uint8_t keys[TASK_ANSWERS][SYM_AEAD_KEY_BYTES],
                      const struct sealed_answers *sealed, const struct task *task)
{
    struct sym_passphrase spellings[TASK_ANSWERS];
    _Static_assert(TASK_ANSWERS <= SYM_PBKDF2_EACH, "all answers go at once");
    for (size_t i = 0; i < task->answer_count; i++) {
        const char *spelling = task->answers[i].spelling;
        spellings[i] = (struct sym_passphrase){spelling, strlen(spelling)};
    }
    sym_pbkdf2_each(keys, spellings, task->answer_count, sealed->salt, sizeof(sealed->salt),
                    sealed->iterations);
}

/* What it is, how long it is, itself, zeros. */
static void put(uint8_t contents[SEALED_CONTENTS_BYTES], enum sealed_found what, const void *data,
                size_t bytes)
{
    memset(contents, 0, SEALED_CONTENTS_BYTES);
    contents[0] = (uint8_t)what;
    contents[1] = (uint8_t)bytes;
    memcpy(contents + 2, data, bytes);
}

/* A uniform order of 0 to TASK_ANSWERS - 1. */
static void shuffle(uint8_t order[TASK_ANSWERS], struct task_random *random)
{
    for (uint8_t i = 0; i < TASK_ANSWERS; i++)
        order[i] = i;
    for (size_t i = TASK_ANSWERS - 1; i > 0; i--) {
        size_t j = (size_t)task_draw_below(random, i + 1);
        uint8_t other = order[j];
        order[j] = order[i];
        order[i] = other;
    }
}

void sealed_answers_seal(struct sealed_answers *sealed, struct task_random *random,
                         const struct task_course *course, const struct task *task,
                         const uint8_t digest[SYM_SHA256_BYTES])
{
    uint8_t order[TASK_ANSWERS], keys[TASK_ANSWERS][SYM_AEAD_KEY_BYTES];
    shuffle(order, random);
    make_keys(keys, sealed, task);
    for (size_t i = 0; i < TASK_ANSWERS; i++) {
        uint8_t contents[SEALED_CONTENTS_BYTES], nonce[SYM_AEAD_NONCE_BYTES],
            token[TASK_TOKEN_BYTES];
        uint8_t *box = sealed->boxes[order[i]];
        const char *mistake = i < task->answer_count ? task->answers[i].mistake : NULL;
        task_draw_bytes(random, box, SEALED_BOX_BYTES); /* all that there is of an empty one */
        if (i >= task->answer_count)
            continue;
        task_course_token(token, course, task->kind->lesson, task->kind->name, task->student);
        if (mistake)
            put(contents, SEALED_MISTAKE, mistake, strlen(mistake));
        else
            put(contents, SEALED_RIGHT, token, sizeof(token));
        make_nonce(nonce, order[i]);
        if (sym_aead_seal(box, keys[i], nonce, digest, SYM_SHA256_BYTES, contents,
                          sizeof(contents)))
            memset(box, 0, SEALED_BOX_BYTES); /* never: it is 256 GiB short of that */
        sym_wipe(contents, sizeof(contents));
        sym_wipe(token, sizeof(token));
    }
    sym_wipe(keys, sizeof(keys));
}

void sealed_answers_open(struct sealed_opened *opened, const struct sealed_answers *sealed,
                         const char *spelling, const uint8_t digest[SYM_SHA256_BYTES])
{
    uint8_t key[SYM_AEAD_KEY_BYTES], contents[SEALED_CONTENTS_BYTES];
    *opened = (struct sealed_opened){SEALED_NOTHING, {0}, ""};
    make_key(key, sealed, spelling);
    for (size_t i = 0; i < TASK_ANSWERS && opened->found == SEALED_NOTHING; i++) {
        uint8_t nonce[SYM_AEAD_NONCE_BYTES];
        make_nonce(nonce, i);
        if (sym_aead_open(contents, key, nonce, digest, SYM_SHA256_BYTES, sealed->boxes[i],
                          SEALED_BOX_BYTES) != SYM_OK)
            continue;
        size_t bytes = contents[1];
        if (contents[0] == SEALED_RIGHT && bytes == TASK_TOKEN_BYTES) {
            opened->found = SEALED_RIGHT;
            memcpy(opened->token, contents + 2, TASK_TOKEN_BYTES);
        } else if (contents[0] == SEALED_MISTAKE && bytes < TASK_SENTENCE_BYTES) {
            opened->found = SEALED_MISTAKE;
            memcpy(opened->mistake, contents + 2, bytes);
            opened->mistake[bytes] = '\0';
        }
    }
    sym_wipe(key, sizeof(key));
    sym_wipe(contents, sizeof(contents));
}
