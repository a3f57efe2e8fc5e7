/* Copies by copy_file_range(2), and by hand where the two files' systems do not know it. */
#include "copy.h"

#include <errno.h>
#include <unistd.h>

#define PIECE_BYTES 65536

static ssize_t copy_by_hand(int to, int from, off_t at, size_t bytes)
{
    char piece[PIECE_BYTES];
    ssize_t got = pread(from, piece, bytes < sizeof(piece) ? bytes : sizeof(piece), at);
    return got > 0 ? pwrite(to, piece, (size_t)got, at) : got;
}

static bool is_unknown(int error)
{
    return error == EXDEV || error == EINVAL || error == ENOSYS || error == EOPNOTSUPP;
}

bool copy_bytes(int to, int from, uint64_t at, uint64_t bytes)
{
    uint64_t end = at + bytes;
    bool by_hand = false;
    while (at < end) {
        off_t in = (off_t)at, out = (off_t)at;
        ssize_t copied = by_hand ? copy_by_hand(to, from, in, end - at)
                                 : copy_file_range(from, &in, to, &out, end - at, 0);
        if (copied < 0 && !by_hand && is_unknown(errno)) {
            by_hand = true;
            continue;
        }
        if (copied == 0)
            errno = EIO;
        if (copied <= 0)
            return false;
        at += (uint64_t)copied;
    }
    return true;
}
