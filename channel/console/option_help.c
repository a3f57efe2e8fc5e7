/*
 * --help as argp lays it out, in columns; see option_help.h.
 *
 * argp_help counts bytes: a text of two bytes a letter is broken in the middle of the row.
 */
#include "option_help.h"

#include "printable.h"
#include "translate.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define WIDTH        78 /* columns of a row; a blank at its end may stand one further */
#define COLUMN_LONG  6
#define COLUMN_DOC   29
#define COLUMN_USAGE 12
#define WORD_BYTES   256

/* Where the next letter stands, and where the next row begins. */
struct sheet {
    FILE *out;
    size_t column, margin;
};

static void next_row(struct sheet *sheet)
{
    fprintf(sheet->out, "\n%*s", (int)sheet->margin, "");
    sheet->column = sheet->margin;
}

static void put(struct sheet *sheet, const char *text)
{
    fputs(text, sheet->out);
    sheet->column += printable_width(text);
}

static void go_to(struct sheet *sheet, size_t column)
{
    if (sheet->column < column)
        fprintf(sheet->out, "%*s", (int)(column - sheet->column), "");
    sheet->column = sheet->column < column ? column : sheet->column;
}

/* One line of a text, broken at blanks. Blanks in front of a word stay if it does. */
static void put_line(struct sheet *sheet, const char *line, size_t bytes)
{
    for (size_t at = 0; at < bytes;) {
        size_t blanks = strspn(line + at, " "), end = at + blanks;
        while (end < bytes && line[end] != ' ')
            end++;
        char word[WORD_BYTES];
        snprintf(word, sizeof(word), "%.*s", (int)(end - at), line + at);
        bool fits = sheet->column + printable_width(word) <= WIDTH + (end < bytes);
        if (!fits && sheet->column > sheet->margin)
            next_row(sheet);
        put(sheet, fits || sheet->column > sheet->margin ? word : word + blanks);
        at = end;
    }
}

static void put_text(struct sheet *sheet, const char *text)
{
    for (; *text; text += strspn(text, "\n") ? 1 : 0) {
        size_t bytes = strcspn(text, "\n");
        put_line(sheet, text, bytes);
        text += bytes;
        if (*text == '\n')
            next_row(sheet);
    }
}

/* --- options ---------------------------------------------------------------------------------- */
static bool has_letter(const struct argp_option *option)
{
    return isascii(option->key) && isprint(option->key);
}

/* argp's order: help last, else by the letter, or the first one of the name. */
static int compare(const void *a, const void *b)
{
    const struct argp_option *one = a, *other = b;
    if (one->group != other->group)
        return one->group < 0 ? 1 : -1;
    bool letter_one = has_letter(one), letter_other = has_letter(other);
    if (!letter_one && !letter_other)
        return strcasecmp(one->name, other->name);
    int first = letter_one ? one->key : one->name[0];
    int second = letter_other ? other->key : other->name[0];
    int order = tolower(first) - tolower(second);
    order = order ? order : second - first;
    return order ? order : letter_one - letter_other;
}

static void put_option(struct sheet *sheet, const struct argp_option *option)
{
    char text[WORD_BYTES];
    bool letter = has_letter(option);
    sheet->margin = 0;
    snprintf(text, sizeof(text), "  -%c, ", letter ? option->key : ' ');
    if (letter)
        put(sheet, text);
    go_to(sheet, COLUMN_LONG);
    bool optional = (option->flags & OPTION_ARG_OPTIONAL) != 0;
    snprintf(text, sizeof(text), "--%s%s%s%s", option->name,
             !option->arg ? ""
             : optional   ? "[="
                          : "=",
             option->arg ? translate(option->arg) : "", option->arg && optional ? "]" : "");
    put(sheet, text);
    sheet->margin = COLUMN_DOC;
    if (sheet->column > COLUMN_DOC + 3)
        next_row(sheet);
    else if (sheet->column >= COLUMN_DOC)
        put(sheet, "   ");
    go_to(sheet, COLUMN_DOC);
    put_text(sheet, option->doc ? translate(option->doc) : "");
    sheet->margin = 0;
    next_row(sheet);
}

static void put_usage(struct sheet *sheet, const struct option_table *table, const char *name)
{
    sheet->margin = COLUMN_USAGE;
    put(sheet, translate(N_("Usage:")));
    put(sheet, " ");
    put_line(sheet, name, strlen(name));
    const char *options = translate(N_("[OPTION...]"));
    put(sheet, " ");
    put(sheet, options);
    if (table->arguments) {
        const char *words = translate(table->arguments);
        put(sheet, " ");
        put_line(sheet, words, strlen(words));
    }
    sheet->margin = 0;
    next_row(sheet);
}

void option_help(FILE *out, const struct option_table *table, struct argp_option *options,
                 const char *name)
{
    struct sheet sheet = {.out = out};
    size_t count = 0;
    bool noted = false;
    while (options[count].name || options[count].key)
        count++;
    qsort(options, count, sizeof(*options), compare);
    const char *text = table->text ? translate(table->text) : "";
    size_t above = strcspn(text, "\v");
    char *first = strndup(text, above);
    put_usage(&sheet, table, name);
    if (first && first[0] != '\0') {
        put_text(&sheet, first);
        next_row(&sheet);
    }
    next_row(&sheet);
    for (size_t i = 0; i < count; i++) {
        put_option(&sheet, &options[i]);
        noted = noted || (options[i].arg && has_letter(&options[i]));
    }
    if (noted) {
        next_row(&sheet);
        put_text(&sheet, translate(N_("Mandatory or optional arguments to long options are also "
                                      "mandatory or optional for any corresponding short "
                                      "options.")));
        next_row(&sheet);
    }
    if (text[above] != '\0') {
        next_row(&sheet);
        put_text(&sheet, text + above + 1);
        next_row(&sheet);
    }
    free(first);
}
