/* Where a command gets its bytes from: see source.h. */
#include "source.h"

#include "hexadecimal.h"

#include <ctype.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FIRST_SPACE ((size_t)64 * 1024)

static void check(void *given, const struct argp_state *state)
{
    const struct source_options *options = given;
    if (options->file && options->text)
        console_usage(state, "a file and --text do not go together");
}

static const struct option_row rows[] = {
    TEXT(struct source_options, text, "text", 't', "TEXT", "Take this text instead of a file"),
    {0}};
const struct option_table source_table = {.rows = rows, .check = check};

/* --- opening --------------------------------------------------------------------------------- */

static FILE *open_file(struct source *source, const struct source_options *options)
{
    struct stat status;
    bool standard = !options->file || strcmp(options->file, "-") == 0;
    source->name = standard ? "standard input" : options->file;
    if (standard && console_stdin_is_closed()) {
        errno = EBADF;
        return NULL;
    }
    int descriptor = standard ? dup(STDIN_FILENO) : open(options->file, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0)
        return NULL;
    if (fstat(descriptor, &status) == 0 && S_ISDIR(status.st_mode)) {
        close(descriptor);
        errno = EISDIR;
        return NULL;
    }
    FILE *stream = fdopen(descriptor, "r");
    if (!stream)
        close(descriptor);
    return stream;
}

bool source_open(struct source *source, const struct source_options *options,
                 struct problem *problem)
{
    *source = (struct source){.name = "--text", .hex = options->hex};
    if (!options->text)
        source->stream = open_file(source, options);
    else if (options->text[0] == '\0')
        source->stream = fopen("/dev/null", "r");
    else /* only read from; the prototype knows no such stream */
        source->stream = fmemopen((char *)(uintptr_t)options->text, strlen(options->text), "r");
    return source->stream || problem_errno(problem, "cannot read %s", source->name);
}

void source_close(struct source *source)
{
    if (source->stream)
        fclose(source->stream);
    *source = (struct source){0};
}

/* --- reading --------------------------------------------------------------------------------- */

static bool read_hex(struct source *source, uint8_t *out, size_t bytes, size_t *got,
                     struct problem *problem)
{
    char digits[2];
    size_t count = 0;
    while (*got < bytes) {
        int sign = getc_unlocked(source->stream);
        if (sign == EOF && count == 0)
            return true;
        if (sign != EOF && isspace(sign))
            continue;
        digits[count++] = (char)sign;
        int byte = sign == EOF ? -1 : count == 2 ? hex_byte(digits) : 0;
        if (byte < 0) {
            problem_set(problem, "%s is not hexadecimal at byte %zu of what it stands for",
                        source->name, *got + 1);
            return problem_hint(problem, "leave out --hex for the bytes themselves");
        }
        if (count == 2) {
            out[(*got)++] = (uint8_t)byte;
            count = 0;
        }
    }
    return true;
}

bool source_read(struct source *source, uint8_t *out, size_t bytes, size_t *got,
                 struct problem *problem)
{
    *got = 0;
    if (source->hex) {
        if (!read_hex(source, out, bytes, got, problem))
            return false;
    } else {
        *got = fread(out, 1, bytes, source->stream);
    }
    return !ferror(source->stream) || problem_errno(problem, "cannot read %s", source->name);
}

static bool grow(uint8_t **data, size_t *space, size_t limit)
{
    size_t wanted = *space == 0 ? FIRST_SPACE : 2 * *space;
    *space = wanted > limit + 1 ? limit + 1 : wanted;
    uint8_t *more = realloc(*data, *space);
    if (more)
        *data = more;
    return more != NULL;
}

bool source_whole(uint8_t **data, size_t *bytes, const struct source_options *options, size_t limit,
                  struct problem *problem)
{
    struct source source;
    size_t space = 0, got = 1;
    *data = NULL;
    *bytes = 0;
    bool done = source_open(&source, options, problem);
    while (done && got > 0) {
        if (*bytes == space && !grow(data, &space, limit))
            done = problem_memory(problem);
        else
            done = source_read(&source, *data + *bytes, space - *bytes, &got, problem);
        *bytes += done ? got : 0;
        if (done && *bytes > limit)
            done = problem_set(problem, "%s is longer than %zu bytes", source.name, limit);
    }
    source_close(&source);
    if (!done) {
        free(*data);
        *data = NULL;
    }
    return done;
}
