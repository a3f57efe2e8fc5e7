/* The reader of test vectors: see vectors.h for the format. */
#include "vectors.h"

#include "hex.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_FIELDS 32
#define INSTALLED  "/usr/lib/python3/dist-packages/cryptography_vectors"

struct field {
    char *name;
    char *text;
    uint8_t *bytes; /* decoded on first use */
    size_t length;
    size_t repeat;
};

struct vectors {
    FILE *stream;
    char *path, *line;
    size_t space;
    unsigned line_number, record_line, records;
    char source[200], where[400];
    struct field fields[MAX_FIELDS];
    size_t count;
};

/* Takes the path. */
static struct vectors *open_path(char *path)
{
    struct vectors *file = calloc(1, sizeof(*file));
    cr_assert_not_null(file);
    file->path = path;
    file->stream = fopen(path, "r");
    return file;
}

struct vectors *vectors_open(const char *name)
{
    struct vectors *file;
    char *path;
    cr_assert_geq(asprintf(&path, "tests/vectors/%s", name), 0);
    file = open_path(path);
    cr_assert_not_null(file->stream, "%s: cannot be opened (run from the top of the tree)", path);
    return file;
}

struct vectors *vectors_open_installed(const char *name)
{
    const char *folder = getenv("CRYPTOGRAPHY_VECTORS");
    struct vectors *file;
    char *path;
    cr_assert_geq(asprintf(&path, "%s/%s", folder ? folder : INSTALLED, name), 0);
    file = open_path(path);
    cr_assert_not_null(file->stream,
                       "%s: cannot be opened (install python3-cryptography-vectors, or set "
                       "CRYPTOGRAPHY_VECTORS to the folder it is in)",
                       path);
    snprintf(file->source, sizeof(file->source), "python3-cryptography-vectors");
    return file;
}

static void clear(struct vectors *file)
{
    for (size_t i = 0; i < file->count; i++) {
        free(file->fields[i].name);
        free(file->fields[i].text);
        free(file->fields[i].bytes);
    }
    memset(file->fields, 0, sizeof(file->fields));
    file->count = 0;
}

void vectors_close(struct vectors *file)
{
    cr_assert_gt(file->records, 0u, "%s: holds no vector", file->path);
    clear(file);
    fclose(file->stream);
    free(file->path);
    free(file->line);
    free(file);
}

static struct field *find(const struct vectors *file, const char *name)
{
    for (size_t i = 0; i < file->count; i++)
        if (strcmp(file->fields[i].name, name) == 0)
            return (struct field *)&file->fields[i];
    return NULL;
}

static char *trim(char *text)
{
    size_t length;
    text += strspn(text, " \t");
    length = strlen(text);
    while (length > 0 && strchr(" \t\r\n", text[length - 1]))
        text[--length] = 0;
    return text;
}

static void read_repeat(struct vectors *file, const char *line)
{
    char name[40];
    size_t times;
    cr_assert_eq(sscanf(line, "repeat %39s %zu", name, &times), 2, "%s:%u: bad repeat", file->path,
                 file->line_number);
    cr_assert_not_null(find(file, name), "%s:%u: no field %s", file->path, file->line_number, name);
    find(file, name)->repeat = times;
}

static void read_field(struct vectors *file, char *line)
{
    char *equals = strchr(line, '=');
    struct field *field = &file->fields[file->count];
    cr_assert_not_null(equals, "%s:%u: neither a field nor a comment", file->path,
                       file->line_number);
    cr_assert_lt(file->count, (size_t)MAX_FIELDS);
    *equals = 0;
    cr_assert_null(find(file, trim(line)), "%s:%u: field given twice", file->path,
                   file->line_number);
    field->name = strdup(trim(line));
    field->text = strdup(trim(equals + 1));
    field->repeat = 1;
    file->count++;
}

/* [ENCRYPT] of NIST's answers, which names no field. */
static bool is_heading(const char *line)
{
    return line[0] == '[' && !strchr(line, '=');
}

bool vectors_next(struct vectors *file)
{
    clear(file);
    while (getline(&file->line, &file->space, file->stream) >= 0) {
        char *line = trim(file->line);
        file->line_number++;
        if (sscanf(line, "# source: %199[^\n]", file->source) == 1 || line[0] == '#')
            continue;
        if (line[0] == 0 && file->count > 0)
            break;
        if (line[0] == 0 || is_heading(line))
            continue;
        if (file->count == 0)
            file->record_line = file->line_number;
        if (strncmp(line, "repeat ", 7) == 0)
            read_repeat(file, line);
        else
            read_field(file, line);
    }
    if (file->count == 0)
        return false;
    file->records++;
    snprintf(file->where, sizeof(file->where), "%s:%u %s (%s)", file->path, file->record_line,
             vectors_has(file, "name") ? vectors_text(file, "name") : "", file->source);
    return true;
}

const char *vectors_where(const struct vectors *file)
{
    return file->where;
}

bool vectors_has(const struct vectors *file, const char *name)
{
    return find(file, name) != NULL;
}

static struct field *need(const struct vectors *file, const char *name)
{
    struct field *field = find(file, name);
    cr_assert_not_null(field, "%s: no field %s", file->where, name);
    return field;
}

const char *vectors_text(const struct vectors *file, const char *name)
{
    return need(file, name)->text;
}

unsigned long vectors_number(const struct vectors *file, const char *name)
{
    char *end;
    unsigned long number = strtoul(vectors_text(file, name), &end, 0);
    cr_assert_eq(*end, 0, "%s: %s is no number", file->where, name);
    return number;
}

static void decode(struct field *field)
{
    size_t length = strlen(field->text), once;
    uint8_t *bytes;
    if (length >= 2 && field->text[0] == '"' && field->text[length - 1] == '"') {
        once = length - 2;
        bytes = (uint8_t *)strndup(field->text + 1, once);
    } else {
        bytes = hex_decode(field->text, &once);
    }
    field->length = once * field->repeat;
    field->bytes = malloc(field->length + 1);
    cr_assert_not_null(field->bytes);
    for (size_t i = 0; i < field->repeat; i++)
        memcpy(field->bytes + i * once, bytes, once);
    free(bytes);
}

const uint8_t *vectors_bytes(const struct vectors *file, const char *name, size_t *bytes)
{
    struct field *field = need(file, name);
    if (!field->bytes)
        decode(field);
    *bytes = field->length;
    return field->bytes;
}

void vectors_expect(const struct vectors *file, const char *what, const void *got, size_t got_bytes,
                    const char *name)
{
    size_t want_bytes;
    const uint8_t *want = vectors_bytes(file, name, &want_bytes);
    char *got_hex, *want_hex;
    if (got_bytes == want_bytes && (want_bytes == 0 || memcmp(got, want, want_bytes) == 0))
        return;
    got_hex = hex_encode(got, got_bytes);
    want_hex = hex_encode(want, want_bytes);
    cr_assert_fail("%s: %s\n    got  %s\n    want %s", file->where, what, got_hex, want_hex);
}
