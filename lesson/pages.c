/*
 * Where the lessons' pages lie, and their heads.
 */
#include "pages.h"
#include "whole_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LETTERS    "abcdefghijklmnopqrstuvwxyz"
#define PAGE_BYTES ((size_t)1 << 20)

/* From the folder of the program: a checkout's bin/, its build/NAME/bin/, and PREFIX/libexec/glassbox/. */
static const char *const places[] = {"../docs", "../../../docs", "../../share/glassbox/docs"};

static bool program_folder(char folder[PATH_MAX])
{
    ssize_t length = readlink("/proc/self/exe", folder, PATH_MAX - 1);
    if (length <= 0)
        return false;
    folder[length] = '\0';
    char *slash = strrchr(folder, '/');
    if (!slash)
        return false;
    *slash = '\0';
    return true;
}

bool pages_find(struct pages *pages, struct problem *problem)
{
    char real[PATH_MAX], path[2 * PATH_MAX];
    if (!program_folder(pages->programs))
        return problem_errno(problem, "/proc/self/exe");
    for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
        snprintf(path, sizeof(path), "%s/%s/%s.md", pages->programs, places[i], course_at(0)->name);
        if (!realpath(path, real))
            continue;
        *strrchr(real, '/') = '\0';
        if (strlen(real) >= sizeof(pages->folder))
            return problem_set(problem, "%s: the path is too long", real);
        strcpy(pages->folder, real);
        return true;
    }
    problem_set(problem, "the pages of the lessons are not where %s looks for them",
                pages->programs);
    return problem_hint(problem, "they lie in docs/ of the checkout, beside bin/; `make install` "
                                 "puts them under PREFIX/share/glassbox/docs");
}

/* The start of the program has left it in LANGUAGE. */
const char *pages_language(void)
{
    const char *language = getenv("LANGUAGE");
    bool is_one = language && *language && language[strspn(language, LETTERS)] == '\0';
    return is_one ? language : "en";
}

void pages_page(char page[PAGES_NAME_BYTES], const struct pages *pages,
                const struct course_lesson *lesson, const char *language)
{
    char path[PATH_MAX];
    snprintf(page, PAGES_NAME_BYTES, "%.8s/%s.md", language, lesson->name);
    snprintf(path, sizeof(path), "%s/%s", pages->folder, page);
    if (access(path, R_OK) != 0)
        snprintf(page, PAGES_NAME_BYTES, "%s.md", lesson->name);
}

void pages_path(char path[PATH_MAX], const struct pages *pages, const struct course_lesson *lesson,
                const char *language)
{
    char page[PAGES_NAME_BYTES];
    pages_page(page, pages, lesson, language);
    snprintf(path, PATH_MAX, "%s/%s", pages->folder, page);
}

/* Without the marks of emphasis, and in one line. */
static void plain_text(char out[PAGES_TEXT_BYTES], const char *from, const char *end)
{
    size_t length = 0;
    for (; from < end && length + 1 < PAGES_TEXT_BYTES; from++) {
        if (*from == '*' || *from == '`')
            continue;
        bool blank = *from == ' ' || *from == '\n';
        if (blank && (length == 0 || out[length - 1] == ' '))
            continue;
        out[length++] = blank ? ' ' : *from;
    }
    while (length > 0 && out[length - 1] == ' ')
        length--;
    out[length] = '\0';
}

/* "# 03. Title". */
static const char *read_title(char out[PAGES_TEXT_BYTES], const char *page)
{
    const char *line = strncmp(page, "# ", 2) == 0 ? page : strstr(page, "\n# ");
    if (!line)
        return NULL;
    line = strstr(line, "# ") + 2;
    const char *end = strchrnul(line, '\n'), *dot = strstr(line, ". ");
    plain_text(out, dot && dot < end ? dot + 2 : line, end);
    return end;
}

/* "- **Goal:** text", over as many lines as it takes. */
static const char *read_item(char out[PAGES_TEXT_BYTES], const char *from)
{
    const char *item = strstr(from, "\n- **"), *text = item ? strstr(item, ":** ") : NULL;
    if (!text)
        return NULL;
    text += strlen(":** ");
    const char *end = strstr(text, "\n- "), *gap = strstr(text, "\n\n");
    if (!end || (gap && gap < end))
        end = gap ? gap : text + strlen(text);
    plain_text(out, text, end);
    return end;
}

bool pages_head(struct page_head *head, const struct pages *pages,
                const struct course_lesson *lesson, const char *language, struct problem *problem)
{
    char path[PATH_MAX];
    struct whole_file file = {0};
    pages_path(path, pages, lesson, language);
    if (!whole_file_read(&file, path, PAGE_BYTES, problem))
        return false;
    const char *at = read_title(head->title, file.data);
    at = at ? read_item(head->goal, at) : NULL;
    at = at ? read_item(head->time, at) : NULL;
    whole_file_free(&file);
    return at || problem_set(problem, "%s: does not begin with a title, a goal and a time", path);
}
