/*
 * Paragraphs for a terminal; see page_rows.h.
 */
#include "page_rows.h"
#include "console.h"
#include "page_rows_internal.h"
#include "printable.h"

#include <stdlib.h>
#include <string.h>

char *page_rows_plain(const char *from, size_t bytes, bool strong)
{
    char *text = malloc(bytes + 1);
    size_t length = 0;
    bool in_code = false;
    for (const char *end = from + bytes; text && from < end; from++) {
        const char *close = !in_code && *from == ']' && from[1] == '(' ? strchr(from, ')') : NULL;
        const char *link = !in_code && *from == '[' ? memmem(from, (size_t)(end - from), "](", 2)
                                                    : NULL;
        in_code ^= *from == '`';
        if (close && close < end) {
            from = close;
        } else if (!in_code && *from == '*' && from[1] == '*') {
            from++;
            if (strong)
                text[length++] = PAGE_ROWS_STRONG;
        } else if (!link && !(*from == '!' && from[1] == '[')) {
            text[length++] = *from;
            if (*from == '\n')
                text[length - 1] = ' ';
        }
    }
    if (text)
        text[length] = '\0';
    return text;
}

size_t page_rows_width(const char *word, size_t bytes)
{
    char bare[256], clean[PRINTABLE_SPACE(sizeof(bare))];
    size_t length = 0;
    for (size_t i = 0; i < bytes && length < sizeof(bare); i++)
        if (word[i] != PAGE_ROWS_STRONG)
            bare[length++] = word[i];
    printable_text(clean, sizeof(clean), bare, length);
    return printable_width(clean);
}

static bool put_word(const struct page_rows *rows, const char *word, size_t bytes, bool bold)
{
    for (size_t i = 0; i < bytes; i++)
        if (word[i] != PAGE_ROWS_STRONG) {
            putc(word[i], rows->out);
        } else {
            bold = !bold;
            if (rows->coloured)
                fputs(console_sequence(bold ? CONSOLE_BOLD : CONSOLE_PLAIN), rows->out);
        }
    return bold;
}

/* Blanks and the mark of an item: what the rows below stand in from the edge. */
static size_t hang_of(const char *text)
{
    size_t blanks = strspn(text, " "), digits = strspn(text + blanks, "0123456789");
    if (strncmp(text + blanks, "- ", 2) == 0)
        return blanks + 2;
    if (strncmp(text, "-> ", 3) == 0)
        return 3;
    if (digits > 0 && strncmp(text + blanks + digits, ". ", 2) == 0)
        return blanks + digits + 2;
    return blanks;
}

bool page_rows_fill(const struct page_rows *rows, const char *text, size_t bytes)
{
    char *line = page_rows_plain(text, bytes, true);
    if (!line)
        return false;
    size_t hang = hang_of(line), column = hang;
    bool bold = false, first = true;
    fwrite(line, 1, hang, rows->out);
    for (const char *at = line + hang; *(at += strspn(at, " "));) {
        size_t word = strcspn(at, " "), width = page_rows_width(at, word);
        if (!first && column + 1 + width > rows->columns) {
            fprintf(rows->out, "\n%*s", (int)hang, "");
            column = hang;
        } else if (!first) {
            putc(' ', rows->out);
            column++;
        }
        bold = put_word(rows, at, word, bold);
        column += width;
        first = false;
        at += word;
    }
    if (bold && rows->coloured)
        fputs(console_sequence(CONSOLE_PLAIN), rows->out);
    putc('\n', rows->out);
    free(line);
    return true;
}
