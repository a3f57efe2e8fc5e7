/*
 * read(2) until all is there; see full_read.h.
 */
#include "full_read.h"

#include <errno.h>
#include <unistd.h>

ssize_t full_read(int descriptor, uint8_t *out, size_t bytes)
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
