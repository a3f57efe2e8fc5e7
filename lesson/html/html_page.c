/*
 * The frame of a lesson's page: head, contents, the ways to the pages beside it.
 */
#include "html_page.h"
#include "base64.h"
#include "html.h"
#include "markdown.h"
#include "symcipher.h"
#include "whole_file.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PAGE_BYTES ((size_t)4 << 20)
#define RUSSIAN    "ru/"

struct frame {
    const struct html_page_request *request;
    const struct html_words *words;
    struct glossary glossary;
    struct markdown_result result;
    char *body; /* what stands between head and foot */
    size_t body_bytes;
};

static bool is_russian(const char *page)
{
    return strncmp(page, RUSSIAN, strlen(RUSSIAN)) == 0;
}

/* The name of a page, less its folder. */
static const char *name_of(const char *page)
{
    return is_russian(page) ? page + strlen(RUSSIAN) : page;
}

void html_page_name(char name[PAGES_NAME_BYTES], const char *page)
{
    if (strcmp(name_of(page), "README.md") == 0)
        snprintf(name, PAGES_NAME_BYTES, "%sindex.html", is_russian(page) ? RUSSIAN : "");
    else
        snprintf(name, PAGES_NAME_BYTES, "%.*s.html", (int)(strlen(page) - strlen(".md")), page);
}

static bool has_page(const struct pages *pages, const char *page)
{
    char path[2 * PATH_MAX];
    snprintf(path, sizeof(path), "%s/%s", pages->folder, page);
    return access(path, R_OK) == 0;
}

/* --- the head --------------------------------------------------------------------------------- */

static void put_hash(FILE *out, const char *text)
{
    uint8_t digest[SYM_SHA256_BYTES];
    char base64[BASE64_TEXT_BYTES(SYM_SHA256_BYTES)];
    sym_sha256(digest, text, strlen(text));
    base64_encode(base64, digest, sizeof(digest), BASE64_PADDED);
    fprintf(out, "'sha256-%s'", base64);
}

/* The policy first: nothing may be loaded or sent; of scripts and styles, only these two run. */
static void put_head(FILE *out, const struct frame *frame)
{
    html_put(out, "<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n",
             frame->words->language);
    fputs("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src "
          "data:; style-src ",
          out);
    put_hash(out, lesson_css);
    fputs("; script-src ", out);
    put_hash(out, lesson_js);
    fputs("; base-uri 'none'; form-action 'none'\">\n"
          "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
          "<meta name=\"color-scheme\" content=\"light dark\">\n"
          "<meta name=\"generator\" content=\"Glassbox\">\n",
          out);
    html_put(out, "<title>%s</title>\n<style>",
             frame->result.heading_count > 0 ? frame->result.headings[0].text : "Glassbox");
    fputs(lesson_css, out);
    fputs("</style>\n</head>\n", out);
}

/* The same page in the other language, where it lies beside this one. */
static void put_other_language(FILE *out, const struct frame *frame)
{
    char twin[PAGES_NAME_BYTES], name[PAGES_NAME_BYTES];
    const char *page = frame->request->page;
    bool russian = is_russian(page);
    snprintf(twin, sizeof(twin), "%s%s", russian ? "" : RUSSIAN, name_of(page));
    if (frame->request->is_alone || !has_page(frame->request->pages, twin))
        return;
    const struct html_words *words = html_words_of(russian ? "en" : "ru");
    html_page_name(name, twin);
    html_put(out, "<a href=\"%s%s\" lang=\"%s\" hreflang=\"%s\">%s</a>\n", russian ? "../" : "",
             name, words->language, words->language, words->in_words);
}

/* Where the first page is: that of this language, if there is one. */
static const char *way_to_first(const struct frame *frame)
{
    bool russian = is_russian(frame->request->page);
    return russian && !has_page(frame->request->pages, RUSSIAN "README.md") ? "../" : "";
}

static void put_top(FILE *out, const struct frame *frame)
{
    const struct html_words *words = frame->words;
    html_put(out, "<body data-copy=\"%s\" data-copied=\"%s\">\n", words->copy, words->copied);
    html_put(out, "<a class=\"skip\" href=\"#main\">%s</a>\n<header class=\"top\">\n",
             words->contents);
    if (frame->request->is_alone)
        fputs("<b>Glassbox</b>\n", out);
    else
        html_put(out, "<a href=\"%sindex.html\">%s</a>\n", way_to_first(frame), words->all_lessons);
    html_put(out, "<span class=\"here\">%s</span>\n",
             frame->result.heading_count > 0 ? frame->result.headings[0].text : "");
    put_other_language(out, frame);
    html_put(out,
             "<div class=\"tools\" hidden><button type=\"button\" id=\"open-all\">%s</button> "
             "<button type=\"button\" id=\"close-all\">%s</button> ",
             words->open_all, words->close_all);
    html_put(out,
             "<button type=\"button\" id=\"look\">%s</button> "
             "<button type=\"button\" id=\"print\">%s</button></div>\n</header>\n",
             words->look, words->printed);
}

static void put_contents(FILE *out, const struct frame *frame)
{
    bool any = false;
    fputs("<nav class=\"contents\">", out);
    for (size_t i = 0; i < frame->result.heading_count; i++) {
        const struct markdown_heading *heading = &frame->result.headings[i];
        if (heading->level != 2)
            continue;
        if (!any)
            html_put(out, "<details open><summary>%s</summary><ul>\n", frame->words->contents);
        any = true;
        html_put(out, "<li><a href=\"#%s\">%s</a></li>\n", heading->slug, heading->text);
    }
    fputs(any ? "</ul></details></nav>\n" : "</nav>\n", out);
}

/* --- the foot --------------------------------------------------------------------------------- */

static void put_way(FILE *out, const struct frame *frame, size_t row, const char *class,
                    const char *word)
{
    struct page_head head;
    const struct course_lesson *lesson = course_at(row);
    if (!pages_head(&head, frame->request->pages, lesson, frame->words->language, NULL))
        return;
    html_put(out, "<a class=\"%s\" href=\"%s.html\"><span>%s</span>", class, lesson->name, word);
    html_put(out, "%u. %s</a>\n", lesson->number, head.title);
}

/* To the lessons before and behind this one. */
static void put_ways(FILE *out, const struct frame *frame)
{
    const char *name = name_of(frame->request->page);
    size_t length = strlen(name) - strlen(".md");
    for (size_t row = 0; row < COURSE_LESSONS && !frame->request->is_alone; row++) {
        const char *own = course_at(row)->name;
        if (strlen(own) != length || strncmp(own, name, length) != 0)
            continue;
        fputs("<nav class=\"ways\">\n", out);
        if (row > 0)
            put_way(out, frame, row - 1, "previous", frame->words->previous);
        if (row + 1 < COURSE_LESSONS)
            put_way(out, frame, row + 1, "next", frame->words->next);
        fputs("</nav>\n", out);
    }
}

static void put_foot(FILE *out, const struct frame *frame)
{
    html_put(out, "</main>\n</div>\n<footer><p>%s docs/%s</p></footer>\n<script>",
             frame->words->made, frame->request->page);
    fputs(lesson_js, out);
    fputs("</script>\n</body>\n</html>\n", out);
}

/* --- all of it ---------------------------------------------------------------------------------- */

/* The body first: contents and title are known after it. */
static bool make_body(struct frame *frame, struct problem *problem)
{
    char path[2 * PATH_MAX];
    struct whole_file file = {0};
    const struct html_page_request *request = frame->request;
    const struct markdown_request wanted = {.docs = request->pages->folder,
                                            .page = request->page,
                                            .glossary = &frame->glossary,
                                            .words = frame->words,
                                            .is_alone = request->is_alone};
    snprintf(path, sizeof(path), "%s/%s", request->pages->folder, request->page);
    if (!whole_file_read(&file, path, PAGE_BYTES, problem))
        return false;
    FILE *out = open_memstream(&frame->body, &frame->body_bytes);
    bool good = out && markdown_write(out, &frame->result, &wanted, file.data, file.bytes, problem);
    if (out && fclose(out) != 0)
        good = false;
    whole_file_free(&file);
    return good || problem_memory(problem);
}

bool html_page_write(FILE *out, const struct html_page_request *request, struct problem *problem)
{
    char path[2 * PATH_MAX];
    struct frame frame = {.request = request,
                          .words = html_words_of(is_russian(request->page) ? "ru" : "en")};
    snprintf(path, sizeof(path), "%s/%sglossary.md", request->pages->folder,
             is_russian(request->page) ? RUSSIAN : "");
    bool good = glossary_read(&frame.glossary, path, problem) && make_body(&frame, problem);
    if (good) {
        put_head(out, &frame);
        put_top(out, &frame);
        fputs("<div class=\"sheet\">\n", out);
        put_contents(out, &frame);
        fputs("<main id=\"main\">\n", out);
        fwrite(frame.body, 1, frame.body_bytes, out);
        put_ways(out, &frame);
        put_foot(out, &frame);
    }
    free(frame.body);
    glossary_free(&frame.glossary);
    return good;
}
