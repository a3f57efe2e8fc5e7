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

/* For a page that grows. */
static void note_change(struct middle *middle, size_t row)
{
    middle->rows[row].changed = true;
    if (middle->first_changed > row)
        middle->first_changed = row;
}

bool middle_page_changed(struct middle *middle, size_t *row)
{
    while (middle->first_changed < middle->row_count) {
        *row = middle->first_changed++;
        if (middle->rows[*row].changed) {
            middle->rows[*row].changed = false;
            return true;
        }
    }
    return false;
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
    note_change(middle, middle->row);
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
    note_change(middle, (size_t)(row - middle->rows));
}

void middle_row_left(struct middle *middle, const struct middle_frame *frame, size_t bytes)
{
    if (frame->row >= middle->row_count || frame->times == 0)
        return;
    put_what(middle->rows[frame->row].left, sizeof(middle->rows[0].left), frame, bytes);
    note_change(middle, frame->row);
}

void middle_rows_free(struct middle *middle)
{
    for (size_t i = 0; i < middle->row_count; i++)
        free(middle->rows[i].deeds);
    free(middle->rows);
}

/* --- the page ---------------------------------------------------------------------------------------- */

const char middle_page_style[] =
    "body{font:15px/1.4 system-ui,sans-serif;margin:1.5em auto;max-width:75em;padding:0 1em;"
    "background:#fff;color:#222}\n"
    "table{border-collapse:collapse;width:100%;table-layout:fixed}\n"
    "th,td{text-align:left;vertical-align:top;padding:.35em .6em;border-bottom:1px solid #ddd;"
    "overflow-wrap:anywhere}\n"
    "th:first-child,td:first-child{width:3em;color:#666}\n"
    ".from{background:#eef4fb}.to{background:#eef8ee}.deed{background:#fbf1e3}"
    ".link td{background:#eee;font-weight:bold}\n"
    ".lost{background:#fbe6e6}"
    ".control{font-size:0}.control::before{content:attr(data-name);font:600 11px/1 "
    "system-ui,sans-serif;border:1px solid;border-radius:3px;padding:0 .25em;margin:0 "
    ".1em;vertical-align:.1em}\n"
    "@media (prefers-color-scheme:dark){body{background:#181818;color:#ddd}"
    "th:first-child,td:first-child{color:#aaa}"
    ".from{background:#1d2b3a}.to{background:#1c321e}.deed{background:#3a2d18}"
    ".lost{background:#432020}.link td{background:#333}th,td{border-color:#444}}\n";

const char middle_page_tail[] = "</table>\n</body></html>\n";

/* words: ours, with a hole for what is the stranger's. */
static void put_cell(FILE *out, const char *class, const char *words, const char *what)
{
    const size_t before = (size_t)(strstr(words, "%s") - words);
    html_put(out, "<td class=\"%s\">", class);
    html_text(out, words, before);
    html_controls(out, what, strlen(what));
    html_text(out, words + before + 2, strlen(words + before + 2));
    html_put(out, "</td>");
}

static void put_end(FILE *out, const struct middle_row *row, bool sender)
{
    if (!row->frame)
        html_put(out, "<td></td>");
    else if (sender)
        put_cell(out, "from", _("sends %s"), row->came);
    else if (row->left[0])
        put_cell(out, "to", _("gets %s"), row->left);
    else if (row->served)
        html_put(out, "<td>%s</td>", _("the middle answers it itself"));
    else
        html_put(out, "<td class=\"lost\">%s</td>", _("gets nothing of it"));
}

static void put_deeds(FILE *out, const char *deeds)
{
    html_put(out, "<td>");
    for (const char *at = deeds ? deeds : ""; *at;) {
        const size_t length = strcspn(at, "\n");
        html_put(out, "<div class=\"deed\">");
        html_controls(out, at, length);
        html_put(out, "</div>");
        at += length + (at[length] ? 1 : 0);
    }
    html_put(out, "</td>");
}

/* Whether it is the first row of its talk. */
static bool begins_talk(const struct middle *middle, size_t index)
{
    const struct middle_row *rows = middle->rows;
    size_t before = index;
    if (!rows[index].frame)
        return false;
    while (before > 0 && !rows[before - 1].frame)
        before--;
    return before == 0 || rows[before - 1].link != rows[index].link;
}

static void put_talk(FILE *out, unsigned link)
{
    html_put(out, "<tr class=\"link\"><td colspan=\"4\">");
    html_put(out, _("talk %u"), link);
    html_put(out, "</td></tr>\n");
}

void middle_page_row(FILE *out, const struct middle *middle, size_t index)
{
    const struct middle_row *row = &middle->rows[index];
    html_put(out, "<tbody id=\"r%zu\" data-at=\"%zu\">", index + 1, index + 1);
    if (begins_talk(middle, index))
        put_talk(out, row->link);
    html_put(out, "<tr><td>");
    if (row->frame)
        html_put(out, "%u", row->frame);
    html_put(out, "</td>");
    put_end(out, row, row->from == CHANNEL_CLIENT);
    put_deeds(out, row->deeds);
    put_end(out, row, row->from == CHANNEL_SERVER);
    html_put(out, "</tr></tbody>\n");
}

void middle_page_sum(FILE *out, const struct middle *middle)
{
    const struct middle_result *result = &middle->result;
    html_put(out, "<p id=\"sum\">");
    html_put(out, _("%u frames, %u messages read, %u changed, %u made."), result->frames,
             result->read, result->changed + result->replaced, result->forged);
    html_put(out, " %s</p>\n",
             middle->row_count == MIDDLE_ROWS ? _("The talk went on; no more is kept.") : "");
}

void middle_page_table(FILE *out)
{
    html_put(out,
             "<table id=\"rows\"><thead><tr><th>#</th><th>%s</th><th>%s</th><th>%s</th></tr>"
             "</thead>\n",
             _("client"), _("the middle"), _("server"));
}

void middle_page_head(FILE *out)
{
    html_put(out,
             "<!DOCTYPE html>\n<html lang=\"%s\"><head><meta charset=\"utf-8\">\n"
             "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
             "'unsafe-inline'\">\n<title>%s</title>\n<style>\n",
             _("en"), _("In the middle"));
    fputs(middle_page_style, out);
    html_put(out, "</style></head><body>\n<h1>%s</h1>\n", _("In the middle"));
}

void middle_page(const struct middle *middle, FILE *out)
{
    middle_page_head(out);
    middle_page_sum(out, middle);
    middle_page_table(out);
    for (size_t i = 0; i < middle->row_count; i++)
        middle_page_row(out, middle, i);
    fputs(middle_page_tail, out);
}
