/*
 * Fuzzes the unpacking of folders with tar streams, whose check sums are made right again. Whatever
 * the stream says, nothing outside the folder is touched, and nothing of ours stays under its
 * working name.
 *
 * Parser: ftp/tar_unpack.c ftp/tar_path.c
 */
#include "fuzz.h"
#include "scratch.h"
#include "tar_unpack.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BLOCK      512
#define CHECK_AT   148 /* of a header: eight bytes, which count as blanks (POSIX ustar) */
#define SIZE_AT    124
#define SIZE_BYTES 12

struct stream {
    const uint8_t *data;
    size_t bytes, piece;
};

static ssize_t give(void *context, const void **data)
{
    struct stream *stream = context;
    size_t bytes = stream->bytes < stream->piece ? stream->bytes : stream->piece;
    *data = stream->data;
    stream->data += bytes;
    stream->bytes -= bytes;
    return (ssize_t)bytes;
}

static bool allow(void *context, const char *path, uint64_t bytes, struct problem *problem)
{
    (void)context;
    return (*path && bytes < 1 << 20) || problem_set(problem, "too much");
}

static void mend_check_sums(uint8_t *data, size_t bytes)
{
    for (size_t at = 0; at + BLOCK <= bytes;) {
        char size[SIZE_BYTES + 1] = "", text[8] = "";
        unsigned sum = 0;
        memset(data + at + CHECK_AT, ' ', sizeof(text));
        for (size_t i = 0; i < BLOCK; i++)
            sum += data[at + i];
        if (sum != sizeof(text) * ' ') {               /* not the zeros of the end */
            snprintf(text, sizeof(text), "%06o", sum); /* 0 behind it, */
            text[7] = ' ';                             /* and a blank */
            memcpy(data + at + CHECK_AT, text, sizeof(text));
        } else {
            memset(data + at + CHECK_AT, 0, sizeof(text));
        }
        memcpy(size, data + at + SIZE_AT, SIZE_BYTES);
        at += BLOCK + (strtoul(size, NULL, 8) % bytes + BLOCK - 1) / BLOCK * BLOCK;
    }
}

static void expect_untouched(const char *folder)
{
    char *text = scratch_read(folder, "outside"), *missing = scratch_path(folder, "new");
    struct stat status;
    fuzz_require(strcmp(text, "untouched") == 0, "a file outside was changed");
    fuzz_require(lstat(missing, &status) != 0, "a file outside was made");
    free(text);
    free(missing);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    static char *folder, *inside;
    struct problem problem = {0};
    struct tar_count count = {0};
    struct stream stream = {.bytes = bytes > 0 ? bytes - 1 : 0, .piece = 1 << 20};
    const struct tar_source source = {.read = give, .allow = allow, .context = &stream};
    uint8_t *copy;
    int descriptor;
    if (!folder) {
        folder = scratch_new();
        inside = scratch_path(folder, "in");
        scratch_write(folder, "outside", "untouched");
    }
    if (bytes < 2)
        return 0;
    copy = malloc(stream.bytes);
    memcpy(copy, data + 1, stream.bytes);
    if (data[0] & 1)
        mend_check_sums(copy, stream.bytes);
    if (data[0] & 2)
        stream.piece = data[0];
    stream.data = copy;
    if (mkdir(inside, 0700) != 0)
        abort();
    descriptor = open(inside, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (!tar_unpack(descriptor, data[0] & 4, &source, &count, &problem))
        fuzz_require(problem.message[0] != '\0', "refused without a word");
    close(descriptor);
    expect_untouched(folder);
    scratch_wipe(inside);
    free(copy);
    return 0;
}

FUZZ_MAIN("ftp_tar", 200);
