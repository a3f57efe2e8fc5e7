/*
 * The list of a class; see students.h.
 */
#include "students.h"

#include "byte_order_mark.h"
#include "csv_table.h"
#include "printable.h"
#include "sym_sha256.h"
#include "utf8.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

static const char *const columns[] = {"name", "student", "имя", "студент", NULL};

void students_free(struct students *students)
{
    for (size_t i = 0; i < students->count; i++) {
        free(students->list[i].name);
        free(students->list[i].folder);
    }
    free(students->list);
    *students = (struct students){0};
}

const struct student *students_named(const struct students *students, const char *name)
{
    for (size_t i = 0; i < students->count; i++)
        if (strcmp(students->list[i].name, name) == 0)
            return &students->list[i];
    return NULL;
}

const struct student *students_folder(const struct students *students, const char *name)
{
    for (size_t i = 0; i < students->count; i++) {
        size_t length = strlen(students->list[i].folder);
        if (strncasecmp(students->list[i].folder, name, length) == 0 &&
            (name[length] == '\0' || name[length] == '.'))
            return &students->list[i];
    }
    return NULL;
}

/* --- folders ------------------------------------------------------------------------------------- */

/* Letters and digits stay, of any alphabet; all else becomes a -, but not two of them, nor one at
 * either end. */
static void folder_name(char out[STUDENT_NAME_BYTES], const char *name)
{
    size_t length = 0, bytes = strlen(name), used;
    for (const char *at = name; *at != '\0'; at += used) {
        uint32_t character = utf8_decode(at, bytes - (size_t)(at - name), &used);
        bool letter = (character > 0xbf && (character < 0x2000 || character > 0x206f)) ||
                      (character >= '0' && character <= '9') ||
                      (character >= 'a' && character <= 'z') ||
                      (character >= 'A' && character <= 'Z');
        if (letter) {
            memcpy(out + length, at, used);
            length += used;
        } else if (length > 0 && out[length - 1] != '-') {
            out[length++] = '-';
        }
    }
    if (length > 0 && out[length - 1] == '-')
        length--;
    out[length] = '\0';
}

/* Two names may give one folder, on some systems by their case alone: then all but the first get
 * some digits of their name's hash. */
static char *make_folder(const struct students *students, const char *name)
{
    char base[STUDENT_NAME_BYTES], *folder = NULL;
    uint8_t digest[SYM_SHA256_BYTES];
    folder_name(base, name);
    bool taken = base[0] == '\0';
    for (size_t i = 0; i < students->count && !taken; i++)
        taken = strcasecmp(students->list[i].folder, base) == 0;
    if (!taken)
        return strdup(base);
    sym_sha256(digest, name, strlen(name));
    if (asprintf(&folder, "%s%s%02x%02x%02x", base, base[0] ? "-" : "", digest[0], digest[1],
                 digest[2]) < 0)
        return NULL;
    return folder;
}

/* --- names --------------------------------------------------------------------------------------- */

static bool add(struct students *students, const char *path, unsigned line, const char *name,
                struct problem *problem)
{
    if (strlen(name) >= STUDENT_NAME_BYTES)
        return problem_set(problem, "%s:%u: a name of more than %d bytes", path, line,
                           STUDENT_NAME_BYTES - 1);
    if (!utf8_valid(name, strlen(name)) || !printable_is(name, strlen(name))) {
        problem_set(problem, "%s:%u: a name that is not plain UTF-8 text", path, line);
        return problem_hint(problem, "save the list as UTF-8");
    }
    if (students_named(students, name)) {
        problem_set(problem, "%s:%u: %s stands twice in the list", path, line, name);
        return problem_hint(problem, "tell the two apart, by a letter of a second name perhaps");
    }
    if (students->count == STUDENTS_MAX)
        return problem_set(problem, "%s: more than %u students", path, STUDENTS_MAX);
    if (students->count == students->space) {
        size_t space = students->space ? 2 * students->space : 32;
        struct student *grown = reallocarray(students->list, space, sizeof(*grown));
        if (!grown)
            return problem_memory(problem);
        students->list = grown;
        students->space = space;
    }
    struct student student = {strdup(name), make_folder(students, name)};
    students->list[students->count++] = student;
    return (student.name && student.folder) || problem_memory(problem);
}

/* A column of the list, if the first line has one; NULL: it is a list of lines. */
static const char *name_column(const struct csv_table *table)
{
    for (size_t i = 0; columns[i]; i++)
        if (csv_table_has_column(table, columns[i]))
            return columns[i];
    return NULL;
}

static bool add_rows(struct students *students, const char *path, const struct csv_table *table,
                     struct problem *problem)
{
    const char *column = name_column(table);
    bool done = true;
    for (size_t row = 0; done && row < csv_table_rows(table); row++) {
        const char *name = csv_table_get(table, row, column);
        if (name[0] != '\0')
            done = add(students, path, csv_table_line(table, row), name, problem);
    }
    return done;
}

/* Without the blanks at both ends; what stands between is as it was. */
static char *trim(char *line)
{
    line += strspn(line, " \t");
    size_t length = strlen(line);
    while (length > 0 && strchr(" \t\r", line[length - 1]))
        length--;
    line[length] = '\0';
    return line;
}

static bool add_lines(struct students *students, const char *path, char *text,
                      struct problem *problem)
{
    bool done = true;
    char *line;
    for (unsigned number = 1; done && (line = strsep(&text, "\n")) != NULL; number++) {
        line = trim(line);
        if (line[0] != '\0' && line[0] != '#')
            done = add(students, path, number, line, problem);
    }
    return done;
}

bool students_parse(struct students *students, const char *path, const char *text, size_t bytes,
                    struct problem *problem)
{
    *students = (struct students){0};
    if (!utf16_check(problem, path, text, bytes))
        return false;
    size_t skip = byte_order_mark(text, bytes);
    struct problem unused = {0};
    struct csv_table *table = NULL;
    bool done;
    if (csv_table_parse(&table, path, text, bytes, &unused) && name_column(table)) {
        done = add_rows(students, path, table, problem);
    } else {
        char *copy = strndup(text + skip, bytes - skip);
        done = copy ? add_lines(students, path, copy, problem) : problem_memory(problem);
        free(copy);
    }
    csv_table_free(table);
    if (done && students->count == 0) {
        done = problem_set(problem, "%s: no student in the list", path);
        problem_hint(problem, "a name on each line, or a CSV file with a column \"name\"");
    }
    return done;
}

bool students_read(struct students *students, const char *path, struct problem *problem)
{
    struct whole_file file;
    *students = (struct students){0};
    bool read = strcmp(path, "-") == 0 ? whole_file_read_stream(&file, STDIN_FILENO, "stdin",
                                                                STUDENTS_FILE_BYTES, problem)
                                       : whole_file_read(&file, path, STUDENTS_FILE_BYTES, problem);
    if (!read)
        return false;
    bool done = students_parse(students, path, file.data, file.bytes, problem);
    whole_file_free(&file);
    return done;
}
