/*
 * A page of three columns: what the client's side sent and got, what the middle did, and the server's
 * side. One row a frame, in the order in which they came.
 */
#include "middle_internal.h"

#include "html.h"
#include "translate.h"

#include <stdlib.h>
#include <string.h>

/* --- rows -------------------------------------------------------------------------------------------- */

static struct middle_row *add_row(struct middle *middle)
{
    if (!middle->rows)
        middle->rows = calloc(MIDDLE_ROWS, sizeof(*middle->rows));
    if (!middle->rows || middle->row_count == MIDDLE_ROWS)
        return NULL;
    middle->row = middle->row_count++;
    return &middle->rows[middle->row];
}

/* "record, 52 bytes: "say meet at noon"" */
static void put_what(char *out, size_t space, const struct middle_frame *frame, size_t bytes)
{
    char quote[MIDDLE_QUOTE_BYTES];
    int at = snprintf(out, space, "%s, %zu bytes", middle_type_name(frame->type), bytes);
    if (frame->content == CONTENT_DATA)
        snprintf(out + at, space - (size_t)at, ": %s",
                 middle_quote(quote, buffer_front(&frame->text), buffer_bytes(&frame->text)));
    else if (frame->content == CONTENT_CLOSE)
        snprintf(out + at, space - (size_t)at, ": %s",
                 frame->error ? translate(channel_strerror(frame->error)) : "goodbye");
    else if (frame->content == CONTENT_PORT)
        snprintf(out + at, space - (size_t)at, ": a port");
}

void middle_row_begin(struct middle *middle, struct middle_frame *frame, unsigned link)
{
    struct middle_row *row = add_row(middle);
    frame->row = row ? middle->row : MIDDLE_ROWS;
    middle->row = frame->row;
    if (!row)
        return;
    row->frame = frame->number;
    row->link = link;
    row->served = frame->content == CONTENT_SERVED || frame->content == CONTENT_CLOSE;
    row->from = frame->from;
    put_what(row->came, sizeof(row->came), frame, buffer_bytes(&frame->bytes));
}

void middle_row_deed(struct middle *middle, const char *word, const char *text)
{
    struct middle_row *row = middle->row < middle->row_count ? &middle->rows[middle->row]
                                                             : add_row(middle);
    char *more = NULL;
    if (!row || asprintf(&more, "%s%s: %s\n", row->deeds ? row->deeds : "", word, text) < 0)
        return;
    free(row->deeds);
    row->deeds = more;
}

void middle_row_left(struct middle *middle, const struct middle_frame *frame, size_t bytes)
{
    if (frame->row < middle->row_count && frame->times > 0)
        put_what(middle->rows[frame->row].left, sizeof(middle->rows[0].left), frame, bytes);
}

void middle_rows_free(struct middle *middle)
{
    for (size_t i = 0; i < middle->row_count; i++)
        free(middle->rows[i].deeds);
    free(middle->rows);
}

/* --- the page ---------------------------------------------------------------------------------------- */

static const char head[] =
    "<head><meta charset=\"utf-8\">\n"
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
    "'unsafe-inline'\">\n<style>\n"
    "body{font:15px/1.4 system-ui,sans-serif;margin:1.5em auto;max-width:75em;padding:0 1em;"
    "background:#fff;color:#222}\n"
    "table{border-collapse:collapse;width:100%;table-layout:fixed}\n"
    "th,td{text-align:left;vertical-align:top;padding:.35em .6em;border-bottom:1px solid #ddd;"
    "overflow-wrap:anywhere}\n"
    "th:first-child,td:first-child{width:3em;color:#666}\n"
    ".from{background:#eef4fb}.to{background:#eef8ee}.deed{background:#fbf1e3}"
    ".link td{background:#eee;font-weight:bold}\n"
    ".lost{background:#fbe6e6}\n"
    "@media (prefers-color-scheme:dark){body{background:#181818;color:#ddd}"
    ".from{background:#1d2b3a}.to{background:#1c321e}.deed{background:#3a2d18}"
    ".lost{background:#432020}.link td{background:#333}th,td{border-color:#444}}\n"
    "</style></head><body>\n";

static void put_end(FILE *out, const struct middle_row *row, bool sender)
{
    if (!row->frame)
        html_put(out, "<td></td>");
    else if (sender)
        html_put(out, "<td class=\"from\">sends %s</td>", row->came);
    else if (row->left[0])
        html_put(out, "<td class=\"to\">gets %s</td>", row->left);
    else if (row->served)
        html_put(out, "<td>the middle answers it itself</td>");
    else
        html_put(out, "<td class=\"lost\">gets nothing of it</td>");
}

static void put_deeds(FILE *out, const char *deeds)
{
    html_put(out, "<td>");
    for (const char *at = deeds ? deeds : ""; *at;) {
        const size_t length = strcspn(at, "\n");
        html_put(out, "<div class=\"deed\">");
        html_text(out, at, length);
        html_put(out, "</div>");
        at += length + (at[length] ? 1 : 0);
    }
    html_put(out, "</td>");
}

void middle_page(const struct middle *middle, FILE *out)
{
    unsigned link = 0;
    fputs(head, out);
    html_put(
        out, "<h1>In the middle</h1>\n<p>%u frames, %u messages read, %u changed, %u made.</p>\n",
        middle->result.frames, middle->result.read, middle->result.changed, middle->result.forged);
    html_put(out, "<table><thead><tr><th>#</th><th>client</th><th>the middle</th>"
                  "<th>server</th></tr></thead><tbody>\n");
    for (size_t i = 0; i < middle->row_count; i++) {
        const struct middle_row *row = &middle->rows[i];
        if (row->frame && row->link != link) {
            link = row->link;
            html_put(out, "<tr class=\"link\"><td colspan=\"4\">talk %u</td></tr>\n", link);
        }
        html_put(out, "<tr><td>");
        if (row->frame)
            html_put(out, "%u", row->frame);
        html_put(out, "</td>");
        put_end(out, row, row->from == CHANNEL_CLIENT);
        put_deeds(out, row->deeds);
        put_end(out, row, row->from == CHANNEL_SERVER);
        html_put(out, "</tr>\n");
    }
    html_put(out, "</tbody></table>\n");
    if (middle->row_count == MIDDLE_ROWS)
        html_put(out, "<p>The talk went on; no more is kept.</p>\n");
    fputs("</body></html>\n", out);
}
