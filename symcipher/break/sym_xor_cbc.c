/* Chaining over a mere XOR, undone without a key: see sym_xor_cbc.h. */
#include "sym_xor_cbc.h"

#include <stdlib.h>
#include <string.h>

#define BLOCK SYM_XOR_CBC_BLOCK_BYTES

void sym_xor_cbc_cancel(uint8_t *out, const uint8_t *sealed, size_t bytes)
{
    for (size_t i = 0; i + BLOCK < bytes; i++)
        out[i] = sealed[i] ^ sealed[i + BLOCK];
}

static const char *what_is_missing(const struct sym_bytes *texts, size_t count)
{
    for (size_t t = 0; t < count; t++)
        if (texts[t].count % BLOCK != 0 || texts[t].count < 2 * BLOCK)
            return "it is no whole number of blocks of 16 bytes, an IV and one more at least";
    return count > 0 ? NULL : "there is no ciphertext";
}

static bool is_padded(const struct sym_bytes *cancelled, const uint8_t *key)
{
    const uint8_t *last = cancelled->data + cancelled->count - BLOCK;
    const uint8_t padding = last[BLOCK - 1] ^ key[BLOCK - 1];
    if (padding == 0 || padding > BLOCK)
        return false;
    for (size_t i = BLOCK - padding; i < BLOCK; i++)
        if ((last[i] ^ key[i]) != padding)
            return false;
    return true;
}

/* A key that was found shorter is one that repeats. */
static void make_whole(struct sym_xor_found *found)
{
    for (size_t i = found->key_bytes; i < BLOCK; i++) {
        found->key[i] = found->key[i % found->key_bytes];
        found->is_sure[i] = found->is_sure[i % found->key_bytes];
        found->sure += found->is_sure[i];
    }
    found->key_bytes = BLOCK;
}

bool sym_break_xor_cbc(struct sym_xor_found *found, size_t *padded, const struct sym_bytes *texts,
                       size_t count, struct sym_byte_model *model)
{
    const char *why = what_is_missing(texts, count);
    size_t bytes = 0, used = 0;
    *padded = 0;
    *found = (struct sym_xor_found){.verdict = SYM_NOT_APPLICABLE, .why = why};
    if (why)
        return true;
    for (size_t t = 0; t < count; t++)
        bytes += texts[t].count;
    uint8_t *space = malloc(bytes);
    struct sym_bytes *cancelled = calloc(count, sizeof(*cancelled));
    bool done = space && cancelled;
    for (size_t t = 0; done && t < count; t++) {
        cancelled[t] = (struct sym_bytes){space + used, texts[t].count - BLOCK};
        sym_xor_cbc_cancel(space + used, texts[t].data, texts[t].count);
        used += cancelled[t].count;
    }
    const struct sym_xor_task task = {.texts = cancelled, .count = count, .key_bytes = BLOCK};
    done = done && sym_break_xor(found, &task, model);
    if (done) {
        make_whole(found);
        for (size_t t = 0; t < count; t++)
            *padded += is_padded(&cancelled[t], found->key);
        if (*padded < count)
            found->verdict = SYM_RESISTED;
    }
    free(space);
    free(cancelled);
    return done;
}

struct sym_bytes sym_xor_cbc_paddings(uint8_t out[SYM_XOR_CBC_PADDINGS_BYTES])
{
    size_t bytes = 0;
    for (int again = 0; again < 4; again++)
        for (uint8_t padding = 1; padding <= BLOCK; padding++) {
            out[bytes++] = again % 2 ? '\n' : '.';
            memset(out + bytes, padding, padding);
            bytes += padding;
        }
    return (struct sym_bytes){out, bytes};
}
