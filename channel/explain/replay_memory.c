/* The key pairs of a recording and their answers: see replay_memory.h. */
#include "replay_memory.h"

#include "hexadecimal.h"
#include "rsa_raw.h"
#include "rsa_stand_in.h"
#include "sym_memory.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>

/* What a number came to. */
struct answer {
    size_t in_bytes, out_bytes;
    uint8_t *in, *out; /* in one block, which begins with the struct */
};

/* A pair, and the tree of its answers (tsearch(3)). */
struct known_key {
    struct known_key *next;
    const struct replay_memory *memory;
    const struct trace_event *step; /* that tells it */
    struct rsa_key *key;
    struct rsa_stand_in stand_in;
    void *answers;
};

struct replay_memory {
    struct known_key *keys;
    bool is_closed;
};

/* --- a pair ----------------------------------------------------------------------------------- */

static char *hex_text(const struct trace_bytes *value)
{
    char *text = malloc(3 + 2 * value->bytes);
    if (text)
        *hex_write(stpcpy(text, "0x"), value->data, value->bytes) = '\0';
    return text;
}

static struct rsa_key *read_pair(const struct trace_event *step)
{
    static const enum rsa_number numbers[KEY_VALUES] = {
        [KEY_N] = RSA_N, [KEY_E] = RSA_E, [KEY_D] = RSA_D, [KEY_P] = RSA_P, [KEY_Q] = RSA_Q};
    char *texts[RSA_NUMBERS] = {0};
    struct rsa_key *key = NULL;
    bool good = step != NULL;
    for (size_t i = 0; good && i < KEY_VALUES; i++)
        good = (texts[numbers[i]] = hex_text(&step->step.values[i])) != NULL;
    if (good && rsa_key_from_text(&key, (const char *const *)texts, NULL))
        key = NULL;
    for (size_t i = 0; i < RSA_NUMBERS; i++) {
        if (texts[i])
            sym_wipe(texts[i], strlen(texts[i]));
        free(texts[i]);
    }
    return key;
}

/* --- its answers ------------------------------------------------------------------------------ */

static int compare(const void *a, const void *b)
{
    const struct answer *x = a, *y = b;
    if (x->in_bytes != y->in_bytes)
        return x->in_bytes < y->in_bytes ? -1 : 1;
    return memcmp(x->in, y->in, x->in_bytes);
}

/* Without memory it is not kept: it will be worked out again. */
static void learn(struct known_key *known, const uint8_t *in, size_t in_bytes, const uint8_t *out)
{
    const size_t out_bytes = rsa_key_bytes(known->key);
    struct answer *answer = malloc(sizeof(*answer) + in_bytes + out_bytes);
    if (!answer)
        return;
    *answer = (struct answer){
        .in_bytes = in_bytes, .out_bytes = out_bytes, .in = (uint8_t *)(answer + 1)};
    answer->out = answer->in + in_bytes;
    memcpy(answer->in, in, in_bytes);
    memcpy(answer->out, out, out_bytes);
    struct answer *const *kept = tsearch(answer, &known->answers, compare);
    if (!kept || *kept != answer)
        free(answer);
}

static enum rsa_error answer_or_work(void *context, uint8_t *out, const uint8_t *in,
                                     size_t in_bytes, const struct rsa_random *source)
{
    struct known_key *known = context;
    const struct answer asked = {.in_bytes = in_bytes, .in = (uint8_t *)in};
    struct answer *const *found = tfind(&asked, &known->answers, compare);
    uint8_t number[RSA_MAX_BYTES];
    if (found) {
        memcpy(out, (*found)->out, rsa_key_bytes(known->key));
        return RSA_OK;
    }
    const enum rsa_error error = rsa_private(number, known->key, in, in_bytes, source);
    if (!error && !known->memory->is_closed)
        learn(known, in, in_bytes, number);
    memcpy(out, number, rsa_key_bytes(known->key)); /* zeros after an error */
    sym_wipe(number, rsa_key_bytes(known->key));
    return error;
}

/* --- all of them ------------------------------------------------------------------------------ */

struct replay_memory *replay_memory_new(void)
{
    return calloc(1, sizeof(struct replay_memory));
}

void replay_memory_close(struct replay_memory *memory)
{
    memory->is_closed = true;
}

static struct known_key *meet(struct replay_memory *memory, const struct trace_event *step)
{
    struct known_key *known = calloc(1, sizeof(*known));
    if (known)
        *known = (struct known_key){.next = memory->keys,
                                    .memory = memory,
                                    .step = step,
                                    .key = read_pair(step),
                                    .stand_in = {answer_or_work, known}};
    if (known && !known->key) {
        free(known);
        known = NULL;
    }
    return known ? memory->keys = known : NULL;
}

struct rsa_key *replay_memory_key(struct replay_memory *memory, const struct trace_event *step)
{
    struct known_key *known = memory ? memory->keys : NULL;
    while (known && known->step != step)
        known = known->next;
    if (!known && memory && step && !memory->is_closed)
        known = meet(memory, step);
    return known ? rsa_key_view_by(known->key, &known->stand_in) : read_pair(step);
}

/* The answers of a textbook session are the keys of its messages. */
static void forget(void *node)
{
    struct answer *answer = node;
    sym_wipe(answer->in, answer->in_bytes);
    sym_wipe(answer->out, answer->out_bytes);
    free(answer);
}

void replay_memory_free(struct replay_memory *memory)
{
    struct known_key *next;
    for (struct known_key *known = memory ? memory->keys : NULL; known; known = next) {
        next = known->next;
        tdestroy(known->answers, forget);
        rsa_key_free(known->key);
        free(known);
    }
    free(memory);
}
