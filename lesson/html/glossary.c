/*
 * The glossary's page as terms; see glossary.h.
 */
#include "glossary.h"
#include "whole_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define PAGE_BYTES ((size_t)1 << 20)

/* A cell as plain text: links as their texts, no marks, no blanks around it. Allocated. */
static char *plain_cell(const char *from, const char *end)
{
    char *text = malloc((size_t)(end - from) + 1);
    size_t length = 0;
    for (; text && from < end; from++) {
        const char *close = *from == ']' && from[1] == '(' ? strchr(from, ')') : NULL;
        if (close && close < end)
            from = close;
        else if (!strchr("[]`*", *from) && (*from != ' ' || length > 0))
            text[length++] = *from;
    }
    while (text && length > 0 && text[length - 1] == ' ')
        length--;
    if (text)
        text[length] = '\0';
    return text;
}

/* Of a row "| first | ... | last |". */
static bool add_row(struct glossary *glossary, const char *line, const char *end)
{
    while (end > line && (end[-1] == ' ' || end[-1] == '|'))
        end--;
    const char *first_end = line + 2, *last = end;
    while (first_end + 2 < end && strncmp(first_end, " | ", 3) != 0)
        first_end++;
    while (last > first_end && strncmp(last, " | ", 3) != 0)
        last--;
    struct glossary_term *terms = realloc(glossary->terms,
                                          (glossary->count + 1) * sizeof(*glossary->terms));
    if (!terms)
        return false;
    glossary->terms = terms;
    struct glossary_term *term = &terms[glossary->count++];
    term->name = plain_cell(line + 2, first_end);
    term->meaning = plain_cell(last + 3 < end ? last + 3 : end, end);
    if (!term->name || !term->meaning)
        return false;
    slug_make(term->slug, term->name);
    return true;
}

bool glossary_read(struct glossary *glossary, const char *path, struct problem *problem)
{
    struct whole_file file = {0};
    struct problem mine = {0};
    memset(glossary, 0, sizeof(*glossary));
    if (!whole_file_read(&file, path, PAGE_BYTES, &mine))
        return errno == ENOENT || problem_set(problem, "%s", mine.message);
    bool good = true, in_rows = false;
    for (const char *line = file.data, *end; good && *line; line = *end ? end + 1 : end) {
        end = strchrnul(line, '\n');
        if (strncmp(line, "| ---", 5) == 0)
            in_rows = true; /* the heading is behind us */
        else if (in_rows && strncmp(line, "| ", 2) == 0)
            good = add_row(glossary, line, end);
    }
    whole_file_free(&file);
    if (!good)
        glossary_free(glossary);
    return good || problem_memory(problem);
}

void glossary_free(struct glossary *glossary)
{
    for (size_t i = 0; i < glossary->count; i++) {
        free(glossary->terms[i].name);
        free(glossary->terms[i].meaning);
    }
    free(glossary->terms);
    memset(glossary, 0, sizeof(*glossary));
}
