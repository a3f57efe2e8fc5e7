/* Copies by copy_file_range(2), by hand where the file systems do not know it; holes stay holes. */
#include "copy.h"

#include <errno.h>
#include <sys/stat.h>
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

/* Where the hole at `at` ends; `at` itself if there is none, or if `to` holds something there. */
static off_t after_hole(int to, int from, off_t at, off_t end)
{
    struct stat into, source;
    if (fstat(to, &into) != 0 || into.st_size > at || fstat(from, &source) != 0 ||
        source.st_size < end)
        return at;
    off_t data = lseek(from, at, SEEK_DATA);
    if (data < 0)
        return errno == ENXIO ? end : at;
    return data < end ? data : end;
}

static size_t data_bytes(int from, off_t at, off_t end)
{
    off_t hole = lseek(from, at, SEEK_HOLE);
    return (size_t)((hole > at && hole < end ? hole : end) - at);
}

bool copy_bytes(int to, int from, uint64_t at, uint64_t bytes)
{
    uint64_t end = at + bytes;
    bool by_hand = false;
    while (at < end) {
        off_t in = after_hole(to, from, (off_t)at, (off_t)end), out = in;
        if (in == (off_t)end)
            return ftruncate(to, in) == 0;
        at = (uint64_t)in;
        size_t piece = data_bytes(from, in, (off_t)end);
        ssize_t copied = by_hand ? copy_by_hand(to, from, in, piece)
                                 : copy_file_range(from, &in, to, &out, piece, 0);
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
