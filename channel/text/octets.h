/*
 * A stretch of a file's bytes that knows where it stands: the one cursor that walks over the bytes
 * of key formats. What is taken from it is such a stretch again.
 */
#ifndef GLASSBOX_OCTETS_H
#define GLASSBOX_OCTETS_H

#include "problem.h"
#include "translate.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct octets {
    const uint8_t *data;
    size_t bytes;  /* that are left */
    size_t offset; /* of data, from the beginning of what was opened */
};

static inline struct octets octets_open(const void *data, size_t bytes)
{
    return (struct octets){data, bytes, 0};
}

/* Takes bytes from the front; false if there are not so many, and then nothing has changed. */
static inline bool octets_take(struct octets *taken, struct octets *from, size_t bytes)
{
    if (bytes > from->bytes)
        return false;
    *taken = (struct octets){from->data, bytes, from->offset};
    from->data += bytes;
    from->bytes -= bytes;
    from->offset += bytes;
    return true;
}

static inline bool octets_equal(const struct octets *octets, const void *data, size_t bytes)
{
    return octets->bytes == bytes && (bytes == 0 || memcmp(octets->data, data, bytes) == 0);
}

/* problem_set of "byte OFFSET: expected WHAT". Always false. */
static inline bool octets_fault(struct problem *problem, const struct octets *at, const char *what)
{
    return problem_set(problem, "byte %zu: expected %s", at->offset, translate(what));
}

#endif
