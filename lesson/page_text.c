/*
 * A page for a terminal; see page_text.h.
 */
#include "page_text.h"
#include "console.h"

#include <stdlib.h>
#include <string.h>

#define FOLD_BEGINS "<details><summary>"
#define TITLE_ENDS  "</summary>"
#define FOLD_ENDS   "</details>"
#define TERMINAL    "```console "

struct page_text {
    FILE *out, *answers; /* the text, and what stands at its end */
    bool coloured, in_block, in_title;
    FILE *to; /* one of the two */
    unsigned folds;
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

/* The title of a fold, which may take several lines, stands in the text and over its answer. */
static void put_title(struct page_text *text, const char *line, size_t bytes)
{
    const char *end = memmem(line, bytes, TITLE_ENDS, strlen(TITLE_ENDS));
    int length = (int)(end ? (size_t)(end - line) : bytes);
    fprintf(text->out, "%.*s", length, line);
    fprintf(text->answers, "%.*s\n", length, line);
    text->in_title = !end;
    if (end)
        fprintf(text->out, " [%u]\n", text->folds);
    else
        putc('\n', text->out);
    text->to = end ? text->answers : text->out;
}

static void begin_fold(struct page_text *text, const char *line, size_t bytes)
{
    text->folds++;
    fprintf(text->answers, "%s[%u]%s ", style(text, CONSOLE_BOLD), text->folds,
            style(text, CONSOLE_PLAIN));
    fputs("-> ", text->out);
    put_title(text, line + strlen(FOLD_BEGINS), bytes - strlen(FOLD_BEGINS));
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

static void put_line(struct page_text *text, const char *line, size_t bytes)
{
    if (text->in_title) {
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

bool page_text_write(FILE *out, const char *page, bool coloured)
{
    char *answers = NULL;
    size_t bytes = 0;
    struct page_text text = {.out = out, .to = out, .coloured = coloured};
    text.answers = open_memstream(&answers, &bytes);
    if (!text.answers)
        return false;
    for (const char *line = page, *end; *line; line = *end ? end + 1 : end) {
        end = strchrnul(line, '\n');
        put_line(&text, line, (size_t)(end - line));
    }
    bool good = fclose(text.answers) == 0;
    if (good && text.folds > 0) {
        fputs("\n---\n\n", out);
        fwrite(answers, 1, bytes, out);
    }
    free(answers);
    return good;
}
