/* A byte queue: see buffer.h. */
#include "buffer.h"

#include "sym_memory.h"

#include <stdlib.h>
#include <string.h>

#define SMALLEST 512

/* realloc would leave a copy of the bytes behind: grow by hand. */
static bool grow(struct buffer *buffer, size_t wanted)
{
    size_t space = buffer->space > SMALLEST ? buffer->space : SMALLEST,
           bytes = buffer_bytes(buffer);
    uint8_t *data;
    while (space < wanted)
        space *= 2;
    data = malloc(space);
    if (!data)
        return false;
    if (bytes > 0)
        memcpy(data, buffer_front(buffer), bytes);
    buffer_free(buffer);
    buffer->data = data;
    buffer->end = bytes;
    buffer->space = space;
    return true;
}

uint8_t *buffer_room(struct buffer *buffer, size_t bytes)
{
    size_t held = buffer_bytes(buffer);
    if (buffer->space - buffer->end < bytes) {
        if (buffer->space - held < bytes || buffer->start < held) {
            if (!grow(buffer, held + bytes))
                return NULL;
        } else {
            memcpy(buffer->data, buffer_front(buffer), held);
            if (buffer->secret)
                sym_wipe(buffer_front(buffer), held);
            buffer->start = 0;
            buffer->end = held;
        }
    }
    return buffer->data + buffer->end;
}

void buffer_added(struct buffer *buffer, size_t bytes)
{
    buffer->end += bytes;
}

void buffer_consume(struct buffer *buffer, size_t bytes)
{
    if (buffer->secret)
        sym_wipe(buffer_front(buffer), bytes);
    buffer->start += bytes;
    if (buffer->start == buffer->end)
        buffer_free(buffer);
}

void buffer_free(struct buffer *buffer)
{
    if (buffer->secret && buffer->data)
        sym_wipe(buffer_front(buffer), buffer_bytes(buffer));
    free(buffer->data);
    *buffer = (struct buffer){.secret = buffer->secret};
}

bool buffer_append(struct buffer *buffer, const void *data, size_t bytes)
{
    uint8_t *room = buffer_room(buffer, bytes);
    if (!room)
        return false;
    if (bytes > 0)
        memcpy(room, data, bytes);
    buffer_added(buffer, bytes);
    return true;
}
