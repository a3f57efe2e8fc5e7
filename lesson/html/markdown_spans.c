/*
 * Running text with its terms, links and pictures.
 */
#include "base64.h"
#include "html.h"
#include "markdown_internal.h"
#include "whole_file.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PICTURE_BYTES ((size_t)8 << 20)

/* --- terms ----------------------------------------------------------------------------------------- */

/* A word with its meaning: shown while the mouse or the keyboard is on it. */
static void put_term(struct markdown *m, size_t number, const char *text, size_t bytes)
{
    const struct glossary_term *term = &m->request->glossary->terms[number];
    unsigned tip = ++m->tips;
    bool is_link = !m->request->is_alone;
    fputs("<span class=\"term\">", m->out);
    if (is_link)
        html_put(m->out, "<a class=\"word\" href=\"glossary.html#%s\" aria-describedby=\"tip%u\">",
                 term->slug, tip);
    else
        html_put(m->out, "<span class=\"word\" tabindex=\"0\" aria-describedby=\"tip%u\">", tip);
    markdown_put_lines(m->out, text, bytes);
    fputs(is_link ? "</a>" : "</span>", m->out);
    html_put(m->out, "<span class=\"tip\" role=\"tooltip\" id=\"tip%u\">%s</span></span>", tip,
             term->meaning);
}

static bool may_explain(const struct markdown *m)
{
    return !m->page && !m->in_link && m->request->glossary->count > 0;
}

void markdown_flush(struct markdown *m)
{
    const char *text = m->waiting.data;
    size_t bytes = m->waiting.bytes, at = 0;
    struct glossary_place place;
    if (bytes == 0 || m->in_image)
        return;
    while (may_explain(m) &&
           glossary_find(&place, m->request->glossary, text, bytes, at, m->seen)) {
        markdown_put_lines(m->out, text + at, place.begin - at);
        put_term(m, place.term, text + place.begin, place.end - place.begin);
        m->seen[place.term] = true;
        at = place.end;
    }
    markdown_put_lines(m->out, text + at, bytes - at);
    markdown_clear(&m->waiting);
}

void markdown_flush_emphasis(struct markdown *m)
{
    struct glossary_place place;
    bool *none = calloc(m->request->glossary->count + 1, sizeof(*none));
    m->in_emphasis = false;
    fputs("<em>", m->out);
    bool is_term = none && may_explain(m) && m->waiting.bytes > 0 &&
                   glossary_find(&place, m->request->glossary, m->waiting.data, m->waiting.bytes, 0,
                                 none) &&
                   place.begin == 0 && place.end == m->waiting.bytes;
    if (is_term) {
        put_term(m, place.term, m->waiting.data, m->waiting.bytes);
        m->seen[place.term] = true;
        markdown_clear(&m->waiting);
    }
    markdown_flush(m);
    fputs("</em>", m->out);
    free(none);
}

/* --- where a link leads ------------------------------------------------------------------------------ */

/* Takes the last part off a path. False if there is none. */
static bool go_up(char *path)
{
    char *slash = strrchr(path, '/');
    if (*path == '\0')
        return false;
    *(slash ? slash : path) = '\0';
    return true;
}

/* A path below docs/, of a target as the page has it. False if it leads out of docs/. */
static bool resolve(char path[PATH_MAX], const struct markdown *m, const char *target, size_t bytes)
{
    snprintf(path, PATH_MAX, "%s", m->request->page);
    go_up(path);
    if (!strchr(m->request->page, '/'))
        path[0] = '\0';
    for (const char *end = target + bytes; target < end;) {
        const char *slash = memchr(target, '/', (size_t)(end - target));
        size_t part = slash ? (size_t)(slash - target) : (size_t)(end - target);
        size_t length = strlen(path);
        if (part == 2 && strncmp(target, "..", 2) == 0) {
            if (!go_up(path))
                return false;
        } else if (part > 0 && !(part == 1 && *target == '.')) {
            if (length + part + 2 > PATH_MAX)
                return false;
            snprintf(path + length, PATH_MAX - length, "%s%.*s", length > 0 ? "/" : "", (int)part,
                     target);
        }
        target += part + 1;
    }
    return true;
}

static bool ends_with(const char *text, size_t bytes, const char *end)
{
    return bytes >= strlen(end) && memcmp(text + bytes - strlen(end), end, strlen(end)) == 0;
}

/* Whether it is one of the pages that lie beside this one. */
static bool is_page(const struct markdown *m, const char *path)
{
    char whole[2 * PATH_MAX];
    snprintf(whole, sizeof(whole), "%s/%s", m->request->docs, path);
    const char *slash = strchr(path, '/');
    bool in_place = !slash || (strncmp(path, "ru/", 3) == 0 && !strchr(slash + 1, '/'));
    return in_place && ends_with(path, strlen(path), ".md") && access(whole, R_OK) == 0;
}

/* "NAME.md" is "NAME.html", and README.md is index.html: in the same folder as it was. */
static void put_page_address(FILE *out, const char *target, size_t bytes)
{
    static const char first[] = "README.md";
    if (ends_with(target, bytes, first)) {
        html_text(out, target, bytes - strlen(first));
        fputs("index.html", out);
        return;
    }
    html_text(out, target, bytes - strlen(".md"));
    fputs(".html", out);
}

/* An address of the network; no scheme but these two is followed. */
static bool is_address(const char *target, size_t bytes)
{
    return (bytes > 8 && strncmp(target, "https://", 8) == 0) ||
           (bytes > 7 && strncmp(target, "http://", 7) == 0);
}

void markdown_open_link(struct markdown *m, const char *target, size_t bytes)
{
    char path[PATH_MAX];
    const char *anchor = memchr(target, '#', bytes);
    size_t before = anchor ? (size_t)(anchor - target) : bytes;
    m->link_end = "</a>";
    if (memchr(target, ':', before) && !is_address(target, bytes)) {
        m->link_end = "</span>";
        fputs("<span>", m->out);
        return;
    }
    if (before == 0 || is_address(target, bytes)) {
        fputs("<a href=\"", m->out);
        html_text(m->out, target, bytes);
        fputs("\">", m->out);
        return;
    }
    bool inside = resolve(path, m, target, before);
    if (inside && !m->request->is_alone && is_page(m, path)) {
        fputs("<a href=\"", m->out);
        put_page_address(m->out, target, before);
        html_text(m->out, target + before, bytes - before);
        fputs("\">", m->out);
        return;
    }
    m->link_end = "</span>";
    html_put(m->out, "<span class=\"elsewhere\" title=\"%s ", m->request->words->elsewhere);
    html_put(m->out, inside ? "docs/%s" : "%s", inside ? path : "");
    if (!inside)
        html_text(m->out, target, before);
    fputs("\">", m->out);
}

/* --- pictures ------------------------------------------------------------------------------------------ */

static const char *picture_type(const char *path)
{
    if (ends_with(path, strlen(path), ".svg"))
        return "image/svg+xml";
    return ends_with(path, strlen(path), ".png") ? "image/png" : NULL;
}

/* Its bytes stand in the page itself; a picture that is not there is its words. */
void markdown_put_picture(struct markdown *m, const char *target, size_t bytes, const char *alt)
{
    char path[PATH_MAX], whole[2 * PATH_MAX];
    struct whole_file file = {0};
    bool known = resolve(path, m, target, bytes) && picture_type(path);
    snprintf(whole, sizeof(whole), "%s/%s", m->request->docs, known ? path : "");
    char *text = NULL;
    if (known && whole_file_read(&file, whole, PICTURE_BYTES, NULL))
        text = malloc(BASE64_TEXT_BYTES(file.bytes));
    if (text) {
        base64_encode(text, file.data, file.bytes, BASE64_PADDED);
        html_put(m->out, "<img src=\"data:%s;base64,", picture_type(path));
        fputs(text, m->out);
        fputs("\" alt=\"", m->out);
        markdown_put_lines(m->out, alt, strlen(alt));
        fputs("\">", m->out);
    } else {
        markdown_put_lines(m->out, alt, strlen(alt));
    }
    free(text);
    whole_file_free(&file);
}
