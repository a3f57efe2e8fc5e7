/*
 * A line for a command prompt, and what it prints.
 *
 * Only digits and words of ours go into a line, never a text from the recording: whoever copies it
 * into a shell runs what he reads. `python3` and `openssl` (3.0 or later) are all it takes.
 */
#include "page_internal.h"

#include "base64.h"
#include "translate.h"

#include <stdlib.h>
#include <string.h>

#define LINE_VALUE_MAX 4096 /* bytes */

static bool fits(const struct trace_bytes *value)
{
    return value->data && value->bytes <= LINE_VALUE_MAX;
}

static void put_base64(struct page *page, const struct trace_bytes *value)
{
    char *text = malloc(BASE64_TEXT_BYTES(value->bytes));
    if (!text) {
        page->no_memory = true;
        return;
    }
    base64_encode(text, value->data, value->bytes, BASE64_PADDED);
    fputs(text, page->out); /* letters, digits, + / = */
    free(text);
}

/* how: the letter behind the number of the value, or the closing brace. */
static void put_hole(struct page *page, char how, const struct trace_bytes *value)
{
    switch (how) {
    case 'b':
        put_base64(page, value);
        break;
    case 'f':
        fputs("&lt;(echo ", page->out);
        put_base64(page, value);
        fputs(" | openssl base64 -d -A)", page->out);
        break;
    case 'n':
        fprintf(page->out, "%zu", value->bytes);
        break;
    case 'd':
        fprintf(page->out, "%zu", 2 * value->bytes);
        break;
    case 'u':
        fprintf(page->out, "%u", value->data[0]);
        break;
    default:
        html_hex(page->out, value->data, value->bytes, 0);
    }
}

void page_line(struct page *page, const char *title, const char *line,
               const struct trace_bytes *values, size_t count, const struct trace_bytes *printed,
               const char *text)
{
    for (size_t i = 0; i < count; i++)
        if (!fits(&values[i]))
            return;
    if (printed && !fits(printed))
        return;
    html_put(page->out,
             "<details class=\"check\"><summary>Check it: %s</summary><pre class=\"command\" "
             "tabindex=\"0\"><code>",
             _(title));
    for (const char *at = line; *at; at++) {
        if (*at != '{') {
            putc(*at, page->out);
            continue;
        }
        put_hole(page, at[2], &values[at[1] - '0']);
        at = strchr(at, '}');
    }
    html_put(page->out, "</code></pre><p>%s</p><pre class=\"prints\"><samp>", _("It prints"));
    if (printed)
        html_hex(page->out, printed->data, printed->bytes, 0);
    else
        html_put(page->out, "%s", text);
    fputs("</samp></pre></details>\n", page->out);
}
