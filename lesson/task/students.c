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

#define SEPARATORS ",;\t" /* between the cells of a CSV file */
#define FAMILY     "фамилия"
#define GIVEN      "имя"

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
 * either end. Whether nothing but single blanks became one. */
static bool folder_name(char out[STUDENT_NAME_BYTES], const char *name)
{
    size_t length = 0, bytes = strlen(name), used;
    bool plain = true;
    for (const char *at = name; *at != '\0'; at += used) {
        uint32_t character = utf8_decode(at, bytes - (size_t)(at - name), &used);
        bool letter = (character > 0xbf && (character < 0x2000 || character > 0x206f)) ||
                      (character >= '0' && character <= '9') ||
                      (character >= 'a' && character <= 'z') ||
                      (character >= 'A' && character <= 'Z');
        if (letter) {
            memcpy(out + length, at, used);
            length += used;
            continue;
        }
        bool between = length > 0 && out[length - 1] != '-';
        plain = plain && between && character == ' ';
        if (between)
            out[length++] = '-';
    }
    if (length > 0 && out[length - 1] == '-')
        length--;
    out[length] = '\0';
    return plain && length > 0;
}

/* Of the name alone: so it is the same in every list, in every order. Where more than blanks was
 * lost, some digits of the name's hash tell it from others. */
static char *make_folder(const char *name)
{
    char base[STUDENT_NAME_BYTES], *folder = NULL;
    uint8_t digest[SYM_SHA256_BYTES];
    if (folder_name(base, name))
        return strdup(base);
    sym_sha256(digest, name, strlen(name));
    if (asprintf(&folder, "%s%s%02x%02x%02x", base, base[0] ? "-" : "", digest[0], digest[1],
                 digest[2]) < 0)
        return NULL;
    return folder;
}

/* --- names --------------------------------------------------------------------------------------- */

/* Two folders that a file system may take for one: their names differ by case alone. */
static bool check_folder(const struct students *students, const char *path, unsigned line,
                         const struct student *student, struct problem *problem)
{
    for (size_t i = 0; i < students->count; i++)
        if (strcasecmp(students->list[i].folder, student->folder) == 0) {
            problem_set(problem, "%s:%u: %s and %s are too much alike for two folders", path, line,
                        student->name, students->list[i].name);
            return problem_hint(problem,
                                "tell the two apart, by a letter of a second name perhaps");
        }
    return true;
}

static bool check_name(const struct students *students, const char *path, unsigned line,
                       const char *name, struct problem *problem)
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
    return students->count < STUDENTS_MAX ||
           problem_set(problem, "%s: more than %u students", path, STUDENTS_MAX);
}

static bool add(struct students *students, const char *path, unsigned line, const char *name,
                struct problem *problem)
{
    if (!check_name(students, path, line, name, problem))
        return false;
    if (students->count == students->space) {
        size_t space = students->space ? 2 * students->space : 32;
        struct student *grown = reallocarray(students->list, space, sizeof(*grown));
        if (!grown)
            return problem_memory(problem);
        students->list = grown;
        students->space = space;
    }
    struct student student = {strdup(name), make_folder(name)};
    bool done = (student.name && student.folder) || problem_memory(problem);
    done = done && check_folder(students, path, line, &student, problem);
    students->list[students->count++] = student; /* students_free frees it, also if it failed */
    return done;
}

/* --- rows under a head ----------------------------------------------------------------------------- */

/* Names of the column of the names, in the order in which they are looked for. */
static const char *const columns[] = {"name", "student", "ученик", "студент",
                                      "фио",  FAMILY,    GIVEN,    NULL};

/* Letters of Russian, too; *at moves behind it. */
static uint32_t next_small(const char **at)
{
    size_t used;
    uint32_t character = utf8_decode(*at, strlen(*at), &used);
    *at += used;
    if (character == 0x401)
        return 0x451;
    if ((character >= 'A' && character <= 'Z') || (character >= 0x410 && character <= 0x42f))
        return character + 0x20;
    return character;
}

static bool same_word(const char *a, const char *b)
{
    while (*a != '\0' && *b != '\0')
        if (next_small(&a) != next_small(&b))
            return false;
    return *a == *b;
}

/* The column as the table calls it, or NULL. */
static const char *column_called(const struct csv_table *table, const char *word)
{
    const char *column;
    for (size_t i = 0; (column = csv_table_column(table, i)) != NULL; i++)
        if (same_word(column, word))
            return column;
    return NULL;
}

static const char *name_column(const struct csv_table *table)
{
    const char *column = NULL;
    for (size_t i = 0; columns[i] && !column; i++)
        column = column_called(table, columns[i]);
    return column;
}

static bool add_rows(struct students *students, const char *path, const struct csv_table *table,
                     struct problem *problem)
{
    const char *column = name_column(table), *given = NULL;
    bool done = true;
    if (same_word(column, FAMILY))
        given = column_called(table, GIVEN);
    for (size_t row = 0; done && row < csv_table_rows(table); row++) {
        char whole[2 * STUDENT_NAME_BYTES];
        const char *name = csv_table_get(table, row, column);
        const char *second = given ? csv_table_get(table, row, given) : "";
        if (strlen(name) < STUDENT_NAME_BYTES && name[0] != '\0' && second[0] != '\0') {
            snprintf(whole, sizeof(whole), "%s %s", name, second);
            name = whole;
        }
        if (name[0] != '\0')
            done = add(students, path, csv_table_line(table, row), name, problem);
    }
    return done;
}

/* --- lines ------------------------------------------------------------------------------------------ */

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

/* The sign between cells that a line has, outside of quotation marks; 0: none. */
static char separator_in(const char *line, size_t bytes)
{
    char best = '\0';
    size_t most = 0;
    for (const char *sign = SEPARATORS; *sign != '\0'; sign++) {
        size_t count = 0;
        bool quoted = false;
        for (size_t i = 0; i < bytes; i++) {
            if (line[i] == '"') /* one that is never closed is none */
                quoted = !quoted && memchr(line + i + 1, '"', bytes - i - 1);
            count += !quoted && line[i] == *sign;
        }
        if (count > most) {
            most = count;
            best = *sign;
        }
    }
    return best;
}

static bool refuse_separator(struct problem *problem, const char *path, unsigned line, char sign,
                             bool first)
{
    const char shown[] = {sign, '\0'};
    if (first) {
        problem_set(problem, "%s:%u: no column of the names among these columns", path, line);
        return problem_hint(problem,
                            "call it \"name\", \"student\", \"ученик\" or \"ФИО\"; if this "
                            "is no head but a name, write \"...\" around it");
    }
    if (sign == '\t')
        problem_set(problem, "%s:%u: a name with a tab in it", path, line);
    else
        problem_set(problem, "%s:%u: a name with a '%s' in it", path, line, shown);
    return problem_hint(problem, "write \"...\" around it; if these are columns, name them in the "
                                 "first line: name, group");
}

/* "..." around a whole line does not count. */
static char *unquote(char *line)
{
    size_t length = strlen(line), out = 0;
    if (length < 2 || line[0] != '"' || line[length - 1] != '"')
        return line;
    line[length - 1] = '\0';
    for (char *at = line + 1; *at != '\0'; at++) {
        line[out++] = *at;
        at += at[0] == '"' && at[1] == '"'; /* RFC 4180 2.7: written twice */
    }
    line[out] = '\0';
    return trim(line);
}

static bool add_lines(struct students *students, const char *path, char *text,
                      struct problem *problem)
{
    bool done = true;
    char *line;
    for (unsigned number = 1; done && (line = strsep(&text, "\n")) != NULL; number++) {
        line = trim(line);
        if (line[0] == '\0' || line[0] == '#')
            continue;
        size_t length = strlen(line);
        char sign = utf8_valid(line, length) ? separator_in(line, length) : '\0'; /* add says it */
        done = sign ? refuse_separator(problem, path, number, sign, students->count == 0)
                    : add(students, path, number, unquote(line), problem);
    }
    return done;
}

/* --- the list --------------------------------------------------------------------------------------- */

/* The next line that counts. Comments in front of it become blanks, for a CSV file has none. */
static char *find_line(size_t *bytes, char *at)
{
    for (;; at += *bytes) {
        at += strspn(at, " \t\r\n");
        *bytes = strcspn(at, "\r\n");
        if (*at != '#')
            break;
        memset(at, ' ', *bytes);
    }
    while (*bytes > 0 && strchr(" \t", at[*bytes - 1]))
        --*bytes;
    return at;
}

/* Where the first line ends; separator: the sign between its cells as it looks, 0: none. */
static size_t head_end(char *separator, char *text)
{
    size_t bytes;
    char *head = find_line(&bytes, text);
    if (bytes >= 5 && strncasecmp(head, "sep=", 4) == 0) { /* of Excel, see csv_table.h */
        *separator = head[4];
        head = find_line(&bytes, head + bytes);
    } else {
        *separator = separator_in(head, bytes);
    }
    return (size_t)(head - text) + bytes;
}

static bool is_head(const char *path, const char *text, size_t bytes, char separator,
                    struct problem *problem)
{
    struct csv_table *table;
    bool known = csv_table_parse_separated(&table, path, text, bytes, separator, problem) &&
                 name_column(table);
    csv_table_free(table);
    return known;
}

static bool parse(struct students *students, const char *path, char *text, struct problem *problem)
{
    struct problem first = {0};
    char looks;
    size_t bytes = head_end(&looks, text);
    char signs[] = {looks ? looks : ',', ',', ';', '\t', '\0'};
    for (const char *sign = signs; *sign != '\0'; sign++) {
        struct csv_table *table;
        struct problem of_head = {0};
        if (!is_head(path, text, bytes, *sign, &of_head)) {
            if (*sign == looks && of_head.message[0] != '\0' && first.message[0] == '\0')
                first = of_head;
            continue;
        }
        bool done = csv_table_parse_separated(&table, path, text, strlen(text), *sign, problem) &&
                    add_rows(students, path, table, problem);
        csv_table_free(table);
        return done;
    }
    if (first.message[0] == '\0')
        return add_lines(students, path, text, problem);
    *problem = first; /* columns they are, but not in order */
    return false;
}

bool students_parse(struct students *students, const char *path, const char *text, size_t bytes,
                    struct problem *problem)
{
    *students = (struct students){0};
    if (!utf16_check(problem, path, text, bytes))
        return false;
    if (memchr(text, '\0', bytes)) {
        problem_set(problem, "%s: a zero byte: this is not a text file", path);
        return problem_hint(problem, "save the list as UTF-8");
    }
    size_t skip = byte_order_mark(text, bytes);
    char *copy = strndup(text + skip, bytes - skip);
    bool done = copy ? parse(students, path, copy, problem) : problem_memory(problem);
    free(copy);
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
    bool is_stdin = strcmp(path, "-") == 0;
    bool read = is_stdin ? whole_file_read_stream(&file, STDIN_FILENO, "stdin", STUDENTS_FILE_BYTES,
                                                  problem)
                         : whole_file_read(&file, path, STUDENTS_FILE_BYTES, problem);
    if (!read)
        return false;
    bool done = students_parse(students, is_stdin ? "stdin" : path, file.data, file.bytes, problem);
    whole_file_free(&file);
    return done;
}
