/* What every user of secrets needs: see sym_memory.h. */
#include "sym_memory.h"

#include <string.h>

const char *sym_strerror(enum sym_error error)
{
    switch (error) {
    case SYM_OK:
        return "no error";
    case SYM_ERR_KEY_BYTES:
        return "the key is too short or too long for this cipher";
    case SYM_ERR_LENGTH:
        return "the input is too long, too short, or no whole number of blocks";
    case SYM_ERR_SPACE:
        return "the output buffer is too small";
    case SYM_ERR_PADDING:
        return "the padding of the last block is wrong";
    case SYM_ERR_AUTH:
        return "the message is not authentic";
    }
    return "unknown error";
}

/* The empty assembly takes the pointer and may, for all the compiler knows, read what it points
 * to: so the zeros have to be there. */
void sym_wipe(void *data, size_t bytes)
{
    if (bytes == 0)
        return;
    memset(data, 0, bytes);
    __asm__ __volatile__("" : : "r"(data) : "memory");
}

/* The empty assembly keeps the compiler from knowing that what comes out is what went in: callers
 * in this file would pass the door by. */
__attribute__((noinline)) uint64_t sym_reveal(uint64_t value)
{
    __asm__("" : "+r"(value));
    return value;
}

/* Collects all differences before it looks at any: where they first differ stays unknown. */
bool sym_equal(const void *a, const void *b, size_t bytes)
{
    const uint8_t *left = a, *right = b;
    uint8_t difference = 0;
    for (size_t i = 0; i < bytes; i++)
        difference |= left[i] ^ right[i];
    return sym_reveal(difference) == 0;
}
