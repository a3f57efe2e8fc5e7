/* Folders as tar streams, there and back: deep ones, holes, streams that are cut or go astray, and
 * what all of that takes of memory. */
#include "scratch.h"
#include "tar_unpack.h"

#include <archive.h>
#include <archive_entry.h>
#include <criterion/criterion.h>
#include <fcntl.h>
#include <limits.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char *from_path, *to_path;
static int from, to;

static void start(void)
{
    from_path = scratch_new();
    to_path = scratch_new();
    from = open(from_path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    to = open(to_path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static void stop(void)
{
    close(from);
    close(to);
    scratch_remove(from_path);
    scratch_remove(to_path);
}

TestSuite(ftp_tar, .init = start, .fini = stop);

/* What malloc has given away and not back. */
static size_t memory(void)
{
    struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
}

/* --- a stream in memory ---------------------------------------------------------------------- */
struct stream {
    char *data;
    size_t bytes, room, at;
    size_t left; /* writes that go well */
    char left_out[2000];
};

static bool take(void *context, const void *data, size_t bytes)
{
    struct stream *stream = context;
    if (stream->left-- == 0)
        return false;
    while (stream->room - stream->bytes < bytes) {
        stream->room = 2 * stream->room + 65536;
        stream->data = realloc(stream->data, stream->room);
    }
    memcpy(stream->data + stream->bytes, data, bytes);
    stream->bytes += bytes;
    return true;
}

static void note(void *context, const char *path, const char *why)
{
    struct stream *stream = context;
    size_t used = strlen(stream->left_out);
    snprintf(stream->left_out + used, sizeof(stream->left_out) - used, "%s: %s\n", path, why);
}

static ssize_t give(void *context, const void **data)
{
    struct stream *stream = context;
    size_t bytes = stream->bytes - stream->at;
    bytes = bytes < 10000 ? bytes : 10000;
    *data = stream->data + stream->at;
    stream->at += bytes;
    return (ssize_t)bytes;
}

static bool pack(struct stream *stream, struct tar_count *count)
{
    struct problem problem = {0};
    const struct tar_sink sink = {.write = take, .left_out = note, .context = stream};
    return tar_pack(from, &sink, count, &problem);
}

static bool unpack(struct stream *stream, struct problem *problem)
{
    const struct tar_source source = {.read = give, .context = stream};
    struct tar_count count;
    stream->at = 0;
    return tar_unpack(to, true, &source, &count, problem);
}

static void put(int folder, const char *name, const char *text)
{
    int file = openat(folder, name, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
    cr_assert_eq(write(file, text, strlen(text)), (ssize_t)strlen(text));
    close(file);
}

static int same(void)
{
    char *command;
    cr_assert(asprintf(&command, "diff -r '%s' '%s'", from_path, to_path) > 0);
    int status = system(command);
    free(command);
    return status;
}

/* --- there and back -------------------------------------------------------------------------- */
/* 40 folders with names of 200 bytes: paths of 8 KiB, which no system call takes. */
Test(ftp_tar, paths_that_are_longer_than_path_max)
{
    struct stream stream = {.left = SIZE_MAX};
    struct tar_count count;
    struct problem problem = {0};
    char name[201];
    int at = openat(from, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), back;
    memset(name, 'n', 200);
    name[200] = '\0';
    for (size_t i = 0; i < 40; i++) {
        cr_assert_eq(mkdirat(at, name, 0755), 0);
        int next = openat(at, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        put(next, "file", "deep");
        close(at);
        at = next;
    }
    close(at);
    cr_assert(pack(&stream, &count), "%zu", stream.bytes);
    cr_expect_eq(count.files, 40);
    cr_expect_eq(count.left_out, 0);
    cr_expect(unpack(&stream, &problem), "%s", problem.message);
    back = openat(to, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    for (size_t i = 0; i < 40; i++) {
        int next = openat(back, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        struct stat status;
        cr_assert_eq(fstatat(next, "file", &status, 0), 0, "level %zu", i);
        cr_expect_eq(status.st_size, 4);
        close(back);
        back = next;
    }
    close(back);
    free(stream.data);
}

/* A folder's time is that of the one that was sent, even if nothing may be written into it. */
Test(ftp_tar, modes_and_times_of_folders_travel)
{
    static const struct timespec times[2] = {{.tv_sec = 1000000000}, {.tv_sec = 1000000000}};
    static const char *const folders[] = {"a", "a/b", "a/c", "d"};
    struct stream stream = {.left = SIZE_MAX};
    struct tar_count count;
    struct problem problem = {0};
    for (size_t i = 0; i < 4; i++)
        cr_assert_eq(mkdirat(from, folders[i], 0755), 0);
    put(from, "a/b/file", "x");
    put(from, "a/file", "y");
    cr_assert_eq(fchmodat(from, "a/b", 0555, 0), 0);
    for (size_t i = 0; i < 4; i++)
        cr_assert_eq(utimensat(from, folders[i], times, 0), 0);
    cr_assert(pack(&stream, &count));
    cr_assert(unpack(&stream, &problem), "%s", problem.message);
    cr_expect_eq(same(), 0);
    for (size_t i = 0; i < 4; i++) {
        struct stat status;
        cr_assert_eq(fstatat(to, folders[i], &status, 0), 0);
        cr_expect_eq(status.st_mtim.tv_sec, 1000000000, "%s", folders[i]);
        cr_expect_eq(status.st_mode & 0777U, strcmp(folders[i], "a/b") == 0 ? 0555U : 0755U);
    }
    free(stream.data);
}

/* What a server lets nobody shut. */
Test(ftp_tar, modes_have_a_floor)
{
    struct stream stream = {.left = SIZE_MAX};
    struct tar_count count;
    struct problem problem = {0};
    struct stat status;
    const struct tar_source source = {
        .read = give, .context = &stream, .file_floor = 0400, .folder_floor = 0700};
    cr_assert_eq(mkdirat(from, "folder", 0755), 0);
    put(from, "folder/file", "x");
    cr_assert_eq(fchmodat(from, "folder/file", 0044, 0) + fchmodat(from, "folder", 0055, 0), 0);
    cr_assert(pack(&stream, &count)); /* who is not root gets the folder alone */
    cr_assert(tar_unpack(to, true, &source, &count, &problem), "%s", problem.message);
    cr_assert_eq(fstatat(to, "folder", &status, 0), 0);
    cr_expect_eq(status.st_mode & 0777U, 0755U);
    if (fstatat(to, "folder/file", &status, 0) == 0)
        cr_expect_eq(status.st_mode & 0777U, 0444U);
    cr_expect_eq(fchmodat(from, "folder", 0755, 0), 0);
    free(stream.data);
}

Test(ftp_tar, holes_stay_holes)
{
    struct stream stream = {.left = SIZE_MAX};
    struct tar_count count;
    struct problem problem = {0};
    struct stat status;
    int file = openat(from, "sparse", O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
    cr_assert_eq(pwrite(file, "begin", 5, 0), 5);
    cr_assert_eq(pwrite(file, "middle", 6, 5000001), 6);
    cr_assert_eq(ftruncate(file, 8000000), 0);
    close(file);
    cr_assert(pack(&stream, &count));
    cr_assert(unpack(&stream, &problem), "%s", problem.message);
    cr_expect_eq(same(), 0);
    cr_assert_eq(fstatat(to, "sparse", &status, 0), 0);
    cr_expect_eq(status.st_size, 8000000);
    cr_expect_lt(status.st_blocks * 512, 1000000);
    free(stream.data);
}

Test(ftp_tar, what_is_left_out_is_told_and_the_rest_goes_on)
{
    struct stream stream = {.left = SIZE_MAX};
    struct tar_count count;
    struct problem problem = {0};
    put(from, "file", "x");
    put(from, ".glassbox-part-1", "half");
    cr_assert_eq(mkdirat(from, ".glassbox-part-2", 0755), 0);
    cr_assert_eq(mkfifoat(from, "fifo", 0644), 0);
    cr_assert_eq(symlinkat("/etc", from, "out"), 0);
    cr_assert_eq(symlinkat(".glassbox-part-1", from, "half"), 0);
    cr_expect(pack(&stream, &count));
    cr_expect_eq(count.left_out, 3);
    cr_expect_eq(count.files, 1);
    cr_expect(strstr(stream.left_out, "fifo: neither file, folder nor link\n"), "%s",
              stream.left_out);
    cr_expect(strstr(stream.left_out, "out: a link that leaves the folder"), "%s", stream.left_out);
    cr_expect(unpack(&stream, &problem), "%s", problem.message);
    struct stat status;
    cr_expect_eq(fstatat(to, "file", &status, 0), 0);
    cr_expect_neq(fstatat(to, ".glassbox-part-2", &status, 0), 0);
    free(stream.data);
}

/* --- cut streams ----------------------------------------------------------------------------- */
Test(ftp_tar, a_cut_takes_no_memory_along)
{
    struct tar_count count;
    struct problem problem = {0};
    size_t cuts = 0, before = 0;
    char *large = calloc(1, 900001);
    memset(large, 'x', 900000);
    put(from, "a", large);
    put(from, "b", "small");
    free(large);
    for (bool done = false; !done; cuts++) { /* the sink fails at its first, second, ... call */
        for (size_t again = 0; again < 20 && !done; again++) {
            struct stream stream = {.left = cuts};
            done = pack(&stream, &count);
            unpack(&stream, &problem);
            free(stream.data);
        }
        malloc_trim(0);
        if (cuts == 0)
            before = memory();
    }
    cr_expect_gt(cuts, 3);
    cr_expect_lt(memory(), before + 500000);
}

/* --- streams of others ------------------------------------------------------------------------ */
static ssize_t write_stream(struct archive *archive, void *context, const void *data, size_t bytes)
{
    (void)archive;
    return take(context, data, bytes) ? (ssize_t)bytes : -1;
}

static void put_entry(struct archive *archive, const char *path, mode_t type, const char *text)
{
    struct archive_entry *entry = archive_entry_new();
    archive_entry_copy_pathname(entry, path);
    archive_entry_set_filetype(entry, type);
    archive_entry_set_perm(entry, 0755);
    archive_entry_set_size(entry, text && type == S_IFREG ? (la_int64_t)strlen(text) : 0);
    if (type == S_IFLNK)
        archive_entry_copy_symlink(entry, text);
    cr_assert_eq(archive_write_header(archive, entry), ARCHIVE_OK, "%s", path);
    if (text && type == S_IFREG)
        archive_write_data(archive, text, strlen(text));
    archive_entry_free(entry);
}

static struct archive *begin_stream(struct stream *stream)
{
    struct archive *archive = archive_write_new();
    archive_write_set_format_gnutar(archive);
    cr_assert_eq(archive_write_open(archive, stream, NULL, write_stream, NULL), ARCHIVE_OK);
    return archive;
}

static size_t most;

static ssize_t give_and_weigh(void *context, const void **data)
{
    size_t now = memory();
    most = now > most ? now : most;
    return give(context, data);
}

/* 30,000 entries of two folders: folders are remembered only while the stream is in them. */
Test(ftp_tar, entries_of_folders_are_not_remembered)
{
    struct stream stream = {.left = SIZE_MAX};
    struct archive *archive = begin_stream(&stream);
    struct tar_count count;
    struct problem problem = {0};
    const struct tar_source source = {.read = give_and_weigh, .context = &stream};
    for (size_t i = 0; i < 15000; i++) {
        put_entry(archive, "one", S_IFDIR, NULL);
        put_entry(archive, "two", S_IFDIR, NULL);
    }
    archive_write_free(archive);
    size_t before = memory();
    cr_assert(tar_unpack(to, true, &source, &count, &problem), "%s", problem.message);
    cr_expect_eq(count.folders, 30000);
    cr_expect_lt(most, before + 600000, "%zu", most - before);
    free(stream.data);
}

/* Names of ours: of files, folders and links, in the middle of paths, in the targets of links. */
Test(ftp_tar, names_of_ours_are_not_taken)
{
    static const struct {
        const char *path;
        mode_t type;
        const char *text;
    } entries[] = {
        {".glassbox-part-1", S_IFREG, "x"},    {"a/.glassbox-part-1", S_IFREG, "x"},
        {".glassbox-part-1/a", S_IFREG, "x"},  {"a/.glassbox-part-1/b", S_IFDIR, NULL},
        {".glassbox-part-1", S_IFDIR, NULL},   {".glassbox-part-1", S_IFLNK, "a"},
        {"link", S_IFLNK, ".glassbox-part-1"}, {"a/link", S_IFLNK, "../.glassbox-part-1/b"}};
    struct stat status;
    put(to, ".glassbox-part-1", "an upload of another");
    for (size_t i = 0; i < sizeof(entries) / sizeof(entries[0]); i++) {
        struct stream stream = {.left = SIZE_MAX};
        struct problem problem = {0};
        struct archive *archive = begin_stream(&stream);
        put_entry(archive, entries[i].path, entries[i].type, entries[i].text);
        archive_write_free(archive);
        cr_expect_not(unpack(&stream, &problem), "%s", entries[i].path);
        free(stream.data);
    }
    cr_expect_eq(fstatat(to, ".glassbox-part-1", &status, 0), 0);
    cr_expect_eq(status.st_size, 20);
}

/* --- sparse files of others: GNU's format 1.0, in headers of pax ------------------------------ */
#define BLOCK 512

static void raw(struct stream *stream, const char *data, size_t bytes)
{
    static const char zeros[BLOCK];
    take(stream, data, bytes);
    take(stream, zeros, (BLOCK - bytes % BLOCK) % BLOCK);
}

static void raw_header(struct stream *stream, const char *name, char type, size_t bytes)
{
    char header[BLOCK] = "";
    unsigned sum = 0;
    snprintf(header, 100, "%s", name);
    memcpy(header + 100,
           "0000644\0"
           "0000000\0"
           "0000000\0",
           24);
    snprintf(header + 124, 24, "%011zo", bytes);
    memcpy(header + 136, "00000000000", 11);
    memset(header + 148, ' ', 8);
    header[156] = type;
    memcpy(header + 257, "ustar\00000", 8);
    for (size_t i = 0; i < BLOCK; i++)
        sum += (unsigned char)header[i];
    snprintf(header + 148, 8, "%06o", sum);
    raw(stream, header, BLOCK);
}

/* A file of `size` bytes by its own word; the map is of `pieces`, of which the last is text. */
static void raw_sparse(struct stream *stream, size_t size, const char *map, size_t pieces,
                       const char *text)
{
    char number[32], pax[200];
    snprintf(number, sizeof(number), "%zu", size);
    int bytes = snprintf(pax, sizeof(pax),
                         "22 GNU.sparse.major=1\n22 GNU.sparse.minor=0\n"
                         "24 GNU.sparse.name=file\n%zu GNU.sparse.realsize=%s\n",
                         24 + strlen(number), number);
    raw_header(stream, "pax", 'x', (size_t)bytes);
    raw(stream, pax, (size_t)bytes);
    bytes = snprintf(number, sizeof(number), "%zu\n", pieces);
    size_t whole = (size_t)bytes + strlen(map);
    whole += (BLOCK - whole % BLOCK) % BLOCK;
    char *start = calloc(1, whole + 1);
    snprintf(start, whole + 1, "%s%s", number, map);
    raw_header(stream, "file", '0', whole + strlen(text));
    raw(stream, start, whole);
    raw(stream, text, strlen(text));
    raw(stream, "", 0);
    free(start);
    raw_header(stream, "end", '5', 0);
}

Test(ftp_tar, sparse_files_of_others)
{
    static const struct {
        size_t size;
        const char *map;
        bool good;
    } files[] = {{1000000, "999996\n4\n", true},
                 {10, "999996\n4\n", false}, /* who has allowed 10 bytes gets no more */
                 {10, "8\n4\n", false}};
    struct stat status;
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        struct stream stream = {.left = SIZE_MAX};
        struct problem problem = {0};
        raw_sparse(&stream, files[i].size, files[i].map, 1, "data");
        cr_expect_eq(unpack(&stream, &problem), files[i].good, "%zu: %s", i, problem.message);
        cr_expect_eq(fstatat(to, "file", &status, 0), i == 0 ? 0 : -1);
        cr_expect(i > 0 || status.st_size == 1000000);
        unlinkat(to, "file", 0);
        free(stream.data);
    }
}

/* A map of a million pieces: what libarchive would remember of it is bounded. */
Test(ftp_tar, headers_are_not_remembered_without_end)
{
    const size_t pieces = 1000000;
    struct stream stream = {.left = SIZE_MAX};
    struct tar_count count;
    struct problem problem = {0};
    const struct tar_source source = {.read = give_and_weigh, .context = &stream};
    char *map = malloc(4 * pieces + 1);
    for (size_t i = 0; i < pieces; i++)
        memcpy(map + 4 * i, "0\n0\n", 5);
    raw_sparse(&stream, 100, map, pieces, "");
    free(map);
    most = 0;
    size_t before = memory();
    cr_expect_not(tar_unpack(to, true, &source, &count, &problem));
    cr_expect(strstr(problem.message, "header"), "%s", problem.message);
    cr_expect_lt(most, before + 30000000, "%zu", most - before);
    free(stream.data);
}

/* Two streams that bring one file at the same time: what stands there in the end is whole. */
struct second {
    struct stream stream;
    bool tried, done;
};

static ssize_t give_with_another_between(void *context, const void **data)
{
    struct second *second = context;
    struct stream *stream = &second->stream;
    if (stream->at >= 50000 && !second->tried) {
        struct stream again = {.data = stream->data, .bytes = stream->bytes};
        struct problem problem = {0};
        second->tried = true;
        second->done = unpack(&again, &problem);
    }
    return give(stream, data);
}

Test(ftp_tar, two_streams_do_not_write_one_file)
{
    struct second second = {.stream.left = SIZE_MAX};
    struct tar_count count;
    struct problem problem = {0};
    const struct tar_source source = {.read = give_with_another_between, .context = &second};
    char *text = calloc(1, 400001);
    memset(text, 'x', 400000);
    put(from, "file", text);
    free(text);
    cr_assert(pack(&second.stream, &count));
    cr_expect(tar_unpack(to, true, &source, &count, &problem), "%s", problem.message);
    cr_expect(second.tried && !second.done, "the second is sent away");
    cr_expect_eq(same(), 0);
    free(second.stream.data);
}
