/*
 * A byte queue that grows with use and holds nothing when it is empty.
 */
#ifndef GLASSBOX_BUFFER_H
#define GLASSBOX_BUFFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buffer {
    uint8_t *data;
    size_t start, end; /* the bytes in the queue are data[start .. end - 1] */
    size_t space;
    bool secret; /* wipe what leaves it */
};

/* Room for `bytes` behind the end. Moves the bytes. NULL without memory: nothing has changed. */
uint8_t *buffer_room(struct buffer *buffer, size_t bytes);
/* The caller has written this many bytes into the room. */
void buffer_added(struct buffer *buffer, size_t bytes);
/* Takes bytes from the front; frees the memory with the last one. */
void buffer_consume(struct buffer *buffer, size_t bytes);
/* Wipes if secret, frees; the buffer may be used again. */
void buffer_free(struct buffer *buffer);

/* All in one: false without memory. */
bool buffer_append(struct buffer *buffer, const void *data, size_t bytes);

static inline size_t buffer_bytes(const struct buffer *buffer)
{
    return buffer->end - buffer->start;
}

/* Never NULL: C allows neither NULL + 0 nor memcpy from NULL, not even of no bytes. Of an empty
 * buffer nothing is read; but a compiler that thinks of it must see no end that is passed. */
static inline uint8_t *buffer_front(const struct buffer *buffer)
{
    static uint8_t nothing[16];
    return buffer->data ? buffer->data + buffer->start : nothing;
}

#endif
