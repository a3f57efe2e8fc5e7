/*
 * Code blocks and folds of a page.
 */
#include "html.h"
#include "markdown_internal.h"

#include <string.h>

void markdown_put_lines(FILE *out, const char *text, size_t bytes)
{
    while (bytes > 0) {
        const char *end = memchr(text, '\n', bytes);
        size_t line = end ? (size_t)(end - text) : bytes;
        html_text(out, text, line);
        if (end)
            putc('\n', out);
        line += end ? 1 : 0;
        text += line;
        bytes -= line;
    }
}

/* --- terminals ----------------------------------------------------------------------------------- */

/* Its number on this page: terminals are told apart by colour, too. */
static size_t terminal_number(struct markdown *m, const char *name)
{
    for (size_t i = 0; i < m->terminal_count; i++)
        if (strcmp(m->terminals[i], name) == 0)
            return i;
    if (m->terminal_count < MARKDOWN_TERMINALS)
        strcpy(m->terminals[m->terminal_count++], name);
    return m->terminal_count - 1;
}

/* "$ command" and "> words" are typed, and so is "^C"; anything else has appeared. */
static void put_console_line(FILE *out, const char *line, size_t bytes)
{
    bool is_command = bytes > 2 && strncmp(line, "$ ", 2) == 0;
    bool is_words = bytes > 2 && strncmp(line, "> ", 2) == 0;
    if (is_command || is_words) {
        html_put(out, "<span class=\"%s\"><span class=\"prompt\">",
                 is_command ? "typed command" : "typed words");
        html_text(out, line, 2);
        fputs("</span><kbd>", out);
        html_text(out, line + 2, bytes - 2);
        fputs("</kbd></span>", out);
    } else if (bytes == 2 && strncmp(line, "^C", 2) == 0) {
        fputs("<span class=\"typed\"><kbd>^C</kbd></span>", out);
    } else {
        html_text(out, line, bytes);
    }
    putc('\n', out);
}

static void put_console(struct markdown *m, const char *name)
{
    const struct html_words *words = m->request->words;
    html_put(m->out, "<div class=\"console t%zu\"><p class=\"bar\">%s <b>%s</b></p><pre>",
             terminal_number(m, name), words->terminal, name);
    const char *end = m->raw.data ? m->raw.data + m->raw.bytes : NULL;
    for (const char *line = m->raw.data; line < end;) {
        const char *line_end = memchr(line, '\n', (size_t)(end - line));
        line_end = line_end ? line_end : end;
        put_console_line(m->out, line, (size_t)(line_end - line));
        line = line_end + 1;
    }
    fputs("</pre></div>\n", m->out);
}

void markdown_put_code(struct markdown *m)
{
    static const char console[] = "console ";
    if (strncmp(m->language, console, strlen(console)) == 0) {
        put_console(m, m->language + strlen(console));
        return;
    }
    fputs("<pre>", m->out);
    markdown_put_lines(m->out, m->raw.data ? m->raw.data : "", m->raw.bytes);
    fputs("</pre>\n", m->out);
}

/* --- folds --------------------------------------------------------------------------------------- */

/* The tag that stands there, as it is written out; NULL if it is none of ours. */
static const char *tag_at(const char *text, size_t *used)
{
    static const char *const tags[] = {"<details>", "</details>", "<summary>", "</summary>"};
    for (size_t i = 0; i < sizeof(tags) / sizeof(*tags); i++)
        if (strncmp(text, tags[i], strlen(tags[i])) == 0) {
            *used = strlen(tags[i]);
            return tags[i];
        }
    return NULL;
}

/* Up to the next character that means something here. */
static size_t put_words(FILE *out, const char *text)
{
    size_t bytes = 1 + strcspn(text + 1, "<`");
    markdown_put_lines(out, text, bytes);
    return bytes;
}

void markdown_put_raw(struct markdown *m)
{
    bool in_code = false;
    const char *at = m->raw.data ? m->raw.data : "";
    while (*at) {
        size_t used = 1;
        const char *tag = tag_at(at, &used);
        const char *end = strncmp(at, "<!--", 4) == 0 ? strstr(at, "-->") : NULL;
        if (tag) {
            fputs(tag, m->out);
        } else if (end) {
            used = (size_t)(end - at) + 3;
        } else if (*at == '`') {
            fputs(in_code ? "</code>" : "<code>", m->out);
            in_code = !in_code;
        } else {
            used = put_words(m->out, at);
        }
        at += used;
    }
    if (in_code)
        fputs("</code>", m->out);
}
