/*
 * read(2) until all is there; see read_full.h.
 */
#include "read_full.h"

#include <errno.h>
#include <unistd.h>

ssize_t read_full(int descriptor, uint8_t *out, size_t bytes)
{
    size_t done = 0;
    while (done < bytes) {
        ssize_t got = read(descriptor, out + done, bytes - done);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return -1;
        if (got == 0)
            break;
        done += (size_t)got;
    }
    return (ssize_t)done;
}
