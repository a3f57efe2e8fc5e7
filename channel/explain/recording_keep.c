/* The memory of a recording: all that its events point to, freed and wiped with it. */
#include "recording_parse.h"

#include "sym_memory.h"

#include <stdlib.h>
#include <string.h>

#define CHUNK_BYTES ((size_t)64 * 1024)

struct chunk {
    struct chunk *next;
    size_t used, space;
    _Alignas(max_align_t) uint8_t data[];
};

static struct chunk *new_chunk(struct recording *recording, size_t bytes)
{
    size_t space = bytes > CHUNK_BYTES ? bytes : CHUNK_BYTES;
    struct chunk *chunk = malloc(sizeof(*chunk) + space);
    if (!chunk)
        return NULL;
    *chunk = (struct chunk){.next = recording->chunks, .space = space};
    recording->chunks = chunk;
    recording->bytes += space;
    return chunk;
}

void *recording_keep(struct recording *recording, size_t bytes)
{
    struct chunk *chunk = recording->chunks;
    void *kept;
    bytes = (bytes + _Alignof(max_align_t) - 1) / _Alignof(max_align_t) * _Alignof(max_align_t);
    if (!chunk || chunk->space - chunk->used < bytes)
        chunk = new_chunk(recording, bytes);
    if (!chunk)
        return NULL;
    kept = chunk->data + chunk->used;
    chunk->used += bytes;
    return kept;
}

const void *recording_copy(struct recording *recording, const void *data, size_t bytes)
{
    void *copy = recording_keep(recording, bytes + 1);
    return copy && bytes > 0 ? memcpy(copy, data, bytes) : copy;
}

const char *recording_copy_text(struct recording *recording, const char *text)
{
    return recording_copy(recording, text, strlen(text) + 1);
}

bool recording_grow(void **array, size_t *space, size_t count, size_t element)
{
    size_t wanted = *space ? 2 * *space : 64;
    void *more;
    if (count < *space)
        return true;
    more = realloc(*array, wanted * element); /* pointers and numbers: not secret */
    if (!more)
        return false;
    *array = more;
    *space = wanted;
    return true;
}

bool recording_append(struct recording *recording, const struct trace_event *event)
{
    const struct trace_event *kept;
    if (!recording_grow((void **)&recording->events, &recording->space, recording->count,
                        sizeof(*recording->events)))
        return false;
    kept = recording_copy(recording, event, sizeof(*event));
    if (!kept)
        return false;
    recording->events[recording->count++] = kept;
    return true;
}

void recording_free(struct recording *recording)
{
    if (!recording)
        return;
    while (recording->chunks) {
        struct chunk *next = recording->chunks->next;
        sym_wipe(recording->chunks->data, recording->chunks->used);
        free(recording->chunks);
        recording->chunks = next;
    }
    for (size_t i = 0; i < recording->channel_count; i++)
        free(recording->channels[i].arithmetic); /* it points into the chunks: not secret */
    free(recording->events);
    free(recording->channels);
    free(recording);
}
