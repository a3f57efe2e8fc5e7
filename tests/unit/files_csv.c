/*
 * CSV: what is read, what is refused and where, and that a rewrite loses nothing.
 */
#include "csv_table.h"
#include "scratch.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct csv_table *parse(const char *text)
{
    struct csv_table *table;
    struct problem problem = {0};
    bool done = csv_table_parse(&table, "f.csv", text, strlen(text), &problem);
    cr_assert(done, "'%s' was refused: %s", text, problem.message);
    return table;
}

Test(files_csv, cells_are_found_by_the_name_of_their_column)
{
    static const struct {
        const char *text, *b; /* the cell of column b in row 0 */
    } cases[] = {
        {"a,b\n1,2\n", "2"},
        {"a,b\r\n1,2\r\n", "2"},
        {"a,b\r1,2\r", "2"},
        {"a,b\n1,2", "2"},
        {"b,a\n1,2\n", "1"},
        {"A,B\n1,2\n", "2"},
        {"a,b\n\n\n1,2\n\n", "2"},
        {"\xEF\xBB\xBF"
         "b,a\n1,2\n",
         "1"},
        {"a,b\n 1 , 2 \n", "2"},
        {"a,b\n1,\"2, \"\"and\"\"\n3\"\n", "2, \"and\"\n3"},
        {"a,b\n1,\" 2 \"\n", " 2 "},
        {"a,b\n1,\n", ""},
        {"a,b,,\n1,2,,\n", "2"},
        {"a,b\n1,2,,\n", "2"},
        {"a,b\n,,\n1,2\n", "2"},
        {"a,b\n1,анна\n", "анна"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct csv_table *table = parse(cases[i].text);
        cr_expect_eq(csv_table_rows(table), 1, "case %zu: %zu rows", i, csv_table_rows(table));
        cr_expect_str_eq(csv_table_get(table, 0, "b"), cases[i].b, "case %zu: got '%s'", i,
                         csv_table_get(table, 0, "b"));
        cr_expect_str_eq(csv_table_get(table, 0, "c"), "");
        csv_table_free(table);
    }
}

Test(files_csv, each_fault_is_named_with_line_and_column)
{
    static const struct {
        const char *text, *place, *what;
    } cases[] = {
        {"", "f.csv:1:1:", "no header"},
        {"\n\n", "f.csv:1:1:", "no header"},
        {"a,,b\n", "f.csv:1:3:", "no name"},
        {"a,b,A\n", "f.csv:1:5:", "twice"},
        {"a;b\n1;2\n", "f.csv:1:1:", "separated"},
        {"sep=;\na;b\n1;2\n", "f.csv:1:5:", "by ';'"},
        {"sep=\t\na\tb\n", "f.csv:1:5:", "by '\t'"},
        {"sep=,\n", "f.csv:2:1:", "no header"},
        {"sep=,\na,b\n1\n", "f.csv:3:2:", "cut short"},
        {"sep=\n1\n1,2\n", "f.csv:3:3:", "stray comma"},
        {"a,b\n1\n", "f.csv:2:2:", "cut short"},
        {"a,b\n1,2\n3", "f.csv:3:2:", "cut short"},
        {"a,b\n1,2,3\n", "f.csv:2:5:", "stray comma"},
        {"a,b\n\n1,2\n\n1,2,3\n", "f.csv:5:5:", "stray comma"},
        {"a,b\r\n1,2\r\n1,2,3\r\n", "f.csv:3:5:", "stray comma"},
        {"a,b\n1,\"2\n", "f.csv:2:3:", "never closed"},
        {"a,b\n1,2\"3\n", "f.csv:2:4:", "quotation mark"},
        {"a,b\nанна,2\"3\n", "f.csv:2:7:", "quotation mark"},
        {"a,b\n1,\"2\"3\n", "f.csv:2:6:", "quotation mark"},
        {"a,b\n1,\xFF\n", "f.csv:2:3:", "UTF-8"},
        {"\xFF\xFE"
         "a",
         "f.csv:", "UTF-16"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct csv_table *table;
        struct problem problem = {0};
        cr_expect_not(
            csv_table_parse(&table, "f.csv", cases[i].text, strlen(cases[i].text), &problem),
            "case %zu was taken", i);
        cr_expect_null(table);
        cr_expect_eq(strncmp(problem.message, cases[i].place, strlen(cases[i].place)), 0,
                     "case %zu: got '%s', want place %s", i, problem.message, cases[i].place);
        cr_expect_not_null(strstr(problem.message, cases[i].what), "case %zu: got '%s', want '%s'",
                           i, problem.message, cases[i].what);
    }
}

Test(files_csv, a_zero_byte_is_no_text)
{
    struct csv_table *table;
    struct problem problem = {0};
    cr_assert_not(csv_table_parse(&table, "f.csv", "a,b\n1,\0\n", 8, &problem));
    cr_assert_not_null(strstr(problem.message, "f.csv:2:3:"), "%s", problem.message);
}

/* header + `middle` repeated + end */
static char *repeat(const char *header, const char *middle, size_t times, const char *end)
{
    size_t bytes = strlen(middle);
    char *text = malloc(strlen(header) + bytes * times + strlen(end) + 1);
    char *at = stpcpy(text, header);
    for (size_t i = 0; i < times; i++)
        at = stpcpy(at, middle);
    strcpy(at, end);
    return text;
}

static void expect_bound(char *text, bool taken, const char *what)
{
    struct csv_table *table;
    struct problem problem = {0};
    bool got = csv_table_parse(&table, "f.csv", text, strlen(text), &problem);
    cr_expect_eq(got, taken, "%s: %s", what, problem.message);
    cr_expect(taken || strstr(problem.message, what), "want '%s', got '%s'", what, problem.message);
    csv_table_free(table);
    free(text);
}

Test(files_csv, sizes_are_bounded)
{
    expect_bound(repeat("a\n", "x", CSV_TABLE_CELL_BYTES, "\n"), true, "");
    expect_bound(repeat("a\n", "x", CSV_TABLE_CELL_BYTES + 1, "\n"), false, "longer than");
    expect_bound(repeat("a\n", "x\n", CSV_TABLE_ROWS, ""), true, "");
    expect_bound(repeat("a\n", "x\n", CSV_TABLE_ROWS + 1, ""), false, "more than 100000 rows");
    char *header = strdup("c0");
    for (unsigned i = 1; i <= CSV_TABLE_COLUMNS; i++) {
        char *longer;
        cr_assert_geq(asprintf(&longer, "%s,c%u", header, i), 0);
        free(header);
        header = longer;
    }
    expect_bound(header, false, "more than 64 columns");
    expect_bound(repeat("a,b\n1,2", ",", 16382, "\n"), true, "");
    expect_bound(repeat("a,b\n1,2", ",", 16383, "\n"), false, "more than 16384 cells");
}

/* The bound comes before the work: with the cells counted last, this took minutes. */
Test(files_csv, a_row_of_a_million_cells_is_refused_at_once, .timeout = 60)
{
    char *header = malloc(9 * 500000 + 1), *at = header; /* names that differ */
    for (unsigned i = 0; i < 500000; i++)
        at += sprintf(at, "c%u,", i);
    expect_bound(header, false, "more than 16384 cells");
    expect_bound(repeat("a\n", "1,", 1000000, "\n"), false, "more than 16384 cells");
}

/* --- Excel's first line ---------------------------------------------------------------------- */

Test(files_csv, the_line_that_says_sep_is_passed_over)
{
    static const char *const cases[] = {
        "sep=,\na,b\n1,2\n",     "sep=,\r\na,b\r\n1,2\r\n", "SEP=,\ra,b\r1,2",
        "\"sep=,\"\na,b\n1,2\n", "sep=,,,,\r\na,b\n1,2\n",  "\xEF\xBB\xBFsep=,\r\na,b\n1,2\n",
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct csv_table *table = parse(cases[i]);
        size_t bytes;
        cr_expect_eq(csv_table_rows(table), 1, "%s", cases[i]);
        cr_expect_str_eq(csv_table_get(table, 0, "b"), "2", "%s", cases[i]);
        cr_expect_eq(csv_table_line(table, 0), 3, "%s", cases[i]);
        char *text = csv_table_text(&bytes, table, NULL);
        cr_expect(bytes == 14 && memcmp(text, "sep=,\na,b\n1,2\n", 14) == 0, "it is kept: %.*s",
                  (int)bytes, text);
        free(text);
        csv_table_free(table);
    }
}

/* --- files ----------------------------------------------------------------------------------- */

static void write_table(const struct csv_table *table, const char *path)
{
    struct file_lock lock;
    struct problem problem = {0};
    cr_assert(file_lock_take(&lock, path, &problem), "%s", problem.message);
    cr_assert(csv_table_write(table, &lock, path, 0644, &problem), "%s", problem.message);
    file_lock_release(&lock);
}

Test(files_csv, a_rewrite_keeps_what_it_does_not_know)
{
    char *folder = scratch_new(), *path = scratch_path(folder, "t.csv");
    struct csv_table *table;
    struct problem problem = {0};
    scratch_write(folder, "t.csv",
                  "shoe size,n,colour\n41,7,\"red, \"\"dark\"\"\"\n42,8,\" blue \"\n43,9,\n");
    cr_assert(csv_table_read(&table, path, NULL, NULL, NULL, &problem), "%s", problem.message);
    cr_assert(csv_table_set(table, 1, "n", "88", &problem));
    cr_assert(csv_table_set(table, 2, "added", "line\nbreak", &problem));
    csv_table_remove(table, 0);
    write_table(table, path);
    csv_table_free(table);
    char *text = scratch_read(folder, "t.csv");
    cr_assert_str_eq(text, "shoe size,n,colour,added\n42,88,\" blue \",\n43,9,,\"line\nbreak\"\n");
    free(text);
    free(path);
    scratch_remove(folder);
}

Test(files_csv, what_is_written_is_what_is_read)
{
    static const char *const cells[] = {"",  " ",         "a,b", "\"", "\"\"", "\n", "\r\n", "\t",
                                        "я", "a\"b,c\nd", "'",   ";",  "#",    " x", "x "};
    char *folder = scratch_new(), *path = scratch_path(folder, "t.csv");
    const char *const one_column[] = {"only", NULL}, *const two_columns[] = {"x", "y", NULL};
    const char *const *const shapes[] = {one_column, two_columns};
    for (size_t shape = 0; shape < 2; shape++) {
        for (size_t i = shape == 0 ? 1 : 0; i < sizeof(cells) / sizeof(cells[0]); i++) {
            struct csv_table *table;
            size_t row;
            cr_assert(csv_table_new(&table, path, shapes[shape], NULL));
            cr_assert(csv_table_add(table, &row, NULL));
            cr_assert(csv_table_set(table, 0, shapes[shape][shape], cells[i], NULL));
            if (shape == 1)
                cr_assert(csv_table_set(table, 0, "x", "1", NULL));
            write_table(table, path);
            csv_table_free(table);
            cr_assert(csv_table_read(&table, path, NULL, NULL, NULL, NULL));
            cr_expect_str_eq(csv_table_get(table, 0, shapes[shape][shape]), cells[i],
                             "cell %zu of shape %zu", i, shape);
            csv_table_free(table);
        }
    }
    free(path);
    scratch_remove(folder);
}

Test(files_csv, no_file_is_an_empty_table_only_where_that_makes_sense)
{
    static const char *const columns[] = {"a", NULL};
    struct csv_table *table;
    struct problem problem = {0};
    cr_assert(csv_table_read(&table, "/nonexistent/t.csv", columns, NULL, NULL, &problem));
    cr_assert_eq(csv_table_rows(table), 0);
    csv_table_free(table);
    cr_assert_not(csv_table_read(&table, "/nonexistent/t.csv", NULL, NULL, NULL, &problem));
    cr_assert_not_null(strstr(problem.message, "/nonexistent/t.csv: No such file"));
}

static void expect_odd_file(const char *path, const char *what)
{
    static const char *const columns[] = {"a", NULL};
    struct csv_table *table;
    struct problem problem = {0};
    cr_expect_not(csv_table_read(&table, path, columns, NULL, NULL, &problem), "%s", path);
    cr_expect_not_null(strstr(problem.message, what), "want '%s', got '%s'", what, problem.message);
}

Test(files_csv, odd_files_are_refused)
{
    char *folder = scratch_new(), *pipe = scratch_path(folder, "pipe");
    cr_assert_eq(mkfifo(pipe, 0600), 0);
    expect_odd_file(pipe, "not a regular file");
    expect_odd_file(folder, "a folder");
    char *large = scratch_path(folder, "large");
    scratch_write(folder, "large", "");
    cr_assert_eq(truncate(large, CSV_TABLE_FILE_BYTES + 1), 0);
    expect_odd_file(large, "larger than");
    free(large);
    free(pipe);
    scratch_remove(folder);
}
