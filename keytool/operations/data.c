/*
 * Bytes in and out, bare or as text; see data.h.
 */
#include "data.h"
#include "base64.h"
#include "byte_order_mark.h"
#include "hexadecimal.h"
#include "output_file.h"
#include "read_full.h"
#include "rsa_text.h"
#include "sym_memory.h"

#include <ctype.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What the kernel lets everybody have (fcntl(2)): the writer is not stopped every 64 KiB. */
enum { PIPE_BYTES = 1 << 20 };

void data_free(struct data *data)
{
    if (data->bytes)
        sym_wipe(data->bytes, data->count);
    free(data->bytes);
    *data = (struct data){0};
}

/* --- reading --------------------------------------------------------------------------------- */

static bool is_standard(const char *path)
{
    return !path || strcmp(path, "-") == 0;
}

int data_open(const char *path, struct problem *problem)
{
    struct stat status;
    int descriptor = is_standard(path) ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) {
        problem_errno(problem, "cannot read %s", is_standard(path) ? "standard input" : path);
        return -1;
    }
    if (fstat(descriptor, &status) == 0 && S_ISDIR(status.st_mode)) {
        problem_set(problem, "%s is a folder", is_standard(path) ? "standard input" : path);
        problem_hint(problem, "tar c FOLDER makes one file of it");
        close(descriptor);
        return -1;
    }
    (void)fcntl(descriptor, F_SETPIPE_SZ, PIPE_BYTES); /* a file is no pipe, and that is fine */
    return descriptor;
}

static void drop_mark_and_blanks(struct data *data)
{
    size_t kept = 0;
    for (size_t i = byte_order_mark(data->bytes, data->count); i < data->count; i++)
        if (!isspace(data->bytes[i]))
            data->bytes[kept++] = data->bytes[i];
    sym_wipe(data->bytes + kept, data->count - kept);
    data->count = kept;
}

/* In place: a byte is shorter than its digits. */
static bool hex_decode_in_place(struct data *data)
{
    if (data->count % 2 != 0)
        return false;
    for (size_t i = 0; i < data->count / 2; i++) {
        int byte = hex_byte(data->bytes + 2 * i);
        if (byte < 0)
            return false;
        data->bytes[i] = (uint8_t)byte;
    }
    data->count /= 2;
    return true;
}

static bool base64_decode_whole(struct data *data)
{
    struct data plain = {.bytes = calloc(1, BASE64_DATA_BYTES(data->count) + 1)};
    bool done = plain.bytes && base64_decode(plain.bytes, &plain.count, (const char *)data->bytes,
                                             data->count, BASE64_PADDED);
    if (done) {
        data_free(data);
        *data = plain; /* transferred */
    } else {
        data_free(&plain);
    }
    return done;
}

static bool decode(struct data *data, enum data_form form, const char *what,
                   struct problem *problem)
{
    if (form == DATA_BYTES)
        return true;
    if (!utf16_check(problem, what, data->bytes, data->count))
        return false;
    drop_mark_and_blanks(data);
    if (form == DATA_HEX)
        return hex_decode_in_place(data) || problem_set(problem, "%s is not hexadecimal", what);
    return base64_decode_whole(data) || problem_set(problem, "%s is not base64", what);
}

bool data_read(struct data *data, const char *path, enum data_form form, size_t limit,
               const char *what, const char *hint, struct problem *problem)
{
    /* Text takes up to twice as many characters, and some line breaks. */
    size_t space = form == DATA_BYTES ? limit + 1 : 4 * limit + 1024;
    int descriptor = data_open(path, problem);
    *data = (struct data){0};
    if (descriptor < 0)
        return false;
    data->bytes = malloc(space);
    ssize_t got = !data->bytes ? -1 : read_full(descriptor, data->bytes, space);
    if (got < 0)
        problem_errno(problem, "cannot read %s", what);
    close(descriptor);
    data->count = got < 0 ? 0 : (size_t)got;
    if (got >= 0 && decode(data, form, what, problem)) {
        if (data->count <= limit)
            return true;
        problem_set(problem, "%s is longer than %zu bytes", what, limit);
        if (hint)
            problem_hint(problem, "%s", hint);
    }
    data_free(data);
    return false;
}

/* --- writing --------------------------------------------------------------------------------- */

bool data_check_output(const char *output, const char *input, struct problem *problem)
{
    struct stat to, from;
    if (is_standard(output) || is_standard(input) || stat(output, &to) != 0 ||
        stat(input, &from) != 0 || !S_ISREG(to.st_mode) || to.st_dev != from.st_dev ||
        to.st_ino != from.st_ino)
        return true;
    problem_set(problem, "%s is the input: the result would take its place", output);
    return problem_hint(problem, "-o takes another name");
}

/* A new string for rsa_text_free. */
static char *text_of(const struct data *data, enum data_form form)
{
    if (form == DATA_HEX)
        return hex_string(data->bytes, data->count);
    if (form == DATA_BASE64) {
        char *text = malloc(BASE64_TEXT_BYTES(data->count));
        if (text)
            base64_encode(text, data->bytes, data->count, BASE64_PADDED);
        return text;
    }
    return rsa_bytes_to_text(data->bytes, data->count, form == DATA_NUMBER ? 16 : 10);
}

static bool put(const void *data, size_t bytes, bool line, const char *path, mode_t mode,
                struct problem *problem)
{
    struct output_file out;
    bool done = output_file_open(&out, path, mode, problem) &&
                output_file_write(&out, data, bytes, problem) &&
                (!line || output_file_write(&out, "\n", 1, problem)) &&
                output_file_finish(&out, problem);
    output_file_close(&out);
    return done;
}

bool data_write(const struct data *data, const char *path, enum data_form form, mode_t mode,
                struct problem *problem)
{
    if (form == DATA_BYTES)
        return put(data->bytes, data->count, false, path, mode, problem);
    char *text = text_of(data, form);
    if (!text)
        return problem_memory(problem);
    bool done = put(text, strlen(text), true, path, mode, problem);
    rsa_text_free(text);
    return done;
}
