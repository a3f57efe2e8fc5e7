/* Text for a screen of so many columns; see text_wrap.h. */
#include "text_wrap.h"

#include "printable.h"
#include "utf8.h"

#include <stdlib.h>
#include <string.h>

/* A row in the making. */
struct row {
    const struct text_wrap *rows;
    size_t indent; /* columns of the mark */
    size_t used;   /* columns so far, the prefix included */
    bool begun;    /* a word stands in it */
};

static void put_style(const struct text_wrap *rows, enum console_style style)
{
    if (rows->coloured)
        fputs(console_sequence(style), rows->out);
}

static void next_row(struct row *row)
{
    fprintf(row->rows->out, "\n%s%*s", row->rows->prefix, (int)row->indent, "");
    row->used = printable_width(row->rows->prefix) + row->indent;
    row->begun = false;
}

/* As many whole characters as fit; at least one. */
static size_t that_fit(const char *word, size_t bytes, size_t columns)
{
    size_t at = 0;
    for (size_t width = 0, used; at < bytes; at += used) {
        char character[UTF8_MAX_BYTES + 1] = "";
        utf8_decode(word + at, bytes - at, &used);
        memcpy(character, word + at, used);
        width += printable_width(character);
        if (width > columns && at > 0)
            break;
    }
    return at;
}

static size_t width_of(const char *word, size_t bytes)
{
    char text[512];
    if (bytes >= sizeof(text))
        return bytes; /* longer than any row */
    memcpy(text, word, bytes);
    text[bytes] = '\0';
    return printable_width(text);
}

static void put_word(struct row *row, const char *word, size_t bytes)
{
    size_t columns = row->rows->columns, width = width_of(word, bytes);
    if (row->begun && row->used + 1 + width > columns)
        next_row(row);
    else if (row->begun)
        row->used++, fputc(' ', row->rows->out);
    while (row->used + width > columns) { /* it fills rows of its own */
        size_t part = that_fit(word, bytes, columns > row->used ? columns - row->used : 1);
        fwrite(word, 1, part, row->rows->out);
        word += part;
        bytes -= part;
        width = width_of(word, bytes);
        if (bytes == 0)
            break;
        next_row(row);
    }
    fwrite(word, 1, bytes, row->rows->out);
    row->used += width;
    row->begun = true;
}

static char *printable_copy(const char *text)
{
    size_t bytes = strlen(text), space = PRINTABLE_SPACE(bytes);
    char *copy = malloc(space);
    if (copy)
        printable_text(copy, space, text, bytes);
    return copy;
}

static void put_piece(struct row *row, const struct text_wrap_piece *piece)
{
    if (piece->text[0] == '\0')
        return;
    char *copy = printable_copy(piece->text);
    put_style(row->rows, piece->style);
    for (const char *word = copy; word && *(word += strspn(word, " "));) {
        size_t bytes = strcspn(word, " ");
        put_word(row, word, bytes);
        word += bytes;
    }
    if (piece->style != CONSOLE_PLAIN)
        put_style(row->rows, CONSOLE_PLAIN);
    free(copy);
}

void text_wrap_put(const struct text_wrap *rows, struct text_wrap_piece mark,
                   const struct text_wrap_piece *pieces)
{
    struct row row = {.rows = rows, .indent = printable_width(mark.text)};
    row.used = printable_width(rows->prefix) + row.indent;
    fputs(rows->prefix, rows->out);
    put_style(rows, mark.style);
    fputs(mark.text, rows->out);
    if (mark.style != CONSOLE_PLAIN)
        put_style(rows, CONSOLE_PLAIN);
    for (; pieces->text; pieces++)
        put_piece(&row, pieces);
    fputc('\n', rows->out);
}

void text_wrap_put_line(const struct text_wrap *rows, const char *text)
{
    char *copy = printable_copy(text);
    fprintf(rows->out, "%s%s\n", rows->prefix, copy ? copy : "");
    free(copy);
}
