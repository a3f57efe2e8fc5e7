/*
 * What libmd4c finds on a page, as HTML; see markdown.h.
 */
#include "markdown.h"
#include "html.h"
#include "markdown_internal.h"

#include <md4c.h>
#include <stdlib.h>
#include <string.h>

bool markdown_add(struct markdown *m, struct markdown_text *text, const char *data, size_t bytes)
{
    if (text->bytes + bytes >= text->space) {
        size_t space = 2 * (text->bytes + bytes) + 256;
        char *grown = realloc(text->data, space);
        if (!grown) {
            m->failed = true;
            return problem_memory(m->problem);
        }
        text->data = grown;
        text->space = space;
    }
    memcpy(text->data + text->bytes, data, bytes);
    text->bytes += bytes;
    text->data[text->bytes] = '\0';
    return true;
}

void markdown_clear(struct markdown_text *text)
{
    text->bytes = 0;
    if (text->data)
        text->data[0] = '\0';
}

/* --- what has to be known before it is written ----------------------------------------------------- */

static void begin_capture(struct markdown *m)
{
    markdown_clear(&m->plain);
    m->page = m->out;
    m->out = open_memstream(&m->captured, &m->captured_bytes);
    if (m->out)
        return;
    m->out = m->page;
    m->page = NULL;
    m->failed = !problem_memory(m->problem);
}

/* Back to the page. Its plain text is in m->plain. */
static void end_capture(struct markdown *m)
{
    if (!m->page)
        return;
    fclose(m->out);
    m->out = m->page;
    m->page = NULL;
}

static void put_captured(struct markdown *m)
{
    fwrite(m->captured ? m->captured : "", 1, m->captured_bytes, m->out);
    free(m->captured);
    m->captured = NULL;
    m->captured_bytes = 0;
}

/* An anchor that no heading has yet: a second "The talk" is "the-talk-1". */
static void make_anchor(struct markdown *m, char slug[SLUG_BYTES])
{
    char wanted[SLUG_BYTES];
    slug_make(slug, m->plain.data ? m->plain.data : "");
    snprintf(wanted, sizeof(wanted), "%s", slug);
    size_t same = 0;
    for (size_t i = 0; i < m->result->heading_count; i++)
        if (strcmp(m->result->headings[i].slug, slug) == 0) {
            snprintf(slug, SLUG_BYTES, "%.*s-%zu", SLUG_BYTES - 32, wanted, ++same);
            i = (size_t)-1; /* from the first one again */
        }
}

static void put_heading(struct markdown *m)
{
    char slug[SLUG_BYTES];
    end_capture(m);
    make_anchor(m, slug);
    if (m->result->heading_count < MARKDOWN_HEADINGS) {
        struct markdown_heading *heading = &m->result->headings[m->result->heading_count++];
        heading->level = m->level;
        snprintf(heading->text, sizeof(heading->text), "%s", m->plain.data ? m->plain.data : "");
        strcpy(heading->slug, slug);
    }
    html_put(m->out, "<h%u id=\"%s\">", m->level, slug);
    put_captured(m);
    html_put(m->out, "</h%u>\n", m->level);
    m->level = 0;
    memset(m->seen, 0, m->request->glossary->count * sizeof(*m->seen));
}

/* The first cell of a row in the glossary is a term, and has its anchor. */
static bool is_term_cell(const struct markdown *m)
{
    const char *name = strrchr(m->request->page, '/');
    return m->column == 1 && strcmp(name ? name + 1 : m->request->page, "glossary.md") == 0;
}

static void put_term_cell(struct markdown *m)
{
    char slug[SLUG_BYTES];
    end_capture(m);
    slug_make(slug, m->plain.data ? m->plain.data : "");
    html_put(m->out, "<td id=\"%s\">", slug);
    put_captured(m);
    fputs("</td>\n", m->out);
}

/* --- blocks ----------------------------------------------------------------------------------------- */

/* Those that are one element. */
static const char *const elements[] = {[MD_BLOCK_QUOTE] = "blockquote",
                                       [MD_BLOCK_UL] = "ul",
                                       [MD_BLOCK_LI] = "li",
                                       [MD_BLOCK_P] = "p",
                                       [MD_BLOCK_THEAD] = "thead",
                                       [MD_BLOCK_TBODY] = "tbody",
                                       [MD_BLOCK_TR] = "tr",
                                       [MD_BLOCK_TH] = "th",
                                       [MD_BLOCK_TD] = "td",
                                       [MD_BLOCK_OL] = "ol"};

static const char *element_of(MD_BLOCKTYPE type)
{
    return type < sizeof(elements) / sizeof(*elements) ? elements[type] : NULL;
}

static void begin_code(struct markdown *m, const MD_BLOCK_CODE_DETAIL *detail)
{
    m->in_code = true;
    markdown_clear(&m->raw);
    snprintf(m->language, sizeof(m->language), "%.*s", (int)detail->info.size,
             detail->info.text ? detail->info.text : "");
}

static int enter_block(MD_BLOCKTYPE type, void *detail, void *user)
{
    struct markdown *m = user;
    markdown_flush(m);
    if (type == MD_BLOCK_TR)
        m->column = 0;
    if (type == MD_BLOCK_TD)
        m->column++;
    if (type == MD_BLOCK_H) {
        m->level = ((MD_BLOCK_H_DETAIL *)detail)->level;
        begin_capture(m);
    } else if (type == MD_BLOCK_CODE) {
        begin_code(m, detail);
    } else if (type == MD_BLOCK_HTML) {
        m->in_raw = true;
        markdown_clear(&m->raw);
    } else if (type == MD_BLOCK_TABLE) {
        fputs("<div class=\"table\"><table>\n", m->out);
    } else if (type == MD_BLOCK_HR) {
        fputs("<hr>\n", m->out);
    } else if (type == MD_BLOCK_OL && ((MD_BLOCK_OL_DETAIL *)detail)->start != 1) {
        html_put(m->out, "<ol start=\"%u\">\n", ((MD_BLOCK_OL_DETAIL *)detail)->start);
    } else if (type == MD_BLOCK_TD && is_term_cell(m)) {
        begin_capture(m);
    } else if (element_of(type)) {
        fprintf(m->out, "<%s>", element_of(type));
    }
    return m->failed;
}

static int leave_block(MD_BLOCKTYPE type, void *detail, void *user)
{
    struct markdown *m = user;
    (void)detail;
    markdown_flush(m);
    if (type == MD_BLOCK_H) {
        put_heading(m);
    } else if (type == MD_BLOCK_CODE) {
        m->in_code = false;
        markdown_put_code(m);
    } else if (type == MD_BLOCK_HTML) {
        m->in_raw = false;
        markdown_put_raw(m);
    } else if (type == MD_BLOCK_TABLE) {
        fputs("</table></div>\n", m->out);
    } else if (type == MD_BLOCK_TD && is_term_cell(m)) {
        put_term_cell(m);
    } else if (element_of(type)) {
        fprintf(m->out, "</%s>\n", element_of(type));
    }
    return m->failed;
}

/* --- inside a line ------------------------------------------------------------------------------------ */

static const char *text_of(const MD_ATTRIBUTE *attribute)
{
    return attribute->text ? attribute->text : "";
}

static int enter_span(MD_SPANTYPE type, void *detail, void *user)
{
    struct markdown *m = user;
    if (m->in_image)
        return m->failed;
    markdown_flush(m);
    if (type == MD_SPAN_EM)
        m->in_emphasis = true;
    else if (type == MD_SPAN_STRONG)
        fputs("<strong>", m->out);
    else if (type == MD_SPAN_CODE)
        fputs("<code>", m->out);
    else if (type == MD_SPAN_IMG)
        m->in_image = true;
    else if (type == MD_SPAN_A)
        markdown_open_link(m, text_of(&((MD_SPAN_A_DETAIL *)detail)->href),
                           ((MD_SPAN_A_DETAIL *)detail)->href.size);
    if (type == MD_SPAN_A || type == MD_SPAN_STRONG)
        m->in_link = true; /* no terms here */
    return m->failed;
}

static int leave_span(MD_SPANTYPE type, void *detail, void *user)
{
    struct markdown *m = user;
    if (type == MD_SPAN_IMG) {
        const MD_SPAN_IMG_DETAIL *image = detail;
        m->in_image = false;
        markdown_put_picture(m, text_of(&image->src), image->src.size,
                             m->waiting.data ? m->waiting.data : "");
        markdown_clear(&m->waiting);
    }
    if (m->in_image)
        return m->failed;
    if (type == MD_SPAN_EM)
        markdown_flush_emphasis(m);
    else
        markdown_flush(m);
    if (type == MD_SPAN_STRONG)
        fputs("</strong>", m->out);
    else if (type == MD_SPAN_CODE)
        fputs("</code>", m->out);
    else if (type == MD_SPAN_A)
        fputs(m->link_end, m->out);
    if (type == MD_SPAN_A || type == MD_SPAN_STRONG)
        m->in_link = false;
    return m->failed;
}

static int add_text(MD_TEXTTYPE type, const MD_CHAR *text, MD_SIZE bytes, void *user)
{
    struct markdown *m = user;
    if (m->in_code || m->in_raw) {
        markdown_add(m, &m->raw, text, bytes);
        return m->failed;
    }
    if (m->page)
        markdown_add(m, &m->plain, type == MD_TEXT_SOFTBR ? " " : text, bytes > 0 ? bytes : 1);
    if (type == MD_TEXT_NORMAL || type == MD_TEXT_SOFTBR) {
        markdown_add(m, &m->waiting, type == MD_TEXT_SOFTBR ? "\n" : text, bytes > 0 ? bytes : 1);
        return m->failed;
    }
    markdown_flush(m);
    if (type == MD_TEXT_BR)
        fputs("<br>", m->out);
    else if (type == MD_TEXT_ENTITY) /* "&" and letters or digits up to ";": md4c has looked */
        fwrite(text, 1, bytes, m->out);
    else
        markdown_put_lines(m->out, text, bytes);
    return m->failed;
}

bool markdown_write(FILE *out, struct markdown_result *result,
                    const struct markdown_request *request, const char *text, size_t bytes,
                    struct problem *problem)
{
    static const MD_PARSER parser = {
        .flags = MD_FLAG_TABLES | MD_FLAG_NOHTMLSPANS,
        .enter_block = enter_block,
        .leave_block = leave_block,
        .enter_span = enter_span,
        .leave_span = leave_span,
        .text = add_text,
    };
    struct markdown m = {.out = out, .request = request, .result = result, .problem = problem};
    memset(result, 0, sizeof(*result));
    m.seen = calloc(request->glossary->count + 1, sizeof(*m.seen));
    bool good = m.seen && bytes <= UINT_MAX;
    good = good && md_parse(text, (MD_SIZE)bytes, &parser, &m) == 0 && !m.failed;
    end_capture(&m);
    free(m.captured);
    free(m.seen);
    free(m.waiting.data);
    free(m.raw.data);
    free(m.plain.data);
    return good || problem_memory(problem);
}
