/*
 * A line for a command prompt, and what it prints.
 *
 * Only digits and words of ours go into a line, never a text from the recording: whoever copies it
 * into a shell runs what he reads. `python3` and `openssl` (3.0 or later) are all it takes.
 */
#include "page_internal.h"

#include "base64.h"

#include <stdlib.h>
#include <string.h>

void page_line(struct page *page, const char *what)
{
    html_put(page->out,
             "<details class=\"check\"><summary>Check it: %s</summary><pre class=\"command\" "
             "tabindex=\"0\"><code>",
             what);
}

void page_line_end_text(struct page *page, const char *printed)
{
    html_put(page->out,
             "</code></pre><p>It prints</p><pre class=\"prints\"><samp>%s</samp></pre>"
             "</details>\n",
             printed);
}

void page_line_end(struct page *page, const uint8_t *data, size_t bytes)
{
    fputs("</code></pre><p>It prints</p><pre class=\"prints\"><samp>", page->out);
    html_hex(page->out, data, bytes, 0);
    fputs("</samp></pre></details>\n", page->out);
}

void page_line_hex(struct page *page, const struct recording_value *value)
{
    html_hex(page->out, value->data, value->bytes, 0);
}

void page_line_base64(struct page *page, const void *data, size_t bytes)
{
    char *text = malloc(BASE64_TEXT_BYTES(bytes));
    if (!text) {
        page->no_memory = true;
        return;
    }
    base64_encode(text, data, bytes, BASE64_PADDED);
    fputs(text, page->out); /* letters, digits, + / = */
    free(text);
}

void page_line_file(struct page *page, const void *data, size_t bytes)
{
    fputs("&lt;(echo ", page->out);
    page_line_base64(page, data, bytes);
    fputs(" | openssl base64 -d -A)", page->out);
}

void page_line_sha256(struct page *page, const char *what, const struct recording_value *parts,
                      size_t count, const struct recording_value *digest)
{
    for (size_t i = 0; i < count; i++)
        if (!page_line_fits(&parts[i]))
            return;
    if (!page_line_fits(digest))
        return;
    page_line(page, what);
    html_put(page->out, "python3 -c \"%s%s", "import hashlib; print(hashlib.sha256(",
             PAGE_FROM_HEX);
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            html_put(page->out, "') + %s", PAGE_FROM_HEX);
        page_line_hex(page, &parts[i]);
    }
    html_put(page->out, "')).hexdigest())\"");
    page_line_end(page, digest->data, digest->bytes);
}
