/*
 * A page for a terminal; see page_text.h.
 */
#include "page_text.h"
#include "console.h"
#include "page_rows.h"

#include <stdlib.h>
#include <string.h>

#define FOLD_BEGINS "<details><summary>"
#define TITLE_ENDS  "</summary>"
#define FOLD_ENDS   "</details>"
#define TERMINAL    "```console "
#define TITLE_BYTES 1024

struct page_text {
    FILE *out, *answers; /* the text, and what stands at its end */
    FILE *to;            /* one of the two */
    size_t columns;
    bool coloured, in_block, failed;
    unsigned folds;
    const char *title; /* of a fold, while it goes on */
    const char *held;  /* the first line of a paragraph or table; NULL: none is open */
};

static const char *style(const struct page_text *text, enum console_style wanted)
{
    return text->coloured ? console_sequence(wanted) : "";
}

static bool begins(const char *line, size_t bytes, const char *with)
{
    return bytes >= strlen(with) && strncmp(line, with, strlen(with)) == 0;
}

static void put_styled(const struct page_text *text, const char *line, size_t bytes,
                       enum console_style wanted)
{
    bool plain = wanted == CONSOLE_PLAIN;
    fprintf(text->to, "%s%.*s%s\n", plain ? "" : style(text, wanted), (int)bytes, line,
            plain ? "" : style(text, CONSOLE_PLAIN));
}

/* Text of our own, which is wrapped as that of the page is. */
static void put_filled(struct page_text *text, FILE *to, const char *mark, size_t bytes,
                       const char *title)
{
    char line[TITLE_BYTES];
    const struct page_rows rows = {to, text->columns, text->coloured};
    snprintf(line, sizeof(line), "%s[%u] %.*s", mark, text->folds, (int)bytes, title);
    text->failed |= !page_rows_fill(&rows, line, strlen(line));
}

/* The title of a fold ends: it stands in the text, and over its answer. */
static void end_title(struct page_text *text, const char *end)
{
    size_t bytes = (size_t)(end - text->title);
    put_filled(text, text->out, "-> ", bytes, text->title);
    put_filled(text, text->answers, "", bytes, text->title);
    text->title = NULL;
    text->to = text->answers;
}

/* A line of a title, which may take several. */
static void put_title(struct page_text *text, const char *line, size_t bytes)
{
    const char *end = memmem(line, bytes, TITLE_ENDS, strlen(TITLE_ENDS));
    if (end)
        end_title(text, end);
}

static void begin_fold(struct page_text *text, const char *line, size_t bytes)
{
    text->folds++;
    text->title = line + strlen(FOLD_BEGINS);
    put_title(text, text->title, bytes - strlen(FOLD_BEGINS));
}

static void put_block_line(struct page_text *text, const char *line, size_t bytes)
{
    bool typed = begins(line, bytes, "$ ") || begins(line, bytes, "> ") ||
                 begins(line, bytes, "^C");
    if (begins(line, bytes, "```"))
        text->in_block = false;
    else
        put_styled(text, line, bytes, typed ? CONSOLE_BOLD : CONSOLE_PLAIN);
}

/* --- paragraphs and tables ------------------------------------------------------------------------- */

static bool is_item(const char *line, size_t bytes)
{
    size_t blanks = strspn(line, " "), digits = strspn(line + blanks, "0123456789");
    const char *mark = line + blanks + digits;
    return blanks + digits + 2 < bytes && strncmp(mark, digits > 0 ? ". " : "- ", 2) == 0;
}

/* What is held ends before this line. */
static void put_held(struct page_text *text, const char *line)
{
    if (!text->held)
        return;
    const struct page_rows rows = {text->to, text->columns, text->coloured};
    size_t bytes = (size_t)(line - text->held);
    bool good = *text->held == '|' ? page_rows_table(&rows, text->held, bytes)
                                   : page_rows_fill(&rows, text->held, bytes);
    text->failed |= !good;
    text->held = NULL;
}

/* A line of running text, or of a table, goes to those before it. */
static bool hold(struct page_text *text, const char *line, size_t bytes)
{
    bool is_table = bytes > 0 && *line == '|';
    bool is_text = bytes > 0 && !is_table && *line != '#' && *line != '<' &&
                   !begins(line, bytes, "```") && (text->held || !begins(line, bytes, "    "));
    if (text->held && (is_item(line, bytes) || is_table != (*text->held == '|')))
        put_held(text, line);
    if (!is_table && !is_text)
        return false;
    if (!text->held)
        text->held = line;
    return true;
}

static void put_line(struct page_text *text, const char *line, size_t bytes)
{
    if (!text->title && !text->in_block && hold(text, line, bytes))
        return;
    put_held(text, line);
    if (text->title) {
        put_title(text, line, bytes);
    } else if (text->in_block) {
        put_block_line(text, line, bytes);
    } else if (begins(line, bytes, FOLD_BEGINS)) {
        begin_fold(text, line, bytes);
    } else if (begins(line, bytes, FOLD_ENDS)) {
        text->to = text->out;
    } else if (begins(line, bytes, "```")) {
        text->in_block = true;
        if (begins(line, bytes, TERMINAL))
            fprintf(text->to, "%s--- %.*s ---%s\n", style(text, CONSOLE_DIM),
                    (int)(bytes - strlen(TERMINAL)), line + strlen(TERMINAL),
                    style(text, CONSOLE_PLAIN));
    } else if (!begins(line, bytes, "<!--")) {
        put_styled(text, line, bytes, begins(line, bytes, "#") ? CONSOLE_BOLD : CONSOLE_PLAIN);
    }
}

bool page_text_write(FILE *out, const char *page, size_t columns, bool coloured)
{
    char *answers = NULL;
    size_t bytes = 0;
    struct page_text text = {.out = out, .to = out, .columns = columns, .coloured = coloured};
    text.answers = open_memstream(&answers, &bytes);
    if (!text.answers)
        return false;
    const char *end = page;
    for (const char *line = page; *line; line = *end ? end + 1 : end) {
        end = strchrnul(line, '\n');
        put_line(&text, line, (size_t)(end - line));
    }
    put_held(&text, end);
    bool good = fclose(text.answers) == 0 && !text.failed;
    if (good && text.folds > 0) {
        fputs("\n---\n\n", out);
        fwrite(answers, 1, bytes, out);
    }
    free(answers);
    return good;
}
